"""When a line would be asked about again: the conversation's own rules, nothing stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from bot.conversations import schedule
from bot.conversations.record import promise_of
from bot.conversations.types import Address, Memory, Moment
from bot.conversations.world import Engine, World
from playbooks.engine.schema import House, Reading, Site, Suggestion


@dataclass(frozen=True, slots=True)
class _OnlyTheHouse:
    """A library of which nothing but its house is asked."""

    house: House


def rehearsed(
    reading: Reading, suggestion: Suggestion, site: Site, now: datetime
) -> list[tuple[str, datetime]]:
    """Purpose and due time of each follow-up to come, earliest first."""
    library = _OnlyTheHouse(House({site.id: site}, site.id))
    world = World(now, cast("Engine", library), cast("Memory", None))
    promised, _ = promise_of(world, suggestion)
    moment = Moment(
        id="rehearsal",
        site=site.id,
        person="",
        logged_by="",
        address=Address("", ""),
        status="open",
        text="",
        reading=reading,
        suggestion=suggestion,
        created=now,
        updated=now,
        promised=promised,
    )
    found = [(each.purpose, each.due) for each in schedule.booked(world, site, moment)]
    later = schedule.umot_time(world, site, moment)
    return sorted([*found, *([("umot", later)] if later else [])], key=lambda each: each[1])
