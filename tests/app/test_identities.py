"""Every kind of identity, in every role, at every handler: who may do what, default deny."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from bot.codes import VALID_FOR, code_in
from bot.conversations.commands import COMMANDS
from bot.conversations.flow import NOT_ENROLLED, OTHER_SITE, VERBS, handle
from bot.conversations.roles import EVERYBODY, MAY_INVITE
from bot.conversations.taps import tap
from bot.conversations.types import Address, Person, Said, Tapped
from bot.conversations.world import World
from playbooks.engine.vocabulary import ROLES, Role
from storage.store import Book
from tests.app.doorway import ADMIN, BOSS, Doorway
from tests.fakes.desk import library

# --- who may do what ---------------------------------------------------------------------------

Kind = Callable[[Doorway, Person], tuple[str, str]]
"""Brings somebody about, and says under which account they come."""


def enrolled(house: Doorway, who: Person) -> tuple[str, str]:
    house.enrol(who)
    return "slack", "U5"


def linked(house: Doorway, who: Person) -> tuple[str, str]:
    house.enrol(who)
    house.store.call(lambda book: book.link("telegram", "55", who.id, house.clock.now()))
    return "telegram", "55"


def stranger(house: Doorway, who: Person) -> tuple[str, str]:
    house.enrol(who)
    return "slack", "U6"


def same_number_elsewhere(house: Doorway, who: Person) -> tuple[str, str]:
    house.enrol(who)
    return "telegram", "U5"


def same_letters_in_small(house: Doorway, who: Person) -> tuple[str, str]:
    house.enrol(who)
    return "slack", "u5"


def claims_to_be_the_person(house: Doorway, who: Person) -> tuple[str, str]:
    house.enrol(who)
    return "slack", who.id


def local_person(house: Doorway, who: Person) -> tuple[str, str]:
    house.store.call(lambda book: book.save_person(replace(who, address=Address("web", who.id))))
    return "web", who.id


def invited(house: Doorway, who: Person) -> tuple[str, str]:
    house.code(who.role, who.site, "root")
    return "slack", "U5"


def came_too_late(house: Doorway, who: Person) -> tuple[str, str]:
    code = house.code(who.role, who.site, "root")
    house.clock.at += VALID_FOR + timedelta(seconds=1)
    house.knock("U5", code)
    return "slack", "U5"


def removed(house: Doorway, who: Person) -> tuple[str, str]:
    house.enrol(who, replace(who, active=False))
    return "slack", "U5"


def gone(house: Doorway, who: Person) -> tuple[str, str]:
    house.enrol(who)
    house.left("U5")
    return "slack", "U5"


def of_another_site(house: Doorway, who: Person) -> tuple[str, str]:
    house.enrol(replace(who, site="call_centre"))
    return "slack", "U5"


KNOWN: tuple[Kind, ...] = (enrolled, linked, of_another_site)
STRANGE: tuple[Kind, ...] = (
    *(stranger, same_number_elsewhere, same_letters_in_small, claims_to_be_the_person),
    *(local_person, invited, came_too_late, removed, gone),
)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", [*KNOWN, *STRANGE], ids=lambda kind: str(kind.__name__))
def test_every_handler_is_open_to_its_roles_and_to_nobody_else(
    house: Doorway, kind: Kind, role: Role
) -> None:
    who = Person("kim", "Kim Roth", role, "hotel", Address("slack", "U5"))
    channel, account = kind(house, who)
    found = asyncio.run(house.door.who(channel, account))
    assert (found is not None) == (kind in KNOWN)
    opened = open_to(house, account, found)
    if found is None:
        assert opened == set()
        return
    home = kind is not of_another_site or role == "admin"
    may = {name for name, verb in VERBS.items() if role in verb.roles and home}
    may |= {name for name, command in COMMANDS.items() if role in command.roles}
    assert opened == may


REFUSALS = frozenset(command.refused.title for command in COMMANDS.values())


def open_to(house: Doorway, account: str, found: Person | None) -> set[str]:
    """Every handler that does not turn somebody away. Whom the door does not know makes no event;
    should a channel forget to ask, the event names an account that is nobody."""
    now, person = house.clock.now(), found.id if found else f"nobody:{account}"
    said = Said("m", now, "hotel-clerk", Address("web", "w"), "412 furious no towels")

    def job(book: Book) -> set[str]:
        world = World(now, library(), book)
        (moment,) = handle(said, None, world).moments

        def title(name: str) -> str:
            word = tap(name, moment.id) if name in VERBS else tap(name)
            turn = handle(Tapped("k", now, person, Address("slack", account), word), moment, world)
            return " ".join(post.card.title for post in turn.posts)

        return {name for name in (*VERBS, *COMMANDS) if not refusal(title(name))}

    return house.store.call(job)


def refusal(title: str) -> bool:
    """Whether a card turns somebody away."""
    return title in {*REFUSALS, NOT_ENROLLED, OTHER_SITE} or title.startswith("This button is for ")


def test_a_line_of_somebody_unknown_becomes_no_moment(house: Doorway) -> None:
    turn = house.say(replace(BOSS, id="nobody"), "412 furious no towels")
    assert turn.moments == ()
    assert turn.posts[0].card.title == NOT_ENROLLED


def test_every_handler_names_its_roles() -> None:
    for name, handler in (*VERBS.items(), *COMMANDS.items()):
        assert handler.roles, name
        assert handler.roles <= EVERYBODY, name


def test_every_role_has_its_say_on_whom_it_may_invite() -> None:
    assert set(MAY_INVITE) == EVERYBODY
    assert all(set(made) <= EVERYBODY for made in MAY_INVITE.values())


def test_only_the_same_role_twice_opens_the_same_doors() -> None:
    opened = [
        frozenset(n for n, h in (*VERBS.items(), *COMMANDS.items()) if role in h.roles)
        for role in ROLES
    ]
    assert len(set(opened)) == len(ROLES)


# --- inviting, changing, removing in chat ------------------------------------------------------


def test_an_invitation_typed_in_chat_lets_in(house: Doorway) -> None:
    asked = house.say(BOSS, "invite").posts[0].card
    assert [button.label for button in asked.buttons] == ["Staff", "Trainer"]
    shown = house.press(BOSS, asked.buttons[0].tap).posts[0].card
    code = next(fact.text for fact in shown.facts if fact.label == "Code")
    house.knock("U1", code)
    eve = house.who("U1")
    assert eve is not None
    assert (eve.role, eve.site) == ("staff", "hotel")


def test_an_admin_chooses_the_site(house: Doorway) -> None:
    asked = house.press(ADMIN, tap("invite", "", "manager")).posts[0].card
    sites = library().house.sites
    assert [button.label for button in asked.buttons] == [site.name for site in sites.values()]


def test_no_button_made_by_hand_gives_a_manager_more(house: Doorway) -> None:
    for role, site in product(("manager", "admin"), library().house.sites):
        assert house.press(BOSS, f"invite..{role}:{site}").invite is None
    turn = house.press(BOSS, "invite..staff:call_centre")
    assert turn.invite is not None
    assert turn.invite.site == "hotel"


def test_a_code_asked_for_in_a_channel_is_shown_in_private(house: Doorway) -> None:
    channel = Address("slack", "C1", "1700000000.1")
    turn = house.say(BOSS, "link", channel)
    assert {post.to for post in turn.posts} == {BOSS.address, channel}
    (public,) = (post.card for post in turn.posts if post.to == channel)
    assert code_in(public.plain()) == ""


def test_an_admin_sees_changes_and_removes(house: Doorway) -> None:
    house.knock("U1", house.code())
    eve = house.who("U1")
    assert eve is not None
    listed = house.say(ADMIN, "people").posts[0].card
    assert eve.name in listed.plain()
    shown = house.press(ADMIN, tap("person", "", eve.id)).posts[0].card
    taps = {button.label: button.tap for button in shown.buttons}
    house.press(ADMIN, taps["Make trainer"])
    assert house.who("U1") == replace(eve, role="trainer")
    house.press(ADMIN, taps["Remove"])
    assert house.who("U1") is None


def test_an_admin_cannot_lock_herself_out_by_a_slip(house: Doorway) -> None:
    for word in ("remove..root", "role..staff:root", "person..root", "role..lord:boss"):
        assert house.press(ADMIN, word).person is None
    assert house.who("U0ROOT") == ADMIN
