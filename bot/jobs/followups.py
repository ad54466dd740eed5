"""Follow-ups whose time has come go through the same desk as everything else."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.conversations.types import Due, FollowUp

if TYPE_CHECKING:
    from bot.desk import Desk
    from storage.store import Store

LEASE: Final = timedelta(minutes=2)
"""How long a claimed follow-up is left to its worker; a dead worker's are taken after that."""
AT_ONCE: Final = 64
"""Asked together, so that they share commits; more would only make live answers wait."""
BATCH: Final = 500


async def ask_due(store: "Store", desk: "Desk", now: datetime, worker: str) -> int:
    """Claims what is due and asks it; returns how many were claimed."""
    taken = await store.submit(lambda book: book.take(now, worker, LEASE, BATCH))
    for start in range(0, len(taken), AT_ONCE):
        group = taken[start : start + AT_ONCE]
        await asyncio.gather(*(desk.receive(_event(f, now)) for f in group))
    return len(taken)


def _event(follow_up: FollowUp, now: datetime) -> Due:
    """The key names the asking, not the claim: the same asking cannot happen twice."""
    due = int(follow_up.due.timestamp() * 1000)
    return Due(f"due:{follow_up.id}:{due}", now, follow_up.id, follow_up.moment)
