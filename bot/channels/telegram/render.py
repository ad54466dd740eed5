"""A card as Telegram shows it: pages of HTML within its limits, and a keyboard.

What people wrote must stay text. Escaping keeps out tags, but the platform finds addresses, names
and commands by itself and makes them tappable; inside ``<code>`` it does not. So whatever it would
find is put there, and nothing is taken away from the text. Pages are split, never cut.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, NamedTuple, TypeAlias

from bot.conversations.types import Button, Card, Field

PAGE: Final = 4000
"""Characters of a page, counted as Telegram counts (UTF-16); it refuses more than 4,096."""
ENTITIES: Final = 90
"""Marked places of a page: from the 101st on Telegram drops them in silence."""
LINE: Final = 3000
ROW: Final = 30
"""Letters that fit beside each other on a narrow phone."""
MORE, LESS, WRITE, CHOSEN = "*more", "*less", "*form", "="

_DOTS: Final = {"green": "🟢 ", "amber": "🟡 ", "red": "🔴 ", "plain": ""}
_MARKS: Final = {"good": "✅ ", "stop": "🛑 "}
_TURNS: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Marks that turn the writing direction: with them a card can read as its opposite."""
# An address with a scheme, a name after @, a tag, a price sign as a tag, a command, a domain.
_WORD: Final = re.compile(r"\S+")
_FOUND: Final = re.compile(r"://|@\w|#\w|\$[A-Za-z]|(?<![^\W_])/\w|\w\.\w*[^\W\d_]{2}")
_MOST_FOUND: Final = 5

Rows: TypeAlias = tuple[tuple[tuple[str, str], ...], ...]


class Piece(NamedTuple):
    """Some text with one mark, or none."""

    text: str
    tag: str = ""


@dataclass(slots=True)
class Page:
    """One message: its HTML, and how long it is once Telegram has read it."""

    lines: list[str] = field(default_factory=list)
    length: int = 0
    entities: int = 0

    @property
    def html(self) -> str:
        """What is sent, with the parse mode HTML."""
        return "\n".join(self.lines)


def pages(card: Card) -> list[str]:
    """The whole card, as few messages as hold it."""
    found = [Page()]
    for line in _lines(card):
        length = sum(map(_size, (piece.text for piece in line))) + 1
        entities = sum(1 for piece in line if piece.tag)
        page = found[-1]
        if page.lines and (page.length + length > PAGE or page.entities + entities > ENTITIES):
            page = Page()
            found.append(page)
        page.lines.append("".join(map(_marked, line)))
        page.length += length
        page.entities += entities
    return [page.html for page in found]


def keyboard(card: Card, *, all_of_it: bool = False) -> Rows:
    """Rows of (label, what it carries). What stands behind *More* comes with ``all_of_it``."""
    seen = [b for b in card.buttons if not b.more]
    hidden = [b for b in card.buttons if b.more]
    rows = [*_choices(card), *_rows(seen)]
    if card.form and written(card.form.fields):
        label = card.form.submit if not _choosable(card) else written(card.form.fields)[0].label
        rows.append(((f"✎ {label}", WRITE),))
    if hidden and all_of_it:
        rows += [*_rows(hidden), (("Less", LESS),)]
    elif hidden:
        rows.append((("More …", MORE),))
    return tuple(rows)


def written(fields: Iterable[Field]) -> list[Field]:
    """What is asked for in words; long answers last."""
    return sorted((f for f in fields if not _is_choice(f)), key=lambda f: f.kind == "long")


def clear(text: str) -> str:
    """Text as it may be shown: no control characters, nothing that turns it round."""
    if text.isascii() and text.isprintable():
        return text
    kept = (" " if _control(c) else c for c in text if c not in _TURNS and not _half(c))
    return "".join(kept)


def marked(text: str, tag: str = "") -> str:
    """One text as HTML, inert."""
    return "".join(map(_marked, _pieces(text, tag)))


def _lines(card: Card) -> Iterator[list[Piece]]:
    yield from _line("", _MARKS.get(card.tone, "") + (clear(card.title).strip() or "…"), whole="b")
    if card.say:
        yield from _line("Say: ", f"“{card.say}”")
    for number, step in enumerate(card.do, 1):
        yield from _line("", f"{number}. {step}")
    for fact in card.facts:
        label = f"{fact.label}: " if fact.label else ""
        yield from _line(label, fact.text, before=_DOTS[fact.tone])
    for heading, bars in groupby(card.bars, key=lambda bar: bar.group):
        if heading:
            yield from _line("", heading, whole="b")
        for bar in bars:
            drawn = "▇" * max(1 if bar.count else 0, round(bar.share * 8))
            note = f" ({bar.note})" if bar.note else ""
            yield from _line("", f"{bar.label}: {bar.count}{note} {drawn}".rstrip())
    for asked in _choosable(card):
        yield from _line("", f"{asked.label}:")
    if card.note:
        yield from _line("", card.note, whole="i")


def _line(label: str, text: str, *, before: str = "", whole: str = "") -> Iterator[list[Piece]]:
    """A line of the card; a text of any length as several."""
    head = ([Piece(before)] if before else []) + (_pieces(label, "b") if label else [])
    for part in _parts(clear(text)):
        yield head + _pieces(part, whole)
        head = []


def _pieces(text: str, tag: str) -> list[Piece]:
    """The text, with all that Telegram would make tappable shown as code."""
    text = clear(text)
    found = [word.span() for word in _WORD.finditer(text) if _FOUND.search(word.group())]
    if len(found) > _MOST_FOUND:
        return [Piece(text, "code")]
    pieces, at = [], 0
    for start, end in found:
        pieces += [Piece(text[at:start], tag), Piece(text[start:end], "code")]
        at = end
    return [p for p in (*pieces, Piece(text[at:], tag)) if p.text]


def _parts(text: str) -> Iterator[str]:
    while _size(text) > LINE:
        # Half of LINE: a letter counts two at most.
        cut = text.rfind(" ", 1, LINE // 2)
        cut = cut if cut > LINE // 4 else LINE // 2
        yield text[:cut]
        text = text[cut:].lstrip(" ")
    if text:
        yield text


def _marked(piece: Piece) -> str:
    text = html.escape(piece.text, quote=False)
    if not piece.tag or not piece.text.strip():
        return text
    return f"<{piece.tag}>{text}</{piece.tag}>"


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def _control(letter: str) -> bool:
    return letter != "\n" and unicodedata.category(letter) in ("Cc", "Zl", "Zp")


def _half(letter: str) -> bool:
    """Half of a pair, left over by a cut: it cannot be sent at all."""
    return "\ud800" <= letter <= "\udfff"


def _rows(buttons: Iterable[Button]) -> list[tuple[tuple[str, str], ...]]:
    rows: list[list[tuple[str, str]]] = []
    width = 0
    for button in buttons:
        label = clear(button.label).strip() or "…"
        if not rows or len(rows[-1]) == 3 or width + len(label) > ROW:
            rows.append([])
            width = 0
        rows[-1].append((label, button.tap))
        width += len(label)
    return [tuple(row) for row in rows]


def _choices(card: Card) -> list[tuple[tuple[str, str], ...]]:
    rows = []
    for asked in _choosable(card):
        every = [
            (clear(label) or value, chosen(asked.name, value, card.form.tap if card.form else ""))
            for value, label in asked.options
            if value
        ]
        wide = 5 if max(len(label) for label, _ in every) <= 6 else 2
        rows += [tuple(every[at : at + wide]) for at in range(0, len(every), wide)]
    return rows


def chosen(name: str, value: str, tap: str) -> str:
    """What the button of an answer carries."""
    return f"{CHOSEN}{name}{CHOSEN}{value}{CHOSEN}{tap}"


def _choosable(card: Card) -> list[Field]:
    """Choices that fit buttons; the others are asked for in words."""
    return [f for f in card.form.fields if _is_choice(f)] if card.form else []


def _is_choice(asked: Field) -> bool:
    """Within what a button carries: the longest word of a form takes 40 of its 64 bytes."""
    longest = max((len(f"{asked.name}{v}".encode()) for v, _ in asked.options if v), default=99)
    return asked.kind == "choice" and longest <= 20 and len(asked.options) <= 20
