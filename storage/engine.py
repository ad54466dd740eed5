"""Which database, and whether its tables are those of this program.

Alembic and SQLAlchemy are only imported where a database of an older Fifteen has to be changed:
they cost half a second, and nearly every start finds everything as it should be.
"""

import re
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from storage.errors import StorageError
from storage.prepared import load
from storage.sqlite import SqliteFile

if TYPE_CHECKING:
    from storage.postgresql import PostgresServer

Database: TypeAlias = "SqliteFile | PostgresServer"
"""What both have in common is what is used of them: a union keeps it checked."""

HEAD: Final = "0003"
"""The newest revision in ``migrations/versions``."""
MIGRATING: Final = 1_515_151_515
"""The advisory lock under which one process at a time changes the tables of a server."""


def database(
    url: str = "", *, path: Path | None = None, patience: timedelta | None = None
) -> Database:
    """The database of an address; an empty one means a SQLite file at ``path``.

    Raises:
        StorageError: the address cannot be understood.
    """
    more = {} if patience is None else {"patience": patience}
    scheme = url.partition("://")[0].partition("+")[0].lower()
    if scheme in {"postgresql", "postgres"}:
        from storage.postgresql import PostgresServer

        return PostgresServer(re.sub(r"^[^:]+", "postgresql", url), **more)
    if url and scheme != "sqlite":
        raise StorageError(
            f"The database address starts with {scheme!r}. Write sqlite:///folder/file.db or "
            "postgresql://user:password@host/name, or leave it empty."
        )
    place = Path(url.partition(":///")[2]) if url else path
    if place is None or place == Path():
        raise StorageError("No database is named: write sqlite:///folder/file.db, with the file.")
    return SqliteFile(place, **more)


def current(url: str = "", *, path: Path | None = None) -> str:
    """The revision of the tables in a database, empty where there are none.

    Raises:
        StorageError: the database cannot be reached.
    """
    found = database(url, path=path)
    if isinstance(found, SqliteFile) and not found.path.exists():
        return ""
    connection = found.connect()
    try:
        return read_revision(found, connection)
    finally:
        connection.close()


def migrate(url: str = "", *, path: Path | None = None) -> bool:
    """Brings the tables of a database up to date; true where something was changed.

    Raises:
        StorageError: it cannot be reached or changed, or a newer Fifteen made it.
    """
    found = database(url, path=path)
    connection = found.connect()
    try:
        return bring_up(found, connection)
    finally:
        connection.close()


def bring_up(found: Database, connection: Any) -> bool:  # noqa: ANN401 - two drivers of one shape
    """As ``migrate``, on a connection already there."""
    revision = read_revision(found, connection)
    if revision == HEAD:
        return False
    if not revision:
        return create(found, connection)
    from storage.upgrade import upgrade

    upgrade(found)
    return True


def create(found: Database, connection: Any) -> bool:  # noqa: ANN401 - as bring_up
    """Makes all tables in an empty database, in one transaction. The SQL is made ahead from the
    same tables the migrations lead to (a test compares them), so that a first start is quick.

    Returns false where another process was quicker.
    """
    try:
        connection.execute(found.begin)
        if found.dialect == "postgresql":
            connection.execute(f"SELECT pg_advisory_xact_lock({MIGRATING})")
        if found.revision(connection):
            connection.execute("ROLLBACK")
            return False
        for statement in (*load()[found.dialect].schema, *STAMP):
            connection.execute(statement)
        connection.execute("COMMIT")
    except found.driver.Error as error:
        roll_back(found, connection)
        raise found.translate(error) from error
    return True


STAMP: Final = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)",
    f"INSERT INTO alembic_version VALUES ('{HEAD}')",  # noqa: S608 - our own constant
)


def roll_back(found: Database, connection: Any) -> None:  # noqa: ANN401 - as bring_up
    """Ends a transaction that failed; it may be over already, by the failure itself."""
    with suppress(found.driver.Error):
        connection.execute("ROLLBACK")


def read_revision(found: Database, connection: Any) -> str:  # noqa: ANN401 - as bring_up
    """The revision of the tables, empty where there are none."""
    try:
        return found.revision(connection)
    except found.driver.Error as error:
        raise found.translate(error) from error
