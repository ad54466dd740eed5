"""From one hurried line to a ``Reading``: facts found outright, the learned model, and the rules.

Order of power: a rule for danger beats the model, a fact stated outright beats the model, the model
decides the rest. No input raises: an empty line is read as "not a moment".
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, cast

from playbooks.engine import facts, linear, rules
from playbooks.engine.alarm import alarmed, evidence
from playbooks.engine.joint import heard, joined
from playbooks.engine.linear import Linear
from playbooks.engine.schema import Reading, Scores
from playbooks.engine.signs import Signs, signs
from playbooks.engine.tongues import word_book
from playbooks.engine.vocabulary import HEAT_NAMES, KIND_NAMES, Heat, Kind, Stage, Value

_CALLED: Final = {kind: name.lower() for kind, name in KIND_NAMES.items()}
_HEATED: Final = {heat: name.lower() for heat, name in HEAT_NAMES.items()}
FAINT: Final = 0.3
"""Below this probability *safety* alone does not decide what a line is about."""
FAINT_PRAISE: Final = 0.45
"""Below this one neither does *praise*. Of 43 calm notes of our own read so faintly as praise 27
were something else (*guest says towels not brought*); to be thanked for that would add to it."""
DOUBT: Final = 0.15
"""Above this one, where a manager must know anyway, the card asks about danger before it advises:
that is one line in eighty, and a wrong card there would harm."""


INKLING: Final = 0.1
"""Above this one it does, where words of danger stand in a line that seems a question or praise."""
_PLAINLY: Final = 0.8
"""Above this one a line tells of a repetition though its ordinal names a floor."""
_MANY: Final = 65_536
"""Rows that reading a long file keeps ready made, and all of those of words that stand apart."""
_ALL_WELL: Final = frozenset({"question", "praise"})


class _Guess(NamedTuple):
    """What the model alone says."""

    kinds: tuple[tuple[float, Kind], ...]
    stage: Stage
    stages: tuple[float, ...]
    heat: Heat
    value: Value
    escalate: float
    repeat: float
    moment: float
    failure: float
    umot: float
    furious: float
    vip: float

    def chance(self, kind: Kind) -> float:
        return next(chance for chance, name in self.kinds if name == kind)


class Reader:
    """Reads lines; holds the weights and a bounded memory of rows, so keep one per process."""

    def __init__(self, model: Linear) -> None:
        self._model = model

    @classmethod
    def shipped(cls) -> "Reader":
        """The reader with the weights of this version, loaded at the first call only."""
        return _shipped()

    @classmethod
    def for_many(cls) -> "Reader":
        """The same for files of lines: whatever was met once is kept ready, some 50 MiB, which
        halves the time of a line among ten thousand."""
        return _for_many()

    def read(self, text: str, industries: Iterable[str] = ()) -> Reading:
        """Understand one line. ``industries`` are the site's, such as ``("hotel",)``."""
        return self._read(text, tuple(industries), card=True)[0]

    def scores(self, text: str, industries: Iterable[str] = ()) -> Scores:
        """The reading with the probability of every kind; for reports and for many lines at once.
        What only a card needs is left out, a quarter of the cost: why, the time promised, abuse."""
        reading, guess = self._read(text, tuple(industries), card=False)
        kinds = {kind: chance for chance, kind in guess.kinds}
        return Scores(reading, kinds, guess.moment, guess.failure)

    def _read(
        self, text: str, industries: tuple[str, ...], *, card: bool
    ) -> tuple[Reading, _Guess]:
        told = signs(text, industries)
        guess = self._guess(told)
        chance, kind = guess.kinds[0]
        value: Value = told.loyalty if told.loyalty != "unknown" else guess.value
        marks = self._model.columns.marks
        repeat = guess.repeat > marks["again" if told.again else "repeat"]
        if repeat and not told.again and rules.tells_a_floor(told.folded, told.seen):
            repeat = guess.repeat > _PLAINLY
        danger = told.danger
        escalate = self._escalate(guess, danger, kind, value, repeat=repeat, told=told)
        stage = guess.stage
        if stage == "smot" and rules.at_the_door(told.folded, told.seen):
            stage = "fmot"
        ref = facts.reference(told.plain, told.seen, industries)
        reading = Reading(
            stage=stage,
            kind=kind,
            heat=guess.heat,
            escalate=escalate,
            value=value,
            repeat=repeat,
            ref=ref,
            confidence=round(chance * guess.moment, 4),
            because=self._because(told, guess, value, repeat=repeat, danger=danger) if card else "",
            kinds=tuple(kind for _, kind in guess.kinds[:3]),
            chances=tuple(chance for chance, _ in guess.kinds[:3]),
            stage_chances=guess.stages if stage == guess.stage else (),
            abstain=self._idle(told, guess, ref),
            promised=facts.promised(told.folded, told.seen)
            if card and kind != "broken_promise"
            else None,
            abuse=card and facts.abuse(told.folded, told.seen),
            doubt=escalate and kind not in {"safety", "praise"} and guess.chance("safety") > DOUBT,
            language=told.heard,
        )
        return reading, guess

    def _guess(self, told: Signs) -> _Guess:
        model, columns = self._model, self._model.columns
        fields = columns.fields
        logits = model.logits(told.words, told.marks, told.english)
        alone = {field: model.chances(logits, field) for field in fields}
        all_said = heard(logits, tuple(alone.values()))

        def chances_of(field: str) -> Sequence[float]:
            rows = columns.joint.get(field)
            return joined(rows, all_said) if rows else alone[field]

        def best(field: str) -> object:
            chances = chances_of(field)
            return fields[field][1][chances.index(max(chances))]

        kinds = sorted(zip(alone["kind"], fields["kind"][1], strict=True), reverse=True)
        heat = cast("Heat", best("heat"))
        stages = chances_of("stage")
        # Joined it says already whether this is a moment at all; notes know no such row.
        own = "failure" in columns.joint and "<own>" in told.marks
        return _Guess(
            _weighed_against_danger(_weighed_against_ease(kinds, heat), told.danger),
            cast("Stage", fields["stage"][1][stages.index(max(stages))]),
            tuple(stages),
            heat,
            cast("Value", best("value")),
            alone["escalate"][0],
            alone["repeat"][0],
            alone["moment"][0],
            chances_of("failure")[0] if own else alone["moment"][0] * alone["failure"][0],
            alone["stage"][fields["stage"][1].index("umot")],
            alone["heat"][fields["heat"][1].index(2)],
            alone["value"][fields["value"][1].index("vip")],
        )

    def _idle(self, told: Signs, guess: _Guess, ref: str) -> bool:
        if rules.idle(told.raw):
            return True
        named = bool(ref) or rules.names_a_customer(told.seen)
        return not named and guess.moment < self._model.columns.marks["moment"]

    def _escalate(
        self, guess: _Guess, danger: str, kind: Kind, value: Value, *, repeat: bool, told: Signs
    ) -> bool:
        columns = self._model.columns
        numbers = evidence(
            guess.escalate,
            guess.chance("safety"),
            guess.umot,
            guess.furious,
            float(value == "vip") or guess.vip,
            guess.repeat,
            float(bool(danger)),
        )
        if alarmed(numbers, columns.alarm) > columns.marks["escalate"]:
            return True
        # Looked at last: it searches the whole line, which costs a tenth of reading it.
        if danger and guess.escalate > columns.marks["danger"] and not rules.harmless(told.folded):
            return True
        failure = kind not in {"question", "praise"}
        return value == "vip" and repeat and failure

    def _because(
        self, told: Signs, guess: _Guess, value: Value, *, repeat: bool, danger: str
    ) -> str:
        """One line a clerk understands: the words that decided, then what they were taken for."""
        stated = [danger, told.again if repeat else "", told.loyal]
        shown: list[str] = []
        for words in (*self._deciding(told, guess), *stated):
            if words and not any(words in before for before in shown):
                shown = [*(before for before in shown if before not in words), words]
        names = [_CALLED[guess.kinds[0][1]]]
        if guess.heat:
            names.append(_HEATED[guess.heat])
        if value != "unknown":
            names.append(value)
        if repeat:
            names.append("not the first time")
        quoted = ", ".join(f"“{words}”" for words in shown)
        return f"{quoted}: {', '.join(names)}" if quoted else ", ".join(names)

    def _deciding(self, told: Signs, guess: _Guess) -> list[str]:
        """The words that spoke most for the kind against its rival, as they were typed."""
        first, labels = self._model.columns.fields["kind"]
        chosen, rival = (first + labels.index(kind) for _, kind in guess.kinds[:2])
        book = word_book(told.tongue)
        meant = [book.get(word, ()) for word in told.words] if book else ()
        return self._model.deciding(told.raw, told.words, (chosen, rival), meant)


def _weighed_against_ease(kinds: list[tuple[float, Kind]], heat: Heat) -> list[tuple[float, Kind]]:
    """The kinds best first; *praise* is not taken on a faint guess, nor is *question* where
    somebody is upset: *412 angry* is no plain question."""
    (chance, first), second, *rest = kinds
    if chance < FAINT_PRAISE and (first == "praise" or (first == "question" and heat)):
        return [second, (chance, first), *rest]
    return kinds


def _weighed_against_danger(
    kinds: list[tuple[float, Kind]], danger: str
) -> tuple[tuple[float, Kind], ...]:
    """The kinds best first; *safety* is not taken for the kind on a faint guess alone.

    A safety card offers nothing and calls the manager: for a room not ready that is the wrong help.
    What sounds dangerous still escalates by its own mark and the rules; safety stays one tap away.
    Where words of danger stand there and all seems well, a faint guess is enough: a card that
    thanks for a child that choked would be worse than one too careful.
    """
    (chance, first), second, *rest = kinds
    if first == "safety" and chance < FAINT:
        return (second, (chance, first), *rest)
    if danger and first in _ALL_WELL:
        faint = next(each for each in kinds if each[1] == "safety")
        if faint[0] > INKLING:
            return (faint, *(each for each in kinds if each is not faint))
    return tuple(kinds)


@lru_cache(maxsize=1)
def _shipped() -> Reader:
    return Reader(linear.shipped())


@lru_cache(maxsize=1)
def _for_many() -> Reader:
    return Reader(linear.shipped().remembering(_MANY))
