"""When people may be asked: working hours, quiet hours, shifts. Wall-clock in the site's zone."""

from datetime import datetime, time, timedelta
from typing import Final

from bot.conversations.types import Person
from bot.conversations.world import zone
from playbooks.engine.schema import Hours, Site

SHIFT_LASTS: Final = timedelta(hours=14)
"""What somebody said of her shift counts this long, then the site's hours decide again."""
STEP: Final = timedelta(minutes=5)
SEARCH_DAYS: Final = 8


def within(hours: Hours, clock: time) -> bool:
    """Whether the wall clock lies in the hours; equal ends mean always, midnight may be inside."""
    if hours.opens == hours.closes:
        return True
    if hours.opens < hours.closes:
        return hours.opens <= clock < hours.closes
    return clock >= hours.opens or clock < hours.closes


def may_ask(site: Site, at: datetime) -> bool:
    """Whether a follow-up may be posted at this time."""
    clock = at.astimezone(zone(site.timezone)).time()
    return within(site.working, clock) and not (site.quiet and within(site.quiet, clock))


def next_time(site: Site, at: datetime) -> datetime:
    """The first time from ``at`` on when people may be asked.

    Walks in steps of five minutes on the UTC line, so that the hour a clock change leaves out or
    repeats needs no rule of its own. Where a site is never open, ``at`` itself: better asked at an
    odd hour than never.
    """
    if may_ask(site, at):
        return at
    probe = at.replace(minute=at.minute - at.minute % 5, second=0, microsecond=0)
    for _ in range(SEARCH_DAYS * 288):
        probe += STEP
        if may_ask(site, probe):
            return probe
    return at


def last_time_before(site: Site, at: datetime, earliest: datetime) -> datetime | None:
    """A quarter of an hour before closing or quiet, where ``at`` falls into it and it is not too
    late already; None where it is."""
    probe = at
    while probe > earliest:
        if may_ask(site, probe):
            return max(earliest, probe - timedelta(minutes=15))
        probe -= STEP
    return None


def on_shift(person: Person, site: Site, now: datetime) -> bool:
    """Whether this person is at work: what she said last, else the site's hours."""
    return at_work(person, now, working=working(site, now))


def working(site: Site, at: datetime) -> bool:
    """Whether the time lies in the site's working hours."""
    return within(site.working, at.astimezone(zone(site.timezone)).time())


def at_work(person: Person, now: datetime, *, working: bool) -> bool:
    """As ``on_shift``, where the site's hours have been looked at already: for a whole team that
    is done once."""
    if not person.active:
        return False
    if person.shift and person.shift_at and now - person.shift_at < SHIFT_LASTS:
        return person.shift == "on"
    return working
