"""What each play is worth against one line, in points of nearness (``topics.Topics``).

All plays of a pack are weighed at once. A play of another stage or kind than was read must be
spoken of the more plainly, the surer the reader was. Against them stand the plays for any matter,
with points of their own: to say that the taxi is coming, to somebody whose parcel is late, is worse
than to say that we find out where it stands. A play for a second failure or a tier stands there
too, without a word about its matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import Final, TypeVar

from playbooks.engine.schema import Play, Reading
from playbooks.engine.vocabulary import STAGES, Kind, Stage

LAST: Final = "last"
"""The pack of built-in plays that serve where nothing else does."""
GENERAL_CELLS: Final = 12
"""A play for any matter that serves so many stages x kinds is its pack's general play."""
APART: Final[frozenset[Kind]] = frozenset({"safety", "praise"})
"""Kinds that never cross into another."""

# Points of nearness. All were found together on 2,940 lines whose play somebody named, by what they
# are worth to a clerk: the right card 1, one for any matter 0.45, another matter's 0. None is
# delicate: half a point either way costs one card in a hundred at most (docs/choosing.md).
# Those of plays for any matter were lowered by up to a point after a look at 320 other lines.
ANYWAY: Final = 5.0
"""Of a play of the pack for any matter."""
HOUSE: Final = 4.3
"""Of a play of the house: behind those of the pack."""
_CALLED_FOR: Final = 4.8
"""At least, of a play for a tier or a second failure: matter enough without a word about it."""
_NARROWER: Final = 1.0
"""Added to it: it knows more about this customer."""
_HEATED: Final = 0.1
"""For each point of exactness a mood brings: it decides between plays as near."""
_GUEST: Final = 0.2
"""Taken from a play for each kind beyond one, three at most: it is less at home in each."""
_GUESTS: Final = 3
_TOLD: Final[frozenset[Stage]] = frozenset({"umot"})
_T = TypeVar("_T")
_AFAR: Final = 1.5
"""Taken from a play of another stage or kind."""
ENOUGH: Final = 16
"""Grams, of four or five words, that may say so: of a line with fewer its nearness to such a play
counts less. *Bill too high* shares with the play of a full car park that something is too high."""
_OF_KIND: Final = 0.55
_OF_STAGE: Final = 0.6
"""What the logarithm of a chance weighs."""
_LEAST: Final = 0.02
"""Chance every kind and stage has at least: the reader errs where it is sure, too."""
_CERTAIN: Final = 3.0
"""Taken where the kind was said or settled, and for the stage likewise."""
NAMED: Final = 20.0
"""Of a play one of whose examples says nearly the same: more than any line comes near."""
_MOOD: Final = 3
"""Points of exactness a mood brings at most; a tier brings ten and a second failure a hundred."""
_WIDTH: Final = 0.01
"""For each stage and kind that a play for any matter serves: it orders those, and nothing else."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A play of one pack or of the house, with what is asked of it again and again."""

    play: Play
    key: str
    """``play@revision``, as results are kept."""
    exact: int
    points: float
    """Without a word about its matter; below nothing for a play that needs one."""
    held: float
    """Taken from its nearness."""
    wide: float
    """How wide a play for any matter is, as a hair of points; 0 for others."""

    def suits(self, reading: Reading, repeated: bool) -> bool:
        """Whether its conditions hold."""
        when = self.play.when
        return (
            (not when.heat or reading.heat in when.heat)
            and (not when.value or reading.value in when.value)
            and (when.repeat is None or when.repeat == repeated)
        )

    def score(self, near: float, *, guess: bool = False) -> float:
        """Points in its own stage and kind; ``guess`` where that kind is one: then of what serves
        any matter the widest comes first, for it says the least, and else the narrowest."""
        points = self.points
        if points >= HOUSE and self.wide:
            points = (HOUSE if guess else points) + (self.wide if guess else -self.wide)
        called_for = self.exact > _MOOD
        spoken = near - self.held + _NARROWER * called_for
        return max(spoken, points) + _HEATED * (_MOOD if called_for else self.exact)


def fit_of(play: Play) -> Fit:
    """The play with its points."""
    exact = exactness(play)
    house = play.pack == LAST
    anyway = house or play.when.any_matter
    called_for = _CALLED_FOR if exact > _MOOD else -_NARROWER
    points = (HOUSE if house else ANYWAY) if anyway else called_for
    held = _GUEST * min(_GUESTS, len(play.when.kinds) - 1)
    wide = _WIDTH * cells(play) if anyway else 0.0
    return Fit(play, f"{play.id}@{play.revision}", exact, points, held, wide)


def beside(play: Play, reading: Reading) -> tuple[frozenset[Stage], frozenset[Kind]]:
    """The stages and kinds of a play that a line may be taken for which was read so: none of one
    of the two where it may not cross."""
    told = reading.stage == "umot"
    stages = play.when.stages & _TOLD if told else play.when.stages - _TOLD
    apart = reading.kind in APART
    kinds = play.when.kinds & {reading.kind} if apart else play.when.kinds - APART
    return stages, kinds


def exactness(play: Play) -> int:
    """How narrow a play's conditions are: a second failure weighs most, then value, then heat."""
    when = play.when
    score = 0 if when.repeat is None else 100
    if when.value:
        score += 10 * (4 - len(when.value))
    return score + (4 - len(when.heat) if when.heat else 0)


def is_general(play: Play) -> bool:
    """True for a pack's own-it play: wide, and without any condition."""
    wide = play.when.any_matter and cells(play) >= GENERAL_CELLS
    return wide and exactness(play) == 0


def cells(play: Play) -> int:
    """How many stages x kinds it serves."""
    return len(play.when.stages) * len(play.when.kinds)


class Afar:
    """What plays of another stage or kind have less, for one reading: the more, the surer the
    reader was."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        chances = dict(zip(reading.kinds, reading.chances, strict=False))
        self._kinds, self._other_kind = _costs(chances, reading.kind, _OF_KIND)
        stages = dict(zip(STAGES, reading.stage_chances, strict=False))
        self._stages, self._other_stage = _costs(stages, reading.stage, _OF_STAGE)

    def less(self, play: Play) -> float | None:
        """Points; None where its words may not serve such a line."""
        if play.when.any_matter:
            return None
        stages, kinds = beside(play, self._reading)
        if not stages or not kinds:
            return None
        less = _AFAR
        if self._reading.kind not in kinds:
            less += min(self._kinds.get(kind, self._other_kind) for kind in kinds)
        if self._reading.stage not in stages:
            less += min(self._stages.get(stage, self._other_stage) for stage in stages)
        return less


def _costs(chances: Mapping[_T, float], read: _T, weight: float) -> tuple[dict[_T, float], float]:
    """What each costs that was thought of, and what any other does."""
    if read not in chances:
        return {}, _CERTAIN
    top = log(chances[read] + _LEAST)
    found = {each: weight * (top - log(chance + _LEAST)) for each, chance in chances.items()}
    return {each: max(0.0, cost) for each, cost in found.items()}, weight * (top - log(_LEAST))
