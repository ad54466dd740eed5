"""The tables: made at once or step by step, always the same ones; the SQL made ahead is fresh."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import prepared
from storage.engine import HEAD, Database, create, current, database, migrate
from storage.errors import StorageError
from storage.store import open_store
from storage.tables import Row
from storage.upgrade import config, transaction, upgrade
from tests.storage.samples import Clock


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind without any tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bare.db'}"
    return str(request.getfixturevalue("empty_server"))


def differences(found: Database) -> list[object]:
    with transaction(found) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Row.metadata))


def shape(found: Database) -> list[tuple[object, ...]]:
    """Every column and index as the database itself tells it."""
    connection = found.connect()
    if found.dialect == "sqlite":
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'")
        columns = connection.execute(
            'SELECT m.name, c.name, c.type, c."notnull", c.pk FROM sqlite_master m, '
            "pragma_table_info(m.name) c WHERE m.type = 'table'"
        )
    else:
        rows = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        )
        columns = connection.execute(
            "SELECT table_name, column_name, data_type, is_nullable FROM "
            "information_schema.columns WHERE table_schema = 'public'"
        )
    seen = sorted(map(str, [*rows.fetchall(), *columns.fetchall()]))
    connection.close()
    return [(each,) for each in seen if "alembic_version" not in each]


def test_a_database_made_at_once_has_the_tables_of_this_program(bare: str) -> None:
    assert migrate(bare)
    assert differences(database(bare)) == []


def test_a_database_migrated_step_by_step_has_the_tables_of_this_program(bare: str) -> None:
    upgrade(database(bare))
    assert current(bare) == HEAD
    assert differences(database(bare)) == []


def test_both_ways_lead_to_the_very_same_tables(bare: str) -> None:
    found = database(bare)
    migrate(bare)
    at_once = shape(found)
    if found.dialect == "sqlite":
        found.path.unlink()
    else:
        connection = found.connect()
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        connection.close()
    upgrade(found)
    assert shape(found) == at_once


def test_migrating_again_changes_nothing(bare: str) -> None:
    assert [current(bare), migrate(bare), current(bare), migrate(bare)] == ["", True, HEAD, False]


def test_two_processes_that_make_the_tables_at_once_make_them_once(bare: str) -> None:
    found = database(bare)
    first, second = found.connect(), found.connect()
    assert [create(found, first), create(found, second)] == [True, False]
    first.close()
    second.close()
    assert differences(found) == []


def test_tables_that_cannot_all_be_made_are_not_made_at_all(bare: str) -> None:
    found = database(bare)
    connection = found.connect()
    connection.execute("CREATE TABLE places (something INTEGER)")
    with pytest.raises(StorageError, match="refused"):
        create(found, connection)
    connection.close()
    assert len(shape(found)) == 1


def test_the_newest_revision_is_the_one_the_program_asks_for() -> None:
    assert ScriptDirectory.from_config(config()).get_heads() == [HEAD]


def test_a_database_of_an_older_revision_is_brought_up(bare: str) -> None:
    migrate(bare)
    stamp(bare, "0000")
    with pytest.raises(StorageError, match="newer Fifteen"):
        migrate(bare)
    assert current(bare) == "0000"


def stamp(url: str, revision: str) -> None:
    connection = database(url).connect()
    connection.execute(f"UPDATE alembic_version SET version_num = '{revision}'")  # noqa: S608 - ours
    connection.close()


def test_a_store_not_to_be_changed_is_refused_when_it_is_old(bare: str, clock: Clock) -> None:
    with pytest.raises(StorageError, match="fifteen migrate"):
        open_store(bare, clock=clock, upgrade=False)


def test_a_migration_that_would_orphan_rows_changes_nothing(tmp_path: Path) -> None:
    found = database(path=tmp_path / "x.db")
    migrate(path=tmp_path / "x.db")
    with (
        pytest.raises(StorageError, match="1 rows would have lost"),
        transaction(found) as connection,
    ):
        connection.exec_driver_sql(
            "INSERT INTO gifts VALUES ('nowhere', 0, 'ana', 0, 1, 'x', 0, '')"
        )
    left = found.connect().execute("SELECT count(*) FROM gifts").fetchall()
    assert [tuple(row) for row in left] == [(0,)]


def test_the_sql_made_ahead_is_that_of_the_tables_and_statements() -> None:
    stored = Path(prepared.__file__).with_name(prepared.FILE).read_bytes()
    assert prepared.build() == stored, "run: python -m storage.prepared"


def test_a_start_imports_neither_sqlalchemy_nor_alembic(tmp_path: Path) -> None:
    code = (
        "import sys; from datetime import *; from pathlib import Path\n"
        "from storage.store import open_store\n"
        "s = open_store(path=Path(sys.argv[1]), clock=lambda: datetime.now(UTC), exclusive=True)\n"
        "s.call(lambda book: book.once('x', datetime.now(UTC))); s.close()\n"
        "print(sorted({'sqlalchemy', 'sqlmodel', 'alembic', 'psycopg'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "x.db")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"
