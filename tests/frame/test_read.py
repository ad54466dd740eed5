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
        ]
    )
    assert len(found[0]["kinds"]) == 3
    assert sum(found[0]["scores"].values()) == pytest.approx(1, abs=0.01)


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
