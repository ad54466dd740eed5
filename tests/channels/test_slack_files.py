"""Files: a table goes out once whatever happens, a picture that comes in is noted, not fetched."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.channels.base import DeliveryError
from bot.channels.slack import SlackChannel
from bot.channels.slack.events import NO_LINE
from bot.conversations.types import Address, Attached, Card, File, Said
from tests.channels.slack_world import ANA, NOON, FakeDoor, World, people_of, settings, world
from tests.fakes.slack_api.server import SlackServer
from tests.fakes.slack_api.workspace import picture, readable

TABLE = File("hotel-2026-W47.csv", "group,what,value\r\nMoments,This week,40\r\n")
CARD = Card("The week as a table", files=(TABLE,))
TO, ROOM = Address("slack", ANA), "D0ANA"
COMPLETE = "files.completeUploadExternal"
PICTURE = Attached("picture", "slack", "https://example.slack.com/files/U0ANA/F0PIC")


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with SlackServer() as made:
        people_of(made)
        yield made


@pytest.fixture
async def channel(server: SlackServer) -> AsyncIterator[SlackChannel]:
    made = SlackChannel(settings(server, http=True), FakeDoor(), lambda: NOON)
    yield made
    await made.close()


def names(server: SlackServer, room: str = ROOM) -> list[str]:
    return [file["name"] for file in server.workspace.files(room)]


async def test_a_file_comes_below_its_card_with_all_that_is_in_it(
    server: SlackServer, channel: SlackChannel
) -> None:
    await channel.deliver(TO, CARD, mark="7-a")
    assert names(server) == [TABLE.name]
    (upload,) = server.uploads.files.values()
    assert upload.content == TABLE.content
    assert len(server.workspace.cards(ROOM)) == 1
    assert not server.refused


async def test_in_a_thread_the_file_stands_in_the_thread(
    server: SlackServer, channel: SlackChannel
) -> None:
    root = server.workspace.put("C0DESK", {"user": ANA, "text": "hello"})["ts"]
    await channel.deliver(Address("slack", "C0DESK", root), CARD)
    shared = [m for m in server.workspace.messages["C0DESK"].values() if "files" in m]
    assert [m["thread_ts"] for m in shared] == [root]


async def test_an_edited_card_brings_no_file_anew(
    server: SlackServer, channel: SlackChannel
) -> None:
    name = await channel.deliver(TO, CARD, mark="7-a")
    await channel.deliver(TO, replace(CARD, title="The same week"), name, mark="8-a")
    assert names(server) == [TABLE.name]


async def test_bytes_that_did_not_arrive_are_brought_again_and_nothing_was_shown(
    server: SlackServer, channel: SlackChannel
) -> None:
    server.uploads.refuse = 1
    with pytest.raises(DeliveryError) as problem:
        await channel.deliver(TO, CARD, mark="7-a")
    assert not problem.value.permanent
    assert not problem.value.unknown
    assert not server.workspace.cards(ROOM)
    await channel.deliver(TO, CARD, mark="7-a")
    assert names(server) == [TABLE.name]


@pytest.mark.parametrize("died", [False, True], ids=["same process", "after a crash"])
@pytest.mark.parametrize("lost", ["chat.postMessage", COMPLETE])
async def test_where_an_answer_was_lost_card_and_file_are_shown_once(
    server: SlackServer, channel: SlackChannel, lost: str, died: bool
) -> None:
    server.lose[lost] = 1
    with pytest.raises(DeliveryError) as problem:
        await channel.deliver(TO, CARD, mark="7-a")
    assert problem.value.unknown
    second = channel
    if died:
        second = SlackChannel(settings(server, http=True), FakeDoor(), lambda: NOON)
    if await second.find(TO, "7-a") is None:
        await second.deliver(TO, CARD, mark="7-a")
    await second.close()
    assert names(server) == [TABLE.name]
    assert len(server.workspace.cards(ROOM)) == 1


async def test_a_file_shown_later_than_slack_said_is_not_shown_twice(
    server: SlackServer, channel: SlackChannel
) -> None:
    server.lose[COMPLETE] = 1
    with pytest.raises(DeliveryError):
        await channel.deliver(TO, CARD, mark="7-a")
    late = server.workspace.messages[ROOM].popitem()
    assert await channel.find(TO, "7-a") is None
    await channel.deliver(TO, CARD, mark="7-a")
    server.workspace.messages[ROOM].update([late])
    assert names(server) == [TABLE.name]


@pytest.mark.parametrize("word", ["missing_scope", "storage_limit_reached"])
async def test_where_slack_takes_no_files_the_card_comes_and_says_why(
    server: SlackServer, channel: SlackChannel, word: str
) -> None:
    server.fail["files.getUploadURLExternal"] = [word]
    await channel.deliver(TO, CARD, mark="7-a")
    (card,) = server.workspace.cards(ROOM)
    assert "The file could not be sent" in readable(card["blocks"])
    assert await channel.find(TO, "7-a")


# --- in --------------------------------------------------------------------------------------


@pytest.fixture
async def slack() -> AsyncIterator[World]:
    async with world() as made:
        yield made


async def test_what_came_with_a_line_is_noted_by_its_link_without_its_name(slack: World) -> None:
    line = slack.space.types(ANA, "room 412 look at this", subtype="file_share", files=[picture()])
    await slack.send(line)
    assert isinstance(slack.desk.last, Said)
    assert slack.desk.last.text == "room 412 look at this"
    assert slack.desk.last.attached == (PICTURE,)


async def test_a_message_with_a_picture_logged_as_a_moment_brings_it_along(slack: World) -> None:
    message = {"user": "U0BO", "text": "room 412 look", "ts": "17.0001", "files": [picture()]}
    await slack.send(slack.space.logs_message(ANA, "C0DESK", message))
    assert isinstance(slack.desk.last, Said)
    assert slack.desk.last.attached == (PICTURE,)


async def test_a_file_without_a_line_is_answered_in_a_plain_sentence(slack: World) -> None:
    await slack.send(slack.space.types(ANA, "", subtype="file_share", files=[picture()]))
    await slack.settle()
    assert not slack.desk.events
    assert [m["text"] for m in slack.space.cards(ROOM)] == [NO_LINE]


@pytest.mark.parametrize("odd", ["x", [None], [{}], [{"permalink": 7}], {"a": 1}])
async def test_odd_files_spoil_no_line(slack: World, odd: object) -> None:
    await slack.send(slack.space.types(ANA, "room 412 look", files=odd))
    assert isinstance(slack.desk.last, Said)
    assert all(not each.ref for each in slack.desk.last.attached)
