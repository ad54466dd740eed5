"""Dialogs: what people at a desk type, press and read, written down once for every channel.

A dialog is a YAML list of steps, each with the person who takes it (``who``, Ana where none is
named):

    - say: guest 412 furious room not ready
    - press: Did it
    - fill: {rating: "5", words: so kind}
    - wait: 30 minutes          # the clock moves, and what is due is asked
    - expect: {title: "412", text: [...], absent: [...], buttons: [...], more: [...], nothing: yes}

It is played on a stage: the core alone, or the same core behind a channel.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final, Protocol

import yaml

from bot.conversations.types import Card

HERE: Final = Path(__file__).parent.parent
FIRST: Final = "ana"
ACTIONS: Final = ("say", "press", "fill", "wait", "expect")
WISHES: Final = frozenset(
    {"title", "tone", "text", "absent", "buttons", "more", "nothing", "cards"}
)


class Stage(Protocol):
    """Where a dialog is played. ``who`` is the id of a person: ana, bo, marta, tom, lee."""

    def say(self, who: str, text: str) -> None:
        """Types a line."""
        ...

    def press(self, who: str, label: str) -> None:
        """Presses the button of that label on the newest card of hers that has one."""
        ...

    def fill(self, who: str, fields: Mapping[str, str]) -> None:
        """Fills in the newest form before her and sends it."""
        ...

    def wait(self, span: timedelta) -> None:
        """Moves the clock; whatever comes due on the way is asked at its time."""
        ...

    def chat(self, who: str) -> list[Card]:
        """Her cards as they stand now, the one changed last at the end."""
        ...

    def changed(self, who: str) -> int:
        """How many cards of hers have been written so far: new ones and edits."""
        ...


class DialogError(AssertionError):
    """A step did not go as written. Says which, and what stood there instead."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a dialog."""

    number: int
    who: str
    action: str
    what: object


@dataclass(frozen=True, slots=True)
class Dialog:
    """A named list of steps."""

    name: str
    steps: tuple[Step, ...] = field(default=())


@cache
def dialogs() -> tuple[Dialog, ...]:
    """All dialogs of the project, by name; read once, though each channel asks."""
    return tuple(
        dialog_of(path.stem, path.read_text("utf-8")) for path in sorted(HERE.glob("*.yaml"))
    )


def dialog_of(name: str, text: str) -> Dialog:
    """A dialog from its YAML; ``DialogError`` where a step is not of the allowed form."""
    found = []
    for number, raw in enumerate(yaml.safe_load(text), 1):
        named = [action for action in ACTIONS if action in raw]
        if len(named) != 1 or set(raw) - {"who", named[0]}:
            raise DialogError(f"{name}, step {number}: one of {ACTIONS} and who, not {raw}")
        found.append(Step(number, str(raw.get("who", FIRST)), named[0], raw[named[0]]))
    return Dialog(name, tuple(found))


def play(dialog: Dialog, stage: Stage) -> None:
    """Takes every step, and stops at the first that does not go as written."""
    written: dict[str, int] = {}
    for step in dialog.steps:
        try:
            if step.action == "expect":
                _expect(step, stage, written.get(step.who, 0))
            else:
                written = {who: stage.changed(who) for who in _people(dialog)}
                _act(step, stage)
        except AssertionError as problem:
            where = f"{dialog.name}, step {step.number} ({step.action} {step.what!r})"
            raise DialogError(f"{where}: {problem}") from problem


def _people(dialog: Dialog) -> set[str]:
    return {step.who for step in dialog.steps}


def _act(step: Step, stage: Stage) -> None:
    match step.action, step.what:
        case "say", str(text):
            stage.say(step.who, text)
        case "press", str(label):
            stage.press(step.who, label)
        case "fill", dict(fields):
            stage.fill(step.who, {str(k): str(v) for k, v in fields.items()})
        case "wait", str(words):
            amount, unit = words.split()
            stage.wait(timedelta(**{unit.rstrip("s") + "s": int(amount)}))
        case _:
            raise DialogError("not of the form of this step")


def _expect(step: Step, stage: Stage, written: int) -> None:
    wish = step.what
    assert isinstance(wish, dict), "an expectation is a mapping"
    assert not set(wish) - WISHES, f"unknown: {sorted(set(wish) - WISHES)}"
    if wish.get("nothing"):
        assert stage.changed(step.who) == written, stage.chat(step.who)[-1].plain()
        return
    chat = stage.chat(step.who)
    if "cards" in wish:
        assert len(chat) == wish["cards"], [c.title for c in chat]
    card = _named(chat, str(wish.get("title", "")))
    if "tone" in wish:
        assert card.tone == wish["tone"], card.tone
    plain = card.plain()
    for words in _listed(wish.get("text")):
        assert words in plain, f"{words!r} is not on the card:\n{plain}"
    for words in _listed(wish.get("absent")):
        assert words not in plain, f"{words!r} is on the card:\n{plain}"
    labels = [b.label for b in card.buttons if not b.more]
    if "buttons" in wish:
        assert labels == wish["buttons"], labels
    every = [b.label for b in card.buttons]
    assert set(_listed(wish.get("more"))) <= set(every), every


def _named(chat: Iterable[Card], title: str) -> Card:
    for card in reversed(list(chat)):
        if title in card.title:
            return card
    raise DialogError(f"no card named {title!r} among {[c.title for c in chat]}")


def _listed(value: object) -> list[str]:
    return (
        []
        if value is None
        else [str(v) for v in value]
        if isinstance(value, list)
        else [str(value)]
    )
