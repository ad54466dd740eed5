"""A card as Slack's blocks, within Slack's limits and without anything lost.

What people wrote goes into rich text elements and plain text alone: there Slack reads no markup,
so ``<!channel>``, ``*`` and links stay the letters they are. Only the line for notifications is
markup; it is escaped. A card too long for one message becomes several pages, never a shorter card.
"""

import hashlib
import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final, TypeAlias

from bot.conversations.types import Bar, Button, Card, Fact, Field, Form

Block: TypeAlias = dict[str, Any]

HEADER: Final = 150
"""Most characters of a header block."""
PIECE: Final = 2900
"""Most characters of one text; Slack refuses sections above 3,000."""
PAGE: Final = 9000
"""Most characters of a page as JSON: Slack refuses messages from about 11,000 on, unwritten."""
BLOCKS: Final = 45
"""Most blocks of a page; Slack refuses more than 50."""
LABEL: Final = 75
VALUE: Final = 2000
ROW: Final = 5
"""Buttons beside each other before a telephone breaks the line."""
NOTIFIED: Final = 3000
"""Most characters of the line that notifications and screen readers use."""
BAR: Final = 12
FORM: Final = "form"
"""What the id of a button that opens a form begins with."""

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
    plain = card.plain()
    return escaped(plain if len(plain) <= NOTIFIED else f"{plain[:NOTIFIED]}…")


def escaped(text: str) -> str:
    """Text in which Slack reads neither mentions nor links."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def form_view(form: Form, where: str) -> Block:
    """The modal of a card's form; ``where`` comes back with its answers."""
    return _modal("form", "Details", form.submit, where, [_question(each) for each in form.fields])


def line_view() -> Block:
    """The modal of the global shortcut: one line to type."""
    line = Field("text", "What happened?", "long", required=True)
    return _modal("line", "Log a moment", "Log it", "", [_question(line)])


def packed(form: Form) -> str:
    """A form as a button carries it.

    Raises:
        ValueError: it does not fit; the programmer's mistake, never a person's.
    """
    fields = [
        [each.name, each.label, each.kind, each.options, each.value, each.required]
        for each in form.fields
    ]
    text = json.dumps([form.tap, form.submit, fields], ensure_ascii=False, separators=(",", ":"))
    if len(text) > VALUE:
        raise ValueError(f"a button holds {VALUE} characters, this form needs {len(text)}")
    return text


def unpacked(text: str) -> Form | None:
    """The form a button carried; None for anything nobody made."""
    try:
        tap, submit, fields = json.loads(text)
        made = tuple(
            Field(name, label, kind, tuple((str(v), str(w)) for v, w in options), value, required)
            for name, label, kind, options, value, required in fields
        )
    except (ValueError, TypeError, RecursionError):
        return None
    return Form(str(tap), made, str(submit))


def _blocks(card: Card) -> Iterator[Block]:
    mark = _TONES[card.tone]
    title = f"{mark} {card.title}".strip() or "…"
    if len(title) <= HEADER and title.isprintable():
        yield {"type": "header", "text": _plain(title)}
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
    yield from _buttons(card)


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
    # A letter of control takes six in JSON, and pages are counted in that.
    heavy = len(text) > PIECE // 4 and len(json.dumps(text, ensure_ascii=False)) > 2 * len(text)
    most = PIECE // 4 if heavy else PIECE
    while len(text) > most:
        at = max(text.rfind("\n", 1, most), text.rfind(" ", 1, most)) + 1 or most
        yield text[:at]
        text = text[at:]
    if text:
        yield text


def _buttons(card: Card) -> Iterator[Block]:
    seen = [_button(one, number) for number, one in enumerate(card.buttons) if not one.more]
    if card.form:
        seen.append(_form_button(card.form))
    for row, start in enumerate(range(0, len(seen), ROW)):
        yield {
            "type": "actions",
            "block_id": f"row{row}",
            "elements": seen[start : start + ROW],
        }
    rest = [button for button in card.buttons if button.more]
    if rest:
        yield _more(rest)


def _button(button: Button, number: int) -> Block:
    found: Block = {
        "type": "button",
        "action_id": f"tap{number}",
        "text": _plain(_label(button.label)),
        "value": button.tap,
    }
    if button.style != "plain":
        found["style"] = button.style
    return found


def _form_button(form: Form) -> Block:
    text = f"{form.submit}…"
    return {
        "type": "button",
        "action_id": FORM,
        "text": _plain(_label(text)),
        "value": packed(form),
    }


def _more(buttons: list[Button]) -> Block:
    """One menu. Its id changes with what is in it, else Slack would keep the last choice marked and
    send nothing when the same is chosen again."""
    options = [{"text": _plain(_label(b.label)), "value": b.tap} for b in buttons]
    name = hashlib.sha256(repr(buttons).encode()).hexdigest()[:16]
    menu = {
        "type": "static_select",
        "action_id": "more",
        "placeholder": _plain("More"),
        "options": options[:100],
    }
    return {"type": "actions", "block_id": f"more{name}", "elements": [menu]}


def _modal(name: str, title: str, submit: str, where: str, blocks: list[Block]) -> Block:
    return {
        "type": "modal",
        "callback_id": name,
        "private_metadata": where,
        "title": _plain(title[:24]),
        "submit": _plain(submit[:24]),
        "close": _plain("Cancel"),
        "blocks": blocks,
    }


def _question(field: Field) -> Block:
    return {
        "type": "input",
        "block_id": field.name,
        "label": _plain(field.label[:2000]),
        "optional": not field.required,
        "element": _answer(field),
    }


def _answer(field: Field) -> Block:
    if field.kind == "choice":
        options = [{"text": _plain(_label(label)), "value": v} for v, label in field.options]
        chosen = [option for option in options if option["value"] == field.value]
        menu: Block = {"type": "static_select", "action_id": "v", "options": options[:100]}
        return {**menu, "initial_option": chosen[0]} if chosen else menu
    if field.kind == "number":
        found: Block = {"type": "number_input", "action_id": "v", "is_decimal_allowed": True}
    else:
        long = field.kind == "long"
        found = {"type": "plain_text_input", "action_id": "v", "multiline": long}
        found["max_length"] = 3000
    return {**found, "initial_value": field.value[:3000]} if field.value else found


def _label(text: str) -> str:
    return text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text or "…", "emoji": False}


def _words(text: str, *, bold: bool = False) -> Block:
    found: Block = {"type": "text", "text": text}
    return {**found, "style": {"bold": True}} if bold else found


def _section(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def _rich(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}
