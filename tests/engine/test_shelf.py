"""The shelf: a second start is quick, and a spoilt shelf costs time and nothing else."""

from pathlib import Path

import pytest

from playbooks.engine.load import load
from tests.fakes.pack import play_text, write_pack


def test_a_second_start_from_the_shelf_gives_the_same_library(tmp_path: Path) -> None:
    folder, keep = write_pack(tmp_path / "packs"), tmp_path / "keep"
    (folder / "inn" / "notes.txt").write_text("x", encoding="utf-8")
    first, noted = load(folder, keep=keep)
    again, noted_again = load(folder, keep=keep)
    assert dict(first.plays) == dict(again.plays)
    assert first.house == again.house
    assert noted == noted_again != []


def test_a_changed_play_is_never_served_from_the_shelf(tmp_path: Path) -> None:
    folder, keep = write_pack(tmp_path / "packs"), tmp_path / "keep"
    load(folder, keep=keep)
    (folder / "inn" / "room_not_ready.md").write_text(play_text(title="New"), encoding="utf-8")
    assert load(folder, keep=keep)[0].play("inn/room_not_ready").title == "New"
    assert len(list(keep.glob("*.plays"))) == 1


def test_a_faulty_pack_is_not_shelved(tmp_path: Path) -> None:
    folder, keep = write_pack(tmp_path / "packs", it=play_text(title="")), tmp_path / "keep"
    load(folder, keep=keep)
    assert not keep.exists()


@pytest.mark.parametrize("harm", ["cut", "flip", "other", "empty"])
def test_a_spoilt_shelf_costs_time_and_nothing_else(tmp_path: Path, harm: str) -> None:
    folder, keep = write_pack(tmp_path / "packs"), tmp_path / "keep"
    first, _ = load(folder, keep=keep)
    first.warm()
    for entry in keep.iterdir():
        content = entry.read_bytes()
        spoilt = {
            "cut": content[:-7],
            "flip": content[:-1] + bytes([content[-1] ^ 1]),
            "other": b"something else",
            "empty": b"",
        }
        entry.write_bytes(spoilt[harm])
    again, problems = load(folder, keep=keep)
    again.warm()
    assert problems == []
    assert dict(first.plays) == dict(again.plays)


def test_a_shelf_of_another_shape_is_read_anew(tmp_path: Path) -> None:
    from playbooks.engine.shelf import Shelf

    folder, keep = write_pack(tmp_path / "packs"), tmp_path / "keep"
    digest = load(folder, keep=keep)[0].digest
    Shelf(keep).put(f"{digest}.plays", b"\x91\x01")
    assert "inn/room_not_ready" in load(folder, keep=keep)[0].plays


def test_a_shelf_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    keep = tmp_path / "keep"
    keep.write_text("a file where a folder should be", encoding="utf-8")
    library, problems = load(write_pack(tmp_path / "packs"), keep=keep)
    library.warm()
    assert problems == []
