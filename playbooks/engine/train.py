"""Learn the reader's rows from labelled messages. numpy and scipy are needed here alone.

Multinomial logistic regression per field over words, letter groups, pairs, words that stand apart,
what words mean, and marks. Each is weighted by how rare it is (inverse document frequency: Sparck
Jones 1972), large weights are held back by a quadratic penalty, and the whole is minimised by
limited-memory BFGS (Nocedal 1980). No random number is drawn: the same messages give the same
bytes. A message may leave out any field; it then teaches the others only.
"""

import json
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple
from zlib import crc32

from playbooks.engine import joint
from playbooks.engine.alarm import EVIDENCE, evidence
from playbooks.engine.rows import Fitted, Head, packed
from playbooks.engine.schema import Play
from playbooks.engine.trainset import (
    FIELDS,
    SECOND,
    Array,
    Set,
    columns,
    taken_in,
)
from playbooks.engine.vectors import Vectors

PENALTY: Final[dict[str, float]] = dict.fromkeys(FIELDS, 0.1) | {
    "kind": 0.2,
    "stage": 0.3,
    "heat": 0.3,
}
"""What a large weight costs. Found on messages set aside, by doubling it until it did no good."""
RARITY: Final[dict[str, float]] = dict.fromkeys(FIELDS, 1.25) | {
    "kind": 2.0,
    "stage": 1.6,
    "heat": 1.6,
}
"""Power of the inverse document frequency: what a moment is about hangs on rare words, how hot it
is on common ones."""
APART: Final = 0.5
"""Weight of words that stand apart beside neighbours."""
TELLING: Final = frozenset(FIELDS) - {"repeat"}
"""Fields whose weights may be the larger the more a key tells of a label by itself (after Wang and
Manning 2012). Whether it happened before hangs on a few words that all know: it gained nothing."""
ADDED: Final = frozenset({"kind"})
"""Fields in which posts are learned apart. Learned among notes, posts spoil some of the notes and
tell less of posts; whether something failed gained nothing by it."""


class Way(NamedTuple):
    """One way to learn what posts say."""

    added: bool
    """What must be added to what notes say; else what posts say by themselves."""
    telling: bool
    """As in ``TELLING``."""
    rarity: float
    """As in ``RARITY``."""
    penalty: float
    """As in ``PENALTY``."""


WAYS: Final = (
    Way(added=True, telling=True, rarity=2.0, penalty=0.5),
    Way(added=False, telling=True, rarity=2.0, penalty=0.3),
    Way(added=True, telling=False, rarity=2.4, penalty=0.5),
    Way(added=False, telling=False, rarity=2.4, penalty=0.5),
)
"""Each leaves out another part of the posts, and what is shipped is their mean (bagging: Breiman
1996), which costs a row no more than one of them. One way with all posts knew two in a hundred
fewer of posts on which all readers agree."""
ROUNDS: Final = 60
MARKS: Final[dict[str, float]] = {
    "escalate": 0.11,
    "danger": 0.05,
    "repeat": 0.25,
    "again": 0.3,
    "moment": 0.6,
}
"""Probabilities above which a field is true: telling a manager once too often costs a minute, once
too seldom a customer, so ``escalate`` is far below one half. ``again`` is ``repeat`` where a line
states it outright; the model knows of that already, so the two are nearly the same."""
JOINT_PENALTY: Final = 3.0
"""What a large weight costs where fields are joined: a third to ten times as much did the same."""
FEWEST_TO_JOIN: Final = 500
"""Messages set aside below which a field is decided by its own sums alone."""
_HELD_OUT: Final = 5
"""Every fifth message is set aside once, to measure how sure the reader may be."""


def _chances(sums: Array) -> Array:
    """The sums of one field as probabilities: of yes where it has one label."""
    np = import_module("numpy")
    if sums.shape[1] == 1:
        return 1 / (1 + np.exp(-np.clip(sums, -30, 30)))
    powers = np.exp(sums - sums.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def _miss(right: Array, guess: Array, counts: Array) -> float:
    np = import_module("numpy")
    told = right * np.log(guess + 1e-9)
    if right.shape[1] == 1:
        told += (1 - right) * np.log(1 - guess + 1e-9)
    return -float((told * counts).sum())


def _offsets(right: Array, counts: Array) -> Array:
    np = import_module("numpy")
    share = np.clip((right * counts).sum(0) / (counts.sum(0) + 1), 1e-4, 0.9999)
    known = np.log(share) - (np.log(1 - share) if right.shape[1] == 1 else 0)
    return known.astype(np.float32)


def weighed(told: Set, rarity: float) -> Array:
    """How much each key counts."""
    np = import_module("numpy")
    rare = told.pieces.rare**rarity / 6
    rare[len(told.pieces.keys) :] *= APART
    return rare.astype(np.float32)


def telling(near: Array, right: Array, counts: Array) -> Array:
    """How far each key by itself moves the odds of each label, its root around 1: a weight may be
    this many times as large for the same penalty."""
    np = import_module("numpy")
    met = (near > 0).astype(np.float32)
    prior = (right * counts).sum(0) / np.maximum(counts.sum(0), 1e-6)
    share = (met.T @ (right * counts) + prior) / (met.T @ counts + 1)
    share, prior = np.clip(share, 1e-4, 0.9999), np.clip(prior, 1e-4, 0.9999)
    moved = np.abs(np.log(share / (1 - share)) - np.log(prior / (1 - prior))) ** 0.5
    return (moved / np.maximum(np.sqrt((moved**2).mean()), 1e-6)).astype(np.float32)


def fitted(told: Set, field: str, use: Array, rounds: int) -> Fitted:
    """Learn one field from the messages whose places are in ``use``: one of ``ADDED`` from all that
    are no posts, and then from posts what must be added in them."""
    use = use[told.known[use, columns()[field].start] > 0]
    apart = told.posted[use] & (field in ADDED)
    notes = Way(added=False, telling=field in TELLING, rarity=RARITY[field], penalty=PENALTY[field])
    learned = _least(_lesson(told, field, use[~apart], notes), notes.penalty, rounds)
    posts = use[apart]
    if not len(posts):
        return learned
    more = _posts_learned(told, field, posts, learned, rounds)
    return Fitted(learned.keys + more, learned.meant, learned.offsets)


def _posts_learned(told: Set, field: str, posts: Array, learned: Fitted, rounds: int) -> Array:
    """The mean of what posts add to ``learned`` in every one of ``WAYS``."""
    said = sums(told, posts, learned)
    more = 0.0
    for part, way in enumerate(WAYS):
        some = told.lots[posts] % len(WAYS) != part
        lesson = _lesson(told, field, posts[some], way, of_posts=True)
        if way.added:
            lesson = lesson._replace(start=said[some])
        more += _least(lesson, way.penalty, rounds).keys / len(WAYS)
    return more


class _Lesson(NamedTuple):
    """What one fit learns from: a row per message, but ``rare`` and ``lent`` have one per key."""

    near: Array
    meant: Array | None
    right: Array
    counts: Array
    rare: Array
    lent: Array
    start: Array
    """The sums before anything is learned: the same for all messages, or a row for each."""


def _lesson(told: Set, field: str, use: Array, way: Way, *, of_posts: bool = False) -> _Lesson:
    np, sparse = import_module("numpy"), import_module("scipy.sparse")
    place = columns()[field]
    right, counts = told.targets[use, place], told.known[use, place]
    rare = weighed(told, way.rarity)
    near = ((told.posts if of_posts else told.near)[use] @ sparse.diags(rare)).tocsr()
    meant = None if of_posts else told.meant[use]
    lent = telling(near, right, counts) if way.telling else np.ones((1, 1), np.float32)
    return _Lesson(near, meant, right, counts, rare, lent, _offsets(right, counts))


def _least(lesson: _Lesson, penalty: float, rounds: int) -> Fitted:
    """The weights under which what the messages say is likeliest, large ones held back."""
    np, minimize = import_module("numpy"), import_module("scipy.optimize").minimize
    near, meant, right, counts, rare, lent, start = lesson
    turned, width = near.T.tocsr(), right.shape[1]
    meant = np.zeros((len(right), 0), np.float32) if meant is None else meant
    split = near.shape[1] * width

    def at(flat: Array) -> tuple[float, Array]:
        keys = flat[:split].reshape(-1, width).astype(np.float32)
        meaning = flat[split:].reshape(-1, width).astype(np.float32)
        guess = _chances(near @ (lent * keys) + meant @ meaning + start)
        off = (guess - right) * counts
        held = 0.5 * penalty * float((keys**2).sum() + (meaning**2).sum())
        slopes = (lent * (turned @ off) + penalty * keys, meant.T @ off + penalty * meaning)
        slope = np.concatenate([each.ravel() for each in slopes])
        return _miss(right, guess, counts) + held, slope.astype(np.float64)

    options = {"maxiter": rounds, "maxcor": 6}
    first = np.zeros(split + meant.shape[1] * width)
    end = minimize(at, first, jac=True, method="L-BFGS-B", options=options).x.astype(np.float32)
    keys = end[:split].reshape(-1, width) * lent * rare[:, None]
    return Fitted(keys, end[split:].reshape(-1, width), start)


def sums(told: Set, rows: Array, learned: Fitted) -> Array:
    """One row per message, one column per label."""
    near = told.near[rows] @ learned.keys + told.posts[rows] @ learned.keys
    return near + told.meant[rows] @ learned.meant + learned.offsets


def _temperature(found: Array, right: Array) -> float:
    """The divisor of the sums under which held-out messages are likeliest (Guo 2017)."""
    np = import_module("numpy")
    if not len(found):
        return 1.0
    tried = (twentieth / 20 for twentieth in range(8, 61))
    ones = np.ones_like(right)
    return min(tried, key=lambda cool: _miss(right, _chances(found / cool), ones))


def _weights_of_alarm(told: Set, asked: Array, heard: Mapping[str, Array]) -> tuple[float, ...]:
    """How much each piece of evidence weighs, from messages no field was learned from; ``heard``
    are the chances of every field there. The model's own word alone where there are none."""
    np = import_module("numpy")
    place = columns()["escalate"].start
    rows = np.flatnonzero((told.known[asked] > 0).all(1))
    right = told.targets[asked[rows], place]
    if not 0 < right.sum() < len(right):
        return (1.0, *[0.0] * len(EVIDENCE[1:]), 0.0)
    numbers = np.array([_evidence(told.grave[asked[row]], heard, row) for row in rows])
    numbers = np.concatenate([numbers, np.ones((len(rows), 1))], axis=1)

    def at(weights: Array) -> tuple[float, Array]:
        guess = 1 / (1 + np.exp(-np.clip(numbers @ weights, -30, 30)))
        loss = _miss(right[:, None], guess[:, None], np.ones((len(rows), 1)))
        return loss + 0.5 * float(weights @ weights), numbers.T @ (guess - right) + weights

    minimize = import_module("scipy.optimize").minimize
    end = minimize(at, np.zeros(numbers.shape[1]), jac=True, method="L-BFGS-B").x
    return tuple(round(float(each), 3) for each in end)


def _evidence(grave: bool, heard: Mapping[str, Array], row: int) -> tuple[float, ...]:
    def chance(field: str, label: object) -> float:
        return float(heard[field][row, FIELDS[field].index(label)])

    return evidence(
        chance("escalate", True),
        chance("kind", "safety"),
        chance("stage", "umot"),
        chance("heat", 2),
        chance("value", "vip"),
        chance("repeat", True),
        float(grave),
    )


def _joint(
    told: Set, asked: Array, found: Mapping[str, Array], heard: Mapping[str, Array]
) -> dict[str, tuple[tuple[float, ...], ...]]:
    """The rows of ``joint.FIELDS``, from messages no field was learned from: ``found`` are the sums
    and ``heard`` the chances of every field there. Left out where such messages are few."""
    np = import_module("numpy")
    ones = np.ones((len(asked), 1))
    numbers = np.concatenate([*found.values(), *heard.values(), ones], axis=1)
    rows = {}
    for field in joint.FIELDS:
        place = columns()[field]
        of_these = told.own[asked] | (field not in joint.OF_OWN_WORDS)
        known = np.flatnonzero((told.known[asked, place.start] > 0) & of_these)
        if len(known) >= FEWEST_TO_JOIN:
            right = told.targets[asked[known], place]
            rows[field] = _joint_rows(numbers[known], right)
    return rows


def _joint_rows(numbers: Array, right: Array) -> tuple[tuple[float, ...], ...]:
    np = import_module("numpy")
    minimize = import_module("scipy.optimize").minimize
    shape, counts = (right.shape[1], numbers.shape[1]), np.ones_like(right)

    def at(flat: Array) -> tuple[float, Array]:
        weights = flat.reshape(shape)
        guess = _chances(numbers @ weights.T)
        slope = (guess - right).T @ numbers + JOINT_PENALTY * weights
        held = 0.5 * JOINT_PENALTY * float((weights**2).sum())
        return _miss(right, guess, counts) + held, slope.ravel()

    end = minimize(at, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B").x
    return tuple(tuple(round(float(each), 3) for each in row) for row in end.reshape(shape))


def train(
    messages: Iterable[Mapping[str, Any]],
    vectors: Vectors = Vectors(),  # noqa: B008  frozen and empty
    rounds: int = ROUNDS,
    marks: Mapping[str, float] = MARKS,
) -> bytes:
    """The weights' file learned from ``messages``: ``text`` and any of the fields of ``FIELDS``.

    Deterministic. ``marks`` are the thresholds that travel with the weights. Raises ``ValueError``
    where there is nothing to learn from.
    """
    np = import_module("numpy")
    given = sorted(messages, key=lambda message: crc32(message["text"].encode()))
    if not given:
        raise ValueError("no messages to learn from; give at least a few of every kind")
    told = taken_in(given, vectors)
    every = np.arange(len(given))
    held = every % _HELD_OUT == 0
    heat, learned, found, heard = {}, [], {}, {}
    for field, place in columns().items():
        trial = fitted(told, field, every[~held], rounds)
        found[field] = sums(told, every[held], trial)
        # Only where both readers agreed: a label that is half another one looks like doubt.
        sure = told.targets[:, place].max(1) != 1 - SECOND
        asked = ((told.known[:, place.start] > 0) & sure)[every[held]]
        right = told.targets[every[held], place][asked]
        heat[field] = _temperature(found[field][asked], right)
        heard[field] = _chances(found[field] / heat[field])
        learned.append(fitted(told, field, every, rounds))
    alarm = _weights_of_alarm(told, every[held], heard)
    together = _joint(told, every[held], found, heard)
    return packed(told, learned, vectors, Head(heat, dict(marks), alarm, together))


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
    """Train the shipped weights anew: ``python -m playbooks.engine.train``, some minutes."""
    from playbooks.engine.load import load, shipped

    here = Path(__file__).parent
    lessons = here.parent / "training"
    library, _ = load(shipped())
    told = shipped_messages(lessons) + example_messages(library.plays.values())
    blob = train(told, Vectors.load(lessons / "vectors.bin"))
    (here / "weights.bin").write_bytes(blob)


if __name__ == "__main__":
    main()
