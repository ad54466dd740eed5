"""The time, injected everywhere, so that a test or a demo can bring its own."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Whoever knows what time it is."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class FastClock:
    """Starts at a given time and runs ``factor`` times as fast as the wall, for the demo.

    It counts on the monotonic clock: a machine that corrects its time does not make a follow-up
    jump. ``factor`` is 1 to 100,000; ``elapsed`` gives the real seconds and is there for tests.

    Raises:
        ValueError: ``start`` has no time zone, or ``factor`` is out of range.
    """

    def __init__(
        self, start: datetime, factor: float, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock must start at an aware time: give the datetime a time zone")
        if not 1 <= factor <= 100_000:
            raise ValueError(f"a clock cannot run {factor} times as fast: use 1 to 100000")
        self._start = start.astimezone(UTC)
        self._factor = factor
        self._elapsed = elapsed
        self._zero = elapsed()

    @property
    def factor(self) -> float:
        """How many times as fast as the wall it runs."""
        return self._factor

    def now(self) -> datetime:
        """The demo's present moment, aware, in UTC."""
        return self._start + timedelta(seconds=(self._elapsed() - self._zero) * self._factor)
