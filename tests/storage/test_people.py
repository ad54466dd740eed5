"""People: who is enrolled, where, and on which shift."""

from dataclasses import replace

import pytest

from bot.conversations.types import Address, Person, Turn
from storage.store import Book, Store
from tests.storage.conftest import Opener
from tests.storage.samples import NOON, person

FULL = Person(
    "max",
    "Max “the” Ø",
    "manager",
    "inn",
    Address("slack", "D7", "1.2"),
    ("duty_manager", "housekeeping"),
    "de",
    "on",
    NOON,
    active=True,
)


def enrol(store: Store, *people: Person) -> None:
    for each in people:
        store.call(lambda book, each=each: book.save_person(each))


def test_somebody_comes_back_with_everything_known(store: Store) -> None:
    enrol(store, FULL, person(address=None))
    assert store.call(lambda book: book.person("max")) == FULL
    assert store.call(lambda book: book.person("ana")) == person(address=None)
    assert store.call(lambda book: book.person("eve")) is None


def test_going_off_shift_is_stored_with_the_turn(store: Store) -> None:
    enrol(store, FULL)
    gone = replace(FULL, shift="off")
    store.call(lambda book: book.save(Turn(person=gone), NOON))
    assert store.call(lambda book: book.person("max")) == gone


def test_the_people_of_a_site_are_those_active_there(store: Store) -> None:
    left = person("left", active=False)
    enrol(store, FULL, person("ana"), left, person("zoe", site="other"))
    assert store.call(lambda book: book.people("inn")) == (person("ana"), FULL)
    everybody = store.call(lambda book: book.people_all())
    assert [each.id for each in everybody] == ["ana", "left", "max", "zoe"]


def test_somebody_is_found_by_her_chat(store: Store) -> None:
    enrol(store, FULL, person("ana"))
    assert store.call(lambda book: book.person_at("slack", "D7")) == FULL
    assert store.call(lambda book: book.person_at("telegram", "D7")) is None


def test_in_a_chat_taken_over_the_one_who_is_still_here_is_found(store: Store) -> None:
    here = Address("web", "desk")
    enrol(store, person("a", address=here, active=False), person("b", address=here))
    found = store.call(lambda book: book.person_at("web", "desk"))
    assert found is not None
    assert found.id == "b"


def test_somebody_enrolled_by_another_process_is_known_at_once(
    store: Store, address: str, opened: Opener
) -> None:
    assert store.call(lambda book: (book.people("inn"), book.person("ana"))) == ((), None)
    enrol(opened(address), person("ana"))
    known = store.call(lambda book: (book.people("inn"), book.person("ana")))
    assert known == ((person("ana"),), person("ana"))


def test_a_change_taken_back_is_not_remembered(store: Store) -> None:
    enrol(store, person("ana"))

    def job(book: Book) -> None:
        book.save_person(person("ana", shift="off"))
        assert book.people("inn") == (person("ana", shift="off"),)
        raise ValueError("fell over")

    with pytest.raises(ValueError, match="fell over"):
        store.call(job)
    assert store.call(lambda book: book.people("inn")) == (person("ana"),)
    assert store.call(lambda book: book.person("ana")) == person("ana")


def test_people_looked_up_twice_in_one_transaction_are_the_same(store: Store) -> None:
    enrol(store, person("ana"))

    def twice(book: Book) -> bool:
        here, who = book.people("inn"), book.person("ana")
        return book.people("inn") == here and book.person("ana") == who

    assert store.call(twice)
    assert store.call(twice)
