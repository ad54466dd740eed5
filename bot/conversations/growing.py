"""What people correct, and what a site has learned from it: the values, all frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from playbooks.engine.vocabulary import Heat, Kind, Stage

Decision: TypeAlias = Literal["waiting", "kept", "dropped", "gone"]
"""waiting: no trainer has looked at it; kept: an example of that site from the next publishing on;
dropped: not one, and its words are thrown away; gone: whoever corrected it took that back."""


@dataclass(frozen=True, slots=True)
class Taught:
    """That a person corrected the reading of a moment: who, when, to what, and how many further
    lines it had then. It stands on the moment, so that Undo takes it back with everything else."""

    stage: Stage
    kind: Kind
    heat: Heat
    by: str
    at: datetime
    notes: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """A line, what it was read as and what a person made of it. One a moment: a later correction
    takes the place of the first, and waits again."""

    moment: str
    site: str
    text: str
    stage: Stage
    kind: Kind
    heat: Heat
    read_stage: Stage
    read_kind: Kind
    read_heat: Heat
    by: str
    at: datetime
    state: Decision = "waiting"
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Publishing:
    """A trainer wants what was kept to be learned."""

    site: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Growth:
    """What a site has learned. ``learned`` is when the newest lesson in it was kept; ``asked`` is
    when a publishing was asked for that is not done yet. ``made`` is None where nothing was taken
    into use so far. ``overlay`` is the engine's own text, ``report`` JSON."""

    site: str
    weights: str = ""
    made: datetime | None = None
    overlay: str = ""
    report: str = ""
    lessons: int = 0
    learned: datetime | None = None
    asked: datetime | None = None
    asked_by: str = ""


class Lessons(Protocol):
    """What the conversation may ask of the store about corrections."""

    def correction(self, moment_id: str) -> Correction | None:
        """The correction of that moment."""
        ...

    def corrections(self, site: str, state: Decision, limit: int = 1000) -> tuple[Correction, ...]:
        """Corrections of a site in that state, the oldest first."""
        ...

    def correction_counts(self, site: str) -> Mapping[str, int]:
        """How many there are in each state."""
        ...

    def growth(self, site: str) -> Growth | None:
        """What the site has learned; None where nobody ever published."""
        ...
