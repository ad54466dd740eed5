"""How near a line is to the examples of plays: dictionaries of words with weights, plain Python.

Two questions are answered. *Which of these plays speaks of such things?* Each play is one vector of
its words, roots and pairs, weighted by how rare they are (tf-idf). *Is this line
nearly one of the examples?* Then a trainer's example acts at once, before any model has learned it.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from math import log, log1p, sqrt
from typing import Final, NamedTuple

from playbooks.engine import normalise
from playbooks.engine.schema import Play, Translation
from playbooks.engine.tongues import SMALL
from playbooks.engine.vocabulary import ENGLISH

NEARLY: Final = 0.8
"""Share of common words (Jaccard) from which two lines say the same."""
ROOT: Final = 5
"""Letters of a root: booked, booking and bookings are one thing to a play."""
NAMED: Final = 2.0
"""What one of a play's own words weighs for its rarity, on top of what examples give it."""
_TITLE: Final = 3
"""Examples a title counts for."""
_ACTS: Final = 0.1
"""Examples that each word said and done counts for: it holds *sorry* and *bring* in every play."""
_OFTEN: Final = 2.0
"""How soon one gram more says less."""
_LENGTH: Final = 30.0
"""Length of every vector. It makes nearness a matter of points: a line about a play has 5 to 10."""
_ENDINGS: Final = (
    ("ss", "s"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("sses", "s"), ("ies", "y"),
    ("ied", "y"), ("ing", ""), ("ed", ""), ("s", ""),
)  # fmt: skip
_LEFT: Final = 2
"""Letters an ending must leave, and one more: *keys* is *key*, *need* and *bus* stay."""
_RAREST: Final = log(2_000)
"""Rarity of what one example alone speaks of, in a pack of any size: the bounds of nearness hold
for a trainer's ten plays as for two hundred, by which they were found."""
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
    """Words, their roots and their stems, alone and with the next: what stands in several of these
    forms weighs more than what only sounds alike. Without the pairs one card in a hundred more is
    wrong, without words and roots two."""
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
    """One vector per play over the grams of its examples, title, Say and Do, and of its own words.

    A gram weighs the more, the fewer examples of the pack hold it (inverse document frequency:
    Sparck Jones 1972) and the more of this play's do, by the logarithm: eight mentions of a room
    are not eight times a room. The title counts like three examples, what is said and done like a
    tenth of one. Then all vectors are brought to one length, or plays with many examples would be
    near to everything, and its own words come on top.

    The numbers were found on 2,940 lines whose play somebody named, that of a play's own words
    looked at once more on 320 others (docs/choosing.md).

    Each language is weighed among its own: a translation adds words to its play and takes no
    weight from those that stand there.
    """
    plays = list(plays)
    vectors = _vectors({play.id: _told_on(play) for play in plays}, plays)
    for language in sorted({language for play in plays for language in play.translations}):
        said = {
            play.id: _topics(_told_on(play.translations[language]), SMALL[language])
            for play in plays
            if language in play.translations
        }
        for name, vector in _vectors(said, ()).items():
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


class _Told(NamedTuple):
    """The grams of each example of a page, of its title, and of what is said and done."""

    examples: list[frozenset[str]]
    title: frozenset[str]
    acts: frozenset[str]


def _told_on(page: Play | Translation) -> _Told:
    acts = topical(tokens(" ".join((page.say, *page.do))))
    examples = [_set_of(line) for line in page.examples]
    return _Told(examples, _set_of(page.title), frozenset(_singles(acts)))


def _set_of(line: str) -> frozenset[str]:
    return frozenset(grams(topical(tokens(line))))


def _topics(told: _Told, small: frozenset[str]) -> _Told:
    """Without the small words of its language: where three plays are translated, *nicht* would be
    as rare as what they are about."""

    def kept(said: frozenset[str]) -> frozenset[str]:
        return frozenset(gram for gram in said if not small.issuperset(gram.strip("=").split()))

    return _Told([kept(said) for said in told.examples], kept(told.title), kept(told.acts))


def _vectors(pages: Mapping[str, _Told], named: Iterable[Play]) -> Vectors:
    spread = Counter(gram for told in pages.values() for said in told.examples for gram in said)
    # A translation may have no examples of its own: then its title tells the plays apart.
    examples = max(len(pages), sum(len(told.examples) for told in pages.values()))
    many = _RAREST / log(1 + examples) if examples else 0.0

    def rarity(gram: str) -> float:
        return many * log((1 + examples) / (spread[gram] or 1))

    vectors = {play: _weighed(told, rarity) for play, told in pages.items()}
    for play in named:
        vector = vectors[play.id]
        for gram in set(_named(play.words)):
            vector[gram] = vector.get(gram, 0.0) + NAMED * rarity(gram)
    return vectors


def _weighed(told: _Told, rarity: Callable[[str], float]) -> Vector:
    count: Counter[str] = Counter(gram for said in told.examples for gram in said)
    count.update(dict.fromkeys(told.title, _TITLE))
    acts = dict.fromkeys(told.acts, _ACTS)
    weights = {
        gram: log1p(_OFTEN * rarity(gram) * (count[gram] + acts.get(gram, 0.0)))
        for gram in (acts | count)
    }
    size = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {gram: _LENGTH * weight / size for gram, weight in weights.items()}


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
