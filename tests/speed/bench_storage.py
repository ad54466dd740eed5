"""The store beside bare SQLite: commits, saves, claims, and all of it among a million moments.

Figures are ratios wherever a floor can be measured in the same run. Takes about a minute.
"""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.conversations.types import Said, Turn
from storage import mapper
from storage.engine import migrate
from storage.prepared import load
from storage.sqlite import driver
from storage.store import Book, Store, open_store
from tests.speed.bulk_rows import filling
from tests.storage.samples import NOON, SLACK, follow_up, moment, person, post, reading, said

MILLION = 1_000_000
SITES = 50
YEARS = timedelta(days=730)
"""The million lie in two years: about 190 a week at each site, 40 to a customer."""
LATE = 10_000
BATCH = 500
IN_FLIGHT = 32
LEASE = timedelta(minutes=2)
MONTH = timedelta(days=30)
numbers = count(1)


def say(what: str, figure: float, unit: str = "", target: object = "", beside: str = "") -> None:
    """One figure as one line of JSON."""
    line = {"what": what, "figure": figure, "unit": unit, "target": target, "beside": beside}
    print(json.dumps(line), flush=True)


# --- one turn, by the store and bare ---------------------------------------------------------


class Lines:
    """Lines typed and what the conversation made of them, made before the clock runs."""

    def __init__(self, site: str = "site1") -> None:
        self._site = site
        self._made: list[tuple[Said, Turn]] = []

    def prepare(self, number: int) -> None:
        """Makes that many."""
        self._made += [self._one(f"new{next(numbers)}") for _ in range(number)]

    def _one(self, name: str) -> tuple[Said, Turn]:
        made = moment(name, site=self._site, address=SLACK, status="settled")
        made = replace(made, reading=reading(ref=name))
        posts = (post(to=SLACK, slot=name), post(to=SLACK, slot=f"{name}:tell", lane="tell"))
        later = follow_up(name, site=self._site, due=NOON + timedelta(days=400))
        return said(name, address=SLACK), Turn((made,), posts, (later,))

    def __call__(self, book: Book) -> None:
        """What one line costs the store: kept, six looks, and everything it changes."""
        event, turn = self._made.pop()
        site, ref = self._site, event.key
        book.keep(event)
        book.person("ana")
        book.people(site)
        book.open_by_ref(site, ref, NOON - MONTH)
        book.failures(site, ref, NOON - MONTH)
        book.spent("ana", NOON - timedelta(hours=8))
        book.results(site)
        book.save(turn, NOON, event)
        book.settle(event.key)


def bare_rows() -> list[tuple[str, tuple[Any, ...]]]:
    """The rows a turn leaves behind, as plain SQL: what no store could do without."""
    name = f"bare{next(numbers)}"
    ready = load()["sqlite"].statements
    outbox = {"id": 0, "channel": "slack", "chat": "C1", "thread": "", "slot": name, "lane": 0}
    outbox |= {"person": "ana", "fresh": 0, "state": "ready", "latest": 1, "position": 1}
    outbox |= {"at": 0, "next_at": 0, "attempts": 0, "error": "", "text": ""}
    card = mapper.card_text(post().card)
    rows: list[tuple[str, dict[str, Any]]] = [
        ("keep", dict(mapper.event_row(said(name), NOON))),
        ("moment_insert", dict(mapper.moment_row(moment(name, status="settled"), 1))),
        ("follow_up_save", dict(mapper.follow_up_row(follow_up(name)))),
        *(("outbox_insert", outbox | {"id": next(numbers) * 10**6, "card": card}) for _ in "ab"),
    ]
    return [(ready[sql][0], tuple(row[key] for key in ready[sql][1])) for sql, row in rows]


def bare_commits(file: Path, turns: int) -> float:
    """Seconds a turn, each committed by itself, with the same promise of durability."""
    connection = driver().connect(str(file), isolation_level=None, cached_statements=256)
    connection.execute("PRAGMA synchronous=FULL")
    cursor = connection.cursor()
    prepared = [bare_rows() for _ in range(turns)]
    start = time.perf_counter()
    for rows in prepared:
        cursor.execute("BEGIN IMMEDIATE")
        for sql, values in rows:
            cursor.execute(sql, values)
        cursor.execute("COMMIT")
    took = time.perf_counter() - start
    connection.close()
    return took / turns


async def in_flight(store: Store, jobs: list[Callable[[Book], None]]) -> float:
    """Seconds a job with many people typing at once."""
    left = iter(jobs)

    async def type_on() -> None:
        for job in left:
            await store.submit(job)

    start = time.perf_counter()
    await asyncio.gather(*(type_on() for _ in range(IN_FLIGHT)))
    return (time.perf_counter() - start) / len(jobs)


def bare_jobs(turns: int) -> list[Callable[[Book], None]]:
    """The very statements of ``bare_commits``, handed to the store instead."""

    def job_of(rows: list[tuple[str, tuple[Any, ...]]]) -> Callable[[Book], None]:
        def job(book: Book) -> None:
            for sql, values in rows:
                book.session.cursor.execute(sql, values)

        return job

    return [job_of(bare_rows()) for _ in range(turns)]


def lines(turns: int) -> list[Callable[[Book], None]]:
    """As many lines typed."""
    line = Lines()
    line.prepare(turns)
    return [line] * turns


def inside(store: Store, turns: int) -> float:
    """Processor seconds a turn without its commit."""
    line = Lines()
    line.prepare(turns)

    def many(book: Book) -> float:
        start = time.thread_time()
        for _ in range(turns):
            line(book)
        return time.thread_time() - start

    return store.call(many) / turns


def bare_inside(file: Path, turns: int) -> float:
    """Processor seconds for the bare inserts of a turn's rows, without the commit."""
    connection = driver().connect(str(file), isolation_level=None, cached_statements=256)
    prepared = [bare_rows() for _ in range(turns)]
    connection.execute("BEGIN IMMEDIATE")
    start = time.thread_time()
    for rows in prepared:
        for sql, values in rows:
            connection.execute(sql, values)
    took = time.thread_time() - start
    connection.execute("ROLLBACK")
    connection.close()
    return took / turns


def median(store: Store, job: Callable[[Book], object], rounds: int = 200) -> float:
    """Seconds of a job inside one transaction, commit left out."""

    def many(book: Book) -> float:
        took = []
        for _ in range(rounds):
            start = time.perf_counter()
            job(book)
            took.append(time.perf_counter() - start)
        return statistics.median(took)

    return store.call(many)


def commits(folder: Path) -> None:
    """Group commit and a whole save, beside bare SQLite; contenders in turns."""
    took: dict[str, list[float]] = {}
    for number in range(5):
        file = folder / f"commit{number}.db"
        with open_store(path=file, clock=lambda: NOON) as store:
            store.call(enrol)
            measured = {
                "cpu": inside(store, 300),
                "group": asyncio.run(in_flight(store, bare_jobs(1000))),
                "turns": asyncio.run(in_flight(store, lines(1000))),
                "alone": one_by_one(store, 150),
            }
        measured |= {"bare": bare_commits(file, 300), "bare cpu": bare_inside(file, 300)}
        for name, figure in measured.items():
            took.setdefault(name, []).append(figure)
    tell({name: statistics.median(figures) for name, figures in took.items()})


def tell(took: dict[str, float]) -> None:
    """The figures of ``commits``, in seconds."""
    bare, least = took["bare"], took["bare cpu"]
    beside = f"a bare commit of the same rows: {bare * 1e6:.0f} us"
    say("group commit at 32 / bare commits", took["group"] / bare, "x", 0.4, beside)
    say("whole turn at 32 / bare commits", took["turns"] / bare, "x", "", beside)
    say("whole turn alone / bare commit", took["alone"] / bare, "x", "", beside)
    beside = f"bare inserts of its rows, no reads: {least * 1e6:.0f} us"
    say("turn in the store, without commit", took["cpu"] * 1e6, "us CPU", 150, beside)
    say("turn in the store / bare inserts", took["cpu"] / least, "x", "", beside)
    say("turns at 32 in flight", 1 / took["turns"], "a second", "at least 2000")


def one_by_one(store: Store, turns: int) -> float:
    """Seconds a turn when nobody else is typing."""
    line = Lines()
    line.prepare(turns)
    start = time.perf_counter()
    for _ in range(turns):
        store.call(line)
    return (time.perf_counter() - start) / turns


def enrol(book: Book) -> None:
    """Twenty people at the site, as a hotel has."""
    for number in range(20):
        book.save_person(person(f"p{number}", site="site1"))
    book.save_person(person("ana", site="site1"))


# --- a million -------------------------------------------------------------------------------


def seed(file: Path, moments: int) -> None:
    """Moments and follow-ups in their rows, indexes made afterwards: that is quicker."""
    migrate(path=file)
    ready = load()["sqlite"].statements
    with filling(file) as raw:
        raw.executemany(ready["moment_insert"][0], moment_rows(moments))
        raw.executemany(ready["follow_up_save"][0], follow_up_rows(moments))


def moment_rows(moments: int) -> Iterator[tuple[Any, ...]]:
    """Settled moments, spread evenly over sites, customers and two years."""
    row = mapper.moment_row(replace(moment(), status="settled"), 1)
    names = load()["sqlite"].statements["moment_insert"][1]
    columns = list(map(row.__getitem__, names))
    at = {name: names.index(name) for name in ("id", "site", "ref", "created", "answered", "kind")}
    step = YEARS / moments
    kinds = ("slow", "billing", "defect", "praise")
    for n in range(moments):
        created = mapper.ms(NOON - n * step)
        columns[at["id"]] = f"m{n}"
        columns[at["site"]] = f"site{n % SITES}"
        columns[at["ref"]] = f"ref{n // SITES % (max(moments // SITES // 40, 1))}"
        columns[at["created"]] = created
        columns[at["answered"]] = created + n % 600_000
        columns[at["kind"]] = kinds[n // SITES % 4]
        yield tuple(columns)


def follow_up_rows(follow_ups: int) -> Iterator[tuple[Any, ...]]:
    """Questions due from tomorrow on, all of them waiting."""
    row = mapper.follow_up_row(follow_up())
    names = load()["sqlite"].statements["follow_up_save"][1]
    columns = list(map(row.__getitem__, names))
    at = {name: names.index(name) for name in ("id", "moment", "due", "next_at", "site")}
    start = mapper.ms(NOON + timedelta(days=1))
    for n in range(follow_ups):
        columns[at["id"]] = f"m{n}:smot"
        columns[at["moment"]] = f"m{n}"
        columns[at["site"]] = f"site{n % SITES}"
        columns[at["due"]] = columns[at["next_at"]] = start + n * 60
        yield tuple(columns)


def looks(store: Store) -> dict[str, float]:
    """Seconds of what is done most, in one database."""
    store.call(enrol)
    week = timedelta(days=7)
    line = Lines("site7")
    line.prepare(250)
    median(store, line, 50)
    return {
        "turn": median(store, line),
        "history": median(store, lambda book: book.history("site7", "ref3", NOON - YEARS)),
        "open": median(store, lambda book: book.open_by_ref("site7", "ref3", NOON - MONTH)),
        "week": median(store, lambda book: book.week("site7", NOON - week, NOON)),
        "poll": median(store, lambda book: book.take(NOON, "w", LEASE, 500), 2000),
    }


def claims(store: Store, file: Path) -> None:
    """Ten thousand questions due at once among the million, five hundred to a commit."""
    due = NOON + timedelta(days=1) + timedelta(milliseconds=60 * LATE - 1)
    start, cpu = time.perf_counter(), time.process_time()
    taken: set[str] = set()
    worst = 0.0
    while True:
        found, took = timed(lambda: store.call(lambda book: book.take(due, "w", LEASE, BATCH)))
        if not found:
            break
        worst = max(worst, took)
        taken |= {each.id for each in found}
    took, cpu = time.perf_counter() - start, time.process_time() - cpu
    beside = f"{LATE - len(taken)} lost; {cpu * 1e3:.0f} ms of it on the processor"
    say(f"claim {LATE:,} due among a million", took * 1e3, "ms", 100, beside)
    say(f"longest single claim of {BATCH}", worst * 1e3, "ms", 15)
    bare = bare_claims(file, mapper.ms(due) + 60 * LATE)
    say("claims / bare UPDATE by id", took / bare, "x", "", f"bare: {bare * 1e3:.0f} ms")


def bare_claims(file: Path, due: int) -> float:
    """Seconds for the next ten thousand by plain SQL: look them up, mark each, commit."""
    raw = driver().connect(str(file), isolation_level=None)
    raw.execute("PRAGMA synchronous=FULL")
    start = time.perf_counter()
    for _ in range(LATE // BATCH):
        raw.execute("BEGIN IMMEDIATE")
        found = raw.execute(
            "SELECT * FROM follow_ups WHERE state IN ('waiting', 'asked') AND next_at <= ? "
            "ORDER BY next_at LIMIT ?",
            (due, BATCH),
        ).fetchall()
        marks = [(due + 10**7, each[0]) for each in found]
        raw.executemany("UPDATE follow_ups SET next_at = ? WHERE id = ?", marks)
        raw.execute("COMMIT")
    took = time.perf_counter() - start
    raw.close()
    return took


def timed(job: Callable[[], Any]) -> tuple[Any, float]:
    """What a job returned and how long it took."""
    start = time.perf_counter()
    return job(), time.perf_counter() - start


def million(folder: Path) -> None:
    """The same looks among a thousand and among a million."""
    small, large = folder / "small.db", folder / "large.db"
    seed(small, 1_000)
    start = time.perf_counter()
    seed(large, MILLION)
    size = large.stat().st_size / 2**30
    took = time.perf_counter() - start
    print(f"seeded a million moments and follow-ups in {took:.0f} s, {size:.1f} GiB")
    with (
        open_store(path=small, clock=lambda: NOON) as few,
        open_store(path=large, clock=lambda: NOON) as many,
    ):
        here, there = looks(few), looks(many)
        beside = f"among 1,000: {here['turn'] * 1e6:.0f} us"
        say("turn among a million / a thousand", there["turn"] / here["turn"], "x", 1.2, beside)
        say("history of 20 among a million", there["history"] * 1e6, "us", "", "bare SQL: 44 us")
        say("open moments of a customer", there["open"] * 1e6, "us")
        say("one site's week among a million", there["week"] * 1e3, "ms", 1)
        say("empty poll among a million", there["poll"] * 1e6, "us", 10)
        claims(many, large)


def main() -> None:
    """Everything, in folders that are gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        commits(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        million(Path(folder))


if __name__ == "__main__":
    main()
