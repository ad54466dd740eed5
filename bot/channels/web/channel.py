"""The web channel: takes in what the page posts, and wakes the pages whose chat has changed.

The card itself is already in the transcript when it is delivered, written in the same commit as the
moment. Delivering is therefore only a bell: the page reads what is newer than it has seen. A page
that missed the bell reads the same lines a heartbeat later, so nothing hangs on the bell alone.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from bot.channels.base import DeliveryError, Pace, Receipt, Receive
from bot.conversations.types import Address, Card, Filled, Line, Person, Said, Tapped
from playbooks.engine.schema import Site

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

HEARTBEAT = 15.0
"""Seconds of silence after which a page is read for and told that we are here."""


class Transcript(Protocol):
    """What the pages show; the store answers it."""

    async def lines(self, address: Address, after: int, limit: int) -> list[Line]:
        """Lines of a chat with a higher ``seq`` than ``after``, at most ``limit``: the newest
        ``limit`` where ``after`` is 0. The ``slot`` of a line somebody typed is ``said:`` and its
        event's key, so that the page knows its own line again."""
        ...

    async def people(self) -> list[Person]:
        """Everybody enrolled, of all sites."""
        ...


class NotOpenError(Exception):
    """The channel takes nothing in: it is starting or stopping. Trying again in a moment helps."""


class WebChannel:
    """One chat for each person: ``Address("web", person.id)``.

    ``sites`` is asked anew for every page, so that an edited site shows without a restart;
    ``heartbeat`` is in seconds.
    """

    name = "web"
    shows_once = True
    pace: Pace | None = None

    def __init__(
        self,
        transcript: Transcript,
        clock: Callable[[], datetime],
        *,
        sites: Callable[[], Mapping[str, Site]],
        demo: bool = False,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        self.transcript = transcript
        self.clock = clock
        self.sites = sites
        self.demo = demo
        self.heartbeat = heartbeat
        self.closed = False
        self._receive: Receive | None = None
        self._bells: dict[Address, set[asyncio.Event]] = {}

    async def run(self, receive: Receive) -> None:
        """Takes events in until cancelled; then the open pages are let go."""
        self._receive, self.closed = receive, False
        try:
            await asyncio.Event().wait()
        finally:
            self._receive = None
            self.close()

    async def deliver(
        self,
        to: Address,
        card: Card,  # noqa: ARG002 - the pages read it from the transcript
        replaces: str = "",
    ) -> str:
        """Wakes the pages of that chat.

        Raises:
            DeliveryError: the address is of another channel; trying again is of no use.
        """
        if to.channel != self.name:
            raise DeliveryError(f"{to.channel} is not the web channel", permanent=True)
        self._ring(to)
        return replaces or f"web-{uuid4().hex}"

    def routes(self) -> "list[BaseRoute]":
        """The pages and the posts of the chat, to be mounted at the root."""
        from bot.channels.web.routes import chat_routes

        return chat_routes(self)

    @property
    def open(self) -> bool:
        """True while events are taken in."""
        return self._receive is not None

    async def take_in(self, event: Said | Tapped | Filled) -> Receipt:
        """Hands one event on; returns only when it is kept.

        Raises:
            NotOpenError: nothing takes events in yet, or any more.
            Exception: whatever the receiver raised; the event is not kept then.
        """
        if self._receive is None:
            raise NotOpenError("Fifteen is starting or stopping.")
        receipt = await self._receive(event)
        self._ring(event.address)
        return receipt

    def close(self) -> None:
        """Ends every open stream. Without it a server that stops would wait for pages that never
        hang up, and the restart would cost the desk minutes."""
        self.closed = True
        for chat in list(self._bells):
            self._ring(chat)

    async def person(self, person_id: str) -> Person | None:
        """Who that is, if she is enrolled and active."""
        people = await self.transcript.people()
        return next((one for one in people if one.id == person_id and one.active), None)

    def address_of(self, person: Person) -> Address:
        """The one chat of that person on this channel."""
        return Address(self.name, person.id)

    @contextmanager
    def bell(self, chat: Address) -> Iterator[asyncio.Event]:
        """A bell that is rung whenever that chat changes, for as long as the block runs."""
        bell = asyncio.Event()
        self._bells.setdefault(chat, set()).add(bell)
        try:
            yield bell
        finally:
            bells = self._bells[chat]
            bells.discard(bell)
            if not bells:
                del self._bells[chat]

    def _ring(self, chat: Address) -> None:
        for bell in self._bells.get(chat, ()):
            bell.set()
