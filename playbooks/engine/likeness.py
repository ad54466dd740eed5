"""How near a line is to the examples of plays: dictionaries of words with weights, plain Python.

Two questions are answered. *Which of these plays speaks of such things?* Each play is one vector of
its examples' words, roots and pairs, weighted by how rare they are (tf-idf, cosine). *Is this line
nearly one of the examples?* Then a trainer's example acts at once, before any model has learned it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import log, sqrt
from typing import Final

from playbooks.engine.normalise import fold, plain, words
from playbooks.engine.schema import Play

NEARLY: Final = 0.8
"""Share of common words (Jaccard) from which two lines say the same."""
ROOT: Final = 5
"""Letters of a root: booked, booking and bookings are one thing to a play."""
_RARE: Final = 40
"""Examples a word may occur in and still help to find one; a commoner word finds too many."""

Vector = dict[str, float]
Vectors = dict[str, Vector]


def tokens(text: str) -> list[str]:
    """The words of one line, as the reader counts them."""
    return words(fold(plain(text)))


def grams(line: list[str]) -> list[str]:
    """Words, their roots and neighbouring pairs."""
    roots = [f"{word[:ROOT]}~" for word in line if len(word) > ROOT]
    pairs = [f"{left} {right}" for left, right in pairwise(line)]
    return line + roots + pairs


def vectors_of(plays: Iterable[Play]) -> Vectors:
    """One unit vector per play over the grams of its title and examples."""
    counts: dict[str, Counter[str]] = {}
    spread: Counter[str] = Counter()
    for play in plays:
        count: Counter[str] = Counter()
        for text in (play.title, *play.examples):
            count.update(set(grams(tokens(text))))
        counts[play.id] = count
        spread.update(count.keys())
    rarity = {gram: log((1 + len(counts)) / seen) for gram, seen in spread.items()}
    return {play: _unit(count, rarity) for play, count in counts.items()}


def _unit(count: Mapping[str, int], rarity: Mapping[str, float]) -> Vector:
    raw = {gram: sqrt(n) * rarity[gram] for gram, n in count.items()}
    length = sqrt(sum(weight * weight for weight in raw.values())) or 1.0
    return {gram: weight / length for gram, weight in raw.items()}


def likeness(asked: Iterable[str], vector: Vector) -> float:
    """How much of a line's grams a play speaks of; grows from 0, about 1 for its own example."""
    return sum(map(vector.get, asked, _ZEROS))


class _Zeros:
    """An endless row of 0.0, so that ``map`` can hand a default to ``get``."""

    def __iter__(self) -> "_Zeros":
        return self

    def __next__(self) -> float:
        return 0.0


_ZEROS: Final = _Zeros()


class Examples:
    """The examples of one pack, to be found by a line that is nearly the same."""

    def __init__(self, plays: Iterable[Play]) -> None:
        self._lines: list[tuple[frozenset[str], str]] = []
        self._where: dict[str, list[int]] = {}
        for play in plays:
            for text in play.examples:
                self._keep(frozenset(tokens(text)), play.id)

    def _keep(self, line: frozenset[str], play: str) -> None:
        for word in line:
            self._where.setdefault(word, []).append(len(self._lines))
        self._lines.append((line, play))

    def nearest(self, line: Iterable[str]) -> str:
        """The play with an example that says nearly the same, or an empty string."""
        asked = frozenset(line)
        seen: Counter[int] = Counter()
        for word in asked:
            found = self._where.get(word, ())
            if len(found) <= _RARE:
                seen.update(found)
        best, nearest = NEARLY, ""
        for index, _ in seen.most_common(5):
            example, play = self._lines[index]
            share = len(asked & example) / len(asked | example)
            if share > best or (share == best and not nearest):
                best, nearest = share, play
        return nearest
