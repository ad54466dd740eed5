"""A site's week, honest about small numbers, and never a table of persons."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.conversations.digest import asked_week, digest_card, past_iso_week, span
from bot.conversations.types import Card, WeekNumbers
from tests.fakes.desk import BOSS, NOON, FakeDesk, card, fact, labels

WEEK = WeekNumbers(
    "hotel", NOON - timedelta(days=7), NOON, moments=40, before=31,
    by_stage={"smot": 33, "umot": 7}, by_kind={"slow": 14, "defect": 9, "praise": 17},
    by_touchpoint={"room": 12, "": 3, "lobby": 5}, answered=22, answer_median=45, answer_p90=600,
    still_open=3, overdue=2, smot={"recovered": 18, "partly": 3, "not_recovered": 2, "unknown": 4},
    umot={"promoter": 9, "passive": 3, "detractor": 2, "left": 1},
    provenance={"customer": 12, "saw": 5, "": 4}, gifts=6, given=14500, over_limit=1, repeats=5,
)  # fmt: skip


def shown(week: WeekNumbers, back: int = 0) -> Card:
    desk = FakeDesk()
    return digest_card(week, desk.world.site("hotel"), desk.world, back=back)


def test_the_numbers_of_a_week() -> None:
    digest = shown(WEEK)
    assert fact(digest, "Moments") == "40 (31 the week before)"
    assert fact(digest, "First answer").startswith("half within 45 s, nine in ten within 10 min")
    assert fact(digest, "Still open") == "3; 2 questions overdue"
    assert fact(digest, "Put right").startswith("18 put right, 3 partly, 2 not, 4 not known: ")
    assert "1 left us: balance +50 (give or take" in fact(digest, "Told others")
    assert fact(digest, "Who says so") == "12 the customer, 5 seen by us, 4 not said"
    assert fact(digest, "Given") == "€145 in 6 gestures; 1 over a limit"
    assert fact(digest, "Came back") == "5 of 40 had happened to them before"


def test_below_ten_no_share_is_named() -> None:
    few = replace(
        WEEK, smot={"recovered": 4}, umot={"promoter": 3}, answered=4, gifts=0, provenance={}
    )
    digest = shown(few)
    for label in ("Put right", "Told others", "First answer"):
        assert "too few to say" in fact(digest, label)
        assert "%" not in fact(digest, label)
    assert fact(digest, "Given") == "nothing"
    assert fact(digest, "Who says so") == "no outcome yet"


def test_a_week_of_nothing_is_questioned() -> None:
    assert "nobody wrote down" in shown(WeekNumbers("hotel", NOON, NOON)).note


def test_bars_are_shares_of_the_longest_of_their_group() -> None:
    bars = shown(WEEK).bars
    for group in {b.group for b in bars}:
        assert max(b.share for b in bars if b.group == group) == 1
    assert [b.label for b in bars if "touchpoint" in b.group] == ["Room", "Lobby"]
    assert [b.label for b in bars if "about" in b.group] == ["Praise", "Waiting", "Faulty or poor"]


def test_what_was_not_put_right_comes_first_then_what_waits_then_the_commonest() -> None:
    assert shown(WEEK).note.startswith("Look first at the 2")
    waiting = replace(WEEK, smot={})
    assert shown(waiting).note == "2 questions wait for an answer: closed is not recovered."
    calm = replace(waiting, overdue=0)
    assert shown(calm).note.startswith("Most often: waiting, 14 times.")
    assert shown(replace(calm, by_kind={"praise": 3})).note == "No failures noted this week."


def test_no_person_stands_in_it() -> None:
    plain = shown(WEEK).plain()
    assert not [p for p in FakeDesk().memory.everybody.values() if p.name.split()[0] in plain]


def test_weeks_are_counted_on_the_sites_own_calendar() -> None:
    desk = FakeDesk(now=datetime(2026, 10, 28, 12, tzinfo=UTC))
    site = desk.world.site("hotel")
    start, end = asked_week(desk.world, site)
    assert end - start == timedelta(days=7, hours=1)
    first, last, name = past_iso_week(desk.world, site)
    assert name == "2026-W43"
    assert (first, last) == (
        datetime(2026, 10, 18, 22, tzinfo=UTC),
        datetime(2026, 10, 25, 23, tzinfo=UTC),
    )


def test_a_manager_leafs_through_four_weeks() -> None:
    desk = FakeDesk()
    turn = desk.say("digest", BOSS)
    assert labels(card(turn, BOSS)) == ["Week before"]
    for _ in range(4):
        turn = desk.press("Week before", turn, BOSS)
    assert labels(card(turn, BOSS)) == ["Week after"]
    desk.say("last week", BOSS)
    starts = [start for start, _ in desk.memory.asked]
    assert starts[0] - starts[1] == timedelta(days=7)
    assert starts[-1] == starts[1]


def test_the_digest_is_not_for_the_desk() -> None:
    turn = FakeDesk().say("digest")
    assert card(turn).title == "The digest is for managers"


def test_spans_are_said_as_people_say_them() -> None:
    assert [span(s) for s in (45, 600, 9000)] == ["45 s", "10 min", "2.5 h"]
