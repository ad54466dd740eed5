"""A card as Slack's blocks, within Slack's limits and without anything lost.

What people wrote goes into rich text elements and plain text alone: there Slack reads no markup,
so ``<!channel>``, ``*`` and links stay the letters they are. Only the line for notifications is
markup; it is escaped. A card too long for one message becomes several pages, never a shorter card.
"""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from bot.channels.clear import clear
from bot.channels.slack.forms import Block, plain_text, rows
from bot.channels.slack.payload import escaped
from bot.conversations.types import Bar, Card, Fact

HEADER: Final = 150
"""Most characters of a header block."""
PIECE: Final = 2900
"""Most characters of one text; Slack refuses sections above 3,000."""
PAGE: Final = 9000
"""Most characters of a page as JSON: Slack refuses messages from about 11,000 on, unwritten."""
BLOCKS: Final = 45
"""Most blocks of a page; Slack refuses more than 50."""
NOTIFIED: Final = 3000
"""Most characters of the line that notifications and screen readers use."""
BAR: Final = 12

_TONES: Final = {"now": "⚡", "ask": "❓", "good": "✅", "stop": "⛔", "quiet": ""}
_LIGHTS: Final = {"green": "🟢 ", "amber": "🟡 ", "red": "🔴 ", "plain": ""}


def pages(card: Card) -> tuple[list[Block], ...]:
    """The card as one or more messages' blocks; the buttons stand on the last."""
    found: list[list[Block]] = [[]]
    room = PAGE
    for block in _blocks(card):
        size = len(json.dumps(block, ensure_ascii=False))
        if found[-1] and (size > room or len(found[-1]) >= BLOCKS):
            found.append([])
            room = PAGE
        found[-1].append(block)
        room -= size
    return tuple(found)


def notice(card: Card) -> str:
    """The card in one text for notifications and screen readers, with all markup made harmless."""
    plain = clear(card.plain())
    return escaped(plain if len(plain) <= NOTIFIED else f"{plain[:NOTIFIED]}…")


def _blocks(card: Card) -> Iterator[Block]:
    mark = _TONES[card.tone]
    title = clear(f"{mark} {card.title}").strip() or "…"
    if len(title) <= HEADER and title.isprintable():
        yield {"type": "header", "text": plain_text(title)}
    else:
        yield from _text(title, bold=True)
    if card.say:
        for piece in _pieces(card.say):
            yield _rich({"type": "rich_text_quote", "elements": [_words(piece)]})
    yield from _steps(card.do)
    for fact in card.facts:
        yield from _fact(fact)
    for heading, bars in groupby(card.bars, key=lambda bar: bar.group):
        yield from _chart(heading, list(bars))
    if card.note:
        yield from _text(card.note)
    yield from rows(card)


def _steps(steps: tuple[str, ...]) -> Iterator[Block]:
    number = 0
    for step in steps:
        for place, piece in enumerate(_pieces(step)):
            if place:
                yield _rich(_section(_words(piece)))
                continue
            item = _section(_words(piece))
            yield _rich(
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "offset": number,
                    "elements": [item],
                }
            )
            number += 1


def _fact(fact: Fact) -> Iterator[Block]:
    label = f"{_LIGHTS[fact.tone]}{fact.label}: " if fact.label else _LIGHTS[fact.tone]
    whole = list(_pieces(label))
    for piece in whole[:-1]:
        yield _rich(_section(_words(piece, bold=True)))
    texts = list(_pieces(fact.text)) or [" "]
    head = [_words(whole[-1], bold=True)] if whole else []
    yield _rich(_section(*head, _words(texts[0])))
    for piece in texts[1:]:
        yield _rich(_section(_words(piece)))


def _chart(heading: str, bars: list[Bar]) -> Iterator[Block]:
    if heading:
        yield from _text(heading, bold=True)
    width = min(max(len(bar.label) for bar in bars), 24)
    lines = [_bar(bar, width) for bar in bars]
    for piece in _pieces("\n".join(lines)):
        yield _rich({"type": "rich_text_preformatted", "elements": [_words(piece)]})


def _bar(bar: Bar, width: int) -> str:
    full = round(max(0.0, min(1.0, bar.share)) * BAR)
    note = f" ({bar.note})" if bar.note else ""
    return f"{bar.label:<{width}} {'█' * full}{'░' * (BAR - full)} {bar.count}{note}"


def _text(text: str, *, bold: bool = False) -> Iterator[Block]:
    for piece in _pieces(text):
        yield _rich(_section(_words(piece, bold=bold)))


def _pieces(text: str) -> Iterator[str]:
    """Cut where a line or a word ends, if one does; nothing is left out."""
    text = clear(text)
    while len(text) > PIECE:
        at = max(text.rfind("\n", 1, PIECE), text.rfind(" ", 1, PIECE)) + 1 or PIECE
        yield text[:at]
        text = text[at:]
    if text:
        yield text


def _words(text: str, *, bold: bool = False) -> Block:
    found: Block = {"type": "text", "text": text}
    return {**found, "style": {"bold": True}} if bold else found


def _section(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def _rich(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}
