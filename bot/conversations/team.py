"""Who is there: whom to tell, who may grant more, who takes over."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from bot.conversations.hours import at_work, working
from bot.conversations.types import Moment, Person, Request, Told
from bot.conversations.world import World
from playbooks.engine.schema import Site
from playbooks.engine.vocabulary import Role

APPROVERS: Final[tuple[Role, ...]] = ("manager", "admin")
DUTY_NAMES: Final[dict[str, str]] = {"duty_manager": "duty manager", "front_office": "front office"}


def duty_name(duty: str) -> str:
    """A duty as people say it."""
    return DUTY_NAMES.get(duty, duty.replace("_", " "))


def present(world: World, site: Site) -> tuple[Person, ...]:
    """Everybody of the site who is at work and can be reached."""
    found = world.there.get(site.id)
    if found is None:
        people, now = world.memory.people(site.id), world.now
        opened = working(site, now)
        found = tuple(p for p in people if p.address and at_work(p, now, working=opened))
        world.there[site.id] = found
    return found


def approver(world: World, site: Site, but: str = "") -> Person | None:
    """Who may grant more than a clerk's limit now: a manager at work, the duty manager first."""
    there = [p for p in present(world, site) if p.role in APPROVERS and p.id != but]
    there.sort(key=lambda p: ("duty_manager" not in p.duties, p.role != "manager", p.name))
    return there[0] if there else None


def holder(world: World, site: Site, duty: str, but: str) -> Person | None:
    """Who has this duty now. The duty manager is any manager at work; other duties are named."""
    for person in present(world, site):
        if person.id != but and duty in person.duties:
            return person
    return approver(world, site, but) if duty == "duty_manager" else None


def tell(world: World, site: Site, duties: Iterable[str], me: Person) -> tuple[Told, ...]:
    """For each duty who is told, or how to tell them by hand where nobody of it is here.

    It never says that somebody was told who was not: the clerk relies on it before a guest.
    """
    told: list[Told] = []
    for duty in dict.fromkeys(duties):
        if duty in me.duties or (duty == "duty_manager" and me.role in APPROVERS):
            continue
        person = holder(world, site, duty, me.id)
        if person is None:
            how = site.duties.get(duty, "tell them yourself")
            told.append(Told(duty, "", duty_name(duty), world.now, how))
        elif person.id not in {t.person for t in told}:
            told.append(Told(duty, person.id, person.name, world.now))
    return tuple(told)


def merge_told(old: tuple[Told, ...], new: tuple[Told, ...]) -> tuple[Told, ...]:
    """Who knows in all. A duty that had to be told by hand is no longer, once somebody of it is."""
    known = {t.person or t.duty for t in old}
    fresh = tuple(t for t in new if (t.person or t.duty) not in known)
    reached = {t.duty for t in (*old, *fresh) if t.person}
    return tuple(t for t in (*old, *fresh) if t.person or t.duty not in reached)


def new_to_tell(old: Moment, now: Moment, world: World) -> tuple[Person, ...]:
    """Those whom the card now says have been told and who were not before: they must be."""
    known = {t.person for t in old.told}
    people = (world.memory.person(t.person) for t in now.told if t.person not in known)
    return tuple(p for p in people if p)


def granted(moment: Moment) -> Request | None:
    """What was granted and not given yet: a yes is good for one gift."""
    request = moment.request
    if request is None or request.state != "granted":
        return None
    used = any(g.approved_by and g.at >= request.at for g in moment.gifts)
    return None if used else request


def seen_by(moment: Moment, person: Person, world: World, *, coming: bool) -> Moment:
    """Marks that somebody told has seen it, or is on the way."""
    told = tuple(
        replace(t, seen=t.seen or world.now, coming=t.coming or coming)
        if t.person == person.id
        else t
        for t in moment.told
    )
    if person.id not in {t.person for t in moment.told}:
        duty = "duty_manager" if person.role in APPROVERS else "colleague"
        told += (Told(duty, person.id, person.name, world.now, "", world.now, coming),)
    return replace(moment, told=told, updated=world.now)


def can_take(person: Person, moment: Moment) -> bool:
    """Whether a moment can be put into this person's hands: of the site, at the desk, reachable."""
    here = person.active and person.site == moment.site and person.address is not None
    return here and person.role != "trainer"


def own_gifts(moment: Moment, me: Person) -> int:
    """What this person gave on this moment out of her own authority; a grant is the granter's."""
    return sum(g.amount for g in moment.gifts if g.by == me.id and not g.approved_by)


def stand_in(world: World, site: Site, owner: str) -> Person | None:
    """Who is asked instead of somebody off shift: a colleague at the desk, else a manager."""
    there = [p for p in present(world, site) if p.id != owner and p.role != "trainer"]
    there.sort(key=lambda p: (p.role != "staff", p.name))
    return there[0] if there else None
