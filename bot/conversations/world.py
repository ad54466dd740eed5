"""What a turn may look at: the time, the playbooks, what is remembered. It changes none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from bot.codes import new_code
from bot.conversations.types import Address, Memory, Person
from playbooks.engine.schema import (
    Choice,
    History,
    House,
    Play,
    Reading,
    Site,
    Staff,
    Suggestion,
)

EPOCH: Final = 1_577_836_800
"""2020-01-01 in seconds: moment ids count from here, so that six letters last until 2054."""
LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"


class Engine(Protocol):
    """The playbooks, as the conversation uses them."""

    @property
    def house(self) -> House:
        """All sites."""
        ...

    @property
    def plays(self) -> Mapping[str, Play]:
        """All plays by id."""
        ...

    def read(self, text: str, site: Site) -> Reading:
        """What the line says."""
        ...

    def choose(self, reading: Reading, history: History, site: Site, text: str = "") -> Choice:
        """The play for it; there always is one."""
        ...

    def compose(  # noqa: PLR0913 - the engine's own signature, kept whole
        self,
        choice: Choice,
        reading: Reading,
        site: Site,
        staff: Staff,
        *,
        now: datetime,
        spent_moment: int,
        spent_today: int,
        manager: str = "",
        place: str = "",
        history: History = ...,
    ) -> Suggestion:
        """The play in this person's words and limits."""
        ...


@dataclass(frozen=True, slots=True)
class World:
    """One instant of it. Pure code asks here and nowhere else."""

    now: datetime
    library: Engine
    memory: Memory
    there: dict[str, tuple[Person, ...]] = field(default_factory=dict, compare=False, repr=False)
    """Who is at work, by site, once ``team.present`` has found it: a line asks up to six times."""
    fresh_code: Callable[[], str] = field(default=new_code, compare=False, repr=False)
    """Makes a one-time code: the one thing in a turn that is not told by its event."""
    entrance: str = ""
    """A link that ends where a code goes on, where a platform has such links; whoever opens it has
    sent the code."""
    today: dict[str, datetime] = field(default_factory=dict, compare=False, repr=False)
    """The wall clock now, by time zone, once it was looked at: a card asks for every time on it."""

    def site(self, site_id: str) -> Site:
        """The site, or the house's first where it has been taken out of the house file."""
        house = self.library.house
        return house.sites.get(site_id) or house.sites[house.first]

    def local(self, site: Site, at: datetime | None = None) -> datetime:
        """The wall clock of the site."""
        name = site.timezone
        if at is not None:
            return at.astimezone(zone(name))
        found = self.today.get(name)
        if found is None:
            found = self.today[name] = self.now.astimezone(zone(name))
        return found

    def clock(self, site: Site, at: datetime) -> str:
        """A time as staff say it: ``14:35``, with the day where it is not today."""
        there, today = self.local(site, at), self.local(site)
        clock = f"{there.hour:02d}:{there.minute:02d}"  # a third of the cost of strftime
        if there.date() == today.date():
            return clock
        if there.date() == (today + timedelta(days=1)).date():
            return f"tomorrow {clock}"
        return f"{there:%a %d %b}, {clock}"

    def when(self, site: Site, at: datetime) -> str:
        """The same in a sentence: ``at 14:35``, ``tomorrow at 10:00``, ``on Fri 20 Nov at 10:00``
        for a time of another day."""
        day, _, clock = self.clock(site, at).rpartition(" ")
        if not day:
            return f"at {clock}"
        return f"{day} at {clock}" if day == "tomorrow" else f"on {day.rstrip(',')} at {clock}"

    def day_start(self, site: Site) -> datetime:
        """When the working day began: limits per day are counted from 05:00, so that a night shift
        does not get two days' money at midnight."""
        there = self.local(site)
        start = there.replace(hour=5, minute=0, second=0, microsecond=0)
        return start if there >= start else start - timedelta(days=1)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The time zone, looked up once: opening its file costs more than a whole turn."""
    return ZoneInfo(name)


def moment_id(key: str, at: datetime) -> str:
    """Twelve letters for a moment, made from the event alone.

    The same event gives the same id, so a line handled twice cannot become two moments; the first
    six letters are the second it was typed, so that new rows stand together in the index.
    """
    seconds = max(0, int(at.timestamp()) - EPOCH) & ((1 << 30) - 1)
    digest = int.from_bytes(blake2b(key.encode(), digest_size=4).digest(), "big") >> 2
    number = (seconds << 30) | digest
    return "".join(LETTERS[(number >> shift) & 31] for shift in range(55, -1, -5))


def first_name(person: Person | None) -> str:
    """The name colleagues call her by."""
    return person.name.split()[0] if person and person.name.strip() else ""


def profile_language(person: Person) -> str:
    """The language of her profile on the platform; empty for English, which also stands where a
    platform says nothing or a whole workspace was never set otherwise."""
    return "" if person.language == "en" else person.language


def chat_of(person: Person) -> Address | None:
    """Where cards for this person alone go."""
    return person.address
