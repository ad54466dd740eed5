"""From Core to SQL text: run by a developer after a change of tables or statements."""

from typing import Any

from sqlalchemy import ClauseElement
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.schema import CreateIndex, CreateSequence, CreateTable

from storage import statements as inward
from storage import statements_growing as growing
from storage import statements_out as outward
from storage import statements_people as doors
from storage.prepared import Dialect, Ready
from storage.tables import OUTBOX_IDS, Row

OWN: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "sqlite": {"outbox_id": ("SELECT coalesce(max(id), 0) + 1 FROM outbox", ())},
    "postgresql": {
        "outbox_id": ("SELECT nextval('outbox_ids')", ()),
        "lock": ("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ("name",)),
    },
}
"""What has no common form: SQLite has one writer and needs neither sequence nor lock."""

MARK: dict[Dialect, str] = {"sqlite": "?", "postgresql": "%s"}
PARTS = (
    *(inward.people, inward.moments, inward.moment_lists, inward.follow_ups, inward.inbox),
    *(doors.identities, doors.invites),
    *(growing.corrections, growing.growths),
    *(outward.outbox, outward.places, outward.outbox_looks, outward.views),
)


def every(name: Dialect) -> dict[str, ClauseElement]:
    """All statements of one dialect, by name."""
    insert = sqlite.insert if name == "sqlite" else postgresql.insert
    return {key: each for part in PARTS for key, each in part(insert).items()}


def ready(name: Dialect) -> Ready:
    """Everything of one dialect as text."""
    made = {key: compile_one(name, each) for key, each in every(name).items()}
    return Ready(schema=schema(name), statements=made | OWN[name])


def dialect(name: Dialect) -> Any:  # noqa: ANN401 - SQLAlchemy's dialects are untyped
    """The dialect with values by position, as both drivers are quickest with."""
    made: Any = pysqlite.dialect if name == "sqlite" else psycopg.dialect
    return made(paramstyle="qmark" if name == "sqlite" else "format")


def compile_one(name: Dialect, statement: ClauseElement) -> tuple[str, tuple[str, ...]]:
    """The text of a statement and the names of its values in order. SQLAlchemy makes values of
    constants as well, such as a limit of 1: those are written into the text."""
    made: Any = statement.compile(dialect=dialect(name))
    *parts, end = " ".join(str(made).split()).split(MARK[name])
    names = tuple(made.positiontup or ())
    constants = {key: value for key, value in made.params.items() if value is not None}
    marks = [repr(constants[key]) if key in constants else None for key in names]
    text = "".join(map("".join, zip(parts, (mark or MARK[name] for mark in marks), strict=True)))
    return text + end, tuple(key for key in names if key not in constants)


def schema(name: Dialect) -> tuple[str, ...]:
    """The statements that make all tables in an empty database."""
    tables = Row.metadata.sorted_tables
    indexes = sorted(
        (each for one in tables for each in one.indexes), key=lambda each: str(each.name)
    )
    made: list[Any] = [CreateSequence(OUTBOX_IDS)] if name == "postgresql" else []
    made += [*map(CreateTable, tables), *map(CreateIndex, indexes)]
    return tuple(" ".join(str(each.compile(dialect=dialect(name))).split()) for each in made)
