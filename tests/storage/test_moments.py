"""Moments: kept whole, found again, changed by one at a time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversations.types import Gift, Moment, Outcome, Turn
from playbooks.engine.schema import Results
from storage.store import Book, Conflict, Store
from tests.storage.samples import (
    NOON,
    Clock,
    follow_up,
    moment,
    person,
    reading,
    rich_moment,
    suggestion,
)

LONG_AGO = NOON - timedelta(days=30)
HOUR = timedelta(hours=1)


def put(store: Store, *moments: Moment) -> None:
    store.call(lambda book: book.save(Turn(moments), NOON))


def get(store: Store, name: str = "m1") -> Moment:
    found = store.call(lambda book: book.moment(name))
    assert found is not None
    return found


def change(store: Store, name: str = "m1", **changes: object) -> Moment:
    """Reads a moment and writes it back changed, in one transaction, as the desk does."""

    def job(book: Book) -> None:
        found = book.moment(name)
        assert found is not None
        book.save(Turn((replace(found, **changes),)), NOON)  # type: ignore[arg-type]

    store.call(job)
    return get(store, name)


def test_a_moment_comes_back_with_every_field_it_had(store: Store) -> None:
    full = rich_moment()
    put(store, full)
    assert get(store) == replace(full, version=1)


def test_a_moment_comes_back_with_its_follow_ups_in_the_order_they_are_due(store: Store) -> None:
    later = follow_up(purpose="umot", due=NOON + timedelta(days=2))
    turn = Turn((moment(),), follow_ups=(later, follow_up()))
    store.call(lambda book: book.save(turn, NOON))
    assert get(store).follow_ups == (follow_up(), later)


def test_an_unknown_moment_is_none(store: Store) -> None:
    assert store.call(lambda book: book.moment("nobody")) is None


def test_each_change_raises_the_version(store: Store) -> None:
    put(store, moment())
    assert [get(store).version, change(store, status="acted").version] == [1, 2]


def test_undo_brings_back_an_older_state_without_a_conflict(store: Store) -> None:
    put(store, moment())
    before = get(store)
    change(store, status="acted", before=before)

    def undo(book: Book) -> None:
        found = book.moment("m1")
        assert found is not None
        assert found.before is not None
        book.save(Turn((found.before,)), NOON)

    store.call(undo)
    assert get(store) == replace(before, version=3)


def test_a_moment_written_back_with_its_follow_ups_keeps_them_in_their_rows(store: Store) -> None:
    turn = Turn((moment(),), follow_ups=(follow_up(),))
    store.call(lambda book: book.save(turn, NOON))
    later = follow_up(due=NOON + HOUR)
    store.call(lambda book: book.save(Turn(follow_ups=(later,)), NOON))
    assert change(store, status="acted").follow_ups == (later,)


def test_only_one_step_of_undo_is_stored(store: Store) -> None:
    first = moment()
    second = replace(first, status="acted", before=first)
    put(store, replace(second, status="settled", before=second))
    before = get(store).before
    assert before is not None
    assert (before.status, before.before) == ("acted", None)


def test_a_moment_changed_meanwhile_is_a_conflict_and_nothing_is_stored(store: Store) -> None:
    put(store, moment())
    stale = get(store)
    change(store, status="acted")
    turn = Turn((replace(stale, status="closed"),), person=person("eve"))
    with pytest.raises(Conflict):
        store.call(lambda book: book.save(turn, NOON))
    assert get(store).status == "acted"
    assert store.call(lambda book: book.person("eve")) is None


def test_two_new_moments_of_one_name_are_a_conflict(store: Store) -> None:
    put(store, moment())
    with pytest.raises(Conflict):
        put(store, moment(text="another"))


def test_a_moment_may_be_saved_twice_in_one_transaction(store: Store) -> None:
    def job(book: Book) -> None:
        book.save(Turn((moment(),)), NOON)
        book.save(Turn((moment(status="acted"),)), NOON)

    store.call(job)
    assert (get(store).status, get(store).version) == ("acted", 2)


def test_two_moments_joined_are_stored_together(store: Store) -> None:
    put(store, moment("b"), moment("a"))

    def join(book: Book) -> None:
        a, b = book.moment("a"), book.moment("b")
        assert a is not None
        assert b is not None
        book.save(Turn((replace(b, status="undone", joined="a"), replace(a, text="both"))), NOON)

    store.call(join)
    assert (get(store, "a").text, get(store, "b").joined) == ("both", "a")


# --- found again -----------------------------------------------------------------------------


def test_the_open_moments_of_a_customer_come_newest_first(store: Store) -> None:
    put(
        store,
        moment("old", created=NOON - HOUR),
        moment("new", status="acted"),
        moment("closed", status="closed"),
        moment("undone", status="undone"),
        moment("before", created=LONG_AGO - HOUR),
        moment("elsewhere", site="other"),
        moment("another", reading=reading(ref="7")),
    )
    found = store.call(lambda book: book.open_by_ref("inn", "412", LONG_AGO))
    assert [each.id for each in found] == ["new", "old"]


def test_moments_without_a_reference_are_nobodys(store: Store) -> None:
    put(store, moment(reading=reading(ref="")))
    assert store.call(lambda book: book.open_by_ref("inn", "", LONG_AGO)) == ()
    assert store.call(lambda book: book.failures("inn", "", LONG_AGO)) == 0


def test_somebodys_open_moments_are_hers_and_those_she_is_asked_about(store: Store) -> None:
    moments = (
        moment("hers", created=NOON - HOUR),
        moment("settled", status="settled"),
        moment("asked", status="settled", person="max", created=NOON - 2 * HOUR),
        moment("his", person="max"),
        moment("mistake", status="undone"),
    )
    asked = (
        follow_up("asked", "umot", state="asked"),
        follow_up("hers", "smot", state="asked"),
        follow_up("mistake", "umot", state="asked"),
        follow_up("settled", "umot", state="waiting"),
    )
    store.call(lambda book: book.save(Turn(moments, follow_ups=asked), NOON))
    found = store.call(lambda book: book.open_of("ana"))
    assert [each.id for each in found] == ["hers", "asked"]
    assert [each.follow_ups for each in found] == [(asked[1],), (asked[0],)]
    assert [each.id for each in store.call(lambda book: book.open_of("ana", 1))] == ["hers"]


def test_the_history_of_a_customer_is_all_of_it_newest_first(store: Store) -> None:
    put(
        store, moment("a", status="closed", created=NOON - HOUR), moment("b"), moment("c", site="x")
    )
    found = store.call(lambda book: book.history("inn", "412", LONG_AGO))
    assert [each.id for each in found] == ["b", "a"]
    newest = store.call(lambda book: book.history("inn", "412", LONG_AGO, 1))
    assert [each.id for each in newest] == ["b"]


def test_only_failures_count_as_failures(store: Store) -> None:
    put(
        store,
        moment("slow"),
        moment("closed", status="closed"),
        moment("asked", reading=reading(kind="question")),
        moment("thanked", reading=reading(kind="praise")),
        moment("mistake", status="undone"),
        moment("now"),
        moment("before", created=LONG_AGO - HOUR),
    )
    assert store.call(lambda book: book.failures("inn", "412", LONG_AGO, but="now")) == 2
    assert store.call(lambda book: book.failures("inn", "412", LONG_AGO)) == 3


# --- what was given --------------------------------------------------------------------------


def spent(store: Store, who: str = "ana") -> int:
    return store.call(lambda book: book.spent(who, NOON - HOUR))


def test_what_somebody_gave_is_summed_from_a_time_on(store: Store) -> None:
    gifts = (Gift(NOON, "ana", 500), Gift(NOON - 2 * HOUR, "ana", 900), Gift(NOON, "max", 70))
    put(store, moment(gifts=gifts), moment("m2", gifts=(Gift(NOON, "ana", 25),)))
    assert (spent(store), spent(store, "max"), spent(store, "eve")) == (525, 70, 0)


def test_a_gift_taken_back_is_not_spent(store: Store) -> None:
    put(store, moment(gifts=(Gift(NOON, "ana", 500), Gift(NOON, "ana", 300))))
    change(store, gifts=(Gift(NOON, "ana", 300),))
    assert spent(store) == 300


def test_gifts_of_a_moment_logged_by_mistake_are_not_spent(store: Store) -> None:
    put(store, moment(gifts=(Gift(NOON, "ana", 500),)))
    change(store, status="undone")
    assert spent(store) == 0


# --- how plays ended -------------------------------------------------------------------------


def ended(how: str) -> Outcome:
    return Outcome(how, NOON, "ana", "saw")


def results(store: Store, clock: Clock) -> dict[str, Results]:
    clock.pass_(minutes=2)
    return dict(store.call(lambda book: book.results("inn")))


def test_known_outcomes_are_counted_by_play_and_revision(store: Store, clock: Clock) -> None:
    newer = suggestion(revision="r2")
    put(
        store,
        moment("a", smot=ended("recovered")),
        moment("b", smot=ended("partly")),
        moment("c", smot=ended("unknown")),
        moment("d"),
        moment("e", smot=ended("not_recovered"), suggestion=newer),
        moment("f", smot=ended("recovered"), site="other"),
    )
    assert results(store, clock) == {"slow@r1": Results(1, 2), "slow@r2": Results(0, 1)}


def test_an_outcome_corrected_or_undone_is_counted_as_it_stands(store: Store, clock: Clock) -> None:
    put(store, moment("a", smot=ended("recovered")), moment("b", smot=ended("recovered")))
    change(store, "a", smot=ended("not_recovered"))
    assert results(store, clock) == {"slow@r1": Results(1, 2)}
    change(store, "b", status="undone")
    assert results(store, clock) == {"slow@r1": Results(0, 1)}
    change(store, "a", smot=None)
    assert results(store, clock) == {}


def test_an_outcome_saved_unread_is_counted_once(store: Store, clock: Clock) -> None:
    put(store, moment(smot=ended("recovered")))
    put(store, moment(smot=ended("recovered"), version=1))
    assert results(store, clock) == {"slow@r1": Results(1, 1)}


def test_results_are_read_again_after_a_minute(store: Store, clock: Clock) -> None:
    assert results(store, clock) == {}
    put(store, moment(smot=ended("recovered")))
    clock.pass_(seconds=59)
    assert store.call(lambda book: book.results("inn")) == {}
    clock.pass_(seconds=1)
    assert store.call(lambda book: book.results("inn")) == {"slow@r1": Results(1, 1)}
