"""Cards out: in place where they can be, once whatever happens, else with the reason why not."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.channels.base import DeliveryError
from bot.channels.slack import SlackChannel
from bot.conversations.types import Address, Button, Card, Fact
from tests.channels.slack_world import ANA, NOON, FakeDoor, people_of, settings
from tests.channels.test_slack_cards import HOSTILE, squeezed
from tests.fakes.slack_api.server import SlackServer
from tests.fakes.slack_api.workspace import labels, readable

CARD = Card("412 · Room not ready", say="I am sorry.", buttons=(Button("Did it", "did.m1"),))
TO = Address("slack", ANA)
ROOM = "D0ANA"


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with SlackServer() as made:
        people_of(made)
        yield made


@pytest.fixture
async def channel(server: SlackServer) -> AsyncIterator[SlackChannel]:
    made = start(server)
    yield made
    await made.close()


def start(server: SlackServer, **more: str) -> SlackChannel:
    return SlackChannel(settings(server, http=True, **more), FakeDoor(), lambda: NOON)


async def test_a_card_is_posted_to_the_person_and_edited_in_place(
    server: SlackServer, channel: SlackChannel
) -> None:
    first = await channel.deliver(TO, CARD)
    second = await channel.deliver(TO, replace(CARD, title="412 · done"), first)
    assert first == second
    assert first.startswith(f"{ROOM}:")
    (message,) = server.workspace.cards(ROOM)
    assert "412 · done" in readable(message["blocks"])


@pytest.mark.parametrize("word", ["message_not_found", "cant_update_message"])
async def test_a_message_that_cannot_be_edited_is_sent_anew(
    server: SlackServer, channel: SlackChannel, word: str
) -> None:
    first = await channel.deliver(TO, CARD)
    server.fail["chat.update"] = [word]
    second = await channel.deliver(TO, replace(CARD, title="412 · done"), first)
    assert second != first
    assert len(server.workspace.cards(ROOM)) == 2


async def test_in_a_channel_the_card_stands_in_its_thread(
    server: SlackServer, channel: SlackChannel
) -> None:
    root = server.workspace.put("C0DESK", {"user": ANA, "text": "guest 412"})["ts"]
    await channel.deliver(Address("slack", "C0DESK", root), CARD)
    (message,) = server.workspace.cards("C0DESK")
    assert message["thread_ts"] == root


@pytest.mark.parametrize("thread", [False, True])
async def test_a_post_whose_answer_was_lost_is_found_again(
    server: SlackServer, channel: SlackChannel, thread: bool
) -> None:
    room = "C0DESK" if thread else ROOM
    root = server.workspace.put("C0DESK", {"user": ANA, "text": "guest"})["ts"]
    to = Address("slack", "C0DESK", root) if thread else TO
    await channel.deliver(to, CARD, mark="8-aaaa")
    server.lose["chat.postMessage"] = 1
    with pytest.raises(DeliveryError) as lost:
        await channel.deliver(to, CARD, mark="9-abcd")
    assert (lost.value.permanent, lost.value.unknown) == (False, True)
    _, message = server.workspace.cards(room)
    assert await channel.find(to, "9-abcd") == f"{room}:{message['ts']}"


async def test_a_mark_far_back_in_the_history_is_found(
    server: SlackServer, channel: SlackChannel
) -> None:
    made = await channel.deliver(TO, CARD, mark="9-abcd")
    for number in range(450):
        server.workspace.types(ANA, f"line {number}")
    assert await channel.find(TO, "9-abcd") == made


async def test_a_post_that_never_arrived_is_not_found(
    server: SlackServer, channel: SlackChannel
) -> None:
    server.fail["chat.postMessage"] = ["internal_error"]
    with pytest.raises(DeliveryError) as lost:
        await channel.deliver(TO, CARD, mark="9-abcd")
    assert lost.value.unknown
    assert await channel.find(TO, "9-abcd") is None


async def test_a_process_that_knows_nothing_finds_what_another_posted(
    server: SlackServer, channel: SlackChannel
) -> None:
    made = await channel.deliver(TO, CARD, mark="9-abcd")
    after = start(server)
    assert await after.find(TO, "9-abcd") == made
    await after.close()


async def test_of_a_long_card_only_the_missing_pages_are_posted(
    server: SlackServer, channel: SlackChannel
) -> None:
    long = replace(CARD, say="room 412 " * 3000)
    server.fail["chat.postMessage"] = []
    server.burst = 2
    with pytest.raises(DeliveryError):
        await channel.deliver(TO, long, mark="9-abcd")
    server.burst = None
    after = start(server)
    assert await after.find(TO, "9-abcd") is None
    made = await after.deliver(TO, long, mark="9-abcd")
    found = server.workspace.cards(ROOM)
    assert made == f"{ROOM}:{'+'.join(m['ts'] for m in found)}"
    assert "".join(readable(m["blocks"]) for m in found).count("room 412") == 3000
    assert await channel.find(TO, "9-abcd") == made
    await after.close()


async def test_a_flood_waits_as_long_as_slack_asks(
    server: SlackServer, channel: SlackChannel
) -> None:
    server.burst = 1
    await channel.deliver(TO, CARD)
    with pytest.raises(DeliveryError) as no:
        await channel.deliver(TO, replace(CARD, title="another"))
    assert (no.value.permanent, no.value.retry_after) == (False, 1.0)


@pytest.mark.parametrize(
    ("to", "words", "scope"),
    [
        (Address("slack", "C9"), "the channel is gone", "chat"),
        (Address("slack", "U9"), "the channel is gone", "chat"),
        (Address("web", "ana"), "is not Slack", "card"),
    ],
    ids=str,
)
async def test_a_chat_that_is_gone_is_not_tried_again(
    channel: SlackChannel, to: Address, words: str, scope: str
) -> None:
    with pytest.raises(DeliveryError, match=words) as no:
        await channel.deliver(to, CARD)
    assert (no.value.permanent, no.value.scope) == (True, scope)


@pytest.mark.parametrize(
    ("token", "words"),
    [("xoxb-0000000000-wrong", "set SLACK_BOT_TOKEN anew"), ("xapp-1-A0-wrong", "another kind")],
)
async def test_a_wrong_token_is_told_in_words_without_the_token(
    server: SlackServer, token: str, words: str
) -> None:
    channel = start(server, bot_token=token)
    with pytest.raises(DeliveryError, match=words) as no:
        await channel.deliver(TO, CARD)
    await channel.close()
    assert (no.value.permanent, no.value.scope) == (True, "channel")
    assert token not in str(no.value)


async def test_slack_out_of_reach_is_tried_again(server: SlackServer) -> None:
    channel = start(server, api_url="http://127.0.0.1:9/api/")
    with pytest.raises(DeliveryError, match="cannot be reached") as no:
        await channel.deliver(TO, CARD)
    await channel.close()
    assert not no.value.permanent


async def test_a_card_too_long_for_one_message_becomes_several_and_shrinks_again(
    server: SlackServer, channel: SlackChannel
) -> None:
    long = replace(CARD, say="room 412 " * 3000)
    made = await channel.deliver(TO, long)
    found = server.workspace.cards(ROOM)
    assert len(found) > 1
    assert "".join(readable(m["blocks"]) for m in found).count("room 412") == 3000
    assert [labels(m) for m in found] == [[]] * (len(found) - 1) + [["Did it"]]
    await channel.deliver(TO, CARD, made)
    (left,) = server.workspace.cards(ROOM)
    assert labels(left) == ["Did it"]


async def test_hostile_text_stands_whole_and_inert_in_her_chat(
    server: SlackServer, channel: SlackChannel
) -> None:
    for text in HOSTILE:
        server.workspace.messages.clear()
        await channel.deliver(TO, Card(text, facts=(Fact("Line", text),)))
        cards = server.workspace.cards(ROOM)
        seen = squeezed("".join(readable(card["blocks"]) for card in cards))
        assert seen.count(squeezed(text)) >= 2
        assert all(card["parse"] == "none" and not card["mrkdwn"] for card in cards)
        assert not [card for card in cards if set("<>") & set(card["text"])]


async def test_the_home_tab_is_published_and_replaced(
    server: SlackServer, channel: SlackChannel
) -> None:
    home = Address("slack", ANA, "home")
    made = await channel.deliver(home, CARD)
    assert await channel.deliver(home, replace(CARD, title="two open"), made) == made
    assert "two open" in readable(server.workspace.homes[ANA]["blocks"])
    assert not server.workspace.cards(ROOM)
