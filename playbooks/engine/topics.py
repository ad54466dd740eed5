"""What the plays of one pack speak of, weighed once for every content of the library.

Weighing takes a tenth of a second for a pack and the shelf a tenth of that: without it the first
line after a start would wait for every pack.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import MsgspecError, msgpack

from playbooks.engine.likeness import Examples, Vectors, examples_of, vectors_of
from playbooks.engine.schema import Play
from playbooks.engine.shelf import Shelf


@dataclass(frozen=True, slots=True)
class _Kept:
    vectors: Vectors
    examples: list[tuple[list[str], str]]


@dataclass(frozen=True, slots=True)
class Topics:
    """The vector of each play, and the examples of all of them, to be found by a line."""

    vectors: Vectors
    examples: Examples


def topics_of(plays: Iterable[Play], shelf: Shelf | None, name: str) -> Topics:
    """The topics of ``plays``, from the shelf where it has an entry ``name``, else put there."""
    kept = _from_shelf(shelf, name)
    if kept is None:
        plays = list(plays)
        kept = _Kept(vectors_of(plays), examples_of(plays))
        if shelf:
            shelf.put(name, msgpack.encode(kept))
    return Topics(kept.vectors, Examples(kept.examples))


def _from_shelf(shelf: Shelf | None, name: str) -> _Kept | None:
    body = shelf.get(name) if shelf else None
    try:
        return None if body is None else msgpack.decode(body, type=_Kept)
    except MsgspecError:
        return None
