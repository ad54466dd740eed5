"""The store: jobs go in, each runs in a transaction, and what it returns is on disk.

A job is a plain function of a ``Book``. It may be run more than once (after a lost race, or when a
neighbour in its group failed), always from the beginning and never twice with effect: so it changes
nothing but the Book.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import Any, Generic, TypeVar

from storage import engine, views
from storage.book import Book, ResultsKept
from storage.engine import HEAD, Database
from storage.errors import Conflict, StorageError, StoreClosed
from storage.people import Enrolled
from storage.prepared import Session, Value
from storage.worker import Answer, Jobs, Worker

__all__ = ["Book", "Conflict", "StorageError", "Store", "open_store"]

T = TypeVar("T")
Loop = asyncio.AbstractEventLoop


class Called(Generic[T]):
    """A job somebody blocks for."""

    def __init__(self, job: Callable[[Book], T]) -> None:
        self.job = job
        self.future: Future[T] = Future()

    def answer(self, result: T, error: BaseException | None) -> None:
        """Wakes the one who blocks."""
        if error is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(error)


class Submitted(Generic[T]):
    """A job somebody awaits on an event loop."""

    def __init__(self, job: Callable[[Book], T], loop: Loop) -> None:
        self.job = job
        self.loop = loop
        self.future: asyncio.Future[T] = loop.create_future()

    def answer(self, result: T, error: BaseException | None) -> None:
        """Wakes the one who awaits; to be called on the loop. Who gave up is not told."""
        if self.future.done():
            return
        if error is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(error)


class Store:
    """An open database. One thread owns the connection to a file; a server gets four."""

    def __init__(self, database: Database, connection: Any, clock: Callable[[], datetime]) -> None:  # noqa: ANN401 - two drivers of one shape
        self.database = database
        self._clock = clock
        self._results: ResultsKept = {}
        self._enrolled = Enrolled()
        self._jobs: Jobs = SimpleQueue()
        self._closing = Lock()
        self._closed = False
        connections = [connection, *[None] * (database.workers - 1)]
        self._workers = [
            Worker(database, each, self._jobs, self._book, deliver, self._forget)
            for each in connections
        ]
        for worker in self._workers:
            worker.start()

    @property
    def alone(self) -> bool:
        """Whether one process has the whole database to itself: a file opened exclusively."""
        return self.database.workers == 1

    async def submit(self, job: Callable[[Book], T]) -> T:
        """Runs a job and returns its result once it is on disk.

        Whoever stops waiting does not stop the job.

        Raises:
            StorageError: the store could not do it; nothing of the job was stored.
            Exception: what the job itself raised; nothing of it was stored.
        """
        work = Submitted(job, asyncio.get_running_loop())
        self._put(work)
        return await work.future

    def call(self, job: Callable[[Book], T]) -> T:
        """As ``submit``, blocking: for the command line and for tests."""
        work = Called(job)
        self._put(work)
        return work.future.result()

    def export(self, table: views.ExportTable) -> Iterator[dict[str, str | int | None]]:
        """Flat rows of a table, read a thousand at a time between the jobs of others."""
        key = dict(views.STARTS[table])
        while rows := self.call(partial(_page, table=table, after=dict(key))):
            yield from map(views.flat, rows)
            key = {name: rows[-1][name] for name in key}

    def close(self) -> None:
        """Finishes the jobs handed in so far and lets go of the database; safe to repeat."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            for _ in self._workers:
                self._jobs.put(None)
        for worker in self._workers:
            worker.join()
        self.database.release()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _put(self, work: Any) -> None:  # noqa: ANN401 - Work of any result
        with self._closing:
            if self._closed:
                raise StoreClosed
            self._jobs.put(work)

    def _book(self, session: Session) -> Book:
        # Four threads on a server must not share what they remember: each transaction has its own.
        enrolled = self._enrolled if session.dialect == "sqlite" else Enrolled()
        return Book(session, self._clock, self._results, enrolled)

    def _forget(self) -> None:
        """What was read in a transaction that is taken back may never have been."""
        self._results.clear()
        self._enrolled.forget()


def _page(book: Book, table: views.ExportTable, after: Mapping[str, Value]) -> list[dict[str, Any]]:
    return views.export_page(book.session, table, after)


def deliver(answers: list[Answer]) -> None:
    """Gives every waiting one what came of its job; a loop is woken once for all its jobs."""
    by_loop: dict[Loop, list[Answer]] = {}
    for answer in answers:
        work, result, error = answer
        if isinstance(work, Submitted):
            by_loop.setdefault(work.loop, []).append(answer)
        else:
            work.answer(result, error)
    for loop, its in by_loop.items():
        with suppress(RuntimeError):  # the loop was closed: nobody waits any more
            loop.call_soon_threadsafe(tell, its)


def tell(answers: list[Answer]) -> None:
    """The loop's part of ``deliver``."""
    for work, result, error in answers:
        work.answer(result, error)


def open_store(
    url: str = "",
    *,
    path: Path | None = None,
    clock: Callable[[], datetime],
    exclusive: bool = False,
    upgrade: bool = True,
    patience: timedelta | None = None,
) -> Store:
    """Opens a database: a SQLite file at ``path``, or by ``sqlite:///file`` or ``postgresql://…``.

    Args:
        url: its address; empty for the file at ``path``.
        path: the file, where no address is given.
        clock: the present moment, aware.
        exclusive: be the only Fifteen that runs on the file; for ``run``, not for looking.
        upgrade: bring the tables up to date first; else an older database is refused.
        patience: how long to wait for a locked file or a server, five or ten seconds by default.

    Raises:
        StorageError: it cannot be opened, is not up to date, or another Fifteen runs on it.
    """
    database = engine.database(url, path=path, patience=patience)
    if exclusive:
        database.claim()
    connection = None
    try:
        connection = database.connect()
        if upgrade:
            engine.bring_up(database, connection)
        elif engine.read_revision(database, connection) != HEAD:
            raise StorageError(
                f"The database {database.name} is not up to date: run fifteen migrate."
            )
    except BaseException:
        if connection is not None:
            connection.close()
        database.release()
        raise
    return Store(database, connection, clock)
