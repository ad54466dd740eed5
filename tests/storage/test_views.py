"""Numbers for the digest and rows for a spreadsheet."""

from dataclasses import asdict
from datetime import timedelta

import pytest

from bot.conversations.types import Gift, Moment, Outcome, Turn, WeekNumbers
from storage.store import Store
from storage.views import quantile
from tests.storage.samples import (
    CHAT,
    NOON,
    Clock,
    follow_up,
    moment,
    person,
    post,
    reading,
    rich_moment,
    said,
)

WEEK = timedelta(days=7)
START = NOON - timedelta(days=1)


def put(store: Store, *moments: Moment, **more: object) -> None:
    store.call(lambda book: book.save(Turn(moments, **more), NOON))  # type: ignore[arg-type]


def week(store: Store) -> WeekNumbers:
    return store.call(lambda book: book.week("inn", START, START + WEEK))


def test_an_empty_week_is_all_noughts(store: Store) -> None:
    assert week(store) == WeekNumbers("inn", START, START + WEEK)


def test_a_week_counts_what_its_moments_were(store: Store) -> None:
    put(
        store,
        moment("a"),
        moment("b", reading=reading(kind="billing", heat=2, repeat=True, touchpoint="bill")),
        moment("c", status="acted", reading=reading(stage="umot", kind="praise", touchpoint="")),
        moment("d", status="closed", first_reading=reading(kind="defect")),
    )
    found = week(store)
    assert found.moments == 4
    assert found.by_stage == {"smot": 3, "umot": 1}
    assert found.by_kind == {"slow": 2, "billing": 1, "praise": 1}
    assert found.by_heat == {1: 3, 2: 1}
    assert found.by_touchpoint == {"check-in": 2, "bill": 1}
    assert (found.still_open, found.repeats, found.corrected) == (3, 1, 1)


def test_a_week_begins_with_its_first_instant_and_ends_before_the_next_ones(store: Store) -> None:
    put(
        store,
        moment("first", created=START),
        moment("last", created=START + WEEK - timedelta(milliseconds=1)),
        moment("next", created=START + WEEK),
        moment("week before", created=START - timedelta(milliseconds=1)),
        moment("its first", created=START - WEEK),
        moment("older", created=START - WEEK - timedelta(milliseconds=1)),
    )
    assert (week(store).moments, week(store).before) == (2, 2)


def test_moments_of_other_sites_and_mistakes_do_not_count(store: Store) -> None:
    put(store, moment("a"), moment("b", site="other"), moment("c", status="undone"))
    assert week(store).moments == 1


def test_outcomes_are_counted_with_who_says_so(store: Store) -> None:
    put(
        store,
        moment("a", smot=Outcome("recovered", NOON, "ana", "saw")),
        moment(
            "b",
            smot=Outcome("recovered", NOON, "ana", "customer"),
            umot=Outcome("promoter", NOON, "ana", "customer"),
        ),
        moment("c", smot=Outcome("unknown", NOON, "")),
        moment("d"),
    )
    found = week(store)
    assert found.smot == {"recovered": 2, "unknown": 1}
    assert found.umot == {"promoter": 1}
    assert found.provenance == {"saw": 1, "customer": 2}


def test_what_was_given_is_summed(store: Store) -> None:
    put(
        store,
        moment("a", gifts=(Gift(NOON, "ana", 500), Gift(NOON, "ana", 250, over=True))),
        moment("b", gifts=(Gift(NOON, "ana", 1000),)),
    )
    found = week(store)
    assert (found.gifts, found.given, found.over_limit) == (3, 1750, 1)


def test_answers_are_timed_to_the_first_step_reported(store: Store) -> None:
    answered = [moment(f"m{n}", answered=NOON + timedelta(seconds=n)) for n in (10, 20, 30, 40)]
    put(store, moment("never"), *answered)
    found = week(store)
    assert (found.answered, found.answer_median) == (4, 25.0)
    assert found.answer_p90 == pytest.approx(37.0)


def test_quantiles_lie_on_straight_lines_between_neighbours() -> None:
    assert quantile([3.0], 0.9) == 3.0
    assert quantile([0.0, 10.0], 0.9) == pytest.approx(9.0)
    assert quantile([1.0, 2.0, 9.0], 0.5) == 2.0


def test_overdue_are_questions_waiting_for_an_answer_and_those_nobody_asked(
    store: Store, clock: Clock
) -> None:
    late, later = NOON - timedelta(minutes=1), NOON + timedelta(minutes=1)
    follow_ups = (
        follow_up("a", "smot", due=late),
        follow_up("a", "umot", due=later),
        follow_up("b", "smot", due=later, state="asked"),
        follow_up("b", "umot", due=late, state="done"),
        follow_up("c", "smot", due=late, site="other"),
    )
    put(store, moment("a"), moment("b"), moment("c"), follow_ups=follow_ups)
    assert week(store).overdue == 2
    clock.pass_(minutes=1)
    assert week(store).overdue == 3


def test_counts_tell_what_somebody_has_to_look_after(store: Store) -> None:
    follow_ups = (follow_up(), follow_up(purpose="umot", state="done"))
    posts = tuple(post(slot=slot) for slot in ("ready", "sending", "dead", "doubt", "sent"))
    turn = Turn((moment(),), posts, follow_ups)
    parcels = store.call(lambda book: book.save(turn, NOON))
    _, sending, dead, doubt, sent = (parcel.id for parcel in parcels)
    store.call(lambda book: book.sending(sending, NOON))
    store.call(lambda book: book.failed(dead, "gone", None))
    store.call(lambda book: book.doubt(doubt, "lost"))
    store.call(lambda book: book.sent(sent, "m", NOON))
    store.call(lambda book: book.keep(said()))
    assert store.call(lambda book: book.counts()) == {
        "moments": 1,
        "follow_ups_open": 1,
        "inbox_unsettled": 1,
        "inbox_failed": 0,
        "outbox_ready": 1,
        "outbox_sending": 1,
        "outbox_dead": 1,
        "outbox_in_doubt": 1,
        "outbox_superseded": 0,
    }


# --- for a spreadsheet -----------------------------------------------------------------------


def test_a_moment_is_exported_as_one_flat_row(store: Store) -> None:
    put(store, rich_moment())
    [row] = store.export("moments")
    assert row["id"] == "m1"
    assert row["created"] == "2026-03-04T12:00:00+00:00"
    assert (row["text"], row["say"]) == (rich_moment().text, rich_moment().suggestion.say)
    assert (row["play"], row["given"], row["smot"], row["smot_by"]) == (
        *("slow", 800),
        *("recovered", "saw"),
    )
    assert all(value is None or isinstance(value, str | int) for value in row.values())
    assert "body" not in row


def test_a_moment_never_answered_has_an_empty_time(store: Store) -> None:
    put(store, moment())
    assert next(store.export("moments"))["answered"] is None


def test_follow_ups_gifts_and_people_are_exported(store: Store) -> None:
    gifts = (Gift(NOON, "ana", 500, "a drink", over=True, approved_by="max"), Gift(NOON, "max", 1))
    put(store, moment(gifts=gifts), follow_ups=(follow_up(),), person=person())
    assert list(store.export("follow_ups")) == [
        asdict(follow_up()) | {"due": "2026-03-04T12:30:00+00:00"}
    ]
    assert next(store.export("gifts")) == {
        "moment": "m1",
        "n": 0,
        "person": "ana",
        "at": "2026-03-04T12:00:00+00:00",
        "amount": 500,
        "what": "a drink",
        "over": 1,
        "approved_by": "max",
    }
    assert [row["n"] for row in store.export("gifts")] == [0, 1]
    [row] = store.export("people")
    assert (row["id"], row["channel"], row["chat"]) == ("ana", CHAT.channel, CHAT.chat)


def test_an_export_larger_than_a_page_misses_and_repeats_no_row(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.views.PAGE", 3)
    names = [f"m{n}" for n in range(10)]
    put(store, *(moment(name, gifts=(Gift(NOON, "ana", 1),) * 2) for name in names))
    assert [row["id"] for row in store.export("moments")] == names
    inside = store.call(lambda book: [row["moment"] for row in book.export("gifts")])
    assert inside == sorted(names * 2)
