"""What the shipped reader was taught: the lessons themselves, whole."""

import json
from pathlib import Path

from playbooks.engine.load import shipped
from playbooks.engine.normalise import fold, tokens
from playbooks.engine.train import shipped_messages

FIXTURES = Path(__file__).resolve().parents[1] / "engine" / "fixtures"
MEASURING = ("dev.jsonl", "set_aside.jsonl")


def words(text: str) -> frozenset[str]:
    return frozenset(tokens(fold(text)))


def test_no_line_that_measures_is_learned_from() -> None:
    """Nor one with the same words in another order: the figures would flatter."""
    files = [(FIXTURES / name).read_text(encoding="utf-8") for name in MEASURING]
    rows = [json.loads(row) for file in files for row in file.splitlines()]
    measuring = {words(row["text"]) for row in rows}
    taught = shipped_messages(shipped().parent / "training")
    assert len(taught) > 50_000
    assert [line["text"] for line in taught if words(line["text"]) in measuring] == []
