"""The courier: takes what lies in the outbox to its channel, in order, one lane a chat.

Theory of operation. Every chat has its own queue and its own task while there is something in it,
so that a chat that must wait delays no other. What cannot be delivered now gets a later time in
the outbox (retries are data: they survive a restart); what can never be delivered becomes a dead
letter, and the person's manager is told by the sweep's report in ``fifteen doctor``.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.channels.base import Channel, DeliveryError
from bot.conversations.types import LANES, Address, Parcel

if TYPE_CHECKING:
    from storage.store import Store

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
TRIES: Final = 8
"""With the waits below this covers about a quarter of an hour before it is a dead letter."""


def wait_after(attempts: int, jitter: Callable[[], float] = random.random) -> timedelta:
    """How long until the next try: 2, 4, 8 … 256 s, each up to half longer, so that many that
    failed together do not come back together."""
    return timedelta(seconds=2 ** min(attempts + 1, 8) * (1 + jitter() / 2))


class Courier:
    """Delivers parcels; the outbox row is the truth, this object only the legs."""

    def __init__(
        self,
        store: "Store",
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._queues: dict[Address, deque[Parcel]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._carrying: set[int] = set()
        self._marked: set[int] = set()
        """Taken by the sweep, which marks them as being sent in the same statement."""

    def send(self, parcels: list[Parcel]) -> None:
        """Puts parcels on their way at once; returns immediately."""
        for parcel in parcels:
            if parcel.id in self._carrying:
                continue
            self._carrying.add(parcel.id)
            queue = self._queues.get(parcel.to)
            if queue is None:
                self._queues[parcel.to] = deque([parcel])
                self._start(parcel.to)
            else:
                queue.append(parcel)
                _by_lane(queue)

    def _start(self, to: Address) -> None:
        task = asyncio.get_running_loop().create_task(self._lane(to))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _lane(self, to: Address) -> None:
        queue = self._queues[to]
        try:
            while queue:
                parcel = queue.popleft()
                try:
                    await self._carry(parcel)
                finally:
                    self._carrying.discard(parcel.id)
                    self._marked.discard(parcel.id)
        finally:
            # What is still queued after a cancel stays in the outbox and is swept up later.
            left = {p.id for p in queue}
            self._carrying -= left
            self._marked -= left
            del self._queues[to]

    async def _carry(self, queued: Parcel) -> None:
        channel = self._channels.get(queued.to.channel)
        if channel is None:
            why = f"no channel named {queued.to.channel!r} is set up here"
            await self._failed(queued, DeliveryError(why))
            return
        marked = channel.shows_once or queued.id in self._marked
        parcel = queued if marked else await self._mark(queued)
        if parcel is None:
            return
        try:
            message_id = await channel.deliver(parcel.to, parcel.card, parcel.replaces)
        except DeliveryError as problem:
            await self._failed(parcel, problem)
        except Exception as problem:
            # A channel must not end its lane: the next card of this chat would never come.
            log.exception("delivery of parcel %s failed", parcel.id)
            await self._failed(parcel, DeliveryError(type(problem).__name__))
        else:
            now = self._clock()
            await self._store.submit(lambda book: book.sent(parcel.id, message_id, now))

    async def _mark(self, parcel: Parcel) -> Parcel | None:
        """The parcel as it stands now, marked as being sent; None where a newer card took its place
        or another process has it. Our own sweep may have marked it in the meantime."""
        now = self._clock()
        taken = await self._store.submit(lambda book: book.sending(parcel.id, now, LEASE))
        return parcel if taken is None and parcel.id in self._marked else taken

    async def _failed(self, parcel: Parcel, problem: DeliveryError) -> None:
        retry: datetime | None = None
        if not problem.permanent and parcel.attempts < TRIES:
            asked = problem.retry_after
            wait = timedelta(seconds=asked) if asked else wait_after(parcel.attempts)
            retry = self._clock() + wait
        log.warning("parcel %s not delivered (%s), again at %s", parcel.id, problem, retry)
        await self._store.submit(lambda book: book.failed(parcel.id, str(problem), retry))

    async def sweep(self, limit: int = 200) -> int:
        """Sends what was left over: failed, or never sent because a process died."""
        now = self._clock()
        parcels = await self._store.submit(lambda book: book.parcels(now, limit))
        self._marked.update(p.id for p in parcels)
        fresh = [p for p in parcels if p.id not in self._carrying]
        self.send(fresh)
        return len(fresh)

    async def idle(self) -> None:
        """Waits until nothing is on its way."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Ends the lanes; what was not delivered lies in the outbox."""
        for task in list(self._tasks):
            task.cancel()
        await self.idle()


def _by_lane(queue: deque[Parcel]) -> None:
    """Live answers first, then tells, follow-ups, digests; within a lane in order of writing."""
    ordered = sorted(queue, key=lambda p: (LANES.index(p.lane), p.id))
    queue.clear()
    queue.extend(ordered)
