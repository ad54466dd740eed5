"""The desk: one event is one transaction. Takes in, remembers, answers, hands to the courier."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.channels.base import Receipt
from bot.codes import HIDDEN, only_code
from bot.conversations.types import Card, Event, Filled, Parcel, Post, Said, Turn
from bot.conversations.world import Engine, World

if TYPE_CHECKING:
    from storage.store import Book, Store

log = logging.getLogger(__name__)

TRIES: Final = 5
"""How often a kept event is tried before it is left for a person to look at."""
NOT_NOW: Final = Card(
    "Kept, but not answered yet",
    "stop",
    note="Something went wrong on our side. Your line is safe and I try again by myself. "
    "Help the customer first; if nothing comes within a minute, fetch a colleague.",
)


class Desk:
    """Everything that happens comes through here, from every channel and from the clock."""

    def __init__(
        self,
        store: "Store",
        library: Callable[[], Engine],
        clock: Callable[[], datetime],
        send: Callable[[list[Parcel]], None],
        entrance: Callable[[], str] = str,
    ) -> None:
        """``entrance``: the link a one-time code is put behind; empty where there is none."""
        self._entrance = entrance
        self._store = store
        self._library = library
        self._clock = clock
        self._send = send

    async def receive(self, event: Event) -> Receipt:
        """Takes an event in and answers it.

        Returns after the commit, so that whoever acknowledges to a platform may do so. An event
        seen before changes nothing. One the conversation stumbles over is kept all the same, the
        person is told, and it is tried again.

        Raises:
            StorageError: nothing was kept; the sender has to try again with the same key.
        """
        masked = without_secrets(event)
        try:
            parcels = await self._store.submit(lambda book: self.turn(book, masked))
        except Exception as problem:
            if _is_storage(problem):
                raise
            log.exception("turn failed, event kept for another try: %s", type(problem).__name__)
            why = type(problem).__name__
            parcels = await self._store.submit(lambda book: self._keep_only(book, masked, why))
        if parcels is None:
            return "again"
        self._send(parcels)
        return "new"

    def turn(self, book: "Book", event: Event) -> list[Parcel] | None:
        """Handles one event inside a transaction; None where it was handled before. Kept as done:
        where the turn fails, the row is taken back with everything else and kept anew."""
        return self._answer(book, event) if book.keep(event, done=True) else None

    def _once_more(self, book: "Book", event: Event) -> list[Parcel]:
        """Settles first: of two workers trying the same event only one finds it still to do."""
        return self._answer(book, event) if book.settle(event.key) else []

    def _answer(self, book: "Book", event: Event) -> list[Parcel]:
        # Not with the desk itself: the first page would wait a tenth of its time for it.
        from bot.conversations.flow import handle, moment_of

        now = self._clock()
        about = moment_of(event)
        moment = book.moment(about) if about else None
        world = World(now, self._library(), book, entrance=self._entrance())
        turn = handle(event, moment, world)
        return book.save(turn, now, event)

    def _keep_only(self, book: "Book", event: Event, why: str) -> list[Parcel] | None:
        if not book.keep(event):
            return None
        now = self._clock()
        book.settle(event.key, error=why, retry_at=now + timedelta(seconds=5))
        if not isinstance(event, Said | Filled):
            return []
        post = Post(event.address, NOT_NOW, f"n:{event.key}", "live", event.person)
        return book.save(Turn(posts=(post,)), now, event)

    async def again(self, event: Event) -> bool:
        """Another try for an event that was kept but not answered; True where it worked.

        After five tries it is left to a person: ``fifteen doctor`` shows it.
        """
        try:
            parcels = await self._store.submit(lambda book: self._once_more(book, event))
        except Exception as problem:
            if _is_storage(problem):
                raise
            why = type(problem).__name__
            await self._store.submit(lambda book: self._failed_again(book, event.key, why))
            return False
        self._send(parcels)
        return True

    def _failed_again(self, book: "Book", key: str, why: str) -> None:
        attempts = book.attempts(key)
        wait = timedelta(seconds=5 * 4**attempts)
        book.settle(key, error=why, retry_at=self._clock() + wait if attempts < TRIES else None)


def without_secrets(event: Event) -> Event:
    """The event as it may be stored: card numbers and the like blacked out. A code too:
    whoever comes in by one may have sent it twice, and it may still be good.

    This happens before the inbox row is written; afterwards it would be too late for a backup.
    """
    from playbooks.engine.mask import mask  # its patterns cost more than a page: not at the start

    if isinstance(event, Said):
        if only_code(event.text):
            return replace(event, text=HIDDEN, masked=())
        text, hidden = mask(event.text)
        return replace(event, text=text, masked=hidden) if hidden else event
    if isinstance(event, Filled):
        fields = {name: mask(value)[0] for name, value in event.fields.items()}
        return replace(event, fields=fields)
    return event


def _is_storage(problem: Exception) -> bool:
    from storage.errors import StorageError

    return isinstance(problem, StorageError)
