"""Every statement Fifteen runs, in SQLAlchemy Core, by name. Compiled ahead: see ``prepared``.

Two dialects, one text: what differs is ``insert`` (for ON CONFLICT) and SKIP LOCKED, which SQLite
leaves out. Values that decide which partial index is used are written into the statement, because
SQLite takes such an index only where it sees the very words of its condition. What goes out and
what is counted stands in ``statements_out``.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Table,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects import sqlite

from storage import tables

Insert: TypeAlias = Callable[[Table], Any]
Statements: TypeAlias = dict[str, ClauseElement]


def table(row: type[tables.Row]) -> Table:
    """The table behind a row class."""
    return tables.Row.metadata.tables[str(row.__tablename__)]


PEOPLE = table(tables.PersonRow)
MOMENTS = table(tables.MomentRow)
GIFTS = table(tables.GiftRow)
FOLLOW_UPS = table(tables.FollowUpRow)
INBOX = table(tables.InboxRow)
OUTBOX = table(tables.OutboxRow)
PLACES = table(tables.PlaceRow)
RESULTS = table(tables.ResultRow)
CLAIMS = table(tables.ClaimRow)


def given(name: str) -> Any:  # noqa: ANN401 - compared with columns of any type
    """A value that comes with each run."""
    return bindparam(name)


def fixed(value: str | int) -> ColumnElement[Any]:
    """A value written into the statement."""
    return literal_column(f"'{value}'" if isinstance(value, str) else str(value))


def place_in(of: Table, insert: Insert) -> ColumnElement[Any]:
    """What finds a row just found again within one statement: on SQLite its place in the file,
    which spares a look into the index of its name, a quarter of a claim."""
    return literal_column(f"{of.name}.rowid") if insert is sqlite.insert else of.c.id


def all_of(of: Table) -> dict[str, Any]:
    """Every column of a table, each given under its own name."""
    return {column.name: bindparam(column.name, type_=column.type) for column in of.columns}


def upsert(insert: Insert, into: Table, *, keep: tuple[str, ...] = ()) -> ClauseElement:
    """Insert, or replace everything but the key and the columns to keep."""
    new = insert(into).values(all_of(into))
    keys = [column.name for column in into.primary_key]
    changes = {
        column.name: new.excluded[column.name]
        for column in into.columns
        if column.name not in keys and column.name not in keep
    }
    statement: ClauseElement = new.on_conflict_do_update(index_elements=keys, set_=changes)
    return statement


def people(insert: Insert) -> Statements:
    """Who is enrolled, and names claimed for good."""
    here = and_(PEOPLE.c.site == given("site"), PEOPLE.c.active == fixed(1))
    at = and_(PEOPLE.c.channel == given("channel"), PEOPLE.c.chat == given("chat"))
    return {
        "person_save": upsert(insert, PEOPLE),
        "person": select(PEOPLE).where(PEOPLE.c.id == given("id")),
        "people": select(PEOPLE).where(here).order_by(PEOPLE.c.id),
        "people_all": select(PEOPLE).order_by(PEOPLE.c.id),
        "person_at": select(PEOPLE)
        .where(at)
        .order_by(PEOPLE.c.active.desc(), PEOPLE.c.id)
        .limit(1),
        "claim": insert(CLAIMS).values(all_of(CLAIMS)).on_conflict_do_nothing(),
    }


def moments(insert: Insert) -> Statements:
    """A moment written, and what was given with it."""
    now = {name: value for name, value in all_of(MOMENTS).items() if name != "id"}
    same = and_(MOMENTS.c.id == given("id"), MOMENTS.c.version == given("read_version"))
    return {
        "moment_insert": insert(MOMENTS).values(all_of(MOMENTS)).on_conflict_do_nothing(),
        "moment_update": update(MOMENTS).where(same).values(now),
        "moment_was": select(MOMENTS.c.body).where(MOMENTS.c.id == given("id")),
        "gift_insert": insert(GIFTS).values(all_of(GIFTS)),
        "gifts_delete": delete(GIFTS).where(GIFTS.c.moment == given("moment")),
        "spent": select(func.coalesce(func.sum(GIFTS.c.amount), 0)).where(
            GIFTS.c.person == given("person"),
            GIFTS.c.at >= given("since"),
            # What a manager granted is hers: it does not use up the clerk's own day.
            GIFTS.c.approved_by == fixed(""),
        ),
        "result_add": _result_add(insert),
        "results": select(
            RESULTS.c.play, RESULTS.c.revision, RESULTS.c.well, RESULTS.c.known
        ).where(RESULTS.c.site == given("site"), RESULTS.c.known > 0),
    }


def _result_add(insert: Insert) -> ClauseElement:
    new = insert(RESULTS).values(all_of(RESULTS))
    sums = {name: RESULTS.c[name] + new.excluded[name] for name in ("well", "known")}
    statement: ClauseElement = new.on_conflict_do_update(
        index_elements=["site", "play", "revision"], set_=sums
    )
    return statement


def with_follow_ups(found: Any) -> Any:  # noqa: ANN401 - a SELECT of MOMENTS, narrowed
    """The moments of a SELECT beside their follow-ups: one trip for both, newest moment first."""
    few = found.subquery()
    both = few.outerjoin(FOLLOW_UPS, FOLLOW_UPS.c.moment == few.c.id)
    asked = [FOLLOW_UPS.c[name] for name in FOLLOW_UP_COLUMNS]
    return (
        select(few.c.version, few.c.body, *asked)
        .select_from(both)
        .order_by(few.c.created.desc(), few.c.id, FOLLOW_UPS.c.due, FOLLOW_UPS.c.id)
    )


FOLLOW_UP_COLUMNS = (
    *("id", "moment", "purpose", "due", "person", "site", "state", "reminders", "snoozes"),
)
"""In the order of the fields of ``FollowUp``."""


def moment_lists(_: Insert) -> Statements:
    """Moments found: by id, of one customer, of one person."""
    core = select(MOMENTS.c.id, MOMENTS.c.version, MOMENTS.c.body, MOMENTS.c.created)
    still_open = text(f"moments.{tables.OPEN_MOMENT}")
    same_ref = and_(
        MOMENTS.c.site == given("site"),
        MOMENTS.c.ref == given("ref"),
        text(f"moments.{tables.WITH_REF}"),
        MOMENTS.c.created >= given("since"),
    )
    newest = (MOMENTS.c.created.desc(), MOMENTS.c.id)
    asked = select(FOLLOW_UPS.c.moment).where(
        FOLLOW_UPS.c.person == given("person"), text(f"follow_ups.{tables.ASKED}")
    )
    mine = core.where(MOMENTS.c.person == given("person"), still_open)
    waiting = core.where(MOMENTS.c.id.in_(asked), MOMENTS.c.status != fixed("undone"))
    either = mine.union(waiting).subquery()
    return {
        "moment": with_follow_ups(core.where(MOMENTS.c.id == given("id"))),
        "open_by_ref": with_follow_ups(core.where(same_ref, still_open)),
        "open_of": with_follow_ups(
            select(either).order_by(either.c.created.desc(), either.c.id).limit(bindparam("limit"))
        ),
        "failures": select(func.count())
        .select_from(MOMENTS)
        .where(
            same_ref,
            MOMENTS.c.id != given("but"),
            MOMENTS.c.kind.not_in([fixed("question"), fixed("praise")]),
            MOMENTS.c.status != fixed("undone"),
        ),
        "history": with_follow_ups(core.where(same_ref).order_by(*newest).limit(given("limit"))),
    }


def follow_ups(insert: Insert) -> Statements:
    """Questions to come: written, claimed, counted."""
    still_open = text(f"follow_ups.{tables.OPEN_FOLLOW_UP}")
    row = place_in(FOLLOW_UPS, insert)
    due = (
        select(row.label("place"))
        .where(still_open, FOLLOW_UPS.c.next_at <= given("now"))
        .order_by(FOLLOW_UPS.c.next_at)
        .limit(given("limit"))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = (
        update(FOLLOW_UPS)
        .where(row.in_(select(due.c.place)))
        .values(next_at=given("until"), worker=given("worker"))
        .returning(*(FOLLOW_UPS.c[name] for name in FOLLOW_UP_COLUMNS))
    )
    here = FOLLOW_UPS.c.site == given("site")
    late = select(func.count()).select_from(FOLLOW_UPS).where(here)
    return {
        "follow_up_save": upsert(insert, FOLLOW_UPS),
        "follow_ups_due": select(FOLLOW_UPS.c.next_at)
        .where(still_open, FOLLOW_UPS.c.next_at <= given("now"))
        .order_by(FOLLOW_UPS.c.next_at)
        .limit(1),
        "follow_ups_take": taken,
        "follow_ups_freed": update(FOLLOW_UPS)
        .where(still_open, FOLLOW_UPS.c.next_at > FOLLOW_UPS.c.due)
        .values(next_at=FOLLOW_UPS.c.due),
        "follow_ups_late": late.where(still_open, FOLLOW_UPS.c.due <= given("now")),
        "follow_ups_asked": late.where(
            text(f"follow_ups.{tables.ASKED}"), FOLLOW_UPS.c.due > given("now")
        ),
    }


def inbox(insert: Insert) -> Statements:
    """Events kept before they are acknowledged."""
    kept = INBOX.c.state == fixed("kept")
    mine = and_(INBOX.c.key == given("key"), kept)
    again = {
        "attempts": INBOX.c.attempts + 1,
        "error": given("why"),
        "state": given("new_state"),
        "next_at": given("retry_at"),
    }
    return {
        "keep": insert(INBOX).values(all_of(INBOX)).on_conflict_do_nothing(),
        "settle": update(INBOX).where(mine).values(state=fixed("done"), error=fixed("")),
        "settle_failed": update(INBOX).where(mine).values(again),
        "unsettled": select(INBOX.c.kind, INBOX.c.body)
        .where(kept, INBOX.c.next_at <= given("now"), INBOX.c.at <= given("before"))
        .order_by(INBOX.c.next_at, INBOX.c.at, INBOX.c.key)
        .limit(given("limit")),
        "inbox_failed": select(INBOX.c.key, INBOX.c.kind, INBOX.c.body, INBOX.c.at, INBOX.c.error)
        .where(INBOX.c.state == fixed("failed"))
        .order_by(INBOX.c.at.desc())
        .limit(given("limit")),
        "attempts": select(INBOX.c.attempts).where(INBOX.c.key == given("key")),
        "inbox_forget": delete(INBOX).where(
            INBOX.c.at < given("before"), INBOX.c.state != fixed("kept")
        ),
    }
