"""``fifteen playbooks train``: learns what trainers kept, says what it changes, and takes it into
use where it is not worse."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.clock import SystemClock
from bot.commands.library import open_library, site_of
from bot.commands.looking import must_exist
from bot.commands.words import paint, say, say_json, tell
from bot.growth import forgotten, learned, lessons_of
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.conversations.growing import Correction, Growth
    from playbooks.engine.judge import Compared, Pair, Report
    from playbooks.engine.schema import Site
    from playbooks.engine.teach import Answer
    from storage.store import Store


def train_site(*, site: str, report: bool, dry: bool, as_json: bool) -> None:
    """Trains from the kept lessons of a site. A running Fifteen takes it up within seconds.

    Raises:
        CommandError: there is no such site or no database yet.
        StorageError: the database cannot be used.
    """
    from playbooks.engine.teach import taught
    from storage.store import open_store

    settings = read_settings()
    library = open_library(settings)
    place = site_of(library, site or settings.site)
    _must_exist(settings)
    with open_store(settings.database, clock=SystemClock().now, upgrade=False) as store:
        growth, kept = _found(store, place)
        tell(f"Learning from {_counted(len(kept))} of {place.id} ...")
        answer = taught(lessons_of(kept, library.house), growth.overlay)
        new = None if dry else _new(growth, answer, kept)
        if new is not None:
            store.call(lambda book: book.growing.make(new))
    if as_json:
        told = {"site": place.id, "lessons": len(kept), "in_use": new is not None}
        made = {"taken": answer.taken, "reasons": answer.reasons, "report": asdict(answer.report)}
        say_json({**told, **made})
        return
    _show(place, kept, answer, dry=dry)
    if report or not kept:
        for line in details(answer.report):
            say(line)


def _new(growth: "Growth", answer: "Answer", kept: "Sequence[Correction]") -> "Growth | None":
    """What is to be in use from now on; None where nothing changes."""
    now = SystemClock().now()
    if kept:
        return learned(growth, answer, kept, now)
    return forgotten(growth, now) if growth.overlay else None


def _must_exist(settings: Settings) -> None:
    must_exist(
        settings,
        "Nobody has corrected a reading so far.",
        "Start Fifteen with `fifteen run`, or name another database in DATABASE_URL.",
    )


def _found(store: "Store", site: "Site") -> "tuple[Growth, tuple[Correction, ...]]":
    from bot.conversations.growing import Growth

    growth = store.call(lambda book: book.growth(site.id)) or Growth(site.id)
    return growth, store.call(lambda book: book.corrections(site.id, "kept"))


def _counted(count: int) -> str:
    return "one lesson" if count == 1 else f"{count} lessons"


def _show(site: "Site", kept: "Sequence[Correction]", answer: "Answer", *, dry: bool) -> None:
    report = answer.report
    if not kept:
        say(
            f"No correction is kept at {site.id}, so there is nothing to learn and lines are read "
            "as shipped. A trainer keeps some by “corrections” in the chat. The reader in use:"
        )
        return
    say(paint(f"{site.name}: {_counted(len(kept))}", "cyan", "bold"))
    say(f"  lessons      {_compared(report.learned)}")
    unseen = _compared(report.unseen) if report.unseen else "too few to say: ten are needed"
    say(f"  not taught   {unseen}")
    for field, each in report.known.items():
        say(f"  known {field:<6} {_compared(each)}; as shipped {report.shipped[field]}")
    sure = (report.calibration_after, report.calibration_before)
    say("  calibration  error {:.3f}, {:.3f} before".format(*sure))
    for reason in answer.reasons:
        say(reason)
    say(_verdict(answer, dry=dry))


def _verdict(answer: "Answer", *, dry: bool) -> str:
    if not answer.taken:
        return paint("Not taken into use: what is read with stays as it is.", "yellow")
    if dry:
        return "It would be taken into use; with --dry nothing was changed."
    return paint("In use: a running Fifteen takes it up within seconds.", "green")


def _compared(each: "Compared") -> str:
    return f"{each.after} of {each.of} read right, {each.before} before"


def details(report: "Report") -> Iterator[str]:
    """The long report: every kind and what it is taken for, the weakest pairs, what changed, and
    the lessons that speak against others."""
    yield "Kinds of known lines (every third word left out), and what they are taken for:"
    for kind, each in report.kinds.items():
        yield f"  {kind:<16} {_compared(each)}{_taken_for(kind, report)}"
    yield "Weakest pairs:"
    yield from _pairs(report.weakest)
    yield "Pairs that changed:"
    yield from _pairs(report.turned)
    yield "Lessons that hurt, to be looked at by somebody who knows the house:"
    yield from [f"  {each.text}: {each.why}" for each in report.hurting] or ["  none"]
    yield "Lessons still read otherwise:"
    yield from [f"  {text}" for text in report.not_learned] or ["  none"]


def _taken_for(kind: str, report: "Report") -> str:
    pairs = [pair for pair in report.confused if pair.kind == kind and pair.after]
    pairs.sort(key=lambda pair: -pair.after)
    told = ", ".join(f"{pair.taken_for} {pair.after}" for pair in pairs)
    return f"; else {told}" if told else ""


def _pairs(pairs: "Sequence[Pair]") -> list[str]:
    return [
        f"  {pair.kind} taken for {pair.taken_for}: {pair.after}, {pair.before} before"
        for pair in pairs
    ] or ["  none"]
