"""Between rows and the frozen values of the conversation: the one place that knows both.

A moment travels whole, as JSON in ``body``; the columns beside it are only for searching and
counting and are never read back. Follow-ups live in their own rows and are joined on when read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

import msgspec

from bot.conversations.types import (
    LANES,
    Address,
    Card,
    Due,
    Event,
    Filled,
    FollowUp,
    Line,
    Moment,
    Parcel,
    Person,
    Said,
    Tapped,
)
from storage.prepared import Value

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
TICK: Final = timedelta(milliseconds=1)
KINDS: Final[dict[str, type[Event]]] = {
    "said": Said,
    "tapped": Tapped,
    "filled": Filled,
    "due": Due,
}
NAMES: Final = {kind: name for name, kind in KINDS.items()}

_encode = msgspec.json.Encoder().encode
_moment = msgspec.json.Decoder(Moment)
_IN_BODY: Final = tuple(each.name for each in fields(Moment) if each.name != "follow_ups")
_of_body = attrgetter(*_IN_BODY)
_card = msgspec.json.Decoder(Card)
_duties = msgspec.json.Decoder(tuple[str, ...])
_events = {name: msgspec.json.Decoder(kind) for name, kind in KINDS.items()}


# --- times -----------------------------------------------------------------------------------


def ms(at: datetime) -> int:
    """Whole milliseconds since 1970. A naive time raises TypeError: it would be a guess."""
    return (at - EPOCH) // TICK


def when(value: int) -> datetime:
    """The time of a row, in UTC. Exact: a float holds far more than milliseconds."""
    return datetime.fromtimestamp(value / 1000, UTC)


# --- events ----------------------------------------------------------------------------------


def event_row(event: Event, now: datetime, *, done: bool = False) -> dict[str, Value]:
    """The inbox row of an event just kept, due at once should nobody settle it; or settled."""
    at = ms(now)
    return {
        "key": event.key,
        "kind": NAMES[type(event)],
        "body": _encode(event).decode(),
        "at": at,
        "state": "done" if done else "kept",
        "attempts": 0,
        "next_at": at,
        "error": "",
    }


def event_of(kind: str, body: str) -> Event:
    """The event of an inbox row."""
    event: Event = _events[kind].decode(body)
    return event


# --- moments ---------------------------------------------------------------------------------


def moment_body(moment: Moment) -> str:
    """The moment as it is stored: one step of Undo deep, without its follow-ups."""
    before = moment.before
    if before is not None and before.before is not None:
        moment = replace(moment, before=replace(before, before=None))
    # Named and not copied: a copy without its follow-ups would cost more than the writing.
    return _encode(dict(zip(_IN_BODY, _of_body(moment), strict=True))).decode()


def moment_row(moment: Moment, version: int) -> dict[str, Value]:
    """Every column of a moment's row."""
    reading, suggestion = moment.reading, moment.suggestion
    smot, umot = moment.smot, moment.umot
    return {
        "id": moment.id,
        "site": moment.site,
        "person": moment.person,
        "logged_by": moment.logged_by,
        "status": moment.status,
        "stage": reading.stage,
        "kind": reading.kind,
        "heat": reading.heat,
        "escalate": int(reading.escalate),
        "value": reading.value,
        "repeat": int(reading.repeat),
        "ref": reading.ref,
        "touchpoint": reading.touchpoint or suggestion.touchpoint,
        "play": suggestion.play,
        "revision": suggestion.revision,
        "created": ms(moment.created),
        "answered": None if moment.answered is None else ms(moment.answered),
        "updated": ms(moment.updated),
        "smot": smot.result if smot else "",
        "smot_by": smot.provenance if smot else "",
        "umot": umot.result if umot else "",
        "umot_by": umot.provenance if umot else "",
        "given": sum(gift.amount for gift in moment.gifts),
        "gift_count": len(moment.gifts),
        "over_limit": sum(gift.over for gift in moment.gifts),
        "corrected": int(moment.first_reading is not None),
        "failures": moment.failures,
        "joined": moment.joined,
        "version": version,
        "body": moment_body(moment),
    }


def moments_of(rows: Iterable[Sequence[Any]]) -> tuple[Moment, ...]:
    """Moments from rows of version, body and one follow-up each, those of a moment side by side."""
    found: list[Moment] = []
    last = ""
    for version, body, *columns in rows:
        moment_id = columns[1]
        if moment_id is None or moment_id != last:
            found.append(_moment.decode(body))
            object.__setattr__(found[-1], "version", version)
            last = moment_id
        if moment_id is not None:
            _add(found[-1], follow_up_of(columns))
    return tuple(found)


def _add(moment: Moment, follow_up: FollowUp) -> None:
    """Puts a follow-up on a moment just decoded, which nobody else has seen yet: to copy all its
    fields instead would cost as much as decoding it."""
    object.__setattr__(moment, "follow_ups", (*moment.follow_ups, follow_up))


def moment_of(body: str) -> Moment:
    """The moment of a body, without its follow-ups."""
    return _moment.decode(body)


def gift_rows(moment: Moment) -> list[dict[str, Value]]:
    """What was given, a row each; nothing where the moment was logged by mistake or joined to
    another one, which carries the gifts on: they would be counted twice against somebody's day."""
    if moment.status == "undone":
        return []
    return [
        {
            "moment": moment.id,
            "n": n,
            "person": gift.by,
            "at": ms(gift.at),
            "amount": gift.amount,
            "what": gift.what,
            "over": int(gift.over),
            "approved_by": gift.approved_by,
        }
        for n, gift in enumerate(moment.gifts)
    ]


# --- follow-ups ------------------------------------------------------------------------------


def follow_up_row(follow_up: FollowUp) -> dict[str, Value]:
    """The row of a follow-up, free to be claimed when it is due."""
    due = ms(follow_up.due)
    return {
        "id": follow_up.id,
        "moment": follow_up.moment,
        "purpose": follow_up.purpose,
        "due": due,
        "person": follow_up.person,
        "site": follow_up.site,
        "state": follow_up.state,
        "reminders": follow_up.reminders,
        "snoozes": follow_up.snoozes,
        "next_at": due,
        "worker": "",
    }


def follow_up_of(row: Sequence[Any]) -> FollowUp:
    """The follow-up of a row, its columns in the order of the fields."""
    id_, moment, purpose, due, person, site, state, reminders, snoozes = row
    return FollowUp(id_, moment, purpose, when(due), person, site, state, reminders, snoozes)


# --- people ----------------------------------------------------------------------------------


def person_row(person: Person) -> dict[str, Value]:
    """The row of somebody enrolled."""
    address = person.address or Address("", "")
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "site": person.site,
        "channel": address.channel,
        "chat": address.chat,
        "thread": address.thread,
        "duties": _encode(person.duties).decode(),
        "language": person.language,
        "shift": person.shift,
        "shift_at": None if person.shift_at is None else ms(person.shift_at),
        "active": int(person.active),
    }


@lru_cache(maxsize=4096)
def person_of(row: tuple[Any, ...]) -> Person:
    """Somebody enrolled. Cached by the row itself: every turn asks for everybody at the site, and
    the rows rarely change."""
    id_, name, role, site, channel, chat, thread, duties, language, shift, shift_at, active = row
    return Person(
        id=id_,
        name=name,
        role=role,
        site=site,
        address=Address(channel, chat, thread) if channel else None,
        duties=_duties.decode(duties),
        language=language,
        shift=shift,
        shift_at=None if shift_at is None else when(shift_at),
        active=bool(active),
    )


# --- what goes out ---------------------------------------------------------------------------

UNDER_WAY: Final = "handed to the platform, which has not answered yet"
UNDER_WAY_AGAIN: Final = "handed to the platform once more, which has not answered yet"
"""What a row says of itself while its card is on the wire. A courier that dies leaves it so."""
DOUBT: Final = "nobody knows whether it arrived"
DOUBT_AGAIN: Final = "sent twice, and nobody knows whether it arrived"
DOUBTS: Final = (DOUBT, DOUBT_AGAIN)
"""What a row says whose courier never told what became of it."""


def card_text(card: Card | None) -> str:
    """A card as it is stored; none is an empty text."""
    return "" if card is None else _encode(card).decode()


def card_of(text: str) -> Card | None:
    """A stored card; an empty text is none."""
    return _card.decode(text) if text else None


def parcel_of(row: Sequence[Any]) -> Parcel:
    """The parcel of a row, its columns as in ``PARCEL_COLUMNS`` and the message it replaces."""
    id_, channel, chat, thread, card, slot, lane, person, attempts, error, replaces = row
    to = Address(channel, chat, thread)
    shown = _card.decode(card)
    doubts = DOUBTS.index(error) + 1 if error in DOUBTS else 0
    return Parcel(id_, to, shown, slot, LANES[lane], person, replaces or "", attempts, doubts)


def line_of(row: Sequence[Any]) -> Line:
    """One line of the built-in page."""
    seq, position, at, slot, text, card = row
    return Line(seq, position, when(at), slot, text, _card.decode(card) if card else None)
