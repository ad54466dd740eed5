"""The database as a command looks at it: nothing is changed, and Fifteen may run meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.commands.words import CommandError, tell

if TYPE_CHECKING:
    from bot.settings import Settings
    from playbooks.engine.library import Library
    from playbooks.engine.schema import Site
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
    if missing := _missing(settings):
        raise CommandError(f"There is no database at {missing} yet.", means, remedy)


def _missing(settings: "Settings") -> str:
    """Where the database would be, if there is none; a server always counts as one."""
    from storage.engine import database
    from storage.sqlite import SqliteFile

    found = database(settings.database)
    if isinstance(found, SqliteFile) and not Path(found.path).exists():
        return str(found.path)
    return ""


def as_learned(library: "Library", settings: "Settings", site: "Site") -> "Library":
    """The library that reads the lines of ``site`` with what the site has learned. As shipped,
    without a word, where nothing was stored yet; with a remark where it cannot be looked at."""
    from bot.clock import SystemClock
    from bot.growth import reader_of
    from storage.errors import StorageError

    if _missing(settings):
        return library
    try:
        with looking(settings, SystemClock()) as book:
            reader = reader_of(book.growth(site.id))
    except (CommandError, StorageError) as problem:
        tell(f"Lines are read as shipped, not as {site.id} has learned: {problem}")
        return library
    return library.grown({site.id: reader}) if reader else library
