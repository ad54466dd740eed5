"""Changes the tables of an older Fifteen, by Alembic. Imported only where that is due."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from storage.engine import MIGRATING, Database
from storage.errors import StorageError

FOLDER: Final = Path(__file__).with_name("migrations")


def upgrade(found: Database, target: str = "head") -> None:
    """Runs the migrations that are missing, all in one transaction.

    Raises:
        StorageError: one of them failed, and nothing was changed; or a newer Fifteen made the
            database.
    """
    with transaction(found) as connection:
        command.upgrade(config(connection), target)


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings, without a file: the connection is handed to ``migrations/env.py``."""
    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    return made


@contextmanager
def transaction(found: Database) -> Iterator[Connection]:
    """A SQLAlchemy connection inside one transaction, alone with the tables."""
    raw = found.connect()
    engine = _engine(found, raw)
    try:
        with engine.connect() as connection:
            _begin(found, connection)
            yield connection
            _check(found, connection)
            connection.commit()
    except CommandError as error:
        raise StorageError(
            f"The database {found.name} was made by a newer Fifteen: {error}. Run that version, or "
            "put back the copy made before it."
        ) from error
    except DBAPIError as error:
        raise found.translate(error.orig if isinstance(error.orig, Exception) else error) from error
    finally:
        engine.dispose()
        raw.close()


def _engine(found: Database, raw: Any) -> sqlalchemy.Engine:  # noqa: ANN401 - two drivers
    if found.dialect == "sqlite":
        return create_engine(
            "sqlite://", creator=lambda: raw, poolclass=StaticPool, module=found.driver
        )
    raw.autocommit = False
    return create_engine("postgresql+psycopg://", creator=lambda: raw, poolclass=StaticPool)


def _begin(found: Database, connection: Connection) -> None:
    if found.dialect == "sqlite":
        # A batch migration drops and remakes tables: with foreign keys on, the rows that point to
        # the old one would go with it. The setting is only heard outside a transaction.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql(found.begin)
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")


def _check(found: Database, connection: Connection) -> None:
    if found.dialect != "sqlite":
        return
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        connection.rollback()
        raise StorageError(
            f"The database {found.name} was not changed: {len(orphans)} rows would have lost what "
            f"they belong to, the first in {orphans[0][0]}. Please report this with a copy of it."
        )
