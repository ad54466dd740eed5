"""Who may come in, and by what: default deny."""

import asyncio
from dataclasses import replace

import pytest

from bot.codes import LINK_FOR, fingerprint, new_code, only_code
from bot.conversations.flow import ENROLLED, NOT_ENROLLED, handle
from bot.conversations.taps import tap
from bot.conversations.types import (
    Address,
    Card,
    Invite,
    Person,
    Post,
    Said,
    Turn,
)
from bot.conversations.world import World
from bot.desk import Desk
from bot.door import ALREADY, NOT_VALID, STRANGER, TOO_MANY, TRIES
from storage.book import Book as Bare
from storage.engine import HEAD, current, database, migrate
from storage.store import Book, Store, open_store
from storage.upgrade import upgrade
from tests.app.conftest import MovingClock
from tests.app.doorway import ADMIN, BOSS, Doorway
from tests.fakes.desk import library

# --- coming in ---------------------------------------------------------------------------------


def test_a_stranger_is_told_how_to_come_in_and_is_not_known(house: Doorway) -> None:
    assert house.knock("U1", "guest 412 furious") == STRANGER
    assert house.who("U1") is None


def test_a_code_lets_in_as_what_it_says(house: Doorway) -> None:
    card = house.knock("U1", f"/start {house.code('trainer', 'call_centre', 'root')}")
    assert card.title == "Welcome, Eve"
    eve = house.who("U1")
    assert eve is not None
    assert (eve.role, eve.site, eve.language) == ("trainer", "call_centre", "de")
    assert eve.address == Address("slack", "U1")


def test_whoever_gave_the_code_is_told_who_came_in(house: Doorway) -> None:
    house.knock("U1", house.code())
    (told,) = house.sent
    assert (told.to, told.card.title) == (BOSS.address, "Eve Ott came in as staff")


def test_a_code_is_good_once(house: Doorway) -> None:
    code = house.code()
    house.knock("U1", code)
    assert house.knock("U2", code) == NOT_VALID
    assert house.who("U2") is None


def test_a_code_is_good_for_seven_days(house: Doorway) -> None:
    early, late = house.code(), house.code()
    house.clock.wait(days=7, seconds=-1)
    assert house.knock("U1", early).title == "Welcome, Eve"
    house.clock.wait(seconds=1)
    assert house.knock("U2", late) == NOT_VALID
    assert house.who("U2") is None


def test_small_letters_missing_hyphens_and_misread_letters_are_forgiven(house: Doorway) -> None:
    for number, change in enumerate(
        (
            str.lower,
            lambda code: code.replace("-", ""),
            lambda code: code.replace("-", " "),
            lambda code: code.replace("0", "o").replace("1", "l"),
        )
    ):
        assert house.knock(f"U{number}", change(house.code())).title == "Welcome, Eve"


def test_a_guessed_code_lets_nobody_in_and_guessing_ends_soon(house: Doorway) -> None:
    code = house.code()
    cards = [house.knock("U1", new_code()) for _ in range(TRIES)]
    assert cards == [NOT_VALID] * TRIES
    assert house.knock("U1", code) == TOO_MANY
    assert house.who("U1") is None
    assert house.knock("U2", code).title == "Welcome, Eve", "others are not held up"


def test_after_an_hour_codes_may_be_tried_again(house: Doorway) -> None:
    for _ in range(TRIES):
        house.knock("U1", new_code())
    house.clock.wait(hours=1)
    assert house.knock("U1", house.code()).title == "Welcome, Eve"


def test_of_two_people_with_one_code_at_once_one_comes_in(house: Doorway) -> None:
    code = house.code()

    async def both() -> list[Card]:
        knocks = (house.door.knock("slack", f"U{n}", "Eve Ott", code) for n in range(8))
        return list(await asyncio.gather(*knocks))

    cards = asyncio.run(both())
    assert [card.title for card in cards if card != NOT_VALID] == ["Welcome, Eve"]
    assert cards.count(NOT_VALID) == 7
    assert sum(house.who(f"U{n}") is not None for n in range(8)) == 1


def test_a_code_of_somebody_removed_or_lowered_since_is_good_for_nothing(house: Doorway) -> None:
    first, second = house.code(), house.code()
    house.enrol(replace(BOSS, active=False))
    assert house.knock("U1", first) == NOT_VALID
    house.enrol(replace(BOSS, role="staff"))
    assert house.knock("U1", second) == NOT_VALID
    assert house.who("U1") is None


def test_nobody_gives_more_than_they_may(house: Doorway) -> None:
    for role, site in (("admin", "hotel"), ("manager", "hotel"), ("staff", "call_centre")):
        assert house.knock("U1", house.code(role, site, "boss")) == NOT_VALID  # type: ignore[arg-type]
    assert house.knock("U1", house.code("staff", "no_such_site", "root")) == NOT_VALID
    assert house.knock("U1", house.code("staff", "hotel", "nobody")) == NOT_VALID


def test_somebody_enrolled_keeps_role_and_code(house: Doorway) -> None:
    code = house.code()
    assert house.knock("U0ROOT", code) == ALREADY
    assert house.who("U0ROOT") == ADMIN
    assert house.knock("U1", code).title == "Welcome, Eve"


def test_a_name_cannot_turn_or_break_a_card(house: Doorway) -> None:
    house.knock("U1", house.code(), name="Eve\u202e\n\x00 <!channel> " + "x" * 200)
    eve = house.who("U1")
    assert eve is not None
    assert eve.name == ("Eve <!channel> " + "x" * 200)[:60]
    house.knock("U2", house.code(name="Zoe Lang"), name="whatever")
    named = house.who("U2")
    assert named is not None
    assert named.name == "Zoe Lang"


def test_the_database_holds_no_code(house: Doorway) -> None:
    code = house.code()
    turn = house.press(ADMIN, tap("invite", "", "staff:hotel"))
    shown = next(f.text for f in turn.posts[0].card.facts if f.label == "Code")

    def deliver(book: Book) -> None:
        for parcel in book.parcels(house.clock.now(), 10):
            book.sending(parcel.id, house.clock.now())
            book.sent(parcel.id, "m1", house.clock.now())

    house.store.call(deliver)
    assert everything(house.store).count(fingerprint(code)) == 1
    assert everything(house.store).count(fingerprint(shown)) == 1
    assert code not in everything(house.store)
    assert shown not in everything(house.store)


def everything(store: Store) -> str:
    def job(book: Book) -> str:
        found = []
        for table in ("people", "identities", "invites", "outbox", "inbox"):
            book.session.control(f"SELECT * FROM {table}")  # noqa: S608 - our own names
            found.append(str(book.session.cursor.fetchall()))
        return "\n".join(found)

    return store.call(job)


# --- the first admin ---------------------------------------------------------------------------


def test_the_first_admin_comes_in_by_the_code_of_the_start(
    store: Store, clock: MovingClock
) -> None:
    bare = Doorway(store, clock)
    code = bare.door.first_code()
    assert bare.knock("U1", code).title == "Welcome, Eve"
    eve = bare.who("U1")
    assert eve is not None
    assert (eve.role, eve.site) == ("admin", library().house.first)
    assert bare.door.first_code() == ""


def test_a_new_start_takes_the_earlier_code_back(store: Store, clock: MovingClock) -> None:
    bare = Doorway(store, clock)
    earlier, later = bare.door.first_code(), bare.door.first_code()
    assert bare.knock("U1", earlier) == NOT_VALID
    assert bare.knock("U1", later).title == "Welcome, Eve"


def test_once_the_last_admin_is_gone_a_start_gives_a_code_again(house: Doorway) -> None:
    assert house.door.first_code() == ""
    house.left("U0ROOT")
    assert house.door.first_code() != ""


# --- two accounts, leaving ---------------------------------------------------------------------


def link_code(house: Doorway, who: Person) -> str:
    (post, *_) = house.say(who, "link").posts
    return next(fact.text for fact in post.card.facts if fact.label == "Code")


def test_one_person_may_have_both_platforms(house: Doorway) -> None:
    assert house.knock("4711", link_code(house, BOSS), "telegram").title == "Welcome, Marta"
    assert house.who("4711", "telegram") == BOSS == house.who("U0BOSS")


def test_a_link_is_good_for_an_hour_and_for_one_account(house: Doorway) -> None:
    code = link_code(house, BOSS)
    house.clock.at += LINK_FOR
    assert house.knock("4711", code, "telegram") == NOT_VALID
    house.clock.wait(seconds=1)
    again = link_code(Doorway(house.store, house.clock), replace(BOSS, id="root"))
    house.knock("4711", again, "telegram")
    assert house.knock("4712", again, "telegram") == NOT_VALID


def test_a_new_account_on_a_platform_takes_the_place_of_the_old_one(house: Doorway) -> None:
    house.knock("4711", link_code(house, BOSS), "telegram")
    code = new_code()
    until = house.clock.now() + LINK_FOR
    invite = Invite(fingerprint(code), "manager", "hotel", "boss", until, person="boss")
    house.store.call(lambda book: book.invite(invite))
    house.knock("4712", code, "telegram")
    assert house.who("4711", "telegram") is None
    assert house.who("4712", "telegram") == BOSS


def test_a_link_to_somebody_removed_since_lets_nobody_in(house: Doorway) -> None:
    code = link_code(house, BOSS)
    house.enrol(replace(BOSS, active=False))
    assert house.knock("4711", code, "telegram") == NOT_VALID
    assert house.who("4711", "telegram") is None


def test_leaving_the_workspace_ends_access_everywhere(house: Doorway) -> None:
    house.knock("4711", link_code(house, BOSS), "telegram")
    house.left("U0BOSS")
    assert house.who("U0BOSS") is None
    assert house.who("4711", "telegram") is None


def test_losing_a_second_account_leaves_the_first(house: Doorway) -> None:
    house.knock("4711", link_code(house, BOSS), "telegram")
    house.left("4711", "telegram")
    assert house.who("4711", "telegram") is None
    assert house.who("U0BOSS") == BOSS


def test_with_the_last_account_the_person_goes(house: Doorway) -> None:
    house.knock("4711", house.code(), "telegram")
    house.left("4711", "telegram")
    house.left("4711", "telegram")
    assert house.who("4711", "telegram") is None


def test_whoever_comes_back_is_the_same_person(house: Doorway) -> None:
    house.knock("U1", house.code())
    before = house.who("U1")
    house.left("U1")
    assert house.knock("U1", "let me in") == STRANGER
    house.knock("U1", house.code("trainer"))
    after = house.who("U1")
    assert before is not None
    assert after == replace(before, role="trainer")


# --- an older database -------------------------------------------------------------------------


def test_nothing_reaches_somebody_removed_but_the_answer_to_what_they_type(house: Doorway) -> None:
    here = BOSS.address or Address("slack", "")
    cards = [Post(here, Card("412"), "m:1", "live", "boss"), Post(here, Card("x"), "m:2", "tell")]
    waiting = house.store.call(lambda book: book.save(Turn(posts=tuple(cards)), house.clock.now()))
    house.enrol(replace(BOSS, active=False))
    due = house.store.call(lambda book: book.parcels(house.clock.now(), 10))
    assert [parcel.id for parcel in due] == [waiting[1].id], "only what was for her alone is gone"
    later = house.store.call(lambda book: book.save(Turn(posts=tuple(cards)), house.clock.now()))
    assert [parcel.slot for parcel in later] == ["m:2"]
    assert house.say(BOSS, "open").posts[0].card.title == NOT_ENROLLED
    due = house.store.call(lambda book: book.parcels(house.clock.now(), 10))
    assert NOT_ENROLLED in {parcel.card.title for parcel in due}


def test_a_code_that_comes_again_after_it_was_used_is_no_moment_and_is_not_kept(
    house: Doorway,
) -> None:
    code = house.code()
    house.knock("U1", code)
    eve = house.who("U1")
    assert eve is not None
    desk = Desk(house.store, library, house.clock.now, house.sent.extend)
    said = Said("slack:T:Ev1", house.clock.now(), eve.id, Address("slack", "U1"), code)
    assert asyncio.run(desk.receive(said)) == "new"
    assert house.sent[-1].card.title == ENROLLED
    assert code not in everything(house.store)


def test_a_line_of_three_short_words_is_a_line() -> None:
    for line in ("this room cold", "5512 ABCD broken", "AAAA-BBBB", "they want 4512"):
        assert not only_code(line)


def test_an_upgrade_from_the_first_tables_keeps_everything(
    bare: str, clock: MovingClock, people: dict[str, Person]
) -> None:
    found = database(bare)
    upgrade(found, "0001")
    connection = found.connect()
    connection.execute("BEGIN")
    book = Bare(found.session(connection), clock.now, {})
    clerk = people["hotel-clerk"]
    for each in people.values():
        book.save_person(each)
    said = Said("web:1", clock.now(), clerk.id, Address("web", clerk.id), "412 furious no towels")
    assert book.keep(said)
    turn = handle(said, None, World(clock.now(), library(), book))
    book.save(turn, clock.now(), said)
    before = (book.people_all(), book.moment(turn.moments[0].id), book.counts())
    connection.execute("COMMIT")
    connection.close()
    assert current(bare) == "0001"

    assert migrate(bare)
    assert current(bare) == HEAD
    with open_store(bare, clock=clock.now) as store:
        after = store.call(
            lambda book: (book.people_all(), book.moment(turn.moments[0].id), book.counts())
        )
        assert after == before
        doorway = Doorway(store, clock)
        assert doorway.knock("U1", doorway.door.first_code()).title == "Welcome, Eve"


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database of each kind without any tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('bare') / 'bare.db'}"
    return str(request.getfixturevalue("empty_server"))
