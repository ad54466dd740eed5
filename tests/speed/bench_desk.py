"""The whole turn on SQLite with every commit flushed: a line goes in, its card is on disk.

The floor is the bare store: the very rows that the turns left behind, put into the same tables by
raw SQL with the same durability, one commit a turn. Then all of it among a million moments.
"""

import asyncio
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.desk import Desk
from playbooks.engine.library import Library
from storage.engine import migrate
from storage.sqlite import driver
from storage.store import Store, open_store
from tests.fakes.desk import NOON, library
from tests.speed import crowd
from tests.speed.bench_turn import lines
from tests.speed.figures import library_of, say, say_load

PLAYS = 200
ROUNDS = 5
ALONE, TOGETHER, IN_FLIGHT = 100, 1200, 32
MILLION = 1_000_000
WEEK = timedelta(days=7)


class Took(NamedTuple):
    """Seconds: the median of a turn alone, one among 32, and the processor's part of that."""

    alone: float
    among: float
    busy: float


class House:
    """One database with everybody enrolled, its desk, and the lines typed at it."""

    def __init__(self, file: Path, of: Library, texts: list[str]) -> None:
        self.store: Store = open_store(path=file, clock=lambda: NOON)
        self.desk: Desk = crowd.desk(self.store, of)
        self._texts = texts
        crowd.enrol(self.store)

    def round(self) -> Took:
        """One after the other, then 32 at once."""
        return asyncio.run(self._round())

    async def _round(self) -> Took:
        alone = [await timed(self.one) for _ in range(ALONE)]
        left = iter(range(TOGETHER))

        async def type_on() -> None:
            for _ in left:
                await self.one()

        wall, busy = time.perf_counter(), time.process_time()
        await asyncio.gather(*(type_on() for _ in range(IN_FLIGHT)))
        busy, wall = time.process_time() - busy, time.perf_counter() - wall
        return Took(statistics.median(alone), wall / TOGETHER, busy / TOGETHER)

    async def one(self) -> None:
        """The next line, until it is on disk."""
        assert await self.desk.receive(crowd.said(self._texts)) == "new"

    def week(self) -> float:
        """Seconds of one site's numbers of a week, the middle of some."""
        took = []
        for _ in range(9):
            start = time.perf_counter()
            self.store.call(lambda book: book.week("hotel7", NOON - WEEK, NOON))
            took.append(time.perf_counter() - start)
        return statistics.median(took)


async def timed(work: Callable[[], Awaitable[None]]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    await work()
    return time.perf_counter() - start


class Bare:
    """The same rows again and again into a file of its own, one commit a turn."""

    def __init__(self, file: Path, left: dict[str, list[tuple[Any, ...]]]) -> None:
        migrate(path=file)
        self._raw = driver().connect(str(file), isolation_level=None, cached_statements=256)
        self._raw.execute("PRAGMA synchronous=FULL")
        self._tables = {
            name: f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})"  # noqa: S608 - ours
            for name, rows in left.items()
        }
        self._turns = turns_of(left)

    def round(self, turns: int) -> tuple[float, float]:
        """Median seconds of a turn, and the processor's part of one."""
        some = [next(self._turns) for _ in range(turns)]
        took, busy = [], time.process_time()
        for turn in some:
            start = time.perf_counter()
            self._raw.execute("BEGIN IMMEDIATE")
            for table, row in turn:
                self._raw.execute(self._tables[table], row)
            self._raw.execute("COMMIT")
            took.append(time.perf_counter() - start)
        return statistics.median(took), (time.process_time() - busy) / turns


def turns_of(left: dict[str, list[tuple[Any, ...]]]) -> Any:
    """The rows of each turn: as many of every table as a turn left on average."""
    number = len(left["inbox"])
    for n in range(number):
        turn = []
        for table, rows in left.items():
            first, last = n * len(rows) // number, (n + 1) * len(rows) // number
            turn += [(table, row) for row in rows[first:last]]
        yield turn


def middle(of: list[Took]) -> Took:
    """The middle of each figure over the rounds."""
    return Took(*(statistics.median(each) for each in zip(*of, strict=True)))


def beside_bare(folder: Path, of: Library, texts: list[str]) -> None:
    """The turn and the floor, in turns."""
    file = folder / "turns.db"
    house = House(file, of, texts)
    house.round()
    bare = Bare(folder / "bare.db", crowd.rows_left(file))
    rounds = [(house.round(), bare.round(ALONE)) for _ in range(ROUNDS)]
    ours = middle([our for our, _ in rounds])
    floor, floor_busy = (
        statistics.median(part) for part in zip(*(b for _, b in rounds), strict=True)
    )
    house.store.close()
    beside = f"its rows by bare SQL: {floor * 1e3:.2f} ms, {floor_busy * 1e6:.0f} us of processor"
    say("whole turn alone, every commit flushed", ours.alone * 1e3, "ms", 2, beside)
    say("  beside the bare store", ours.alone / floor, "x")
    say(f"turns with {IN_FLIGHT} at once", 1 / ours.among, "a second", "at least 2000")
    say("  beside the bare store, one commit each", ours.among / floor, "x", "", "time a turn")
    say("  processor, a turn", ours.busy * 1e6, "us", 450, f"{ours.busy / floor_busy:.1f} x bare")


def among_a_million(folder: Path, of: Library, texts: list[str]) -> None:
    """The same turns in a new house and in one with a million moments, in turns."""
    new, old = folder / "few.db", folder / "many.db"
    first = House(old, of, texts)
    asyncio.run(first.one())
    first.store.close()
    start = time.perf_counter()
    crowd.fill(old, MILLION)
    size = old.stat().st_size / 2**30
    print(f"filled with a million moments in {time.perf_counter() - start:.0f} s, {size:.1f} GiB")
    few, many = House(new, of, texts), House(old, of, texts)
    pairs = [(few.round(), many.round()) for _ in range(ROUNDS)][1:]
    here, there = (middle([pair[n] for pair in pairs]) for n in (0, 1))
    names = ("turn alone", "turn among 32", "its processor time")
    for n, what in enumerate(names):
        # The middle of the rounds' own ratios: a busy minute then falls on both sides of one.
        ratio = statistics.median(large[n] / small[n] for small, large in pairs)
        beside = f"{there[n] * 1e3:.2f} ms, among a few thousand {here[n] * 1e3:.2f} ms"
        say(f"{what}, a million moments / few", ratio, "x", 1.2, beside)
    say("one site's week among a million", many.week() * 1e3, "ms", 1)
    few.store.close()
    many.store.close()


def main() -> None:
    of = crowd.chain(library_of(PLAYS, library()))
    texts = lines(library())
    # As the product does once it is ready: what the start has made is no garbage.
    gc.collect()
    gc.freeze()
    for part in (beside_bare, among_a_million):
        with tempfile.TemporaryDirectory() as folder:
            part(Path(folder), of, texts)
    say_load()


if __name__ == "__main__":
    main()
