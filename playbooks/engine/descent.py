"""The arithmetic of training: sparse matrices and limited-memory BFGS (Nocedal 1980), on numpy.

numpy is imported where it is used: the product reads without it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, TypeAlias

Array: TypeAlias = Any
"""A numpy array; to name numpy's own types it would have to be imported."""
_KEPT: Final = 6
"""Past steps L-BFGS remembers; each costs as much memory as the rows themselves."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """A sparse matrix by rows, with its transpose: all that training multiplies by."""

    starts: Array
    columns: Array
    values: Array
    width: int

    def times(self, dense: Array) -> Array:
        """This matrix times a dense one."""
        np = import_module("numpy")
        out = np.zeros((len(self.starts) - 1, dense.shape[1]), np.float32)
        filled = np.flatnonzero(np.diff(self.starts))
        for part in np.array_split(filled, max(1, len(self.columns) // 200_000)):
            if len(part):
                begin, end = self.starts[part[0]], self.starts[part[-1] + 1]
                rows = dense[self.columns[begin:end]] * self.values[begin:end, None]
                out[part] = np.add.reduceat(rows, self.starts[part] - begin, axis=0)
        return out

    def turned(self) -> "Sparse":
        """The transpose."""
        np = import_module("numpy")
        height = len(self.starts) - 1
        order = np.argsort(self.columns, kind="stable")
        owner = np.repeat(np.arange(height), np.diff(self.starts))
        starts = np.zeros(self.width + 1, np.int64)
        np.cumsum(np.bincount(self.columns, minlength=self.width), out=starts[1:])
        return Sparse(starts, owner[order], self.values[order], height)


def sparse(rows: Iterable[Sequence[tuple[int, float]]], width: int) -> Sparse:
    """A matrix from its rows of (column, value)."""
    np = import_module("numpy")
    starts, columns, values = [0], list[int](), list[float]()
    for row in rows:
        columns.extend(column for column, _ in row)
        values.extend(value for _, value in row)
        starts.append(len(columns))
    return Sparse(
        np.array(starts, np.int64),
        np.array(columns, np.int64),
        np.array(values, np.float32),
        width,
    )


def _direction(slope: Array, past: Sequence[tuple[Array, Array, float]]) -> Array:
    """The two-loop recursion of L-BFGS."""
    np = import_module("numpy")
    step = -slope
    shares = []
    for moved, turned, bend in reversed(past):
        share = float(np.vdot(moved, step)) / bend
        step = step - share * turned
        shares.append(share)
    if past:
        moved, turned, bend = past[-1]
        step = step * (bend / float(np.vdot(turned, turned)))
    for (moved, turned, bend), share in zip(past, reversed(shares), strict=True):
        step = step + moved * (share - float(np.vdot(turned, step)) / bend)
    return step


def descend(at: Callable[[Array], tuple[float, Array]], start: Array, rounds: int) -> Array:
    """Minimise ``at`` from ``start`` in at most ``rounds`` steps, each with a halving search."""
    np = import_module("numpy")
    here = start
    loss, slope = at(here)
    past: list[tuple[Array, Array, float]] = []
    for _ in range(rounds):
        step = _direction(slope, past)
        fall = float(np.vdot(slope, step))
        size = 1.0 if past else min(1.0, 1.0 / (float(np.abs(slope).sum()) + 1e-12) * 100)
        for _ in range(20):
            there = here + np.float32(size) * step
            new_loss, new_slope = at(there)
            if new_loss <= loss + 1e-4 * size * fall:
                break
            size *= 0.5
        else:
            break
        moved, turned = there - here, new_slope - slope
        bend = float(np.vdot(moved, turned))
        if bend > 1e-10:
            past = [*past, (moved, turned, bend)][-_KEPT:]
        here, loss, slope = there, new_loss, new_slope
    return here
