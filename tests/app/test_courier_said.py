"""What stands in no outbox, such as a refusal, waits for its turn and is in nobody's way."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import LAST, DeliveryError, OnceAMinute
from bot.conversations.types import Address, Card, Lane, Post
from bot.courier import MOST_SAID
from storage.store import Store
from tests.app.test_courier_paced import Office, card, once

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def say(office: Office, chat: str, title: str, lane: Lane = LAST) -> None:
    office.courier.say(Address("telegram", chat), Card(title, "stop"), lane)


async def quiet(office: Office) -> None:
    await office.hours.pass_until(office.courier.idle())


async def test_a_hundred_refusals_wait_behind_what_is_for_the_staff(office: Office) -> None:
    for number in range(100):
        say(office, f"s{number}", "refused")
    await office.send(card("1", "digest", "digest"), card("2", "answer", "live"))
    shown = office.shown()
    assert sorted(shown[:4]) == ["answer", "digest", "refused", "refused"]
    assert shown.count("refused") == 100
    assert office.telegram.refused == []
    assert office.counts() == {}


async def test_a_stranger_who_blocked_us_is_no_dead_letter(office: Office) -> None:
    gone = DeliveryError("blocked", permanent=True, scope="chat")
    office.telegram.trouble["9"] = once(gone)
    say(office, "9", "refused")
    await quiet(office)
    assert office.shown() == []
    assert office.counts() == {}


async def test_a_chat_that_ends_takes_what_was_to_be_said_along(office: Office) -> None:
    gone = DeliveryError("blocked", permanent=True, scope="chat")
    office.telegram.trouble["9"] = once(gone)
    posts = office.write(card("9", "answer", "live"))
    say(office, "9", "refused")
    office.courier.send(posts)
    say(office, "9", "refused too")
    await quiet(office)
    assert "answer" not in office.shown()
    assert office.counts().get("dead", 0) <= 1
    await office.send(card("9", "later", "live"))
    assert office.shown()[-1] == "later"


async def test_told_to_wait_it_holds_the_chat_and_is_not_said_again(office: Office) -> None:
    office.telegram.trouble["9"] = once(DeliveryError("slow down", retry_after=20))
    say(office, "9", "refused")
    await quiet(office)
    await office.send(card("9", "answer", "live"))
    assert office.shown() == ["answer"]
    assert office.telegram.shown[0][0] >= 20


async def test_a_fault_of_the_channel_stops_nobody(office: Office) -> None:
    def broken() -> DeliveryError | None:
        raise ValueError

    office.telegram.trouble["9"] = broken
    say(office, "9", "refused")
    await office.send(card("1", "answer", "live"))
    assert office.shown() == ["answer"]


async def test_where_too_much_waits_nothing_is_said_besides(office: Office) -> None:
    for number in range(MOST_SAID + 50):
        say(office, f"s{number}", "refused")
    await office.send(card("1", "answer", "live"))
    assert office.shown().count("refused") == MOST_SAID
    assert "answer" in office.shown()[:3]


async def test_to_no_channel_nothing_is_said(office: Office) -> None:
    office.courier.say(Address("pigeon", "1"), Card("refused"), LAST)
    await quiet(office)
    await office.send(Post(Address("telegram", "1"), Card("answer"), "answer", "live"))
    assert office.shown() == ["answer"]


def test_the_same_is_said_once_a_minute() -> None:
    once_a = OnceAMinute(remembered=2)
    assert once_a.now("a", NOW)
    assert not once_a.now("a", NOW + timedelta(seconds=59))
    assert once_a.now("b", NOW)
    assert once_a.now("a", NOW + timedelta(seconds=60))
    assert once_a.now("c", NOW)
    assert once_a.now("b", NOW + timedelta(seconds=1)), "the one said longest ago is forgotten"
    assert once_a.now("c", NOW - timedelta(hours=1)), "a clock put back silences nobody"
