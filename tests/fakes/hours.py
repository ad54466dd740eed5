"""Time that passes only when everybody waits for it: hours of pacing in a second of test."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from storage.store import Book, Store

T = TypeVar("T")

QUIET = 12
"""Turns of the loop without anything happening before time passes: more than any chain of awaits
that waits neither for time nor for the store."""


class Hours:
    """A clock and a sleep of its own. ``pass_until`` moves it while something is awaited."""

    def __init__(self, start: datetime = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)) -> None:
        self.start = start
        self.passed = 0.0
        self.working = 0
        """Jobs handed to a real thread: time stands still for them."""
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._turns = count()
        self._happened = 0

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.passed)

    def ticks(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self._happened += 1
        awake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.passed + seconds, next(self._turns), awake))
        try:
            await awake
        finally:
            self._happened += 1

    async def pass_until(self, something: Awaitable[T], most: float = 86_400.0) -> T:
        """What was awaited; time passes as often as everybody sleeps."""
        awaited, end = asyncio.ensure_future(something), self.passed + most
        while not awaited.done():
            await self._settle(awaited)
            if not awaited.done():
                self._step(end)
        return awaited.result()

    async def _settle(self, awaited: "asyncio.Future[Any]") -> None:
        quiet, seen = 0, -1
        while quiet < QUIET and not awaited.done():
            # A short real wait only where a thread works: it has to be let run.
            await asyncio.sleep(0.0002 if self.working else 0)
            moved = self.working or self._happened != seen
            quiet, seen = (0 if moved else quiet + 1), self._happened

    def _step(self, end: float) -> None:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        assert self._sleepers, "everybody waits, and nobody for time"
        at, _, awake = heapq.heappop(self._sleepers)
        assert at <= end, "still not done when the time was up"
        self.passed = max(self.passed, at)
        self._happened += 1
        awake.set_result(None)


class PatientStore:
    """A real store for which time stands still; ``trouble`` may raise before a job of a method."""

    def __init__(self, store: Store, hours: Hours) -> None:
        self.store = store
        self.hours = hours

    async def submit(self, job: Callable[[Book], T]) -> T:
        self.hours.working += 1
        try:
            return await self.store.submit(job)
        finally:
            self.hours.working -= 1

    def call(self, job: Callable[[Book], T]) -> T:
        return self.store.call(job)
