"""A real store on a file, a clock that moves when told, and channels that note what they show."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.channels.base import DeliveryError, Pace, Receive
from bot.conversations.types import Address, Card, Person
from bot.local import local_people
from storage.engine import migrate
from storage.store import Store, open_store
from tests.fakes.desk import library
from tests.storage.conftest import address, clean_server, empty_server, server

if TYPE_CHECKING:
    from tests.app.doorway import Doorway

__all__ = ["address", "clean_server", "empty_server", "server"]


@dataclass
class MovingClock:
    """Stands still until told to move."""

    at: datetime = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def wait(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class NotingChannel:
    """Shows nothing and notes everything; fails for a chat as long as it is told to."""

    name: str = "web"
    shows_once: bool = True
    pace: Pace | None = None
    shown: list[tuple[str, Card, str]] = field(default_factory=list)
    trouble: dict[str, Exception] = field(default_factory=dict)
    before: Callable[[Address], object] | None = None

    async def run(self, receive: Receive) -> None:
        raise NotImplementedError

    async def deliver(self, to: Address, card: Card, replaces: str = "") -> str:
        if self.before:
            self.before(to)
        if to.chat in self.trouble:
            raise self.trouble[to.chat]
        self.shown.append((to.chat, card, replaces))
        return replaces or f"message-{len(self.shown)}"


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def people() -> dict[str, Person]:
    return {p.id: p for p in local_people(library().house)}


@pytest.fixture
def store(address: str, clock: MovingClock, people: dict[str, Person]) -> Iterator[Store]:
    """Once on a SQLite file, once on a real PostgreSQL server."""
    migrate(address)
    opened = open_store(address, clock=clock.now)
    opened.call(lambda book: [book.save_person(p) for p in people.values()])
    yield opened
    opened.close()


@pytest.fixture
def blocked() -> DeliveryError:
    return DeliveryError("blocked by the person", permanent=True)


@pytest.fixture
def house(store: Store, clock: MovingClock) -> "Doorway":
    """The door of a hotel with a manager and an admin, both on Slack."""
    from tests.app.doorway import ADMIN, BOSS, Doorway

    doorway = Doorway(store, clock)
    doorway.enrol(BOSS, ADMIN)
    return doorway
