"""The whole of Fifteen behind Slack: from the first code to a card, restarts and lost answers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import App, build
from bot.clock import FastClock
from bot.settings import Settings
from tests.channels.slack_world import ANA, BO, people_of
from tests.fakes.desk import NOON
from tests.fakes.slack_api.server import APP_TOKEN, BOT_TOKEN, SECRET, SlackServer
from tests.fakes.slack_api.workspace import Node, Sending, readable

ROOM = "D0ANA"
LAST = 130


def told(server: SlackServer, folder: Path, *, http: bool) -> Settings:
    more = (
        {"slack_signing_secret": SECRET, "public_host": "fifteen.example.com"}
        if http
        else {"slack_app_token": APP_TOKEN}
    )
    return Settings(
        data_dir=folder,
        port=0,
        tick_seconds=0.1,
        slack_bot_token=BOT_TOKEN,
        slack_api_url=server.url,
        **more,  # type: ignore[arg-type]
    )


class Running:
    """A running Fifteen, and how Slack reaches it."""

    def __init__(self, app: App, server: SlackServer, address: str, *, http: bool) -> None:
        self.app = app
        self.server = server
        self._at = f"{address}/slack/events" if http else ""

    async def send(self, sending: Sending) -> None:
        """As Slack does: again, until it is acknowledged."""
        for _ in range(20):
            if not self._at:
                if await self.server.over_socket(sending) is not None:
                    return
            elif (await self.server.over_http(sending, self._at))[0] == 200:
                return
        raise AssertionError("never acknowledged")

    def cards(self, room: str = ROOM) -> list[Node]:
        return self.server.workspace.cards(room)

    def titled(self, words: str, room: str = ROOM) -> list[Node]:
        return [m for m in self.cards(room) if words in readable(m["blocks"])]


@asynccontextmanager
async def running(
    server: SlackServer, folder: Path, *, http: bool = False
) -> AsyncIterator[Running]:
    server.connected.clear()
    app = build(told(server, folder, http=http), FastClock(NOON, 20))
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(app.serve(ready.set_result))
    await asyncio.wait({ready, task}, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield Running(app, server, ready.result(), http=http)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(check: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not check():  # noqa: ASYNC110 - what is waited for happens on the far side
            await asyncio.sleep(0.01)


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with SlackServer() as made:
        people_of(made)
        yield made


async def enrol(house: Running) -> None:
    code = await asyncio.to_thread(house.app.first_code)
    await house.send(house.server.workspace.types(ANA, code))
    await until(lambda: house.titled("Welcome"))


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_from_the_first_code_to_a_card_that_is_edited_in_place(
    server: SlackServer, home: Path, http: bool
) -> None:
    async with running(server, home, http=http) as house:
        space = server.workspace
        await house.send(space.types(ANA, "guest 412 furious no towels"))
        await until(lambda: house.titled("not enrolled"))
        await enrol(house)
        await house.send(space.types(ANA, "guest 412 furious room not ready"))
        await until(lambda: house.titled("412 ·"))
        (card,) = house.titled("412 ·")
        await house.send(space.presses(ANA, ROOM, card, "Did it"))
        await until(lambda: house.titled("Noted as done"))
        assert len(house.titled("412 ·")) == 1
        await house.send(space.opens_home(ANA))
        await until(lambda: ANA in space.homes)
        await house.send(space.types(ANA, "table"))
        await until(lambda: space.files(ROOM))
    assert server.refused == []


async def test_a_card_whose_answer_was_lost_is_shown_once(server: SlackServer, home: Path) -> None:
    async with running(server, home) as house:
        await enrol(house)
        server.lose["chat.postMessage"] = 1
        await house.send(server.workspace.types(ANA, "guest 412 furious room not ready"))
        await until(lambda: server.calls["conversations.history"])
        (card,) = house.titled("412 ·")
        await house.app.courier.idle()
        await house.send(server.workspace.presses(ANA, ROOM, card, "Did it"))
        await until(lambda: house.titled("Noted as done"))
        assert len(house.titled("412 ·")) == 1


async def test_a_process_that_ends_before_it_noted_the_card_does_not_repeat_it(
    server: SlackServer, home: Path
) -> None:
    async with running(server, home) as house:
        await enrol(house)
        server.lose["chat.postMessage"] = 1
        await house.send(server.workspace.types(ANA, "guest 412 furious room not ready"))
        await until(lambda: house.titled("412 ·"))
    async with running(server, home) as house:
        await until(lambda: server.calls["conversations.history"])
        await house.send(server.workspace.types(ANA, "room 7 no towels"))
        await until(lambda: house.titled("7 ·"))
        assert len(house.titled("412 ·")) == 1


async def test_whoever_is_shut_out_of_slack_is_shut_out_here(
    server: SlackServer, home: Path
) -> None:
    async with running(server, home) as house:
        await enrol(house)
        user = server.workspace.people[ANA]
        user["deleted"] = True
        await house.send(server.workspace.event({"type": "user_change", "user": user}))
        user["deleted"] = False
        await house.send(server.workspace.types(ANA, "guest 412 furious room not ready"))
        await until(lambda: house.titled("not enrolled"))
        assert not house.titled("412 ·")
        assert not server.workspace.cards(server.workspace.dm(BO))
