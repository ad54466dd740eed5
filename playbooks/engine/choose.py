"""Which play for this reading: the exact ones first, then a chain that always ends in a card.

The chain: 0 exact; 1 the same kind at a neighbouring stage; 2 the same stage, another kind whose
loss is alike; 3 the pack's general play; 4 the built-in last play. Safety and praise never cross
into another kind. Within a step the more exact ``when`` wins, then the play whose examples speak of
such things, then the one that put more right here, as far as the numbers can say.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from playbooks.engine.learn import worth
from playbooks.engine.likeness import Vector, grams, postings, topical
from playbooks.engine.schema import Choice, History, Play, Reading, Results
from playbooks.engine.vocabulary import KIND_NAMES, STAGE_NAMES, STAGES, Heat, Kind, Stage, Value

LAST: Final = "last"
"""The pack of built-in plays that serve where nothing else does."""
GENERAL_CELLS: Final = 12
"""A play without conditions that serves so many stages x kinds is its pack's general play."""
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
    "nothing written for this moment, the last card of the house",
)
_DEGREES: Final = 5
_EXACT: Final = 1_000.0
"""What one point of exactness is worth in nearness: more than any line comes near."""
_GUEST: Final = 0.5
"""Nearness taken from a play for each kind beyond one, where another is at home in this kind. It is
there for its matter, a taxi or a cot, and comes to 2 and more where a line speaks of that; a word
met by chance brings it to 1."""
_FEW: Final = 4
"""Kinds of such a play; one that serves more, such as that of a bad review, is at home in each."""
_MOOD: Final = 3
"""Points of exactness a mood brings at most; a tier brings ten and a second failure a hundred."""
_UNHEARD: Final = 0.35
"""Nearness below which a line says nothing that any of several plays speaks of. Of eighty lines the
packs never saw none is below 0.5, and a play's own examples are above 5."""
_SILENT: Final = 0.15
"""The same where one play stands open and a mood alone may be told: small words come up to it."""


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

    def suits(self, reading: Reading, repeated: bool) -> bool:
        when = self.play.when
        return (
            (not when.heat or reading.heat in when.heat)
            and (not when.value or reading.value in when.value)
            and (when.repeat is None or when.repeat == repeated)
        )


class _Step:
    """The plays of one step of a chain: which suit a reading, and how near a line is to each.

    Both are found when first asked and kept: a cell is asked for again and again.
    """

    def __init__(self, fits: tuple[_Fit, ...]) -> None:
        self.fits = fits
        self.exact = [_EXACT * fit.exact for fit in fits]
        kinds = [len(fit.play.when.kinds) for fit in fits]
        at_home = any(n == 1 and not fit.exact for n, fit in zip(kinds, fits, strict=True))
        beyond = [n - 1 if at_home and n <= _FEW else 0 for n in kinds]
        self._start = [e - _GUEST * n for e, n in zip(self.exact, beyond, strict=True)]
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

    def near(self, line: Sequence[str], of: Callable[[str], Vector]) -> list[float]:
        """How much each play speaks of ``line``, in their order, above how exact it is."""
        if self._where is None:
            self._where = postings([of(fit.play.id) for fit in self.fits])
        near = self._start.copy()
        find = self._where.get
        for gram in grams(topical(line)):
            for index, weight in find(gram, ()):
                near[index] += weight
        return near


_Chain = tuple[_Step, ...]
"""The steps of one stage x kind that have any play, in order."""


def exactness(play: Play) -> int:
    """How narrow a play's conditions are: a second failure weighs most, then value, then heat."""
    when = play.when
    score = 0 if when.repeat is None else 100
    if when.value:
        score += 10 * (4 - len(when.value))
    return score + (4 - len(when.heat) if when.heat else 0)


def is_general(play: Play) -> bool:
    """True for a pack's own-it play: wide, and without any condition."""
    return exactness(play) == 0 and len(play.when.stages) * len(play.when.kinds) >= GENERAL_CELLS


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
        ranked: list[_Fit] = []
        for step in chain:
            fresh = _fresh(step, reading, history, repeated)
            if fresh and (len(fresh) > 1 or _mood_alone(reading)) and not ranked:
                general = chain[-1]
                near = step.near(line, self._topics(step.fits[fresh[0]].play.pack))
                if general is not step and line and _unheard(step, fresh, near, named):
                    last = _fresh(general, reading, history, repeated)
                    ranked += [general.fits[i] for i in last[:1]]
                fresh = _ranked(step, fresh, history, near, named)
            ranked += [step.fits[i] for i in fresh[: RUNNERS + 1]]
            if len(ranked) > 1:
                break
        chosen, *rest = ranked or _round(chain, reading, history, repeated)
        runners = tuple(fit.play.id for fit in rest[:RUNNERS])
        return Choice(chosen.play.id, _why(chosen, reading, repeated, named), runners, chosen.step)

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
        groups = groupby(made, key=lambda fit: fit.step)
        return tuple(_Step(tuple(group)) for _, group in groups)


def _mood_alone(reading: Reading) -> bool:
    """Whether a line may tell a mood and no matter: those are read as how somebody was treated."""
    return reading.kind == "attitude" and reading.heat > 0


def _unheard(step: _Step, fresh: list[int], near: Sequence[float], named: str) -> bool:
    """Whether several plays stand open and the line speaks of none of them: to say we spoiled her
    laundry, because that play comes first, would be worse than to say we will see to it. That she
    is furious tells as little of her matter; a tier or a second failure is matter enough. Where one
    play stands open the line must say next to nothing: *lady very angry with us*."""
    if step.place.get(named) in fresh:
        return False
    most = max(map(near.__getitem__, fresh))
    # Halves, because a play of a few kinds stands a little below its points.
    if 0.5 * _EXACT < most < (_MOOD + 0.5) * _EXACT:
        most = max(near[i] - step.exact[i] for i in fresh)
    return most < (_UNHEARD if len(fresh) > 1 else _SILENT)


def _ranked(
    step: _Step, fresh: list[int], history: History, near: Sequence[float], named: str
) -> list[int]:
    """Best first: the play that was named, then the more exact, then the nearer; where results are
    known, what worked here comes before what is nearer by less than a fifth of the nearest."""
    if history.results:
        near = _worths(step, history.results, near)
    ranked = sorted(fresh, key=near.__getitem__, reverse=True)
    best = step.place.get(named)
    if best in fresh:
        ranked.remove(best)
        ranked.insert(0, best)
    return ranked


def _worths(step: _Step, results: Mapping[str, Results], near: Sequence[float]) -> list[float]:
    """How exact each is, how near in five degrees, what worked here, the nearer by a hair."""
    alone = [each - exact for each, exact in zip(near, step.exact, strict=True)]
    unit = (max(0.0, *alone) or 1.0) / _DEGREES
    return [
        exact + 10 * round(each / unit) + 9 * worth(results.get(fit.key)) + each / unit / 1_000
        for each, exact, fit in zip(alone, step.exact, step.fits, strict=True)
    ]


def _fresh(step: _Step, reading: Reading, history: History, repeated: bool) -> list[int]:
    """Where the plays stand that suit and were not shown yet."""
    suiting, shown = step.suiting(reading, repeated), history.shown
    return [i for i in suiting if step.fits[i].play.id not in shown] if shown else suiting


def _round(chain: _Chain, reading: Reading, history: History, repeated: bool) -> list[_Fit]:
    """Everything was shown: what was shown least often comes first, the exact before others.

    Where no play suits at all (a last play was given conditions), any of the chain serves.
    """
    suiting = [step.fits[i] for step in chain for i in step.suiting(reading, repeated)]
    return sorted(
        suiting or [fit for step in chain for fit in step.fits],
        key=lambda fit: (history.shown.count(fit.play.id), fit.step),
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
