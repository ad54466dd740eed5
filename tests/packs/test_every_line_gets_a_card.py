"""Every line gets a useful card: the development set through the same path as ``fifteen try``."""

import json
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from bot.commands.trying import answered, as_answer
from playbooks.engine.schema import Reading, Site, Staff
from playbooks.engine.vocabulary import KINDS, STAGES, Kind, Stage
from playbooks.engine.words import check_say
from tests.fakes.desk import library

FIXTURES = Path(__file__).resolve().parents[1] / "engine" / "fixtures"
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
ANA = Staff("Ana", "staff")
SPOKEN = 40
"""Words that can be spoken in fifteen seconds."""


def lines() -> list[str]:
    text = (FIXTURES / "dev.jsonl").read_text(encoding="utf-8")
    return [json.loads(line)["text"] for line in text.splitlines()]


def sites() -> list[Site]:
    return list(library().house.sites.values())


def test_two_hundred_lines_and_more_are_looked_at() -> None:
    assert len(lines()) >= 200


@pytest.mark.parametrize("site", sites(), ids=lambda site: site.id)
def test_every_line_gets_a_say_that_can_be_spoken_and_that_the_linter_accepts(site: Site) -> None:
    for text in lines():
        reading, suggestion = answered(library(), text, site, ANA, NOW)
        answer = as_answer(reading, suggestion, site, NOW)
        assert 0 < len(suggestion.say.split()) <= SPOKEN, (text, suggestion.say)
        assert check_say(suggestion.say) == [], (text, suggestion.say)
        assert 2 <= len(answer["do"]) <= 4, text
        assert answer["follow_ups"], text


@pytest.mark.parametrize("site", sites(), ids=lambda site: site.id)
def test_no_line_about_safety_is_offered_money(site: Site) -> None:
    for text in lines():
        reading, suggestion = answered(library(), text, site, ANA, NOW)
        if reading.kind == "safety":
            assert suggestion.offer is None, text
            assert suggestion.authority.light == "red", text


@pytest.mark.parametrize("site", sites(), ids=lambda site: site.id)
@pytest.mark.parametrize(("stage", "kind"), list(product(STAGES, KINDS)))
def test_every_stage_and_kind_has_an_answer_of_its_own(
    site: Site, stage: Stage, kind: Kind
) -> None:
    from playbooks.engine.schema import History

    choice = library().choose(Reading(stage, kind), History(), site)
    play = library().plays[choice.play]
    assert choice.step == 0
    assert kind in play.when.kinds
    assert stage in play.when.stages
