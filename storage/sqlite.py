"""SQLite: one file, one writer. Nothing acknowledged is lost at a power cut (synchronous=FULL)."""

import os
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import IO, Any, Final

from storage.errors import StorageError
from storage.prepared import Dialect, Session

SOUND: Final = (3, 51, 3)
"""Older versions can, rarely, damage a WAL file when two processes open it at the same moment."""
PATIENCE: Final = timedelta(seconds=5)


def driver() -> ModuleType:
    """The bundled SQLite where it is installed, else the one of Python."""
    try:
        return import_module("pysqlite3.dbapi2")
    except ImportError:
        return import_module("sqlite3")


class SqliteFile:
    """A database in a file, and how to talk to it."""

    dialect: Dialect = "sqlite"
    begin: str = "BEGIN IMMEDIATE"
    workers: int = 1
    group: int = 64
    """Jobs to one commit: the disk is waited for once for all of them."""

    def __init__(self, path: Path, patience: timedelta = PATIENCE) -> None:
        self.path = path
        self.driver = driver()
        self._patience = patience
        self._lock: IO[str] | None = None

    @property
    def name(self) -> str:
        """The database in words."""
        return str(self.path)

    def connect(self) -> Any:  # noqa: ANN401 - two drivers of one shape
        """A connection in autocommit, ready for explicit transactions.

        Raises:
            StorageError: the file cannot be opened.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = self.driver.connect(
                str(self.path),
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
                timeout=self._patience.total_seconds(),
            )
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}").fetchall()
            connection.execute("PRAGMA cache_size=-8000")
        except (OSError, self.driver.Error) as error:
            raise self.translate(error) from error
        return connection

    def session(self, connection: Any) -> Session:  # noqa: ANN401 - as connect
        """Prepared statements on that connection."""
        return Session(self.dialect, connection.cursor(), self.driver.Error, self.translate)

    def broken(self, _connection: Any) -> bool:  # noqa: ANN401 - as connect
        """Whether the connection is of no more use; a file does not go away."""
        return False

    def revision(self, connection: Any) -> str:  # noqa: ANN401 - as connect
        """The schema's revision, empty where there is no schema."""
        tables = connection.execute("SELECT name FROM sqlite_master WHERE name = 'alembic_version'")
        if not tables.fetchall():
            return ""
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        return str(rows[0][0]) if rows else ""

    def claim(self) -> None:
        """Makes this process the only Fifteen that runs on the file, until it ends.

        Raises:
            StorageError: another one has it; the message names its process.
        """
        import fcntl

        place = self.path.with_name(self.path.name + ".lock")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            held = place.open("a+", encoding="ascii")
        except OSError as error:
            raise self.translate(error) from error
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            held.seek(0)
            owner = held.read().strip() or "unknown"
            held.close()
            raise StorageError(
                f"Another Fifteen (process {owner}) already runs on {self.path}. Two of them would "
                "answer everybody twice: stop that one, or give this one its own database."
            ) from error
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        self._lock = held

    def release(self) -> None:
        """Lets go of the file, so that the next process may run on it."""
        if self._lock is not None:
            with suppress(OSError):
                self._lock.close()
            self._lock = None

    def translate(self, error: Exception) -> StorageError:
        """What went wrong, in words for the person who reads it."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        for codes, words, retry in FAULTS:
            if code in codes:
                return StorageError(words.format(path=self.path), retry=retry)
        if isinstance(error, OSError):
            return StorageError(f"The database {self.path} cannot be reached: {error.strerror}.")
        return StorageError(f"The database {self.path} refused: {error}. Nothing was stored.")


BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB = 5, 6, 8, 10, 11, 13, 14, 26
FAULTS: Final[tuple[tuple[tuple[int, ...], str, bool], ...]] = (
    (
        (BUSY, LOCKED),
        (
            "The database {path} is locked: another program is writing to it. Nothing was stored; "
            "it is tried again. If it stays so, close that program."
        ),
        True,
    ),
    (
        (FULL,),
        (
            "The disk is full: {path} cannot grow. Nothing was stored; free some space, and it is "
            "tried again."
        ),
        True,
    ),
    (
        (READONLY,),
        (
            "The database {path} may only be read. Nothing was stored; give the user Fifteen "
            "runs as the right to write the file and its folder."
        ),
        False,
    ),
    (
        (CANTOPEN,),
        (
            "The database {path} cannot be opened. Check that the folder exists and that the user "
            "Fifteen runs as may write in it."
        ),
        False,
    ),
    (
        (CORRUPT, NOTADB),
        (
            "The file {path} is damaged or no database of Fifteen. Nothing was stored; put back "
            "the last copy, or name another file."
        ),
        False,
    ),
    (
        (IOERR,),
        (
            "The disk did not take what was written to {path}. Nothing was stored; it is tried "
            "again. Check the disk."
        ),
        True,
    ),
)
"""Result codes of SQLite, what they mean and what to do, and whether it may work later."""
