"""The file of weights: what was packed comes back on any machine, and nothing half read is used."""

import random
from io import BytesIO
from types import SimpleNamespace

import pytest

from playbooks.engine import weights
from playbooks.engine.linear import Linear
from playbooks.engine.weights import MAGIC, Columns, WeightsError, pack, unpack

COLUMNS = Columns(
    {"kind": (0, ("a", "b")), "again": (2, (True,))}, (1.0, 0.5, 2.0), (0.0, 0.1, -0.1),
    {"kind": 1.0}, {"again": 0.3}, (1.0,), {"kind": ((0.5, 1.0), (2.0, 3.0))},
)  # fmt: skip
KEYS = [7, 70_000, 4_000_000_000, 2, 90]
ROWS = bytes(range(120, 135))


def packed(rows: bytes = ROWS) -> bytes:
    return pack(COLUMNS, KEYS, rows, far=2)


def test_what_was_packed_comes_back() -> None:
    read = unpack(BytesIO(packed()))
    assert read.columns == COLUMNS
    assert list(read.keys) == KEYS
    assert bytes(read.rows[:]) == ROWS
    assert read.near == 3, "the last two are of words that stand apart"


def test_the_fields_come_back_as_their_columns_stand() -> None:
    assert list(unpack(BytesIO(packed())).columns.fields) == ["kind", "again"]


@pytest.mark.parametrize("block", [1, 7, 4096])
def test_a_file_is_the_same_however_it_is_read(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "_TOGETHER", 1_024)
    drawn = random.Random(15)
    keys = sorted(drawn.sample(range(2**32), 3_000))
    rows = bytes(drawn.choice((127, 128, 128, 128, 129, 140)) for _ in range(9_000))
    blob = pack(COLUMNS, keys, rows)
    monkeypatch.setattr(weights, "_BLOCK", block)
    read = unpack(BytesIO(blob))
    assert (list(read.keys), bytes(read.rows[:]), read.near) == (keys, rows, 3_000)
    assert len(blob) < 4 * len(keys) + len(rows) // 2, "a step often met is a few bits"


def test_no_rows_at_all_are_weights_too() -> None:
    read = unpack(BytesIO(pack(COLUMNS, [], b"")))
    assert (len(read.keys), len(read.rows)) == (0, 0)


def test_a_machine_of_the_other_byte_order_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    swapped = [int.from_bytes(key.to_bytes(4, "little"), "big") for key in KEYS]
    monkeypatch.setattr(weights, "sys", SimpleNamespace(byteorder="big"))
    assert list(unpack(BytesIO(pack(COLUMNS, swapped, ROWS, 2))).keys) == KEYS


def test_other_rows_are_other_weights() -> None:
    assert Linear.load(packed()).digest == Linear.load(packed()).digest
    assert Linear.load(packed()).digest != Linear.load(packed(ROWS[::-1])).digest


@pytest.mark.parametrize("other", [b"", b"something else", b"FIFTEEN4" + packed()[len(MAGIC) :]])
def test_what_is_no_file_of_this_version_is_refused(other: bytes) -> None:
    with pytest.raises(WeightsError, match="not weights of this reader; train them again"):
        Linear.load(other)


def test_a_file_that_is_cut_off_anywhere_is_refused() -> None:
    blob = packed()
    for left in range(len(MAGIC), len(blob)):
        with pytest.raises(WeightsError, match="cut off"):
            Linear.load(blob[:left])


def test_a_file_with_rows_left_over_is_refused() -> None:
    with pytest.raises(WeightsError, match="cut off"):
        Linear.load(pack(COLUMNS, KEYS, ROWS + ROWS[:3], far=2))
    with pytest.raises(WeightsError, match="more in the weights than they say"):
        Linear.load(packed() + b"more")
