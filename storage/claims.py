"""Work shared among several workers: each piece is taken by one, and comes back if that one dies.

A follow-up is claimed by a conditional UPDATE that moves ``next_at`` to the end of the lease, so a
claimed row leaves the front of the index. On PostgreSQL rows another worker is just claiming are
skipped, not waited for.
"""

from datetime import datetime, timedelta
from typing import Final

from bot.conversations.types import FollowUp
from storage import mapper
from storage.prepared import Session

MOVED: Final = "moved:"


def take(
    session: Session, now: datetime, worker: str, lease: timedelta, limit: int
) -> list[FollowUp]:
    """Follow-ups whose time has come, the longest due first, claimed for that worker."""
    at = mapper.ms(now)
    if session.row("follow_ups_due", now=at) is None:
        return []
    until = mapper.ms(now + lease)
    rows = session.rows("follow_ups_take", now=at, until=until, worker=worker, limit=limit)
    return sorted(map(mapper.follow_up_of, rows), key=lambda each: (each.due, each.id))


def once(session: Session, name: str, now: datetime) -> bool:
    """Claims a name for good: true for the first who asks, ever."""
    return session.changed("claim", name=name, at=mapper.ms(now)) == 1


def moved(channel: str, old: str, new: str) -> str:
    """The claim that says that a chat moved; a platform's names of chats hold no blank."""
    return f"{MOVED}{channel} {old} {new}"


def moves(session: Session) -> dict[tuple[str, str], str]:
    """Every move claimed so far, the latest of each chat."""
    found = {}
    for (name,) in session.rows("claims_moved"):
        channel, old, new = name.removeprefix(MOVED).split(" ")
        found[channel, old] = new
    return found
