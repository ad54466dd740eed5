"""The site's own clock: its zone, its hours as typed, and the times that are spoken aloud.

All arithmetic is done in UTC and only shown in local time, so that the night the clocks change
neither loses nor doubles an hour.
"""

import re
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from playbooks.engine.languages import PHRASES
from playbooks.engine.schema import Hours, Promised, Site

ROUND_TO: Final = 5
"""Minutes: a time spoken aloud ends in 0 or 5."""
DAYS: Final = PHRASES["en"].days
_HOURS: Final = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_TWELVE: Final = timedelta(hours=12)


class NoSuchZoneError(ValueError):
    """The time zone is not known here: write one such as Europe/Berlin."""


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The time zone ``name``; raises ``NoSuchZoneError``."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise NoSuchZoneError(name) from error


def hours_of(text: str) -> Hours | None:
    """``07:00-22:00`` as hours, None where it is not of that form."""
    match = _HOURS.fullmatch(text.strip())
    if not match:
        return None
    try:
        return Hours(time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4])))
    except ValueError:
        return None


def rounded(now: datetime, minutes: int, site: Site) -> datetime:
    """``minutes`` from ``now``, up to the next five minutes, on the site's wall clock."""
    start = now.astimezone(UTC).replace(second=0, microsecond=0)
    due = start + timedelta(minutes=minutes)
    return (due + timedelta(minutes=-due.minute % ROUND_TO)).astimezone(zone(site.timezone))


def promised_time(promised: Promised, now: datetime, site: Site) -> datetime | None:
    """When a typed promise falls due, on the site's wall clock.

    A clock more than twelve hours ahead is one that has just passed: a promise already broken is
    not made again, so it gives None.
    """
    here = zone(site.timezone)
    if promised.minutes is not None:
        return (now.astimezone(UTC) + timedelta(minutes=promised.minutes)).astimezone(here)
    if promised.clock is None:
        return None
    local = now.astimezone(here)
    due = local.replace(
        hour=promised.clock.hour, minute=promised.clock.minute, second=0, microsecond=0, fold=0
    )
    if due.astimezone(UTC) <= now:
        due = (due + timedelta(days=1)).replace(fold=0)
    ahead = due.astimezone(UTC) - now.astimezone(UTC)
    return due if ahead <= _TWELVE else None


def spoken(due: datetime, now: datetime, language: str = "en") -> str:
    """``by 14:35``; with the day where the clock alone could mislead: ``by 09:00 on Tuesday``."""
    words = PHRASES[language]
    clock = f"{due.hour:02d}:{due.minute:02d}"
    days = 0
    if due.astimezone(UTC) - now.astimezone(UTC) >= _TWELVE:
        days = (due.date() - now.astimezone(due.tzinfo).date()).days
    if days < 1:
        said = words.clock.format(clock=clock)
    elif days == 1:
        said = words.tomorrow.format(clock=clock)
    elif days < 7:
        said = words.weekday.format(clock=clock, day=words.days[due.weekday()])
    else:
        said = words.date.format(number=due.day, month=words.months[due.month - 1])
    return words.mended(said)
