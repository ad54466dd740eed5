"""Every shipped play keeps the rules of the field, and its own examples lead back to it."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache

import pytest

from playbooks.engine.check import check
from playbooks.engine.library import Library
from playbooks.engine.load import load, shipped
from playbooks.engine.schema import Choice, History, Play, Reading, Staff, Suggestion
from playbooks.engine.vocabulary import KINDS, LANGUAGES, STAGES

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
"""Held still: a play that grows old is a note for its owner, no broken build."""
FLOOR = 0.995
"""Share of all examples that lead to their own play. Measured: 1.0000 in both packs."""
PACKS = ("hotel", "call_centre")


@lru_cache(maxsize=1)
def library() -> Library:
    found, problems = load(shipped())
    assert [str(problem) for problem in problems] == []
    return found


def plays(pack: str) -> list[Play]:
    return [play for play in library().plays.values() if play.pack == pack]


def test_every_shipped_play_keeps_every_rule() -> None:
    faults = [str(problem) for problem in check(library(), TODAY) if not problem.warning]
    assert faults == []


def test_no_example_stands_in_two_plays() -> None:
    doubled = [str(problem) for problem in check(library(), TODAY) if "too" in problem.what.split()]
    assert doubled == []


@pytest.mark.parametrize("pack", PACKS)
def test_the_examples_of_a_play_lead_back_to_it(pack: str) -> None:
    site = next(site for site in library().house.sites.values() if site.pack == pack)
    asked: Counter[str] = Counter()
    missed: list[str] = []
    for play in plays(pack):
        for line in play.examples:
            reading = library().read(line, site)
            choice = library().choose(reading, History(), site, line)
            asked[play.id] += 1
            if choice.play != play.id:
                missed.append(f"{line!r} of {play.id} led to {choice.play}")
    rate = 1 - len(missed) / asked.total()
    print(f"{pack}: {rate:.4f} of {asked.total()} examples lead back to their play")
    assert rate >= FLOOR, "\n".join(missed)


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_has_a_play_for_every_kind_and_every_stage(pack: str) -> None:
    assert {kind for play in plays(pack) for kind in play.when.kinds} == set(KINDS)
    assert {stage for play in plays(pack) for stage in play.when.stages} == set(STAGES)


@pytest.mark.parametrize("pack", PACKS)
def test_every_kind_of_the_stay_or_service_has_a_play_of_its_own(pack: str) -> None:
    served = {
        kind for play in plays(pack) if "smot" in play.when.stages for kind in play.when.kinds
    }
    assert served == set(KINDS)


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_knows_what_to_say_when_it_goes_wrong_again(pack: str) -> None:
    assert any(play.when.repeat for play in plays(pack))


@pytest.mark.parametrize("pack", PACKS)
def test_a_play_nobody_translated_gives_one_card_whoever_types_wherever(pack: str) -> None:
    site = next(site for site in library().house.sites.values() if site.pack == pack)

    def card(play: Play, line: str, profile: str, wanted: str) -> Suggestion:
        kind = min(play.when.kinds, key=KINDS.index)
        return library().compose(
            Choice(play.id, "written"), Reading("smot", kind, language=line),
            replace(site, language=wanted), Staff("Ana", "staff", profile), now=NOON,
            spent_moment=0, spent_today=0,
        )  # fmt: skip

    for play in plays(pack):
        if not play.translations:
            as_written = card(play, "", "", "")
            for language in LANGUAGES:
                others = (language, "", ""), ("", language, ""), ("", "", language)
                assert {card(play, *each) == as_written for each in others} == {True}, play.id
