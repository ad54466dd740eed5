"""The rows kept beside the weights: a next start unpacks nothing, a spoilt file costs only time."""

import sys
from pathlib import Path

import pytest

from playbooks.engine.unpacked import opened
from playbooks.engine.weights import Unpacked, WeightsError, pack, unpack
from tests.engine.test_weights import COLUMNS, KEYS, ROWS, packed


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of weights in a folder of its own, on a machine that keeps bytecode."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    path = tmp_path / "weights.bin"
    path.write_bytes(packed())
    return path


def kept(weights: Path) -> list[Path]:
    return sorted((weights.parent / "__pycache__").glob("*"))


def same(one: Unpacked, other: Unpacked) -> bool:
    rows = bytes(one.rows[:]) == bytes(other.rows[:])
    return rows and (one.columns, one.keys, one.near) == (other.columns, other.keys, other.near)


def test_what_is_kept_is_what_unpacking_gives(weights: Path) -> None:
    with weights.open("rb") as file:
        plain = unpack(file)
    first, again = opened(weights), opened(weights)
    assert same(first, plain)
    assert same(again, plain)
    assert len(kept(weights)) == 1


def test_the_second_start_unpacks_nothing(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = opened(weights)
    monkeypatch.setattr("playbooks.engine.unpacked.unpack", lambda _: pytest.fail("unpacked"))
    assert same(opened(weights), first)


@pytest.mark.parametrize("harm", ["cut", "flip", "longer", "other", "empty"])
def test_a_spoilt_file_is_made_anew(weights: Path, harm: str) -> None:
    first = opened(weights)
    (file,) = kept(weights)
    content = file.read_bytes()
    spoilt = {
        "cut": content[:-1],
        "flip": content[:-1] + bytes([content[-1] ^ 1]),
        "longer": content + b"x",
        "other": b"something else",
        "empty": b"",
    }
    file.unlink()
    file.write_bytes(spoilt[harm])
    assert same(opened(weights), first)
    assert file.read_bytes() == content


def test_rows_of_other_weights_are_never_served_and_go(weights: Path) -> None:
    opened(weights)
    (old,) = kept(weights)
    old.with_suffix(".77.draft").write_bytes(b"left by a process that was killed")
    weights.write_bytes(pack(COLUMNS, KEYS[:1], ROWS[:3]))
    assert list(opened(weights).keys) == KEYS[:1]
    assert old not in kept(weights)
    assert len(kept(weights)) == 1


def test_where_nothing_can_be_kept_each_unpacks_for_itself(weights: Path) -> None:
    (weights.parent / "__pycache__").write_text("a file where a folder should be", "utf-8")
    assert list(opened(weights).keys) == KEYS


def test_who_wants_no_bytecode_gets_no_rows(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert list(opened(weights).keys) == KEYS
    assert kept(weights) == []


def test_weights_cut_off_are_refused(weights: Path) -> None:
    weights.write_bytes(packed()[:-5])
    with pytest.raises(WeightsError):
        opened(weights)
