"""Looks everything over: one finding for each thing, in words an operator can act on.

Nothing here changes anything, and Fifteen may run meanwhile. A look that fails is itself a finding:
the doctor always finishes the round.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from bot.clock import Clock
from bot.settings import Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from playbooks.engine.library import Library
    from playbooks.engine.schema import House
    from storage.book import Book
    from storage.engine import Database

State = Literal["ok", "note", "fault"]
PACKAGES: Final = ("bot", "playbooks", "storage")
PYTHONS: Final = ((3, 11), (3, 13))
ROOM: Final = 200 * 1024 * 1024
"""Bytes free below which a busy week may fill the disk."""
NEVER_BEFORE: Final = 2026
"""A clock before this year was never set: promises would come due at once, or never."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found. ``note`` works but deserves a look; ``fault`` has to be mended."""

    name: str
    state: State
    words: str


def examine(clock: Clock, environ: Mapping[str, str] | None = None) -> list[Finding]:
    """The whole round. With wrong settings, what depends on them is not looked at."""
    findings = [_python(sys.version_info[:2]), *_packages()]
    try:
        settings = read_settings(environ)
    except SettingsError as error:
        return [Finding("settings", "fault", str(each)) for each in error.mistakes] + findings
    findings.insert(0, Finding("settings", "ok", "all right"))
    for name, look in LOOKS.items():
        try:
            findings += look(settings, clock.now())
        except Exception as error:  # noqa: BLE001 - the round goes on, whatever one look met
            findings.append(Finding(name, "fault", f"could not be looked at: {error}"))
    return findings


def healthy(findings: Iterable[Finding]) -> bool:
    """Whether nothing has to be mended."""
    return all(finding.state != "fault" for finding in findings)


def _python(version: tuple[int, ...]) -> Finding:
    words = ".".join(map(str, version))
    if PYTHONS[0] <= version <= PYTHONS[1]:
        return Finding("python", "ok", words)
    return Finding("python", "note", f"{words}: tested are 3.11 to 3.13; use one of these")


def owners(name: str, installed: Mapping[str, list[str]]) -> set[str]:
    """The other distributions that bring a package of this name."""
    return {owner for owner in installed.get(name, []) if owner.lower() != "fifteen"}


def _packages() -> Iterator[Finding]:
    """``bot``, ``playbooks`` and ``storage`` are common names: each may have one owner only."""
    from importlib.metadata import packages_distributions

    import bot

    installed = packages_distributions()
    rivals = {name: owners(name, installed) for name in PACKAGES if owners(name, installed)}
    for name, others in rivals.items():
        listed = ", ".join(sorted(others))
        words = f"“{name}” also comes with {listed}: install Fifteen in an environment of its own"
        yield Finding("packages", "fault", words)
    if not rivals:
        home = Path(next(iter(bot.__path__))).parent
        yield Finding("packages", "ok", f"{', '.join(PACKAGES)} have one owner, in {home}")


def _database(settings: Settings, _: datetime) -> Iterator[Finding]:
    from storage.engine import HEAD, current, database
    from storage.errors import StorageError

    try:
        found = database(settings.database)
        revision = current(settings.database)
    except StorageError as error:
        yield Finding("database", "fault", str(error))
        return
    if revision == HEAD:
        yield Finding("database", "ok", f"{found.name}, form {revision}")
    elif not revision:
        yield _not_made(found)
    else:
        words = f"{found.name} has form {revision}, this version needs {HEAD}: `fifteen migrate`"
        yield Finding("database", "fault", words)


def _not_made(found: "Database") -> Finding:
    """Before the first start there is no database: that is no fault if one can be made."""
    import os

    from storage.sqlite import SqliteFile

    if isinstance(found, SqliteFile):
        folder = next(each for each in found.path.absolute().parents if each.exists())
        if not os.access(folder, os.W_OK):
            words = f"{found.path} cannot be made: {folder} may not be written by this user"
            return Finding("database", "fault", words)
    return Finding("database", "note", f"{found.name} is not made yet: the first start makes it")


def _sqlite(settings: Settings, _: datetime) -> Iterator[Finding]:
    from storage.sqlite import SOUND, driver

    version = driver().sqlite_version_info
    words = ".".join(map(str, version))
    needed = ".".join(map(str, SOUND))
    if settings.database_url.startswith("postgresql"):
        yield Finding("sqlite", "ok", f"{words}, not in use: the database is PostgreSQL")
    elif version >= SOUND:
        yield Finding("sqlite", "ok", words)
    else:
        yield Finding(
            "sqlite",
            "note",
            f"{words}: {needed} mends a rare fault in its write-ahead log; back up daily",
        )


def _playbooks(settings: Settings, now: datetime) -> Iterator[Finding]:
    from playbooks.engine.check import check
    from playbooks.engine.load import load, shipped

    own = (settings.playbooks_dir,) if settings.playbooks_dir else ()
    library, problems = load(shipped(), *own)
    problems += check(library, today=now.date())
    faults = [problem for problem in problems if not problem.warning]
    for problem in faults[:10]:
        yield Finding("playbooks", "fault", f"{problem.file}:{problem.line}: {problem.what}")
    if faults:
        words = f"{len(faults)} faults; `fifteen playbooks check` shows all"
        yield Finding("playbooks", "fault", words)
    else:
        notes = f", {len(problems)} notes" if problems else ""
        yield Finding("playbooks", "ok", f"{len(library.plays)} plays{notes}")
    yield from _site(settings.site, library.house)
    yield from _languages(library)
    yield from _times(library.house, now)


def _languages(library: "Library") -> Iterator[Finding]:
    """Sites that want a language their pack lacks: those cards come as they were written."""
    from playbooks.engine.missing import wanted

    for site, lacking in wanted(library):
        yield Finding("languages", "note", f"the site {site}: {lacking}")


def _site(name: str, house: "House") -> Iterator[Finding]:
    if name and name not in house.sites:
        known = ", ".join(sorted(house.sites))
        yield Finding("settings", "fault", f"FIFTEEN_SITE is “{name}” -> write one of {known}")


def _times(house: "House", now: datetime) -> Iterator[Finding]:
    """Each site's own time now, to be compared with the clock on the wall."""
    from zoneinfo import ZoneInfo

    there = (
        f"{site.id} {now.astimezone(ZoneInfo(site.timezone)):%a %H:%M} ({site.timezone})"
        for site in house.sites.values()
    )
    if now.year < NEVER_BEFORE:
        words = f"this machine says it is {now:%Y}: set its clock, or promises come due wrongly"
        yield Finding("time zone", "fault", words)
    else:
        yield Finding("time zone", "ok", ", ".join(there))


@contextmanager
def _book(settings: Settings, now: datetime) -> "Iterator[Book | None]":
    """The store as it stands; None where it is not of this version's form."""
    from storage.book import Book
    from storage.engine import HEAD, current, database

    if current(settings.database) != HEAD:
        yield None
        return
    found = database(settings.database)
    connection = found.connect()
    try:
        yield Book(found.session(connection), lambda: now, {})
    finally:
        connection.close()


def _left_overs(settings: Settings, now: datetime) -> Iterator[Finding]:
    """What waits for somebody: unanswered lines, undelivered cards."""
    with _book(settings, now) as book:
        if book is None:
            return
        counts = book.counts()
    waiting = {words: counts[name] for name, words in WAITING.items() if counts[name]}
    if waiting:
        told = ", ".join(f"{count} {words}" for words, count in waiting.items())
        yield Finding("left-overs", "note", told)
    else:
        words = f"none; {counts['moments']} moments, {counts['follow_ups_open']} questions to come"
        yield Finding("left-overs", "ok", words)


def _people(settings: Settings, now: datetime) -> Iterator[Finding]:
    """On a platform somebody has to be admin, or nobody can let anybody in."""
    if not settings.on_platforms:
        return
    with _book(settings, now) as book:
        if book is None:
            return
        admins, enrolled = book.admins_linked(), sum(each.active for each in book.people_all())
    if admins:
        yield Finding("people", "ok", f"{enrolled} enrolled; accounts of admins: {admins}")
    else:
        words = "nobody is admin: start Fifteen and send the code it prints in a private chat"
        yield Finding("people", "note", words)


def _learned(settings: Settings, now: datetime) -> Iterator[Finding]:
    """What sites have learned is for the weights it was made over, and for no others."""
    from bot.growth import reader_of

    with _book(settings, now) as book:
        found = [book.growth(site) for site in book.growing.marks()] if book else []
    learned = [growth for growth in found if growth and growth.overlay]
    for growth in learned:
        if reader_of(growth) is None:
            how = f"`fifteen playbooks train --site {growth.site}` makes it anew"
            words = f"what {growth.site} has learned is of another version and not in use: {how}"
            yield Finding("learned", "note", words)
        else:
            words = f"{growth.site} reads by {growth.lessons} examples of its own"
            yield Finding("learned", "ok", words)


WAITING: Final = {
    "inbox_unsettled": "lines taken in and not answered: the next start answers them",
    "inbox_failed": "lines left out after several tries: `fifteen letters list` shows whose",
    "outbox_ready": "cards waiting to be sent",
    "outbox_in_doubt": "cards of which nobody knows whether they arrived: `fifteen letters list`",
    "outbox_dead": "cards that could not be delivered: `fifteen letters list` shows whom to tell",
}
"""What is counted, and what it means for a person."""


def _disk(settings: Settings, _: datetime) -> Iterator[Finding]:
    import shutil

    folder = settings.data_folder.absolute()
    folder = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(folder).free
    words = f"{free / 1024**3:.1f} GiB free at {folder}"
    yield Finding("disk", "ok" if free >= ROOM else "note", words)


LOOKS: Final[Mapping[str, Callable[[Settings, datetime], Iterator[Finding]]]] = {
    "database": _database,
    "sqlite": _sqlite,
    "playbooks": _playbooks,
    "people": _people,
    "learned": _learned,
    "left-overs": _left_overs,
    "disk": _disk,
}
"""Every look that needs the settings, in the order of the round."""
