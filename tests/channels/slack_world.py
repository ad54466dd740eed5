"""The Slack channel against the fake workspace, with a desk that keeps events and answers none."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot.channels.base import Receipt
from bot.channels.slack import SlackChannel
from bot.conversations.types import Address, Card, Event, Person
from bot.settings import SlackSettings
from tests.fakes.slack_api.server import APP_TOKEN, BOT_TOKEN, SECRET, SlackServer
from tests.fakes.slack_api.workspace import Sending

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
ANA, BO, MARTA, TOM, NEW = "U0ANA", "U0BO", "U0MARTA", "U0TOM", "U0NEW"


def person(account: str, name: str, role: str = "staff") -> Person:
    return Person(name.lower(), name, role, "hotel", Address("slack", account))  # type: ignore[arg-type]


@dataclass
class FakeDoor:
    """Who is enrolled; a line that is the code enrols."""

    people: dict[str, Person] = field(
        default_factory=lambda: {
            ANA: person(ANA, "Ana"),
            BO: person(BO, "Bo"),
            MARTA: person(MARTA, "Marta", "manager"),
            TOM: person(TOM, "Tom", "trainer"),
        }
    )
    knocks: list[tuple[str, str, str, str]] = field(default_factory=list)
    admitted: list[tuple[str, str, str, str]] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    gone: list[str] = field(default_factory=list)

    async def who(self, channel: str, account: str) -> Person | None:
        return self.people.get(account) if channel == "slack" else None

    async def knock(
        self, channel: str, account: str, name: str, text: str, language: str = ""
    ) -> Card:
        self.knocks.append((account, name, text, language))
        if text == "CODE-1":
            self.people[account] = person(account, name)
            return Card(f"Welcome, {name}", "good")
        return Card("You are not enrolled here", "stop")

    async def admit(
        self, channel: str, account: str, name: str, text: str, language: str = ""
    ) -> Person | None:
        self.admitted.append((account, name, text, language))
        if account in self.removed or text == "CODE-1":
            return None
        self.people[account] = person(account, name)
        return self.people[account]

    async def left(self, channel: str, account: str) -> None:
        self.gone.append(account)
        self.people.pop(account, None)


@dataclass
class FakeDesk:
    """Keeps every key once; can be slow or broken."""

    events: dict[str, Event] = field(default_factory=dict)
    broken: Exception | None = None
    held: asyncio.Event | None = None

    async def receive(self, event: Event) -> Receipt:
        if self.held:
            await self.held.wait()
        if self.broken:
            raise self.broken
        if event.key in self.events:
            return "again"
        self.events[event.key] = event
        return "new"

    @property
    def last(self) -> Event:
        return list(self.events.values())[-1]


class World:
    """Everything together. ``send`` goes over the socket or over HTTP, as the world was made."""

    running: asyncio.Task[None]

    def __init__(self, server: SlackServer, channel: SlackChannel, door: FakeDoor) -> None:
        self.server = server
        self.space = server.workspace
        self.channel = channel
        self.door = door
        self.desk = FakeDesk()
        self.at = ""

    async def send(self, sending: Sending) -> dict[str, object] | None:
        """The acknowledgement; None where there was none."""
        import json

        if not self.at:
            return await self.server.over_socket(sending)
        status, body = await self.server.over_http(sending, self.at)
        if status != 200:
            return None
        return json.loads(body) if body.startswith("{") else {"text": body} if body else {}

    async def settle(self) -> None:
        """Waits until nothing is under way."""
        await self.channel._intake.close()


def settings(server: SlackServer, *, http: bool, **more: Any) -> SlackSettings:
    tokens = {"signing_secret": SECRET} if http else {"app_token": APP_TOKEN}
    return SlackSettings(**{"bot_token": BOT_TOKEN, "api_url": server.url, **tokens, **more})


def people_of(server: SlackServer) -> None:
    for account, name in ((ANA, "Ana"), (BO, "Bo"), (MARTA, "Marta"), (TOM, "Tom"), (NEW, "Nia")):
        server.workspace.join(account, name)


@contextlib.asynccontextmanager
async def world(*, http: bool = False, **more: Any) -> AsyncIterator[World]:
    async with SlackServer() as server:
        people_of(server)
        door = FakeDoor()
        channel = SlackChannel(settings(server, http=http, **more), door, lambda: NOON)
        made = World(server, channel, door)
        made.running = running = asyncio.create_task(channel.run(made.desk.receive))
        try:
            if http:
                async with serving(channel) as made.at:
                    yield made
            else:
                yield made
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await channel.close()


class ReadyServer(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@contextlib.asynccontextmanager
async def serving(channel: SlackChannel) -> AsyncIterator[str]:
    """The channel's route on a real port."""
    sock = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=channel.routes())
    config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", access_log=False)
    server = ReadyServer(config)
    task = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        await server.ready.wait()
        yield f"http://127.0.0.1:{sock.getsockname()[1]}/slack/events"
    finally:
        server.should_exit = True
        await task
        sock.close()
