"""The outbox: every card goes out once, in order, or is told to be lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversations.types import Address, Card, Lane, Parcel, Post, Turn
from storage.store import Book, Store
from tests.storage.samples import (
    CHAT,
    NOON,
    SLACK,
    Clock,
    follow_up,
    moment,
    post,
    rich_card,
    said,
)

MINUTE = timedelta(minutes=1)


def put(store: Store, *posts: Post) -> list[Parcel]:
    return store.call(lambda book: book.save(Turn(posts=posts), NOON))


def due(store: Store, clock: Clock, limit: int = 50) -> list[Parcel]:
    return store.call(lambda book: book.parcels(clock.now, limit, MINUTE))


def deliver(store: Store, parcel: Parcel, message: str = "msg") -> None:
    store.call(lambda book: book.sent(parcel.id, message, NOON))


def start(store: Store, parcel: Parcel, clock: Clock) -> Parcel | None:
    return store.call(lambda book: book.sending(parcel.id, clock.now, MINUTE, parcel.doubts))


def titles(parcels: list[Parcel]) -> list[str]:
    return [parcel.card.title for parcel in parcels]


def test_a_card_goes_out_as_it_was_written(store: Store, clock: Clock) -> None:
    written = Post(SLACK, rich_card(), "m:m1", "tell", "ana")
    [parcel] = put(store, written)
    assert parcel == Parcel(parcel.id, SLACK, rich_card(), "m:m1", "tell", "ana")
    assert due(store, clock) == [parcel]


def test_a_parcel_taken_is_not_taken_again_before_its_lease_ends(
    store: Store, clock: Clock
) -> None:
    [parcel] = put(store, post())
    assert len(due(store, clock)) == 1
    clock.pass_(seconds=59)
    assert due(store, clock) == []
    clock.pass_(seconds=1)
    assert due(store, clock) == [parcel]


def test_live_answers_go_before_tells_before_follow_ups_before_digests(
    store: Store, clock: Clock
) -> None:
    lanes: tuple[Lane, ...] = ("digest", "follow_up", "tell", "live")
    put(store, *(post(lane, slot=lane, lane=lane) for lane in lanes))
    assert titles(due(store, clock, 3)) == ["live", "tell", "follow_up"]
    assert titles(due(store, clock)) == ["digest"]


def test_a_parcel_sent_is_done(store: Store, clock: Clock) -> None:
    [parcel] = put(store, post())
    deliver(store, parcel)
    clock.pass_(days=1)
    assert due(store, clock) == []
    assert store.call(lambda book: book.sending(parcel.id, clock.now, MINUTE)) is None


def test_the_next_card_of_a_slot_edits_the_message_that_stands_there(
    store: Store, clock: Clock
) -> None:
    [first] = put(store, post())
    deliver(store, first, "17.1")
    [second] = put(store, post("better"))
    assert (first.replaces, second.replaces) == ("", "17.1")
    [again] = due(store, clock)
    assert again.replaces == "17.1"


def test_a_card_written_before_the_first_was_delivered_still_edits_it(
    store: Store, clock: Clock
) -> None:
    [first] = put(store, post())
    store.call(lambda book: book.sending(first.id, NOON, MINUTE))
    [second] = put(store, post("better"))
    assert second.replaces == ""
    deliver(store, first, "17.1")
    taken = store.call(lambda book: book.sending(second.id, NOON, MINUTE))
    assert taken is not None
    assert taken.replaces == "17.1"


def test_a_fresh_card_is_sent_anew_and_the_next_one_edits_it(store: Store) -> None:
    deliver(store, put(store, post())[0], "17.1")
    [fresh] = put(store, post("below", fresh=True))
    assert fresh.replaces == ""
    deliver(store, fresh, "17.2")
    assert put(store, post("edited"))[0].replaces == "17.2"


def test_slots_of_other_chats_and_threads_are_their_own(store: Store) -> None:
    deliver(store, put(store, post(to=SLACK))[0], "17.1")
    elsewhere = put(
        store,
        post(to=Address("slack", "C1")),
        post(to=Address("slack", "C2", "17.5")),
        post(to=SLACK, slot="m:m2"),
    )
    assert [parcel.replaces for parcel in elsewhere] == ["", "", ""]


def test_a_card_not_yet_sent_is_superseded_by_a_newer_one_of_its_slot(
    store: Store, clock: Clock
) -> None:
    [old] = put(store, post("old"))
    put(store, post("new"), post("other", slot="m:m2"))
    assert store.call(lambda book: book.sending(old.id, clock.now, MINUTE)) is None
    assert titles(due(store, clock)) == ["new", "other"]
    assert store.call(lambda book: book.counts())["outbox_superseded"] == 1


def test_two_cards_of_one_slot_in_one_turn_leave_the_last(store: Store, clock: Clock) -> None:
    put(store, post("old"), post("new"))
    assert titles(due(store, clock)) == ["new"]


def test_a_card_superseding_an_unsent_fresh_one_is_sent_anew_too(
    store: Store, clock: Clock
) -> None:
    deliver(store, put(store, post())[0], "17.1")
    put(store, post("fresh", fresh=True))
    assert put(store, post("newer"))[0].replaces == ""
    [only] = due(store, clock)
    assert (only.card.title, only.replaces) == ("newer", "")


def test_a_failed_parcel_is_tried_again_when_its_time_has_come(store: Store, clock: Clock) -> None:
    [parcel] = put(store, post())
    due(store, clock)
    store.call(lambda book: book.failed(parcel.id, "429", NOON + timedelta(seconds=5)))
    assert due(store, clock) == []
    clock.pass_(seconds=5)
    assert due(store, clock) == [replace(parcel, attempts=1)]


def test_a_failed_parcel_a_newer_card_has_replaced_is_not_tried_again(
    store: Store, clock: Clock
) -> None:
    [old] = put(store, post("old"))
    due(store, clock)
    put(store, post("new"))
    store.call(lambda book: book.failed(old.id, "429", NOON))
    assert titles(due(store, clock)) == ["new"]


def test_a_parcel_that_can_never_arrive_is_a_dead_letter(store: Store, clock: Clock) -> None:
    [parcel] = put(store, post())
    store.call(lambda book: book.failed(parcel.id, "blocked by the person", None))
    clock.pass_(days=1)
    assert due(store, clock) == []
    [letter] = store.call(lambda book: book.dead_letters(10))
    assert (letter.parcel.card, letter.why, letter.at) == (
        Card("412 waits"),
        "blocked by the person",
        NOON,
    )


def test_dead_letters_come_newest_first(store: Store) -> None:
    for parcel in put(store, post("a", slot="a"), post("b", slot="b"), post("c", slot="c")):
        store.call(lambda book, parcel=parcel: book.failed(parcel.id, "gone", None))
    letters = store.call(lambda book: book.dead_letters(2))
    assert [letter.parcel.card.title for letter in letters] == ["c", "b"]


def test_a_parcel_in_doubt_is_not_sent_twice(store: Store, clock: Clock) -> None:
    [parcel] = put(store, post())
    due(store, clock)
    store.call(lambda book: book.doubt(parcel.id, "the answer was lost"))
    clock.pass_(days=1)
    assert due(store, clock) == []
    assert store.call(lambda book: book.counts())["outbox_in_doubt"] == 1


def test_a_parcel_in_hand_is_nobody_elses(store: Store, clock: Clock) -> None:
    [parcel] = put(store, post())
    assert store.call(lambda book: book.sending(parcel.id, NOON, MINUTE)) == parcel
    assert store.call(lambda book: book.sending(parcel.id, NOON, MINUTE)) is None
    assert due(store, clock) == []


def test_an_answer_about_an_unknown_parcel_changes_nothing(store: Store, clock: Clock) -> None:
    [parcel] = put(store, post())
    store.call(lambda book: book.sent(parcel.id + 99, "x", NOON))
    store.call(lambda book: book.failed(parcel.id + 99, "x", None))
    assert len(due(store, clock)) == 1


def test_cards_of_a_failed_turn_are_not_sent(store: Store, clock: Clock) -> None:
    put(store, post("stands"))

    def job(book: Book) -> None:
        book.save(Turn(posts=(post("lost"),)), NOON)
        raise ValueError("fell over")

    with pytest.raises(ValueError, match="fell over"):
        store.call(job)
    assert titles(due(store, clock)) == ["stands"]


def test_forgetting_throws_away_superseded_cards_and_stale_ones_in_hand(
    store: Store, clock: Clock
) -> None:
    put(store, post("old"), post("new"))
    [new] = due(store, clock)
    start(store, new, clock)
    put(store, post("newest"))
    clock.pass_(minutes=2)
    store.call(lambda book: book.forget_old(clock.now))
    counts = store.call(lambda book: book.counts())
    assert (counts["outbox_superseded"], counts["outbox_in_doubt"]) == (0, 1)
    assert titles(due(store, clock)) == ["newest"]


def test_old_cards_and_lines_are_thrown_away_but_what_is_on_its_way_and_the_last_row(
    store: Store, clock: Clock
) -> None:
    say(store, "k1", "412 waits", post("shown"), post("waits", slot="s2"))
    deliver(store, next(p for p in due(store, clock) if p.card.title == "shown"))
    year_ago = NOON + timedelta(days=1)
    clock.pass_(days=366)
    assert store.call(lambda book: book.forget_cards(NOON)) == 0
    assert store.call(lambda book: book.forget_cards(year_ago)) == 2
    assert [title for *_, title in page(store)] == ["waits"]
    assert titles(due(store, clock)) == ["waits"]
    (edited,) = store.call(lambda book: book.save(Turn(posts=(post("edited"),)), clock.now))
    assert edited.replaces == "msg"
    deliver(store, edited, "msg")
    assert store.call(lambda book: book.forget_cards(clock.now + timedelta(days=1))) == 0


def test_a_go_takes_no_more_than_it_may(store: Store) -> None:
    for n in range(5):
        (parcel,) = put(store, post(f"card {n}", slot=f"s{n}"))
        deliver(store, parcel)
    later = NOON + timedelta(days=1)
    assert store.call(lambda book: book.forget_cards(later, limit=3)) == 3
    assert store.call(lambda book: book.forget_cards(later, limit=3)) == 1
    assert [title for *_, title in page(store)] == ["card 4"]


# --- the built-in page -----------------------------------------------------------------------


def page(store: Store, after: int = 0, limit: int = 200) -> list[tuple[int, int, str]]:
    lines = store.call(lambda book: book.transcript(CHAT, after, limit))
    return [(line.seq, line.position, line.text or (line.card or Card("")).title) for line in lines]


def say(store: Store, key: str, text: str, *posts: Post) -> list[Parcel]:
    turn = Turn(posts=posts)
    return store.call(lambda book: book.save(turn, NOON, said(key, text)))


def test_the_page_shows_what_was_said_and_the_cards_in_order(store: Store) -> None:
    [parcel] = say(store, "k1", "412 waits", post("do this"))
    lines = store.call(lambda book: book.transcript(CHAT))
    assert [(line.text, line.slot, line.at) for line in lines] == [
        ("412 waits", "said:k1", NOON),
        ("", "m:m1", NOON),
    ]
    assert (lines[0].card, lines[1].card, lines[1].seq) == (None, Card("do this"), parcel.id)


def test_what_was_said_needs_no_delivery(store: Store, clock: Clock) -> None:
    say(store, "k1", "412 waits")
    assert due(store, clock) == []


def test_what_was_said_elsewhere_is_not_kept_for_the_page(store: Store) -> None:
    event = said(address=SLACK)
    store.call(lambda book: book.save(Turn((moment(),)), NOON, event))
    assert store.call(lambda book: book.transcript(SLACK)) == []


def test_an_edited_card_keeps_its_place_and_gets_a_new_number(store: Store) -> None:
    [first] = say(store, "k1", "one", post("card"))
    say(store, "k2", "two")
    [second] = put(store, post("edited"))
    assert [(position, text) for _, position, text in page(store)] == [
        (first.id - 1, "one"),
        (first.id, "edited"),
        (second.id - 1, "two"),
    ]
    assert page(store, after=second.id - 1) == [(second.id, first.id, "edited")]


def test_a_fresh_card_stands_below_the_line_just_typed(store: Store) -> None:
    say(store, "k1", "one", post("card"))
    [fresh] = say(store, "k2", "two", post("fresh", fresh=True))
    [edited] = put(store, post("edited"))
    assert [text for _, _, text in page(store)] == ["one", "two", "edited"]
    assert page(store, after=fresh.id) == [(edited.id, fresh.id, "edited")]


def test_a_page_that_was_away_gets_every_newer_line_however_few_at_a_time(store: Store) -> None:
    first, *_ = put(store, post("a", slot="a"), post("b", slot="b"), post("c", slot="c"))
    put(store, post("a2", slot="a"))
    seen: list[str] = []
    after = first.id
    while lines := page(store, after, limit=1):
        seen += [text for _, _, text in lines]
        after = max(seq for seq, _, _ in lines)
    assert seen == ["b", "c", "a2"]


def test_a_page_opened_anew_shows_the_last_lines(store: Store) -> None:
    put(store, *(post(name, slot=name) for name in "abcd"))
    assert [text for _, _, text in page(store, limit=2)] == ["c", "d"]


def test_nothing_new_is_an_empty_answer(store: Store) -> None:
    [parcel] = put(store, post())
    assert page(store, after=parcel.id) == []


def test_numbers_of_lines_grow_even_after_old_ones_are_thrown_away(
    store: Store, clock: Clock
) -> None:
    [old] = put(store, post("old"))
    [new] = put(store, post("new"))
    store.call(lambda book: book.forget_old(clock.now))
    [newest] = put(store, post("newest", slot="x"))
    assert old.id < new.id < newest.id


def test_at_the_start_of_the_only_process_nothing_waits_for_a_dead_one(
    store: Store, clock: Clock
) -> None:
    put(store, post())
    taken = due(store, clock)
    asked = moment(follow_ups=(follow_up(due=NOON),))
    turn = Turn(moments=(asked,), follow_ups=asked.follow_ups)
    store.call(lambda book: book.save(turn, NOON))
    clock.pass_(seconds=1)
    claimed = store.call(lambda book: book.take(clock.now, "dead", MINUTE, 9))
    assert len(taken) == len(claimed) == 1
    assert due(store, clock) == []
    store.call(lambda book: book.free_leases(clock.now))
    assert len(due(store, clock)) == 1
    assert len(store.call(lambda book: book.take(clock.now, "new", MINUTE, 9))) == 1
