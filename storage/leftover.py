"""What came in and was given up: it could not be read or stored, or the conversation stumbled over
it each time. Such a row stays for a week, so that somebody can ask for it to be typed anew."""

from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from bot.conversations.types import Address, Due
from storage import mapper
from storage.prepared import Session

NEVER_READ: Final = "left_out"
"""The kind of what never became an event."""


class LeftOut(NamedTuple):
    """One of them. ``chat`` is where it was written, None where that is not known; ``line`` is what
    was kept of it, empty where it never got so far."""

    key: str
    chat: Address | None
    why: str
    at: datetime
    line: str = ""


def leave_out(session: Session, left: LeftOut) -> None:
    """Notes what never became an event. Its key counts as seen from now on."""
    told = [left.chat.channel, left.chat.chat, left.chat.thread] if left.chat else []
    row: dict[str, str | int | None] = {
        "key": left.key,
        "kind": NEVER_READ,
        "body": msgspec.json.encode(told).decode(),
        "at": mapper.ms(left.at),
        "state": "failed",
        "attempts": 0,
        "next_at": mapper.ms(left.at),
        "error": left.why,
    }
    session.put("keep", row)


def left_out(session: Session, limit: int) -> list[LeftOut]:
    """What was given up, newest first."""
    rows = session.rows("inbox_failed", limit=limit)
    return [_read(*row) for row in rows]


def _read(key: str, kind: str, body: str, at: int, why: str) -> LeftOut:
    if kind == NEVER_READ:
        told = msgspec.json.decode(body, type=list[str])
        return LeftOut(key, Address(*told) if told else None, why, mapper.when(at))
    event = mapper.event_of(kind, body)
    chat = None if isinstance(event, Due) else event.address
    return LeftOut(key, chat, why, mapper.when(at), getattr(event, "text", ""))
