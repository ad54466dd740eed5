"""The database as a command looks at it: nothing is changed, and Fifteen may run meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.commands.words import CommandError

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.book import Book


@contextmanager
def looking(settings: "Settings", clock: Clock) -> "Iterator[Book]":
    """The book of one transaction that sees a single instant and is taken back at its end.

    Raises:
        CommandError: there is no database yet, or it is not of this version's form.
        StorageError: it cannot be reached.
    """
    from storage.book import Book
    from storage.engine import HEAD, database

    must_exist(
        settings,
        "Nothing has been stored so far.",
        "Start Fifteen with `fifteen run`, or name another database in DATABASE_URL.",
    )
    found = database(settings.database)
    connection = found.connect()
    try:
        if found.revision(connection) != HEAD:
            raise CommandError(
                f"The database {found.name} is not of this version's form.",
                "Nothing was read.",
                "Run `fifteen migrate` first.",
            )
        connection.execute("BEGIN")
        yield Book(found.session(connection), clock.now, {})
        connection.execute("ROLLBACK")
    finally:
        connection.close()


def must_exist(settings: "Settings", means: str, remedy: str) -> None:
    """A command that only looks must not make the file it looks for.

    Raises:
        CommandError: there is no database yet.
    """
    from storage.engine import database
    from storage.sqlite import SqliteFile

    found = database(settings.database)
    if isinstance(found, SqliteFile) and not Path(found.path).exists():
        raise CommandError(f"There is no database at {found.path} yet.", means, remedy)
