"""Bad days: locked, full, read-only, broken, killed. Nothing half-written, and words that help."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversations.types import Turn
from storage.engine import database, migrate
from storage.sqlite import SqliteFile, driver
from storage.store import Book, StorageError, Store, open_store
from tests.storage.conftest import Opener
from tests.storage.samples import NOON, Clock, follow_up, moment, post, said

ROOT = Path(__file__).parents[2]
AT_ONCE = timedelta(milliseconds=1)
TURN = Turn((moment(),), (post(),), (follow_up(),))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "fifteen.db"


@pytest.fixture
def on_file(file: Path, clock: Clock) -> Iterator[Store]:
    with open_store(path=file, clock=clock, patience=AT_ONCE) as store:
        yield store


def save(book: Book) -> None:
    book.keep(said())
    book.save(TURN, NOON, said())
    book.settle("k1")


def pragma(store: Store, setting: str) -> None:
    store.call(lambda book: book.session.control(f"PRAGMA {setting}"))


def test_a_locked_file_is_told_and_works_again_afterwards(on_file: Store, file: Path) -> None:
    other = driver().connect(str(file), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked: another program") as told:
        on_file.call(save)
    assert told.value.retry
    other.execute("ROLLBACK")
    other.close()
    on_file.call(save)
    assert on_file.call(lambda book: book.counts())["moments"] == 1


def test_a_full_disk_is_told_and_leaves_nothing_half_written(on_file: Store) -> None:
    pragma(on_file, "max_page_count = 1")  # SQLite takes it for: as large as it is now
    long = Turn((moment(text="x" * 200_000),))

    def job(book: Book) -> None:
        save(book)
        book.save(long, NOON)

    with pytest.raises(StorageError, match="disk is full") as told:
        on_file.call(job)
    assert told.value.retry
    assert on_file.call(lambda book: book.counts())["inbox_unsettled"] == 0
    pragma(on_file, "max_page_count = 1000000")
    on_file.call(save)
    assert on_file.call(lambda book: book.moment("m1")) is not None


def test_a_file_that_may_only_be_read_is_told(on_file: Store, file: Path) -> None:
    pragma(on_file, "query_only = 1")
    with pytest.raises(StorageError, match="may only be read") as told:
        on_file.call(save)
    assert not told.value.retry
    assert list(driver().connect(str(file)).execute("SELECT * FROM inbox")) == []


def test_a_file_that_is_no_database_is_told_and_left_alone(file: Path, clock: Clock) -> None:
    file.write_text("Dear diary, " * 1000, encoding="utf-8")
    with pytest.raises(StorageError, match="damaged or no database"):
        open_store(path=file, clock=clock)
    assert file.read_text(encoding="utf-8").startswith("Dear diary")


def test_a_place_where_no_file_can_be_is_told(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be"):
        open_store(path=tmp_path / "file" / "x.db", clock=clock)
    with pytest.raises(StorageError, match="cannot be"):
        open_store(path=tmp_path / "file" / "x.db", clock=clock, exclusive=True)
    with pytest.raises(StorageError, match="cannot be opened"):
        open_store(path=tmp_path, clock=clock)


def test_a_second_run_on_a_file_is_told_which_process_has_it(file: Path, clock: Clock) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        with pytest.raises(StorageError, match=f"process {holder.pid}"):
            open_store(path=file, clock=clock, exclusive=True)
        with open_store(path=file, clock=clock) as looking:
            assert looking.call(lambda book: book.counts())["moments"] == 0
    finally:
        holder.communicate()
    open_store(path=file, clock=clock, exclusive=True).close()


HOLD = """
import sys; from datetime import UTC, datetime; from pathlib import Path
from storage.store import open_store
store = open_store(path=Path(sys.argv[1]), clock=lambda: datetime.now(UTC), exclusive=True)
print("held", flush=True); sys.stdin.read(); store.close()
"""


def test_a_failed_opening_lets_go_of_the_file(file: Path, clock: Clock) -> None:
    file.write_text("Dear diary, " * 1000, encoding="utf-8")
    with pytest.raises(StorageError):
        open_store(path=file, clock=clock, exclusive=True)
    file.unlink()
    open_store(path=file, clock=clock, exclusive=True).close()


def test_a_refusal_of_another_kind_is_told_as_it_is(store: Store) -> None:
    with pytest.raises(StorageError, match=r"refused: .*nowhere.*Nothing was stored"):
        store.call(lambda book: book.session.control("SELECT * FROM nowhere"))


async def test_a_commit_refused_fails_its_own_job_alone(on_file: Store) -> None:
    def orphan(book: Book) -> None:
        book.session.control("PRAGMA defer_foreign_keys = ON")
        book.save(Turn(follow_ups=(follow_up("nowhere"),)), NOON)

    good = on_file.submit(save), on_file.submit(lambda book: book.once("c", NOON))
    stored, failed, claimed = await asyncio.gather(
        good[0], on_file.submit(orphan), good[1], return_exceptions=True
    )
    assert isinstance(failed, StorageError)
    assert (stored, claimed) == (None, True)
    counts = on_file.call(lambda book: book.counts())
    assert (counts["moments"], counts["follow_ups_open"]) == (1, 1)


async def test_a_group_that_cannot_begin_is_told_to_each_of_its_jobs(on_file: Store) -> None:
    assert isinstance(on_file.database, SqliteFile)
    on_file.database.begin = "BEGIN SOMETHING"
    jobs = [on_file.submit(save) for _ in range(40)]
    told = await asyncio.gather(*jobs, return_exceptions=True)
    assert {type(each) for each in told} == {StorageError}


# --- PostgreSQL ------------------------------------------------------------------------------


def test_a_server_that_is_not_there_is_told_without_the_password(clock: Clock) -> None:
    url = "postgresql://ana:secret@127.0.0.1:1/inn"
    with pytest.raises(StorageError, match=r"inn at 127\.0\.0\.1 cannot be reached") as told:
        open_store(url, clock=clock)
    assert told.value.retry
    assert "secret" not in str(told.value)


def test_a_database_that_is_not_there_is_told(server: str, clock: Clock) -> None:
    with pytest.raises(StorageError, match=r"nowhere.* does not exist"):
        open_store(server.replace("/postgres?", "/nowhere?"), clock=clock)


def test_a_server_that_may_only_be_read_is_told(clean_server: str, opened: Opener) -> None:
    store = opened(clean_server)

    def job(book: Book) -> None:
        book.session.control("SET TRANSACTION READ ONLY")
        save(book)

    with pytest.raises(StorageError, match="may only be read"):
        store.call(job)


def test_a_connection_lost_is_told_and_made_anew(clean_server: str, opened: Opener) -> None:
    store = opened(clean_server)

    def lose(book: Book) -> None:
        book.once("lost", NOON)
        book.session.control("SELECT pg_terminate_backend(pg_backend_pid())")

    for _ in range(4):
        with pytest.raises(StorageError, match="Nothing was stored") as told:
            store.call(lose)
        assert told.value.retry
    assert store.call(lambda book: book.once("lost", NOON))


def test_a_connection_lost_in_the_last_step_is_told_as_doubt(
    clean_server: str, opened: Opener
) -> None:
    store = opened(clean_server)

    def lose(book: Book) -> None:
        book.once("lost", NOON)
        pid = book.session.cursor.connection.info.backend_pid  # type: ignore[attr-defined]
        with database(clean_server).connect() as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    with pytest.raises(StorageError, match="nobody can say") as told:
        store.call(lose)
    assert told.value.retry
    assert store.call(lambda book: book.once("next", NOON))


def test_an_address_of_the_other_spelling_reaches_the_same_server(
    clean_server: str, opened: Opener
) -> None:
    opened(clean_server).call(save)
    other = clean_server.replace("postgresql://", "postgresql+psycopg://")
    assert opened(other).call(lambda book: book.moment("m1")) is not None


# --- kill -9 ---------------------------------------------------------------------------------

WRITE = """
import sys; from datetime import UTC, datetime; from pathlib import Path
from bot.conversations.types import Turn
from storage.store import open_store
from tests.storage.samples import NOON, follow_up, moment, post, said
start = int(sys.argv[2])
with open_store(path=Path(sys.argv[1]), clock=lambda: NOON, exclusive=True) as store:
    for n in range(start, start + 100_000):
        def job(book):
            event = said(f"k{n}")
            if book.keep(event):
                name = f"m{n}"
                turn = Turn((moment(name),), (post(slot=name),), (follow_up(name),))
                book.save(turn, NOON, event)
                book.settle(event.key)
        store.call(job)
        print(n, flush=True)
"""


def test_what_was_acknowledged_before_a_kill_is_there_whole(file: Path, clock: Clock) -> None:
    acknowledged: set[int] = set()
    for start in range(0, 5_000_000, 1_000_000):
        acknowledged |= write_until_killed(file, start)
    with open_store(path=file, clock=clock, exclusive=True) as store:
        rows = {int(str(row["id"])[1:]) for row in store.export("moments")}
        follow_ups = {int(str(row["moment"])[1:]) for row in store.export("follow_ups")}
        counts = store.call(lambda book: book.counts())
    assert acknowledged <= rows
    assert follow_ups == rows
    assert len(rows) <= len(acknowledged) + 5  # one job may be stored and not told, each kill
    assert (counts["outbox_ready"], counts["inbox_unsettled"]) == (len(rows), 0)


def write_until_killed(file: Path, start: int) -> set[int]:
    """The numbers a child told as stored before it was killed in the middle of its work."""
    child = subprocess.Popen(
        [sys.executable, "-c", WRITE, str(file), str(start)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    told = [child.stdout.readline() for _ in range(30 + start % 17)]
    child.send_signal(signal.SIGKILL)
    rest, _ = child.communicate()
    return {int(line) for line in (*told, *rest.splitlines(keepends=True)) if line.endswith("\n")}


def test_a_child_killed_leaves_the_file_to_the_next_one(file: Path) -> None:
    migrate(path=file)
    found = database(path=file)
    assert isinstance(found, SqliteFile)
    write_until_killed(file, 0)
    found.claim()
    found.release()
