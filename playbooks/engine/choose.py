"""Which play for this reading: the exact ones first, then a chain that always ends in a card.

The chain: 0 exact; 1 the same kind at a neighbouring stage; 2 the same stage, another kind whose
loss is alike; 3 the pack's general play; 4 the built-in last plays. Safety and praise never cross
into another kind. Within a step the more exact ``when`` wins, then the play whose examples speak of
such things, then the one that put more right here, as far as the numbers can say.

A play is there for its matter, a taxi or a towel. One that the line does not speak of stands behind
those that serve any matter: to say that the taxi is coming, to somebody whose parcel is late, is
worse than to say that we find out where it stands.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from playbooks.engine.learn import worth
from playbooks.engine.likeness import Vector, grams, postings, topical
from playbooks.engine.schema import Choice, History, Play, Reading, Results
from playbooks.engine.vocabulary import (
    KIND_NAMES,
    STAGE_NAMES,
    STAGES,
    UNSURE,
    Heat,
    Kind,
    Stage,
    Value,
)

LAST: Final = "last"
"""The pack of built-in plays that serve where nothing else does."""
GENERAL_CELLS: Final = 12
"""A play for any matter that serves so many stages x kinds is its pack's general play."""
RUNNERS: Final = 3

FAMILIES: Final[tuple[frozenset[Kind], ...]] = (
    frozenset({"billing"}),
    frozenset({"defect", "mistake", "lost_damaged"}),
    frozenset({"unavailable", "slow", "broken_promise"}),
    frozenset({"attitude", "special_need", "other_customers"}),
    frozenset({"question", "policy", "customer_error"}),
    frozenset({"safety"}),
    frozenset({"praise"}),
)
"""Kinds whose loss is alike (money, product, service, attention, none), so that one's words can
serve the other. Safety and praise stand alone."""

_STEPS: Final = (
    "written for this moment",
    "nothing written for this stage, taken from the nearest one",
    "nothing written for this kind, taken from one with the same loss",
    "nothing written for this moment, the general play of the pack",
    "nothing written for this matter, a card of the house",
)
_DEGREES: Final = 5
_BY_RESULT: Final = 0.9
"""What the best results outweigh, of a degree of nearness."""
_EXACT: Final = 1_000.0
"""What one point of exactness is worth in nearness: more than any line comes near."""
_GUEST: Final = 0.25
"""Nearness taken from a play for each kind beyond one, where another is at home in this kind: it is
there for its matter, a taxi or a cot. Twice as much kept the card about *which room is his wife in*
from a line that held its very words."""
_FEW: Final = 4
"""Kinds of such a play; one that serves more, such as that of a bad review, is at home in each."""
_MOOD: Final = 3
"""Points of exactness a mood brings at most; a tier brings ten and a second failure a hundred, and
both are matter enough."""
HEARD: Final = 2.0
"""Nearness from which a line speaks of a play's matter: what one of its own words brings. Of the
examples of the shipped plays, by which those are weighed, two in a hundred lie below it."""
AFAR: Final = 4.5
"""The same for a play of another stage or kind, which the reader would have to have misread."""
_WIDE: Final = 0.25
"""Nearness taken from a play of any matter for each stage and kind it serves beyond one."""
_ANYWAY: Final = 3
"""From this step on a play serves any matter."""


class NoPlayError(LookupError):
    """The library has no play at all for this pack: load the built-in packs too."""


@dataclass(frozen=True, slots=True)
class _Fit:
    """A play at one step of a cell's chain, with what must hold for it and how exact it is."""

    play: Play
    key: str
    """``play@revision``, as results are kept."""
    step: int
    exact: int

    @property
    def anyway(self) -> bool:
        """Whether it serves whatever the matter is."""
        return self.step >= _ANYWAY or (not self.step and self.play.when.any_matter)

    def suits(self, reading: Reading, repeated: bool) -> bool:
        when = self.play.when
        return (
            (not when.heat or reading.heat in when.heat)
            and (not when.value or reading.value in when.value)
            and (when.repeat is None or when.repeat == repeated)
        )


class _Chain:
    """The plays of one stage x kind, in the order of their steps: which suit a reading, and how
    near a line is to each. Both are found when first asked and kept: a cell is asked for again and
    again.
    """

    def __init__(self, fits: Sequence[_Fit]) -> None:
        self.fits = fits
        self._exact = [_EXACT * fit.exact for fit in fits]
        self._start = [e - less for e, less in zip(self._exact, _taken(fits), strict=True)]
        self.step = [fit.step for fit in fits]
        self._bound = [
            -_EXACT if fit.exact > _MOOD else _EXACT * fit.exact + (AFAR if fit.step else HEARD)
            for fit in fits
        ]
        self.anyway = {i for i, fit in enumerate(fits) if fit.anyway}
        self.place = {fit.play.id: i for i, fit in enumerate(fits)}
        self._suiting: dict[tuple[Heat, Value, bool], list[int]] = {}
        self._where: dict[str, list[tuple[int, float]]] | None = None

    def suiting(self, reading: Reading, repeated: bool) -> list[int]:
        """Where the plays stand whose conditions hold."""
        facts = (reading.heat, reading.value, repeated)
        found = self._suiting.get(facts)
        if found is None:
            found = [i for i, fit in enumerate(self.fits) if fit.suits(reading, repeated)]
            self._suiting[facts] = found
        return found

    def near(self, told: Sequence[str], of: Callable[[Play], Vector]) -> list[float]:
        """How near a line of these grams is to each play, in their order, above how exact it is."""
        if self._where is None:
            self._where = postings([of(fit.play) for fit in self.fits])
        near = self._start.copy()
        find = self._where.get
        for gram in told:
            for index, weight in find(gram, ()):
                near[index] += weight
        return near

    def spoken(self, fresh: list[int], near: Sequence[float], named: int | None) -> list[int]:
        """Which of ``fresh`` the line speaks of, or a tier or a second failure calls for: that
        somebody is furious tells nothing of the matter."""
        bound = self._bound
        return [at for at in fresh if near[at] >= bound[at] or at == named]


def _taken(fits: Sequence[_Fit]) -> list[float]:
    """What each play's nearness is less for being there for several kinds."""
    at_home = {
        step: any(
            fit.step == step and len(fit.play.when.kinds) == 1 and not fit.exact for fit in fits
        )
        for step in range(len(_STEPS))
    }
    less = []
    for fit in fits:
        kinds = len(fit.play.when.kinds)
        guest = _GUEST * (kinds - 1) if at_home[fit.step] and kinds <= _FEW else 0.0
        less.append(_WIDE * (_cells(fit.play) - 1) if fit.anyway else guest)
    return less


def exactness(play: Play) -> int:
    """How narrow a play's conditions are: a second failure weighs most, then value, then heat."""
    when = play.when
    score = 0 if when.repeat is None else 100
    if when.value:
        score += 10 * (4 - len(when.value))
    return score + (4 - len(when.heat) if when.heat else 0)


def is_general(play: Play) -> bool:
    """True for a pack's own-it play: wide, and without any condition."""
    wide = play.when.any_matter and _cells(play) >= GENERAL_CELLS
    return wide and exactness(play) == 0


def _cells(play: Play) -> int:
    return len(play.when.stages) * len(play.when.kinds)


class Chooser:
    """Chooses among ``plays``; the chain of each stage x kind is found once and kept."""

    def __init__(
        self, plays: Iterable[Play], topics: Callable[[str], Callable[[str], Vector]]
    ) -> None:
        """``topics`` tells of a pack what each of its plays speaks of."""
        self._topics = topics
        self._packs: dict[str, list[Play]] = {}
        for play in plays:
            self._packs.setdefault(play.pack, []).append(play)
        self._chains: dict[tuple[str, Stage, Kind], _Chain] = {}

    def choose(
        self, reading: Reading, history: History, pack: str, line: Sequence[str], named: str = ""
    ) -> Choice:
        """The play for ``reading`` out of ``pack``; ``line`` holds the words of the message.

        ``named`` is a play one of whose examples says nearly the same: it wins where it suits.
        """
        repeated = reading.repeat or history.failures > 0
        chain = self._chain(pack, reading.stage, reading.kind)
        fresh = _fresh(chain, reading, history, repeated)
        near = chain.near(grams(topical(line)), self._speaks_of)
        if history.results:
            near = _worths(chain, history.results, near)
        ranked = _ranked(chain, fresh, near, chain.place.get(named), bool(line), reading.confidence)
        chosen, *rest = (
            chain.fits[at] for at in ranked or _round(chain, reading, history, repeated)
        )
        runners = tuple(fit.play.id for fit in rest[:RUNNERS])
        return Choice(chosen.play.id, _why(chosen, reading, repeated, named), runners, chosen.step)

    def _speaks_of(self, play: Play) -> Vector:
        return self._topics(play.pack)(play.id)

    def _chain(self, pack: str, stage: Stage, kind: Kind) -> _Chain:
        cell = (pack, stage, kind)
        found = self._chains.get(cell)
        if found is None:
            found = self._chains[cell] = self._build(pack, stage, kind)
        return found

    def _build(self, pack: str, stage: Stage, kind: Kind) -> _Chain:
        own, last = self._packs.get(pack, []), self._packs.get(LAST, [])
        serving = [play for play in last if _serves(play, stage, {kind})]
        steps = {
            **{play.id: (4, play) for play in serving or last or own},
            **_own_steps(own, stage, kind),
        }
        if not steps:
            raise NoPlayError(pack)
        made = [
            _Fit(play, f"{play.id}@{play.revision}", step, exactness(play))
            for step, play in steps.values()
        ]
        made.sort(key=lambda fit: (fit.step, -fit.exact, fit.play.id))
        return _Chain(made)


def _ranked(
    chain: _Chain,
    fresh: list[int],
    near: Sequence[float],
    named: int | None,
    told: bool,
    sure: float,
) -> list[int]:
    """The first few: what was named, what the line speaks of, what serves any matter, then what
    else was written for such a moment, as another idea; in each the earlier step, the nearer.

    A line that tells nothing (``told`` is false) leaves them in the order of their steps. Where the
    kind is a guess, of what serves any matter the widest comes first: it says the least.
    """
    heard = chain.spoken(fresh, near, named) if told else fresh
    first = sorted(heard, key=lambda at: (at != named, chain.step[at], -near[at]))
    if len(first) > RUNNERS or len(first) == len(fresh):
        return first
    rest = set(fresh).difference(first)
    anyway = sorted(rest & chain.anyway, key=lambda at: (chain.step[at], -near[at]))
    if sure < UNSURE:
        anyway.sort(key=lambda at: -_cells(chain.fits[at].play))
    if len(first) + len(anyway) > RUNNERS:
        return first + anyway
    others = sorted(rest - chain.anyway, key=lambda at: (chain.step[at], -near[at]))
    return first + anyway + others


def _worths(chain: _Chain, results: Mapping[str, Results], near: Sequence[float]) -> list[float]:
    """Near, but what worked here comes before what is nearer by less than a fifth of the nearest
    of its step: how exact each is, how near in five degrees, what worked, the nearer by a hair."""
    alone = [each - _EXACT * fit.exact for each, fit in zip(near, chain.fits, strict=True)]
    units: dict[int, float] = {}
    for each, fit in zip(alone, chain.fits, strict=True):
        units[fit.step] = max(units.get(fit.step, 0.0), each)
    made = []
    for each, fit in zip(alone, chain.fits, strict=True):
        unit = (units[fit.step] or 1.0) / _DEGREES
        worked = _BY_RESULT * unit * worth(results.get(fit.key))
        made.append(_EXACT * fit.exact + unit * round(each / unit) + worked + each / 1_000)
    return made


def _fresh(chain: _Chain, reading: Reading, history: History, repeated: bool) -> list[int]:
    """Where the plays stand that suit and were not shown yet."""
    suiting, shown = chain.suiting(reading, repeated), history.shown
    return [i for i in suiting if chain.fits[i].play.id not in shown] if shown else suiting


def _round(chain: _Chain, reading: Reading, history: History, repeated: bool) -> list[int]:
    """Everything was shown: what was shown least often comes first, the exact before others.

    Where no play suits at all (a last play was given conditions), any of the chain serves.
    """
    return sorted(
        chain.suiting(reading, repeated) or range(len(chain.fits)),
        key=lambda at: (history.shown.count(chain.fits[at].play.id), at),
    )


def _own_steps(plays: list[Play], stage: Stage, kind: Kind) -> dict[str, tuple[int, Play]]:
    family: set[Kind] = {other for alike in FAMILIES if kind in alike for other in alike}
    at = STAGES.index(stage)
    # Nothing leads over to telling others and back: a guest who waits is not answered as a review.
    neighbours = {STAGES[i] for i in (at - 1, at + 1) if 0 <= i < len(STAGES)} - {"umot"}
    neighbours = set() if stage == "umot" else neighbours
    steps: dict[str, tuple[int, Play]] = {}
    for play in plays:
        general = is_general(play)
        if _serves(play, stage, {kind}):
            steps[play.id] = (3 if general else 0, play)
        elif not general and kind in play.when.kinds and play.when.stages & neighbours:
            steps[play.id] = (1, play)
        elif not general and _serves(play, stage, family):
            steps[play.id] = (2, play)
    return steps


def _serves(play: Play, stage: Stage, kinds: Mapping[Kind, object] | set[Kind]) -> bool:
    return stage in play.when.stages and not play.when.kinds.isdisjoint(kinds)


def _why(fit: _Fit, reading: Reading, repeated: bool, named: str) -> str:
    parts = [_STEPS[fit.step]]
    if fit.play.id == named:
        parts.append("nearly one of its examples")
    if repeated and fit.play.when.repeat:
        parts.append("it went wrong before")
    if fit.play.when.value:
        parts.append("a guest of ours for long" if reading.value == "regular" else "a VIP")
    if fit.play.when.heat:
        parts.append(("calm", "upset", "furious")[reading.heat])
    return ", ".join(parts)


def cell_in_words(reading: Reading) -> str:
    """``With us now, Not available``: stage and kind as the card shows them."""
    return f"{STAGE_NAMES[reading.stage]}, {KIND_NAMES[reading.kind]}"
