"""The card: what a person reads, by meaning and not by looks. Each channel draws it its own way."""

from dataclasses import dataclass
from itertools import groupby
from typing import Literal, TypeAlias

from bot.conversations.files import File

Tone: TypeAlias = Literal["now", "ask", "good", "stop", "quiet"]
Colour: TypeAlias = Literal["green", "amber", "red", "plain"]
Style: TypeAlias = Literal["primary", "plain", "danger"]


@dataclass(frozen=True, slots=True)
class Button:
    """One tap. ``more`` puts it behind *More*: only two or three are seen at first."""

    label: str
    tap: str
    style: Style = "plain"
    more: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled line of the card, such as *You may* or *Told*."""

    label: str
    text: str
    tone: Colour = "plain"


@dataclass(frozen=True, slots=True)
class Bar:
    """A counted line of the digest. ``share`` is 0 to 1 of the largest in its ``group``."""

    label: str
    count: int
    share: float
    note: str = ""
    group: str = ""
    """The heading it stands under; lines of one group stand together."""


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form."""

    name: str
    label: str
    kind: Literal["text", "long", "number", "choice"] = "text"
    options: tuple[tuple[str, str], ...] = ()
    """Value and label, for a choice."""
    value: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A few questions, sent under ``tap``."""

    tap: str
    fields: tuple[Field, ...]
    submit: str = "Save"


@dataclass(frozen=True, slots=True)
class Card:
    """What a person reads, the same on every channel. ``plain`` is the whole of it as text."""

    title: str
    tone: Tone = "now"
    say: str = ""
    do: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    bars: tuple[Bar, ...] = ()
    note: str = ""
    buttons: tuple[Button, ...] = ()
    form: Form | None = None
    files: tuple[File, ...] = ()
    """They arrive beside the card or below it; an edit of the card brings none anew."""
    language: str = "en"
    """Of title, Say and Do, such as ``de``; all else is English."""

    def plain(self) -> str:
        """The whole card as text, for any channel and for screen readers."""
        parts = [self.title]
        if self.say:
            parts.append(f"Say: “{self.say}”")
        parts += [f"{number}. {step}" for number, step in enumerate(self.do, 1)]
        parts += [f"{fact.label}: {fact.text}" if fact.label else fact.text for fact in self.facts]
        for heading, bars in groupby(self.bars, key=lambda bar: bar.group):
            parts += [heading] if heading else []
            parts += [f"{b.label}: {b.count}{f' ({b.note})' if b.note else ''}" for b in bars]
        if self.note:
            parts.append(self.note)
        parts += [f"File: {file.name}" for file in self.files]
        return "\n".join(parts)
