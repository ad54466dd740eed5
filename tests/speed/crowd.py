"""A chain of fifty hotels with twenty people each, their lines, and a million moments of the past.

Everybody at work has a handful of open moments, as in a real house: a bench in which one clerk has
logged ten thousand would measure something nobody has.
"""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from bot.conversations.types import Address, Person, Said
from bot.desk import Desk
from playbooks.engine.library import Library
from playbooks.engine.schema import House
from storage import mapper
from storage.store import Store
from tests.fakes.desk import NOON
from tests.speed.bulk_rows import filling

SITES = 50
CLERKS = 18
YEARS = timedelta(days=730)
numbers = count(10_000)


def chain(loaded: Library) -> Library:
    """The library with the first hotel fifty times."""
    hotel = loaded.house.sites["hotel"]
    sites = {f"hotel{n}": replace(hotel, id=f"hotel{n}") for n in range(SITES)}
    made = Library(loaded.plays, House(sites, "hotel0"), "bench")
    made.warm()
    return made


def people() -> list[Person]:
    """Two managers and eighteen at the desk of each hotel."""
    found = []
    for site in (f"hotel{n}" for n in range(SITES)):
        for n in range(2 + CLERKS):
            name, role = f"{site}-{n}", "staff" if n < CLERKS else "manager"
            duties = ("duty_manager",) if n == CLERKS else ()
            address = Address("slack", name)
            found.append(Person(name, f"Ana {n}", role, site, address, duties))  # type: ignore[arg-type]
    return found


def enrol(store: Store) -> None:
    """Puts everybody into the store."""
    store.call(lambda book: [book.save_person(each) for each in people()])


def said(texts: Sequence[str]) -> Said:
    """The next line typed: of the next clerk, about a customer of its own."""
    number = next(numbers)
    who = f"hotel{number % SITES}-{number // SITES % CLERKS}"
    text = re.sub(r"\d{3,}", str(number), texts[number % len(texts)])
    return Said(f"bench:{number}", NOON, who, Address("slack", who), text)


def desk(store: Store, library: Library) -> Desk:
    """The desk with nobody to send to: what is measured is the turn."""
    return Desk(store, lambda: library, lambda: NOON, lambda _: None)


def fill(file: Path, moments: int) -> None:
    """Copies of what one line left behind, a million times: settled moments of two years, their
    questions asked and answered, their cards sent. Indexes are made afterwards: that is quicker."""
    with filling(file) as raw:
        for table, changes in PAST.items():
            copy(raw, table, changes, moments)


def copy(raw: Any, table: str, changes: Mapping[str, str], rows: int) -> None:
    """The table's first row ``rows`` times, with some columns counted on."""
    columns = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
    chosen = ", ".join(changes.get(column, column) for column in columns)
    raw.execute(
        f"WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < {rows}) "  # noqa: S608 - our own words
        f"INSERT INTO {table} SELECT {chosen} FROM many, (SELECT * FROM {table} LIMIT 1)"
    )


_START, _STEP = mapper.ms(NOON - YEARS), "730 * 86400000 / 1000000"
_SITE, _WHO = f"'hotel' || (n % {SITES})", f"'hotel' || (n % {SITES}) || '-' || (n % {CLERKS})"
_WHEN = f"{_START} + n * ({_STEP})"
PAST: Mapping[str, Mapping[str, str]] = {
    "moments": {
        "id": "'m' || n", "site": _SITE, "person": _WHO, "logged_by": _WHO, "status": "'settled'",
        "ref": "CAST(n % 20000 AS TEXT)", "created": _WHEN, "updated": _WHEN,
        "answered": f"{_WHEN} + n % 600000", "smot": "'recovered'", "smot_by": "'saw'",
        "body": "'{}'",
    },
    "follow_ups": {
        "id": "'m' || n || ':smot'", "moment": "'m' || n", "site": _SITE, "person": _WHO,
        "state": "'done'", "due": _WHEN, "next_at": _WHEN,
    },
    "outbox": {
        "id": "n + 1000000", "chat": _WHO, "slot": "'m:m' || n", "person": _WHO, "state": "'sent'",
        "at": _WHEN, "position": "n + 1000000", "card": """'{"title":"gone"}'""",
    },
    "places": {
        "chat": _WHO, "slot": "'m:m' || n", "position": "n + 1000000", "last": "n + 1000000",
        "message_id": "'web-' || n",
    },
}  # fmt: skip
"""What differs from row to row, as SQL. Nothing is read of what they hold, only where they stand:
their bodies are left empty, else the disk would be measured and not the store."""


def rows_left(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row the turns left behind, by table, in the order they were written."""
    raw = sqlite3.connect(file)
    order = {"inbox": "rowid", "moments": "rowid", "follow_ups": "rowid"}
    order |= {"outbox": "id", "places": "position"}
    found = {
        table: raw.execute(f"SELECT * FROM {table} ORDER BY {by}").fetchall()  # noqa: S608 - ours
        for table, by in order.items()
    }
    raw.close()
    return found
