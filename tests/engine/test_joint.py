"""Heat, stage and value are decided with what every field says of the line."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from playbooks.engine import train as training
from playbooks.engine.joint import FIELDS, heard, joined
from playbooks.engine.linear import Linear, shipped
from playbooks.engine.read import Reader
from playbooks.engine.train import train
from playbooks.engine.trainset import columns

QUIET, LOUD = ("towel", "pillow", "menu", "lamp"), ("queue", "soup", "bill", "noise")


def lines(heat: bool = True) -> list[dict[str, Any]]:
    """Praise is never heated, complaints always are; which is which only the kind tells."""
    pairs = [(one, other) for words in (QUIET, LOUD) for one in words for other in words]
    told = [
        {"text": f"guest {one} {other}", "kind": "praise" if one in QUIET else "slow"}
        for one, other in pairs
    ]
    return [{**line, "heat": int(line["kind"] == "slow")} if heat else line for line in told]


@pytest.fixture(scope="module")
def learned() -> Linear:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "FEWEST_TO_JOIN", 4)
        return Linear.load(train(lines(), rounds=12))


def test_all_that_every_field_says_is_heard_and_a_constant() -> None:
    assert heard([1.0, 2.0], [[0.3, 0.7], [0.5]]) == [1.0, 2.0, 0.3, 0.7, 0.5, 1.0]


def test_chances_of_a_field_sum_to_one_and_follow_its_rows() -> None:
    chances = joined([(1.0, 0.0), (0.0, 1.0), (0.0, 0.0)], [0.5, 2.0])
    assert sum(chances) == pytest.approx(1.0)
    assert chances.index(max(chances)) == 1


def test_one_row_gives_the_chance_of_yes() -> None:
    assert joined([(1.0,)], [0.0]) == [0.5]
    assert joined([(1.0,)], [1e6])[0] > 0.99
    assert joined([(1.0,)], [-1e6])[0] < 0.01


@pytest.mark.parametrize("far", [1e6, -1e6])
def test_numbers_beyond_measure_still_give_chances(far: float) -> None:
    assert sum(joined([(far,), (-far,)], [1.0])) == pytest.approx(1.0)


def test_a_row_for_other_numbers_is_not_shipped() -> None:
    model = shipped()
    fields = model.columns.fields
    told = len(model.columns.scales) + sum(len(labels) for _, labels in fields.values()) + 1
    assert set(model.columns.joint) == set(FIELDS)
    for field, rows in model.columns.joint.items():
        assert [len(row) for row in rows] == [told] * len(fields[field][1])


def test_fields_are_heard_in_the_order_of_their_columns(learned: Linear) -> None:
    """Rows that hear one chance alone would otherwise hear another one's."""
    assert list(learned.columns.fields) == list(columns())


def test_what_the_kind_says_moves_the_heat(learned: Linear) -> None:
    praise, slow = (_kind(learned, kind) for kind in ("praise", "slow"))
    calm, upset, _ = learned.columns.joint["heat"]
    assert calm[praise] > calm[slow]
    assert upset[slow] > upset[praise]


def test_a_field_that_too_few_messages_tell_is_decided_alone(learned: Linear) -> None:
    assert set(learned.columns.joint) == {"heat"}, "no line says anything of stage or value"


def test_the_heat_of_a_line_is_what_all_fields_say_of_it(learned: Linear) -> None:
    """Rows that hear the kind alone: where it is praise the line is furious."""
    width = len(learned.columns.joint["heat"][0])
    deaf = (0.0,) * width
    rows: Sequence[tuple[float, ...]] = (deaf, deaf, _only(_kind(learned, "praise"), width))
    odd = _with(learned, {"heat": tuple(rows)})
    assert Reader(learned).read("guest towel lamp").heat == 0
    assert Reader(odd).read("guest towel lamp").heat == 2


def test_without_rows_of_its_own_a_field_reads_as_before(learned: Linear) -> None:
    assert Reader(_with(learned, {})).read("guest soup noise").heat == 1


def test_the_same_messages_give_the_same_rows(
    learned: Linear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "FEWEST_TO_JOIN", 4)
    assert Linear.load(train(lines(), rounds=12)).columns.joint == learned.columns.joint


@pytest.mark.parametrize(("line", "failed"), [("@sky soup noise", True), ("guest soup", False)])
def test_whether_something_failed_is_joined_in_a_customers_own_words_alone(
    line: str, failed: bool, learned: Linear
) -> None:
    """A row that is sure of it whatever is heard."""
    width = len(learned.columns.joint["heat"][0])
    sure = _with(learned, {"failure": ((*[0.0] * (width - 1), 30.0),)})
    assert (Reader(sure).scores(line).failure > 0.999) == failed


def _kind(model: Linear, kind: str) -> int:
    first, labels = model.columns.fields["kind"]
    return first + labels.index(kind)


def _only(place: int, width: int) -> tuple[float, ...]:
    return tuple(float(at == place) * 9 for at in range(width))


def _with(model: Linear, joint: dict[str, tuple[tuple[float, ...], ...]]) -> Linear:
    made = model.laid_over({})
    vars(made).update(columns=replace(model.columns, joint=joint))
    return made
