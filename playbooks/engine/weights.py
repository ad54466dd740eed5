"""The file of weights: what its columns mean, the keys of its rows, and a byte per key and column.

Some thousand rows at a time are packed column by column and spelled by Huffman's code alone
(Huffman 1952): the steps of one column are alike and those of a row are not, and nothing in them
repeats that would be worth a reference. That is a tenth smaller than packing row by row.
"""

import json
import struct
import sys
import zlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final, NamedTuple, Protocol

MAGIC: Final = b"FIFTEEN5"
_BLOCK: Final = 65_536
_PLANES: Final = 4
"""Bytes of a key."""
_TOGETHER: Final = 16_384
"""Rows whose columns stand together: few enough to be woven in a processor's near memory."""
_CUT_OFF: Final = "the weights are cut off; train them again or reinstall"


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
    alarm: tuple[float, ...] = ()
    """Weights of ``alarm.EVIDENCE`` and their constant."""
    joint: Mapping[str, tuple[tuple[float, ...], ...]] = field(default_factory=dict)
    """The rows of ``joint.FIELDS``; a field without them is decided by its own sums."""


class RowBytes(Protocol):
    """All rows, of which some are asked for at a time."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> bytes | memoryview: ...


class Unpacked(NamedTuple):
    """Rows as they are looked up: ``keys`` are sorted, the first ``near`` for themselves and the
    others, of words that stand apart, for themselves; ``rows`` hold a byte around 128 per column,
    one row after the other."""

    columns: Columns
    keys: "array[int]"
    rows: RowBytes
    near: int


def pack(columns: Columns, keys: Sequence[int], rows: bytes, far: int = 0) -> bytes:
    """The file of weights; ``keys`` and ``rows`` as ``Unpacked`` has them, the last ``far`` of them
    of words that stand apart."""
    fields = {name: [first, list(labels)] for name, (first, labels) in columns.fields.items()}
    head = json.dumps(
        {
            "rows": len(keys),
            "far": far,
            "fields": fields,
            "scales": columns.scales,
            "offsets": columns.offsets,
            "heat": columns.heat,
            "marks": columns.marks,
            "alarm": columns.alarm,
            "joint": columns.joint,
        },
        separators=(",", ":"),
        sort_keys=True,
    ).encode()
    places = struct.pack(f"<{len(keys)}I", *keys)
    planes = b"".join(places[plane::_PLANES] for plane in range(_PLANES))
    width = len(columns.scales)
    sheets = (rows[start : start + _TOGETHER * width] for start in _starts(len(rows), width))
    by_column = b"".join(sheet[column::width] for sheet in sheets for column in range(width))
    first = zlib.compress(struct.pack("<I", len(head)) + head + planes, 9)
    return MAGIC + first + _spelled(by_column)


def _starts(size: int, width: int) -> range:
    """Where the rows that stand together begin, of ``size`` bytes of rows."""
    return range(0, size, _TOGETHER * width)


def _spelled(told: bytes) -> bytes:
    coder = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_HUFFMAN_ONLY)
    return coder.compress(told) + coder.flush()


def outline(file: BinaryIO) -> tuple[Columns, int, int]:
    """What the columns of a file of weights mean, how many rows it has, and how many of them are
    near: without unpacking a row. Raises ``WeightsError`` as ``unpack`` does."""
    return _outline(_begun(file))


def _begun(file: BinaryIO) -> "_Stream":
    if file.read(len(MAGIC)) != MAGIC:
        raise WeightsError("these are not weights of this reader; train them again")
    return _Stream(file)


def _outline(told: "_Stream") -> tuple[Columns, int, int]:
    (length,) = struct.unpack("<I", told.take(4))
    head = json.loads(told.take(length))
    return _columns(head), head["rows"], head["rows"] - head["far"]


def unpack(file: BinaryIO) -> Unpacked:
    """What ``pack`` wrote, read piece by piece: packed and unpacked bytes are never held at once,
    which would be most of what a small machine lends.

    Raises:
        WeightsError: it is anything else, or cut off.
    """
    told = _begun(file)
    columns, count, near = _outline(told)
    keys = array("I", _woven(told, _PLANES, count))
    if sys.byteorder == "big":
        keys.byteswap()
    steps = _Stream(file, told.end())
    width = len(columns.scales)
    rows = bytearray(width * count)
    for start in _starts(len(rows), width):
        few = min(_TOGETHER, count - start // width)
        rows[start : start + few * width] = _woven(steps, width, few)
    if steps.end():
        raise WeightsError("there is more in the weights than they say; reinstall")
    return Unpacked(columns, keys, memoryview(rows).toreadonly(), near)


def _woven(stream: "_Stream", width: int, count: int) -> bytearray:
    """The next ``width`` columns, one after the other, as ``count`` rows."""
    rows = bytearray(width * count)
    for column in range(width):
        rows[column::width] = stream.take(count)
    return rows


def _columns(head: Mapping[str, Any]) -> Columns:
    # As their columns stand: what is heard of all fields is in this order.
    fields = sorted(head["fields"].items(), key=lambda named: int(named[1][0]))
    return Columns(
        {name: (first, tuple(labels)) for name, (first, labels) in fields},
        tuple(head["scales"]),
        tuple(head["offsets"]),
        head["heat"],
        head["marks"],
        tuple(head["alarm"]),
        {name: tuple(map(tuple, rows)) for name, rows in head["joint"].items()},
    )


class _Stream:
    """One packed block out of a file; ``begun`` are bytes of it that were read already."""

    def __init__(self, file: BinaryIO, begun: bytes = b"") -> None:
        self._file = file
        self._packed = begun
        self._unpacking = zlib.decompressobj()

    def take(self, size: int) -> bytearray:
        """The next ``size`` bytes; raises ``WeightsError`` where there are fewer."""
        taken = bytearray()
        while len(taken) < size:
            taken += self._more(size - len(taken))
        return taken

    def _more(self, most: int) -> bytes:
        if self._unpacking.eof:
            raise WeightsError(_CUT_OFF)
        packed = self._packed or self._file.read(_BLOCK)
        try:
            told = self._unpacking.decompress(packed, most)
        except zlib.error:
            raise WeightsError(_CUT_OFF) from None
        self._packed = self._unpacking.unconsumed_tail
        # The last bytes may have been taken in before and not been told yet.
        if not (packed or told or self._unpacking.eof):
            raise WeightsError(_CUT_OFF)
        return told

    def end(self) -> bytes:
        """What follows the block, as far as it was read; raises ``WeightsError`` where the block
        goes on or is cut off."""
        while not self._unpacking.eof:
            if self._more(1):
                raise WeightsError(_CUT_OFF)
        return self._unpacking.unused_data
