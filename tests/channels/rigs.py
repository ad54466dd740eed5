"""The three channels, each before its own platform's stand-in, worked in the same way.

Ana and Bo are enrolled and have a private chat each; on Slack and Telegram there is a group too.
What stands in a chat is read from the platform's side, and what somebody does there comes in over
the wire.
"""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.channels.base import Channel, Receipt
from bot.channels.web import WebChannel
from bot.conversations.types import Address, Card, Event
from tests.channels import slack_world
from tests.fakes.slack_api.workspace import Node, labels, readable
from tests.fakes.telegram_api.bench import ACCOUNTS, STRANGER, Bench, bench, until
from tests.fakes.telegram_api.world import BOT, Message, RefusedError
from tests.fakes.web_page import Page, web_chat
from tests.fakes.web_world import NOON, PEOPLE, SITES, Book

MORE, LESS = "More …", "Less"
TAPPABLE = {"url", "mention", "email", "bot_command", "hashtag", "cashtag", "text_link"}
GROUP = -1001


@dataclass
class Seen:
    """One message or line as it stands: what is read, what can be pressed, and what of its text
    the platform has made into something live."""

    words: str
    buttons: list[str] = field(default_factory=list)
    live: list[str] = field(default_factory=list)


@dataclass
class Ears:
    """Keeps each event once, as the desk does."""

    events: dict[str, Event] = field(default_factory=dict)

    async def receive(self, event: Event) -> Receipt:
        known = event.key in self.events
        self.events.setdefault(event.key, event)
        return "again" if known else "new"

    @property
    def last(self) -> Event:
        return list(self.events.values())[-1]


class Rig(ABC):
    """A channel and its platform. ``ana`` and ``bo`` are private chats."""

    ana: Address
    bo: Address
    group: Address | None = None
    channel: Channel

    def __init__(self) -> None:
        self.ears = Ears()

    async def show(self, to: Address, card: Card, replaces: str = "") -> str:
        """As the courier does it."""
        return await self.channel.deliver(to, card, replaces)

    @abstractmethod
    async def standing(self, to: Address) -> list[Seen]:
        """What stands there, oldest first."""

    @abstractmethod
    async def press(self, label: str, *, times: int = 1) -> None:
        """Ana presses a button of the newest card before her; the press is brought so often."""


class PlatformRig(Rig):
    """A platform that can fail, and has groups."""

    @abstractmethod
    async def types_in_group(self, text: str, *, enrolled: bool = True) -> None:
        """Somebody says that to us before everybody."""

    @abstractmethod
    def dies(self, to: Address) -> None:
        """Nothing reaches that chat any more."""

    @abstractmethod
    def slows_down(self, to: Address) -> None:
        """The next card for that chat is told to wait a second."""

    @abstractmethod
    def lets_go(self, to: Address) -> None:
        """Cards for that chat are taken again."""

    @abstractmethod
    def loses_an_answer(self) -> None:
        """The next card stands, and its sender does not hear of it."""

    @abstractmethod
    def attempts(self, to: Address) -> int:
        """How often a new card was brought to that chat, refused ones too."""

    @property
    @abstractmethod
    def knocks(self) -> int:
        """How many strangers were asked for a code."""


class WebRig(Rig):
    """The built-in chat: its cards are written in the transcript before it is rung."""

    ana, bo = Address("web", "mira"), Address("web", "jonas")

    def __init__(self) -> None:
        super().__init__()
        self.book = Book(list(PEOPLE))
        self.channel = self.web = WebChannel(self.book, lambda: NOON, sites=lambda: SITES)
        self.pages: dict[str, Page] = {}
        self._slots: dict[str, str] = {}

    async def show(self, to: Address, card: Card, replaces: str = "") -> str:
        slot = self._slots.get(replaces, f"slot{len(self._slots)}")
        line = self.book.put(to, slot, card=card)
        made = await self.web.deliver(to, card, replaces)
        self._slots[made] = slot
        await self.pages[to.chat].until(line.seq)
        return made

    async def standing(self, to: Address) -> list[Seen]:
        found = []
        for line in await self.pages[to.chat].anew():
            assert line == self.pages[to.chat].lines[line.slot]
            live = sorted(line.tags & {"a", "script", "img", "style", "iframe", "b", "i", "object"})
            buttons = [b.label for b in line.card.buttons] if line.card else []
            found.append(Seen(line.words, buttons, live))
        return found

    async def press(self, label: str, *, times: int = 1) -> None:
        page = self.pages[self.ana.chat]
        (button,) = [b for b in page.cards()[-1].buttons if b.label == label]
        for number in range(times):
            told = await page.post(
                "/tap", f"press-{len(self.ears.events) - bool(number)}", tap=button.tap
            )
            assert told == (202, {"receipt": "again" if number else "new"})


class SlackRig(PlatformRig):
    """Slack, over its socket."""

    ana, bo = Address("slack", slack_world.ANA), Address("slack", slack_world.BO)
    group = Address("slack", "C0DESK")

    def __init__(self, world: slack_world.World) -> None:
        super().__init__()
        self.world, self.server, self.space = world, world.server, world.space
        self.channel = world.channel
        world.desk.events = self.ears.events

    async def standing(self, to: Address) -> list[Seen]:
        return [self._seen(message) for message in self._messages(to)]

    def _messages(self, to: Address) -> list[Node]:
        room = to.chat if to.chat.startswith("C") else self.space.dm(to.chat)
        return self.space.cards(room)

    def _seen(self, message: Node) -> Seen:
        buttons = labels(message) + labels(message, more=True)
        return Seen(readable(message["blocks"]), buttons, _live(message))

    async def press(self, label: str, *, times: int = 1) -> None:
        message = self._messages(self.ana)[-1]
        room = self.space.dm(self.ana.chat)
        sending = self.space.presses(self.ana.chat, room, message, label)
        for _ in range(times):
            assert await self.world.send(sending) is not None

    async def types_in_group(self, text: str, *, enrolled: bool = True) -> None:
        who = self.ana.chat if enrolled else slack_world.NEW
        assert await self.world.send(self.space.mentions(who, text)) is not None
        await self.world.settle()

    def dies(self, to: Address) -> None:
        self.space.people[to.chat]["deleted"] = True

    def slows_down(self, to: Address) -> None:
        self.server.fail["chat.postMessage"] = ["ratelimited"]

    def lets_go(self, to: Address) -> None:
        self.server.fail["chat.postMessage"].clear()

    def loses_an_answer(self) -> None:
        self.server.lose["chat.postMessage"] = 1

    def attempts(self, to: Address) -> int:
        refused = [method for method, _ in self.server.refused].count("chat.postMessage")
        return len(self._messages(to)) + refused

    @property
    def knocks(self) -> int:
        return len(self.world.door.knocks)


def _live(message: Node) -> list[str]:
    """What Slack would make live: anything of its own markup, or text it is to look for it in."""
    found = ["mrkdwn"] if "mrkdwn" in json.dumps(message["blocks"]) else []
    found += ["notice"] if "<" in message["text"] or message.get("parse") == "full" else []
    for block in message["blocks"]:
        if block["type"] == "rich_text":
            found += [kind for kind in _leaves(block) if kind != "text"]
    return found


def _leaves(node: Node) -> list[str]:
    below = node.get("elements", [])
    return [kind for each in below for kind in _leaves(each)] if below else [node["type"]]


class TelegramRig(PlatformRig):
    """Telegram, polled."""

    ana = Address("telegram", str(ACCOUNTS["ana"]))
    bo = Address("telegram", str(ACCOUNTS["bo"]))
    group = Address("telegram", str(GROUP))

    def __init__(self, hotel: Bench) -> None:
        super().__init__()
        self.hotel, self.api = hotel, hotel.api
        self.api.group(GROUP)

    async def show(self, to: Address, card: Card, replaces: str = "") -> str:
        made = await super().show(to, card, replaces)
        for number in made.split(","):
            self.hotel.cards[to, number] = card
        return made

    async def standing(self, to: Address) -> list[Seen]:
        return [self._seen(message) for message in self.api.standing(int(to.chat))]

    def _seen(self, message: Message) -> Seen:
        live = [each.type for each in message.entities if each.type in TAPPABLE]
        return Seen(message.text, list(message.buttons()), live)

    async def press(self, label: str, *, times: int = 1) -> None:
        user = int(self.ana.chat)
        if label not in self.hotel.last(user).buttons():
            self.api.presses_button(user, self.hotel.last(user), MORE)
            await self.hotel.settled()
        update = self.api.presses_button(user, self.hotel.last(user), label)
        await self.hotel.settled()
        for _ in range(times - 1):
            await self.hotel.sending.take(update)

    async def types_in_group(self, text: str, *, enrolled: bool = True) -> None:
        who = int(self.ana.chat) if enrolled else STRANGER
        self.api.writes(who, f"@{BOT['username']} {text}", GROUP)
        await self.hotel.settled()

    def dies(self, to: Address) -> None:
        self.api.chats[int(to.chat)].blocked = True

    def slows_down(self, to: Address) -> None:
        self.api.chats[int(to.chat)].wait = 1

    def lets_go(self, to: Address) -> None:
        self.api.chats[int(to.chat)].wait = 0

    def loses_an_answer(self) -> None:
        carried_out = self.api.call

        def lose(method: str, given: Mapping[str, str]) -> object:
            done = carried_out(method, given)
            if method != "sendMessage":
                return done
            self.api.call = carried_out  # type: ignore[method-assign]
            raise RefusedError(502, "Bad Gateway")

        self.api.call = lose  # type: ignore[method-assign]

    def attempts(self, to: Address) -> int:
        return [(m, given.get("chat_id")) for m, given in self.api.calls].count(
            ("sendMessage", to.chat)
        )

    @property
    def knocks(self) -> int:
        return len(self.hotel.door.knocks)


@asynccontextmanager
async def web_rig() -> AsyncIterator[WebRig]:
    """The built-in chat, with Ana's and Bo's pages open."""
    rig = WebRig()
    async with web_chat(rig.web, rig.ears.receive) as address:
        rig.pages = {to.chat: await Page(address, to.chat).open() for to in (rig.ana, rig.bo)}
        try:
            yield rig
        finally:
            for page in rig.pages.values():
                await page.close()


@asynccontextmanager
async def slack_rig() -> AsyncIterator[SlackRig]:
    """A workspace."""
    async with slack_world.world() as world:
        await asyncio.wait_for(world.server.connected.wait(), 60)
        yield SlackRig(world)


@asynccontextmanager
async def telegram_rig() -> AsyncIterator[TelegramRig]:
    """A bot in a few chats."""
    async with bench() as hotel:
        rig = TelegramRig(hotel)
        hotel.receive = rig.ears.receive  # type: ignore[method-assign]
        async with hotel.running() as channel:
            rig.channel = channel
            await until(lambda: channel.open)
            yield rig


RIGS = {"web": web_rig, "slack": slack_rig, "telegram": telegram_rig}
