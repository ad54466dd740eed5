"""The buttons below a card, and what each carries."""

from collections.abc import Iterable
from typing import Final, TypeAlias

from bot.channels.clear import clear
from bot.conversations.types import Button, Card, Field

ROW: Final = 30
"""Letters that fit beside each other on a narrow phone."""
MORE, LESS, WRITE, CHOSEN = "*more", "*less", "*form", "="

Rows: TypeAlias = tuple[tuple[tuple[str, str], ...], ...]


def keyboard(card: Card, *, all_of_it: bool = False) -> Rows:
    """Rows of (label, what it carries). What stands behind *More* comes with ``all_of_it``."""
    seen = [b for b in card.buttons if not b.more]
    hidden = [b for b in card.buttons if b.more]
    rows = [*_choices(card), *_rows(seen)]
    if card.form and written(card.form.fields):
        label = card.form.submit if not choosable(card) else written(card.form.fields)[0].label
        rows.append(((f"✎ {label}", WRITE),))
    if hidden and all_of_it:
        rows += [*_rows(hidden), (("Less", LESS),)]
    elif hidden:
        rows.append((("More …", MORE),))
    return tuple(rows)


def written(fields: Iterable[Field]) -> list[Field]:
    """What is asked for in words; long answers last."""
    return sorted((f for f in fields if not _is_choice(f)), key=lambda f: f.kind == "long")


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
    for asked in choosable(card):
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


def choosable(card: Card) -> list[Field]:
    """Choices that fit buttons; the others are asked for in words."""
    return [f for f in card.form.fields if _is_choice(f)] if card.form else []


def _is_choice(asked: Field) -> bool:
    """Within what a button carries: the longest word of a form takes 40 of its 64 bytes."""
    longest = max((len(f"{asked.name}{v}".encode()) for v, _ in asked.options if v), default=99)
    return asked.kind == "choice" and longest <= 20 and len(asked.options) <= 20
