"""``fifteen playbooks``: what a trainer asks while writing plays."""

from pathlib import Path

import pytest

from tests.frame.answers import Fifteen

BROKEN = "---\ntitle: Broken\nwhen: {stage: smot, kind: slwo}\n---\n# Say\nSorry.\n"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    folder = tmp_path / "plays"
    (folder / "hotel").mkdir(parents=True)
    (folder / "hotel" / "broken.md").write_text(BROKEN)
    return folder


def test_the_built_in_plays_have_no_fault(fifteen: Fifteen) -> None:
    said = fifteen("playbooks", "check")
    assert said.code == 0, said.out
    assert " 0 faults" in said.out


def test_faults_are_named_with_file_line_and_what_to_write(fifteen: Fifteen, broken: Path) -> None:
    said = fifteen("playbooks", "check", str(broken))
    assert said.code == 1
    assert "hotel/broken.md:3: fault:" in said.out
    assert "->" in said.out


def test_a_program_gets_the_same_as_one_object(fifteen: Fifteen, broken: Path) -> None:
    said = fifteen("playbooks", "check", str(broken), "--json")
    answer = said.json()
    assert said.code == 1
    assert answer["faults"] >= 1
    assert {"file", "line", "what", "hint", "warning"} == set(answer["problems"][0])


def test_the_trainers_own_folder_is_checked_where_none_is_named(
    fifteen: Fifteen, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYBOOKS_DIR", str(broken))
    assert fifteen("playbooks", "check").code == 1


def test_a_folder_that_is_not_there_is_told(fifteen: Fifteen) -> None:
    said = fifteen("playbooks", "check", "/nowhere")
    assert said.code == 2
    assert "There is no folder /nowhere" in said.err


def test_trying_a_line_shows_the_play_and_the_runners_up(fifteen: Fifteen) -> None:
    said = fifteen("playbooks", "try", "guest 412 room not ready")
    answer = fifteen("playbooks", "try", "guest 412 room not ready", "--json").json()
    assert answer["choice"]["play"] in said.out
    assert answer["reading"]["kind"] == "unavailable"
    assert answer["choice"]["why"] in said.out


def test_a_play_is_shown_by_its_id_or_its_last_word(fifteen: Fifteen) -> None:
    whole = fifteen("playbooks", "show", "hotel/room_not_ready")
    short = fifteen("playbooks", "show", "room_not_ready")
    play = fifteen("playbooks", "show", "hotel/room_not_ready", "--json").json()["play"]
    assert whole.out == short.out
    assert play["title"] in whole.out
    assert play["say"] in whole.out


def test_a_play_that_does_not_exist_brings_the_nearest(fifteen: Fifteen) -> None:
    said = fifteen("playbooks", "show", "hotel/room_not_redy")
    assert said.code == 2
    assert "hotel/room_not_ready" in said.err


def test_an_empty_line_is_not_tried(fifteen: Fifteen) -> None:
    said = fifteen("playbooks", "try", "  ")
    assert said.code == 2
    assert "empty" in said.err


def test_a_play_is_shown_with_when_it_serves_and_when_it_is_asked_about(fifteen: Fifteen) -> None:
    shown = fifteen("playbooks", "show", "hotel/attitude_again").out
    assert "smot; attitude; second failure only; touchpoint lobby" in shown
    assert "days later:" in shown
    assert "within" in shown
    assert "built in" in shown
