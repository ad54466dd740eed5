"""The learned part of reading: one row of small numbers per word, and a message is their sum.

Known words, pairs of neighbours and letter groups (for words never met) each have a row of whole
numbers, one per column (15 kinds, 5 stages, 3 heats, ...), found by the CRC-32 of the piece in a
sorted list; the file is packed. A row is held as ONE Python integer with a 32-bit lane per
column: adding two rows is then one addition instead of thirty, which is what lets a plain-Python
reader answer within half a millisecond. Whole numbers also make the sum exact, so two machines
print the same bytes.
"""

import struct
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property, lru_cache
from hashlib import blake2b
from io import BytesIO
from itertools import pairwise
from math import exp, sqrt
from pathlib import Path
from typing import Final
from zlib import crc32

from playbooks.engine.normalise import wordset
from playbooks.engine.unpacked import opened
from playbooks.engine.weights import Unpacked, unpack

UNIT: Final = 64
"""Weight of a known piece; the letter groups of an unknown word get a whole number below this."""
REMEMBERED: Final = 16_384
"""Rows kept ready made (about 5 MB); the staff of one house use far fewer words."""
BESIDE: Final = 4
"""Times as many of words that stand apart (about 16 MB): a line has eighty of them, and to make one
costs twenty times as much as to find it."""
GROUPS: Final = (3, 5)
"""Lengths of the letter groups, edges of the word included."""
POST: Final = "<post-"
"""Begins a piece of a post; behind it stands the word or the pair, then a ``>``."""
MATTER: Final = f"{POST}= "
"""Begins what a post speaks of. The blank makes it a pair, so that it is never spelled."""
FINER: Final = 8
"""A site's own rows count in eighths of a shipped step: few lessons move a row by less than one."""
LAID: Final = 1_000
"""Such eighths a site's own row may lie above or below a shipped one, per column."""
_BIAS: Final = 128
_MARK: Final = 11
"""Bits of a key that its mark leaves out: two million marks, so that one of twenty pairs of words
that were never learned is looked up in vain. The very set of keys would take four times as much."""
_LANE: Final = 0xFFFFFFFF
_LEANING: Final = frozenset({"not", "never", "without", "the", "and", "for", "with", "was", "has"})
"""Words that mean something only with the next one."""
_WHOM: Final = wordset(
    """guest guests customer customers cust caller client clients room table order account line
    gast kunde kundin zimmer tisch cliente clienta huesped habitacion mesa chambre ospite camera
    tavolo hospede quarto"""
)
"""Who it is about and where explains nothing to a clerk, though the model leans on it."""


def letter_groups(word: str) -> Iterator[str]:
    """The letter groups of a word of three letters or more: ``ref`` gives ``<re``, ``<ref`` ..."""
    if len(word) < 3:
        return
    edged = f"<{word}>"
    low, high = GROUPS
    for size in range(low, min(high, len(edged)) + 1):
        for start in range(len(edged) - size + 1):
            yield edged[start : start + size]


def group_share(count: int) -> int:
    """Weight of each of ``count`` letter groups, in 1/UNIT of a known piece's weight."""
    return max(1, round(UNIT * count**-0.3)) if count else 0


def groups_of(piece: str) -> list[str]:
    """What a word never met is read by, in a post by groups that only posts have; nothing where a
    piece is a pair or a mark."""
    if not spelled(piece):
        return []
    if piece[0] == "<":
        return [POST + group for group in letter_groups(piece[len(POST) : -1])]
    return list(letter_groups(piece))


def spelled(piece: str) -> bool:
    """Whether a piece is a word, its own or a post's, and no pair or mark."""
    return " " not in piece and (piece[0] != "<" or piece.startswith(POST))


def word_key(word: str) -> int:
    """The place of a whole word or a mark such as ``<again>``."""
    return crc32(b"w" + word.encode())


def group_key(group: str) -> int:
    """The place of a letter group."""
    return crc32(b"g" + group.encode())


def pair_key(pair: str) -> int:
    """The place of two neighbours joined by a blank."""
    return crc32(b"p" + pair.encode())


def piece_key(piece: str) -> int:
    """The place of a piece of a line as ``pieces_of`` gives it."""
    return pair_key(piece) if " " in piece else word_key(piece)


def pieces_of(
    words: Sequence[str], marks: Iterable[str] = (), english: Sequence[str] = ()
) -> dict[str, None]:
    """The different words, pairs of neighbours and marks of a line: what has a row. A line in
    another language is also read word for word in ``english``."""
    pairs = [f"{left} {right}" for left, right in pairwise(("^", *words))]
    if english:
        pairs += [*english, *(f"{left} {right}" for left, right in pairwise(english))]
    return dict.fromkeys((*words, *pairs, *marks))


def post_pieces(words: Sequence[str], matters: Iterable[str] = ()) -> list[str]:
    """What the words of a post are counted as a second time: words and pairs of neighbours, and
    what it speaks of."""
    pairs = (f"{left} {right}" for left, right in pairwise(("^", *words)))
    told = (f"{POST}{piece}>" for piece in (*words, *pairs))
    return [*told, *(f"{MATTER}{matter}>" for matter in matters)]


@lru_cache(maxsize=REMEMBERED)
def _place_of(word: str) -> int:
    return crc32(b"f" + word.encode())


def far_keys(words: Sequence[str]) -> set[int]:
    """The places of every two different words that stand apart, in their order: ``not`` three words
    before ``ready`` says what neither says alone."""
    places = [_place_of(word) for word in dict.fromkeys(words)]
    return {(3 * one + other) & _LANE for at, one in enumerate(places, 2) for other in places[at:]}


def _marked(keys: Iterable[int]) -> bytearray:
    """A mark for each of ``keys``; another key may share it."""
    marked = bytearray(1 << 32 - _MARK)
    for key in keys:
        marked[key >> _MARK] = 1
    return marked


class Linear:
    """Rows and columns ready to sum, and a mark for every two words that stand apart."""

    def __init__(self, weights: Unpacked) -> None:
        self.columns, self._keys, self._rows, self._near = weights
        self._marks = _marked(self._keys[self._near :])
        self._width = len(self.columns.scales)
        self._known: dict[str, int] = {}
        self._beside: dict[int, int] = {}
        self._over: dict[int, int] = {}
        self._room = REMEMBERED
        self._unpack = struct.Struct(f"<{self._width + 1}I").unpack

    @classmethod
    def load(cls, blob: bytes) -> "Linear":
        """Read what ``weights.pack`` wrote. Raises ``WeightsError`` for anything else."""
        return cls(unpack(BytesIO(blob)))

    @cached_property
    def digest(self) -> str:
        """Names the shipped rows and columns without what is laid over: 14 ms to find out, once."""
        told = blake2b(repr(self.columns).encode(), digest_size=12)
        told.update(memoryview(self._keys))
        told.update(self._rows[:])
        return told.hexdigest()

    def remembering(self, rows: int) -> "Linear":
        """This model with room for so many rows ready made, and ``BESIDE`` times as many of words
        that stand apart; 250 bytes each."""
        made = copy(self)
        vars(made).update(_known={}, _beside={}, _room=rows)
        return made

    def laid_over(self, overlay: Mapping[int, Sequence[int]]) -> "Linear":
        """This model with a site's own rows laid over its own: ``overlay`` maps the key of a piece
        to eighths of a step, one per column, from -LAID to LAID. The rows below are shared."""
        made = copy(self)
        over = {key: self._lanes_of(steps) for key, steps in overlay.items()}
        vars(made).update(_known={}, _over=over)
        return made

    def _lanes_of(self, steps: Sequence[int]) -> int:
        lanes = struct.pack(f"<{self._width + 1}I", *(LAID + step for step in steps), LAID)
        return int.from_bytes(lanes, "little")

    def _row(self, key: int) -> int:
        """The lanes of a piece, 0 for one that was never learned."""
        place = bisect_left(self._keys, key, 0, self._near)
        if place == self._near or self._keys[place] != key:
            return 0
        return self._row_at(place)

    def _row_at(self, place: int) -> int:
        width = self._width
        lanes = bytearray(4 * width + 4)
        lanes[0 : 4 * width : 4] = self._rows[place * width : (place + 1) * width]
        # The last lane carries the bias all lanes share, so it is scaled and summed with them.
        lanes[4 * width] = _BIAS
        return int.from_bytes(lanes, "little")

    def _meet(self, piece: str) -> int:
        if " " in piece:
            lanes = UNIT * self._row(pair_key(piece))
        elif not (lanes := UNIT * self._row(word_key(piece))):
            groups = groups_of(piece)
            lanes = group_share(len(groups)) * sum(self._row(group_key(g)) for g in groups)
        if self._over:
            lanes += UNIT // FINER * self._over.get(piece_key(piece), 0)
        if len(self._known) >= self._room:
            self._known.clear()
        self._known[piece] = lanes
        return lanes

    def _meet_far(self, key: int) -> int:
        place = bisect_left(self._keys, key, self._near)
        known = place < len(self._keys) and self._keys[place] == key
        if len(self._beside) >= BESIDE * self._room:
            self._beside.clear()
        lanes = self._beside[key] = UNIT * self._row_at(place) if known else 0
        return lanes

    def _apart(self, words: Sequence[str]) -> list[int]:
        """Those of ``far_keys`` that may have a row, a fifth sooner than by way of all of them."""
        marked = self._marks
        places = [_place_of(word) for word in dict.fromkeys(words)]
        return [
            key
            for at, one in enumerate(places, 2)
            for other in places[at:]
            if marked[(key := (3 * one + other) & _LANE) >> _MARK]
        ]

    def lanes(
        self, words: Sequence[str], marks: Iterable[str] = (), english: Sequence[str] = ()
    ) -> tuple[int, int]:
        """The sum over different words, pairs, marks and words that stand apart, and how many
        different ones there were: those that stand apart are not counted."""
        pieces = pieces_of(words, marks, english)
        apart = self._apart(english or words)
        known, beside = self._known, self._beside
        try:
            # The usual case, every piece met before, costs one look-up each.
            total = sum([known[piece] for piece in pieces])
        except KeyError:
            rows = [known[piece] if piece in known else self._meet(piece) for piece in pieces]
            total = sum(rows)
        try:
            total += sum([beside[key] for key in apart])
        except KeyError:
            rows = [beside[key] if key in beside else self._meet_far(key) for key in apart]
            total += sum(rows)
        return total, len(pieces)

    def deciding(
        self, raw: Sequence[str], words: Sequence[str], between: tuple[int, int],
        meant: Sequence[Sequence[str]] = (),
    ) -> list[str]:  # fmt: skip
        """The two words, as typed, that spoke most for the first column of ``between`` over the
        second; a word is shown with the neighbour it leans on (``not ready``). ``meant`` holds the
        English words each of them was also counted as."""
        known = self._known.get
        up, down = 32 * between[0], 32 * between[1]
        votes = []
        for place, word in enumerate(words):
            # "is" and "not" explain nothing to a clerk; they count as neighbours only.
            told = len(word) > 2 and word not in _LEANING and word not in _WHOM
            row = known(word, 0) if told and not word[0].isdigit() else 0
            if row and meant:
                row += sum(known(english, 0) for english in meant[place])
            votes.append((row >> up & _LANE) - (row >> down & _LANE))
        shown: list[tuple[int, int]] = []
        for place in sorted(range(len(votes)), key=votes.__getitem__, reverse=True)[:4]:
            if votes[place] <= 0 or len(shown) == 2:
                break
            start = place
            if place:
                row = known(f"{words[place - 1]} {words[place]}", 0)
                lean = (row >> up & _LANE) - (row >> down & _LANE) + votes[place - 1]
                start -= 2 * lean > votes[place]
            if all(place < first or start >= last for first, last in shown):
                shown.append((start, place + 1))
        return [" ".join(raw[start:stop]) for start, stop in sorted(shown)]

    def logits(
        self, words: Sequence[str], marks: Iterable[str] = (), english: Sequence[str] = ()
    ) -> list[float]:
        """One number per column; meaningful within a field only."""
        total, count = self.lanes(words, marks, english)
        *lanes, bias = self._unpack(total.to_bytes(4 * self._width + 4, "little"))
        share = 1 / (UNIT * sqrt(count or 1))
        columns = self.columns
        return [
            (lane - bias) * scale * share + offset
            for lane, scale, offset in zip(lanes, columns.scales, columns.offsets, strict=True)
        ]

    def chance(self, logits: list[float], field: str) -> float:
        """The calibrated probability of a field with one label: yes or no."""
        felt = logits[self.columns.fields[field][0]] / self.columns.heat[field]
        return 1 / (1 + exp(-max(-30.0, min(30.0, felt))))

    def chances(self, logits: list[float], field: str) -> list[float]:
        """Calibrated probabilities of a field's labels, in the labels' order."""
        first, labels = self.columns.fields[field]
        if len(labels) == 1:
            return [self.chance(logits, field)]
        cool = 1 / self.columns.heat[field]
        part = logits[first : first + len(labels)]
        top = max(part)
        powers = [exp((logit - top) * cool) for logit in part]
        whole = sum(powers)
        return [power / whole for power in powers]


@lru_cache(maxsize=1)
def shipped() -> Linear:
    """The weights that come with the product; sites that learned something share their rows."""
    return Linear(opened(Path(__file__).with_name("weights.bin")))
