"""The people of local mode: on one machine, somebody for every role of every site."""

from typing import Final

from bot.conversations.types import Address, Person
from playbooks.engine.schema import House
from playbooks.engine.vocabulary import Role

ROLES: Final[tuple[tuple[str, Role], ...]] = (
    ("clerk", "staff"),
    ("colleague", "staff"),
    ("manager", "manager"),
    ("trainer", "trainer"),
)
NAMES: Final[dict[str, tuple[str, str, str, str]]] = {
    "hotel": ("Ana Weber", "Bo Lindt", "Marta Keller", "Tom Reiss"),
    "call_centre": ("Lee Chan", "Priya Nair", "Gwen Hughes", "Sam Okafor"),
}
OTHERS: Final = ("Clerk", "Colleague", "Manager", "Trainer")
"""Sites of one's own get plain names: nobody there is called Ana."""


def local_people(house: House) -> tuple[Person, ...]:
    """Two at the desk, a manager and a trainer for each site, reached on the built-in chat."""
    people: list[Person] = []
    for site in house.sites.values():
        names = NAMES.get(site.id, OTHERS)
        for (word, role), name in zip(ROLES, names, strict=True):
            person_id = f"{site.id}-{word}"
            duties = ("duty_manager",) if role == "manager" else ()
            people.append(Person(person_id, name, role, site.id, Address("web", person_id), duties))
    return tuple(people)
