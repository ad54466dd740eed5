"""The playbooks in use, and what happens when a trainer saves a file.

Loaded whole or not at all: a fault anywhere, also one that only the linter sees, keeps the library
that was good, and every fault is told with file and line. The swap is one assignment, so a turn
sees the old library or the new one.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.conversations.card import Card, Colour, Fact
from playbooks.engine.schema import Play, Problem

if TYPE_CHECKING:
    from playbooks.engine.library import Library, Reads

log = logging.getLogger(__name__)

MOST_TOLD: Final = 8
"""Faults told on one card; a longer list is read in the terminal."""


@dataclass(frozen=True, slots=True)
class News:
    """What came of looking: a new library in use, or the faults that kept the old one."""

    swapped: bool
    problems: tuple[Problem, ...]
    plays: int

    def card(self) -> Card:
        """What the trainer reads after saving."""
        faults = [p for p in self.problems if not p.warning]
        if faults:
            return self._refused(faults)
        notes = self.problems[:MOST_TOLD]
        return Card(
            f"Your change is in use: {self.plays} plays",
            "good",
            facts=tuple(_told(problem, "amber") for problem in notes),
            note="Staff get it from now on."
            + (" Look at the lines above: they stop nothing." if notes else ""),
        )

    def _refused(self, faults: list[Problem]) -> Card:
        more = len(faults) - MOST_TOLD
        count = "one line" if len(faults) == 1 else f"{len(faults)} lines"
        return Card(
            f"Your change is not in use: {count} to mend",
            "stop",
            facts=tuple(_told(fault, "red") for fault in faults[:MOST_TOLD]),
            note=(f"And {more} more. " if more > 0 else "")
            + "Staff still get the plays from before, nothing is lost. Mend this and save again; "
            "“fifteen playbooks check” shows the same list.",
        )


def _told(problem: Problem, tone: Colour) -> Fact:
    what, hint = problem.what, problem.hint[:1].upper() + problem.hint[1:]
    stop = "" if hint.endswith(("?", ".", "!")) else "."
    return Fact(f"{problem.file}, line {problem.line}", f"{what}. {hint}{stop}", tone)


class Playbooks:
    """Holds the current library; looks for changes when asked."""

    def __init__(self, own: Path | None, keep: Path | None) -> None:
        self._own = own
        self._keep = keep
        self._seen = ""
        self._current: Library | None = None
        self._readers: dict[str, Reads] = {}

    def current(self) -> "Library":
        """The library in use.

        Raises:
            RuntimeError: ``open`` was not called; the programmer's mistake.
        """
        if self._current is None:
            raise RuntimeError("the playbooks are asked for before they were opened")
        return self._current

    def open(self) -> News:
        """The first library: with the trainers' own plays where they are sound, else without."""
        self._seen = fingerprint(self._own)
        library, problems = self._load(self._own)
        if _sound(problems):
            self._current = library
            return News(True, tuple(problems), len(library.plays))
        self._current, _ = self._load(None)
        return News(False, tuple(problems), len(self._current.plays))

    def _load(self, own: Path | None) -> "tuple[Library, list[Problem]]":
        from playbooks.engine.load import load, shipped

        folders = [shipped(), own] if own else [shipped()]
        return load(*folders, keep=self._keep)

    def _judged(self, own: Path | None) -> "tuple[Library, list[Problem]]":
        """As ``_load``, and what the linter refuses in the trainers' own plays.

        Only on a change, never at the start: an upgrade whose linter knows one rule more must not
        take a whole house's plays out of use over night.
        """
        library, problems = self._load(own)
        if own and _sound(problems):
            problems = problems + refused(library, own)
        return library, problems

    async def look(self) -> News | None:
        """What changed since the last look; None where nothing did.

        Loading runs in a thread: it takes longer than a clerk should wait for her card.
        """
        mark = await asyncio.to_thread(fingerprint, self._own)
        if mark == self._seen:
            return None
        self._seen = mark
        library, problems = await asyncio.to_thread(self._judged, self._own)
        if not _sound(problems):
            log.warning("playbooks not swapped: %s faults", len(problems))
            return News(False, tuple(problems), len(self.current().plays))
        await asyncio.to_thread(library.warm)
        self._current = library.grown(self._readers)
        return News(True, tuple(problems), len(library.plays))

    def read_by(self, site: str, reader: "Reads | None") -> None:
        """From now on the lines of a site are read by this reader; None: as shipped. One
        assignment, so a turn sees the old reader or the new one."""
        self._readers.pop(site, None)
        if reader is not None:
            self._readers[site] = reader
        self._current = self.current().grown(self._readers)


def own_plays(library: "Library", own: Path | None) -> "dict[str, Play]":
    """Those plays of ``library`` that lie in the trainers' own folder."""
    plays = library.plays.values()
    return {play.id: play for play in plays if own and (own / play.file).is_file()}


def refused(library: "Library", own: Path) -> list[Problem]:
    """The linter's faults in the trainers' own plays and translations. Notes are left to the
    terminal: they depend on the day, and stop nothing."""
    from playbooks.engine.check import check
    from playbooks.engine.library import Library as Judged

    plays = own_plays(library, own)
    for play in library.plays.values():
        if any((own / said.file).is_file() for said in play.translations.values()):
            plays[play.id] = play
    mine = Judged(plays, library.house, library.digest)
    problems = check(mine, today=date.min)
    return [each for each in problems if not each.warning and (own / each.file).is_file()]


def _sound(problems: list[Problem]) -> bool:
    return not any(not p.warning for p in problems)


def fingerprint(folder: Path | None) -> str:
    """Names, sizes and times of all files below: cheap enough to ask every few seconds."""
    if folder is None:
        return ""
    marks: list[str] = []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        try:
            told = path.stat()
        except OSError:
            continue
        marks.append(f"{path}:{told.st_size}:{told.st_mtime_ns}")
    return "|".join(marks)
