"""What was left over: events kept but not answered, cards written but not sent, old rows."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.courier import Courier
    from bot.desk import Desk
    from storage.store import Store

BATCH: Final = 100
GOES: Final = 100
"""So often an hour a few old cards are thrown away."""


async def sweep(store: "Store", desk: "Desk", courier: "Courier", now: datetime) -> int:
    """Answers and sends what was left over; returns how much there was."""
    kept = await store.submit(lambda book: book.unsettled(now, BATCH))
    for event in kept:
        await desk.again(event)
    return len(kept) + await courier.sweep()


async def tidy(store: "Store", now: datetime, keep_cards: timedelta | None = None) -> None:
    """Takes away what nobody will ask for again; with ``keep_cards`` also what was typed and shown
    longer ago than that."""
    await store.submit(lambda book: book.forget_old(now))
    if keep_cards is None:
        return
    for _ in range(GOES):
        if not await store.submit(lambda book: book.forget_cards(now - keep_cards)):
            return
