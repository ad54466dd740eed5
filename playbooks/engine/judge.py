"""Whether what a site has learned may be taken into use, with everything that speaks for and
against it: a worse model is not swapped in."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from playbooks.engine.grow import Nursery
from playbooks.engine.learn import FEWEST_FOR_SHARE
from playbooks.engine.lessons import FIELDS, Hurt, Lesson, hurting, parted
from playbooks.engine.linear import Linear
from playbooks.engine.overlay import Overlay
from playbooks.engine.read import Reader
from playbooks.engine.schema import Reading
from playbooks.engine.vocabulary import KINDS

PARTS: Final = 5
"""Parts of the lessons, each of which is once held out."""
LOST: Final = 0.005
"""Share of the known lines, by field, that may be read otherwise than before."""
LOST_OF_KIND: Final = 0.03
"""The same within one kind, where it is more than two lines."""
STRENGTHS: Final = (1.0, 0.9, 0.8, 0.65, 0.5)
"""Where the whole of what was learned costs known lines, less of it may not."""
AGAIN: Final = 3
"""Times it is learned anew where lines about danger were lost."""
_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Compared:
    """Lines read right by the model in use, ``before``, and by the new one, of so many."""

    before: int
    after: int
    of: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Lines of one kind that were taken for another."""

    kind: str
    taken_for: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Report:
    """What came of learning. ``unseen``: each lesson read by what only the others taught, None
    below ten lessons. ``known`` by field and ``kinds`` by kind are known lines nothing was held to;
    ``shipped`` is how many of them the weights alone read right, by field."""

    lessons: int
    learned: Compared
    unseen: Compared | None
    known: Mapping[str, Compared]
    shipped: Mapping[str, int]
    kinds: Mapping[str, Compared]
    confused: tuple[Pair, ...]
    hurting: tuple[Hurt, ...]
    not_learned: tuple[str, ...]
    calibration_before: float
    calibration_after: float

    @property
    def turned(self) -> tuple[Pair, ...]:
        """The confusions that became more or fewer, the greatest change first."""
        changed = [pair for pair in self.confused if pair.before != pair.after]
        return tuple(sorted(changed, key=lambda pair: -abs(pair.after - pair.before)))

    @property
    def weakest(self) -> tuple[Pair, ...]:
        """The confusions the new model makes most often."""
        return tuple(sorted(self.confused, key=lambda pair: -pair.after)[:8])


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to take it into use. ``reasons`` are whole sentences: why not, or what was gained."""

    taken: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grown:
    """What was learned, how it compares, and whether it is worth taking."""

    overlay: Overlay
    report: Report
    verdict: Verdict


def grown(
    base: Linear, lessons: Sequence[Lesson], known: Sequence[Lesson], now: Overlay | None = None
) -> Grown:
    """Learns the lessons over ``base`` and compares with the model in use: ``base`` under ``now``,
    or alone where there is none or it was made for other weights. Known lines are labelled ones,
    such as ``shipped_lines``."""
    lines = parted(lessons, known)
    nursery = Nursery(base, lessons, lines)
    in_use = now.over(base) if now is not None and now.fits(base) else base
    paper = Paper(base, in_use, lessons, lines.measured)
    whole = _careful(nursery, paper)
    strengths = STRENGTHS if lessons else STRENGTHS[:1]
    tried = (_tried(paper, whole.softened(part)) for part in strengths)
    first = next(tried)
    best = first if first.verdict.taken else next((x for x in tried if x.verdict.taken), first)
    unseen = _unseen(base, lessons, nursery)
    report = replace(best.report, unseen=unseen, hurting=hurting(lessons, known))
    return Grown(best.overlay, report, worth_taking(report))


def _careful(nursery: Nursery, paper: "Paper") -> Overlay:
    """What all lessons teach while no known line about danger is lost: those that would be are
    taught along, and all is learned again. Else one such line, at the edge already, would cost
    every lesson half of its strength."""
    whole = nursery.whole()
    for _ in range(AGAIN):
        lost = paper.missed_danger(Reader(whole.over(paper.base)))
        if not lost:
            break
        nursery.teach_along(lost)
        whole = nursery.whole()
    return whole


def _tried(paper: "Paper", overlay: Overlay) -> Grown:
    report = paper.report(Reader(overlay.over(paper.base)))
    return Grown(overlay, report, worth_taking(report))


class Paper:
    """The lines to be compared by, read once by the weights alone and once by the model in use."""

    def __init__(
        self, base: Linear, in_use: Linear, lessons: Sequence[Lesson], measured: Sequence[Lesson]
    ) -> None:
        self.base = base
        self._lessons, self._measured = lessons, measured
        self._before = _readings(Reader(in_use), measured)
        alone = self._before if in_use is base else _readings(Reader(base), measured)
        self._shipped = {field: _by(field, measured, alone, alone).after for field in FIELDS}
        self._had = sum(map(Lesson.read_right, lessons, _readings(Reader(in_use), lessons)))

    def missed_danger(self, reader: Reader) -> list[Lesson]:
        """Known lines about danger that the model in use reads as such and this one does not."""
        found = [
            line
            for line, was in zip(self._measured, self._before, strict=True)
            if line.kind == was.kind == "safety"
        ]
        now = _readings(reader, found)
        return [line for line, each in zip(found, now, strict=True) if each.kind != "safety"]

    def report(self, reader: Reader) -> Report:
        """How a new reader compares."""
        lessons, measured, before = self._lessons, self._measured, self._before
        after = _readings(reader, measured)
        has = list(map(Lesson.read_right, lessons, _readings(reader, lessons)))
        return Report(
            lessons=len(lessons),
            learned=Compared(self._had, sum(has), len(lessons)),
            unseen=None,
            known={field: _by(field, measured, before, after) for field in FIELDS},
            shipped=self._shipped,
            kinds=_kinds(measured, before, after),
            confused=_confused(measured, before, after),
            hurting=(),
            not_learned=tuple(x.text for x, right in zip(lessons, has, strict=True) if not right),
            calibration_before=_calibration(measured, before),
            calibration_after=_calibration(measured, after),
        )


def _readings(reader: Reader, lines: Iterable[Lesson]) -> list[Reading]:
    return [reader.scores(line.text, line.industries).reading for line in lines]


def _by(
    field: str, lines: Iterable[Lesson], before: Iterable[Reading], after: Iterable[Reading]
) -> Compared:
    told = [
        (getattr(was, field) == label, getattr(now, field) == label)
        for line, was, now in zip(lines, before, after, strict=True)
        if (label := getattr(line, field)) is not None
    ]
    return Compared(sum(was for was, _ in told), sum(now for _, now in told), len(told))


def _kinds(
    lines: Sequence[Lesson], before: Sequence[Reading], after: Sequence[Reading]
) -> dict[str, Compared]:
    found = {}
    for kind in KINDS:
        mine = [at for at, line in enumerate(lines) if line.kind == kind]
        if mine:
            part = ([each[at] for at in mine] for each in (before, after))
            found[str(kind)] = _by("kind", [lines[at] for at in mine], *part)
    return found


def _confused(
    lines: Sequence[Lesson], before: Sequence[Reading], after: Sequence[Reading]
) -> tuple[Pair, ...]:
    """Every kind taken for another, by either model."""
    was, now = (
        Counter(
            (str(line.kind), str(reading.kind))
            for line, reading in zip(lines, readings, strict=True)
            if line.kind and line.kind != reading.kind
        )
        for readings in (before, after)
    )
    return tuple(Pair(*pair, was[pair], now[pair]) for pair in sorted({*was, *now}))


def _calibration(lines: Sequence[Lesson], readings: Sequence[Reading]) -> float:
    """Expected calibration error of the kind over ten bins of confidence (Guo 2017), 0 to 1."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for line, reading in zip(lines, readings, strict=True):
        place = min(_BINS - 1, int(reading.confidence * _BINS))
        bins[place].append((reading.confidence, reading.kind == line.kind))
    gap = sum(abs(sum(sure for sure, _ in each) - sum(right for _, right in each)) for each in bins)
    return round(gap / len(lines), 4) if lines else 0.0


def _unseen(base: Linear, lessons: Sequence[Lesson], nursery: Nursery) -> Compared | None:
    """How lessons are read by what only the others taught; too few say nothing."""
    if len(lessons) < FEWEST_FOR_SHARE:
        return None
    right = 0
    for part in range(PARTS):
        reader = Reader(nursery.without(part, PARTS).over(base))
        held = lessons[part::PARTS]
        right += sum(map(Lesson.read_right, held, _readings(reader, held)))
    shipped = sum(map(Lesson.read_right, lessons, _readings(Reader(base), lessons)))
    return Compared(shipped, right, len(lessons))


def worth_taking(report: Report) -> Verdict:
    """A worse model is not swapped in: the rules, each in one sentence where it is broken."""
    rules: tuple[Callable[[Report], Iterable[str]], ...] = (_no_measure, _lessons, _lines, _by_kind)
    against = tuple(reason for rule in rules for reason in rule(report))
    if against:
        return Verdict(False, against)
    learned = report.learned
    gained = (
        f"It reads {learned.after} of {learned.of} lessons right, before it was "
        f"{learned.before}, and the known lines as well as before."
    )
    return Verdict(True, (gained,))


def _no_measure(report: Report) -> Iterable[str]:
    if not report.known["kind"].of:
        yield (
            "The known lines are missing from this installation, so nobody can say what else would "
            "change: install Fifteen anew."
        )


def _lessons(report: Report) -> Iterable[str]:
    learned, unseen = report.learned, report.unseen
    if not learned.of:
        yield "There is nothing to learn from yet."
    elif learned.after < learned.before or not learned.after:
        yield (
            f"It reads {learned.after} of {learned.of} lessons right, "
            f"the model in use {learned.before}."
        )
    if unseen and unseen.after < unseen.before:
        yield (
            f"Of lessons it was not taught it reads {unseen.after} of {unseen.of} right, "
            f"the shipped weights {unseen.before}."
        )


def _lines(report: Report) -> Iterable[str]:
    for field, each in report.known.items():
        most = max(each.before, report.shipped[field])
        if most - each.after > LOST * each.of:
            yield (
                f"It reads the {field} of {each.after} of {each.of} known lines right, "
                f"before it was {most}."
            )


def _by_kind(report: Report) -> Iterable[str]:
    for kind, each in report.kinds.items():
        lost = each.before - each.after
        if kind == "safety" and lost > 0:
            yield f"It misses danger in {lost} more of {each.of} known lines about safety."
        elif lost > max(2, LOST_OF_KIND * each.of):
            yield f"It reads {lost} fewer of {each.of} known lines about {kind} right."
