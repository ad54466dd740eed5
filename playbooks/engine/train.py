"""Learn the reader's rows from labelled messages. numpy is needed here and nowhere at run time.

Multinomial logistic regression per field over hashed words, letter groups, pairs and marks, with
inverse-document weights (rare words weigh more: Sparck Jones 1972) and a quadratic penalty,
minimised by limited-memory BFGS (Nocedal 1980). No random number is drawn: the same messages give
the same bytes. A message may leave out any field; it then teaches the others only.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from playbooks.engine.descent import Array, Sparse, descend, sparse
from playbooks.engine.linear import (
    UNIT,
    Columns,
    group_key,
    group_share,
    letter_groups,
    pack,
    pair_key,
    word_key,
)
from playbooks.engine.schema import Play
from playbooks.engine.signs import signs
from playbooks.engine.vocabulary import KINDS, STAGES, VALUES

FIELDS: Final[dict[str, tuple[Any, ...]]] = {
    "kind": KINDS,
    "stage": STAGES,
    "heat": (0, 1, 2),
    "value": VALUES,
    "escalate": (True,),
    "repeat": (True,),
    "moment": (True,),
}
PENALTY: Final[dict[str, float]] = dict.fromkeys(FIELDS, 0.03)
RARITY: Final[dict[str, float]] = dict.fromkeys(FIELDS, 1.25) | {"kind": 2.0, "stage": 2.0}
"""Power of the inverse document frequency: what a moment is about hangs on rare words, how hot it
is on common ones."""
ROUNDS: Final = 40
MARKS: Final[dict[str, float]] = {
    "escalate": 0.25,
    "danger": 0.02,
    "safety": 0.2,
    "repeat": 0.35,
    "again": 0.15,
    "moment": 0.3,
}
"""Probabilities above which a field is true: telling a manager once too often costs a minute, once
too seldom a customer, so ``escalate`` is far below one half."""
_SEEN: Final = 2
"""A piece met in one message only teaches that message, and crowds the file."""
_HELD_OUT: Final = 5
"""Every fifth message is set aside once, to measure how sure the reader may be."""


def _bag(message: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The different words, pairs and marks of a message, as ``Linear.lanes`` sees them."""
    told = signs(message["text"], _industry(message))
    bag = [("w", word) for word in told.words]
    bag += [("p", f"{a} {b}") for a, b in zip(("^", *told.words), told.words, strict=False)]
    bag += [("m", mark) for mark in told.marks]
    return list(dict.fromkeys(bag))


def _industry(message: Mapping[str, Any]) -> tuple[str, ...]:
    """Told to the learner for every second message: a reader must also do without it."""
    told = crc32(message["text"].encode()) & 1
    return (message["industry"],) if told and "industry" in message else ()


def _keys(piece: tuple[str, str]) -> list[tuple[int, float]]:
    """The keys a piece is learned under, each with its weight."""
    kind, text = piece
    if kind == "p":
        return [(pair_key(text), 1.0)]
    own = [(word_key(text), 1.0)]
    if kind == "m":
        return own
    groups = list(letter_groups(text))
    share = group_share(len(groups)) / UNIT
    return own + [(group_key(group), share) for group in groups]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Messages as two sparse matrices (message x piece, piece x key) and their targets."""

    names: Sequence[tuple[str, str]]
    keys: Array
    rare: Array
    pieces: Sparse
    features: Sparse
    targets: Array
    known: Array

    def logits(self, weights: Array, offsets: Array) -> Array:
        """One row per message, one column per label."""
        return self.pieces.times(self.features.times(weights * self.rare)) + offsets


def _targets(messages: Sequence[Mapping[str, Any]]) -> tuple[Array, Array]:
    np = import_module("numpy")
    width = sum(map(len, FIELDS.values()))
    targets = np.zeros((len(messages), width), np.float32)
    known = np.zeros((len(messages), width), np.float32)
    first = 0
    for field, labels in FIELDS.items():
        for row, message in enumerate(messages):
            label = message.get(field, True if field == "moment" else None)
            if label is None:
                continue
            known[row, first : first + len(labels)] = message.get("weight", 1.0)
            if label in labels:
                targets[row, first + labels.index(label)] = 1.0
        first += len(labels)
    return targets, known


def _vocabulary(pieces: Sparse, all_keys: Sparse, messages: int) -> tuple[Array, Array]:
    """The keys seen often enough, and their rarity for every column, about 0.2 to 20."""
    np = import_module("numpy")
    seen = np.bincount(pieces.columns, minlength=len(all_keys.starts) - 1).astype(np.float64)
    owner = np.repeat(np.arange(len(seen)), np.diff(all_keys.starts))
    keys, place = np.unique(all_keys.columns, return_inverse=True)
    count = np.minimum(np.bincount(place, weights=seen[owner]), messages)
    kept = count >= _SEEN
    rare = np.log((1 + messages) / (1 + count[kept])) + 1
    columns = [rare ** RARITY[field] / 6 for field, labels in FIELDS.items() for _ in labels]
    return keys[kept], np.stack(columns, axis=1).astype(np.float32)


def _kept(all_keys: Sparse, keys: Array) -> Sparse:
    """``all_keys`` by the place of the key, without the keys that were seen too seldom."""
    np = import_module("numpy")
    place = np.minimum(np.searchsorted(keys, all_keys.columns), max(0, len(keys) - 1))
    found = keys[place] == all_keys.columns
    before = np.concatenate([[0], np.cumsum(found)])
    return Sparse(before[all_keys.starts], place[found], all_keys.values[found], len(keys))


def lesson(messages: Sequence[Mapping[str, Any]]) -> Lesson:
    """Everything a fit needs, computed once."""
    index: dict[tuple[str, str], int] = {}
    rows = []
    for message in messages:
        bag = _bag(message)
        share = len(bag) ** -0.5
        rows.append([(index.setdefault(piece, len(index)), share) for piece in bag])
    pieces = sparse(rows, len(index))
    all_keys = sparse(map(_keys, index), 0)
    keys, rare = _vocabulary(pieces, all_keys, len(messages))
    features = _kept(all_keys, keys)
    return Lesson(list(index), keys, rare, pieces, features, *_targets(messages))


def _slices() -> dict[str, slice]:
    first, out = 0, {}
    for field, labels in FIELDS.items():
        out[field] = slice(first, first + len(labels))
        first += len(labels)
    return out


def _probabilities(logits: Array) -> Array:
    np = import_module("numpy")
    out = np.empty_like(logits)
    for part in _slices().values():
        if part.stop - part.start == 1:
            out[:, part] = 1 / (1 + np.exp(-np.clip(logits[:, part], -30, 30)))
            continue
        powers = np.exp(logits[:, part] - logits[:, part].max(1, keepdims=True))
        out[:, part] = powers / powers.sum(1, keepdims=True)
    return out


def _loss(probabilities: Array, lesson: Lesson, use: Array) -> float:
    np = import_module("numpy")
    total = 0.0
    for part in _slices().values():
        right, guess = lesson.targets[:, part], probabilities[:, part]
        miss = right * np.log(guess + 1e-9)
        if part.stop - part.start == 1:
            miss += (1 - right) * np.log(1 - guess + 1e-9)
        total -= float((miss * lesson.known[:, part] * use[:, None]).sum())
    return total


class Fit:
    """The penalised loss and its slope for L-BFGS; ``use`` picks the messages that teach."""

    def __init__(self, lesson: Lesson, use: Array) -> None:
        np = import_module("numpy")
        self._lesson, self._use = lesson, use
        self._turned_pieces = lesson.pieces.turned()
        self._turned_features = lesson.features.turned()
        shown = (lesson.known * use[:, None]).sum(0)
        share = np.clip(
            (lesson.targets * lesson.known * use[:, None]).sum(0) / (shown + 1), 1e-4, 0.9999
        )
        self.offsets = np.log(share).astype(np.float32)
        self.penalty = np.zeros(lesson.targets.shape[1], np.float32)
        for field, part in _slices().items():
            self.penalty[part] = PENALTY[field]
            if part.stop - part.start == 1:
                self.offsets[part] -= np.log(1 - share[part]).astype(np.float32)

    def at(self, weights: Array) -> tuple[float, Array]:
        """Loss and slope at ``weights``."""
        lesson = self._lesson
        guess = _probabilities(lesson.logits(weights, self.offsets))
        miss = (guess - lesson.targets) * lesson.known * self._use[:, None]
        slope = self._turned_features.times(self._turned_pieces.times(miss)) * lesson.rare
        loss = _loss(guess, lesson, self._use) + 0.5 * float((self.penalty * weights**2).sum())
        return loss, slope + self.penalty * weights


def _temperature(logits: Array, targets: Array, known: Array, part: slice) -> float:
    """The divisor of the sums under which held-out messages are likeliest (Guo 2017)."""
    np = import_module("numpy")
    rows = known[:, part.start] > 0
    if not rows.any():
        return 1.0
    best = (float("inf"), 1.0)
    for twentieth in range(8, 61):
        cool = twentieth / 20
        scaled = logits[rows][:, part] / cool
        if part.stop - part.start == 1:
            sign = 2 * targets[rows][:, part] - 1
            loss = float(np.log1p(np.exp(-np.clip(sign * scaled, -30, 30))).sum())
        else:
            top = scaled.max(1, keepdims=True)
            whole = top[:, 0] + np.log(np.exp(scaled - top).sum(1))
            loss = float((whole - (scaled * targets[rows][:, part]).sum(1)).sum())
        best = min(best, (loss, cool))
    return best[1]


def _rows(plan: Lesson, weights: Array) -> tuple[list[int], bytes, tuple[float, ...]]:
    """Sorted keys, a byte around 128 per key and column, and what one step of a column is worth.

    A known word's row already holds its letter groups: at run time it is one look-up, not thirty.
    """
    np = import_module("numpy")
    whole = weights * plan.rare
    composed = plan.features.times(whole)
    for place, (kind, text) in enumerate(plan.names):
        if kind == "w":
            at = int(np.searchsorted(plan.keys, word_key(text)))
            if at < len(plan.keys) and plan.keys[at] == word_key(text):
                whole[at] = composed[place]
    scales = np.maximum(np.abs(whole).max(0), 1e-6) / 127
    rows = (np.rint(whole / scales) + 128).astype(np.uint8)
    return plan.keys.tolist(), rows.tobytes(), tuple(round(float(scale), 9) for scale in scales)


def train(
    messages: Iterable[Mapping[str, Any]],
    rounds: int = ROUNDS,
    marks: Mapping[str, float] = MARKS,
) -> bytes:
    """The weights' file learned from ``messages``: ``text`` and any of the fields of ``FIELDS``.

    Deterministic. ``marks`` are the thresholds that travel with the weights. Raises ``ValueError``
    where there is nothing to learn from.
    """
    np = import_module("numpy")
    told = sorted(messages, key=lambda message: crc32(message["text"].encode()))
    if not told:
        raise ValueError("no messages to learn from; give at least a few of every kind")
    plan = lesson(told)
    held = np.arange(len(told)) % _HELD_OUT == 0
    zero = np.zeros((len(plan.keys), plan.targets.shape[1]), np.float32)
    trial = Fit(plan, (~held).astype(np.float32))
    weights = descend(trial.at, zero, rounds)
    logits = plan.logits(weights, trial.offsets)[held]
    heat = {
        field: _temperature(logits, plan.targets[held], plan.known[held], part)
        for field, part in _slices().items()
    }
    final = Fit(plan, np.ones(len(told), np.float32))
    weights = descend(final.at, weights, rounds // 2)
    keys, rows, scales = _rows(plan, weights)
    fields = {name: (part.start, FIELDS[name]) for name, part in _slices().items()}
    offsets = tuple(round(float(offset), 6) for offset in final.offsets)
    return pack(Columns(fields, scales, offsets, heat, dict(marks)), keys, rows)


def shipped_messages(folder: Path) -> list[dict[str, Any]]:
    """Every labelled line of the training files in ``folder``, in a fixed order."""
    return [
        json.loads(line)
        for file in sorted(folder.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def example_messages(plays: Iterable[Play]) -> list[dict[str, Any]]:
    """The plays' own examples as messages. Each tells the stage where its play serves one stage,
    and the kind where it serves one kind: of a play for three kinds nobody said which."""
    messages: list[dict[str, Any]] = []
    for play in plays:
        told: dict[str, Any] = {}
        if len(play.when.stages) == 1:
            told["stage"] = next(iter(play.when.stages))
        if len(play.when.kinds) == 1:
            told["kind"] = next(iter(play.when.kinds))
        messages += [{"text": example, **told} for example in play.examples if told]
    return messages


def main() -> None:
    """Train the shipped weights anew: ``python -m playbooks.engine.train``, about a minute."""
    from playbooks.engine.load import load, shipped

    here = Path(__file__).parent
    library, _ = load(shipped())
    told = shipped_messages(here.parent / "training") + example_messages(library.plays.values())
    blob = train(told)
    (here / "weights.bin").write_bytes(blob)


if __name__ == "__main__":
    main()
