"""A card on the wire when its courier died may have arrived; one only in hand surely has not."""

from dataclasses import replace

from bot.conversations.types import Person, Post
from storage.store import Store
from tests.storage.samples import NOON, SLACK, Clock, post, rich_card
from tests.storage.test_outbox import MINUTE, deliver, due, put, start, titles


def test_a_parcel_whose_courier_died_with_it_on_the_wire_is_handed_out_in_doubt(
    store: Store, clock: Clock
) -> None:
    [parcel] = put(store, post())
    assert start(store, parcel, clock) == parcel
    clock.pass_(minutes=1)
    [again] = due(store, clock)
    assert again == replace(parcel, attempts=1, doubts=1)
    assert start(store, parcel, clock) is None, "whoever does not know of the doubt has no say"
    assert start(store, again, clock) == again
    clock.pass_(minutes=1)
    assert due(store, clock) == [replace(parcel, attempts=2, doubts=2)]


def test_a_parcel_taken_and_not_put_on_the_wire_is_not_in_doubt(store: Store, clock: Clock) -> None:
    [parcel] = put(store, post())
    [taken] = due(store, clock)
    assert start(store, taken, clock) == parcel
    assert start(store, taken, clock) is None


def test_a_doubt_outlives_a_later_try_that_surely_failed(store: Store, clock: Clock) -> None:
    [parcel] = put(store, post())
    start(store, parcel, clock)
    store.call(lambda book: book.unsure(parcel.id, clock.now))
    [doubted] = due(store, clock)
    start(store, doubted, clock)
    store.call(lambda book: book.delayed(parcel.id, "slow down", clock.now))
    assert [each.doubts for each in due(store, clock)] == [1]


def test_to_wait_is_no_failed_try(store: Store, clock: Clock) -> None:
    [parcel] = put(store, post())
    start(store, parcel, clock)
    store.call(lambda book: book.delayed(parcel.id, "slow down", NOON + MINUTE))
    assert due(store, clock) == []
    clock.pass_(minutes=1)
    assert due(store, clock) == [parcel]


def test_a_card_taken_and_not_on_the_wire_is_superseded_too(store: Store, clock: Clock) -> None:
    put(store, post("old"))
    [old] = due(store, clock)
    put(store, post("new"))
    assert start(store, old, clock) is None
    assert titles(due(store, clock)) == ["new"]


def test_a_dead_letter_can_be_sent_again_unless_a_newer_card_has_its_place(
    store: Store, clock: Clock
) -> None:
    [gone, doubtful, old] = put(store, post(), post(slot="m:m2"), post(slot="m:m3"))
    for each in (gone, old):
        store.call(lambda book, each=each: book.failed(each.id, "blocked", None))
    store.call(lambda book: book.doubt(doubtful.id, "no answer"))
    put(store, post("newer", slot="m:m3"))
    again = [
        store.call(lambda book, each=each: book.resend(each.id, NOON))
        for each in (gone, doubtful, old)
    ]
    assert again == [True, True, False]
    assert [(p.id, p.doubts) for p in due(store, clock)][:2] == [(gone.id, 0), (doubtful.id, 1)]


def test_a_letter_to_somebody_removed_is_not_sent_again(store: Store, clock: Clock) -> None:
    who = Person("zoe", "Zoe Zander", "staff", "hotel", SLACK)
    store.call(lambda book: book.save_person(who))
    [letter] = put(store, Post(SLACK, rich_card(), "m:m1", "live", "zoe"))
    store.call(lambda book: book.failed(letter.id, "blocked", None))
    store.call(lambda book: book.save_person(replace(who, active=False)))
    assert not store.call(lambda book: book.resend(letter.id, NOON))
    store.call(lambda book: book.save_person(who))
    assert store.call(lambda book: book.resend(letter.id, NOON))


def test_a_chat_that_moved_is_remembered_and_its_messages_are_not_edited(
    store: Store, clock: Clock
) -> None:
    deliver(store, put(store, post(to=SLACK))[0], "17.1")
    for _ in range(2):
        store.call(lambda book: book.move("slack", SLACK.chat, "C9", NOON))
    assert store.call(lambda book: book.moves()) == {("slack", SLACK.chat): "C9"}
    [fresh] = put(store, post("anew", to=SLACK))
    assert fresh.replaces == ""
    deliver(store, fresh, "18.1")
    store.call(lambda book: book.move("slack", SLACK.chat, "C9", NOON))
    assert put(store, post("edited", to=SLACK))[0].replaces == "18.1", (
        "a move told twice changes nothing"
    )
