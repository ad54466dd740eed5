"""A site's trade helps to tell what a moment is about, and not whether a line is one."""

from typing import Any

from playbooks.engine.linear import Linear, word_key
from playbooks.engine.signs import signs
from playbooks.engine.train import train
from playbooks.engine.trainset import columns


def _lessons() -> list[dict[str, Any]]:
    """Only customers' moments name their trade; the trade is told for half of the lines."""
    things = ("soup", "tea", "rice", "fish", "cake", "salad", "bread", "toast")
    hotel = {"kind": "defect", "industry": "hotel"}
    bank = {"kind": "billing", "industry": "bank"}
    moments = [{**trade, "text": f"{thing} wrong"} for thing in things for trade in (hotel, bank)]
    moments += [{**hotel, "text": f"cold {thing}"} for thing in things]
    moments += [{**bank, "text": f"dear {thing}"} for thing in things]
    return [*moments, *({"text": f"i like {thing}", "moment": False} for thing in things)]


def test_the_trade_tells_kinds_apart_and_not_moments_from_small_talk() -> None:
    model = Linear.load(train(_lessons(), rounds=20))
    place = columns()
    marks = {mark: model._row(word_key(mark)) for mark in ("<at-hotel>", "<at-bank>")}
    assert all(marks.values())
    for lanes in marks.values():
        steps = [(lanes >> 32 * column & 0xFF) - 128 for column in range(place["failure"].stop)]
        assert any(steps[place["kind"]])
        assert not any(steps[place["moment"]])


def test_a_mark_of_a_trade_is_what_the_reader_is_told() -> None:
    assert "<at-hotel>" in signs("soup wrong", ("hotel",)).marks
