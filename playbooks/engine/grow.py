"""Growing: what a site's lessons change in the shipped weights, in plain Python, within seconds.

Each lesson pulls the rows of its own pieces towards what a person said, by steps along the slope of
the softmax loss (of stage and heat, which all fields decide, along that of their own columns); rare
pieces move more (squared inverse document frequency, Sparck Jones 1972) and all of them fall back a
little every round, so that few lessons move little. Between the lessons known lines are read again,
and pull back wherever their reading begins to move (rehearsal: Robins 1995). No random number is
drawn: the same lessons give the same rows.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log, sqrt
from typing import Final

from playbooks.engine.joint import heard, joined
from playbooks.engine.lessons import FIELDS, Lesson, Parted
from playbooks.engine.linear import FINER, LAID, Linear, piece_key, pieces_of
from playbooks.engine.overlay import Overlay
from playbooks.engine.signs import Signs, signs

ROUNDS: Final = 20
"""Rounds at most. Chosen with PACE, DECAY and SURE on lines that no lesson was made of."""
PACE: Final = 1.6
"""How far one step goes, in units of the slope."""
DECAY: Final = 0.01
"""What a row loses every round."""
SURE: Final = 0.6
"""Probability from which a lesson teaches no more: beyond it others would pay for it."""
MOVED: Final = 0.04
"""Change of a probability from which a known line pulls back."""

Rows = list[list[float]]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as learning sees it: its pieces that can move, its sums as shipped, what is wanted
    by column; ``lesson`` is False for a known line, which is only held."""

    pieces: tuple[int, ...]
    share: float
    base: tuple[float, ...]
    wanted: tuple[tuple[str, tuple[float, ...]], ...]
    lesson: bool


class Nursery:
    """Everything learning needs, worked out once: folds of the same lessons share it."""

    def __init__(self, base: Linear, lessons: Sequence[Lesson], known: Parted) -> None:
        self._base = base
        self._columns = {f: base.columns.fields[f] for f in FIELDS}
        told = [_signs(lesson) for lesson in lessons]
        pieces = dict.fromkeys(piece for each in told for piece in _pieces(each))
        self._index = {piece: at for at, piece in enumerate(pieces)}
        held = [_signs(line) for line in known.replayed]
        measured = [_signs(line) for line in known.measured]
        self._rare = self._rarity([*held, *measured])
        self._lessons = [
            self._line(each, lesson) for each, lesson in zip(told, lessons, strict=True)
        ]
        lines = (self._line(each, None) for each in held)
        self._held = [line for line in lines if line.pieces]
        self._along: list[_Line] = []

    def _rarity(self, lines: Sequence[Signs]) -> list[float]:
        """From 0 for a piece of every line to 1 for one that no known line has."""
        seen = Counter(piece for line in lines for piece in _pieces(line))
        most = log(2 + len(lines))
        return [(log((2 + len(lines)) / (1 + seen[piece])) / most) ** 2 for piece in self._index]

    def _line(self, told: Signs, lesson: Lesson | None) -> _Line:
        pieces = _pieces(told)
        base = self._base.logits(told.words, told.marks, told.english)
        wanted = self._said(base)
        if lesson is not None:
            wanted = {
                field: [float(label == each) for each in self._columns[field][1]]
                for field, label in lesson.told().items()
            }
        mine = tuple(self._index[piece] for piece in pieces if piece in self._index)
        goal = tuple((field, tuple(wanted[field])) for field in FIELDS if field in wanted)
        return _Line(mine, 1 / sqrt(len(pieces) or 1), tuple(base), goal, lesson is not None)

    def teach_along(self, lines: Sequence[Lesson]) -> None:
        """Teaches the kind of further known lines with the lessons: of those that stand at the edge
        any move is one too many."""
        told = (self._line(_signs(line), replace(line, stage=None, heat=None)) for line in lines)
        self._along += [line for line in told if line.pieces]

    def whole(self) -> Overlay:
        """What all lessons teach."""
        return self._learn(self._lessons)

    def without(self, part: int, parts: int) -> Overlay:
        """What the others teach, where lesson ``n`` is of part ``n`` modulo ``parts``."""
        return self._learn([x for at, x in enumerate(self._lessons) if at % parts != part])

    def _learn(self, lessons: Sequence[_Line]) -> Overlay:
        rows: Rows = [[0.0] * len(self._base.columns.scales) for _ in self._index]
        mixed = _mixed([*lessons, *self._along], self._held)
        for _ in range(ROUNDS):
            # Counted to the end: every line has its turn, also after the first that moved.
            if not sum(self._pull(line, rows) for line in mixed):
                break
            for row in rows:
                row[:] = [step * (1 - DECAY) for step in row]
        return self._whole(rows)

    def _pull(self, line: _Line, rows: Rows) -> bool:
        """Moves the rows of one line; whether it is a lesson that was not learned yet."""
        mine = [rows[piece] for piece in line.pieces]
        share = line.share
        sums = map(sum, zip(*mine, strict=True))
        felt = [base + share * laid for base, laid in zip(line.base, sums, strict=True)]
        said = self._said(felt)
        slopes: list[tuple[int, float]] = []
        for field, wanted in line.wanted:
            slopes += self._slope(said[field], field, wanted, lesson=line.lesson)
        for piece, row in zip(line.pieces, mine, strict=True):
            step = PACE * share * self._rare[piece]
            for column, slope in slopes:
                row[column] += step * slope
        return line.lesson and bool(slopes)

    def _said(self, felt: list[float]) -> dict[str, list[float]]:
        """The chances of every field as the reader tells them, some by all fields together."""
        said = {field: self._base.chances(felt, field) for field in self._base.columns.fields}
        together = heard(felt, tuple(said.values()))
        rows = self._base.columns.joint
        return {**said, **{field: joined(rows[field], together) for field in rows}}

    def _slope(
        self, chances: list[float], field: str, wanted: Sequence[float], *, lesson: bool
    ) -> list[tuple[int, float]]:
        """Where to go by column; nothing where the field is as it should be."""
        first, _ = self._columns[field]
        misses = [want - chance for want, chance in zip(wanted, chances, strict=True)]
        if max(misses) < (1 - SURE if lesson else MOVED):
            return []
        return [(first + at, miss) for at, miss in enumerate(misses) if abs(miss) > 0.01]

    def _whole(self, rows: Rows) -> Overlay:
        scales = self._base.columns.scales
        found: dict[int, tuple[int, ...]] = {}
        for piece, row in zip(self._index, rows, strict=True):
            steps = tuple(
                max(-LAID, min(LAID, round(FINER * value / scale)))
                for value, scale in zip(row, scales, strict=True)
            )
            if any(steps):
                found[piece_key(piece)] = steps
        return Overlay(self._base.digest, found)


def _signs(lesson: Lesson) -> Signs:
    return signs(lesson.text, lesson.industries)


def _pieces(told: Signs) -> dict[str, None]:
    return pieces_of(told.words, told.marks, told.english)


def _mixed(lessons: Sequence[_Line], held: Sequence[_Line]) -> list[_Line]:
    """The lessons spread evenly among the known lines: at the end of a round neither has had the
    last word alone."""
    places = [((at + 0.5) / len(lessons), 0, at, line) for at, line in enumerate(lessons)]
    places += [((at + 0.5) / len(held), 1, at, line) for at, line in enumerate(held)]
    return [line for _, _, _, line in sorted(places, key=lambda each: each[:3])]


def grow(base: Linear, lessons: Sequence[Lesson], known: Parted) -> Overlay:
    """What ``lessons`` teach over ``base`` while ``known.replayed`` keep their reading."""
    return Nursery(base, lessons, known).whole()
