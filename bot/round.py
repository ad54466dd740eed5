"""A round: the cards of one channel with a pace, sent off as fast as the platform permits."""

import asyncio
from collections.abc import Awaitable, Callable
from math import ceil
from typing import Any, Final, TypeAlias

from bot.carrier import DONE, Answered, Brought, Ready
from bot.channels.base import Pace
from bot.conversations.types import LANES, Parcel
from bot.pace import Call, Pacer, Second

Rest: TypeAlias = Callable[[], list[Parcel]]

LAST_WORDS: Final = 5.0
"""Seconds that cards on the wire have to arrive when Fifteen stops."""
CLOSER: Final = 0.99
"""Of a slot: how near two calls may come; with all of it time once lost would stay lost."""
LATE: Final = 0.1
"""Seconds by which a call may be late without the next one being later too."""
CROWD: Final = 5
"""So many chats told to wait within one second mean the channel: not every platform says which of
its limits was hit."""


class Round:
    """One task that asks the pacer what may go, and a task for each card on the wire.

    ``carry`` brings a card, given a way to what else waits for its chat; ``done`` is told the id of
    every card that is not coming back here.
    """

    def __init__(
        self,
        pace: Pace,
        carry: Callable[[Parcel, Rest, Ready], Awaitable[Brought]],
        done: Callable[[int], None],
        sleep: Callable[[float], Awaitable[None]],
        ticks: Callable[[], float],
    ) -> None:
        self._pacer: Pacer[Parcel] = Pacer(pace)
        self._carry = carry
        self._done = done
        self._sleep = sleep
        self._ticks = ticks
        self._changed = asyncio.Event()
        self._walk: asyncio.Task[None] | None = None
        self._on_the_wire: set[asyncio.Task[None]] = set()
        self._closed = False
        self._space = CLOSER / pace.total if pace.total else 0.0
        self._turn = asyncio.Lock()
        self._free = float("-inf")
        self._second = Second(ceil(pace.total)) if pace.total else None
        self._told: dict[str, float] = {}
        """When each chat was last told to wait."""

    @property
    def busy(self) -> bool:
        """Whether anything waits or is on the wire."""
        return self._walk is not None or bool(self._on_the_wire)

    def put(self, parcel: Parcel) -> None:
        """Lets a card wait for its turn."""
        rank = LANES.index(parcel.lane)
        self._pacer.put(parcel.to.chat, rank, parcel.id, parcel, self._ticks())
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        if self._walk is None and not self._closed:
            self._walk = asyncio.get_running_loop().create_task(self._go())

    async def _go(self) -> None:
        try:
            while True:
                self._changed.clear()
                now = self._ticks()
                while (parcel := self._pacer.take(now)) is not None:
                    self._send_off(parcel)
                wait = self._pacer.wait(now)
                if wait is None:
                    return
                await self._until(wait)
        finally:
            self._walk = None

    async def _until(self, wait: float) -> None:
        """Until that many seconds have passed, or something changed that may go sooner."""
        timer = asyncio.ensure_future(self._sleep(wait))
        timer.add_done_callback(self._time_has_come)
        try:
            await self._changed.wait()
        finally:
            timer.cancel()

    def _time_has_come(self, timer: "asyncio.Future[None]") -> None:
        # One that was cancelled says nothing: it would wake the next wait, and that the next.
        if not timer.cancelled():
            self._changed.set()

    def _send_off(self, parcel: Parcel) -> None:
        """Does not wait for the answer: at 30 a second a platform 80 ms away is never idle."""
        task = asyncio.get_running_loop().create_task(self._bring(parcel))
        self._on_the_wire.add(task)
        task.add_done_callback(self._on_the_wire.discard)

    async def _bring(self, parcel: Parcel) -> None:
        brought, chat = DONE, parcel.to.chat
        try:
            brought = await self._carry(
                parcel, lambda: self._pacer.drain(chat), lambda: self._step_up(chat)
            )
        finally:
            self._settle(parcel, brought)

    async def _step_up(self, chat: str) -> Answered:
        """Waits until the platform may be called. The pacer chose the moment, but the database took
        its time since, for one card more than for another."""
        async with self._turn:
            while (wait := self._too_soon()) > 0:
                await self._sleep(wait)
            now = self._ticks()
            self._free = max(self._free, now - LATE) + self._space
            call = self._second.made(now) if self._second else None
        self._pacer.called(chat, now)
        return lambda: self._answered(call)

    def _too_soon(self) -> float:
        """Seconds until the next call of the platform."""
        now = self._ticks()
        return max(self._free - now, self._second.wait(now) if self._second else 0.0)

    def _answered(self, call: Call | None) -> None:
        if call is not None and self._second is not None:
            self._second.answered(call, self._ticks())

    def _settle(self, parcel: Parcel, brought: Brought) -> None:
        now, chat = self._ticks(), parcel.to.chat
        if not brought.called:
            self._pacer.unsent(chat)
        if brought.wait:
            self._pacer.hold(chat, now + brought.wait)
            if brought.everywhere or self._crowded(chat, now):
                self._pacer.hold_all(now + brought.wait)
        if brought.again is not None:
            again = brought.again
            self._pacer.put(chat, LANES.index(again.lane), again.id, again, now)
        elif not brought.moved_to:
            self._done(parcel.id)
        self._pacer.done(chat, now)
        self._wake()

    def _crowded(self, chat: str, now: float) -> bool:
        """Whether so many chats are told to wait that it must be the whole channel."""
        self._told = {other: at for other, at in self._told.items() if at > now - 1.0}
        self._told[chat] = now
        return len(self._told) >= CROWD

    async def idle(self) -> None:
        """Waits until nothing waits and nothing is on the wire."""
        while self.busy:
            going = [*self._on_the_wire, *([self._walk] if self._walk else [])]
            await asyncio.gather(*going, return_exceptions=True)

    async def close(self) -> None:
        """Sends nothing off any more; what is on the wire is waited for a little, then cut off."""
        self._closed = True
        if self._walk is not None:
            self._walk.cancel()
        if self._on_the_wire:
            timer = asyncio.ensure_future(self._sleep(LAST_WORDS))
            all_in = asyncio.gather(*self._on_the_wire, return_exceptions=True)
            either: set[asyncio.Future[Any]] = {timer, all_in}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            for each in (timer, *self._on_the_wire):
                each.cancel()
            await all_in
