"""The table of meanings: a unit vector per word, nothing for what it does not know."""

from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from playbooks.engine.vectors import SIZE, Vectors

FIRST = bytes([3, 4, *[0] * (SIZE - 2)])
SECOND = bytes([0, 256 - 2, *[0] * (SIZE - 2)])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "table.bin"
    file.write_bytes(b"mouldy cold\n" + FIRST + SECOND)
    return file


def test_a_word_is_a_vector_of_length_one(table: Path) -> None:
    row = Vectors.load(table).of(["mouldy"])[0]
    assert row[:3].tolist() == pytest.approx([0.6, 0.8, 0.0])
    assert sqrt(float((row**2).sum())) == pytest.approx(1)


def test_bytes_lie_around_zero(table: Path) -> None:
    assert Vectors.load(table).of(["cold"])[0, :2].tolist() == [0, -1]


def test_rows_stand_in_the_order_asked_and_unknown_ones_are_zero(table: Path) -> None:
    found = Vectors.load(table).of(["cold", "not cold", "<again>", "mouldy", "cold"])
    assert found.shape == (5, SIZE)
    assert np.array_equal(found[0], found[4])
    assert not found[1:3].any()
    assert found[3].any()


def test_an_empty_table_knows_no_word() -> None:
    found = Vectors().of(["cold", "mouldy"])
    assert found.shape == (2, SIZE)
    assert not found.any()
    assert Vectors().of([]).shape == (0, SIZE)


@pytest.mark.parametrize("cut", [1, SIZE, 2 * SIZE, 2 * SIZE + 5])
def test_a_table_that_is_cut_off_is_refused(table: Path, cut: int) -> None:
    table.write_bytes(table.read_bytes()[:-cut])
    with pytest.raises(ValueError, match="cut off: fetch it again"):
        Vectors.load(table)
