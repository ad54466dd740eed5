"""Text that stays text: nothing in it is tappable, formats anything or turns the line round.

Escaping keeps out tags, but the platform finds addresses, names and commands by itself and makes
them tappable; inside ``<code>`` it does not. So whatever it would find is put there, and nothing is
taken away from the text.
"""

import html
import re
from typing import Final, NamedTuple

from bot.channels.clear import clear

# An address with a scheme, a name after @, a tag, a price sign as a tag, a command, a domain.
_WORD: Final = re.compile(r"\S+")
_FOUND: Final = re.compile(r"://|@\w|#\w|\$[A-Za-z]|(?<![^\W_])/\w|\w\.\w*[^\W\d_]{2}")
_MOST_FOUND: Final = 5


class Piece(NamedTuple):
    """Some text with one mark, or none."""

    text: str
    tag: str = ""


def marked(text: str, tag: str = "") -> str:
    """One text as HTML, inert."""
    return "".join(map(html_of, pieces(text, tag)))


def pieces(text: str, tag: str) -> list[Piece]:
    """The text, with all that Telegram would make tappable shown as code."""
    text = clear(text)
    found = [word.span() for word in _WORD.finditer(text) if _FOUND.search(word.group())]
    if len(found) > _MOST_FOUND:
        return [Piece(text, "code")]
    made, at = [], 0
    for start, end in found:
        made += [Piece(text[at:start], tag), Piece(text[start:end], "code")]
        at = end
    return [p for p in (*made, Piece(text[at:], tag)) if p.text]


def html_of(piece: Piece) -> str:
    """A piece, escaped, in its tag."""
    text = html.escape(piece.text, quote=False)
    if not piece.tag or not piece.text.strip():
        return text
    return f"<{piece.tag}>{text}</{piece.tag}>"


def units(text: str) -> int:
    """How long Telegram says it is: it counts in UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2
