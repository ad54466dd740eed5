"""Lessons of a site, and the known lines that must not be read worse for them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Any, Final
from zlib import crc32

from playbooks.engine.schema import Reading
from playbooks.engine.vocabulary import Heat, Kind, Stage

FIELDS: Final = ("kind", "stage", "heat")
"""What a person can correct, and a lesson teach."""
REPLAYED: Final = 600
"""Known lines nearest to the lessons whose reading is held while learning."""
DANGEROUS: Final = 400
"""And so many more about danger, the nearest first: what is missed there hurts somebody."""
OTHERS: Final = 200
"""And further ones, whatever they are about."""
HELD_OUT: Final = 20
"""Every twentieth known line only measures, some 3,000: nothing is held to it."""
ALIKE: Final = 0.5
"""Share of common words (Jaccard) from which two lines speak of the same thing."""
_FEWEST: Final = 3
"""Known lines alike that must agree before a lesson is said to contradict them."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A line and what it is, as far as somebody said so. ``id`` names it in a report."""

    text: str
    industries: tuple[str, ...] = ()
    stage: Stage | None = None
    kind: Kind | None = None
    heat: Heat | None = None
    id: str = ""

    def told(self) -> dict[str, Any]:
        """The fields that were said."""
        said = {field: getattr(self, field) for field in FIELDS}
        return {field: label for field, label in said.items() if label is not None}

    def read_right(self, reading: Reading) -> bool:
        """Whether a reading has every field that was said."""
        return all(getattr(reading, field) == label for field, label in self.told().items())


@dataclass(frozen=True, slots=True)
class Hurt:
    """A lesson that speaks against others, and against which."""

    id: str
    text: str
    why: str


def known_of(messages: Iterable[Mapping[str, Any]]) -> tuple[Lesson, ...]:
    """Messages of the training files as known lines; those that tell no kind are left out."""
    return tuple(
        Lesson(
            message["text"],
            (message["industry"],) if "industry" in message else (),
            message.get("stage"),
            message["kind"],
            message.get("heat"),
            str(message.get("id", "")),
        )
        for message in messages
        if message.get("kind")
    )


@dataclass(frozen=True, slots=True)
class Parted:
    """Known lines by what they are for: ``replayed`` hold their reading, ``measured`` measure.

    Both with every third word left out: the shipped weights know the whole lines by heart, and
    would still read them right where a line never seen is read worse already.
    """

    replayed: tuple[Lesson, ...]
    measured: tuple[Lesson, ...]


def parted(lessons: Iterable[Lesson], known: Sequence[Lesson]) -> Parted:
    """The known lines to be held and to be measured by; the same for the same lines, whatever
    their order. A line that is a lesson itself is neither."""
    taught = {lesson.text for lesson in lessons}
    asked = frozenset().union(*map(loose_words, taught)) if taught else frozenset()
    lines = sorted((line for line in known if line.text not in taught), key=_place)
    measured = tuple(line for line in lines if _place(line) % HELD_OUT == 0)
    rest = [line for line in lines if _place(line) % HELD_OUT]
    words = [loose_words(line.text) for line in rest]
    seen = Counter(word for each in words for word in each)
    rare = {word: log((1 + len(rest)) / seen[word]) for word in asked if word in seen}
    near = [sum(rare.get(w, 0.0) for w in each) / (1 + len(each) ** 0.5) for each in words]
    order = sorted(range(len(rest)), key=lambda place: -near[place])
    danger = [place for place in order[REPLAYED:] if rest[place].kind == "safety"]
    held = order[:REPLAYED] + danger[:DANGEROUS] + sorted(order[REPLAYED:])[:OTHERS]
    held = list(dict.fromkeys(held))
    return Parted(tuple(thinned(rest[at]) for at in held), tuple(map(thinned, measured)))


def thinned(line: Lesson) -> Lesson:
    """The line without every third word, starting where its own text says."""
    left_out = _place(line) % 3
    words = [word for at, word in enumerate(line.text.split()) if at % 3 != left_out]
    return replace(line, text=" ".join(words))


def _place(line: Lesson) -> int:
    return crc32(line.text.encode())


def loose_words(text: str) -> frozenset[str]:
    """The words of a line for comparing it with thousands: a tenth of the cost of reading it."""
    return frozenset(word.strip(".,;:!?'\"()") for word in text.lower().split())


def hurting(lessons: Sequence[Lesson], known: Iterable[Lesson]) -> tuple[Hurt, ...]:
    """Lessons that say another kind than another lesson, or than most known lines, of nearly the
    same words. Nothing is left out of learning for it: somebody who knows the house decides."""
    found = [*_against_each_other(lessons), *_against_known(lessons, known)]
    return tuple(dict.fromkeys(found))


def _against_each_other(lessons: Sequence[Lesson]) -> Iterable[Hurt]:
    words = [loose_words(lesson.text) for lesson in lessons]
    for at, lesson in enumerate(lessons):
        for rival, theirs in zip(lessons, words, strict=True):
            differ = lesson.kind and rival.kind and lesson.kind != rival.kind
            if differ and _alike(words[at], theirs) >= ALIKE:
                why = f'another lesson says {rival.kind}: "{rival.text[:80]}"'
                yield Hurt(lesson.id, lesson.text, why)
                break


def _against_known(lessons: Sequence[Lesson], known: Iterable[Lesson]) -> Iterable[Hurt]:
    words = [loose_words(lesson.text) for lesson in lessons]
    where: dict[str, list[int]] = {}
    for at, each in enumerate(words):
        for word in each:
            where.setdefault(word, []).append(at)
    said: list[Counter[str]] = [Counter() for _ in lessons]
    for line in known:
        mine = loose_words(line.text)
        both = Counter(at for word in mine for at in where.get(word, ()))
        for at, shared in both.items():
            if shared >= ALIKE * (len(mine) + len(words[at]) - shared) and line.kind:
                said[at][line.kind] += 1
    for lesson, count in zip(lessons, said, strict=True):
        kind, most = next(iter(count.most_common(1)), ("", 0))
        if lesson.kind and kind != lesson.kind and most >= _FEWEST and 2 * most > count.total():
            yield Hurt(lesson.id, lesson.text, f"{most} known lines like it are {kind}")


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0
