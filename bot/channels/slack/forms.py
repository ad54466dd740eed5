"""What is pressed and filled in: buttons, a menu, and forms as Slack's modals."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from bot.channels.clear import clear
from bot.conversations.types import Button, Card, Field, Form

Block: TypeAlias = dict[str, Any]

FORM: Final = "form"
"""What the id of a button that opens a form begins with."""
LABEL: Final = 75
VALUE: Final = 2000
ROW: Final = 5
"""Buttons beside each other before a telephone breaks the line."""


def rows(card: Card) -> Iterator[Block]:
    """A card's buttons, a few beside each other, and a menu of what is behind *More*."""
    seen = [_button(one, number) for number, one in enumerate(card.buttons) if not one.more]
    if card.form:
        seen.append(_form_button(card.form))
    for row, start in enumerate(range(0, len(seen), ROW)):
        yield {
            "type": "actions",
            "block_id": f"row{row}",
            "elements": seen[start : start + ROW],
        }
    rest = [one for one in card.buttons if one.more]
    if rest:
        yield _more(rest)


def _button(button: Button, number: int) -> Block:
    found: Block = {
        "type": "button",
        "action_id": f"tap{number}",
        "text": plain_text(label(button.label)),
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
        "text": plain_text(label(text)),
        "value": packed(form),
    }


def _more(buttons: list[Button]) -> Block:
    """One menu. Its id changes with what is in it, else Slack would keep the last choice marked and
    send nothing when the same is chosen again."""
    options = [{"text": plain_text(label(b.label)), "value": b.tap} for b in buttons]
    name = hashlib.sha256(repr(buttons).encode()).hexdigest()[:16]
    menu = {
        "type": "static_select",
        "action_id": "more",
        "placeholder": plain_text("More"),
        "options": options[:100],
    }
    return {"type": "actions", "block_id": f"more{name}", "elements": [menu]}


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


def _modal(name: str, title: str, submit: str, where: str, blocks: list[Block]) -> Block:
    return {
        "type": "modal",
        "callback_id": name,
        "private_metadata": where,
        "title": plain_text(title[:24]),
        "submit": plain_text(submit[:24]),
        "close": plain_text("Cancel"),
        "blocks": blocks,
    }


def _question(field: Field) -> Block:
    return {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(field.label[:2000]),
        "optional": not field.required,
        "element": _answer(field),
    }


def _answer(field: Field) -> Block:
    if field.kind == "choice":
        options = [{"text": plain_text(label(words)), "value": v} for v, words in field.options]
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


def label(text: str) -> str:
    """A button's words, within what Slack allows."""
    return text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"


def plain_text(text: str) -> Block:
    """Text in which Slack reads no markup."""
    return {"type": "plain_text", "text": clear(text) or "…", "emoji": False}
