"""A site's week as a table for a spreadsheet: every count of the digest, and no person in it."""

import csv
from collections.abc import Iterator, Mapping
from datetime import timedelta
from io import StringIO
from typing import Any, Final, TypeAlias, TypeVar

from bot.conversations.files import File
from bot.conversations.types import WeekNumbers
from bot.conversations.world import World
from playbooks.engine.learn import can_say
from playbooks.engine.schema import Site
from playbooks.engine.vocabulary import HEAT_NAMES, KIND_NAMES, STAGE_NAMES

Row: TypeAlias = tuple[str, str, object]
Value = TypeVar("Value")

HEAD: Final[Row] = ("group", "what", "value")
OPENERS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def week_table(week: WeekNumbers, site: Site, world: World) -> File:
    """The week's numbers as CSV, a row each. What has happened too seldom to say is left empty."""
    first, last = world.local(site, week.start), world.local(site, week.end) - timedelta(minutes=1)
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(HEAD)
    writer.writerow(("Week", "Site", harmless(site.name)))
    writer.writerow(("Week", "From", f"{first:%Y-%m-%d}"))
    writer.writerow(("Week", "To", f"{last:%Y-%m-%d}"))
    for group, what, value in (*_figures(week, site), *_counts(week)):
        writer.writerow((group, harmless(what), "" if value is None else value))
    return File(f"{site.id}-{first:%Y-%m-%d}.csv", written.getvalue())


def harmless(text: str) -> str:
    """Text that never becomes a formula in a manager's spreadsheet."""
    return f"'{text}" if text.startswith(OPENERS) else text


def _figures(week: WeekNumbers, site: Site) -> Iterator[Row]:
    sure = can_say(week.answered)
    yield "Moments", "This week", week.moments
    yield "Moments", "The week before", week.before
    yield "Moments", "Had happened to them before", week.repeats
    yield "Moments", "Reading corrected", week.corrected
    yield "First answer", "Reported", week.answered
    yield "First answer", "Half within, seconds", week.answer_median if sure else None
    yield "First answer", "Nine in ten within, seconds", week.answer_p90 if sure else None
    yield "Open", "Moments", week.still_open
    yield "Open", "Questions overdue", week.overdue
    yield "Given", f"Sum, {site.currency}", f"{week.given / 100:.2f}"
    yield "Given", "Gestures", week.gifts
    yield "Given", "Over a limit", week.over_limit


def _counts(week: WeekNumbers) -> Iterator[Row]:
    groups: tuple[tuple[str, Mapping[str, int], Mapping[str, str]], ...] = (
        ("Put right", week.smot, {}),
        ("Told others", week.umot, {}),
        ("Who says so", week.provenance, {"": "not said"}),
        ("What it was about", _named(week.by_kind), _named(KIND_NAMES)),
        ("Where in the journey", _named(week.by_stage), _named(STAGE_NAMES)),
        ("How heated", _named(week.by_heat), _named(HEAT_NAMES)),
        ("At which touchpoint", week.by_touchpoint, {"": "not said"}),
    )
    for group, counts, names in groups:
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            yield group, names.get(code, code.replace("_", " ")), count


def _named(by: Mapping[Any, Value]) -> dict[str, Value]:
    """By text: heat is a number."""
    return {str(key): value for key, value in by.items()}
