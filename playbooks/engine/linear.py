"""The learned part of reading: one row of small numbers per word, and a message is their sum.

Every word, its letter groups and every pair of neighbours is hashed (CRC-32) to one of 2^bits rows
of whole numbers, one per column (15 kinds, 5 stages, 3 heats, ...). A row is held as ONE Python
integer with a 32-bit lane per column: adding two rows is then one addition instead of thirty, which
is what lets a plain-Python reader answer in a tenth of a millisecond. Whole numbers also make the
sum exact, so two machines print the same bytes.
"""

import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path
from typing import Any, Final
from zlib import crc32

MAGIC: Final = b"FIFTEEN1"
LANES: Final = 32
"""Bytes of one stored row: a column each, the rest spare."""
UNIT: Final = 16
"""Weight of a whole word; its letter groups get a whole number below this."""
REMEMBERED: Final = 16_384
"""Rows kept ready made (about 5 MB); staff of one house use far fewer words."""
_BIAS: Final = 128

GROUPS: Final = (3, 5)
"""Lengths of the letter groups, edges of the word included."""


class WeightsError(ValueError):
    """The weights are not what this version writes: train them again or reinstall."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What a row's numbers mean: ``fields`` maps a field to its first column and its labels."""

    fields: Mapping[str, tuple[int, tuple[Any, ...]]]
    scales: tuple[float, ...]
    offsets: tuple[float, ...]
    heat: Mapping[str, float]
    """Temperature per field, found by cross-validation: 1 where the raw sum was honest already."""
    marks: Mapping[str, float]
    """Thresholds on probabilities, such as ``{"escalate": 0.3}``."""


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
    """Weight of each of ``count`` letter groups, in 1/UNIT of a word's own weight."""
    return max(1, round(UNIT / sqrt(count))) if count else 0


def word_key(word: str) -> bytes:
    """What is hashed for a whole word or a mark such as ``<money>``."""
    return b"w" + word.encode()


def group_key(group: str) -> bytes:
    """What is hashed for a letter group."""
    return b"g" + group.encode()


def pair_key(left: str, right: str) -> bytes:
    """What is hashed for two neighbours."""
    return f"p{left} {right}".encode()


class Linear:
    """Rows and columns ready to sum. Loading copies one block of bytes and builds no table."""

    def __init__(self, columns: Columns, rows: bytes) -> None:
        self.columns = columns
        self._rows = rows
        self._mask = len(rows) // LANES - 1
        self._known: dict[str, int] = {}
        self._unpack = struct.Struct(f"<{LANES + 1}I").unpack

    @classmethod
    def load(cls, blob: bytes) -> "Linear":
        """Read what ``pack`` wrote. Raises ``WeightsError`` for anything else."""
        if blob[: len(MAGIC)] != MAGIC:
            raise WeightsError("these are not weights of this reader; train them again")
        start = len(MAGIC) + 4
        (length,) = struct.unpack_from("<I", blob, len(MAGIC))
        head = json.loads(blob[start : start + length])
        rows = blob[start + length :]
        if len(rows) != LANES << head["bits"]:
            raise WeightsError("the weights are cut off; train them again or reinstall")
        fields = {name: (first, tuple(labels)) for name, (first, labels) in head["fields"].items()}
        columns = Columns(
            fields, tuple(head["scales"]), tuple(head["offsets"]), head["heat"], head["marks"]
        )
        return cls(columns, rows)

    def _row(self, key: bytes) -> int:
        start = (crc32(key) & self._mask) * LANES
        lanes = bytearray(4 * LANES + 4)
        lanes[0 : 4 * LANES : 4] = self._rows[start : start + LANES]
        # The last lane carries the bias all lanes share, so it is scaled and summed with them.
        lanes[4 * LANES] = _BIAS
        return int.from_bytes(lanes, "little")

    def _keep(self, name: str, lanes: int) -> int:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[name] = lanes
        return lanes

    def word(self, word: str) -> int:
        """The lanes of a word with its letter groups."""
        groups = [self._row(group_key(group)) for group in letter_groups(word)]
        return UNIT * self._row(word_key(word)) + group_share(len(groups)) * sum(groups)

    def lanes(self, words: Iterable[str], marks: Iterable[str] = ()) -> tuple[int, int]:
        """The sum over different words, pairs and marks, and how many different ones there were."""
        known = self._known.get
        line = list(words)
        rows: dict[str, int] = {}
        before = "^"
        for word in line:
            row = known(word)
            rows[word] = self._keep(word, self.word(word)) if row is None else row
            pair = f"{before} {word}"
            row = known(pair)
            if row is None:
                row = self._keep(pair, UNIT * self._row(pair_key(before, word)))
            rows[pair] = row
            before = word
        for mark in marks:
            row = known(mark)
            rows[mark] = self._keep(mark, UNIT * self._row(word_key(mark))) if row is None else row
        return sum(rows.values()), len(rows)

    def deciding(
        self, raw: Sequence[str], words: Sequence[str], chosen: int, rival: int
    ) -> list[str]:
        """The two words or pairs, as typed, that spoke most for column ``chosen`` over ``rival``."""
        up, down = 32 * chosen, 32 * rival
        lane = 0xFFFFFFFF
        said: list[tuple[int, int, int]] = []
        before = 0
        for place, word in enumerate(words):
            row = self._known.get(word, 0)
            own = (row >> up & lane) - (row >> down & lane)
            said.append((own, place, place + 1))
            if place:
                row = self._known.get(f"{words[place - 1]} {word}", 0)
                both = before + own + (row >> up & lane) - (row >> down & lane)
                said.append((both * 3 // 4, place - 1, place + 1))
            before = own
        said.sort(key=lambda item: (-item[0], item[1]))
        chosen_words: list[tuple[int, int]] = []
        for weight, start, stop in said:
            if weight <= 0 or len(chosen_words) == 2:
                break
            if all(stop <= first or start >= last for first, last in chosen_words):
                chosen_words.append((start, stop))
        return [" ".join(raw[start:stop]) for start, stop in sorted(chosen_words)]

    def logits(self, words: Iterable[str], marks: Iterable[str] = ()) -> list[float]:
        """One number per column; meaningful within a field only."""
        total, count = self.lanes(words, marks)
        *lanes, bias = self._unpack(total.to_bytes(4 * LANES + 4, "little"))
        share = 1 / (UNIT * sqrt(count or 1))
        return [
            (lane - bias) * scale * share + offset
            for lane, scale, offset in zip(
                lanes, self.columns.scales, self.columns.offsets, strict=False
            )
        ]

    def chances(self, logits: list[float], field: str) -> list[float]:
        """Calibrated probabilities of a field's labels, in the labels' order."""
        first, labels = self.columns.fields[field]
        cool = 1 / self.columns.heat[field]
        if len(labels) == 1:
            yes = 1 / (1 + exp(-max(-30.0, min(30.0, logits[first] * cool))))
            return [yes]
        part = logits[first : first + len(labels)]
        top = max(part)
        powers = [exp((logit - top) * cool) for logit in part]
        whole = sum(powers)
        return [power / whole for power in powers]


def pack(columns: Columns, bits: int, rows: bytes) -> bytes:
    """The file of weights: a short JSON head, then the rows."""
    head = json.dumps(
        {
            "bits": bits,
            "fields": {
                name: [first, list(labels)] for name, (first, labels) in columns.fields.items()
            },
            "scales": columns.scales,
            "offsets": columns.offsets,
            "heat": columns.heat,
            "marks": columns.marks,
        },
        separators=(",", ":"),
        sort_keys=True,
    ).encode()
    return MAGIC + struct.pack("<I", len(head)) + head + rows


def shipped() -> Linear:
    """The weights that come with the product."""
    return Linear.load(Path(__file__).with_name("weights.bin").read_bytes())
