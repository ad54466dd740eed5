"""The one place that joins everything: settings and a clock go in, a running Fifteen comes out."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.channels.base import Besides, Links
from bot.clock import Clock
from bot.conversations.types import Address, Card, Lane, Line, Parcel, Person, Post, Turn
from bot.courier import Courier
from bot.desk import Desk
from bot.door import StoreDoor
from bot.growth import Growths
from bot.local import local_people
from bot.playbooks import News, Playbooks
from bot.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from bot.channels.web import WebChannel
    from bot.platforms import Platform
    from playbooks.engine.schema import House
    from storage.store import Book, Store

LOOK_SECONDS: Final = 2.0
HOUR: Final = 3600.0
QUIET_SECONDS: Final = 0.3
"""After the start nothing else is done for so long, so that the first page waits for nobody."""


class StoredTranscript:
    """The web chat's lines out of the store; the page's port."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    async def lines(self, address: Address, after: int, limit: int) -> list[Line]:
        """Lines of a chat newer than ``after``."""
        return await self._store.submit(lambda book: book.transcript(address, after, limit))

    async def people(self) -> list[Person]:
        """Everybody of the local page. Who is enrolled on a platform is not offered here: whoever
        sits at this machine could choose to be her."""
        everybody = await self._store.submit(lambda book: book.people_all())
        return [p for p in everybody if p.address is None or p.address.channel == "web"]


class App:
    """A running Fifteen. ``serve`` runs until told to stop; ``tick`` is what the clock does."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        store: "Store",
        playbooks: Playbooks,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.store = store
        self.playbooks = playbooks
        self.worker = f"{os.getpid()}"
        self.web = self._web()
        self.door = StoreDoor(store, self._house, clock.now, self._send, settings.site)
        self.platforms = self._platforms()
        self.courier = Courier(store, {"web": self.web, **self.platforms}, clock.now)
        self.desk = Desk(store, playbooks.current, clock.now, self.courier.send, self._entrance)
        self.growths = Growths(store, playbooks, clock.now, self.courier.send)

    def _web(self) -> "WebChannel":
        from bot.channels.web import WebChannel

        return WebChannel(
            StoredTranscript(self.store),
            self.clock.now,
            sites=lambda: self.playbooks.current().house.sites,
            demo=self.settings.demo,
        )

    def warm(self) -> None:
        """Does now what the first line would wait for: the conversation's modules, the reader's
        weights, the plays' templates and words, what the sites have learned. Takes a fifth of a
        second, in a thread."""
        import bot.conversations.flow  # noqa: F401 - for the desk, which asks for both then
        import playbooks.engine.mask  # noqa: F401

        self.growths.open()
        library = self.playbooks.current()
        library.read("", library.house.sites[library.house.first])
        library.warm()

    def _platforms(self) -> "dict[str, Platform]":
        if not self.settings.on_platforms:
            return {}
        from bot.platforms import platforms

        besides = Besides(self._say, self._leave_out)
        return platforms(self.settings, self.door, self.clock.now, self._recall, besides)

    async def _recall(self, chat: Address, message: str) -> Card | None:
        return await self.store.submit(lambda book: book.card_at(chat, message))

    def _house(self) -> "House":
        return self.playbooks.current().house

    def _send(self, parcels: list[Parcel]) -> None:
        self.courier.send(parcels)

    def _say(self, to: Address, card: Card, lane: Lane) -> None:
        self.courier.say(to, card, lane)

    async def _leave_out(self, key: str, chat: Address | None, why: str) -> None:
        from storage.leftover import LeftOut

        left = LeftOut(key, chat, why, self.clock.now())
        await self.store.submit(lambda book: book.leave_out(left))

    def _entrance(self) -> str:
        links = (each.entrance for each in self.platforms.values() if isinstance(each, Links))
        return next(links, "")

    def first_code(self) -> str:
        """The first admin's one-time code, where a platform is set up and nobody is admin yet."""
        return self.door.first_code() if self.platforms else ""

    async def tick(self) -> None:
        """Asks what is due, and sends what was left over."""
        from bot.jobs.followups import ask_due
        from bot.jobs.sweep import sweep

        await ask_due(self.store, self.desk, self.clock.now(), self.worker)
        await sweep(self.store, self.desk, self.courier, self.clock.now())

    async def digests(self) -> None:
        """Sends the digests that are due."""
        from bot.jobs.digests import send_digests

        await send_digests(self.store, self.playbooks.current, self.clock.now(), self.courier.send)

    async def look(self) -> None:
        """Takes in what a trainer saved, and tells the trainers what came of it; takes up what the
        sites have learned."""
        await self.growths.look()
        news = await self.playbooks.look()
        if news is not None:
            now = self.clock.now()
            self.courier.send(await self.store.submit(lambda book: tell_trainers(book, news, now)))

    async def tidy(self) -> None:
        """Takes away what is old."""
        from bot.jobs.sweep import tidy

        await tidy(self.store, self.clock.now(), self.settings.keep_cards)

    async def serve(self, ready: Callable[[str], None] | None = None) -> None:
        """Answers on the loopback address until cancelled or told to stop by a signal.

        ``ready`` is called once with the address, when the first page can be asked for.
        """
        from bot.channels.web import listen, web_server

        sock = listen(self.settings.host, self.settings.port)
        port = int(sock.getsockname()[1])
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        address = f"http://{host}:{port}"
        server = web_server(
            self._http(port),
            self.web,
            lambda: ready(address) if ready else None,
        )
        tasks = [asyncio.create_task(each) for each in (*self._running(), self._tick_when_ready())]
        try:
            await server.serve(sockets=[sock])
        finally:
            for task in reversed(tasks):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            sock.close()
            await self.close()

    def _running(self) -> list[Coroutine[None, None, None]]:
        """Every channel taking events in."""
        running = [self.web.run(self.desk.receive)]
        if self.platforms:
            from bot.platforms import keep_running

            running += [keep_running(c, self.desk.receive) for c in self.platforms.values()]
        return running

    def _http(self, port: int) -> "ASGIApp":
        """The one port: the local page and what platforms call; behind a public name the latter
        alone."""
        from bot.channels.web import local_hosts, web_app

        routes = [route for each in self.platforms.values() for route in each.routes()]
        hosts = local_hosts(port)
        if not self.settings.public_host:
            return web_app(self.web, allowed_hosts=hosts, more=routes)
        from bot.platforms import public_app

        return public_app(routes, {*hosts, self.settings.public_host})

    async def _tick_when_ready(self) -> None:
        """Starts the clock after the first page can be served: its import would delay it."""
        await asyncio.sleep(QUIET_SECONDS)
        await asyncio.to_thread(self.warm)
        from bot.jobs.clock import start_ticking

        await self.tick()
        scheduler = start_ticking(
            {
                "tick": (self.settings.tick_seconds, self.tick),
                "digests": (max(self.settings.tick_seconds, 5.0), self.digests),
                "look": (LOOK_SECONDS, self.look),
                "learn": (LOOK_SECONDS, self.growths.begin),
                "tidy": (HOUR, self.tidy),
            }
        )
        try:
            await asyncio.Event().wait()
        finally:
            scheduler.shutdown(wait=False)

    async def close(self) -> None:
        """Ends learning and deliveries, closes the store; what was not sent lies in the outbox."""
        await self.growths.close()
        await self.courier.close()
        for each in self.platforms.values():
            await each.close()
        self.store.close()


def build(settings: Settings, clock: Clock) -> App:
    """Opens the database (brought up to date first) and the playbooks, and joins the parts.

    Raises:
        StorageError: the database cannot be used; the message says what to do.
    """
    from storage.engine import migrate
    from storage.store import open_store

    playbooks = Playbooks(settings.playbooks_dir, settings.shelf)
    news = playbooks.open()
    migrate(settings.database)
    store = open_store(settings.database, clock=clock.now, exclusive=True)
    app = App(settings, clock, store, playbooks)
    if store.alone:
        store.call(lambda book: book.free_leases(clock.now()))
    if not settings.on_platforms:
        house = playbooks.current().house
        store.call(lambda book: _enrol_first(book, local_people(house)))
    if not news.swapped:
        store.call(lambda book: tell_trainers(book, news, clock.now()))
    return app


def _enrol_first(book: "Book", people: tuple[Person, ...]) -> None:
    """In local mode every site has somebody to be from the start. Not where a platform is set up:
    a colleague made up here would be told of what nobody reads."""
    sites = {p.site for p in book.people_all()}
    for person in people:
        if person.site not in sites:
            book.save_person(person)


def tell_trainers(book: "Book", news: News, now: datetime) -> list[Parcel]:
    """A card for every trainer about what came of a change to the playbooks."""
    posts = tuple(
        Post(p.address, news.card(), "playbooks", "live", p.id, fresh=True)
        for p in book.people_all()
        if p.role == "trainer" and p.active and p.address
    )
    return book.save(Turn(posts=posts), now)
