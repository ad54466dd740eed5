"""Training is deterministic, learns what it is told, and its file is checked when loaded."""

from pathlib import Path

import pytest

from playbooks.engine.bulk import Count, read_lines
from playbooks.engine.linear import Linear, WeightsError, letter_groups
from playbooks.engine.read import Reader
from playbooks.engine.signs import signs
from playbooks.engine.train import example_messages, shipped_messages, train
from tests.fakes.pack import loaded, play_text

LINES = {
    "slow": ["queue too long", "waiting an hour", "still waiting", "long queue again"],
    "praise": ["loved the breakfast", "thanks for the great stay", "great team", "loved it"],
    "defect": ["shower broken", "tv broken", "cold soup", "broken chair"],
}


def messages() -> list[dict[str, object]]:
    told: list[dict[str, object]] = [
        {
            "id": f"{kind}-{place}",
            "text": f"guest {line}",
            "industry": "hotel",
            "kind": kind,
            "stage": "umot" if kind == "praise" else "smot",
            "heat": 0 if kind == "praise" else 1,
            "escalate": False,
            "value": "unknown",
            "repeat": "again" in line,
        }
        for kind, lines in LINES.items()
        for place, line in enumerate(lines)
    ]
    talk: list[dict[str, object]] = [{"text": "who has my mug", "moment": False}]
    return [*told, *talk]


@pytest.fixture(scope="module")
def blob() -> bytes:
    return train(messages(), rounds=12)


def test_the_same_messages_give_the_same_bytes(blob: bytes) -> None:
    assert train(list(reversed(messages())), rounds=12) == blob


def test_what_was_taught_is_read(blob: bytes) -> None:
    reader = Reader(Linear.load(blob))
    assert reader.read("guest chair broken").kind == "defect"
    assert reader.read("guest queue long").kind == "slow"
    assert reader.read("guest loved the team").stage == "umot"


def test_a_word_never_met_is_read_by_its_letters(blob: bytes) -> None:
    assert Reader(Linear.load(blob)).read("guest brokenn").kind == "defect"


def test_nothing_to_learn_from_is_said() -> None:
    with pytest.raises(ValueError, match="no messages"):
        train([])


def test_foreign_or_cut_weights_are_refused(blob: bytes) -> None:
    with pytest.raises(WeightsError, match="not weights"):
        Linear.load(b"something else")
    with pytest.raises(WeightsError, match="cut off"):
        Linear.load(blob[:-1])


def test_the_memory_of_rows_is_bounded(blob: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playbooks.engine.linear.REMEMBERED", 4)
    model = Linear.load(blob)
    first = model.logits(("guest", "queue"))
    model.logits(tuple("abcdefgh"))
    assert model.logits(("guest", "queue")) == first


def test_letter_groups_hold_the_edges_of_a_word() -> None:
    assert list(letter_groups("at")) == []
    assert "<ref" in list(letter_groups("ref"))


def test_marks_tell_tier_repetition_shouting_and_trade() -> None:
    told = signs("platinum guest AGAIN NO ROOM, again", ("hotel",))
    assert {"<vip>", "<again>", "<at-hotel>"} <= set(told.marks)
    assert any(mark.startswith("<loud") for mark in told.marks)
    assert not any(mark.startswith("<loud") for mark in signs("ALL IN CAPS HERE").marks)


def test_training_files_are_read_in_a_fixed_order(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text('{"text": "b"}\n', encoding="utf-8")
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    assert [row["text"] for row in shipped_messages(tmp_path)] == ["a", "b"]


def test_a_file_of_lines_is_read_line_by_line_and_a_bad_line_is_counted(blob: bytes) -> None:
    reader = Reader(Linear.load(blob))
    lines = ['{"id": 7, "text": "guest queue long"}', "", "{", "[]", '{"id": 3}']
    count = Count()
    out = list(read_lines(reader, lines, count, industry="hotel"))
    assert (count.lines, count.bad) == (4, 3)
    assert '"id": 7' in out[0]
    assert '"kind": "slow"' in out[0]
    assert all('"err"' in line for line in out[1:])
    assert out == list(read_lines(reader, lines, industry="hotel"))


def test_an_example_teaches_only_what_its_play_says_of_it(tmp_path: Path) -> None:
    library, _ = loaded(
        tmp_path,
        one=play_text(when="{stage: smot, kind: slow}"),
        many=play_text(when="{stage: smot, kind: [slow, defect]}"),
        wide=play_text(when="{stage: [fmot, smot], kind: [slow, defect]}"),
    )
    told = example_messages(library.play(f"inn/{name}") for name in ("one", "many", "wide"))
    kinds = {(m.get("stage"), m.get("kind")) for m in told}
    assert kinds == {("smot", "slow"), ("smot", None)}
