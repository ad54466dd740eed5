"""A door over a real store, and short words for what is done at it."""

import asyncio
from dataclasses import dataclass, field

from bot.codes import VALID_FOR, fingerprint, new_code
from bot.conversations.flow import handle
from bot.conversations.types import (
    Address,
    Card,
    Invite,
    Parcel,
    Person,
    Said,
    Tapped,
    Turn,
)
from bot.conversations.world import World
from bot.door import StoreDoor
from playbooks.engine.vocabulary import Role
from storage.store import Book, Store
from tests.app.conftest import MovingClock
from tests.fakes.desk import library

BOSS = Person("boss", "Marta Keller", "manager", "hotel", Address("slack", "U0BOSS"))
ADMIN = Person("root", "Ada Wirth", "admin", "hotel", Address("slack", "U0ROOT"))


@dataclass
class Doorway:
    """A door, what it sent, and short words for what is done at it."""

    store: Store
    clock: MovingClock
    sent: list[Parcel] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.door = StoreDoor(self.store, lambda: library().house, self.clock.now, self.sent.extend)

    def enrol(self, *people: Person) -> None:
        def job(book: Book) -> None:
            for each in people:
                book.save_person(each)
                if each.address:
                    book.link(each.address.channel, each.address.chat, each.id, self.clock.now())

        self.store.call(job)

    def code(self, role: Role = "staff", site: str = "hotel", by: str = "boss", **more: str) -> str:
        code = new_code()
        until = self.clock.now() + VALID_FOR
        invite = Invite(fingerprint(code), role, site, by, until, **more)
        self.store.call(lambda book: book.invite(invite))
        return code

    def knock(self, account: str, text: str, channel: str = "slack", name: str = "Eve Ott") -> Card:
        return asyncio.run(self.door.knock(channel, account, name, text, "de-AT"))

    def admit(self, account: str, text: str = "room 412 no towels") -> Person | None:
        return asyncio.run(self.door.admit("slack", account, "Eve Ott", text, "de-AT"))

    def who(self, account: str, channel: str = "slack") -> Person | None:
        return asyncio.run(self.door.who(channel, account))

    def left(self, account: str, channel: str = "slack") -> None:
        asyncio.run(self.door.left(channel, account))

    def turn(self, event: Said | Tapped) -> Turn:
        def job(book: Book) -> Turn:
            turn = handle(event, None, World(self.clock.now(), library(), book))
            book.save(turn, self.clock.now(), event)
            return turn

        return self.store.call(job)

    def say(self, who: Person, text: str, chat: Address | None = None) -> Turn:
        where = chat or who.address or Address("web", who.id)
        return self.turn(Said(f"t:{text}", self.clock.now(), who.id, where, text))

    def press(self, who: Person, word: str) -> Turn:
        where = who.address or Address("web", who.id)
        return self.turn(Tapped(f"t:{word}", self.clock.now(), who.id, where, word))
