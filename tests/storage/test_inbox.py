"""The inbox: an event is kept before it is acknowledged, and handled once."""

from datetime import timedelta

import pytest

from bot.conversations.types import Due, Event, Filled, Tapped
from storage.store import Book, Store
from tests.storage.samples import CHAT, NOON, Clock, said

EVENTS: tuple[Event, ...] = (
    said(masked=("a card number",)),
    Tapped("k2", NOON, "ana", CHAT, "did.m1"),
    Filled("k3", NOON, "ana", CHAT, "gave.m1", {"amount": "15", "what": "a “drink” ☕"}),
    Due("k4", NOON, "m1:smot", "m1"),
)


def keep(store: Store, *events: Event) -> list[bool]:
    return store.call(lambda book: [book.keep(event) for event in events])


def unsettled(store: Store, clock: Clock, **more: timedelta) -> list[Event]:
    return store.call(lambda book: book.unsettled(clock.now, 10, **more))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_as_it_was_kept(store: Store, clock: Clock, event: Event) -> None:
    assert keep(store, event) == [True]
    assert unsettled(store, clock) == [event]


def test_a_redelivery_is_not_kept_again(store: Store, clock: Clock) -> None:
    assert keep(store, said(), said(text="the same key")) == [True, False]
    assert unsettled(store, clock) == [said()]


def test_a_redelivery_is_known_after_the_event_was_settled(store: Store) -> None:
    keep(store, said())
    store.call(lambda book: book.settle("k1"))
    assert keep(store, said()) == [False]


def test_an_event_handled_as_it_is_kept_is_known_and_not_to_be_handled_again(
    store: Store, clock: Clock
) -> None:
    assert store.call(lambda book: book.keep(said(), done=True))
    assert unsettled(store, clock) == []
    assert keep(store, said()) == [False]
    assert not store.call(lambda book: book.settle("k1"))


def test_an_event_is_settled_by_one_alone(store: Store, clock: Clock) -> None:
    keep(store, said())
    assert store.call(lambda book: [book.settle("k1"), book.settle("k1")]) == [True, False]
    assert unsettled(store, clock) == []


def test_a_failed_event_comes_back_when_its_time_has_come(store: Store, clock: Clock) -> None:
    keep(store, said())
    later = NOON + timedelta(seconds=30)
    assert store.call(lambda book: book.settle("k1", "engine fell over", later))
    assert unsettled(store, clock) == []
    clock.pass_(seconds=30)
    assert unsettled(store, clock) == [said()]
    assert store.call(lambda book: book.attempts("k1")) == 1


def test_an_event_given_up_never_comes_back(store: Store, clock: Clock) -> None:
    keep(store, said())
    assert store.call(lambda book: book.settle("k1", "no use"))
    clock.pass_(days=2)
    assert unsettled(store, clock) == []


def test_an_event_never_seen_has_no_attempts(store: Store) -> None:
    assert store.call(lambda book: book.attempts("k9")) == 0


def test_the_oldest_events_come_first_and_no_more_than_asked(store: Store, clock: Clock) -> None:
    keep(store, said("k1"))
    clock.pass_(seconds=1)
    keep(store, said("k0"), said("k2"))
    found = store.call(lambda book: book.unsettled(clock.now, 2))
    assert [event.key for event in found] == ["k1", "k0"]


def test_a_sweep_leaves_alone_what_has_just_come_in(store: Store, clock: Clock) -> None:
    keep(store, said("old"))
    clock.pass_(seconds=20)
    keep(store, said("new"))
    found = unsettled(store, clock, grace=timedelta(seconds=10))
    assert [event.key for event in found] == ["old"]


def test_keys_are_forgotten_after_seven_days_but_never_an_event_not_handled(
    store: Store, clock: Clock
) -> None:
    keep(store, said("done"), said("waiting"))
    store.call(lambda book: book.settle("done"))
    clock.pass_(days=7)
    store.call(lambda book: book.forget_old(clock.now))
    assert keep(store, said("done")) == [False]
    clock.pass_(milliseconds=1)
    store.call(lambda book: book.forget_old(clock.now))
    assert keep(store, said("done"), said("waiting")) == [True, False]


def test_what_a_failed_turn_kept_is_not_kept(store: Store, clock: Clock) -> None:
    def job(book: Book) -> None:
        book.keep(said())
        raise ValueError("the turn fell over")

    with pytest.raises(ValueError, match="fell over"):
        store.call(job)
    assert unsettled(store, clock) == []
