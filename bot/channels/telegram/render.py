"""A card as Telegram shows it: pages of HTML within its limits. Split, never cut."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from bot.channels.clear import clear
from bot.channels.telegram.inert import Piece, html_of, pieces, units
from bot.channels.telegram.keyboard import choosable
from bot.conversations.types import Card

PAGE: Final = 4000
"""Characters of a page, counted as Telegram counts (UTF-16); it refuses more than 4,096."""
ENTITIES: Final = 90
"""Marked places of a page: from the 101st on Telegram drops them in silence."""
LINE: Final = 3000

_DOTS: Final = {"green": "🟢 ", "amber": "🟡 ", "red": "🔴 ", "plain": ""}
_MARKS: Final = {"good": "✅ ", "stop": "🛑 "}


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
        length = sum(map(units, (piece.text for piece in line))) + 1
        entities = sum(1 for piece in line if piece.tag)
        page = found[-1]
        if page.lines and (page.length + length > PAGE or page.entities + entities > ENTITIES):
            page = Page()
            found.append(page)
        page.lines.append("".join(map(html_of, line)))
        page.length += length
        page.entities += entities
    return [page.html for page in found]


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
    for asked in choosable(card):
        yield from _line("", f"{asked.label}:")
    if card.note:
        yield from _line("", card.note, whole="i")


def _line(label: str, text: str, *, before: str = "", whole: str = "") -> Iterator[list[Piece]]:
    """A line of the card; a text of any length as several."""
    head = ([Piece(before)] if before else []) + (pieces(label, "b") if label else [])
    for part in _parts(clear(text)):
        yield head + pieces(part, whole)
        head = []


def _parts(text: str) -> Iterator[str]:
    while units(text) > LINE:
        # Half of LINE: a letter counts two at most.
        cut = text.rfind(" ", 1, LINE // 2)
        cut = cut if cut > LINE // 4 else LINE // 2
        yield text[:cut]
        text = text[cut:].lstrip(" ")
    if text:
        yield text
