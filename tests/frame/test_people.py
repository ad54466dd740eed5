"""``fifteen people``: let in, list, change, remove; a slip changes nothing."""

import re
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.codes import code_in, fingerprint
from bot.conversations.types import Invite, Person
from bot.settings import read_settings
from storage.store import Store, open_store
from tests.frame.answers import Fifteen


@pytest.fixture
def used(fifteen: Fifteen) -> Fifteen:
    """The command on a database with one person in it."""
    fifteen("migrate")
    with opened() as store:
        store.call(lambda book: book.save_person(Person("p1", "Ana Weber", "staff", "hotel")))
        now = SystemClock().now()
        store.call(lambda book: book.link("slack", "U1", "p1", now))
    return fifteen


def opened() -> Store:
    return open_store(read_settings().database, clock=SystemClock().now)


def ana() -> Person:
    with opened() as store:
        found = store.call(lambda book: book.person("p1"))
    assert found is not None
    return found


def redeemed(code: str) -> Invite | None:
    now = SystemClock().now()
    with opened() as store:
        return store.call(lambda book: book.redeem(fingerprint(code), "slack", "U2", now))


def test_an_invitation_is_printed_once_and_good_once(used: Fifteen) -> None:
    said = used("people", "invite", "--role", "trainer", "--site", "call_centre", "--name", "Sam")
    assert said.code == 0, said.err
    code = code_in(said.out)
    invite = redeemed(code)
    assert invite is not None
    assert (invite.role, invite.site, invite.name) == ("trainer", "call_centre", "Sam")
    assert redeemed(code) is None


def test_without_a_site_an_invitation_is_for_the_first_one(used: Fifteen) -> None:
    answer = used("people", "invite", "--role", "staff", "--json").json()
    assert (answer["role"], answer["site"]) == ("staff", "hotel")
    assert redeemed(answer["code"]) is not None


def test_everybody_is_listed_with_role_site_and_accounts(used: Fifteen) -> None:
    assert re.search(r"p1 +Ana Weber, staff at hotel, slack:U1\n", used("people", "list").out)
    (row,) = used("people", "list", "--json").json()["people"]
    assert (row["id"], row["active"], row["accounts"]) == ("p1", True, "slack:U1")
    assert "Nobody is enrolled" in used("people", "list", "--site", "call_centre").out


def test_role_site_and_name_are_changed(used: Fifteen) -> None:
    said = used("people", "change", "p1", "--role", "manager", "--site", "call_centre")
    assert said.out == "Ana Weber is manager at call_centre now.\n"
    used("people", "change", "p1", "--name", "Ana\u202e Lindt")
    assert (ana().role, ana().site, ana().name) == ("manager", "call_centre", "Ana Lindt")


def test_whoever_is_removed_has_no_access_and_no_open_codes(used: Fifteen) -> None:
    now = SystemClock().now()
    code = "AAAA-BBBB-CCCC"
    until = now.replace(year=now.year + 1)
    with opened() as store:
        mine = Invite(fingerprint(code), "staff", "hotel", "p1", until)
        store.call(lambda book: book.invite(mine))
    assert "was removed" in used("people", "remove", "p1").out
    assert not ana().active
    assert redeemed(code) is None
    assert "removed" in used("people", "list").out


@pytest.mark.parametrize(
    ("words", "told", "code"),
    [
        (("invite", "--role", "lord"), "no role", 2),
        (("invite", "--role", "staff", "--site", "hotle"), "Did you mean hotel?", 2),
        (("change", "p1", "--role", "lord"), "no role", 2),
        (("change", "p1"), "Nothing to change", 2),
        (("change", "p9", "--role", "staff"), "Nobody has the id", 1),
        (("remove", "p9"), "Nobody has the id", 1),
    ],
)
def test_a_slip_is_told_and_changes_nothing(
    used: Fifteen, words: tuple[str, ...], told: str, code: int
) -> None:
    before = ana()
    said = used("people", *words)
    assert told in said.err
    assert said.code == code
    assert ana() == before


def test_without_a_database_it_says_what_to_do(fifteen: Fifteen, at_home: Path) -> None:
    said = fifteen("people", "list")
    assert said.code == 1
    assert "fifteen run" in said.err
    assert list(at_home.rglob("*.db")) == []
