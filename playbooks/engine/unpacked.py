"""The rows of the weights, unpacked once: kept as Python keeps its bytecode, and read from there.

Unpacking takes a sixth of a second of every start and 12 MiB of every process. The first process
that may write beside the weights leaves their rows there for all others, which fetch a row when
they meet it, a microsecond more. They are read and not mapped: sixteen pages are mapped for each
one looked at, so a few lines would hold them all. Where nobody may write, each process unpacks.
"""

import os
import struct
import sys
import zlib
from array import array
from importlib.util import cache_from_source
from pathlib import Path
from typing import BinaryIO, Final
from weakref import finalize

from playbooks.engine.weights import Unpacked, outline, unpack

_HEAD: Final = struct.Struct("<16sQQ")
_MARK: Final = b"fifteen-rows-1" + sys.byteorder[:1].encode() + b"\n"
_CHUNK: Final = 1 << 18


class KeptRows:
    """The rows in a file, fetched when asked for."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        """``file`` stands where they begin; it may be closed and replaced afterwards."""
        self._file = os.dup(file.fileno())
        finalize(self, os.close, self._file)
        self._begin = file.tell()
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        return os.pread(self._file, stop - start, self._begin + start)


def opened(weights: Path) -> Unpacked:
    """The rows and columns of ``weights``: from where they are kept, else kept there.

    Raises:
        WeightsError: the file is not of this version, or cut off.
    """
    place = _place(weights)
    found = _kept(weights, place)
    if found is None:
        with weights.open("rb") as file:
            found = unpack(file)
        if not sys.dont_write_bytecode and _keep(found, place):
            found = _kept(weights, place) or found
    return found


def _place(weights: Path) -> Path:
    """Named after size and time of the weights, as bytecode is known by those of its source."""
    stat = weights.stat()
    folder = Path(cache_from_source(str(weights.with_suffix(".py")))).parent
    return folder / f"{weights.stem}-{stat.st_size:x}-{stat.st_mtime_ns:x}.rows"


def _kept(weights: Path, place: Path) -> Unpacked | None:
    """What is kept; None where nothing is, or something else than was put there."""
    try:
        with weights.open("rb") as file, place.open("rb") as kept:
            columns, count, near = outline(file)
            keys, size = array("I"), count * len(columns.scales)
            head = _HEAD.pack(_MARK, count * keys.itemsize + size, _sum(kept))
            kept.seek(0)
            if kept.read(_HEAD.size) != head:
                return None
            keys.fromfile(kept, count)
            return Unpacked(columns, keys, KeptRows(kept, size), near)
    except OSError:
        return None


def _sum(kept: BinaryIO) -> int:
    """The check sum of all that follows the head."""
    kept.seek(_HEAD.size)
    found = 0
    while part := kept.read(_CHUNK):
        found = zlib.crc32(part, found)
    return found


def _keep(found: Unpacked, place: Path) -> bool:
    """Puts the rows there, whole or not at all, and takes those of other weights away."""
    keys, rows = found.keys.tobytes(), found.rows[:]
    head = _HEAD.pack(_MARK, len(keys) + len(rows), zlib.crc32(rows, zlib.crc32(keys)))
    draft = place.with_suffix(f".{os.getpid()}.draft")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.writelines((head, keys, rows))
        draft.replace(place)
        # A draft may be one that another process writes just now: that one then unpacks for itself.
        for other in {*place.parent.glob("*.rows"), *place.parent.glob("*.draft")} - {place}:
            other.unlink(missing_ok=True)
    except OSError:
        return False
    return True
