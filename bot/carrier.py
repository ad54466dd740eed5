"""The carrier: brings one card to its channel, and writes down what became of it.

Theory of operation. A platform that may show a card twice is only called once the outbox says that
the card is on the wire. So there are three ends: it arrived, it surely did not (a later time in the
outbox, or a dead letter), or nobody knows (the answer was lost, or the process died). Then a
channel that can look is asked; any other is sent the card again, marked as sent again: once where
the answer was lost, as often as it takes where Fifteen died, for then it may never have left. After
that it is left in doubt for a person to look at. An edit shows once however often it is sent.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.channels.base import Channel, DeliveryError, Finds
from bot.conversations.reach import UNREACHED, repeated, unreached, whom_to_tell
from bot.conversations.types import Parcel, Turn

if TYPE_CHECKING:
    from storage.store import Book, Store

log = logging.getLogger(__name__)

Answered: TypeAlias = Callable[[], None]
"""To be told as soon as the platform has answered, whatever it said."""
Ready: TypeAlias = Callable[[], Awaitable[Answered]]
"""Waits until the platform may be called."""

LEASE: Final = timedelta(seconds=60)
GIVE_UP: Final = 45.0
"""Seconds a platform has to answer; less than the lease, or two might send the same card."""
TRIES: Final = 8
"""With the waits below this covers about a quarter of an hour before it is a dead letter."""
DEATHS: Final = 20
"""So often Fifteen may die while a card is on its way before a person has to decide: perhaps it is
the card. Each time it may have been noted and not sent yet, so to give up sooner would lose it."""
NOTING: Final = (0.1, 0.5, 2.5, 10.0, None)
"""Seconds between the tries to write down that a card arrived; None after the last."""


def wait_after(attempts: int, jitter: Callable[[], float] = random.random) -> timedelta:
    """How long until the next try: 2, 4, 8 … 256 s, each up to half longer, so that many that
    failed together do not come back together."""
    return timedelta(seconds=2 ** min(attempts + 1, 8) * (1 + jitter() / 2))


def mark_of(parcel: Parcel) -> str:
    """What a card is known by on a platform that keeps such a mark. The number alone would not do:
    a new database counts from 1 again, in the same chats."""
    inside = f"{parcel.slot}\n{parcel.card.plain()}".encode()
    return f"{parcel.id}-{blake2b(inside, digest_size=8).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one card, as far as the others of its chat are concerned."""

    called: bool = True
    """Whether the platform was called: only then the card counts against its limits."""
    wait: float = 0.0
    """Seconds the platform asks us to leave the chat alone, or the whole channel."""
    everywhere: bool = False
    again: Parcel | None = None
    """The same card, to be put in front of what waits for its chat."""
    ended: str = ""
    """Why nothing can reach this chat any more."""
    moved_to: str = ""
    """What the chat is called now; the card is ready to be sent there."""
    tell: tuple[Parcel, ...] = ()
    """Cards about it, to be sent now."""


DONE: Final = Brought()


class Carrier:
    """Carries parcels; keeps nothing of its own."""

    def __init__(
        self,
        store: "Store",
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._clock = clock
        self._sleep = sleep

    async def carry(self, queued: Parcel, channel: Channel, ready: Ready | None = None) -> Brought:
        """Brings one card to its channel; whatever happens, the outbox knows of it. The platform is
        called when ``ready`` says so: to write that the card is on the wire takes its own time."""
        try:
            if channel.shows_once:
                return await self._bring(queued, channel, _nobody)
            if _blind(queued, channel) and queued.doubts > 1 and queued.attempts > DEATHS:
                why = "Fifteen died each time while it was sent"
                await self._leave_in_doubt(queued, why)
                return Brought(called=False)
            parcel = await self._start(queued)
            if parcel is None:
                return Brought(called=False)
            answered = await ready() if ready is not None else _nobody
            return await self._bring(parcel, channel, answered)
        except Exception as problem:
            if not _is_storage(problem):
                raise
            # The row stands as it was: the sweep comes back to it.
            log.warning("parcel %s: what became of it is not written down: %s", queued.id, problem)
            return DONE

    async def speak(self, said: Parcel, channel: Channel, ready: Ready | None = None) -> Brought:
        """Brings something that stands in no outbox, once: what becomes of it is of no weight."""
        answered = await ready() if ready is not None else _nobody
        try:
            async with asyncio.timeout(GIVE_UP):
                await channel.deliver(said.to, said.card)
        except DeliveryError as problem:
            log.info("not said on %s: %s", said.to.channel, problem)
            everywhere = problem.scope == "channel" and problem.retry_after is not None
            return Brought(wait=problem.retry_after or 0.0, everywhere=everywhere)
        except Exception as problem:  # noqa: BLE001 - nobody is waiting for it
            log.error("not said on %s: %s", said.to.channel, type(problem).__name__)
        finally:
            answered()
        return DONE

    async def _start(self, queued: Parcel) -> Parcel | None:
        """The parcel as it stands now, noted as being on the wire; None where a newer card took its
        place or another process has it. It keeps the address it was given here."""
        now = self._clock()
        started = await self._store.submit(
            lambda book: book.sending(queued.id, now, LEASE, queued.doubts)
        )
        return started and replace(started, to=queued.to)

    async def _bring(self, parcel: Parcel, channel: Channel, answered: Answered) -> Brought:
        try:
            try:
                message_id = await _deliver(parcel, channel)
            finally:
                answered()
        except DeliveryError as problem:
            return await self._failed(parcel, problem, channel)
        except Exception as problem:
            # A channel must not end its lane: the next card of this chat would never come.
            log.exception("delivery of parcel %s failed", parcel.id)
            odd = DeliveryError(type(problem).__name__, unknown=True)
            return await self._failed(parcel, odd, channel)
        return await self._arrived(parcel, message_id)

    async def _arrived(self, parcel: Parcel, message_id: str) -> Brought:
        """Writes down that it arrived. If the store cannot just now it is tried again: to give up
        means that the card is in doubt, though we know better."""
        now = self._clock()
        for wait in NOTING:
            try:
                await self._store.submit(lambda book: book.sent(parcel.id, message_id, now))
                break
            except Exception as problem:
                if wait is None or not _is_storage(problem):
                    raise
                await self._sleep(wait)
        return DONE

    # --- what goes wrong ---------------------------------------------------------------------

    async def _failed(self, parcel: Parcel, problem: DeliveryError, channel: Channel) -> Brought:
        if problem.moved_to and problem.moved_to != parcel.to.chat:
            return await self._moved(parcel, problem)
        if problem.permanent or problem.moved_to:
            return await self.bury([parcel], problem)
        if problem.retry_after is not None:
            return await self.keep(parcel, problem)
        if problem.unknown and not channel.shows_once:
            return await self._unsure(parcel, problem, channel)
        if parcel.attempts >= TRIES:
            return await self.bury([parcel], problem)
        retry = self._clock() + wait_after(parcel.attempts)
        log.warning("parcel %s not delivered (%s), again at %s", parcel.id, problem, retry)
        await self._store.submit(lambda book: book.failed(parcel.id, str(problem), retry))
        return DONE

    async def _moved(self, parcel: Parcel, problem: DeliveryError) -> Brought:
        now, to, new = self._clock(), parcel.to, problem.moved_to
        log.warning("chat %s on %s goes by %s now", to.chat, to.channel, new)

        def job(book: "Book") -> None:
            book.move(to.channel, to.chat, new, now)
            book.delayed(parcel.id, str(problem), now)

        await self._store.submit(job)
        return Brought(moved_to=new)

    async def keep(self, parcel: Parcel, problem: DeliveryError) -> Brought:
        """Notes that a card has to wait as long as the problem says; that is no failed try."""
        wait = problem.retry_after or 0.0
        until = self._clock() + timedelta(seconds=wait)
        log.warning("parcel %s has to wait until %s (%s)", parcel.id, until, problem)
        await self._store.submit(lambda book: book.delayed(parcel.id, str(problem), until))
        again = replace(parcel, doubts=min(parcel.doubts, 1))
        return Brought(wait=wait, everywhere=problem.scope == "channel", again=again)

    async def _unsure(self, parcel: Parcel, problem: DeliveryError, channel: Channel) -> Brought:
        """It may have arrived: it comes back in doubt, until there is no use in asking, and only
        once where nobody can be asked."""
        if parcel.attempts >= TRIES or (_blind(parcel, channel) and parcel.doubts):
            await self._leave_in_doubt(parcel, str(problem))
            return DONE
        ask = self._clock() + wait_after(parcel.attempts)
        log.warning("parcel %s may have arrived (%s), asked again at %s", parcel.id, problem, ask)
        await self._store.submit(lambda book: book.unsure(parcel.id, ask))
        return DONE

    async def _leave_in_doubt(self, parcel: Parcel, why: str) -> None:
        log.error("parcel %s is left in doubt: %s", parcel.id, why)
        await self._store.submit(lambda book: book.doubt(parcel.id, why))

    async def bury(self, parcels: list[Parcel], problem: DeliveryError) -> Brought:
        """Makes dead letters of parcels of one chat; whoever looks after the site is told of the
        first of a day."""
        now, why = self._clock(), str(problem)
        lost, everywhere = parcels[0], problem.scope == "channel"
        log.error("%d parcels for %s are dead letters: %s", len(parcels), lost.to.channel, why)

        def job(book: "Book") -> list[Parcel]:
            for parcel in parcels:
                book.failed(parcel.id, why, None)
            return _tell(book, lost, why, now, everywhere=everywhere)

        told = await self._store.submit(job)
        ended = why if problem.permanent and problem.scope != "card" else ""
        return Brought(ended=ended, everywhere=everywhere, tell=tuple(told))


def _tell(book: "Book", lost: Parcel, why: str, now: datetime, *, everywhere: bool) -> list[Parcel]:
    """Writes the cards about a chat that cannot be reached; none where that was told today."""
    if lost.slot.startswith(UNREACHED):
        return []
    about = "" if everywhere else lost.to.chat
    if not book.once(f"{UNREACHED}{lost.to.channel}:{about}:{now:%Y-%m-%d}", now):
        return []
    person = book.person(lost.person) if lost.person else None
    person = person or book.person_at(lost.to.channel, lost.to.chat)
    people = book.people(person.site) if person else book.people_all()
    posts = unreached(
        lost, person.name if person else "", why, whom_to_tell(people, lost, everywhere=everywhere)
    )
    return book.save(Turn(posts=posts), now)


async def _deliver(parcel: Parcel, channel: Channel) -> str:
    """The id of the message that shows the card: sent now, or found where it may stand already."""
    if channel.shows_once:
        return await channel.deliver(parcel.to, parcel.card, parcel.replaces)
    doubtful = parcel.doubts > 0 and not parcel.replaces
    async with asyncio.timeout(GIVE_UP):
        if isinstance(channel, Finds):
            mark = mark_of(parcel)
            found = await channel.find(parcel.to, mark) if doubtful else None
            return found or await channel.deliver(parcel.to, parcel.card, parcel.replaces, mark)
        card = repeated(parcel.card) if doubtful else parcel.card
        return await channel.deliver(parcel.to, card, parcel.replaces)


def _nobody() -> None:
    """Nobody counts the calls of this channel."""


def _blind(parcel: Parcel, channel: Channel) -> bool:
    """Whether nobody can look up if it arrived, and to send it again shows it again."""
    return not parcel.replaces and not isinstance(channel, Finds)


def _is_storage(problem: Exception) -> bool:
    from storage.errors import StorageError

    return isinstance(problem, StorageError)
