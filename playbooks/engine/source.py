"""What a pack consists of before any of it is understood: files by name, bounded in size."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Final

from playbooks.engine.schema import Problem

SLUG: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
"""What a pack, a play, a site or a duty may be called."""
LONGEST_PLAY: Final = 64 * 1024
"""Bytes of one play; the worked example has 2,000."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file as it lies in a pack."""

    file: str
    """Its path as the trainer knows it, for messages."""
    pack: str
    slug: str
    text: str
    language: str = ""
    """Of a translation, or of phrases in another language; empty for all others."""
    below: bool = False
    """Whether a translation is of a play in a folder below: somebody else may change that."""


@dataclass(slots=True)
class Texts:
    """The texts of all folders, those of a lower folder first."""

    houses: list[tuple[str, str]] = field(default_factory=list)
    shared: list[Source] = field(default_factory=list)
    plays: dict[str, Source] = field(default_factory=dict)
    translations: dict[str, dict[str, Source]] = field(default_factory=dict)
    """By the id of the play, then by language: those of the very play that is used."""
    problems: list[Problem] = field(default_factory=list)

    def digest(self, mark: str) -> str:
        """Changes with every byte that was gathered, and with ``mark``."""
        total = hashlib.sha256(mark.encode())
        for file, text in self.houses:
            total.update(f"\0{file}\0{text}".encode())
        said = (each for by_language in self.translations.values() for each in by_language.values())
        for source in (*self.shared, *self.plays.values(), *said):
            name = f"{source.pack}/{source.slug}.{source.language}"
            total.update(f"\0{name}\0{source.file}\0{source.text}".encode())
        for problem in self.problems:
            total.update(f"\0{problem}".encode())
        return total.hexdigest()[:16]
