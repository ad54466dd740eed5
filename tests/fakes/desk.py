"""A small hotel with a clock: lines and presses go in, cards can be looked at."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from bot.conversations.flow import handle, moment_of
from bot.conversations.growing import Growth
from bot.conversations.types import (
    Address,
    Card,
    Due,
    Filled,
    FollowUp,
    Moment,
    Person,
    Post,
    Said,
    Tapped,
    Turn,
)
from bot.conversations.world import World
from bot.growth import card_of, learned, lessons_of, reader_of
from playbooks.engine.judge import grown
from playbooks.engine.library import Library, Reads
from playbooks.engine.linear import shipped as shipped_weights
from playbooks.engine.load import load, shipped
from playbooks.engine.teach import answer, shipped_lines
from tests.fakes.memory import FakeMemory
from tests.fakes.pack import built_in

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
"""A Wednesday, 13:00 in Berlin."""

CLERK = Person("ana", "Ana Weber", "staff", "hotel", Address("web", "ana"))
OTHER = Person("bo", "Bo Lindt", "staff", "hotel", Address("web", "bo"))
BOSS = Person("marta", "Marta Keller", "manager", "hotel", Address("web", "marta"))
TRAINER = Person("tom", "Tom Reiss", "trainer", "hotel", Address("web", "tom"))
AGENT = Person("lee", "Lee Chan", "staff", "call_centre", Address("web", "lee"))


def library() -> Library:
    """The shipped packs."""
    return built_in()


@lru_cache(maxsize=1)
def in_german() -> Library:
    """The same, with one play in German and Spanish, and a hotel that wants its cards in German."""
    loaded, problems = load(shipped(), Path(__file__).parent / "translated")
    assert not [str(p) for p in problems]
    return loaded


@dataclass
class FakeDesk:
    """The conversation with a fake memory and a clock that moves when told."""

    now: datetime = NOON
    memory: FakeMemory = field(default_factory=FakeMemory)
    turns: list[Turn] = field(default_factory=list)
    count: int = 0
    seen: set[str] = field(default_factory=set)
    """Keys of events handled: the real desk answers none twice."""

    readers: dict[str, Reads] = field(default_factory=dict)
    """Readers of sites that learned something."""

    plays: Callable[[], Library] = library
    """The packs in use."""

    def __post_init__(self) -> None:
        for person in (CLERK, OTHER, BOSS, TRAINER, AGENT):
            self.memory.everybody[person.id] = person

    @property
    def world(self) -> World:
        read_by = self.plays().grown(self.readers) if self.readers else self.plays()
        return World(self.now, read_by, self.memory)

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def _happen(self, event: Said | Tapped | Filled | Due) -> Turn:
        if event.key in self.seen:
            return Turn()
        self.seen.add(event.key)
        moment = self.memory.moment(moment_of(event)) if moment_of(event) else None
        turn = handle(event, moment, self.world)
        self.memory.keep(turn)
        self.turns.append(turn)
        return turn

    def _key(self) -> str:
        self.count += 1
        return f"test:{self.count}"

    def say(self, text: str, who: Person = CLERK, masked: tuple[str, ...] = ()) -> Turn:
        address = who.address or Address("web", who.id)
        return self._happen(Said(self._key(), self.now, who.id, address, text, masked))

    def tap(self, word: str, who: Person = CLERK) -> Turn:
        address = who.address or Address("web", who.id)
        return self._happen(Tapped(self._key(), self.now, who.id, address, word))

    def fill(self, word: str, fields: Mapping[str, str], who: Person = CLERK) -> Turn:
        address = who.address or Address("web", who.id)
        return self._happen(Filled(self._key(), self.now, who.id, address, word, fields))

    def press(self, label: str, turn: Turn | None = None, who: Person = CLERK) -> Turn:
        """Presses the button of that label on the last turn's cards."""
        for post in reversed((turn or self.turns[-1]).posts):
            for button in post.card.buttons:
                if button.label == label:
                    return self.tap(button.tap, who)
        seen = [b.label for p in (turn or self.turns[-1]).posts for b in p.card.buttons]
        raise AssertionError(f"there is no button {label!r} among {seen}")

    def due(self, follow_up: FollowUp) -> Turn:
        key = f"due:{follow_up.id}:{follow_up.due.timestamp():.3f}"
        return self._happen(Due(key, self.now, follow_up.id, follow_up.moment))

    def next_due(self) -> datetime | None:
        """When the clock has something to do next."""
        rows = self.memory.rows.values()
        return min((f.due for f in rows if f.state in ("waiting", "asked")), default=None)

    def run_due(self) -> list[Turn]:
        """Everything whose time has come, as the clock would do it."""
        ready = [
            f
            for m in list(self.memory.moments.values())
            for f in m.follow_ups
            if f.state in ("waiting", "asked") and f.due <= self.now
        ]
        return [self.due(f) for f in sorted(ready, key=lambda f: f.due)]

    def passing(self, span: timedelta) -> Iterator[Turn]:
        """Moves the clock; whatever comes due on the way is asked at its time."""
        for growth in list(self.memory.growths.values()):
            if growth.asked is not None:
                yield self._published(growth)
        end = self.now + span
        while (due := self.next_due()) is not None and due <= end:
            self.now = max(self.now, due)
            yield from self.run_due()
        self.now = end

    def _published(self, growth: Growth) -> Turn:
        """What a process of its own does: learns what was kept, beside a few known lines: too few
        to judge by, so it is taken."""
        kept = self.memory.corrections(growth.site, "kept")
        lessons = lessons_of(kept, library().house)
        told = answer(grown(shipped_weights(), lessons, shipped_lines()[::200]))
        made = replace(told, taken=True)
        new = learned(growth, made, kept, self.now) or growth
        self.memory.growths[growth.site] = replace(new, asked=None, asked_by="")
        if reader := reader_of(new):
            self.readers[growth.site] = reader
        who = self.memory.everybody[growth.asked_by]
        assert who.address is not None
        return Turn(posts=(Post(who.address, card_of(made), "grown", "tell", who.id, fresh=True),))

    def moment(self, turn: Turn | None = None) -> Moment:
        """The moment the last turn changed, as it is kept now."""
        last = turn or next(t for t in reversed(self.turns) if t.moments)
        return self.memory.moments[last.moments[0].id]


def cards(turn: Turn, who: Person = CLERK) -> list[Card]:
    """What this person was shown in the turn."""
    return [p.card for p in turn.posts if p.to.chat == who.id]


def card(turn: Turn, who: Person = CLERK) -> Card:
    """The last card this person was shown in the turn."""
    return cards(turn, who)[-1]


def fact(shown: Card, label: str) -> str:
    """The text of the fact with that label; empty where the card has none."""
    return " | ".join(f.text for f in shown.facts if f.label == label)


def labels(shown: Card) -> list[str]:
    """The labels of the buttons seen at first."""
    return [b.label for b in shown.buttons if not b.more]


def to_others(turn: Turn) -> list[Post]:
    """What went to anybody but the clerk."""
    return [p for p in turn.posts if p.to.chat != CLERK.id]
