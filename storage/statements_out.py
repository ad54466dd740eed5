"""The statements of what goes out and of what is counted; see ``statements``."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    update,
)

from storage import claims, mapper, tables
from storage.statements import (
    CLAIMS,
    FOLLOW_UPS,
    GIFTS,
    INBOX,
    MOMENTS,
    OUTBOX,
    PEOPLE,
    PLACES,
    Insert,
    Statements,
    all_of,
    fixed,
    given,
)

SAME_CHAT = and_(*(OUTBOX.c[name] == given(name) for name in ("channel", "chat", "thread")))
SAME_PLACE = and_(
    *(PLACES.c[name] == given(name) for name in ("channel", "chat", "thread", "slot"))
)
HOLDS = fixed(",").concat(PLACES.c.message_id).concat(fixed(","))
"""The messages that show a card: a long one may be several, their numbers joined by commas."""
ON_ITS_WAY = text(f"outbox.{tables.ON_ITS_WAY}")
LEFT_OVER = text(f"outbox.{tables.LEFT_OVER}")
LATEST = text(f"outbox.{tables.LATEST}")


STANDING = """(SELECT p.message_id FROM places AS p WHERE p.channel = outbox.channel
 AND p.chat = outbox.chat AND p.thread = outbox.thread AND p.slot = outbox.slot)"""
"""As text, because SQLAlchemy leaves table names out of RETURNING on SQLite, and without them the
two tables' columns of the same name would be compared with themselves."""
PARCEL_COLUMNS = (
    *("id", "channel", "chat", "thread", "card", "slot", "lane", "person", "attempts", "error"),
)
ON_THE_WIRE = OUTBOX.c.error.in_(
    [literal_column(f"'{each}'") for each in (mapper.UNDER_WAY, mapper.UNDER_WAY_AGAIN)]
)
IN_DOUBT = OUTBOX.c.error.in_([literal_column(f"'{each}'") for each in mapper.DOUBTS])


def parcel_columns() -> tuple[Any, ...]:
    """What a parcel is made of. The message it replaces is looked up when it is handed out: it may
    have been delivered only after the row was written."""
    replaces = case((OUTBOX.c.fresh == fixed(1), literal_column("''")), else_=text(STANDING))
    return (*(OUTBOX.c[name] for name in PARCEL_COLUMNS), replaces.label("replaces"))


HERE = OUTBOX.c.id == given("id")


def outbox(insert: Insert) -> Statements:
    """Cards written, handed out, and what became of them."""
    free = and_(LATEST, OUTBOX.c.next_at <= given("now"))
    due = (
        select(OUTBOX.c.id)
        .where(ON_ITS_WAY, free)
        .order_by(OUTBOX.c.lane, OUTBOX.c.next_at, OUTBOX.c.id)
        .limit(given("limit"))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = {
        "state": fixed("sending"),
        "next_at": given("until"),
        "attempts": OUTBOX.c.attempts + case((ON_THE_WIRE, fixed(1)), else_=fixed(0)),
        "error": case(
            (OUTBOX.c.error == fixed(mapper.UNDER_WAY), fixed(mapper.DOUBT)),
            (OUTBOX.c.error == fixed(mapper.UNDER_WAY_AGAIN), fixed(mapper.DOUBT_AGAIN)),
            else_=OUTBOX.c.error,
        ),
    }
    hand_out = update(OUTBOX).returning(*parcel_columns())
    return {
        "outbox_insert": insert(OUTBOX).values(all_of(OUTBOX)),
        "outbox_take": hand_out.where(OUTBOX.c.id.in_(select(due.c.id))).values(taken),
        "outbox_due": select(OUTBOX.c.id).where(ON_ITS_WAY, free).limit(1),
        "outbox_freed": update(OUTBOX)
        .where(ON_ITS_WAY, OUTBOX.c.state == fixed("sending"))
        .values(next_at=given("now")),
        **_on_the_wire(),
        **_not_arrived(),
        **_put_aside(),
    }


def _on_the_wire() -> Statements:
    """From the first call of the platform to the note that it arrived."""
    doubts = case(
        (ON_THE_WIRE, fixed(-1)),
        *((OUTBOX.c.error == fixed(each), fixed(n)) for n, each in enumerate(mapper.DOUBTS, 1)),
        else_=fixed(0),
    )
    under_way = case((IN_DOUBT, fixed(mapper.UNDER_WAY_AGAIN)), else_=fixed(mapper.UNDER_WAY))
    address = (OUTBOX.c.channel, OUTBOX.c.chat, OUTBOX.c.thread, OUTBOX.c.slot)
    return {
        "outbox_start": update(OUTBOX)
        .where(HERE, ON_ITS_WAY, LATEST, doubts == given("doubts"))
        .values(state=fixed("sending"), next_at=given("until"), error=under_way)
        .returning(*parcel_columns()),
        "outbox_sent": update(OUTBOX)
        .where(HERE)
        .values(state=fixed("sent"), next_at=given("now"), error=fixed(""))
        .returning(*address),
        "outbox_unsure": update(OUTBOX).where(HERE, ON_ITS_WAY).values(next_at=given("when")),
    }


def _not_arrived() -> Statements:
    """Tries that failed, and cards that will not be tried again."""
    outdated = OUTBOX.c.latest == fixed(0)
    tried = {"attempts": OUTBOX.c.attempts + 1}
    back = {
        "state": case((outdated, fixed("superseded")), else_=fixed("ready")),
        # What was in doubt before this try still is: the earlier one may have arrived.
        "error": case(
            (OUTBOX.c.error == fixed(mapper.UNDER_WAY_AGAIN), fixed(mapper.DOUBT)),
            else_=given("why"),
        ),
        "next_at": given("when"),
    }
    ended = {"state": given("new_state"), "next_at": given("when"), "error": given("why")}
    gone = exists().where(PEOPLE.c.id == OUTBOX.c.person, PEOPLE.c.active == fixed(0))
    afresh = case((OUTBOX.c.state == fixed("in_doubt"), fixed(mapper.DOUBT)), else_=fixed(""))
    return {
        "outbox_failed": update(OUTBOX).where(HERE, ON_ITS_WAY).values(back | tried),
        "outbox_delayed": update(OUTBOX).where(HERE, ON_ITS_WAY).values(back),
        "outbox_end": update(OUTBOX).where(HERE, ON_ITS_WAY).values(ended | tried),
        "outbox_resend": update(OUTBOX)
        .where(HERE, LATEST, OUTBOX.c.state.in_([fixed("dead"), fixed("in_doubt")]), ~gone)
        .values(state=fixed("ready"), next_at=given("now"), attempts=fixed(0), error=afresh),
    }


def _put_aside() -> Statements:
    """Cards that no longer hold."""
    waits = and_(ON_ITS_WAY, ~ON_THE_WIRE, ~IN_DOUBT)
    unsent = case((waits, fixed("superseded")), else_=OUTBOX.c.state)
    stale = and_(OUTBOX.c.state == fixed("sending"), OUTBOX.c.latest == fixed(0))
    return {
        "outbox_replace": update(OUTBOX)
        .where(OUTBOX.c.id == given("last"))
        .values(latest=fixed(0), state=unsent)
        .returning(OUTBOX.c.state, OUTBOX.c.fresh),
        "outbox_forget": delete(OUTBOX).where(LEFT_OVER, OUTBOX.c.state == fixed("superseded")),
        "outbox_give_up": update(OUTBOX)
        .where(ON_ITS_WAY, stale, OUTBOX.c.next_at <= given("now"))
        .values(state=fixed("in_doubt")),
        "outbox_outlived": delete(OUTBOX).where(OUTBOX.c.id.in_(_outlived())),
    }


def _outlived() -> Select[Any]:
    """Old lines and cards among the first of all, which are the oldest: so that a look costs a few
    rows and not the whole table. The last row stays: ids count on from it."""
    rows = OUTBOX.alias("first")
    last = select(func.max(OUTBOX.alias("all").c.id)).scalar_subquery()
    columns = (rows.c.id, rows.c.at, rows.c.state)
    oldest = select(*columns).order_by(rows.c.id).limit(given("limit")).subquery("oldest")
    return select(oldest.c.id).where(
        oldest.c.at < given("before"),
        oldest.c.id < last,
        oldest.c.state.not_in([fixed("ready"), fixed("sending")]),
    )


def places(insert: Insert) -> Statements:
    """What stands in each slot of a chat. To move in gives what stood there before."""
    new = insert(PLACES).values(all_of(PLACES) | {"previous": fixed(0)})
    moved = new.on_conflict_do_update(
        index_elements=[column.name for column in PLACES.primary_key],
        set_={
            "previous": PLACES.c.last,
            "last": new.excluded.last,
            "position": case(
                (given("fresh") == fixed(1), new.excluded.last), else_=PLACES.c.position
            ),
        },
    )
    return {
        "place_move": moved.returning(*(PLACES.c[name] for name in MOVED)),
        "places_forget": update(PLACES)
        .where(PLACES.c.channel == given("channel"), PLACES.c.chat == given("chat"))
        .values(message_id=fixed("")),
        "claims_moved": select(CLAIMS.c.name)
        .where(CLAIMS.c.name >= fixed(claims.MOVED), CLAIMS.c.name < fixed(claims.MOVED[:-1] + ";"))
        .order_by(CLAIMS.c.at),
        "place_card": select(OUTBOX.c.card)
        .join_from(PLACES, OUTBOX, OUTBOX.c.id == PLACES.c.last)
        .where(*(PLACES.c[name] == given(name) for name in ("channel", "chat", "thread")))
        .where(HOLDS.like(given("holds")))
        .order_by(PLACES.c.last.desc()),
        "place_sent": update(PLACES).where(SAME_PLACE).values(message_id=given("message_id")),
    }


MOVED = ("message_id", "position", "previous")


def outbox_looks(_: Insert) -> Statements:
    """The chat as the built-in page shows it, and what could not be delivered."""
    shown = ("id", "position", "at", "slot", "text", "card")
    line = [OUTBOX.c[name] for name in shown]
    chat = select(OUTBOX.c.id).where(SAME_CHAT, LATEST)
    newer = chat.where(OUTBOX.c.id > given("after")).order_by(OUTBOX.c.id).limit(given("limit"))
    last = chat.order_by(OUTBOX.c.position.desc()).limit(given("limit"))
    lines = select(*line).order_by(OUTBOX.c.position)
    dead = select(*parcel_columns(), OUTBOX.c.error, OUTBOX.c.at)
    dead = dead.order_by(OUTBOX.c.id.desc()).limit(given("limit"))
    return {
        "transcript_after": lines.where(OUTBOX.c.id.in_(newer)),
        "transcript_last": lines.where(OUTBOX.c.id.in_(last)),
        "dead_letters": dead.where(LEFT_OVER, OUTBOX.c.state == fixed("dead")),
        "doubtful_letters": dead.where(LEFT_OVER, OUTBOX.c.state == fixed("in_doubt")),
    }


def views(_: Insert) -> Statements:
    """Numbers, and flat rows for a spreadsheet."""
    span = and_(
        MOMENTS.c.site == given("site"),
        MOMENTS.c.created >= given("start"),
        MOMENTS.c.created < given("end"),
        MOMENTS.c.status != fixed("undone"),
    )
    states = select(OUTBOX.c.state, func.count()).group_by(OUTBOX.c.state)
    count = select(func.count())
    still_open = text(f"follow_ups.{tables.OPEN_FOLLOW_UP}")
    return {
        **_week(span),
        "count_moments": count.select_from(MOMENTS),
        "count_follow_ups": count.select_from(FOLLOW_UPS).where(still_open),
        "count_inbox": count.select_from(INBOX).where(INBOX.c.state == fixed("kept")),
        "count_failed": count.select_from(INBOX).where(INBOX.c.state == fixed("failed")),
        "count_on_its_way": states.where(ON_ITS_WAY),
        "count_left_over": states.where(LEFT_OVER),
        "play_outcomes": _play_outcomes(),
        "export_moments": page(MOMENTS),
        "export_follow_ups": page(FOLLOW_UPS),
        "export_gifts": page(GIFTS),
        "export_people": page(PEOPLE),
    }


OUTCOMES = {
    "recovered": MOMENTS.c.smot,
    "partly": MOMENTS.c.smot,
    "not_recovered": MOMENTS.c.smot,
    "promoter": MOMENTS.c.umot,
    "passive": MOMENTS.c.umot,
    "detractor": MOMENTS.c.umot,
}


def _play_outcomes() -> Select[Any]:
    """Per site, play and revision: moments, those acted on, and how they ended."""
    of = MOMENTS.c
    acted = func.count(of.answered).label("acted")
    ended = [
        func.sum(case((column == fixed(result), fixed(1)), else_=fixed(0))).label(result)
        for result, column in OUTCOMES.items()
    ]
    return (
        select(of.site, of.play, of.revision, func.count().label("used"), acted, *ended)
        .where(of.status != fixed("undone"))
        .group_by(of.site, of.play, of.revision)
        .order_by(of.site, of.play, of.revision)
    )


def _week(span: ColumnElement[bool]) -> Statements:
    """All from one covering index; counted by the database, because to carry a busy week's rows
    into Python costs twice as much."""
    of = MOMENTS.c
    still_open = case((text(f"moments.{tables.OPEN_MOMENT}"), fixed(1)), else_=fixed(0))
    summed = (still_open, of.gift_count, of.given, of.over_limit, of.corrected, of.repeat)
    kinds = (of.stage, of.kind, of.heat, of.touchpoint)
    outcomes = (of.smot, of.smot_by, of.umot, of.umot_by)
    took = of.answered - of.created
    here = func.count()
    return {
        "week_sums": select(here, *(func.coalesce(func.sum(each), fixed(0)) for each in summed))
        .select_from(MOMENTS)
        .where(span),
        "week_kinds": select(*kinds, here).where(span).group_by(*kinds),
        "week_outcomes": select(*outcomes, here)
        .where(span, or_(of.smot != literal_column("''"), of.umot != literal_column("''")))
        .group_by(*outcomes),
        "week_answers": select(took.label("took")).where(span, of.answered.is_not(None)),
        "week_before": select(here).select_from(MOMENTS).where(span),
    }


def page(of: Table) -> Any:  # noqa: ANN401 - Core's SELECT carries its columns in its type
    """The rows after a given key, some at a time: a table of any size passes in little memory."""
    keys = list(of.primary_key)
    last = [bindparam(f"last_{column.name}", type_=column.type) for column in keys]
    beyond = tuple_(*keys) > tuple_(*last)
    return select(of).where(beyond).order_by(*keys).limit(given("limit"))
