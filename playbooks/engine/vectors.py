"""What English words mean, as numbers: a table made once, used in training alone.

Two words that are used alike lie close together, so that what a thousand messages teach about
*mouldy* also counts for *mildewed*, which none of them has. The table was distilled from the
sentence encoder all-MiniLM-L6-v2 (Apache-2.0, sentence-transformers): each word alone was
encoded, the common mean taken away, and the 128 directions kept in which the words of our own
messages differ most (principal components). Nothing of the encoder itself is shipped or run.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeAlias

Array: TypeAlias = Any
"""A numpy array; to name numpy's own types it would have to be imported."""
SIZE: Final = 128
"""Numbers per word: 300 gave half a point more in a hundred and would more than double the file."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """A unit vector per word, in bytes around 0."""

    words: Sequence[str] = ()
    rows: bytes = b""
    _place: dict[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path) -> "Vectors":
        """Read the table: its words on one line, then ``SIZE`` signed bytes for each of them.

        Raises:
            ValueError: the file is cut off.
        """
        head, _, rows = file.read_bytes().partition(b"\n")
        words = head.decode().split(" ")
        if len(rows) != SIZE * len(words):
            raise ValueError(f"{file} is cut off: fetch it again")
        return cls(words, rows, {word: place for place, word in enumerate(words)})

    def of(self, words: Sequence[str]) -> Array:
        """One row per word, zeros for a word (or pair, or mark) that is not in the table."""
        np = import_module("numpy")
        out = np.zeros((len(words), SIZE), np.float32)
        table = np.frombuffer(self.rows, np.int8).reshape(-1, SIZE)
        at = [(row, self._place[word]) for row, word in enumerate(words) if word in self._place]
        if at:
            rows, places = np.array(at).T
            found = table[places].astype(np.float32)
            out[rows] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return out
