"""Groups and forum topics: heard only when addressed; what is about a customer stays private."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram import keyboard
from bot.conversations.types import Address, Card, Field, Filled, Form, Said, Tapped
from tests.fakes.telegram_api.bench import ANA, CODE, MARTA, STRANGER, Bench, bench
from tests.fakes.telegram_api.world import BOT

LINE = "guest 412 furious room not ready 2nd time"
GROUP = -1001


@pytest.fixture
async def group() -> AsyncIterator[Bench]:
    async with bench() as opened, opened.running():
        opened.api.group(GROUP, 7)
        yield opened


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (f"@{BOT['username']} {LINE}", LINE),
        (f"/moment {LINE}", LINE),
        (f"/open@{BOT['username']}", "open"),
    ],
)
async def test_in_a_group_who_speaks_to_it_is_answered_in_private(
    group: Bench, typed: str, said: str
) -> None:
    group.api.writes(ANA, typed, GROUP, message_thread_id=7, is_topic_message=True)
    await group.settled()
    (event,) = group.events
    assert isinstance(event, Said)
    assert (event.text, event.address) == (said, Address("telegram", str(ANA)))
    (note,) = group.api.standing(GROUP)
    assert (note.text, note.thread) == ("Answered in our private chat.", 7)


@pytest.mark.parametrize("typed", [LINE, "/roll 6", "/open@another_bot", "@another_bot hi", "/"])
async def test_in_a_group_what_is_not_for_it_is_not_read(group: Bench, typed: str) -> None:
    group.api.writes(ANA, typed, GROUP)
    await group.settled()
    assert group.events == []
    assert group.api.standing(GROUP) == []


async def test_a_reply_to_it_in_a_group_is_for_it(group: Bench) -> None:
    await group.sending.deliver(Address("telegram", str(GROUP)), Card("Hello"))
    group.api.replies(ANA, group.last(GROUP), LINE)
    await group.settled()
    assert group.kept() == [LINE]


async def test_an_anonymous_administrator_is_told_to_use_her_name(group: Bench) -> None:
    nameless = {
        "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"},
        "sender_chat": {"id": GROUP, "type": "supergroup"},
    }
    group.api.writes(ANA, f"/moment {LINE}", GROUP, **nameless)
    group.api.writes(ANA, LINE, GROUP, **nameless)
    await group.settled()
    assert group.events == []
    assert [m.text[:24] for m in group.api.standing(GROUP)] == ["Anonymous administrators"]


async def test_a_card_for_a_topic_stands_in_it(group: Bench) -> None:
    await group.sending.deliver(Address("telegram", str(GROUP), "7"), Card("Hello"))
    assert group.last(GROUP).thread == 7


@pytest.mark.parametrize("thread", ["", "7"])
async def test_a_press_in_a_group_is_answered_in_private(group: Bench, thread: str) -> None:
    await group.sending.deliver(Address("telegram", str(GROUP), thread), Card("Hello"))
    group.api.writes(ANA, LINE)
    await group.settled()
    for word in ("list", "helpme"):
        group.api.presses_word(ANA, group.last(GROUP), word)
    await group.settled()
    said, *taps = group.events
    assert isinstance(said, Said)
    assert [type(tap) for tap in taps] == [Tapped, Tapped]
    assert {tap.address for tap in taps if isinstance(tap, Tapped)} == {said.address}
    assert [message.text for message in group.api.standing(GROUP)] == ["Hello"]
    assert list(group.api.presses.values()) == ["Answered in our private chat."] * 2


async def test_a_form_in_a_group_is_asked_for_in_private(group: Bench) -> None:
    to = Address("telegram", str(GROUP), "7")
    form = Form("detail.m1.gift", (Field("gift", "What it was"),))
    card = Card("Noted", form=form)
    number = await group.sending.deliver(to, card)
    group.cards[to, number] = card
    group.api.presses_word(ANA, group.last(GROUP), keyboard.WRITE)
    await group.settled()
    assert "What it was" in group.last(ANA).text
    group.api.replies(ANA, group.last(ANA), "coffee")
    await group.settled()
    (event,) = group.events
    assert isinstance(event, Filled)
    assert event.address == Address("telegram", str(ANA))


async def test_whatever_is_typed_and_pressed_no_word_of_it_stands_in_a_group(group: Bench) -> None:
    name = f"@{BOT['username']}"
    for words in (LINE, "open", "help", "off", "on", "undo", f"and also {LINE}"):
        group.api.writes(ANA, f"{name} {words}", GROUP, message_thread_id=7, is_topic_message=True)
    for words in ("digest", "table", "people", "plays"):
        group.api.writes(MARTA, f"{name} {words}", GROUP)
    await group.settled()
    assert len(group.events) == 11
    assert {message.text for message in group.api.standing(GROUP)} == {
        "Answered in our private chat."
    }
    assert any("412" in message.text for message in group.api.standing(ANA))


async def test_in_a_forum_what_only_opens_a_topic_is_no_reply_to_us(group: Bench) -> None:
    opener = {"message_id": 7, "from": BOT, "forum_topic_created": {"name": "Floor 4"}}
    topic = {"message_thread_id": 7, "is_topic_message": True, "reply_to_message": opener}
    group.api.writes(ANA, LINE, GROUP, **topic)
    await group.settled()
    assert group.events == []
    assert group.api.standing(GROUP) == []


async def test_a_code_typed_in_a_group_is_not_used_up(group: Bench) -> None:
    group.api.writes(STRANGER, f"@{BOT['username']} {CODE}", GROUP)
    await group.settled()
    assert group.door.knocks == []
    assert "Open a private chat" in group.last(GROUP).text
