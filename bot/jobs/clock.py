"""The scheduler only ticks: what is due stands in rows, so a missed tick loses nothing."""

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.redact import told

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)


def start_ticking(
    ticks: dict[str, tuple[float, Callable[[], Awaitable[object]]]],
) -> "AsyncIOScheduler":
    """Starts calling each of ``ticks`` every so many seconds, in memory only.

    ``coalesce`` and one instance: after a stall one tick makes up for all. No grace time: the
    default of one second would silently drop the tick that comes after a stall.
    """
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    scheduler = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for name, (seconds, tick) in ticks.items():
        scheduler.add_job(_guarded(name, tick), "interval", seconds=seconds, id=name)
    scheduler.start()
    return scheduler


def _guarded(name: str, tick: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        try:
            await tick()
        except Exception as problem:  # noqa: BLE001 - whatever it was, the next tick must come
            # A tick that fails is tried at the next one; the rows it looks at are still there.
            log.error("tick %s failed: %s", name, told(problem))

    return run
