"""What goes out: written with the moment, handed out with a lease, and what became of it.

ready -> sending -> sent, or in_doubt (nobody can say whether it arrived), or dead (it never will).
A row in sending is in somebody's hands; only once it says that it is on the wire
(``mapper.UNDER_WAY``) may its card have arrived: who takes it over is told by ``Parcel.doubts``.
A card not yet sent is superseded by a newer one for the same slot of the same chat: nobody needs
to read what no longer holds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from bot.conversations.types import CODE_SLOT, LANES, Address, Card, Line, Parcel, Post, Said
from storage import mapper
from storage.prepared import Session, Value

LEASE: Final = timedelta(minutes=2)
"""How long a courier may take over one parcel before another one may take it."""
BLANK: Final = Card("A one-time code was shown here", "quiet")
"""What is kept of a card with a code once it was sent: whoever reads a backup finds none in it."""
WEB: Final = "web"
"""The channel whose page shows the rows themselves."""


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


def start(
    session: Session, parcel_id: int, now: datetime, lease: timedelta, doubts: int = 0
) -> Parcel | None:
    """Puts one parcel on the wire as it stands now; None where it is superseded, sent, on the wire
    already, or where more is known of its doubts than whoever holds it knows."""
    until = mapper.ms(now + lease)
    row = session.row("outbox_start", id=parcel_id, until=until, doubts=doubts)
    return replace(mapper.parcel_of(row), doubts=doubts) if row else None


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
        if slot.startswith(CODE_SLOT) and channel != WEB:
            session.changed("outbox_blank", id=parcel_id, card=mapper.card_text(BLANK))


def failed(session: Session, parcel_id: int, why: str, retry_at: datetime | None) -> None:
    """Notes a failed try: to be tried again at that time, or a dead letter for good."""
    if retry_at is not None:
        session.changed("outbox_failed", id=parcel_id, why=why, when=mapper.ms(retry_at))
    else:
        end(session, parcel_id, "dead", why)


def delayed(session: Session, parcel_id: int, why: str, until: datetime) -> None:
    """Notes that the platform asked to wait: no failed try."""
    session.changed("outbox_delayed", id=parcel_id, why=why, when=mapper.ms(until))


def unsure(session: Session, parcel_id: int, ask_at: datetime) -> None:
    """Leaves a parcel on the wire, to be taken up in doubt at that time."""
    session.changed("outbox_unsure", id=parcel_id, when=mapper.ms(ask_at))


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


def card_at(session: Session, address: Address, message: str) -> Card | None:
    """The newest card of a message of that chat; None where it is not ours."""
    row = session.row(
        "place_card",
        channel=address.channel,
        chat=address.chat,
        thread=address.thread,
        holds=f"%,{message},%",
    )
    return mapper.card_of(row[0]) if row else None


def dead_letters(session: Session, limit: int) -> list[DeadLetter]:
    """What could not be delivered, newest first."""
    return _letters(session, "dead_letters", limit)


def doubtful_letters(session: Session, limit: int) -> list[DeadLetter]:
    """What nobody can say of whether it arrived, newest first."""
    return _letters(session, "doubtful_letters", limit)


def _letters(session: Session, name: str, limit: int) -> list[DeadLetter]:
    found = []
    for *columns, why, at in session.rows(name, limit=limit):
        found.append(DeadLetter(mapper.parcel_of(columns), why, mapper.when(at)))
    return found


def resend(session: Session, parcel_id: int, now: datetime) -> bool:
    """Puts a dead or doubtful card back on its way; false where there is none of that id, a newer
    card has taken its place, or its reader was removed."""
    return session.changed("outbox_resend", id=parcel_id, now=mapper.ms(now)) == 1


def forget_messages(session: Session, channel: str, chat: str) -> None:
    """The messages of a chat cannot be edited any more: cards of their slots are sent anew."""
    session.changed("places_forget", channel=channel, chat=chat)
