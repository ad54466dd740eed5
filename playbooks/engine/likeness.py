"""How near a line is to the examples of plays: dictionaries of words with weights, plain Python.

Two questions are answered. *Which of these plays speaks of such things?* Each play is one vector of
its words, roots and pairs, weighted by how rare they are (tf-idf). *Is this line
nearly one of the examples?* Then a trainer's example acts at once, before any model has learned it.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from math import log, sqrt
from typing import Final

from playbooks.engine import normalise
from playbooks.engine.schema import Play, Translation
from playbooks.engine.tongues import SMALL
from playbooks.engine.vocabulary import ENGLISH

NEARLY: Final = 0.8
"""Share of common words (Jaccard) from which two lines say the same."""
ROOT: Final = 5
"""Letters of a root: booked, booking and bookings are one thing to a play."""
NAMED: Final = 2.2
"""Nearness that one of a play's own words brings: enough to be heard by."""
_ENDINGS: Final = (
    ("ss", "s"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("sses", "s"), ("ies", "y"),
    ("ied", "y"), ("ing", ""), ("ed", ""), ("s", ""),
)  # fmt: skip
_LEFT: Final = 2
"""Letters an ending must leave, and one more: *keys* is *key*, *need* and *bus* stay."""
_MANY: Final = 10
"""Vectors from which the grams common to most are passed over."""
_RAREST: Final = log(101)
"""Rarity of what one play alone speaks of, in a pack of any size: the bounds of nearness hold for a
trainer's ten plays as for a hundred, by which they were found."""
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

_PASSED: Final = TOPICLESS | (SMALL[ENGLISH] - {"no", "not"})
"""In a pack of three plays *the* may stand in the examples of one alone and would count as rare."""

Vector = dict[str, float]
Vectors = dict[str, Vector]


def topical(line: Sequence[str]) -> list[str]:
    """The words of a line that may say what it is about, in their order."""
    return [word for word in line if word not in _PASSED]


def tokens(text: str) -> tuple[str, ...]:
    """The words of one line, as the reader counts them."""
    return normalise.taken_apart(text).words


def grams(line: Sequence[str]) -> list[str]:
    """Words and their roots, by which examples are found, and their stems, alone and with the next,
    by which a play's own words are. Pairs of words in examples found the right play no more often,
    and took half the memory."""
    stems = [_stem(word) for word in line]
    told = _singles(line)
    told += [f"={stem}" for stem in stems]
    told += [_both(left, right) for left, right in pairwise(stems)]
    return told


@lru_cache(maxsize=4_096)
def _stem(word: str) -> str:
    """*towels* as *towel*, *cancelled* and *cancelling* as *cancel*, *charging* as *charge*: the
    few endings that staff vary. A root of five letters would take *breakfast* for *breakup*, and
    short words keep their e: *notes* are not *not*, nor is *care* a *car*. The words of a trade are
    few and come again: kept, they take a third of the time of choosing less."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + _LEFT:
            word = word[: -len(ending)] + instead
            break
    if len(word) > ROOT:
        word = word.removesuffix("e")
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] != "e" else word


def _singles(line: Sequence[str]) -> list[str]:
    return [*line, *(f"{word[:ROOT]}~" for word in line if len(word) > ROOT)]


def vectors_of(plays: Iterable[Play]) -> Vectors:
    """One vector per play over the grams of its title and examples and the words it says.

    Roots and powers were tried on held-out examples of the shipped packs: with eight examples a
    play, what is said and done adds two points in a hundred, characters add nothing.

    Each language is weighed among its own: a translation adds words to its play and takes no
    weight from those that stand there.
    """
    plays = list(plays)
    vectors = _vectors({play.id: _counted(play) for play in plays})
    for play in plays:
        vectors[play.id].update(dict.fromkeys(_named(play.words), NAMED))
    for language in sorted({language for play in plays for language in play.translations}):
        said = {
            play.id: _topics(_counted(play.translations[language]), SMALL[language])
            for play in plays
            if language in play.translations
        }
        for name, vector in _vectors(said).items():
            vectors[name] = vector | vectors[name]
    return vectors


def _named(words: Iterable[str]) -> Iterator[str]:
    """The grams by which a line is known to hold one of ``words``."""
    for name in words:
        stems = [_stem(word) for word in tokens(name)]
        if len(stems) > 1:
            yield _both(stems[0], stems[1])
        elif stems:
            yield f"={stems[0]}"


def _both(one: str, other: str) -> str:
    """Two stems in any order: *agua caliente* is read as *water hot*."""
    return f"={one} {other}" if one < other else f"={other} {one}"


def _counted(page: Play | Translation) -> Counter[str]:
    count: Counter[str] = Counter()
    for lines in batched((page.title, *page.examples)):
        count.update(_singles(topical(tokens(lines))))
    count.update(set(topical(tokens(" ".join((page.say, *page.do))))))
    return count


def _topics(count: Counter[str], small: frozenset[str]) -> Counter[str]:
    """Without the small words of its language: where three plays are translated, *nicht* would be
    as rare as what they are about."""
    return Counter({gram: n for gram, n in count.items() if not small.issuperset(gram.split())})


def _vectors(counts: Mapping[str, Counter[str]]) -> Vectors:
    spread: Counter[str] = Counter()
    for count in counts.values():
        spread.update(count.keys())
    many = _RAREST / log(1 + len(counts)) if counts else 0.0
    rarity = {gram: many * log((1 + len(counts)) / seen) for gram, seen in spread.items()}
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
    return [(sorted(set(tokens(text))), play.id) for play in plays for text in _told(play)]


def _told(play: Play) -> Iterator[str]:
    yield from play.examples
    for translation in play.translations.values():
        yield from translation.examples


class Examples:
    """The examples of one pack, to be found by a line that is nearly the same.

    Held as numbers in bytes, because as sets of words those of two packs take 10 MiB; a line is
    compared with a few of them.
    """

    def __init__(self, known: Sequence[str], examples: Iterable[tuple[bytes, str]]) -> None:
        """``examples`` are where the words of each stand in ``known``, each once, 4 bytes a place
        as this machine writes numbers, and the id of its play."""
        self._lines = list(examples)
        where: dict[int, array[int]] = {}
        for index, (places, _) in enumerate(self._lines):
            for place in memoryview(places).cast("I"):
                where.setdefault(place, array("I")).append(index)
        self._where = {known[place]: (place, found) for place, found in where.items()}
        self._last: tuple[Sequence[str], tuple[str, float]] = ((), ("", 0.0))

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
        told = {place for place, _ in known}
        rarest = sorted((found for _, found in known), key=len)[:_ASKED]
        for index in sorted(_in_two([set(found) for found in rarest])):
            places, play = self._lines[index]
            example = memoryview(places).cast("I")
            both = len(told.intersection(example))
            share = both / (len(asked) + len(example) - both)
            if share >= NEARLY and share > best:
                best, nearest = share, play
        return nearest, best


def _in_two(places: list[set[int]]) -> set[int]:
    """What is in at least two of the sets, or in the only one."""
    if len(places) == 1:
        return places[0]
    return {index for one, other in combinations(places, 2) for index in one & other}
