"""The rows that are shipped: what was learned of every field side by side, and of them those that
count. numpy is needed here, so this is imported in training alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final, NamedTuple

from playbooks.engine.linear import piece_key, spelled
from playbooks.engine.trainset import FIELDS, Array, Pieces, Set, columns, unmet, word_keys
from playbooks.engine.vectors import Vectors
from playbooks.engine.weights import Columns, pack

STEPS: Final = 60
"""Steps of a column to either side. With 127 no field was read better, and all rows do not fit into
5 MB; half of them left out cost a point or two in every field. With 24 kind lost half a point."""
ROWS: Final = 375_000
"""Rows that are shipped, those that move most messages most, as many as 5 MB hold. With 330,000
notes and posts were read as well within three in a thousand; each takes four bytes of memory, and
33 more where its row cannot be kept in a file."""
TRADE: Final = "<at-"
"""Begins the mark of a site's trade, which says nothing of whether a line is a moment: no lesson of
small talk names its trade, so by that mark all lines of a call centre were moments."""
_UNKNOWN: Final = 0.05
"""Share of words never met, of which alone the letter groups are looked up."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learned of one field: a row per key, a row per number of what words mean, and the
    sums of a message of which nothing is known."""

    keys: Array
    meant: Array
    offsets: Array


class Head(NamedTuple):
    """What is found from messages set aside, in the order of ``Columns``."""

    heat: dict[str, float]
    marks: dict[str, float]
    alarm: tuple[float, ...]
    joint: dict[str, tuple[tuple[float, ...], ...]]


class Rows(NamedTuple):
    """Keys, sorted, with a row for each and in how many messages it is likely met."""

    keys: Array
    rows: Array
    met: Array


def _rows(told: Set, learned: Sequence[Fitted], vectors: Vectors) -> tuple[Rows, Rows]:
    """The rows of near keys and of far ones, all fields side by side.

    A known word's row already holds its letter groups and what it means: at run time it is one
    look-up, not thirty. Words that only the table of meanings knows get a row of their own.
    """
    np = import_module("numpy")
    pieces = told.pieces
    whole = np.concatenate([each.keys for each in learned], axis=1)
    meant = np.concatenate([each.meant for each in learned], axis=1)
    count = len(pieces.keys)
    near, met = whole[:count], _asked(pieces)
    words = [at for at, name in enumerate(pieces.names) if spelled(name)]
    composed = pieces.parts[words] @ near + pieces.meant[words] @ meant
    more, parts, meanings = unmet(vectors, pieces, len(told.known))
    fresh = parts @ near + meanings @ meant
    keys = np.concatenate([word_keys([pieces.names[at] for at in words]), word_keys(more)])
    known = ~np.isin(pieces.keys, keys)
    all_keys = np.concatenate([keys, pieces.keys[known]])
    rows = np.concatenate([composed, fresh, near[known]])
    often = np.concatenate([_met_at(keys, pieces), met[known]])
    order = np.unique(all_keys, return_index=True)[1]
    apart = Rows(pieces.far, whole[count:], pieces.met[count:])
    return Rows(all_keys[order], rows[order], often[order]), apart


def _asked(pieces: Pieces) -> Array:
    """How often each near key is looked up: a letter group in words never met alone."""
    np = import_module("numpy")
    own = np.isin(pieces.keys, [piece_key(name) for name in pieces.names])
    return pieces.met[: len(pieces.keys)] * np.where(own, 1.0, _UNKNOWN)


def _met_at(keys: Array, pieces: Pieces) -> Array:
    """In how many messages ``keys`` are; 1 for those that are in none or one."""
    np = import_module("numpy")
    places = np.minimum(np.searchsorted(pieces.keys, keys), len(pieces.keys) - 1)
    return np.where(pieces.keys[places] == keys, pieces.met[places], 1)


def _fewest(near: Rows, far: Rows) -> tuple[Array, Array]:
    """The places of the rows that move most messages most, near and far, ``ROWS`` in all."""
    np = import_module("numpy")
    every = np.abs(np.concatenate([near.rows, far.rows]))
    moves = ((every / np.maximum(np.quantile(every, 0.99, axis=0), 1e-6)) ** 2).sum(1)
    moves *= np.concatenate([near.met, far.met])
    kept = np.zeros(len(moves), bool)
    kept[np.argsort(-moves, kind="stable")[:ROWS]] = True
    return np.flatnonzero(kept[: len(near.keys)]), np.flatnonzero(kept[len(near.keys) :])


def packed(told: Set, learned: Sequence[Fitted], vectors: Vectors, head: Head) -> bytes:
    """The file: the rows that count, in whole steps, and what one step of a column is worth."""
    np = import_module("numpy")
    near, far = _rows(told, learned, vectors)
    near_kept, far_kept = _fewest(near, far)
    whole = np.concatenate([near.rows[near_kept], far.rows[far_kept]])
    # A few rows in ten thousand go beyond STEPS, so that the others keep finer steps.
    scales = np.maximum(np.quantile(np.abs(whole), 0.9999, axis=0), 1e-6) / STEPS
    steps = np.clip(np.rint(whole / scales), -127, 127)
    keys = np.concatenate([near.keys[near_kept], far.keys[far_kept]])
    trades = [piece_key(name) for name in told.pieces.names if name.startswith(TRADE)]
    trade = np.flatnonzero(np.isin(keys[: len(near_kept)], trades))
    steps[trade, columns()["moment"].start] = 0
    rows = (steps + 128).astype(np.uint8).tobytes()
    fields = {name: (part.start, FIELDS[name]) for name, part in columns().items()}
    offsets = tuple(round(float(each), 6) for part in learned for each in part.offsets)
    worth = tuple(round(float(scale), 9) for scale in scales)
    return pack(Columns(fields, worth, offsets, *head), keys.tolist(), rows, len(far_kept))
