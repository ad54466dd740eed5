"""Letting people in and showing them out, in words and buttons."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from bot.codes import HIDDEN, LINK_FOR, VALID_FOR, code_in, fingerprint
from bot.conversations.enrol import SHOWN
from bot.conversations.flow import ENROLLED, handle
from bot.conversations.taps import LIMIT
from bot.conversations.types import Address, Card, Person, Said, Tapped, Turn
from bot.conversations.world import World
from tests.fakes.desk import BOSS, CLERK, NOON, OTHER, TRAINER, FakeDesk, card, fact, library

ADMIN = Person("ada", "Ada Wirth", "admin", "hotel", Address("web", "ada"))


@pytest.fixture
def desk() -> FakeDesk:
    made = FakeDesk()
    made.memory.everybody[ADMIN.id] = ADMIN
    return made


def labels(shown: Card) -> list[str]:
    return [button.label for button in shown.buttons]


def test_a_manager_invites_staff_and_trainers_to_her_own_site(desk: FakeDesk) -> None:
    asked = desk.say("invite", BOSS)
    assert labels(card(asked, BOSS)) == ["Staff", "Trainer"]
    turn = desk.press("Trainer", asked, BOSS)
    assert turn.invite is not None
    assert (turn.invite.role, turn.invite.site, turn.invite.by) == ("trainer", "hotel", BOSS.id)
    assert turn.invite.expires == NOON + VALID_FOR


def test_the_card_shows_the_code_and_the_turn_only_its_fingerprint(desk: FakeDesk) -> None:
    turn = desk.tap("invite..staff", BOSS)
    code = fact(card(turn, BOSS), "Code")
    assert code_in(code) == code
    assert turn.invite is not None
    assert turn.invite.code_hash == fingerprint(code)
    assert code not in repr(turn.invite)


def test_two_invitations_are_two_cards_and_two_codes(desk: FakeDesk) -> None:
    turns = [desk.tap("invite..staff", BOSS) for _ in range(2)]
    assert len({fact(card(turn, BOSS), "Code") for turn in turns}) == 2
    assert len({turn.posts[0].slot for turn in turns}) == 2


def test_an_admin_invites_anybody_to_any_site(desk: FakeDesk) -> None:
    asked = desk.say("invite", ADMIN)
    assert labels(card(asked, ADMIN)) == ["Staff", "Trainer", "Manager", "Admin"]
    where = desk.press("Manager", asked, ADMIN)
    sites = library().house.sites
    assert labels(card(where, ADMIN)) == [site.name for site in sites.values()]
    turn = desk.press(sites["call_centre"].name, where, ADMIN)
    assert turn.invite is not None
    assert (turn.invite.role, turn.invite.site) == ("manager", "call_centre")


def test_a_button_made_by_hand_gives_a_manager_no_more(desk: FakeDesk) -> None:
    for role, site in product(("manager", "admin", "lord", ""), library().house.sites):
        assert desk.tap(f"invite..{role}:{site}", BOSS).invite is None
    turn = desk.tap("invite..staff:call_centre", BOSS)
    assert turn.invite is not None
    assert turn.invite.site == "hotel"


def test_a_site_too_long_for_a_button_is_left_to_the_command_line(desk: FakeDesk) -> None:
    house = library().house
    long = replace(house.sites["hotel"], id="h" * LIMIT, name="Long")
    world = replace(
        desk.world, library=Elsewhere(replace(house, sites={**house.sites, long.id: long}))
    )
    from bot.conversations.enrol import invite

    asked = invite(ADMIN, world, "staff")
    assert isinstance(asked, Card)
    assert "Long" not in labels(asked)
    assert len(asked.buttons) == len(house.sites)


class Elsewhere:
    """The shipped library in another house."""

    def __init__(self, house: object) -> None:
        self.house = house

    def __getattr__(self, name: str) -> object:
        return getattr(library(), name)


@pytest.mark.parametrize("who", [CLERK, TRAINER])
@pytest.mark.parametrize("word", ["invite", "people"])
def test_others_are_told_to_ask_their_manager(desk: FakeDesk, who: Person, word: str) -> None:
    turn = desk.say(word, who)
    assert card(turn, who).title == "Only managers and admins let people in"
    assert turn.invite is None


@pytest.mark.parametrize("who", [CLERK, BOSS, TRAINER, ADMIN])
def test_everybody_may_link_a_second_account_of_their_own(desk: FakeDesk, who: Person) -> None:
    turn = desk.say("link", who)
    assert turn.invite is not None
    assert turn.invite.person == turn.invite.by == who.id
    assert turn.invite.expires == NOON + LINK_FOR
    assert turn.invite.code_hash == fingerprint(fact(card(turn, who), "Code"))


def test_a_code_asked_for_among_others_is_shown_in_private(desk: FakeDesk) -> None:
    channel = Address("web", "everybody")
    turn = asked_in(desk, channel, CLERK)
    (private,) = [post for post in turn.posts if post.to == CLERK.address]
    (public,) = [post for post in turn.posts if post.to == channel]
    assert code_in(fact(private.card, "Code"))
    assert not code_in(public.card.plain())


def test_without_a_private_chat_it_is_shown_where_it_was_asked_for(desk: FakeDesk) -> None:
    channel = Address("web", "desk")
    lost = replace(CLERK, address=None)
    desk.memory.everybody[lost.id] = lost
    (post,) = asked_in(desk, channel, lost).posts
    assert post.to == channel


def asked_in(desk: FakeDesk, chat: Address, who: Person) -> Turn:
    return desk._happen(Said("k", desk.now, who.id, chat, "link"))


def test_a_manager_sees_her_site_and_changes_nobody(desk: FakeDesk) -> None:
    shown = card(desk.say("people", BOSS), BOSS)
    assert shown.title == "5 enrolled"
    assert "Lee Chan" not in shown.plain()
    assert labels(shown) == ["Invite"]
    for word in (f"person..{CLERK.id}", f"role..admin:{CLERK.id}", f"remove..{CLERK.id}"):
        turn = desk.tap(word, BOSS)
        assert card(turn, BOSS).title == "Only admins change who may do what"
        assert turn.person is None


def test_an_admin_sees_every_site_and_changes_roles(desk: FakeDesk) -> None:
    listed = desk.say("people", ADMIN)
    assert "Lee Chan" in card(listed, ADMIN).plain()
    shown = desk.press("Bo Lindt", listed, ADMIN)
    assert fact(card(shown, ADMIN), "Role") == "Staff"
    changed = desk.press("Make manager", shown, ADMIN)
    assert desk.memory.everybody["bo"] == replace(OTHER, role="manager")
    assert fact(card(changed, ADMIN), "Role") == "Manager"


def test_an_admin_removes_and_the_removed_may_do_nothing(desk: FakeDesk) -> None:
    desk.press("Remove", desk.tap("person..bo", ADMIN), ADMIN)
    assert desk.memory.everybody["bo"] == replace(OTHER, active=False)
    assert desk.say("guest 412 furious no towels", OTHER).moments == ()
    assert card(desk.tap("person..bo", ADMIN), ADMIN).title == "Nobody was changed"


def test_an_admin_cannot_change_or_remove_herself(desk: FakeDesk) -> None:
    for word in ("person..ada", "role..staff:ada", "remove..ada", "role..lord:bo", "remove..eve"):
        turn = desk.tap(word, ADMIN)
        assert card(turn, ADMIN).title == "Nobody was changed"
        assert turn.person is None


def test_many_people_fit_one_card(desk: FakeDesk) -> None:
    for number in range(40):
        person = Person(f"n{number:02}", f"Nia {number}", "staff", "hotel")
        desk.memory.everybody[person.id] = person
    shown = card(desk.say("people", ADMIN), ADMIN)
    assert len(shown.facts) == SHOWN
    assert "fifteen people list" in shown.note


def test_a_line_that_was_a_code_is_no_moment(desk: FakeDesk) -> None:
    turn = desk.say(HIDDEN)
    assert card(turn).title == ENROLLED
    assert turn.moments == ()


def test_a_world_makes_a_fresh_code_each_time(desk: FakeDesk) -> None:
    world = World(desk.now + timedelta(days=1), library(), desk.memory)
    assert world.fresh_code() != world.fresh_code()


def test_where_a_link_sends_a_code_the_card_shows_it_beside_the_code(desk: FakeDesk) -> None:
    world = World(NOON, library(), desk.memory, entrance="https://t.me/fifteen_bot?start=")
    for word in ("invite..staff", "link"):
        event = Tapped(f"k:{word}", NOON, BOSS.id, Address("web", "boss"), word)
        shown = card(handle(event, None, world), BOSS)
        assert fact(shown, "Or open") == f"https://t.me/fifteen_bot?start={fact(shown, 'Code')}"
        assert code_in(fact(shown, "Code"))


def test_where_no_link_sends_a_code_none_is_shown(desk: FakeDesk) -> None:
    shown = card(desk.tap("invite..staff", BOSS), BOSS)
    assert [each.label for each in shown.facts] == ["Code", "Valid"]
