"""What goes out: written with the moment, handed out with a lease, and what became of it.

ready -> sending -> sent, or in_doubt (nobody can say whether it arrived), or dead (it never will).
A card not yet sent is superseded by a newer one for the same slot of the same chat: nobody needs
to read what no longer holds.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from bot.conversations.types import LANES, Address, Line, Parcel, Post, Said
from storage import mapper
from storage.prepared import Session, Value

LEASE: Final = timedelta(minutes=2)
"""How long a courier may take over one parcel before another one may take it."""


class DeadLetter(NamedTuple):
    """A card that could not be delivered, and why."""

    parcel: Parcel
    why: str
    at: datetime


class Outbox:
    """What one transaction writes into the outbox."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last = 0

    def post(self, posts: Sequence[Post], now: datetime) -> list[Parcel]:
        """Writes cards to be sent, and says what they became."""
        self._hold([each.to for each in posts])
        return [self._write(each, now) for each in posts]

    def say(self, said: Said, now: datetime) -> None:
        """Writes a line said on the built-in page into its chat."""
        self._hold([said.address])
        line = row_of(self._next(), said.address, f"said:{said.key}", now)
        line |= {"state": "sent", "text": said.text, "person": said.person}
        self._session.put("outbox_insert", line)

    def _hold(self, chats: Iterable[Address]) -> None:
        """Keeps the ids of a chat growing in the order of commits: a page that asks for what is
        newer than 7 would otherwise never see a 6 that was committed later."""
        if self._session.dialect == "postgresql":
            for name in sorted({f"chat {to.channel} {to.chat} {to.thread}" for to in chats}):
                self._session.lock(name)

    def _next(self) -> int:
        """The next id. SQLite has one writer: it looks once and counts on."""
        if self._last and self._session.dialect == "sqlite":
            self._last += 1
        else:
            self._last = int(self._session.row("outbox_id")[0])
        return self._last

    def _write(self, new: Post, now: datetime) -> Parcel:
        seq = self._next()
        row = row_of(seq, new.to, new.slot, now)
        row |= {"message_id": "", "last": seq, "fresh": int(new.fresh)}
        standing, position, previous = self._session.rows_of("place_move", row)[0]
        fresh = new.fresh
        if previous:
            older = self._session.row("outbox_replace", last=previous)
            # A fresh card that was never sent hands its freshness on, else the newer one would
            # edit a message far above the line just typed.
            fresh = fresh or (older is not None and older[0] == "superseded" and bool(older[1]))
        row |= {"lane": LANES.index(new.lane), "person": new.person, "fresh": int(fresh)}
        row |= {"position": position, "card": mapper.card_text(new.card)}
        self._session.put("outbox_insert", row)
        replaces = "" if fresh else standing
        return Parcel(seq, new.to, new.card, new.slot, new.lane, new.person, replaces)


def row_of(seq: int, to: Address, slot: str, now: datetime) -> dict[str, Value]:
    """A row of the outbox with nothing to show yet."""
    at = mapper.ms(now)
    return {
        "id": seq,
        "channel": to.channel,
        "chat": to.chat,
        "thread": to.thread,
        "slot": slot,
        "lane": 0,
        "person": "",
        "fresh": 0,
        "state": "ready",
        "latest": 1,
        "position": seq,
        "at": at,
        "next_at": at,
        "attempts": 0,
        "error": "",
        "text": "",
        "card": "",
    }


def take(session: Session, now: datetime, limit: int, lease: timedelta) -> list[Parcel]:
    """Parcels due, live answers first, each marked as being sent until the lease ends."""
    at = mapper.ms(now)
    if session.row("outbox_due", now=at) is None:
        return []
    rows = session.rows("outbox_take", now=at, limit=limit, until=mapper.ms(now + lease))
    return sorted(map(mapper.parcel_of, rows), key=lambda each: (LANES.index(each.lane), each.id))


def start(session: Session, parcel_id: int, now: datetime, lease: timedelta) -> Parcel | None:
    """Takes one parcel as it stands now; None where it is superseded, sent or somebody else's."""
    until = mapper.ms(now + lease)
    row = session.row("outbox_start", id=parcel_id, now=mapper.ms(now), until=until)
    return mapper.parcel_of(row) if row else None


def sent(session: Session, parcel_id: int, message_id: str, now: datetime) -> None:
    """Notes that a parcel arrived, and under which id its message can be edited."""
    row = session.row("outbox_sent", id=parcel_id, now=mapper.ms(now))
    if row:
        channel, chat, thread, slot = row
        session.changed(
            "place_sent",
            channel=channel,
            chat=chat,
            thread=thread,
            slot=slot,
            message_id=message_id,
        )


def failed(session: Session, parcel_id: int, why: str, retry_at: datetime | None) -> None:
    """Notes a failed try: to be tried again at that time, or a dead letter for good."""
    if retry_at is not None:
        session.changed("outbox_failed", id=parcel_id, why=why, when=mapper.ms(retry_at))
    else:
        end(session, parcel_id, "dead", why)


def end(session: Session, parcel_id: int, state: str, why: str) -> None:
    """Puts a parcel aside for good, as dead or in_doubt."""
    session.changed("outbox_end", id=parcel_id, new_state=state, why=why, when=0)


def transcript(session: Session, address: Address, after: int, limit: int) -> list[Line]:
    """The chat as the built-in page shows it, in the order of its lines."""
    where: dict[str, Value] = {
        "channel": address.channel,
        "chat": address.chat,
        "thread": address.thread,
        "limit": limit,
    }
    if after:
        rows = session.rows("transcript_after", **where, after=after)
    else:
        rows = session.rows("transcript_last", **where)
    return [mapper.line_of(row) for row in rows]


def dead_letters(session: Session, limit: int) -> list[DeadLetter]:
    """What could not be delivered, newest first."""
    found = []
    for *columns, why, at in session.rows("dead_letters", limit=limit):
        found.append(DeadLetter(mapper.parcel_of(columns), why, mapper.when(at)))
    return found
