"""Whoever hammers at the door in Slack is told once a minute, last, and lets nobody wait."""

from bot.channels.base import LAST
from bot.channels.slack import SlackChannel
from bot.conversations.types import Address, Card, Lane
from tests.channels.slack_world import NEW, NOON, FakeDoor, people_of, settings, world
from tests.fakes.slack_api.server import SlackServer


async def test_a_stranger_who_hammers_is_refused_once_a_minute() -> None:
    async with world() as slack:
        for number in range(20):
            await slack.send(slack.space.types(NEW, f"let me in {number}"))
        await slack.settle()
        assert len(slack.door.knocks) == 20
        assert len(slack.space.cards(slack.space.dm(NEW))) == 1


async def test_a_refusal_is_said_last_and_a_welcome_at_once() -> None:
    said: list[tuple[str, str, Lane]] = []

    def say(to: Address, card: Card, lane: Lane) -> None:
        said.append((to.chat, card.title, lane))

    async with SlackServer() as server:
        people_of(server)
        channel = SlackChannel(settings(server, http=True), FakeDoor(), lambda: NOON, say=say)
        for words in ("let me in", "CODE-1"):
            await channel._intake.take(server.workspace.types(NEW, words)[1])
        await channel._intake.close()
        await channel.close()
        assert server.workspace.cards(server.workspace.dm(NEW)) == []
    assert said == [
        (NEW, "You are not enrolled here", LAST),
        (NEW, "Welcome, Nia", "live"),
    ]
