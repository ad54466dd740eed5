"""What Slack sends, by meaning: who did what, where. Nothing of Slack's own shape is left in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from bot.conversations.types import Attached

NAME: Final = "slack"
HOME: Final = "home"
"""Stands as the thread of an address that means somebody's Home tab."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened. ``chat`` is empty in private: a direct message or a command."""

    chat: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody typed a line. ``typed`` is false where she chose a message somebody else wrote;
    ``hint`` is told to her alone, in ``heard_in``, once the line is kept."""

    key: str
    user: str
    place: Place
    text: str
    typed: bool = True
    hint: str = ""
    heard_in: str = ""
    attached: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True)
class Press:
    """A button, a menu's choice, or a form sent with its ``fields``."""

    key: str
    user: str
    place: Place
    tap: str
    fields: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A form has to be opened, within three seconds."""

    user: str
    trigger: str
    view: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Home:
    """Somebody looks at her Home tab."""

    key: str
    user: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The account was shut, or made a guest."""

    user: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing is kept; ``words`` say why, to nobody else."""

    user: str
    words: str
    chat: str = ""


Heard: TypeAlias = Line | Press | Ask | Home | Gone | Refusal | None


@dataclass(frozen=True, slots=True)
class Self:
    """Who we are, as Slack says: from ``auth.test``."""

    team: str
    user: str
    bot: str
    enterprise: str = ""
