"""The pages as HTML: everything that people wrote is escaped, no page holds a script or a style of
its own."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.conversations.types import Line, Person
from playbooks.engine.schema import Site
from playbooks.engine.vocabulary import ROLES

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent
EXAMPLES = (
    "guest 412 furious room not ready 2nd time",
    "table 7 waiting 30 min for mains, upset",
    "lady in the lobby thanks Ana for the umbrella",
)
ROLE_NAMES = {"staff": "Desk", "manager": "Manager", "trainer": "Trainer", "admin": "Admin"}
_LIGHTS = {
    "green": {"sign": "✓", "may": "Yours", "word": "In order:"},
    "amber": {"sign": "!", "may": "Ask first", "word": "Mind:"},
    "red": {"sign": "✕", "may": "Not ours", "word": "Stop:"},
    "plain": {"sign": "", "may": "", "word": ""},
}
"""What stands beside the colour, so that nobody has to see the colour."""
_CHIPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("My open moments", "open", ROLES),
    ("Help", "help", ROLES),
    ("This week", "digest", ("manager", "admin")),
    ("Playbooks", "plays", ("trainer", "admin")),
)
"""What is read on a shortcut, the word it says, and whose it is."""


@cache
def environment() -> "Environment":
    """The templates. ``fresh_key`` names the next event of a page that runs without script.

    Loaded with the first page and not before: it would cost every start a tenth of its time.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.globals["fresh_key"] = lambda: secrets.token_urlsafe(12)
    found.globals["lights"] = _LIGHTS
    found.filters["role"] = lambda role: ROLE_NAMES.get(role, role)
    return found


def page(name: str, **given: object) -> str:
    """One whole page."""
    return environment().get_template(name).render(**given)


def draw_line(line: Line, person: Person, zone: ZoneInfo, today: datetime) -> str:
    """One line of the chat, as it stands in the page and as it is sent to an open one."""
    at = line.at.astimezone(zone)
    now = today.astimezone(zone)
    when = f"{at:%H:%M}" if at.date() == now.date() else f"{at:%a} {at.day} {at:%b, %H:%M}"
    return (
        environment().get_template("line.html").render(line=line, person=person, at=at, when=when)
    )


def chips_for(person: Person) -> list[tuple[str, str]]:
    """The shortcuts above the input: what is read on the chip, and the word it says."""
    return [(label, word) for label, word, roles in _CHIPS if person.role in roles]


def by_site(people: Sequence[Person], sites: Mapping[str, Site]) -> list[tuple[str, list[Person]]]:
    """The active people under the name of their site, in the order of the sites."""
    order = {site: place for place, site in enumerate(sites)}
    active = [person for person in people if person.active]
    found = sorted({one.site for one in active}, key=lambda site: (order.get(site, 99), site))
    return [
        (site_name(site, sites), [person for person in active if person.site == site])
        for site in found
    ]


def site_name(site: str, sites: Mapping[str, Site]) -> str:
    """The site as people call it; its id where it is not known any more."""
    return sites[site].name if site in sites else site


def zone_of(site: str, sites: Mapping[str, Site]) -> ZoneInfo:
    """The site's clock; UTC where the site is not known any more."""
    return ZoneInfo(sites[site].timezone if site in sites else "UTC")
