"""Letters no platform should be given, whatever people typed: taken out of every text shown."""

import unicodedata
from typing import Final

_TURNS: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Marks that turn the writing direction: with them a card can read as its opposite."""


def clear(text: str) -> str:
    """Text as it may be shown: no control characters, nothing that turns it round."""
    # None of those letters is printable; to look at each one costs a hundred times more.
    if text.replace("\n", "").isprintable():
        return text
    kept = (" " if _control(c) else c for c in text if c not in _TURNS and not _half(c))
    return "".join(kept)


def _control(letter: str) -> bool:
    return letter != "\n" and unicodedata.category(letter) in ("Cc", "Zl", "Zp")


def _half(letter: str) -> bool:
    """Half of a pair, left over by a cut: it cannot be sent at all."""
    return "\ud800" <= letter <= "\udfff"
