"""The store as its callers meet it: jobs, groups, failures that stay with their owner."""

import asyncio
from dataclasses import replace
from pathlib import Path
from threading import Event as Gate

import pytest

from bot.conversations.types import Turn
from storage.store import Book, Conflict, StorageError, Store, open_store
from tests.storage.conftest import Opener
from tests.storage.samples import NOON, Clock, moment, person


def claim(store: Store, name: str) -> bool:
    return store.call(lambda book: book.once(name, NOON))


def refuse(book: Book) -> None:
    book.once("refused", NOON)
    raise ValueError("not today")


async def test_a_submitted_job_returns_what_it_found(store: Store) -> None:
    await store.submit(lambda book: book.save_person(person()))
    assert await store.submit(lambda book: book.person("ana")) == person()


async def test_many_jobs_at_once_are_all_stored(store: Store) -> None:
    jobs = (store.submit(lambda book, n=n: book.once(f"c{n}", NOON)) for n in range(200))
    assert all(await asyncio.gather(*jobs))
    assert not any(claim(store, f"c{n}") for n in range(0, 200, 20))


async def test_a_failing_job_takes_none_of_its_neighbours_along(store: Store) -> None:
    def good(number: int) -> object:
        return store.submit(lambda book: book.once(f"c{number}", NOON))

    jobs = [good(1), store.submit(refuse), good(2)]
    first, failed, second = await asyncio.gather(*jobs, return_exceptions=True)
    assert (first, second) == (True, True)
    assert isinstance(failed, ValueError)
    assert [claim(store, name) for name in ("c1", "refused", "c2")] == [False, True, False]


def test_the_store_goes_on_after_a_failed_job(store: Store) -> None:
    with pytest.raises(ValueError, match="not today"):
        store.call(refuse)
    assert claim(store, "next")


async def test_who_stops_waiting_does_not_stop_the_job(store: Store) -> None:
    gate = Gate()

    def job(book: Book) -> bool:
        gate.wait(5)
        return book.once("slow", NOON)

    waiting = asyncio.create_task(store.submit(job))
    await asyncio.sleep(0)
    waiting.cancel()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.to_thread(store.close)
    assert waiting.cancelled()


def test_a_loop_closed_before_its_answer_harms_nobody(store: Store) -> None:
    gate = Gate()

    async def leave() -> None:
        task = asyncio.ensure_future(store.submit(lambda _: gate.wait(5)))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave())
    gate.set()
    assert claim(store, "afterwards")


def test_a_lost_race_is_run_again(store: Store) -> None:
    store.call(lambda book: book.save(Turn((moment(),)), NOON))
    runs: list[int] = []

    def job(book: Book) -> int:
        runs.append(1)
        if len(runs) < 3:
            raise Conflict("somebody was quicker")
        return len(runs)

    assert store.call(job) == 3


def test_a_race_lost_five_times_is_told(store: Store) -> None:
    runs: list[int] = []

    def job(_: Book) -> None:
        runs.append(1)
        raise Conflict("somebody was quicker")

    with pytest.raises(Conflict) as told:
        store.call(job)
    assert (len(runs), told.value.retry) == (5, True)


async def test_everybody_counting_on_one_moment_is_counted(address: str, opened: Opener) -> None:
    stores = [opened(address) for _ in range(2)]
    stores[0].call(lambda book: book.save(Turn((moment(),)), NOON))

    def fail_once_more(book: Book) -> None:
        found = book.moment("m1")
        assert found is not None
        book.save(Turn((replace(found, failures=found.failures + 1),)), NOON)

    async def keep_trying(number: int) -> None:
        while True:
            try:
                return await stores[number % 2].submit(fail_once_more)
            except Conflict:
                continue

    await asyncio.gather(*(keep_trying(n) for n in range(20)))
    found = stores[1].call(lambda book: book.moment("m1"))
    assert found is not None
    assert (found.failures, found.version) == (20, 21)


# --- opening and closing ---------------------------------------------------------------------


def test_what_was_stored_is_there_when_opened_again(address: str, opened: Opener) -> None:
    first = opened(address)
    first.call(lambda book: book.save_person(person()))
    first.close()
    assert opened(address).call(lambda book: book.person("ana")) == person()


def test_closing_finishes_what_was_handed_in(store: Store, address: str, opened: Opener) -> None:
    async def hurry() -> list[bool]:
        jobs = [store.submit(lambda book, n=n: book.once(f"c{n}", NOON)) for n in range(50)]
        tasks = [asyncio.ensure_future(job) for job in jobs]
        await asyncio.sleep(0)
        await asyncio.to_thread(store.close)
        return await asyncio.gather(*tasks)

    assert all(asyncio.run(hurry()))
    assert not claim(opened(address), "c49")


def test_a_closed_store_says_so_and_may_be_closed_again(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StorageError, match="shutting down"):
        claim(store, "late")


def test_a_store_closes_itself_at_the_end_of_a_block(address: str, clock: Clock) -> None:
    with open_store(address, clock=clock) as store:
        assert claim(store, "c")
    with pytest.raises(StorageError):
        claim(store, "d")


def test_an_empty_address_means_the_file_named(tmp_path: Path, clock: Clock) -> None:
    with open_store(path=tmp_path / "new" / "fifteen.db", clock=clock) as store:
        assert claim(store, "c")
    assert (tmp_path / "new" / "fifteen.db").exists()


@pytest.mark.parametrize(
    ("url", "words"),
    [("mysql://x/y", "starts with 'mysql'"), ("", "No database"), ("sqlite://", "No database")],
)
def test_an_address_nobody_understands_is_told(url: str, words: str, clock: Clock) -> None:
    with pytest.raises(StorageError, match=words):
        open_store(url, clock=clock)
