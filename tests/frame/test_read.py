"""``fifteen read``: many lines, streamed."""

import io
import json
from pathlib import Path

import pytest

from tests.frame.answers import Fifteen


def test_each_line_gets_its_reading_in_order(fifteen: Fifteen, tmp_path: Path) -> None:
    asked, answered = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [{"id": n, "text": f"room {400 + n} not ready"} for n in range(5)]
    asked.write_text("".join(json.dumps(line) + "\n" for line in lines))
    said = fifteen("read", "--jsonl", str(asked), "--out", str(answered))
    found = [json.loads(line) for line in answered.read_text().splitlines()]
    assert said.code == 0
    assert "5 lines in" in said.err
    assert [each["id"] for each in found] == [0, 1, 2, 3, 4]
    assert list(found[0]) == (
        [
            "id",
            "stage",
            "kind",
            "kinds",
            "scores",
            "heat",
            "escalate",
            "value",
            "repeat",
            "abstain",
            "confidence",
            "moment",
            "failure",
        ]
    )
    assert len(found[0]["kinds"]) == 3
    assert sum(found[0]["scores"].values()) == pytest.approx(1, abs=0.01)


def test_what_went_wrong_is_told_from_what_did_not_and_from_small_talk(
    fifteen: Fifteen, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = {
        "wrong": "guest 412 furious, room not ready",
        "pleased": "lady at till 3 loves the new lamps, will be back",
        "talk": "who took my mug again",
    }
    asked = "".join(json.dumps({"id": name, "text": line}) + "\n" for name, line in lines.items())
    monkeypatch.setattr("sys.stdin", io.StringIO(asked))
    said = fifteen("read", "--jsonl", "-", "--out", "-").out.splitlines()
    wrong, pleased, talk = map(json.loads, said)
    assert [each["failure"] for each in (wrong, pleased, talk)] == [True, False, False]
    assert [each["abstain"] for each in (wrong, pleased, talk)] == [False, False, True]
    assert talk["moment"] < 0.5 < min(wrong["moment"], pleased["moment"])
    assert talk["confidence"] < 0.5, "of what is no moment no kind is sure"


def test_a_long_file_is_read_by_several_processes_to_the_same_bytes(
    fifteen: Fifteen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [json.dumps({"id": n, "text": f"guest {n} waits for his room"}) for n in range(1_200)]
    lines[7], lines[900] = "nonsense", ""
    asked, alone, together = (tmp_path / name for name in ("in", "alone", "together"))
    asked.write_text("\n".join(lines))
    assert fifteen("read", "--jsonl", str(asked), "--out", str(alone)).code == 1
    monkeypatch.setattr("bot.commands.reading.LONG", 1)
    monkeypatch.setattr("bot.commands.reading.os.cpu_count", lambda: 2)
    said = fifteen("read", "--jsonl", str(asked), "--out", str(together))
    assert "1 of 1,199 lines could not be read" in said.err
    assert together.read_bytes() == alone.read_bytes()
    assert len(together.read_text().splitlines()) == 1_199


def test_a_dash_is_standard_input_and_output(
    fifteen: Fifteen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"id": "a", "text": "wifi down in 310"}\n'))
    assert fifteen("read", "--jsonl", "-", "--out", "-").json()["id"] == "a"


def test_a_bad_line_is_told_and_holds_up_no_other(fifteen: Fifteen, tmp_path: Path) -> None:
    asked, answered = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    asked.write_bytes(b'nonsense\n{"id": 2, "text": "caf\xe9 cold"}\n')
    said = fifteen("read", "--jsonl", str(asked), "--out", str(answered))
    first, second = (json.loads(line) for line in answered.read_text().splitlines())
    assert said.code == 1
    assert "1 of 2 lines could not be read" in said.err
    assert "err" in first
    assert second["id"] == 2


def test_a_file_that_is_not_there_is_told(fifteen: Fifteen, tmp_path: Path) -> None:
    said = fifteen("read", "--jsonl", str(tmp_path / "no.jsonl"), "--out", "-")
    assert said.code == 2
    assert "cannot be read" in said.err


def test_a_full_disk_is_told(fifteen: Fifteen, tmp_path: Path) -> None:
    asked = tmp_path / "in.jsonl"
    asked.write_text('{"id": 1, "text": "room not ready"}\n' * 200)
    said = fifteen("read", "--jsonl", str(asked), "--out", "/dev/full")
    assert said.code == 1
    assert "takes no more" in said.err


def test_the_trade_of_a_site_is_told_to_the_reader(fifteen: Fifteen, tmp_path: Path) -> None:
    asked, answered = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    asked.write_text('{"id": 1, "text": "412 not ready"}\n')
    said = fifteen("read", "--jsonl", str(asked), "--out", str(answered), "--site", "hotel")
    assert said.code == 0
