"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """What this step changes."""
    people()
    moments()
    gifts_and_results()
    follow_ups()
    inbox()
    outbox()


def words(*names: str, key: bool = False) -> list[sa.Column[Any]]:
    """Columns of short text."""
    return [sa.Column(name, sa.String(), nullable=False, primary_key=key) for name in names]


def texts(*names: str) -> list[sa.Column[Any]]:
    """Columns of text of any length."""
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def numbers(*names: str) -> list[sa.Column[Any]]:
    """Columns of small whole numbers."""
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def longs(*names: str, null: bool = False) -> list[sa.Column[Any]]:
    """Columns of times, sums and ids."""
    return [sa.Column(name, LONG, nullable=null) for name in names]


def index(name: str, table: str, columns: str, where: str = "") -> None:
    """An index, over some rows only where a condition is given."""
    some: dict[str, Any] = {}
    if where:
        some = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
    op.create_index(name, table, columns.split(), **some)


def people() -> None:
    """Who is enrolled, and names claimed for good."""
    op.create_table(
        "people",
        *words("id", key=True),
        *words("name", "role", "site", "channel", "chat", "thread", "duties", "language", "shift"),
        *longs("shift_at", null=True),
        *numbers("active"),
    )
    index("people_site", "people", "site")
    index("people_chat", "people", "channel chat")
    op.create_table("claims", *words("name", key=True), *longs("at"))


def moments() -> None:
    """Moments, and what is searched and counted of them."""
    op.create_table(
        "moments",
        *words("id", key=True),
        *words("site", "person", "logged_by", "status", "stage", "kind"),
        *numbers("heat", "escalate"),
        *words("value"),
        *numbers("repeat"),
        *words("ref", "touchpoint", "play", "revision"),
        *longs("created"),
        *longs("answered", null=True),
        *longs("updated"),
        *words("smot", "smot_by", "umot", "umot_by"),
        *longs("given"),
        *numbers("gift_count", "over_limit", "corrected", "failures"),
        *words("joined"),
        *numbers("version"),
        *texts("body"),
    )
    index("moments_ref", "moments", "site ref created", "ref <> ''")
    index("moments_open", "moments", "person created", "status IN ('open', 'acted')")
    index(
        "moments_week",
        "moments",
        "site created status stage kind heat touchpoint answered smot smot_by umot umot_by "
        "gift_count given over_limit corrected repeat",
    )


def gifts_and_results() -> None:
    """What was given, and how plays ended."""
    op.create_table(
        "gifts",
        sa.Column("moment", sa.String(), sa.ForeignKey("moments.id"), primary_key=True),
        sa.Column("n", sa.Integer(), primary_key=True, autoincrement=False),
        *words("person"),
        *longs("at", "amount"),
        *words("what"),
        *numbers("over"),
        *words("approved_by"),
    )
    index("gifts_person", "gifts", "person at amount")
    op.create_table(
        "results", *words("site", "play", "revision", key=True), *numbers("well", "known")
    )


def follow_ups() -> None:
    """Questions to come."""
    op.create_table(
        "follow_ups",
        *words("id", key=True),
        sa.Column("moment", sa.String(), sa.ForeignKey("moments.id"), nullable=False),
        *words("purpose"),
        *longs("due"),
        *words("person", "site", "state"),
        *numbers("reminders", "snoozes"),
        *longs("next_at"),
        *words("worker"),
    )
    still_open = "state IN ('waiting', 'asked')"
    index("follow_ups_moment", "follow_ups", "moment")
    index("follow_ups_next", "follow_ups", "next_at", still_open)
    index("follow_ups_site", "follow_ups", "site due", still_open)
    index("follow_ups_site_asked", "follow_ups", "site due", "state = 'asked'")
    index("follow_ups_asked", "follow_ups", "person", "state = 'asked'")


def inbox() -> None:
    """Events as they came in."""
    op.create_table(
        "inbox",
        *words("key", key=True),
        *words("kind"),
        *texts("body"),
        *longs("at"),
        *words("state"),
        *numbers("attempts"),
        *longs("next_at"),
        *words("error"),
    )
    index("inbox_kept", "inbox", "next_at", "state = 'kept'")
    index("inbox_at", "inbox", "at")


def outbox() -> None:
    """Cards on their way, and what stands in each slot of a chat."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE outbox_ids")
    op.create_table(
        "outbox",
        sa.Column("id", LONG, primary_key=True, autoincrement=False),
        *words("channel", "chat", "thread", "slot"),
        *numbers("lane"),
        *words("person"),
        *numbers("fresh"),
        *words("state"),
        *numbers("latest"),
        *longs("position", "at", "next_at"),
        *numbers("attempts"),
        *words("error"),
        *texts("text", "card"),
    )
    index("outbox_next", "outbox", "lane next_at", "state IN ('ready', 'sending')")
    left_over = "state IN ('in_doubt', 'dead', 'superseded')"
    index("outbox_rest", "outbox", "state", left_over)
    index("outbox_chat", "outbox", "channel chat thread id position", "latest = 1")
    op.create_table(
        "places",
        *words("channel", "chat", "thread", "slot", key=True),
        *words("message_id"),
        *longs("position", "last", "previous"),
    )
