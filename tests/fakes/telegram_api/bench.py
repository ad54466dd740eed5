"""The conversation behind a real Telegram channel before a fake Telegram: what is typed there comes
in as updates, what is answered stands in its chats."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from bot.channels.base import Besides, DeliveryError, Receipt
from bot.channels.telegram import TelegramChannel
from bot.conversations.types import Address, Card, Event, Lane, Person, Turn
from bot.settings import TelegramSettings
from tests.fakes.desk import AGENT, BOSS, CLERK, OTHER, TRAINER, FakeDesk
from tests.fakes.telegram_api.server import TelegramApi, telegram_api
from tests.fakes.telegram_api.world import TOKEN, Message

ACCOUNTS = {"ana": 101, "bo": 102, "marta": 103, "tom": 104, "lee": 105}
ANA, BO, MARTA = ACCOUNTS["ana"], ACCOUNTS["bo"], ACCOUNTS["marta"]
STRANGER = 999
CODE = "WELCOME-1234"


@dataclass
class FakeDoor:
    """Knows the people of the small hotel; one code lets somebody in."""

    people: dict[str, Person]
    knocks: list[tuple[str, str, str]] = field(default_factory=list)

    async def who(self, channel: str, account: str) -> Person | None:
        return self.people.get(account) if channel == "telegram" else None

    async def knock(
        self, channel: str, account: str, name: str, text: str, language: str = ""
    ) -> Card:
        self.knocks.append((account, name, text))
        if text.strip() != CODE:
            return Card("You are not enrolled here", "stop", note="Ask for an invitation.")
        self.people[account] = Person(
            "new", name, "staff", "hotel", Address(channel, account), language=language
        )
        return Card(f"Welcome, {name}", "good")

    async def left(self, channel: str, account: str) -> None:
        self.people.pop(account, None)


class Bench:
    """Keeps events and cards as the desk and the courier do."""

    def __init__(self, api: TelegramApi) -> None:
        self.api = api
        self.desk = FakeDesk()
        for person in (CLERK, OTHER, BOSS, TRAINER, AGENT):
            to = Address("telegram", str(ACCOUNTS[person.id]))
            self.desk.memory.everybody[person.id] = replace(person, address=to)
            api.person(ACCOUNTS[person.id])
        everybody = self.desk.memory.everybody
        self.door = FakeDoor({str(n): everybody[who] for who, n in ACCOUNTS.items()})
        self.events: list[Event] = []
        self.trouble: Exception | None = None
        self.poison = ""
        """A line with this word in it can never be kept."""
        self.light = False
        """True: events are kept and nothing is answered."""
        self.places: dict[tuple[Address, str], str] = {}
        self.cards: dict[tuple[Address, str], Card] = {}
        self.saying: list[asyncio.Task[None]] = []
        self.besides = Besides(self.say, self.leave_out)
        self.left_out: list[tuple[str, Address | None, str]] = []
        self.lanes: list[Lane] = []
        """Of what was said beside the cards."""
        self.written: Counter[str] = Counter()
        self.order: dict[tuple[str, str], None] = {}
        """Chat and message id, the one changed last at the end."""

    def channel(self, **access: str) -> TelegramChannel:
        told = TelegramSettings(bot_token=TOKEN, base_url=self.api.base_url, **access)
        return TelegramChannel(
            told, self.door, lambda: self.desk.now, self.recall, self.besides, again=0.01
        )

    async def leave_out(self, key: str, chat: Address | None, why: str) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.left_out.append((key, chat, why))

    def say(self, to: Address, card: Card, lane: Lane) -> None:
        """At once: what waits for what is the courier's."""
        self.lanes.append(lane)
        self.saying.append(asyncio.create_task(self._said(to, card)))

    async def _said(self, to: Address, card: Card) -> None:
        with contextlib.suppress(DeliveryError):
            await self.sending.deliver(to, card)

    async def recall(self, place: Address, message: str) -> Card | None:
        return self.cards.get((place, message))

    async def receive(self, event: Event) -> Receipt:
        if self.trouble is not None:
            raise self.trouble
        if self.poison and self.poison in getattr(event, "text", ""):
            raise ValueError(self.poison)
        if event.key in self.desk.seen:
            return "again"
        self.events.append(event)
        if self.light:
            self.desk.seen.add(event.key)
            return "new"
        await self.show(self.desk._happen(event))
        return "new"

    async def show(self, turn: Turn) -> None:
        for post in turn.posts:
            place = (post.to, post.slot)
            old = "" if post.fresh else self.places.get(place, "")
            new = await self.sending.deliver(post.to, post.card, old)
            self.places[place] = new
            for number in new.split(","):
                self.cards[post.to, number] = post.card
            self.written[post.to.chat] += 1
            self.order.pop((post.to.chat, new), None)
            self.order[post.to.chat, new] = None

    sending: TelegramChannel

    @asynccontextmanager
    async def running(self, **access: str) -> AsyncIterator[TelegramChannel]:
        """The channel taking events in, for as long as the block runs."""
        channel = self.sending = self.channel(**access)
        task = asyncio.create_task(channel.run(self.receive))
        try:
            await until(lambda: channel.open or task.done())
            yield channel
        finally:
            task.cancel()
            await asyncio.gather(task, *self.saying, return_exceptions=True)
            await channel.close()

    async def settled(self, within: float = 60.0) -> None:
        """Until everything that waited with Telegram is confirmed, and all is said."""
        async with asyncio.timeout(within):
            await self.api.all_confirmed()
            await self.sending.idle()
            await asyncio.gather(*self.saying)

    def last(self, user: int) -> Message:
        """The newest message before somebody."""
        return self.api.standing(user)[-1]

    def kept(self) -> list[str]:
        """The lines kept, in order."""
        return [str(getattr(e, "text", "")) for e in self.events]


GLANCE: Final = 0.001
"""Seconds between two looks. Without them a test that waits for a socket takes a processor away
from those that work."""


async def until(true: Callable[[], bool], within: float = 60.0) -> None:
    """Lets everything else go on until that is so."""
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110 - what is waited for rings no bell
            await asyncio.sleep(GLANCE)


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    """A small hotel on Telegram."""
    async with telegram_api() as api:
        yield Bench(api)
