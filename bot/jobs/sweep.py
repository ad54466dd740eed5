"""What was left over: events kept but not answered, cards written but not sent, old rows."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.courier import Courier
    from bot.desk import Desk
    from storage.store import Store

BATCH: Final = 100


async def sweep(store: "Store", desk: "Desk", courier: "Courier", now: datetime) -> int:
    """Answers and sends what was left over; returns how much there was."""
    kept = await store.submit(lambda book: book.unsettled(now, BATCH))
    for event in kept:
        await desk.again(event)
    return len(kept) + await courier.sweep()


async def tidy(store: "Store", now: datetime) -> None:
    """Takes away what nobody will ask for again."""
    await store.submit(lambda book: book.forget_old(now))
