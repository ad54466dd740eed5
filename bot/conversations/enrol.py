"""Letting people in, and showing them out: invite, link, people. The door does the rest."""

from dataclasses import replace
from typing import Final

from bot.codes import LINK_FOR, VALID_FOR, fingerprint
from bot.conversations.roles import MAY_INVITE
from bot.conversations.taps import LIMIT, tap
from bot.conversations.types import Button, Card, Fact, Invite, Person
from bot.conversations.world import World
from playbooks.engine.schema import Site
from playbooks.engine.vocabulary import ROLES, Role

ROLE_NAMES: Final[dict[Role, str]] = {
    "staff": "Staff",
    "manager": "Manager",
    "trainer": "Trainer",
    "admin": "Admin",
}
SHOWN: Final = 20
"""People on one card: Slack takes 50 blocks."""


def invite(me: Person, world: World, argument: str) -> "Card | tuple[Card, Invite]":
    """First asks as what, an admin of several sites also where; then shows the code."""
    word, _, where = argument.partition(":")
    role = next((each for each in MAY_INVITE[me.role] if each == word), None)
    if role is None:
        buttons = tuple(
            Button(ROLE_NAMES[each], tap("invite", "", each)) for each in MAY_INVITE[me.role]
        )
        return Card("Invite somebody as what?", "ask", buttons=buttons)
    sites = _sites(me, world)
    if where not in sites and len(sites) > 1:
        return _where(role, sites)
    site = sites.get(where) or sites[me.site]
    code, expires = world.fresh_code(), world.now + VALID_FOR
    card = invitation(code, role, site.name, world.clock(site, expires), world.entrance)
    return card, Invite(fingerprint(code), role, site.id, me.id, expires)


def _sites(me: Person, world: World) -> dict[str, Site]:
    """Where she may let people in: an admin everywhere, everybody else at home."""
    home = world.site(me.site)
    return dict(world.library.house.sites) if me.role == "admin" else {me.site: home}


def _where(role: Role, sites: dict[str, Site]) -> Card:
    words = {site.name: f"invite..{role}:{site.id}" for site in sites.values()}
    # A site whose id is too long for a button is invited to from the command line.
    buttons = tuple(
        Button(name[:40], word) for name, word in words.items() if len(word.encode()) <= LIMIT
    )
    return Card(f"{ROLE_NAMES[role]} at which site?", "ask", buttons=buttons)


def invitation(code: str, role: Role, site: str, until: str, entrance: str = "") -> Card:
    """A code and what to do with it. ``until`` is a time in words."""
    return Card(
        f"An invitation: {ROLE_NAMES[role].lower()} at {site}",
        "good",
        facts=_ways(code, until, entrance),
        note="Give it to one person only. They send it to me in a private chat.",
    )


def _ways(code: str, until: str, entrance: str) -> tuple[Fact, ...]:
    """The code, and the link that sends it where there is one."""
    opened = (Fact("Or open", f"{entrance}{code}"),) if entrance else ()
    return Fact("Code", code), *opened, Fact("Valid", f"once, until {until}")


def link(me: Person, world: World, _: str) -> tuple[Card, Invite]:
    """A code that makes a second account hers, on another platform."""
    code, expires = world.fresh_code(), world.now + LINK_FOR
    until = world.clock(world.site(me.site), expires)
    card = Card(
        "Your code for a second account",
        "good",
        facts=_ways(code, until, world.entrance),
        note="Send it to me in a private chat from your other account, and give it to nobody: "
        "whoever sends it acts in your name.",
    )
    return card, Invite(fingerprint(code), me.role, me.site, me.id, expires, person=me.id)


def people(me: Person, world: World, _: str) -> Card:
    """Who is enrolled: a manager's own site, an admin's every site, each with a button."""
    found = [each for site in sorted(_sites(me, world)) for each in world.memory.people(site)]
    facts = tuple(Fact(each.name, f"{each.role} at {each.site}") for each in found[:SHOWN])
    buttons: tuple[Button, ...] = (Button("Invite", tap("invite"), "primary"),)
    if me.role == "admin":
        buttons += tuple(
            Button(each.name[:40], tap("person", "", each.id), more=True)
            for each in found[:SHOWN]
            if each.id != me.id
        )
    note = f"{len(found) - SHOWN} more: `fifteen people list`." if len(found) > SHOWN else ""
    return Card(f"{len(found)} enrolled", "quiet", facts=facts, buttons=buttons, note=note)


def person(me: Person, world: World, argument: str) -> Card:
    """One of them, and what an admin may change."""
    who = _other(me, world, argument)
    return NOBODY if who is None else _shown(who)


def role(me: Person, world: World, argument: str) -> "Card | tuple[Card, Person]":
    """Gives somebody another role."""
    word, _, person_id = argument.partition(":")
    who = _other(me, world, person_id)
    new = next((each for each in ROLES if each == word), None)
    if who is None or new is None:
        return NOBODY
    now = replace(who, role=new)
    return _shown(now), now


def remove(me: Person, world: World, argument: str) -> "Card | tuple[Card, Person]":
    """Takes somebody's access away; what they did stays."""
    who = _other(me, world, argument)
    if who is None:
        return NOBODY
    gone = replace(who, active=False)
    note = "Their access ended now. An invitation lets them in again."
    return Card(f"{who.name} was removed", "quiet", note=note), gone


NOBODY: Final = Card("Nobody was changed", "quiet", note="They are no longer here, or it is you.")


def _other(me: Person, world: World, person_id: str) -> Person | None:
    """Somebody else who is active: nobody can lock the last admin out by a slip on herself."""
    found = world.memory.person(person_id)
    return found if found and found.active and found.id != me.id else None


def _shown(who: Person) -> Card:
    roles = tuple(
        Button(f"Make {ROLE_NAMES[each].lower()}", tap("role", "", f"{each}:{who.id}"), more=True)
        for each in ROLES
        if each != who.role
    )
    out = Button("Remove", tap("remove", "", who.id), "danger")
    facts = (Fact("Role", ROLE_NAMES[who.role]), Fact("Site", who.site))
    return Card(who.name, "ask", facts=facts, buttons=(out, *roles))
