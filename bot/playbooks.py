"""The playbooks in use, and what happens when a trainer saves a file.

Loaded whole or not at all: a fault anywhere keeps the library that was good, and every fault is
told with file and line. The swap is one assignment, so a turn sees the old library or the new one.
"""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.conversations.types import Card, Fact
from playbooks.engine.schema import Problem

if TYPE_CHECKING:
    from playbooks.engine.library import Library

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
        if not faults:
            return Card(
                f"Playbooks in use: {self.plays} plays", "good", note="Your change is live."
            )
        rows = tuple(
            Fact(f"{p.file}, line {p.line}", f"{p.what}. {p.hint}", "red")
            for p in faults[:MOST_TOLD]
        )
        more = f" and {len(faults) - MOST_TOLD} more" if len(faults) > MOST_TOLD else ""
        count = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
        return Card(
            f"Your change is not in use: {count}{more}",
            "stop",
            facts=rows,
            note="The playbooks from before are still in use. Mend these lines and save again; "
            "“fifteen playbooks check” shows all of them.",
        )


class Playbooks:
    """Holds the current library; looks for changes when asked."""

    def __init__(self, own: Path | None, keep: Path | None) -> None:
        self._own = own
        self._keep = keep
        self._seen = ""
        self._current: Library | None = None

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

    async def look(self) -> News | None:
        """What changed since the last look; None where nothing did.

        Loading runs in a thread: it takes longer than a clerk should wait for her card.
        """
        mark = await asyncio.to_thread(fingerprint, self._own)
        if mark == self._seen:
            return None
        self._seen = mark
        library, problems = await asyncio.to_thread(self._load, self._own)
        if not _sound(problems):
            log.warning("playbooks not swapped: %s faults", len(problems))
            return News(False, tuple(problems), len(self.current().plays))
        await asyncio.to_thread(library.warm)
        self._current = library
        return News(True, tuple(problems), len(library.plays))


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
