"""The courier: takes what lies in the outbox to its channel, in order, one lane a chat.

Theory of operation. The outbox row is the truth, this is only the legs. A channel without a pace
has a task for each chat while there is something in it. One with a pace has a round (``round.py``):
one task that asks the pacer which card of all chats may go next. Either way a chat has one card on
its way at a time, and a chat that must wait delays no other. What cannot be delivered now gets a
later time in the outbox (retries are data: they survive a restart); what can never be delivered
becomes a dead letter.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from bot.carrier import DONE, Brought, Carrier, Ready
from bot.channels.base import Channel, DeliveryError, Pace, Scope
from bot.conversations.types import LANES, Address, Card, Lane, Parcel
from bot.round import Round

if TYPE_CHECKING:
    from storage.store import Store

NO_CHANNEL: Final = 60.0
"""Seconds until a card for a channel that is not set up is looked at again."""

UNKEPT: Final = 1 << 62
"""Numbers from here on are of what stands in no outbox: no row ever gets so far."""
MOST_SAID: Final = 1000
"""With so many cards waiting nothing is said beside them."""


class Courier:
    """Delivers parcels.

    ``sleep`` and ``ticks`` (seconds that only grow) are what paces are kept by.
    """

    def __init__(
        self,
        store: "Store",
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._sleep = sleep
        self._ticks = ticks
        self._carrier = Carrier(store, clock, sleep)
        self._lanes: dict[Address, deque[Parcel]] = {}
        self._rounds: dict[str, Round] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._carrying: set[int] = set()
        self._moves: dict[tuple[str, str], str] | None = None
        self._numbers = count(UNKEPT)
        self._closed = False

    def send(self, parcels: Iterable[Parcel]) -> None:
        """Puts parcels on their way at once; returns immediately."""
        for parcel in parcels:
            if parcel.id not in self._carrying and not self._closed:
                self._carrying.add(parcel.id)
                self._put(self._readdressed(parcel))

    def say(self, to: Address, card: Card, lane: Lane) -> None:
        """Says something that stands in no outbox: a refusal, a welcome. It waits for its turn like
        any card, behind those of its lane, and is gone with the process; where too much of that
        kind waits already, it is not said."""
        if len(self._carrying) < MOST_SAID and not self._closed:
            parcel = Parcel(next(self._numbers), to, card, "", lane)
            self._carrying.add(parcel.id)
            self._put(self._readdressed(parcel))

    def _put(self, parcel: Parcel) -> None:
        channel = self._channels.get(parcel.to.channel)
        if channel is not None and channel.pace is not None:
            self._round(channel, channel.pace).put(parcel)
            return
        lane = self._lanes.get(parcel.to)
        if lane is None:
            self._lanes[parcel.to] = deque([parcel])
            self._start(self._walk(parcel.to))
        else:
            lane.append(parcel)
            _by_lane(lane)

    def _readdressed(self, parcel: Parcel) -> Parcel:
        """Under the name its chat goes by now."""
        new = (self._moves or {}).get((parcel.to.channel, parcel.to.chat))
        return replace(parcel, to=replace(parcel.to, chat=new)) if new else parcel

    def _start(self, walk: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(walk)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- channels without a pace, and with one -----------------------------------------------

    async def _walk(self, to: Address) -> None:
        """One chat's cards, one after the other."""
        lane = self._lanes[to]

        def rest() -> list[Parcel]:
            left = list(lane)
            lane.clear()
            return left

        try:
            while lane:
                parcel, brought = lane.popleft(), DONE
                try:
                    brought = await self._carry(parcel, rest)
                finally:
                    if not brought.moved_to:
                        self._carrying.discard(parcel.id)
        finally:
            # What is still queued after a cancel stays in the outbox and is swept up later.
            self._carrying -= {p.id for p in lane}
            del self._lanes[to]

    def _round(self, channel: Channel, pace: Pace) -> Round:
        found = self._rounds.get(channel.name)
        if found is None:
            found = Round(pace, self._carry, self._carrying.discard, self._sleep, self._ticks)
            self._rounds[channel.name] = found
        return found

    async def _carry(
        self, parcel: Parcel, rest: Callable[[], list[Parcel]], ready: Ready | None = None
    ) -> Brought:
        """Carries one card, and sees to what follows for whatever else waits for its chat."""
        channel = self._channels.get(parcel.to.channel)
        if channel is None:
            if parcel.id >= UNKEPT:
                return DONE
            why = f"no channel named {parcel.to.channel!r} is set up here"
            return await self._carrier.keep(parcel, DeliveryError(why, retry_after=NO_CHANNEL))
        if parcel.id >= UNKEPT:
            return await self._carrier.speak(parcel, channel, ready)
        brought = await self._carrier.carry(parcel, channel, ready)
        if brought.ended:
            await self._end(rest(), brought)
        if brought.moved_to:
            self._move(parcel, brought.moved_to, rest())
        self.send(brought.tell)
        return brought

    async def _end(self, parcels: list[Parcel], brought: Brought) -> None:
        """Nothing reaches that chat any more: to try each card would only annoy the platform."""
        if all(p.id >= UNKEPT for p in parcels):
            self._carrying -= {p.id for p in parcels}
            return
        scope: Scope = "channel" if brought.everywhere else "chat"
        gone = DeliveryError(brought.ended, permanent=True, scope=scope)
        try:
            await self._carrier.bury([p for p in parcels if p.id < UNKEPT], gone)
        finally:
            self._carrying -= {p.id for p in parcels}

    def _move(self, parcel: Parcel, new: str, rest: list[Parcel]) -> None:
        """The chat has another name: what waits for it goes there, the card that told us first."""
        if self._moves is None:
            self._moves = {}
        self._moves[parcel.to.channel, parcel.to.chat] = new
        self._carrying -= {p.id for p in (parcel, *rest)}
        self.send([parcel, *rest])

    # --- what was left over, and the end -----------------------------------------------------

    async def sweep(self, limit: int = 200) -> int:
        """Sends what was left over: failed, or never sent because a process died."""
        if self._moves is None:
            self._moves = await self._store.submit(lambda book: book.moves())
        now = self._clock()
        parcels = await self._store.submit(lambda book: book.parcels(now, limit))
        fresh = [p for p in parcels if p.id not in self._carrying]
        self.send(fresh)
        return len(fresh)

    async def idle(self) -> None:
        """Waits until nothing is on its way."""
        while self._tasks or any(each.busy for each in self._rounds.values()):
            await asyncio.gather(*self._tasks, return_exceptions=True)
            for each in list(self._rounds.values()):
                await each.idle()

    async def close(self) -> None:
        """Ends the lanes; what was not delivered lies in the outbox. A platform that is just
        answering is waited for a little: each card cut off there would be in doubt."""
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*(each.close() for each in self._rounds.values()))
        await self.idle()


def _by_lane(queue: deque[Parcel]) -> None:
    """Live answers first, then tells, follow-ups, digests; within a lane in order of writing."""
    ordered = sorted(queue, key=lambda p: (LANES.index(p.lane), p.id))
    queue.clear()
    queue.extend(ordered)
