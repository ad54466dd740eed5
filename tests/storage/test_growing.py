"""Corrections and what was learned from them, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversations.growing import Correction, Growth, Publishing
from bot.conversations.types import Turn
from storage.store import Store
from tests.storage.samples import NOON, Clock, moment

ONE = Correction(
    *("m1", "hotel", "412 waits for her room"),
    *("smot", "unavailable", 1, "smot", "slow", 0),
    by="ana",
    at=NOON,
)
LEASE = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def logged(store: Store) -> None:
    moments = (moment("m1"), moment("m2"))
    store.call(lambda book: book.save(Turn(moments), NOON))


def save(store: Store, *corrections: Correction) -> None:
    store.call(lambda book: book.save(Turn(corrections=corrections), NOON))


def test_a_correction_comes_back_as_it_was(store: Store) -> None:
    save(store, ONE)
    assert store.call(lambda book: book.correction("m1")) == ONE
    assert store.call(lambda book: book.corrections("hotel", "waiting")) == (ONE,)
    assert store.call(lambda book: book.corrections("clinic", "waiting")) == ()


def test_a_later_one_of_the_same_moment_takes_its_place_and_waits(store: Store) -> None:
    save(store, ONE, replace(ONE, state="kept", decided_by="tom", decided_at=NOON))
    later = replace(ONE, heat=2, at=NOON + timedelta(minutes=1))
    save(store, later)
    assert store.call(lambda book: book.corrections("hotel", "waiting")) == (later,)
    assert store.call(lambda book: book.correction_counts("hotel")) == {"waiting": 1}


def test_one_taken_back_is_gone(store: Store) -> None:
    save(store, ONE)
    save(store, replace(ONE, state="gone"))
    assert store.call(lambda book: book.correction("m1")) is None


def test_a_decision_on_what_was_corrected_anew_changes_nothing(store: Store) -> None:
    later = replace(ONE, heat=2, at=NOON + timedelta(minutes=1))
    save(store, later)
    save(store, replace(ONE, state="kept", decided_by="tom", decided_at=NOON))
    assert store.call(lambda book: book.correction("m1")) == later


def test_a_dropped_one_keeps_no_word_of_the_customer(store: Store) -> None:
    save(store, ONE)
    save(store, replace(ONE, state="dropped", decided_by="tom", decided_at=NOON))
    found = store.call(lambda book: book.correction("m1"))
    assert found is not None
    assert (found.state, found.text, found.decided_by) == ("dropped", "", "tom")


def test_what_nobody_kept_goes_with_the_cards_of_its_day(store: Store) -> None:
    kept = replace(ONE, moment="m2", state="kept", decided_by="tom", decided_at=NOON)
    save(store, ONE, replace(kept, state="waiting"), kept)
    store.call(lambda book: book.forget_cards(NOON))
    assert store.call(lambda book: book.correction_counts("hotel")) == {"waiting": 1, "kept": 1}
    store.call(lambda book: book.forget_cards(NOON + timedelta(seconds=1)))
    assert store.call(lambda book: book.correction_counts("hotel")) == {"kept": 1}


def test_a_publishing_is_taken_by_one_and_comes_back_if_that_one_dies(
    store: Store, clock: Clock
) -> None:
    ask(store)
    (taken,) = store.call(lambda book: book.growing.take(NOON, LEASE))
    assert (taken.site, taken.asked, taken.asked_by) == ("hotel", NOON, "tom")
    assert store.call(lambda book: book.growing.take(NOON, LEASE)) == []
    later = clock.pass_(minutes=6)
    assert len(store.call(lambda book: book.growing.take(later, LEASE))) == 1


def test_a_restart_frees_what_the_dead_process_was_at(store: Store) -> None:
    ask(store)
    store.call(lambda book: book.growing.take(NOON, LEASE))
    store.call(lambda book: book.free_leases(NOON))
    assert len(store.call(lambda book: book.growing.take(NOON, LEASE))) == 1


def test_what_is_done_is_not_asked_any_more(store: Store) -> None:
    ask(store)
    (taken,) = store.call(lambda book: book.growing.take(NOON, LEASE))
    store.call(lambda book: book.growing.answered(taken))
    later = NOON + timedelta(hours=1)
    assert store.call(lambda book: book.growing.take(later, LEASE)) == []


def test_one_asked_for_meanwhile_still_waits(store: Store) -> None:
    ask(store)
    (taken,) = store.call(lambda book: book.growing.take(NOON, LEASE))
    ask(store, minutes=1)
    store.call(lambda book: book.growing.answered(taken))
    later = NOON + timedelta(hours=1)
    assert len(store.call(lambda book: book.growing.take(later, LEASE))) == 1


def test_what_was_learned_is_there_for_every_machine_and_asking_leaves_it(store: Store) -> None:
    made = Growth("hotel", "digest", NOON, "rows" * 50_000, "{}", 3, NOON)
    assert store.call(lambda book: book.growth("hotel")) is None
    store.call(lambda book: book.growing.make(made))
    ask(store, minutes=1)
    now = store.call(lambda book: book.growth("hotel"))
    assert now == replace(made, asked=NOON + timedelta(minutes=1), asked_by="tom")
    millis = int(NOON.timestamp() * 1000)
    assert store.call(lambda book: book.growing.marks()) == {"hotel": millis}


def test_what_is_learned_leaves_what_is_asked(store: Store) -> None:
    ask(store)
    store.call(lambda book: book.growing.make(Growth("hotel", "digest", NOON, "rows")))
    assert len(store.call(lambda book: book.growing.take(NOON, LEASE))) == 1


def ask(store: Store, minutes: int = 0) -> None:
    asked = Publishing("hotel", "tom", NOON + timedelta(minutes=minutes))
    store.call(lambda book: book.save(Turn(publishing=asked), NOON))
