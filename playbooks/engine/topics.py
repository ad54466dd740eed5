"""What the plays of one pack speak of, weighed once for every content of the library.

Weighing takes a tenth of a second for a pack and the shelf a quarter of that: without it the first
line after a start would wait for every pack. Vectors are kept packed, because as dictionaries those
of two packs take 7 MiB; a card needs a few of them, once.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import MsgspecError, msgpack

from playbooks.engine.likeness import Examples, Vector, Vectors, examples_of, vectors_of
from playbooks.engine.schema import Play
from playbooks.engine.shelf import Shelf


@dataclass(frozen=True, slots=True)
class _Kept:
    """Every gram once; of each play where its grams stand (4 bytes each) and what they weigh (4),
    as this machine writes numbers; of each example where its words stand, and its play."""

    grams: list[str]
    vectors: dict[str, tuple[bytes, bytes]]
    examples: list[tuple[bytes, str]]


class Topics:
    """The vector of each play, and the examples of all of them, to be found by a line."""

    def __init__(self, kept: _Kept) -> None:
        self._grams = kept.grams
        self._vectors = kept.vectors
        self.examples = Examples(kept.grams, kept.examples)

    def of(self, play: str) -> Vector:
        """What the play of that id speaks of."""
        places, weights = self._vectors[play]
        grams = map(self._grams.__getitem__, memoryview(places).cast("I"))
        return dict(zip(grams, memoryview(weights).cast("f"), strict=True))


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
    places: defaultdict[str, int] = defaultdict(lambda: len(places))
    packed = {
        play: (
            array("I", [places[gram] for gram in vector]).tobytes(),
            array("f", vector.values()).tobytes(),
        )
        for play, vector in vectors.items()
    }
    told = [
        (array("I", [places[word] for word in words]).tobytes(), play) for words, play in examples
    ]
    return _Kept(list(places), packed, told)


def _from_shelf(shelf: Shelf | None, name: str) -> _Kept | None:
    body = shelf.get(name) if shelf else None
    try:
        return None if body is None else msgpack.decode(body, type=_Kept)
    except MsgspecError:
        return None
