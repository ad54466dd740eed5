"""PostgreSQL: for more than one machine. Reached through psycopg 3."""

from datetime import timedelta
from typing import Any, Final

from storage.errors import Conflict, StorageError
from storage.prepared import Dialect, Session

PATIENCE: Final = timedelta(seconds=10)
LOST_RACES: Final = frozenset(("40001", "40P01"))
"""A serialisation failure or a deadlock: the turn is simply run again."""


class PostgresServer:
    """A database on a server, and how to talk to it."""

    dialect: Dialect = "postgresql"
    begin: str = "BEGIN"
    workers: int = 4
    group: int = 1
    """One job to a commit: the server groups the commits of several connections itself, and a
    group would hold the rows of strangers until its last job is done."""

    def __init__(self, url: str, patience: timedelta = PATIENCE) -> None:
        try:
            import psycopg
        except ImportError as error:
            raise StorageError(
                "PostgreSQL needs the package psycopg: install fifteen[postgresql], or leave the "
                "database setting empty to use a file."
            ) from error
        self.driver = psycopg
        self._url = url
        self._patience = patience

    @property
    def name(self) -> str:
        """The database in words, without its password."""
        try:
            parts = self.driver.conninfo.conninfo_to_dict(self._url)
        except self.driver.Error:
            return "PostgreSQL"
        return f"{parts.get('dbname') or 'postgres'} at {parts.get('host') or 'this machine'}"

    def connect(self) -> Any:  # noqa: ANN401 - two drivers of one shape
        """A connection in autocommit, ready for explicit transactions.

        Raises:
            StorageError: the server cannot be reached or refuses.
        """
        patience = max(1, int(self._patience.total_seconds()))
        try:
            return self.driver.connect(
                self._url, autocommit=True, connect_timeout=patience, application_name="fifteen"
            )
        except self.driver.Error as error:
            raise self.translate(error) from error

    def session(self, connection: Any) -> Session:  # noqa: ANN401 - as connect
        """Prepared statements on that connection."""
        return Session(self.dialect, connection.cursor(), self.driver.Error, self.translate)

    def broken(self, connection: Any) -> bool:  # noqa: ANN401 - as connect
        """Whether the connection is of no more use: the server went away."""
        return bool(connection.closed or connection.broken)

    def revision(self, connection: Any) -> str:  # noqa: ANN401 - as connect
        """The schema's revision, empty where there is no schema."""
        if connection.execute("SELECT to_regclass('alembic_version')").fetchone()[0] is None:
            return ""
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else ""

    def claim(self) -> None:
        """Several processes may share a server: the rows say who does what."""

    def release(self) -> None:
        """Nothing is held."""

    def translate(self, error: Exception) -> StorageError:
        """What went wrong, in words for the person who reads it."""
        state = str(getattr(error, "sqlstate", None) or "")
        if state in LOST_RACES:
            return Conflict("Somebody else changed the same rows at the same time.")
        for start, words, retry in FAULTS:
            if state.startswith(start):
                return StorageError(words.format(name=self.name), retry=retry)
        said = str(error).strip().partition("\n")[0].rstrip(".")
        if isinstance(error, self.driver.OperationalError):
            # A refused connection carries no code: the server's own words have to tell whether it
            # is down or does not know us.
            return StorageError(
                f"The database {self.name} cannot be reached: {said}. Nothing was stored; check "
                "that the server runs and that its address, user and password are right.",
                retry=True,
            )
        return StorageError(f"The database {self.name} refused: {said}. Nothing was stored.")


FAULTS: Final[tuple[tuple[str, str, bool], ...]] = (
    (
        "53100",
        "The disk of the database {name} is full. Nothing was stored; free some space.",
        True,
    ),
    ("53", "The database {name} has too much to do. Nothing was stored; it is tried again.", True),
    ("55P03", "The database {name} is locked. Nothing was stored; it is tried again.", True),
    (
        "25006",
        "The database {name} may only be read. Nothing was stored; name the main server.",
        False,
    ),
    (
        "42501",
        (
            "The user of Fifteen has no right to this in the database {name}. Nothing was stored; "
            "make the user owner of its tables."
        ),
        False,
    ),
)
"""Beginnings of SQLSTATE codes, what they mean and what to do, and whether it may work later."""
