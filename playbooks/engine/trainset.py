"""Labelled messages as the matrices a fit multiplies by, with numpy and scipy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, TypeAlias
from zlib import crc32

from playbooks.engine.linear import (
    MATTER,
    POST,
    UNIT,
    far_keys,
    group_key,
    group_share,
    groups_of,
    piece_key,
    pieces_of,
    word_key,
)
from playbooks.engine.signs import signs
from playbooks.engine.vectors import Vectors
from playbooks.engine.vocabulary import KINDS, STAGES, VALUES

Array: TypeAlias = Any
"""A numpy array or a scipy matrix; to name their own types they would have to be imported."""
Message: TypeAlias = Mapping[str, Any]

FIELDS: Final[dict[str, tuple[Any, ...]]] = {
    "kind": KINDS,
    "stage": STAGES,
    "heat": (0, 1, 2),
    "value": VALUES,
    "escalate": (True,),
    "repeat": (True,),
    "moment": (True,),
    "failure": (True,),
}
SECOND: Final = 0.5
"""Share of a label that a second reader of the message gives to another one."""
_SEEN: Final = 2
"""A piece met in one message only teaches that message, and crowds the file."""
_FAR_SEEN: Final = 4
"""Two words that stand apart say something together only where they do so more than by chance."""
_MATTERS: Final = 6.0
"""How rare what a post speaks of is taken for at least: the fourteen matters are in every second
post, and for that would count next to nothing."""
_MEANING: Final = 0.2
"""Weight of what a word means beside the word itself; found by trying 0.1 to 0.6."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """What the messages are made of: the keys of rows, and which of them each piece counts for."""

    names: Sequence[str]
    keys: Array
    parts: Array
    """Piece x key."""
    meant: Array
    """Piece x number of the word vectors, times the rarity of the piece."""
    far: Array
    """The keys of words that stand apart."""
    met: Array
    """In how many messages a key is, one per key, the far ones last."""
    rare: Array
    """Logarithm of how seldom that is; 1 where it is in each message."""


@dataclass(frozen=True, slots=True)
class Set:
    """Messages as they are learned from: ``near`` is message x key, ``meant`` message x number."""

    pieces: Pieces
    near: Array
    posts: Array
    """Message x key as well, of what the words of a post are counted as a second time."""
    posted: Array
    """Whether a message teaches what is said in posts, one per message."""
    lots: Array
    """A number that is the same for a message whatever the others are, one per message."""
    own: Array
    """Whether it is in a customer's own words, one per message."""
    meant: Array
    targets: Array
    known: Array
    grave: Sequence[bool]
    """Whether a rule for danger holds."""


def columns() -> dict[str, slice]:
    """Where the labels of each field stand in a row."""
    first, out = 0, {}
    for field, labels in FIELDS.items():
        out[field] = slice(first, first + len(labels))
        first += len(labels)
    return out


def keys_of(piece: str) -> list[tuple[int, float]]:
    """The keys a piece is learned under, each with its weight."""
    groups = groups_of(piece)
    share = group_share(len(groups)) / UNIT
    return [(piece_key(piece), 1.0), *((group_key(group), share) for group in groups)]


def _industry(message: Message) -> tuple[str, ...]:
    """Told to the learner for every second message: a reader must also do without it."""
    told = crc32(message["text"].encode()) & 1
    return (message["industry"],) if told and "industry" in message else ()


def _told(message: Message, field: str) -> object:
    """The label of a field; ``None`` where the message says nothing of it, or teaches another."""
    if message.get("teaches", field) != field:
        return None
    if field == "failure":
        if not message.get("moment", True):
            return False
        return message["kind"] not in {"question", "praise"} if "kind" in message else None
    return message.get(field, True if field == "moment" else None)


def targets_of(messages: Sequence[Message]) -> tuple[Array, Array]:
    """What each message says of every label, and how much it counts there (0: nothing)."""
    np = import_module("numpy")
    places = columns()
    width = sum(map(len, FIELDS.values()))
    targets = np.zeros((len(messages), width), np.float32)
    known = np.zeros((len(messages), width), np.float32)
    for row, message in enumerate(messages):
        for field, labels in FIELDS.items():
            label = _told(message, field)
            if label is None:
                continue
            place = places[field]
            known[row, place] = message.get("weight", 1.0)
            second = _told({**message, **message.get("second", {})}, field)
            for said, share in ((label, 1 - SECOND), (second, SECOND)):
                if said in labels:
                    targets[row, place.start + labels.index(said)] += share
    return targets, known


def matrix(rows: Sequence[Sequence[tuple[int, float]]], width: int) -> Array:
    """A sparse matrix from its rows of (column, value)."""
    np, sparse = import_module("numpy"), import_module("scipy.sparse")
    starts = np.cumsum([0, *map(len, rows)])
    cells = [cell for row in rows for cell in row]
    places = np.array([place for place, _ in cells], np.int64)
    values = np.array([value for _, value in cells], np.float32)
    return sparse.csr_matrix((values, places, starts), shape=(len(rows), width))


def _frequent(rows: Sequence[Sequence[int]], seen: int) -> tuple[Array, Array]:
    """The keys met in at least ``seen`` rows, sorted, and in how many."""
    np = import_module("numpy")
    keys, counts = np.unique(np.array([key for row in rows for key in row]), return_counts=True)
    kept = counts >= seen
    return keys[kept].astype(np.int64), counts[kept]


def _placed(cells: Sequence[tuple[int, float]], keys: Array) -> list[tuple[int, float]]:
    np = import_module("numpy")
    if not len(keys):
        return []
    places = np.minimum(np.searchsorted(keys, [key for key, _ in cells]), len(keys) - 1)
    return [
        (int(place), share)
        for place, (key, share) in zip(places, cells, strict=True)
        if keys[place] == key
    ]


def taken_in(messages: Sequence[Message], vectors: Vectors) -> Set:
    """Everything a fit needs, computed once."""
    np, sparse = import_module("numpy"), import_module("scipy.sparse")
    told = [signs(each["text"], _industry(each), post=_posted(each)) for each in messages]
    bags = [list(pieces_of(each.words, each.marks, each.english)) for each in told]
    apart = [list(far_keys(each.english or each.words)) for each in told]
    index: dict[str, int] = {}
    for bag in bags:
        for piece in bag:
            index.setdefault(piece, len(index))
    names = list(index)
    own = [keys_of(piece) for piece in names]
    met = [{key for piece in bag for key, _ in own[index[piece]]} for bag in bags]
    keys, counts = _frequent([list(row) for row in met], _SEEN)
    far, far_counts = _frequent(apart, _FAR_SEEN)
    shares = [max(1, len(bag)) ** -0.5 for bag in bags]
    rows = [
        [(index[piece], share) for piece in bag] for bag, share in zip(bags, shares, strict=True)
    ]
    spread = matrix(rows, len(names))
    parts = matrix([_placed(cells, keys) for cells in own], len(keys))
    beside = [
        _placed([(key, share) for key in row], far)
        for row, share in zip(apart, shares, strict=True)
    ]
    all_met = np.concatenate([counts, far_counts])
    rare = np.log((1 + len(bags)) / (1 + all_met)) + 1
    spoken = np.isin(keys, [piece_key(name) for name in names if name.startswith(MATTER)])
    rare[: len(keys)][spoken] = np.maximum(rare[: len(keys)][spoken], _MATTERS)
    often = np.asarray((spread > 0).sum(0)).ravel()
    weight = _MEANING * np.log((1 + len(bags)) / (1 + often)).astype(np.float32)
    meant = vectors.of(names) * weight[:, None]
    pieces = Pieces(names, keys, parts, meant, far, all_met, rare.astype(np.float32))
    near, posts = _parted(sparse.hstack([spread @ parts, matrix(beside, len(far))]).tocsr(), pieces)
    grave = ["<grave>" in each.marks for each in told]
    posted = np.array([_posted(each) for each in messages])
    lots = np.array([crc32(each["text"].encode()) // 7 for each in messages])
    own = np.array(["<own>" in each.marks for each in told])
    known = targets_of(messages)
    return Set(pieces, near, posts, posted, lots, own, spread @ meant, *known, grave)


def _posted(message: Message) -> bool:
    return message.get("voice") == "post"


def _parted(near: Array, pieces: Pieces) -> tuple[Array, Array]:
    """What counts in every message, and what in posts alone. A key that both have, one in
    fifteen hundred by chance, is everybody's: *and* had the number of a word in posts."""
    np, sparse = import_module("numpy"), import_module("scipy.sparse")
    sides: tuple[set[int], set[int]] = set(), set()
    for name in pieces.names:
        sides[name.startswith(POST)].update(key for key, _ in keys_of(name))
    alone = np.zeros(near.shape[1], np.float32)
    alone[: len(pieces.keys)] = np.isin(pieces.keys, list(sides[True] - sides[False]))
    parted = [(near @ sparse.diags(kept)).tocsr() for kept in (1 - alone, alone)]
    for each in parted:
        each.eliminate_zeros()
    return parted[0], parted[1]


def unmet(vectors: Vectors, pieces: Pieces, messages: int) -> tuple[list[str], Array, Array]:
    """The words that have a vector and never stood in a message: their parts and what they mean."""
    np = import_module("numpy")
    known = set(pieces.names)
    words = [word for word in vectors.words if word not in known]
    parts = matrix([_placed(keys_of(word), pieces.keys) for word in words], len(pieces.keys))
    return words, parts, vectors.of(words) * (_MEANING * np.log(1.0 + messages))


def word_keys(words: Sequence[str]) -> Array:
    """The keys of whole words."""
    return import_module("numpy").array([word_key(word) for word in words], "int64")
