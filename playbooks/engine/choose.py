"""Which play for this reading: what the line speaks of most plainly, else what serves any matter.

Every play is worth some points against a line (``points``), and the one with most is chosen. Safety
and praise never cross into another kind, and nothing leads over to telling others and back.

A line that tells nothing takes the chain: 0 exact; 1 the same kind at a neighbouring stage; 2 the
same stage, another kind whose loss is alike; 3 the pack's general play; 4 the plays of the house.
It always ends in a card.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from playbooks.engine.learn import worth
from playbooks.engine.likeness import grams, topical
from playbooks.engine.points import APART, ENOUGH, LAST, NAMED, Afar, Fit, fit_of, is_general
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

RUNNERS: Final = 3
_OTHERS: Final = 8
"""How many of those that stand without a word are looked at: three are shown, and results move
what is nearly as good."""
_DEGREE: Final = 1.0
"""Points within which what worked here comes before what is nearer."""
_BY_RESULT: Final = 0.9
"""What the best results outweigh, of a degree of nearness."""

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
_SPOKEN: Final = "written for another moment, but it speaks of this"


class NoPlayError(LookupError):
    """The library has no play at all for this pack: load the built-in packs too."""


class SpeaksOf(Protocol):
    """What choosing asks of the topics of a pack."""

    def near(self, told: Sequence[str]) -> Mapping[str, float]:
        """The plays a line of these grams may be about, and how near it is to each."""
        ...


class _Chain:
    """What was written for one stage x kind, in the order of its steps: play -> step. Which suit a
    reading is found when first asked and kept: a cell is asked for again and again."""

    def __init__(self, fits: Mapping[str, Fit], step: Mapping[str, int]) -> None:
        self.fits = fits
        self._ranks = {name: (at, -fits[name].exact, fits[name].wide) for name, at in step.items()}
        self.step = {
            name: step[name] for name in sorted(step, key=lambda name: (self._ranks[name], name))
        }
        self._standing: dict[tuple[Heat, Value, bool, bool, bool], list[tuple[str, float]]] = {}

    def standing(self, reading: Reading, repeated: bool, told: bool) -> list[tuple[str, float]]:
        """What suits, and its points without a word about its matter, the best first. Where the
        line tells nothing: whole degrees along the steps, the exact before others in each."""
        guess = reading.confidence < UNSURE
        facts = (reading.heat, reading.value, repeated, guess, told)
        found = self._standing.get(facts)
        if found is None:
            names = [name for name in self.step if self.fits[name].suits(reading, repeated)]
            ranks = sorted({self._ranks[name] for name in names})
            points = {
                name: self._points(name, guess)
                if told
                else -2 * _DEGREE * ranks.index(self._ranks[name])
                for name in names
            }
            found = self._standing[facts] = sorted(points.items(), key=lambda pair: -pair[1])
        return found

    def _points(self, name: str, guess: bool) -> float:
        if self.home(name):
            return self.fits[name].score(0.0, guess=guess)
        return -float(self.step[name])

    def home(self, name: str) -> bool:
        """Whether the play serves this very stage and kind."""
        return self.step.get(name, 1) not in {1, 2}


class Chooser:
    """Chooses among ``plays``; the chain of each stage x kind is found once and kept."""

    def __init__(self, plays: Iterable[Play], topics: Callable[[str], SpeaksOf]) -> None:
        """``topics`` tells of a pack what each of its plays speaks of."""
        self._topics = topics
        self._packs: dict[str, list[Play]] = {}
        for play in plays:
            self._packs.setdefault(play.pack, []).append(play)
        self._fits = {play.id: fit_of(play) for own in self._packs.values() for play in own}
        self._chains: dict[tuple[str, Stage, Kind], _Chain] = {}

    def choose(
        self, reading: Reading, history: History, pack: str, line: Sequence[str], named: str = ""
    ) -> Choice:
        """The play for ``reading`` out of ``pack``; ``line`` holds the words of the message.

        ``named`` is a play one of whose examples says nearly the same: it wins where it suits.
        """
        repeated = reading.repeat or history.failures > 0
        chain = self._chain(pack, reading.stage, reading.kind)
        scores = self._scores(reading, repeated, pack, line, named, history.shown)
        if history.results:
            scores = self._with_results(scores, history.results)
        ranked = sorted(scores, key=lambda name: -scores[name])
        chosen, *rest = ranked or _round(chain, reading, history, repeated)
        why = _why(self._fits[chosen], chain, reading, repeated, named)
        return Choice(chosen, why, tuple(rest[:RUNNERS]), chain.step.get(chosen, 2))

    def spoken(self, reading: Reading, pack: str, line: Sequence[str]) -> Play | None:
        """The play that a line speaks of so plainly that it was misread: of another stage or kind,
        weighed by the chances of both, and before all that was written for what was read."""
        if not reading.chances or reading.kind in APART:
            return None
        scores = self._scores(reading, reading.repeat, pack, line)
        if not scores:
            return None
        first = max(scores, key=scores.__getitem__)
        home = self._chain(pack, reading.stage, reading.kind).home(first)
        return None if home else self._fits[first].play

    def _scores(
        self, reading: Reading, repeated: bool, pack: str, line: Sequence[str], named: str = "",
        shown: Collection[str] = (),
    ) -> dict[str, float]:  # fmt: skip
        """Points of what the line speaks of and of the best that stands without a word of it,
        without those that were ``shown``."""
        chain = self._chain(pack, reading.stage, reading.kind)
        guess = reading.confidence < UNSURE
        afar = Afar(reading)
        scores = {}
        told = grams(topical(line))
        plainly = min(1.0, len(told) / ENOUGH) ** 0.5
        for name, near in self._topics(pack).near(told).items():
            fit = self._fits[name]
            if name in shown or not fit.suits(reading, repeated):
                continue
            if chain.home(name):
                scores[name] = fit.score(near, guess=guess)
            elif (less := afar.less(fit.play)) is not None:
                scores[name] = fit.score(plainly * near) - less
        if named and named not in shown and self._fits[named].suits(reading, repeated):
            scores[named] = NAMED
        others = 0
        for name, points in chain.standing(reading, repeated, told=bool(line)):
            if name not in scores and name not in shown:
                scores[name] = points
                others += 1
                if others == _OTHERS:
                    break
        return scores

    def _with_results(
        self, scores: Mapping[str, float], results: Mapping[str, Results]
    ) -> dict[str, float]:
        """What worked here comes before what is nearer by less than a degree, equals by a hair."""
        return {
            name: _DEGREE * round(score / _DEGREE)
            + _BY_RESULT * _DEGREE * worth(results.get(self._fits[name].key))
            + score / 1_000
            for name, score in scores.items()
        }

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
            **{play.id: 4 for play in serving or last or own},
            **dict(_own_steps(own, stage, kind)),
        }
        if not steps:
            raise NoPlayError(pack)
        return _Chain(self._fits, steps)


def _round(chain: _Chain, reading: Reading, history: History, repeated: bool) -> list[str]:
    """Everything was shown: what was shown least often comes first, the exact before others.

    Where no play suits at all (a last play was given conditions), any of the chain serves.
    """
    suiting = [name for name, _ in chain.standing(reading, repeated, told=False)]
    return sorted(suiting or chain.step, key=history.shown.count)


def _own_steps(plays: list[Play], stage: Stage, kind: Kind) -> Iterator[tuple[str, int]]:
    family: set[Kind] = {other for alike in FAMILIES if kind in alike for other in alike}
    at = STAGES.index(stage)
    # Nothing leads over to telling others and back: a guest who waits is not answered as a review.
    neighbours = {STAGES[i] for i in (at - 1, at + 1) if 0 <= i < len(STAGES)} - {"umot"}
    neighbours = set() if stage == "umot" else neighbours
    for play in plays:
        general = is_general(play)
        if _serves(play, stage, {kind}):
            yield play.id, 3 if general else 0
        elif not general and kind in play.when.kinds and play.when.stages & neighbours:
            yield play.id, 1
        elif not general and _serves(play, stage, family):
            yield play.id, 2


def _serves(play: Play, stage: Stage, kinds: Mapping[Kind, object] | set[Kind]) -> bool:
    return stage in play.when.stages and not play.when.kinds.isdisjoint(kinds)


def _why(fit: Fit, chain: _Chain, reading: Reading, repeated: bool, named: str) -> str:
    when, step = fit.play.when, chain.step.get(fit.play.id)
    parts = [_SPOKEN if step is None else _STEPS[step]]
    if fit.play.id == named:
        parts.append("nearly one of its examples")
    if repeated and when.repeat:
        parts.append("it went wrong before")
    if when.value:
        parts.append("a guest of ours for long" if reading.value == "regular" else "a VIP")
    if when.heat:
        parts.append(("calm", "upset", "furious")[reading.heat])
    return ", ".join(parts)


def cell_in_words(reading: Reading) -> str:
    """``With us now, Not available``: stage and kind as the card shows them."""
    return f"{STAGE_NAMES[reading.stage]}, {KIND_NAMES[reading.kind]}"
