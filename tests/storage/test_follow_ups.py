"""Follow-ups: each is taken by one worker at its time, and comes back if that one dies."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversations.types import FollowUp, Turn
from storage.store import StorageError, Store
from tests.storage.conftest import Opener
from tests.storage.samples import NOON, Clock, follow_up, moment

LEASE = timedelta(minutes=2)


def put(store: Store, *follow_ups: FollowUp) -> None:
    names = sorted({each.moment for each in follow_ups})
    known = store.call(lambda book: {name for name in names if book.moment(name)})
    moments = tuple(moment(name) for name in names if name not in known)
    store.call(lambda book: book.save(Turn(moments, follow_ups=follow_ups), NOON))


def take(store: Store, clock: Clock, worker: str = "w1", limit: int = 10) -> list[FollowUp]:
    return store.call(lambda book: book.take(clock.now, worker, LEASE, limit))


def test_a_follow_up_is_taken_when_it_is_due_and_not_before(store: Store, clock: Clock) -> None:
    put(store, follow_up())
    clock.pass_(minutes=30, milliseconds=-1)
    assert take(store, clock) == []
    clock.pass_(milliseconds=1)
    assert take(store, clock) == [follow_up()]


def test_a_follow_up_taken_is_not_taken_by_another_worker(store: Store, clock: Clock) -> None:
    put(store, follow_up())
    clock.pass_(hours=1)
    assert len(take(store, clock)) == 1
    assert take(store, clock, "w2") == []


def test_a_dead_workers_follow_up_is_taken_when_its_lease_has_run_out(
    store: Store, clock: Clock
) -> None:
    put(store, follow_up())
    clock.pass_(hours=1)
    take(store, clock)
    clock.now += LEASE
    assert take(store, clock, "w2") == [follow_up()]


def test_a_follow_up_asked_is_due_again_for_its_reminder(store: Store, clock: Clock) -> None:
    put(store, follow_up())
    clock.pass_(hours=1)
    take(store, clock)
    asked = follow_up(state="asked", due=NOON + timedelta(hours=3), reminders=1, snoozes=2)
    put(store, asked)
    assert take(store, clock) == []
    clock.pass_(hours=2)
    assert take(store, clock) == [asked]


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_what_is_done_or_dropped_is_never_taken(store: Store, clock: Clock, state: str) -> None:
    put(store, follow_up())
    put(store, replace(follow_up(), state=state))  # type: ignore[arg-type]
    clock.pass_(days=20)
    assert take(store, clock) == []


def test_the_longest_due_are_taken_first_and_no_more_than_asked(store: Store, clock: Clock) -> None:
    due = {name: NOON - timedelta(minutes=late) for name, late in (("a", 1), ("b", 3), ("c", 2))}
    put(store, *(follow_up(name, due=at) for name, at in due.items()))
    assert [each.moment for each in take(store, clock, limit=2)] == ["b", "c"]
    assert [each.moment for each in take(store, clock, limit=2)] == ["a"]


def test_a_follow_up_of_no_moment_is_refused_and_nothing_of_its_turn_is_stored(
    store: Store,
) -> None:
    turn = Turn((moment("here"),), follow_ups=(follow_up("nowhere"),))
    with pytest.raises(StorageError, match="Nothing was stored"):
        store.call(lambda book: book.save(turn, NOON))
    assert store.call(lambda book: book.moment("here")) is None


def test_four_workers_take_every_follow_up_once(address: str, opened: Opener, clock: Clock) -> None:
    stores = [opened(address) for _ in range(4)]
    put(stores[0], *(follow_up(f"m{n}") for n in range(200)))
    clock.pass_(hours=1)

    def work(number: int) -> list[str]:
        taken: list[str] = []
        while some := take(stores[number], clock, f"w{number}", 7):
            taken += [each.id for each in some]
        return taken

    with ThreadPoolExecutor(4) as pool:
        counts = Counter(name for taken in pool.map(work, range(4)) for name in taken)
    assert counts == {f"m{n}:smot": 1 for n in range(200)}


def test_a_name_is_claimed_by_the_first_caller_alone(store: Store, clock: Clock) -> None:
    names = ("digest max 2026-W10", "digest max 2026-W10", "digest max 2026-W11")
    claimed = store.call(lambda book: [book.once(name, clock.now) for name in names])
    assert claimed == [True, False, True]
    assert not store.call(lambda book: book.once(names[0], clock.now))
