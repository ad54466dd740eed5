"""The thread that owns a connection: it runs jobs in transactions, several to one commit.

While the disk is being waited for, jobs pile up; the next commit takes all of them at once. So at
32 jobs in flight each pays about a tenth of a commit, and a single one waits for nobody. A job that
fails must not take its neighbours along: then the group is rolled back and each is run again alone.
"""

from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final, Protocol, TypeAlias

from storage.book import Book
from storage.engine import Database
from storage.errors import Conflict, StorageError
from storage.prepared import Session

RUNS: Final = 5
"""How often a job is run when somebody else changes the same moment first."""
LOST: Final = (
    "The connection to the database {name} was lost in the last step: nobody can say whether it "
    "was stored. Send the same event again: what was stored is known by its key and not done twice."
)

Job: TypeAlias = Callable[[Book], Any]


class Work(Protocol):
    """A job, and who waits for it."""

    job: Job

    def answer(self, result: Any, error: BaseException | None) -> None:  # noqa: ANN401 - any job's
        """Gives the waiting one what came of it."""
        ...


Jobs: TypeAlias = "SimpleQueue[Work | None]"
Answer: TypeAlias = tuple[Work, Any, BaseException | None]


class Worker(Thread):
    """Runs jobs from the queue until it finds None."""

    def __init__(
        self,
        database: Database,
        connection: Any,  # noqa: ANN401 - two drivers of one shape
        jobs: Jobs,
        book: Callable[[Session], Book],
        deliver: Callable[[list[Answer]], None],
        taken_back: Callable[[], None],
    ) -> None:
        super().__init__(name="store", daemon=True)
        self._database = database
        self._connection = connection
        self._session: Session | None = None
        self._jobs = jobs
        self._book = book
        self._deliver = deliver
        self._taken_back = taken_back

    def run(self) -> None:
        """The thread's life."""
        open_ = True
        while open_:
            group, open_ = self._next()
            if group:
                self._deliver(self._together(group))
        if self._connection is not None:
            with suppress(self._database.driver.Error):
                self._connection.close()

    def _next(self) -> tuple[list[Work], bool]:
        """The jobs that are waiting now, at least one, and false once the store is closed."""
        group: list[Work] = []
        while not group or (len(group) < self._database.group and not self._jobs.empty()):
            work = self._jobs.get()
            if work is None:
                return group, False
            group.append(work)
        return group, True

    def _together(self, group: list[Work]) -> list[Answer]:
        if len(group) == 1:
            return [self._alone(group[0])]
        try:
            session = self._begin()
        except StorageError as error:
            return [(work, None, error) for work in group]
        try:
            results = [work.job(self._book(session)) for work in group]
            session.control("COMMIT")
        except Exception:  # noqa: BLE001 - run again alone, it goes to its caller
            self._roll_back(session)
            return [self._alone(work) for work in group]
        return [(work, result, None) for work, result in zip(group, results, strict=True)]

    def _alone(self, work: Work) -> Answer:
        for last in (*[False] * (RUNS - 1), True):
            try:
                return work, self._once(work.job), None
            except Conflict as error:
                if last:
                    return work, None, error
            except Exception as error:  # noqa: BLE001 - goes to its caller
                return work, None, error
        raise AssertionError("the last run always ends")  # pragma: no cover

    def _once(self, job: Job) -> Any:  # noqa: ANN401 - any job's result
        session = self._begin()
        try:
            result = job(self._book(session))
        except BaseException:
            self._roll_back(session)
            raise
        try:
            session.control("COMMIT")
        except StorageError as error:
            self._roll_back(session)
            if not self._database.broken(self._connection):
                raise
            raise StorageError(LOST.format(name=self._database.name), retry=True) from error
        return result

    def _begin(self) -> Session:
        if self._connection is not None and self._database.broken(self._connection):
            self._connection = self._session = None
        if self._connection is None:
            self._connection = self._database.connect()
        if self._session is None:
            self._session = self._database.session(self._connection)
        self._session.control(self._database.begin)
        return self._session

    def _roll_back(self, session: Session) -> None:
        """The transaction may be over already, by the failure itself (a full disk, a lost line)."""
        self._taken_back()
        with suppress(StorageError):
            session.control("ROLLBACK")
