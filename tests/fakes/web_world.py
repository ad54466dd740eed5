"""A small world around the web channel: a transcript in memory, and a receiver that answers with
cards as the conversation would. Both can be told to fail."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from itertools import count

from bot.channels.base import Receipt
from bot.channels.web import WebChannel, listen, local_hosts, web_app, web_server
from bot.conversations.types import (
    Address,
    Bar,
    Button,
    Card,
    Fact,
    Field,
    Filled,
    Form,
    Line,
    Person,
    Said,
    Tapped,
)
from playbooks.engine.schema import Hours, Limit, Site

NOON = datetime(2026, 3, 9, 11, 0, tzinfo=UTC)
ALL_DAY = Hours(time(0), time(0))


def site(site_id: str, name: str, zone: str) -> Site:
    return Site(
        id=site_id,
        name=name,
        pack="hotel",
        timezone=zone,
        currency="EUR",
        price=14000,
        limits={"staff": Limit(2500, 10000)},
        working=ALL_DAY,
        quiet=None,
        duties={"duty_manager": "ext. 9"},
    )


SITES: Mapping[str, Site] = {
    "lindenhof": site("lindenhof", "Hotel Lindenhof", "Europe/Berlin"),
    "line": site("line", "Guest Line", "America/New_York"),
}
PEOPLE = (
    Person("mira", "Mira Vogt", "staff", "lindenhof"),
    Person("jonas", "Jonas Adeyemi", "manager", "lindenhof"),
    Person("tess", "Tess Okafor", "trainer", "lindenhof"),
    Person("ravi", "Ravi <b>Anand</b>", "staff", "line"),
    Person("gone", "Gone Away", "staff", "line", active=False),
)

ANSWER = Card(
    title="Room not ready, second time",
    say=(
        "Mr Haas, this is the second time and that is on us. I am moving you into 610 now, and I "
        "will bring the key to the bar myself within ten minutes."
    ),
    do=(
        "Walk him to the bar and order what he likes on the house, now",
        "Ring housekeeping on 21 and have 610 released within 5 minutes",
        "Bring the key in person by 12:10",
    ),
    facts=(
        Fact("You may", "Up to 25.00 EUR without asking; 75.00 EUR left today.", "green"),
        Fact("Told", "Duty manager Jonas Adeyemi knows and is reachable on ext. 9."),
        Fact("Promise", "Key in his hand by 12:10; I remind you at 12:05.", "amber"),
        Fact("Why this", "With us now, waiting, furious, happened before."),
    ),
    note="Put right in 14 of 17 here (59 to 94 %).",
    buttons=(
        Button("Did it", "did.m1", "primary"),
        Button("Another idea", "other.m1"),
        Button("Get help", "help.m1", "danger"),
        Button("Gave something", "gave.m1", more=True),
        Button("Not this", "wrong.m1", more=True),
        Button("Hand over", "hand.m1", more=True),
    ),
)
OTHER = replace(
    ANSWER, say="Mr Haas, I am sorry we failed you twice. Your room is 610, and here is its key."
)
GIVEN = Card(
    title="What did you give?",
    tone="ask",
    form=Form(
        "given.m1",
        (
            Field("amount", "How much, in EUR?", "number", required=True),
            Field("what", "What was it?", "choice", (("drink", "Drink"), ("meal", "Meal"))),
            Field("words", "In the guest's words", "long"),
        ),
    ),
)
DIGEST = Card(
    title="Hotel Lindenhof, 2 to 8 March",
    tone="quiet",
    bars=(
        Bar("Waiting", 14, 1.0, "6 put right"),
        Bar("Faulty or poor", 9, 0.64),
        Bar("Praise", 3, 0.21, "too few to say"),
    ),
    note="Median time to the first step: 4 minutes.",
)
DONE = replace(ANSWER, title="Room not ready: done", tone="good", buttons=(ANSWER.buttons[2],))


@dataclass
class Book:
    """A transcript in memory: the port's rules and nothing else."""

    people_now: list[Person] = field(default_factory=lambda: list(PEOPLE))
    kept: dict[Address, dict[str, Line]] = field(default_factory=dict)
    broken: Exception | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def lines(self, address: Address, after: int, limit: int) -> list[Line]:
        if self.broken:
            raise self.broken
        found = sorted(self.kept.get(address, {}).values(), key=lambda line: line.seq)
        newer = [line for line in found if line.seq > after]
        return newer[:limit] if after else newer[-limit:]

    async def people(self) -> list[Person]:
        return list(self.people_now)

    def put(
        self, to: Address, slot: str, text: str = "", card: Card | None = None, fresh: bool = False
    ) -> Line:
        chat = self.kept.setdefault(to, {})
        seq = next(self.numbers)
        old = chat.get(slot)
        position = old.position if old and not fresh else seq
        chat[slot] = Line(seq, position, NOON + timedelta(seconds=seq), slot, text, card)
        return chat[slot]


@dataclass
class Desk:
    """Receives as the real one does: keeps each key once, writes line and card, delivers."""

    book: Book
    channel: WebChannel
    events: dict[str, Said | Tapped | Filled] = field(default_factory=dict)
    broken: Exception | None = None
    lost_answers: int = 0
    """So many events are kept and answered, and the page is told that they were not."""
    held: asyncio.Event | None = None
    """While set up and not set, cards are not answered."""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, event: Said | Tapped | Filled) -> Receipt:
        if self.broken:
            raise self.broken
        if event.key in self.events:
            return "again"
        self.events[event.key] = event
        self.arrived.set()
        if isinstance(event, Said):
            self.book.put(event.address, f"said:{event.key}", text=event.text)
        if self.held is not None:
            await self.held.wait()
        await self.answer(event)
        if self.lost_answers:
            self.lost_answers -= 1
            raise ConnectionError("the answer is lost")
        return "new"

    async def answer(self, event: Said | Tapped | Filled) -> None:
        if isinstance(event, Said):
            await self.show(event.address, *self._spoken(event))
            return
        verb = event.tap.partition(".")[0]
        found = {"did": DONE, "other": OTHER, "gave": GIVEN}.get(verb)
        if found:
            slot = "form" if found is GIVEN else "m1"
            await self.show(event.address, slot, found, fresh=found is GIVEN)

    def _spoken(self, event: Said) -> tuple[str, Card]:
        person = next(one for one in self.book.people_now if one.id == event.person)
        if event.text in ("on", "off"):
            place = self.book.people_now.index(person)
            self.book.people_now[place] = replace(person, shift=event.text)
            return f"s-{event.key}", Card(f"You are {event.text} shift", "good")
        if event.text == "digest":
            return f"d-{event.key}", DIGEST
        words = Card("Added", "quiet", say=f"You said: {event.text}")
        chat = self.book.kept[event.address]
        return ("m1", ANSWER) if "m1" not in chat else (f"c-{event.key}", words)

    async def show(self, to: Address, slot: str, card: Card, fresh: bool = False) -> None:
        replaces = slot if slot in self.book.kept.get(to, {}) else ""
        self.book.put(to, slot, card=card, fresh=fresh)
        await self.channel.deliver(to, card, replaces)


class World:
    """The channel over real sockets, in a thread of its own; it can go away and come back."""

    def __init__(self, *, demo: bool = False, heartbeat: float = 15.0) -> None:
        self.book = Book()
        self.channel = WebChannel(
            self.book, lambda: NOON, sites=lambda: SITES, demo=demo, heartbeat=heartbeat
        )
        self.desk = Desk(self.book, self.channel)
        self.port = 0
        self._stop: Callable[[], None] = lambda: None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        sock = listen("127.0.0.1", self.port)
        self.port = sock.getsockname()[1]
        app = web_app(self.channel, allowed_hosts=local_hosts(self.port))
        ready = threading.Event()
        server = web_server(app, self.channel, ready.set)

        async def main() -> None:
            self._loop = asyncio.get_running_loop()
            run = asyncio.create_task(self.channel.run(self.desk.receive))
            serving = asyncio.create_task(server.serve(sockets=[sock]))
            await serving
            run.cancel()
            await asyncio.gather(run, return_exceptions=True)
            sock.close()

        self._thread = threading.Thread(target=lambda: asyncio.run(main()))
        self._thread.start()
        assert ready.wait(10)
        self._stop = lambda: setattr(server, "should_exit", True)

    def stop(self) -> None:
        self._stop()
        if self._thread:
            self._thread.join(10)
            assert not self._thread.is_alive()
        self._thread = None

    def do(self, work: Callable[[], object]) -> None:
        """Runs a piece of work where the channel lives, and waits for it."""
        assert self._loop
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (work(), done.set()))
        assert done.wait(10)

    def show(self, to: Address, slot: str, card: Card, fresh: bool = False) -> None:
        """Delivers a card nobody asked for, such as a follow-up."""
        assert self._loop
        asyncio.run_coroutine_threadsafe(self.desk.show(to, slot, card, fresh), self._loop).result(
            10
        )


@contextmanager
def running(**given: bool | float) -> Iterator[World]:
    world = World(**given)  # type: ignore[arg-type]
    world.start()
    try:
        yield world
    finally:
        world.stop()
