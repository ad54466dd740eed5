"""Three weeks of an invented hotel, lived through the real conversation at a made-up pace.

Every line, press and answer goes through the same ``handle`` and the same store as in earnest, so
that what a newcomer sees is what the product does. The same seed and day give the same weeks.
"""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.conversations.flow import handle, moment_of
from bot.conversations.taps import tap
from bot.conversations.types import Address, Due, Event, Moment, Said, Tapped, Turn
from bot.conversations.world import Engine, World, zone
from bot.local import local_people

if TYPE_CHECKING:
    from storage.store import Book

SITE: Final = "hotel"
DAYS: Final = 21
SEED: Final = 15
BUSY: Final = (9, 8, 8, 9, 12, 14, 12)
"""Moments a day, Monday to Sunday: weekends are fuller."""
HOURS: Final = (7, 8, 9, 10, 11, 14, 15, 15, 16, 16, 17, 18, 19, 20, 21, 22)
"""When things happen: check-in time counts double."""
BATCH: Final = 200
STILL_ON_THE_DESK: Final = (
    (26, "rm 318 aircon drips on the bed, couple asks for another room, upset"),
    (17, "lady in 204 waits 40 min for her breakfast order, 2nd time this stay"),
    (8, "mr haas 507 double charged the parking, calm but wants it off now"),
)
"""What the clerk has open when the demo begins, and how many minutes ago: their questions come due
within the first minute of a fast clock."""


@dataclass(order=True)
class _Next:
    at: datetime
    order: int
    act: Callable[["Weeks"], None] = field(compare=False)


class Weeks:
    """The weeks being lived: a queue of what happens next, a clock that follows it."""

    def __init__(self, book: "Book", engine: Engine, until: datetime, days: int) -> None:
        self.book = book
        self.engine = engine
        self.until = until
        self.now = until - timedelta(days=days)
        self.chance = random.Random(SEED)  # noqa: S311 - a demo wants the same weeks, not secrecy
        self.people = {p.id: p for p in local_people(engine.house) if p.site == SITE}
        self.desk = [p.id for p in self.people.values() if p.role == "staff"]
        self._queue: list[_Next] = []
        self._order = 0

    def plan(self, at: datetime, act: Callable[["Weeks"], None]) -> None:
        """Something to happen, where it still falls into the weeks."""
        if at < self.until:
            self._order += 1
            heapq.heappush(self._queue, _Next(at, self._order, act))

    def live(self) -> None:
        """Lets it all happen in order of time, follow-ups in between."""
        while self._queue:
            step = heapq.heappop(self._queue)
            self._ask_due(step.at)
            self.now = step.at
            step.act(self)
        self._ask_due(self.until)
        self.now = self.until

    def _ask_due(self, until: datetime) -> None:
        for _ in range(BATCH):
            taken = self.book.take(until, "demo", timedelta(minutes=1), BATCH)
            if not taken:
                return
            for follow_up in sorted(taken, key=lambda f: (f.due, f.id)):
                self.now = max(self.now, follow_up.due)
                key = f"demo:due:{follow_up.id}:{follow_up.due.timestamp():.0f}"
                self.happen(Due(key, self.now, follow_up.id, follow_up.moment))

    def happen(self, event: Event) -> Turn:
        """One event through the real conversation; its cards count as delivered."""
        self.book.keep(event)
        about = moment_of(event)
        moment = self.book.moment(about) if about else None
        turn = handle(event, moment, World(self.now, self.engine, self.book))
        for parcel in self.book.save(turn, self.now, event):
            self.book.sent(parcel.id, f"demo-{parcel.id}", self.now)
        self.book.settle(event.key)
        return turn

    def say(self, person: str, text: str) -> Moment | None:
        """A line typed; the moment it became."""
        self._order += 1
        said = Said(f"demo:{self._order}", self.now, person, Address("web", person), text)
        moments = self.happen(said).moments
        return moments[0] if moments else None

    def press(self, person: str, word: str) -> None:
        """A button pressed."""
        self._order += 1
        self.happen(Tapped(f"demo:{self._order}", self.now, person, Address("web", person), word))


def seed(book: "Book", engine: Engine, now: datetime, days: int = DAYS) -> int:
    """Fills an empty demo database with the ``days`` up to ``now``; returns how many lines were
    typed.

    Does nothing where it was filled before.
    """
    if not book.once("demo seeded", now):
        return 0
    weeks = Weeks(book, engine, now, days)
    for person in weeks.people.values():
        book.save_person(person)
    lines = _lines(engine)
    count = 0
    for day in range(days):
        morning = _local_morning(now - timedelta(days=days - day), engine)
        for _ in range(BUSY[morning.weekday()]):
            at = morning + timedelta(
                hours=weeks.chance.choice(HOURS), minutes=weeks.chance.randrange(60)
            )
            text = lines[weeks.chance.randrange(len(lines))]
            weeks.plan(at, _typed(weeks.chance.choice(weeks.desk), text))
            count += 1
    for minutes, text in STILL_ON_THE_DESK:
        weeks.plan(now - timedelta(minutes=minutes), _only_typed(weeks.desk[0], text))
    weeks.live()
    return count + len(STILL_ON_THE_DESK)


def afternoon(now: datetime, engine: Engine) -> datetime:
    """The last ten past three in the afternoon at the hotel: the demo begins when its desk is busy,
    whatever the hour of whoever watches it. At night nobody would be asked anything."""
    there = now.astimezone(zone(engine.house.sites[SITE].timezone))
    start = there.replace(hour=15, minute=10, second=0, microsecond=0)
    return (start if start <= there else start - timedelta(days=1)).astimezone(now.tzinfo)


def _local_morning(at: datetime, engine: Engine) -> datetime:
    there = at.astimezone(zone(engine.house.sites[SITE].timezone))
    return there.replace(hour=0, minute=0, second=0, microsecond=0)


def _lines(engine: Engine) -> list[str]:
    """Staff's own words from the hotel's plays: the stay itself often, the rest now and then."""
    plays = sorted(
        (p for p in engine.plays.values() if p.pack == engine.house.sites[SITE].pack),
        key=lambda p: p.id,
    )
    rare = [line for play in plays for line in play.examples[:3]]
    stay = [p for p in plays if "smot" in p.when.stages and "safety" not in p.when.kinds]
    return rare + [line for play in stay for line in play.examples]


def _only_typed(person: str, text: str) -> Callable[[Weeks], None]:
    def act(weeks: Weeks) -> None:
        weeks.say(person, text)

    return act


def _typed(person: str, text: str) -> Callable[[Weeks], None]:
    """A line, and what usually follows: most are done within minutes, some get something, most are
    answered when asked, a few never are."""

    def act(weeks: Weeks) -> None:
        moment = weeks.say(person, text)
        if moment is None or moment.status == "undone":
            return
        chance = weeks.chance
        done = weeks.now + timedelta(minutes=chance.choice((1, 2, 2, 3, 4, 6, 9, 14)))
        if chance.random() < 0.08:
            weeks.plan(done, _pressed(person, tap("another", moment.id)))
        offer = moment.suggestion.offer
        green = moment.suggestion.authority.light == "green"
        if offer and offer.amount and green and chance.random() < 0.5:
            weeks.plan(done, _pressed(person, tap("gave", moment.id, offer.amount)))
        elif chance.random() < 0.9:
            weeks.plan(done, _pressed(person, tap("did", moment.id)))
        if chance.random() < 0.93:
            asked = done + timedelta(minutes=chance.randrange(30, 200))
            weeks.plan(asked, _answered(person, moment.id))

    return act


def _pressed(person: str, word: str) -> Callable[[Weeks], None]:
    return lambda weeks: weeks.press(person, word)


def _answered(person: str, moment_id: str) -> Callable[[Weeks], None]:
    """The second moment of truth, who says so, and days later the ultimate one."""

    def act(weeks: Weeks) -> None:
        chance = weeks.chance
        result = chance.choices(("recovered", "partly", "not_recovered"), (72, 18, 10))[0]
        weeks.press(person, tap("smot", moment_id, result))
        said = chance.choices(("customer", "saw", "guess"), (55, 30, 15))[0]
        weeks.press(person, tap("who", moment_id, f"smot.{said}"))
        if chance.random() < 0.9:
            later = weeks.now + timedelta(days=2, hours=chance.randrange(-26, 6))
            weeks.plan(later, _told_others(person, moment_id, result))

    return act


def _told_others(person: str, moment_id: str, ended: str) -> Callable[[Weeks], None]:
    odds = {"recovered": (55, 35, 10), "partly": (25, 45, 30), "not_recovered": (5, 35, 60)}[ended]
    answers = ("promoter", "passive", "detractor", "none")

    def act(weeks: Weeks) -> None:
        result = weeks.chance.choices(answers, (*odds, 60))[0]
        weeks.press(person, tap("umot", moment_id, result))
        weeks.press(person, tap("who", moment_id, "umot.customer"))

    return act
