"""How near a line is to the examples of plays: dictionaries of words with weights, plain Python.

Two questions are answered. *Which of these plays speaks of such things?* Each play is one vector of
its words, roots and pairs, weighted by how rare they are (tf-idf). *Is this line
nearly one of the examples?* Then a trainer's example acts at once, before any model has learned it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from math import log, sqrt
from typing import Final

from playbooks.engine import normalise
from playbooks.engine.schema import Play, Translation
from playbooks.engine.tongues import SMALL

NEARLY: Final = 0.8
"""Share of common words (Jaccard) from which two lines say the same."""
ROOT: Final = 5
"""Letters of a root: booked, booking and bookings are one thing to a play."""
_MANY: Final = 10
"""Vectors from which the grams common to most are passed over."""
_ASKED: Final = 3
"""Rarest words of a line by which its example is sought: a near one has at least two of them."""

TOPICLESS: Final = normalise.wordset(
    """guest guests customer customers client clients caller passenger man woman lady gent couple
    gentleman mr mrs ms sir madam very really quite much
    upset annoyed angry furious cross unhappy frustrated disappointed worried anxious livid
    fuming calm happy crying tears shouting screaming says said complains reports claims
    amused unamused pleased displeased impressed unimpressed irritated grumpy mad raging gutted
    fed stressed sad smiling sobbing wait waits waiting waited
    he him his she her they them their 0 00 000 0000 00000"""
)
"""Who it is, how they feel and a number say nothing of what it is about: *annoyed* stands in the
examples of one play by chance and would draw every annoyed guest to it; *not amused* stood in one
about mice, and would have answered cold eggs; who waits for a room wants no taxi."""

Vector = dict[str, float]
Vectors = dict[str, Vector]


def topical(line: Sequence[str]) -> list[str]:
    """The words of a line that may say what it is about, in their order."""
    return [word for word in line if word not in TOPICLESS]


def tokens(text: str) -> tuple[str, ...]:
    """The words of one line, as the reader counts them."""
    return normalise.taken_apart(text).words


def grams(line: Sequence[str]) -> list[str]:
    """Words, their roots and neighbouring pairs."""
    roots = [f"{word[:ROOT]}~" for word in line if len(word) > ROOT]
    pairs = [f"{left} {right}" for left, right in pairwise(line)]
    return [*line, *roots, *pairs]


def vectors_of(plays: Iterable[Play]) -> Vectors:
    """One vector per play over the grams of its title and examples and the words it says.

    Roots and powers were tried on held-out examples of the shipped packs: with eight examples a
    play, what is said and done adds two points in a hundred, characters add nothing.

    Each language is weighed among its own: a translation adds words to its play and takes no
    weight from those that stand there.
    """
    plays = list(plays)
    vectors = _vectors({play.id: _counted(play) for play in plays})
    for language in sorted({language for play in plays for language in play.translations}):
        said = {
            play.id: _topics(_counted(play.translations[language]), SMALL[language])
            for play in plays
            if language in play.translations
        }
        for play, vector in _vectors(said).items():
            vectors[play] = vector | vectors[play]
    return vectors


def _counted(page: Play | Translation) -> Counter[str]:
    count: Counter[str] = Counter()
    for lines in batched((page.title, *page.examples)):
        count.update(grams(tokens(lines)))
    count.update(set(tokens(" ".join((page.say, *page.do)))))
    return count


def _topics(count: Counter[str], small: frozenset[str]) -> Counter[str]:
    """Without the small words of its language: where three plays are translated, *nicht* would be
    as rare as what they are about."""
    return Counter({gram: n for gram, n in count.items() if not small.issuperset(gram.split())})


def _vectors(counts: Mapping[str, Counter[str]]) -> Vectors:
    spread: Counter[str] = Counter()
    for count in counts.values():
        spread.update(count.keys())
    rarity = {gram: log((1 + len(counts)) / seen) for gram, seen in spread.items()}
    return {play: _weighed(count, rarity) for play, count in counts.items()}


def batched(lines: Iterable[str]) -> Iterator[str]:
    """The lines in bundles the reader takes at once: one call for ten costs a third of ten."""
    bundle = ""
    for line in lines:
        if len(bundle) + len(line) >= normalise.LONGEST:
            yield bundle
            bundle = ""
        bundle += f"{line}\n"
    yield bundle


def _weighed(count: Mapping[str, int], rarity: Mapping[str, float]) -> Vector:
    """Root of the count times rarity, the rarer the more; a long play is held back by its size."""
    size = sum(n * rarity[gram] for gram, n in count.items()) ** 0.35 or 1.0
    return {gram: round(sqrt(n) * rarity[gram] ** 1.5 / size, 4) for gram, n in count.items()}


def postings(vectors: Sequence[Vector]) -> dict[str, list[tuple[int, float]]]:
    """Gram -> the vectors that have it, with its weight: a line is weighed against all at once.

    A gram that more than half of many vectors share tells them apart too little to be looked at.
    """
    found: dict[str, list[tuple[int, float]]] = {}
    for index, vector in enumerate(vectors):
        for gram, weight in vector.items():
            found.setdefault(gram, []).append((index, weight))
    if len(vectors) < _MANY:
        return found
    return {gram: where for gram, where in found.items() if 2 * len(where) <= len(vectors)}


def examples_of(plays: Iterable[Play]) -> list[tuple[list[str], str]]:
    """The words of every example, in every language, and the id of its play."""
    return [(list(tokens(text)), play.id) for play in plays for text in _told(play)]


def _told(play: Play) -> Iterator[str]:
    yield from play.examples
    for translation in play.translations.values():
        yield from translation.examples


class Examples:
    """The examples of one pack, to be found by a line that is nearly the same."""

    def __init__(self, examples: Iterable[tuple[Iterable[str], str]]) -> None:
        """``examples`` are the words of each and the id of its play: see ``examples_of``."""
        self._lines: list[tuple[frozenset[str], str]] = []
        self._where: dict[str, set[int]] = {}
        self._last: tuple[Sequence[str], tuple[str, float]] = ((), ("", 0.0))
        for words, play in examples:
            self._keep(frozenset(words), play)

    def _keep(self, line: frozenset[str], play: str) -> None:
        for word in line:
            self._where.setdefault(word, set()).add(len(self._lines))
        self._lines.append((line, play))

    def nearest(self, line: Sequence[str]) -> tuple[str, float]:
        """The play with an example that says nearly the same, and the share of common words.

        An empty string where no example is near; 1.0 where the words are the very same. A line is
        asked for twice, when it is read and when its play is chosen: the last answer is kept.
        """
        last, answer = self._last
        if last != line:
            answer = self._nearest(frozenset(line))
            self._last = line, answer
        return answer

    def _nearest(self, asked: frozenset[str]) -> tuple[str, float]:
        known = [self._where[word] for word in asked if word in self._where]
        if not known or len(known) < NEARLY * len(asked):
            return "", 0.0
        best, nearest = 0.0, ""
        for index in sorted(_in_two(sorted(known, key=len)[:_ASKED])):
            example, play = self._lines[index]
            both = len(asked & example)
            share = both / (len(asked) + len(example) - both)
            if share >= NEARLY and share > best:
                best, nearest = share, play
        return nearest, best


def _in_two(places: list[set[int]]) -> set[int]:
    """What is in at least two of the sets, or in the only one."""
    if len(places) == 1:
        return places[0]
    return {index for one, other in combinations(places, 2) for index in one & other}
