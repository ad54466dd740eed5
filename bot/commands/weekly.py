"""``fifteen digest``: a site's week on the terminal, as its manager gets it in chat."""

import re
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.clock import Clock, SystemClock
from bot.commands.library import open_library, site_of
from bot.commands.looking import looking
from bot.commands.words import USAGE, CommandError, say, say_json
from bot.settings import read_settings
from playbooks.engine.schema import Site

ISO_WEEK: Final = re.compile(r"(\d{4})-?[wW](\d{1,2})")


def show_digest(site: str, week: str, *, as_json: bool, clock: Clock | None = None) -> None:
    """Prints the numbers of a week; without one, of the last that is over.

    Raises:
        CommandError: no such site or week, or no database yet.
    """
    from bot.conversations.digest import digest_card
    from bot.conversations.world import World

    clock = clock or SystemClock()
    settings = read_settings()
    library = open_library(settings)
    place = site_of(library, site or settings.site)
    monday = _monday(week) if week else _last_monday(place, clock.now())
    start, end = _bounds(place, monday)
    with looking(settings, clock) as book:
        numbers = book.week(place.id, start, end)
        world = World(clock.now(), library, book)
        text = digest_card(numbers, place, world).plain()
    if as_json:
        year, number, _ = monday.isocalendar()
        named = {"week": f"{year}-W{number:02d}", "currency": place.currency}
        figures = {each.name: getattr(numbers, each.name) for each in fields(numbers)}
        say_json({**named, **figures})
    else:
        say(text)


def _monday(week: str) -> date:
    match = ISO_WEEK.fullmatch(week.strip())
    try:
        return date.fromisocalendar(int(match[1]), int(match[2]), 1) if match else _no_week(week)
    except ValueError:
        return _no_week(week)


def _no_week(week: str) -> date:
    raise CommandError(
        f"“{week}” is not a week.", "Write the year and the week, such as 2026-W47.", code=USAGE
    )


def _last_monday(site: Site, now: datetime) -> date:
    today = now.astimezone(ZoneInfo(site.timezone)).date()
    return today - timedelta(days=today.weekday() + 7)


def _bounds(site: Site, monday: date) -> tuple[datetime, datetime]:
    """From Monday's midnight to the next, on the site's clock: 167 or 169 hours twice a year."""
    zone = ZoneInfo(site.timezone)
    starts = (datetime.combine(day, time(), zone) for day in (monday, monday + timedelta(days=7)))
    start, end = (each.astimezone(UTC) for each in starts)
    return start, end
