"""``fifteen letters``: what did not arrive can be seen, and sent again."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.conversations.types import Address, Card, Parcel, Post, Said, Turn
from storage.engine import migrate
from storage.leftover import LeftOut
from storage.store import Book, Store, open_store
from tests.frame.answers import Fifteen

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """Open meanwhile, as a running Fifteen has it."""
    url = f"sqlite:///{tmp_path}/fifteen.db"
    migrate(url)
    monkeypatch.setenv("DATABASE_URL", url)
    return open_store(url, clock=lambda: NOW)


@pytest.fixture
def written(store: Store) -> list[Parcel]:
    """One dead letter, one in doubt, one on its way."""
    to = Address("telegram", "77")
    posts = tuple(Post(to, Card(f"card {n}"), f"m:{n}", "live", "ana") for n in range(3))

    def job(book: Book) -> list[Parcel]:
        dead, doubtful, waits = book.save(Turn(posts=posts), NOW)
        book.failed(dead.id, "blocked by the person", None)
        book.doubt(doubtful.id, "sent twice, and neither was answered")
        return [dead, doubtful, waits]

    return store.call(job)


def waiting(store: Store) -> list[int]:
    later = NOW.replace(year=2100)
    return sorted(p.id for p in store.call(lambda book: book.parcels(later, 10)))


def test_what_did_not_arrive_is_listed_with_the_reason(
    fifteen: Fifteen, store: Store, written: list[Parcel]
) -> None:
    with store:
        answer = fifteen("letters", "list", "--json").json()
        plain = fifteen("letters", "list").out
    assert [(each["id"], each["state"], each["why"]) for each in answer["letters"]] == [
        (written[0].id, "dead", "blocked by the person"),
        (written[1].id, "in_doubt", "sent twice, and neither was answered"),
    ]
    assert "telegram 77" in plain
    assert "card 0: blocked by the person" in plain


def test_dead_letters_are_sent_again_and_doubtful_ones_only_when_asked_for(
    fifteen: Fifteen, store: Store, written: list[Parcel]
) -> None:
    dead, doubtful, waits = (each.id for each in written)
    with store:
        assert fifteen("letters", "resend").out == "1 card goes out again.\n"
        assert waiting(store) == [dead, waits]
        assert fifteen("letters", "resend", "--doubtful").out == "1 card goes out again.\n"
        assert waiting(store) == [doubtful]


def test_a_number_that_is_no_letter_is_told(
    fifteen: Fifteen, store: Store, written: list[Parcel]
) -> None:
    with store:
        said = fifteen("letters", "resend", str(written[0].id), "4711")
        assert said.code == 1
        assert "Not sent again: 4711." in said.err
        assert len(waiting(store)) == 2


def test_nothing_missing_is_said_so(fifteen: Fifteen, store: Store) -> None:
    with store:
        assert fifteen("letters", "list").out == "Everything has arrived.\n"
        assert fifteen("letters", "resend").out == "0 cards go out again.\n"


def test_before_the_first_start_there_are_no_letters(fifteen: Fifteen) -> None:
    assert fifteen("letters", "list").code == 1
    assert fifteen("letters", "resend").code == 1


def test_what_came_in_and_was_given_up_is_listed_and_counted(
    fifteen: Fifteen, store: Store
) -> None:
    line = Said("telegram:8", NOW, "ana", Address("telegram", "78"), "412 furious no towels")

    def job(book: Book) -> None:
        book.leave_out(LeftOut("telegram:7", Address("telegram", "77"), "ValueError", NOW))
        book.leave_out(LeftOut("telegram:6", None, "KeyError", NOW))
        assert book.keep(line)
        book.settle(line.key, error="TypeError")
        assert not book.keep(replace(line, key="telegram:7"))

    store.call(job)
    with store:
        answer = fifteen("letters", "list", "--json").json()
        plain = fifteen("letters", "list").out
        doctor = fifteen("doctor").out
    rows = {each["key"]: (each["chat"], each["line"], each["why"]) for each in answer["left_out"]}
    assert rows == {
        "telegram:6": ("", "", "KeyError"),
        "telegram:7": ("77", "", "ValueError"),
        "telegram:8": ("78", line.text, "TypeError"),
    }
    assert "telegram 77\n" in plain
    assert f"{line.text}: TypeError" in plain
    assert "3 lines left out after several tries" in doctor
