"""Slack's contract: what is heard becomes one event, kept before it is acknowledged."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from bot.conversations.types import Address, Filled, Said, Tapped
from tests.channels.slack_world import ANA, BO, MARTA, NEW, TOM, World, world
from tests.channels.test_slack_cards import HOSTILE
from tests.fakes.slack_api.workspace import BOT_USER, Sending

pytestmark = pytest.mark.usefixtures("slack")


@pytest.fixture(params=["socket", "http"])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with world(http=request.param == "http") as made:
        yield made


async def test_a_line_in_a_direct_message_is_kept_before_it_is_acknowledged(slack: World) -> None:
    assert await slack.send(slack.space.types(ANA, "guest 412 furious")) is not None
    said = slack.desk.last
    assert isinstance(said, Said)
    assert (said.person, said.text, said.address) == (
        "ana",
        "guest 412 furious",
        Address("slack", ANA),
    )


async def test_a_command_is_answered_at_once_and_its_card_goes_to_the_person_alone(
    slack: World,
) -> None:
    answer = await slack.send(slack.space.command(ANA, "guest 412 furious room not ready"))
    assert answer
    assert "direct messages" in str(answer["text"])
    assert slack.desk.last.address == Address("slack", ANA)  # type: ignore[union-attr]


async def test_a_mention_is_answered_in_its_thread(slack: World) -> None:
    kind, body = slack.space.mentions(ANA, "guest 412 furious, room not ready")
    await slack.send((kind, body))
    said = slack.desk.last
    assert isinstance(said, Said)
    assert said.address == Address("slack", "C0DESK", body["event"]["ts"])
    assert said.text == "guest 412 furious, room not ready"


async def test_a_short_mention_is_answered_in_private_and_says_so_there(slack: World) -> None:
    await slack.send(slack.space.mentions(ANA, "open"))
    await slack.settle()
    assert slack.desk.last.address == Address("slack", ANA)  # type: ignore[union-attr]
    assert slack.space.ephemeral[-1]["user"] == ANA


async def test_somebody_elses_message_can_be_logged_as_a_moment(slack: World) -> None:
    note = slack.space.put("C0DESK", {"user": BO, "text": "412 is back, <!here> &amp; angry"})
    await slack.send(slack.space.logs_message(ANA, "C0DESK", note))
    said = slack.desk.last
    assert isinstance(said, Said)
    assert (said.person, said.text) == ("ana", "412 is back, @here & angry")


async def test_the_global_shortcut_opens_a_form_and_the_form_is_a_line(slack: World) -> None:
    await slack.send(slack.space.shortcut(ANA))
    view = next(iter(slack.space.views.values()))
    assert await slack.send(slack.space.submits(ANA, view, {"text": "412 no towels"})) == {}
    said = slack.desk.last
    assert isinstance(said, Said)
    assert said.text == "412 no towels"


async def test_a_line_comes_in_whole_whatever_is_in_it(slack: World) -> None:
    lines = [*HOSTILE[:4], "guest 412 " + "x" * 9990]
    for line in lines:
        await slack.send(slack.space.types(ANA, line))
    said = [each.text for each in slack.desk.events.values() if isinstance(each, Said)]
    assert said == [line.strip() for line in lines]


async def test_the_same_envelope_many_times_shuffled_is_one_event(slack: World) -> None:
    dice = random.Random(7)
    sendings = [slack.space.types(ANA, f"guest {n} no towels") for n in range(20)]
    sendings += [slack.space.command(BO, f"guest {n} too loud") for n in range(20)]
    many = [s for s in sendings for _ in range(dice.randint(1, 4))]
    dice.shuffle(many)

    async def brought(sending: Sending) -> None:
        """As Slack does: again until it is acknowledged."""
        async with asyncio.timeout(60):
            while await slack.send(sending) is None:
                pass

    await asyncio.gather(*(brought(sending) for sending in many))
    assert len(slack.desk.events) == len(sendings)


async def test_two_lines_of_one_person_stay_in_order(slack: World) -> None:
    for number in range(10):
        await slack.send(slack.space.types(ANA, f"line {number}"))
    texts = [e.text for e in slack.desk.events.values() if isinstance(e, Said)]
    assert texts == [f"line {n}" for n in range(10)]


async def test_many_lines_of_one_person_at_once_stay_in_order() -> None:
    async with world() as slack:
        lines = [slack.space.types(ANA, f"line {number}") for number in range(50)]
        await asyncio.gather(*(slack.send(line) for line in lines))
        texts = [e.text for e in slack.desk.events.values() if isinstance(e, Said)]
        assert texts == [f"line {n}" for n in range(50)]
        assert slack.server.calls["users.info"] == 1


async def test_what_is_not_kept_is_not_acknowledged(slack: World) -> None:
    slack.desk.broken = OSError("disk full")
    sending = slack.space.types(ANA, "guest 412 furious")
    slow = slack.server.over_socket(sending, 0.5) if not slack.at else slack.send(sending)
    assert await slow is None
    slack.desk.broken = None
    assert await slack.send(sending) is not None
    assert len(slack.desk.events) == 1


async def test_a_slow_database_costs_no_more_than_a_second(slack: World) -> None:
    slack.desk.held = asyncio.Event()
    slack.channel._intake.patience = 0.1
    answer = await slack.send(slack.space.command(ANA, "guest 412 furious"))
    assert answer
    assert "not written down yet" in str(answer["text"])
    slack.desk.held.set()
    await slack.settle()
    assert len(slack.desk.events) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B9"},
        {"subtype": "message_changed"},
        {"subtype": "bot_message"},
        {"hidden": True},
        {"channel_type": "channel"},
        {"user": BOT_USER},
    ],
    ids=str,
)
async def test_bots_edits_and_our_own_words_are_nobodys_line(
    slack: World, more: dict[str, object]
) -> None:
    kind, body = slack.space.types(ANA, "guest 412")
    body["event"] |= more
    assert await slack.send((kind, body)) is not None
    await slack.settle()
    assert not slack.desk.events
    assert not slack.space.cards(slack.space.dm(ANA))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"is_restricted": True}, "guest in this workspace"),
        ({"is_ultra_restricted": True}, "guest in this workspace"),
        ({"team_id": "T9"}, "another workspace"),
        ({"is_stranger": True}, "another workspace"),
    ],
    ids=str,
)
async def test_guests_and_visitors_are_refused_in_a_plain_sentence(
    slack: World, more: dict[str, object], words: str
) -> None:
    slack.space.people[NEW].update(more)
    await slack.send(slack.space.types(NEW, "CODE-1"))
    await slack.settle()
    assert words in slack.space.cards(slack.space.dm(NEW))[-1]["text"]
    assert not slack.door.knocks
    assert not slack.desk.events


async def test_somebody_made_a_guest_loses_her_access(slack: World) -> None:
    user = {**slack.space.people[ANA], "is_restricted": True}
    slack.space.people[ANA] = user
    await slack.send(slack.space.event({"type": "user_change", "user": user}))
    assert slack.door.gone == [ANA]


async def test_a_stranger_with_a_code_is_let_in_and_another_is_told(slack: World) -> None:
    sending = slack.space.types(NEW, "hello")
    for _ in range(3):
        await slack.send(sending)
    await slack.send(slack.space.types(NEW, "CODE-1"))
    await slack.settle()
    await slack.send(slack.space.types(NEW, "guest 412 no towels"))
    texts = [card["text"] for card in slack.space.cards(slack.space.dm(NEW))]
    assert texts == ["You are not enrolled here", "Welcome, Nia"]
    assert [knock[2:] for knock in slack.door.knocks] == [("hello", "en"), ("CODE-1", "en")]
    assert len(slack.desk.events) == 1


async def test_a_code_before_a_whole_channel_lets_nobody_in(slack: World) -> None:
    await slack.send(slack.space.mentions(NEW, "my code is CODE-1, let me in please"))
    await slack.settle()
    assert not slack.door.knocks
    assert "direct message" in slack.space.ephemeral[-1]["text"]


async def test_a_forwarded_message_is_refused_and_the_way_to_log_it_is_told(slack: World) -> None:
    shared = [{"is_share": True, "text": "guest 412 furious"}]
    await slack.send(slack.space.types(ANA, "", attachments=shared))
    await slack.settle()
    assert "Log as a moment" in slack.space.cards(slack.space.dm(ANA))[-1]["text"]
    assert not slack.desk.events


@pytest.mark.parametrize(("who", "tap"), [(ANA, "list"), (MARTA, "week"), (TOM, "plays")])
async def test_the_home_tab_asks_for_what_the_role_needs(slack: World, who: str, tap: str) -> None:
    await slack.send(slack.space.opens_home(who))
    asked = slack.desk.last
    assert isinstance(asked, Tapped)
    assert (asked.tap, asked.address) == (tap, Address("slack", who, "home"))


async def test_a_button_becomes_its_word_and_a_form_its_fields(slack: World) -> None:
    from bot.conversations.types import Button, Card, Field, Form

    form = Form("detail.m1.smot", (Field("words", "Their words", "long"),), "Add")
    hidden = Button("Tomorrow", "snooze.m1.day", more=True)
    card = Card("412", buttons=(Button("Did it", "did.m1"), hidden), form=form)
    chat, _, stamp = (await slack.channel.deliver(Address("slack", ANA), card)).partition(":")
    message = slack.space.messages[chat][stamp]
    for label, tap in (("Did it", "did.m1"), ("Tomorrow", "snooze.m1.day")):
        await slack.send(slack.space.presses(ANA, chat, message, label))
        assert isinstance(slack.desk.last, Tapped)
        assert (slack.desk.last.tap, slack.desk.last.address) == (tap, Address("slack", ANA))
    await slack.send(slack.space.presses(ANA, chat, message, "Add…"))
    view = next(iter(slack.space.views.values()))
    await slack.send(slack.space.submits(ANA, view, {"words": "so kind"}))
    filled = slack.desk.last
    assert isinstance(filled, Filled)
    assert (filled.tap, filled.fields, filled.address) == (
        "detail.m1.smot",
        {"words": "so kind"},
        Address("slack", ANA),
    )


async def test_a_button_in_a_thread_answers_in_that_thread(slack: World) -> None:
    from bot.conversations.types import Button, Card

    _, body = slack.space.mentions(ANA, "guest 412 furious, room not ready")
    to = Address("slack", "C0DESK", body["event"]["ts"])
    card = Card("412", buttons=(Button("Did it", "did.m1"),))
    chat, _, stamp = (await slack.channel.deliver(to, card)).partition(":")
    await slack.send(slack.space.presses(ANA, chat, slack.space.messages[chat][stamp], "Did it"))
    assert slack.desk.last.address == to  # type: ignore[union-attr]
