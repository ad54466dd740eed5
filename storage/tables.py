"""The tables. Rows only: they carry no rules, are never handed out and never validated.

Times are milliseconds since 1970 in UTC, money is hundredths. Imported by the migrations and when
the SQL of ``prepared.json`` is made anew, not by a running Fifteen: see ``prepared``.
"""

from typing import Any

from sqlalchemy import BigInteger, Index, Integer, MetaData, Sequence, Text, text
from sqlmodel import Field, SQLModel

LONG = BigInteger().with_variant(Integer(), "sqlite")

OPEN_MOMENT = "status IN ('open', 'acted')"
OPEN_FOLLOW_UP = "state IN ('waiting', 'asked')"
ASKED = "state = 'asked'"
ON_ITS_WAY = "state IN ('ready', 'sending')"
LEFT_OVER = "state IN ('in_doubt', 'dead', 'superseded')"
KEPT = "state = 'kept'"
WITH_REF = "ref <> ''"
LATEST = "latest = 1"


def partial(name: str, *columns: str, where: str) -> Index:
    """An index over the few rows that still ask for work: it stays small for ever."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def long(*, key: bool = False, null: bool = False) -> Any:  # noqa: ANN401 - as SQLModel's Field
    """A whole number of 64 bits: a time, a sum or an id."""
    if key:
        return Field(sa_type=LONG, primary_key=True, sa_column_kwargs={"autoincrement": False})
    return Field(sa_type=LONG, nullable=null)


def words() -> Any:  # noqa: ANN401 - as SQLModel's Field
    """Text of any length."""
    return Field(sa_type=Text, nullable=False)


class Row(SQLModel):
    """What all tables share: one catalogue."""

    metadata = MetaData()


class PersonRow(Row, table=True):
    """Somebody enrolled."""

    __tablename__ = "people"
    __table_args__ = (Index("people_site", "site"), Index("people_chat", "channel", "chat"))

    id: str = Field(primary_key=True)
    name: str
    role: str
    site: str
    channel: str
    chat: str
    thread: str
    duties: str
    language: str
    shift: str
    shift_at: int | None = long(null=True)
    active: int


class IdentityRow(Row, table=True):
    """An account on a platform, and whose it is. One person may have one on each platform."""

    __tablename__ = "identities"
    __table_args__ = (Index("identities_person", "person"),)

    channel: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    person: str = Field(foreign_key="people.id")
    linked: int = long()


class InviteRow(Row, table=True):
    """A one-time code, as its fingerprint: whoever reads the table cannot use it. With ``person``
    it links a further account to somebody enrolled, else it enrols somebody as ``role``."""

    __tablename__ = "invites"

    code_hash: str = Field(primary_key=True)
    role: str
    site: str
    name: str
    person: str
    by: str
    expires: int = long()
    used_by: str
    used_at: int | None = long(null=True)


class MomentRow(Row, table=True):
    """A moment: ``body`` is all of it, the columns are what is searched and counted."""

    __tablename__ = "moments"
    __table_args__ = (
        partial("moments_ref", "site", "ref", "created", where=WITH_REF),
        partial("moments_open", "person", "created", where=OPEN_MOMENT),
        # Every column week() counts stands in the index: the table itself is never touched,
        # which is 0.05 ms instead of 19 ms for a week among a million moments.
        Index(
            "moments_week",
            *("site", "created", "status", "stage", "kind", "heat", "touchpoint", "answered"),
            *("smot", "smot_by", "umot", "umot_by", "gift_count", "given", "over_limit"),
            *("corrected", "repeat"),
        ),
    )

    id: str = Field(primary_key=True)
    site: str
    person: str
    logged_by: str
    status: str
    stage: str
    kind: str
    heat: int
    escalate: int
    value: str
    repeat: int
    ref: str
    touchpoint: str
    play: str
    revision: str
    created: int = long()
    answered: int | None = long(null=True)
    updated: int = long()
    smot: str
    smot_by: str
    umot: str
    umot_by: str
    given: int = long()
    gift_count: int
    over_limit: int
    corrected: int
    failures: int
    joined: str
    version: int
    body: str = words()


class GiftRow(Row, table=True):
    """Something given: what is left of somebody's day is one look into an index."""

    __tablename__ = "gifts"
    __table_args__ = (Index("gifts_person", "person", "at", "amount"),)

    moment: str = Field(primary_key=True, foreign_key="moments.id")
    n: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    person: str
    at: int = long()
    amount: int = long()
    what: str
    over: int
    approved_by: str


class FollowUpRow(Row, table=True):
    """A question to come. ``next_at`` is ``due``, or the end of the lease once it is claimed: so
    one index serves both, and a claimed row stands out of the way of the next look."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        Index("follow_ups_moment", "moment"),
        partial("follow_ups_next", "next_at", where=OPEN_FOLLOW_UP),
        partial("follow_ups_site", "site", "due", where=OPEN_FOLLOW_UP),
        partial("follow_ups_site_asked", "site", "due", where=ASKED),
        partial("follow_ups_asked", "person", where=ASKED),
    )

    id: str = Field(primary_key=True)
    moment: str = Field(foreign_key="moments.id")
    purpose: str
    due: int = long()
    person: str
    site: str
    state: str
    reminders: int
    snoozes: int
    next_at: int = long()
    worker: str


class InboxRow(Row, table=True):
    """An event as it came in. ``key`` names it for good: a redelivery finds it here."""

    __tablename__ = "inbox"
    __table_args__ = (
        partial("inbox_kept", "next_at", where=KEPT),
        Index("inbox_at", "at"),
    )

    key: str = Field(primary_key=True)
    kind: str
    body: str = words()
    at: int = long()
    state: str
    attempts: int
    next_at: int = long()
    error: str


OUTBOX_IDS = Sequence("outbox_ids", metadata=Row.metadata)
"""On PostgreSQL only: SQLite has one writer, which counts on from the last row."""


class OutboxRow(Row, table=True):
    """A card on its way, or a line said on the built-in page. ``id`` grows within each chat."""

    __tablename__ = "outbox"
    __table_args__ = (
        partial("outbox_next", "lane", "next_at", where=ON_ITS_WAY),
        partial("outbox_chat", "channel", "chat", "thread", "id", "position", where=LATEST),
        partial("outbox_rest", "state", where=LEFT_OVER),
    )

    id: int = long(key=True)
    channel: str
    chat: str
    thread: str
    slot: str
    lane: int
    person: str
    fresh: int
    state: str
    latest: int
    position: int = long()
    at: int = long()
    next_at: int = long()
    attempts: int
    error: str
    text: str = words()
    card: str = words()


class PlaceRow(Row, table=True):
    """What stands in one slot of a chat: the message's id there, its place among the lines, the
    newest outbox row and the one before it."""

    __tablename__ = "places"

    channel: str = Field(primary_key=True)
    chat: str = Field(primary_key=True)
    thread: str = Field(primary_key=True)
    slot: str = Field(primary_key=True)
    message_id: str
    position: int = long()
    last: int = long()
    previous: int = long()


class ResultRow(Row, table=True):
    """How often a revision of a play ended well at a site, counted as outcomes come in: to count
    them anew among a million moments would hold up the writer for a tenth of a second."""

    __tablename__ = "results"

    site: str = Field(primary_key=True)
    play: str = Field(primary_key=True)
    revision: str = Field(primary_key=True)
    well: int
    known: int


class ClaimRow(Row, table=True):
    """A name claimed for good: a digest of a person and week, the seeded demo."""

    __tablename__ = "claims"

    name: str = Field(primary_key=True)
    at: int = long()


class CorrectionRow(Row, table=True):
    """A reading somebody corrected, one a moment, and what a trainer made of it."""

    __tablename__ = "corrections"
    __table_args__ = (Index("corrections_site", "site", "state", "at"),)

    moment: str = Field(primary_key=True, foreign_key="moments.id")
    site: str
    text: str = words()
    stage: str
    kind: str
    heat: int
    read_stage: str
    read_kind: str
    read_heat: int
    by: str
    at: int = long()
    state: str
    decided_by: str
    decided_at: int = long()


class GrowthRow(Row, table=True):
    """What a site has learned, for every machine: ``overlay`` over the weights of that digest.
    ``asked`` is 0 where nobody waits for a publishing; ``next_at`` is the end of the lease of
    whoever is at it."""

    __tablename__ = "growths"

    site: str = Field(primary_key=True)
    weights: str
    made: int = long()
    overlay: str = words()
    report: str = words()
    lessons: int
    learned: int = long()
    asked: int = long()
    asked_by: str
    next_at: int = long()
