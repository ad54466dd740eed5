"""``_house.yaml`` into sites: hours, limits, duties. A later file lies over an earlier one."""

import re
from collections.abc import Collection
from datetime import time
from typing import Final

from playbooks.engine.faults import Faults, did_you_mean
from playbooks.engine.fields import Fields
from playbooks.engine.hours import DAYS, NoSuchZoneError, hours_of, zone
from playbooks.engine.schema import Hours, House, Limit, Site
from playbooks.engine.source import SLUG
from playbooks.engine.vocabulary import DUTY_MANAGER, LANGUAGES, ROLES, Role
from playbooks.engine.yaml_strict import parse

_DIGEST: Final = re.compile(r"([a-z]+)\s+(\d{1,2}):00")
_ROUND_THE_CLOCK: Final = Hours(time(0), time(0))


def read_house(text: str, faults: Faults) -> House | None:
    """The sites of one file; None where nothing can be read. ``first`` may be empty in a later."""
    table = parse(text, faults)
    if table is None:
        return None
    top = Fields(table, faults)
    first = top.text("first")
    sites: dict[str, Site] = {}
    listed = top.inner("sites", needed=True)
    for name in listed.names() if listed else []:
        inner = listed.inner(name) if listed else None
        if listed and not SLUG.fullmatch(name):
            hint = "use small letters, digits and _"
            listed.fault(name, f'"{name}" cannot be the id of a site', hint)
        if inner:
            sites[name] = _site(name, inner)
    top.close()
    return House(sites, first)


def lay_over(lower: House, upper: House) -> House:
    """Both houses in one; where both know a site, the upper one's counts whole."""
    return House({**lower.sites, **upper.sites}, upper.first or lower.first)


def check_house(house: House, packs: Collection[str], faults: Faults, line: int = 1) -> None:
    """Faults that show only when everything is loaded: ``packs`` are those with a play."""
    if not house.sites:
        faults.add(line, "there is no site", "add _house.yaml with at least one site")
    elif house.first not in house.sites:
        what = f'"first: {house.first}" names no site'
        faults.add(line, what, did_you_mean(house.first, house.sites))
    for site in house.sites.values():
        if site.pack not in packs:
            what = f'the site {site.id} uses the pack "{site.pack}", which has no play'
            faults.add(line, what, did_you_mean(site.pack, packs))


def _site(name: str, site: Fields) -> Site:
    quiet = site.parsed("quiet", hours_of, _HOURS_WANTED) if site.has("quiet") else None
    day, hour = _digest(site)
    made = Site(
        id=name,
        name=site.text("name", needed=True, longest=60),
        pack=site.text("pack", needed=True),
        timezone=_timezone(site),
        currency=site.parsed("currency", _currency, "three letters such as EUR") or "EUR",
        price=_price(site),
        limits=_limits(site),
        working=site.parsed("working", hours_of, _HOURS_WANTED) or _ROUND_THE_CLOCK,
        quiet=quiet,
        duties=_duties(site),
        repeat_days=_or(site.whole("repeat_days", 1, 366), 30),
        umot_days=_or(site.whole("umot_days", 0, 60), 2),
        digest_day=day,
        digest_hour=hour,
        touchpoints=tuple(text for text, _ in site.lines("touchpoints")),
        industries=tuple(text for text, _ in site.lines("industries")),
        language=(site.choices("language", LANGUAGES) or [""])[0],
    )
    site.close()
    return made


_HOURS_WANTED: Final = "hours such as 07:00-22:00"


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def _currency(text: str) -> str | None:
    return text if re.fullmatch("[A-Z]{3}", text) else None


def _price(site: Fields) -> int:
    price = site.money("price", needed=True)
    if price == 0:
        what = '"price" is 0, so no gesture could be measured against it'
        site.fault("price", what, "write what a typical stay or order costs")
    return price or 1


def _timezone(site: Fields) -> str:
    name = site.text("timezone", needed=True)
    try:
        zone(name or "UTC")
    except NoSuchZoneError:
        hint = "write one such as Europe/Berlin"
        site.fault("timezone", f'the time zone "{name}" is not known', hint)
        return "UTC"
    return name or "UTC"


def _limits(site: Fields) -> dict[Role, Limit]:
    limits = site.inner("limits", needed=True)
    made: dict[Role, Limit] = {}
    if limits is None:
        return made
    for role in ROLES:
        inner = limits.inner(role, needed=True)
        if inner:
            moment, day = inner.money("moment", needed=True), inner.money("day", needed=True)
            made[role] = Limit(moment or 0, day or 0)
            inner.close()
    limits.close()
    return made


def _duties(site: Fields) -> dict[str, str]:
    duties = site.inner("duties", needed=True)
    if duties is None:
        return {}
    made = {name: duties.text(name, needed=True) for name in duties.names()}
    for name in made:
        if not SLUG.fullmatch(name):
            duties.fault(name, f'"{name}" cannot be a duty', "use small letters, digits and _")
    if DUTY_MANAGER not in made:
        what = f'the duty "{DUTY_MANAGER}" is missing: safety is told to it'
        site.fault("duties", what, f'add "{DUTY_MANAGER}: dial 9"')
    return made


def _digest(site: Fields) -> tuple[int, int]:
    def moment(text: str) -> tuple[int, int] | None:
        match = _DIGEST.fullmatch(text.lower())
        days = [day.lower() for day in DAYS]
        if not match or match[1] not in days or int(match[2]) > 23:
            return None
        return days.index(match[1]), int(match[2])

    if not site.has("digest"):
        return 0, 8
    return site.parsed("digest", moment, "a day and a full hour such as monday 08:00") or (0, 8)
