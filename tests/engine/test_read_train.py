"""Training is deterministic, learns what it is told, and its file is checked when loaded."""

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from playbooks.engine import rows as shipping
from playbooks.engine import train as training
from playbooks.engine.alarm import EVIDENCE
from playbooks.engine.bulk import Count, read_lines
from playbooks.engine.linear import (
    Linear,
    far_keys,
    group_key,
    letter_groups,
    pieces_of,
    word_key,
)
from playbooks.engine.read import Reader
from playbooks.engine.rows import Head, Rows
from playbooks.engine.signs import signs
from playbooks.engine.train import example_messages, fitted, shipped_messages, sums, train
from playbooks.engine.trainset import columns, taken_in
from playbooks.engine.vectors import SIZE, Vectors
from playbooks.engine.weights import WeightsError
from tests.fakes.pack import loaded, play_text, write_pack

LINES = {
    "slow": ["queue too long", "waiting an hour", "still waiting", "long queue again"],
    "praise": ["loved the breakfast", "thanks for the great stay", "great team", "loved it"],
    "defect": ["shower broken", "tv broken", "cold soup", "broken chair"],
}


def messages() -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = [
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
    talk: list[dict[str, Any]] = [{"text": "who has my mug", "moment": False}]
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


def test_a_reader_of_long_files_keeps_what_it_met_and_reads_the_same(blob: bytes) -> None:
    model = Linear.load(blob)
    many = model.remembering(1_000)
    first = model.logits(("guest", "queue"))
    assert many.logits(("guest", "queue")) == first
    small = model.remembering(1)
    assert small.logits(("guest", "queue")) == first
    assert (len(small._known), len(many._known) > 1) == (1, True)


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
    assert '"id":7' in out[0]
    assert '"kind":"slow"' in out[0]
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


def meanings(*groups: str) -> Vectors:
    """A table in which the words of one group mean the same and groups have nothing in common."""
    words, rows = [], b""
    for place, group in enumerate(groups):
        for word in group.split():
            words.append(word)
            rows += bytes(100 if at == place else 0 for at in range(SIZE))
    return Vectors(words, rows, {word: at for at, word in enumerate(words)})


def share(model: Linear, line: str, field: str, label: object) -> float:
    told = signs(line)
    labels = model.columns.fields[field][1]
    chances = model.chances(model.logits(told.words, told.marks, told.english), field)
    return chances[labels.index(label)]


def test_readers_who_disagree_teach_both_labels(blob: bytes) -> None:
    unsure = [
        {**line, "second": {"kind": "defect"}} if line.get("kind") == "slow" else line
        for line in messages()
    ]
    model = Linear.load(train(unsure, rounds=12))
    for kind in ("slow", "defect"):
        assert 0.3 < share(model, "guest long queue", "kind", kind) < 0.7
    assert share(Linear.load(blob), "guest long queue", "kind", "slow") > 0.7


def test_messages_on_which_readers_disagree_do_not_say_how_sure_to_be() -> None:
    disputed = [{**line, "second": {"kind": "policy"}} for line in messages()]
    assert Linear.load(train(disputed, rounds=4)).columns.heat["kind"] == 1.0


def test_a_field_left_out_teaches_nothing() -> None:
    some = [*messages(), {"text": "guest chair broken", "kind": "defect"}]
    told = taken_in(some, Vectors())
    all_of_them = np.arange(len(some))
    for field, same in (("stage", True), ("heat", True), ("kind", False)):
        by_all = fitted(told, field, all_of_them, 4)
        by_the_others = fitted(told, field, all_of_them[:-1], 4)
        assert np.array_equal(by_all.keys, by_the_others.keys) is same


def test_fields_no_message_has_are_left_undecided() -> None:
    lines = [
        {"text": f"guest says {line}", "kind": kind}
        for kind, lines in LINES.items()
        for line in lines
    ]
    model = Linear.load(train(lines, rounds=12))
    assert share(model, "guest says tv broken", "kind", "defect") > 0.5
    for heat in (0, 1, 2):
        assert share(model, "guest says tv broken", "heat", heat) == pytest.approx(1 / 3)
    assert model.columns.heat["heat"] == 1.0


TABLE = meanings("broken pulverised", "queue", "loved", "unrelated")


@pytest.fixture(scope="module")
def meant() -> Linear:
    return Linear.load(train(messages(), TABLE, rounds=12))


def test_a_word_that_only_the_table_of_meanings_knows_gets_a_row_of_its_own(
    blob: bytes, meant: Linear
) -> None:
    assert meant._row(word_key("pulverised"))
    assert not Linear.load(blob)._row(word_key("pulverised"))


def test_a_word_never_met_is_read_like_the_one_it_means(blob: bytes, meant: Linear) -> None:
    knowing = share(meant, "guest pulverised", "kind", "defect")
    assert knowing > share(Linear.load(blob), "guest pulverised", "kind", "defect") + 0.02
    assert knowing > share(meant, "guest unrelated", "kind", "defect") + 0.02


LEARNED_FROM: list[dict[str, Any]] = [
    *messages(),
    *({"text": f"der {word} gast ist nicht zufrieden", "kind": "attitude"} for word in "abcdefgh"),
]


def test_a_line_is_summed_as_it_was_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row of a word holds its letters and its meaning, pairs and words apart theirs: what the
    reader adds up is what the fit multiplied, but for the rounding, here the finest of a byte."""
    monkeypatch.setattr(shipping, "STEPS", 127)
    told = taken_in(LEARNED_FROM, TABLE)
    every = np.arange(len(LEARNED_FROM))
    learned = [fitted(told, field, every, 6) for field in columns()]
    fit = np.concatenate([sums(told, every, each) for each in learned], axis=1)
    heat = dict.fromkeys(columns(), 1.0)
    model = Linear.load(shipping.packed(told, learned, TABLE, Head(heat, {}, (), {})))
    assert len(told.pieces.far), "the German lines have words that stand apart"
    for row, line in enumerate(LEARNED_FROM):
        shown = signs(line["text"], _trade(told, row))
        # Of whether it is a moment a trade tells nothing once shipped (test_trade).
        untold = columns()["moment"].start if _trade(told, row) else None
        read = model.logits(shown.words, shown.marks, shown.english)
        added = len(pieces_of(shown.words, shown.marks, shown.english))
        apart = len(far_keys(shown.english or shown.words))
        steps = (added + apart) / added**0.5
        for place, (told_as, summed) in enumerate(zip(read, fit[row], strict=True)):
            most = 0.51 * model.columns.scales[place] * steps + 1e-5
            assert place == untold or abs(told_as - summed) < most, "half a step a row"


def _trade(told: Any, row: int) -> tuple[str, ...]:
    column = int(np.searchsorted(told.pieces.keys, word_key("<at-hotel>")))
    return ("hotel",) if told.near[row, column] else ()


def rows(*each: tuple[list[float], float]) -> Rows:
    """Made of the numbers of each row and in how many messages it is met."""
    numbers = np.array([row for row, _ in each], np.float32)
    return Rows(np.arange(len(each)), numbers, np.array([met for _, met in each]))


def test_the_rows_that_move_a_reading_most_are_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipping, "ROWS", 3)
    near = rows(([0.1, 0.0], 1), ([-9.0, 0.0], 1), ([0.2, 0.1], 1), ([0.0, 5.0], 1))
    kept_near, kept_far = shipping._fewest(near, rows(([0.0, 0.3], 1), ([0.0, -7.0], 1)))
    assert (kept_near.tolist(), kept_far.tolist()) == ([1, 3], [1])


def test_a_row_that_moves_many_messages_a_little_is_shipped_before_one_that_moves_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shipping, "ROWS", 1)
    near = rows(([3.0], 2), ([1.0], 30), ([0.1], 90))
    assert shipping._fewest(near, rows(([0.5], 2)))[0].tolist() == [1]


def test_letter_groups_are_counted_for_words_never_met_alone() -> None:
    pieces = taken_in(LEARNED_FROM, TABLE).pieces
    asked = dict(zip(pieces.keys.tolist(), shipping._asked(pieces), strict=True))
    word, group = word_key("guest"), group_key("<gue")
    assert asked[word] > 10
    assert asked[group] == pytest.approx(asked[word] * shipping._UNKNOWN)


def test_the_file_holds_no_more_rows_than_its_limit(
    blob: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipping, "ROWS", 60)
    small, whole = Linear.load(train(messages(), rounds=12)), Linear.load(blob)
    assert len(small._keys) == 60 < len(whole._keys)
    assert set(small._keys) < set(whole._keys)
    assert Reader(small).read("guest chair broken").kind == "defect"
    assert all(one < other for one, other in pairwise(small._keys))


def test_what_tells_more_by_itself_may_weigh_more() -> None:
    near = sparse.csr_matrix(np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 1]], np.float32))
    right = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], np.float32)
    lent = training.telling(near, right, np.ones_like(right))
    assert lent[0].tolist() == [0, 0], "it stands in every message"
    assert lent[1, 0] == pytest.approx(lent[2, 1])
    assert lent[1, 0] > 1


def alarming() -> list[dict[str, Any]]:
    """Whole messages, every second of which had to be told to a manager."""
    loud, calm = ["shouts", "threats", "furious", "rage"], ["asks", "towel", "pillow", "menu"]
    words = [(word, other) for word in loud for other in loud]
    quiet = [(word, other) for word in calm for other in calm]
    return [
        {
            "text": f"guest {one} {other}",
            "kind": "attitude" if told else "question",
            "stage": "smot",
            "heat": 2 if told else 0,
            "escalate": told,
            "value": "unknown",
            "repeat": False,
        }
        for told, pairs in ((True, words), (False, quiet))
        for one, other in pairs
    ]


def alarm_of(told: Sequence[dict[str, Any]]) -> tuple[float, ...]:
    return Linear.load(train(told, rounds=12)).columns.alarm


OWN_WORD_ALONE = (1.0, *[0.0] * len(EVIDENCE))


def test_the_alarm_is_weighed_by_messages_set_aside() -> None:
    model = Linear.load(train(alarming(), rounds=12))
    assert len(model.columns.alarm) == len(EVIDENCE) + 1
    escalate, *_, furious, _, grave, _ = model.columns.alarm
    assert escalate > 0
    assert furious > 0
    assert grave == 0, "no rule for danger held in any of them"
    reader = Reader(model)
    assert reader.read("guest shouts furious").escalate
    assert not reader.read("guest asks pillow").escalate


def test_where_no_message_was_told_to_a_manager_the_models_own_word_counts_alone(
    blob: bytes,
) -> None:
    assert Linear.load(blob).columns.alarm == OWN_WORD_ALONE


def test_where_every_message_was_told_to_a_manager_the_models_own_word_counts_alone() -> None:
    always = [{**line, "escalate": True} for line in alarming()]
    assert alarm_of(always) == OWN_WORD_ALONE


def test_messages_with_a_field_left_out_do_not_weigh_the_alarm() -> None:
    """Only the calm ones are whole: there is nothing to weigh them against."""
    parts = [
        {field: told for field, told in line.items() if field != "stage" or not line["escalate"]}
        for line in alarming()
    ]
    assert alarm_of(parts) == OWN_WORD_ALONE


def test_the_thresholds_given_travel_with_the_weights(blob: bytes) -> None:
    other = Linear.load(train(messages(), rounds=1, marks={"escalate": 0.9}))
    assert other.columns.marks == {"escalate": 0.9}
    assert Linear.load(blob).columns.marks == training.MARKS


def test_what_is_shipped_is_made_of_messages_examples_and_meanings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lessons, engine = tmp_path / "training", tmp_path / "engine"
    lessons.mkdir()
    engine.mkdir()
    lines = [json.dumps(line) for line in messages()]
    (lessons / "inn.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (lessons / "vectors.bin").write_bytes(" ".join(TABLE.words).encode() + b"\n" + TABLE.rows)
    packs = write_pack(tmp_path / "packs", ready=play_text())
    monkeypatch.setattr("playbooks.engine.load.shipped", lambda: packs)
    monkeypatch.setattr(training, "__file__", str(engine / "train.py"))
    training.main()
    model = Linear.load((engine / "weights.bin").read_bytes())
    for word in ("queue", "overbooked", "pulverised"):
        assert model._row(word_key(word)), f"{word}: a message, an example, a meaning"
