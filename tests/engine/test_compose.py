"""Composing: words filled in, a time that can be kept, the right people told."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from playbooks.engine.hours import NoSuchZoneError, hours_of, spoken, zone
from playbooks.engine.library import Library, NoSuchPlayError
from playbooks.engine.load import load
from playbooks.engine.schema import (
    Choice,
    History,
    Promise,
    Promised,
    Reading,
    Results,
    Staff,
    Suggestion,
)
from playbooks.engine.words import word_count
from tests.fakes.pack import inn, loaded, play_text, write_pack

NOON = datetime(2026, 11, 20, 11, 3, 20, tzinfo=UTC)
"""12:03 and some seconds on a winter day in Berlin."""
READING = Reading("smot", "unavailable", ref="412", because="“not ready”")
ANA = Staff("Ana", "staff")


def composed(
    tmp_path: Path, text: str = "", reading: Reading = READING, now: datetime = NOON,
    history: History | None = None, manager: str = "", place: str = "",
) -> Suggestion:  # fmt: skip
    library, problems = loaded(tmp_path, it=text or play_text())
    assert problems == []
    return compose(library, reading, now, history, manager, place)


def compose(
    library: Library, reading: Reading, now: datetime, history: History | None = None,
    manager: str = "", place: str = "",
) -> Suggestion:  # fmt: skip
    return library.compose(
        Choice("inn/it", "written for this moment"), reading, inn(library), ANA, now=now,
        spent_moment=0, spent_today=2000, manager=manager, place=place,
        history=history or History(),
    )  # fmt: skip


def test_the_card_speaks_of_this_customer_and_a_time_that_can_be_kept(tmp_path: Path) -> None:
    card = composed(tmp_path)
    assert card.say == "I am sorry, your room is not ready. You have one by 12:35."
    assert card.do == (
        "Now: seat them.",
        "Within 3 minutes: call and ask for 412.",
        "By 12:35: hand over the key.",
    )
    assert card.promise == Promise("they have a room", 32)


def test_without_a_reference_the_words_still_hold(tmp_path: Path) -> None:
    card = composed(tmp_path, reading=Reading("smot", "unavailable"))
    assert "ask for the room." in card.do[1]


def test_a_time_promised_by_the_person_goes_before_the_plays_own(tmp_path: Path) -> None:
    reading = Reading("smot", "unavailable", promised=Promised("told him 10 min", minutes=10))
    card = composed(tmp_path, reading=reading)
    assert "by 12:13" in card.say
    assert card.promise == Promise("they have a room", 10)


def test_a_promised_clock_is_the_sites_clock(tmp_path: Path) -> None:
    reading = Reading("smot", "unavailable", promised=Promised("by half three", clock=time(15, 30)))
    card = composed(tmp_path, reading=reading)
    assert "by 15:30" in card.say
    assert card.promise == Promise("they have a room", 207)


def test_a_clock_that_has_passed_is_not_promised_again(tmp_path: Path) -> None:
    reading = Reading("smot", "unavailable", promised=Promised("at 11", clock=time(11)))
    assert "by 12:35" in composed(tmp_path, reading=reading).say


def test_a_promise_of_nothing_known_leaves_the_plays_own(tmp_path: Path) -> None:
    reading = Reading("smot", "unavailable", promised=Promised("soon"))
    assert "by 12:35" in composed(tmp_path, reading=reading).say


def test_a_promise_in_the_message_counts_even_where_the_play_has_none(tmp_path: Path) -> None:
    text = play_text(say="I am sorry.", do="1. Now: sit.\n2. Today: write.", promise="")
    reading = Reading("smot", "slow", promised=Promised("in 20 min", minutes=20))
    assert composed(tmp_path / "a", text, reading).promise == Promise("in 20 min", 20)
    assert composed(tmp_path / "b", text).promise is None


def test_a_time_after_midnight_needs_no_day(tmp_path: Path) -> None:
    late = datetime(2026, 11, 20, 22, 50, tzinfo=UTC)
    assert "by 00:20." in composed(tmp_path, now=late).say


def test_a_long_promise_names_its_day() -> None:
    here = zone("Europe/Berlin")
    friday = datetime(2026, 11, 20, 12, 0, tzinfo=here)

    def by(day: int, hour: int, month: int = 11) -> str:
        return spoken(datetime(2026, month, day, hour, tzinfo=here), friday)

    assert by(20, 20) == "by 20:00"
    assert by(21, 12) == "by 12:00 tomorrow"
    assert by(23, 9) == "by 09:00 on Monday"
    assert by(4, 9, 12) == "by 4 December"
    morning = datetime(2026, 11, 20, 6, 0, tzinfo=here)
    assert spoken(datetime(2026, 11, 20, 19, 0, tzinfo=here), morning) == "by 19:00"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 3, 29, 0, 40, tzinfo=UTC), "by 03:10"),
        (datetime(2026, 10, 25, 0, 40, tzinfo=UTC), "by 02:10"),
    ],
)
def test_the_nights_the_clocks_change_cost_no_hour(
    tmp_path: Path, now: datetime, words: str
) -> None:
    card = composed(tmp_path, now=now)
    assert words in card.say
    assert card.promise == Promise("they have a room", 30)


def test_a_promised_clock_holds_over_the_night_the_clocks_change(tmp_path: Path) -> None:
    before = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    reading = Reading("smot", "unavailable", promised=Promised("4 am", clock=time(4)))
    assert composed(tmp_path, reading=reading, now=before).promise == Promise(
        "they have a room", 150
    )


def test_every_variable_has_its_words(tmp_path: Path) -> None:
    say = (
        "{{ me }}, {{ manager }}, {{ site }}, {{ place }}, {{ gesture }}, {{ minutes }}, {{ heat }}"
        "{% if vip %}, vip{% endif %}{% if repeat %}, again{% endif %}"
    )
    reading = Reading("smot", "unavailable", heat=2, value="vip")
    card = composed(
        tmp_path, play_text(say=say), reading, place="lobby", history=History(failures=1)
    )
    assert card.say == (
        "Ana, the duty manager, The Inn, lobby, a drink at the bar, 30, 2, vip, again"
    )
    assert composed(tmp_path, play_text(say="{{ manager }}"), manager="Max").say == "Max"


def test_the_limit_shown_counts_what_was_given_today(tmp_path: Path) -> None:
    card = composed(tmp_path)
    assert card.offer is not None
    assert (card.offer.amount, card.offer.currency) == (1800, "EUR")
    assert (card.authority.light, card.authority.left_today) == ("green", 10_000)


def test_in_a_moment_of_safety_nothing_is_offered(tmp_path: Path) -> None:
    card = composed(tmp_path, reading=Reading("smot", "safety"))
    assert card.offer is None
    assert card.authority.light == "red"
    assert card.tell == ("housekeeping", "duty_manager")


@pytest.mark.parametrize(
    ("reading", "history"),
    [
        (Reading("smot", "slow", escalate=True), History()),
        (Reading("smot", "slow", repeat=True), History()),
        (Reading("smot", "slow"), History(failures=1)),
    ],
)
def test_what_must_not_wait_is_told_to_the_duty_manager(
    tmp_path: Path, reading: Reading, history: History
) -> None:
    assert "duty_manager" in composed(tmp_path, reading=reading, history=history).tell
    assert composed(tmp_path).tell == ("housekeeping",)


def test_nobody_is_told_twice_and_nobody_who_is_not_there(tmp_path: Path) -> None:
    text = play_text(tell="[duty_manager, kitchen]")
    card = composed(tmp_path, text, Reading("smot", "slow", escalate=True))
    assert card.tell == ("duty_manager",)


def test_the_card_says_why_in_one_line(tmp_path: Path) -> None:
    assert composed(tmp_path).because == (
        "With us now, Not available: written for this moment. “not ready”"
    )
    assert composed(tmp_path, reading=Reading("smot", "slow")).because.endswith("moment.")


def test_the_evidence_is_that_of_this_revision(tmp_path: Path) -> None:
    library, _ = loaded(tmp_path, it=play_text())
    key = f"inn/it@{library.play('inn/it').revision}"
    told = compose(library, READING, NOON, History(results={key: Results(14, 17)}))
    assert told.evidence == "put right in 14 of 17 here (59 to 94 %)"
    assert compose(library, READING, NOON).evidence == "too few to say"


def test_a_hostile_reference_stays_words(tmp_path: Path) -> None:
    reading = Reading("smot", "slow", ref="{{ 7 * 7 }}\x1e" + "x" * 9_000)
    card = composed(tmp_path, reading=reading)
    assert len(card.do) == 3
    assert "{{ 7 * 7 }}" in card.do[1]
    assert word_count(card.say) < 40
    assert len(card.do[1]) < 300


def test_a_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no zone"):
        composed(tmp_path, now=NOON.replace(tzinfo=None))


def test_a_play_that_is_gone_is_named(tmp_path: Path) -> None:
    library, _ = loaded(tmp_path)
    with pytest.raises(NoSuchPlayError, match='no play "inn/it" in the library'):
        compose(library, READING, NOON)


def test_a_zone_nobody_knows_is_named() -> None:
    with pytest.raises(NoSuchZoneError):
        zone("Atlantis/Centre")


def test_hours_are_read_as_typed_or_not_at_all() -> None:
    assert hours_of("7:00 - 22:30") is not None
    assert hours_of("24:00-07:00") is None
    assert hours_of("morning") is None


def test_a_card_from_the_shelf_reads_the_same(tmp_path: Path) -> None:
    folder, shelf = write_pack(tmp_path / "packs", it=play_text()), tmp_path / "shelf"
    first = compose(load(folder, keep=shelf)[0], READING, NOON)
    assert list(shelf.glob("*.play"))
    assert compose(load(folder, keep=shelf)[0], READING, NOON) == first
