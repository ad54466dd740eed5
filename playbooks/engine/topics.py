"""What the plays of one pack speak of, weighed once for every content of the library.

Weighing takes half a second for a pack and the shelf a thirtieth of that: without it the first
line after a start would wait for every pack. All plays are weighed against a line at once: what a
gram weighs in each of them is one long number, two bytes a play, and the numbers of a line's grams
are added. Play by play a line would be looked up two hundred times.
"""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Final
from zlib import crc32

from msgspec import MsgspecError, msgpack

from playbooks.engine.likeness import Examples, Vectors, examples_of, vectors_of
from playbooks.engine.schema import Play
from playbooks.engine.shelf import Shelf

INKLING: Final = 3.0
"""Nearness below which a play is not spoken of at all: of a hundred 97 have less."""
_NEAREST: Final = 12
"""How many are told of: a line of common words comes near to a hundred."""
_STEPS: Final = 16
"""Of a point of nearness."""
_LANE: Final = 16
"""Bits of the place of a play in a long number."""
_MOST: Final = 100
"""Grams of a line that count: with more, the sum of a play could run over into the next."""
_TOP: Final = 1 << _LANE - 1
_SET: Final = (_TOP >> 8).to_bytes()
_HEAVIEST: Final = (_TOP - 1) // _MOST
_FEWEST: Final = 6
"""Grams a line is taken to have at least: one rare word alone is no certainty."""
_COMMON: Final = 8
"""Plays from which a gram is kept as a long number for good: there are two thousand such, and to
put one together takes as long as all the rest of a line."""
_MET: Final = 1_024
"""Other grams kept so: the words of a trade are few and come again."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """The words of examples, each once; where those of each example stand among them (4 bytes a
    place, as this machine writes numbers) and its play; every play; the keys of all grams in their
    order (4 bytes), where the cells of each begin and the last one ends (4), and of each cell the
    place of its play (2) and what it weighs there in steps (2)."""

    words: list[str]
    examples: list[tuple[bytes, str]]
    plays: list[str]
    keys: bytes
    starts: bytes
    places: bytes
    weights: bytes


class Topics:
    """How near a line is to each play, and the examples of all of them, to be found by a line."""

    def __init__(self, kept: _Kept) -> None:
        self._plays = kept.plays
        self.examples = Examples(kept.words, kept.examples)
        self._ones = sum(1 << _LANE * at for at in range(len(kept.plays)))
        self._keys = array("I", kept.keys)
        self._starts = array("I", kept.starts)
        self._places = array("H", kept.places)
        self._weights = array("H", kept.weights)
        self._common: dict[str, int] = {}
        self._lanes: dict[str, int] = {}
        self._last: tuple[Sequence[str], dict[str, float]] = ((), {})

    def near(self, told: Sequence[str]) -> dict[str, float]:
        """The plays a line of these grams may be about, and how near it is to each: one of a play's
        own words brings 1 to 3, a line about it 5 to 10. The longer the line, the less each gram
        says (by the root, as with vectors brought to one length). A line is asked for twice, when
        it is read and when its play is chosen: the last answer is kept."""
        last, near = self._last
        if last != told:
            near = self._weighed(told)
            self._last = told, near
        return near

    def _weighed(self, told: Sequence[str]) -> dict[str, float]:
        find, lanes = self._lanes.get, 0
        for gram in told[:_MOST]:
            found = find(gram)
            lanes += self._meet(gram) if found is None else found
        share = 1 / (_STEPS * sqrt(max(_FEWEST, len(told))))
        # The top bit of a lane is free: with what it lacks to the floor added to each, it is set
        # where the floor is reached, and found without a look at every play.
        floor = min(_TOP, ceil(INKLING / share))
        size = 2 * len(self._plays)
        sums = lanes.to_bytes(size, "little")
        reached = (lanes + (_TOP - floor) * self._ones & _TOP * self._ones).to_bytes(size, "little")
        near = []
        at = reached.find(_SET)
        while at >= 0:
            near.append((sums[at - 1] + (sums[at] << 8), at >> 1))
            at = reached.find(_SET, at + 1)
        near.sort(reverse=True)
        return {self._plays[at]: share * each for each, at in near[:_NEAREST]}

    def _meet(self, gram: str) -> int:
        """What a gram weighs in every play, as one number."""
        key = crc32(gram.encode())
        at = bisect_left(self._keys, key)
        if at == len(self._keys) or self._keys[at] != key:
            begin = end = 0
        else:
            begin, end = self._starts[at], self._starts[at + 1]
        lanes = 0
        for cell in range(begin, end):
            lanes += self._weights[cell] << _LANE * self._places[cell]
        if end - begin >= _COMMON:
            self._common[gram] = lanes
        if len(self._lanes) >= _MET + len(self._common):
            self._lanes = dict(self._common)
        self._lanes[gram] = lanes
        return lanes


def topics_of(plays: Iterable[Play], shelf: Shelf | None, name: str) -> Topics:
    """The topics of ``plays``, from the shelf where it has an entry ``name``, else put there."""
    kept = _from_shelf(shelf, name)
    if kept is None:
        plays = list(plays)
        kept = _kept(vectors_of(plays), examples_of(plays))
        if shelf:
            shelf.put(name, msgpack.encode(kept))
    return Topics(kept)


def _kept(vectors: Vectors, examples: list[tuple[list[str], str]]) -> _Kept:
    words: defaultdict[str, int] = defaultdict(lambda: len(words))
    told = [(array("I", [words[word] for word in line]).tobytes(), play) for line, play in examples]
    cells: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for place, vector in enumerate(vectors.values()):
        for gram, weight in vector.items():
            # Two grams of one key, one pair in some thousand packs: the heavier one counts.
            of_key = cells[crc32(gram.encode())]
            of_key[place] = max(of_key.get(place, 0), min(_HEAVIEST, round(_STEPS * weight)))
    starts, places, weights = array("I", [0]), array("H"), array("H")
    for key in sorted(cells):
        held = {place: weight for place, weight in cells[key].items() if weight}
        places.extend(held)
        weights.extend(held.values())
        starts.append(len(places))
    return _Kept(
        list(words), told, list(vectors), array("I", sorted(cells)).tobytes(),
        starts.tobytes(), places.tobytes(), weights.tobytes(),
    )  # fmt: skip


def _from_shelf(shelf: Shelf | None, name: str) -> _Kept | None:
    body = shelf.get(name) if shelf else None
    try:
        return None if body is None else msgpack.decode(body, type=_Kept)
    except MsgspecError:
        return None
