"""Every kind of identity, in every role, at every handler, by presses over HTTP: default deny."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count, product
from pathlib import Path

from bot.app import App, build
from bot.channels.base import Receipt
from bot.channels.telegram import TelegramChannel
from bot.codes import VALID_FOR, fingerprint, new_code
from bot.conversations.commands import COMMANDS
from bot.conversations.flow import NOT_ENROLLED, OTHER_SITE, VERBS, handle
from bot.conversations.taps import tap
from bot.conversations.types import Address, Event, Invite, Person, Said
from bot.conversations.world import World
from bot.settings import Settings
from playbooks.engine.vocabulary import ROLES, Role
from storage.store import Book
from tests.fakes.telegram_api.bench import ACCOUNTS, bench, until
from tests.fakes.telegram_api.server import TelegramApi, telegram_api
from tests.fakes.telegram_api.world import BOT, TOKEN, Json, Message, sender

HANDLERS = (*VERBS, *COMMANDS)
LINE = "guest 412 furious room not ready"
WORDS = (LINE, "/open", "/digest", "/table", "invite", "link", "people", f"/moment {LINE}")
GROUP = -1001
NAMELESS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
REFUSALS = {NOT_ENROLLED, OTHER_SITE} | {each.refused.title for each in COMMANDS.values()}


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@dataclass
class Somebody:
    """One identity: the account a press comes from, as whom Telegram names it."""

    kind: str
    role: Role
    account: int
    sender: Json = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    events: int = 0


@dataclass
class Hotel:
    """The store, the door and the channel, and what each press led to."""

    api: TelegramApi
    app: App
    clock: Clock
    moment: str = ""
    by_query: dict[str, tuple[Somebody, str]] = field(default_factory=dict)
    by_update: dict[int, tuple[Somebody, str]] = field(default_factory=dict)

    def enrol(self, who: Somebody, channel: str = "telegram", **changes: object) -> Person:
        account = str(who.account)
        at = Address(channel, account)
        person = Person(f"p{account}", "Kim Roth", who.role, "hotel", at)
        person = replace(person, **changes)  # type: ignore[arg-type]

        def job(book: Book) -> None:
            book.save_person(person)
            book.link(channel, account, person.id, self.clock.now())

        self.app.store.call(job)
        return person

    def code(self, role: Role) -> str:
        code = new_code()
        made = Invite(fingerprint(code), role, "hotel", "operator", self.clock.now() + VALID_FOR)
        self.app.store.call(lambda book: book.invite(made))
        return code

    async def receive(self, event: Event) -> Receipt:
        """What the turn would be, and nothing kept: one press must not spoil the next."""
        who, handler = self.by_update[int(event.key.removeprefix("telegram:"))]
        who.events += 1

        def job(book: Book) -> str:
            now = self.clock.now()
            turn = handle(event, book.moment(self.moment), World(now, self.library, book))
            return " ".join(post.card.title for post in turn.posts)

        title = await self.app.store.submit(job)
        if title not in REFUSALS and not title.startswith("This button is for "):
            who.opened.add(handler)
        return "new"

    @property
    def library(self):  # type: ignore[no-untyped-def] # noqa: ANN201 - the engine's own type
        return self.app.playbooks.current()

    def press(self, who: Somebody, handler: str) -> None:
        word = tap(handler, self.moment) if handler in VERBS else tap(handler)
        chat = GROUP if who.sender["id"] == NAMELESS["id"] else who.account
        query = f"q{len(self.by_query)}"
        self.api.presses[query] = None
        card = self.api.json(Message(1, chat, None, "A card"))
        body = {"id": query, "from": who.sender, "data": word, "message": card}
        update = self.api.update(callback_query=body)
        self.by_query[query] = self.by_update[update["update_id"]] = who, handler


# --- who they are ------------------------------------------------------------------------------

Kind = Callable[[Hotel, Somebody], object]


def enrolled(hotel: Hotel, who: Somebody) -> None:
    hotel.enrol(who)


def linked(hotel: Hotel, who: Somebody) -> None:
    person = hotel.enrol(who, "slack", address=Address("slack", "U5"))
    account, now = str(who.account), hotel.clock.now()
    hotel.app.store.call(lambda book: book.link("telegram", account, person.id, now))


def of_another_site(hotel: Hotel, who: Somebody) -> None:
    hotel.enrol(who, site="call_centre")


def stranger(hotel: Hotel, who: Somebody) -> None:
    """Somebody Telegram knows, and nobody else."""


def same_number_on_slack(hotel: Hotel, who: Somebody) -> None:
    hotel.enrol(who, "slack")


def same_name(hotel: Hotel, who: Somebody) -> None:
    who.sender |= {"first_name": "Kim", "last_name": "Roth", "username": "kim_roth"}


def invited(hotel: Hotel, who: Somebody) -> None:
    hotel.code(who.role)


async def came_too_late(hotel: Hotel, who: Somebody) -> None:
    code = hotel.code(who.role)
    hotel.clock.at += VALID_FOR + timedelta(seconds=1)
    await hotel.app.door.knock("telegram", str(who.account), "Kim Roth", code)


def removed(hotel: Hotel, who: Somebody) -> None:
    hotel.enrol(who, active=False)


async def gone(hotel: Hotel, who: Somebody) -> None:
    hotel.enrol(who)
    await hotel.app.door.left("telegram", str(who.account))


def bot_of_her_number(hotel: Hotel, who: Somebody) -> None:
    hotel.enrol(who)
    who.sender |= {"is_bot": True}


def anonymous_administrator(hotel: Hotel, who: Somebody) -> None:
    hotel.enrol(who)
    who.sender = dict(NAMELESS)


KNOWN: tuple[Kind, ...] = (enrolled, linked, of_another_site)
STRANGE: tuple[Kind, ...] = (
    *(stranger, same_number_on_slack, same_name, invited, came_too_late, removed, gone),
    *(bot_of_her_number, anonymous_administrator),
)
SILENT = {"bot_of_her_number", "anonymous_administrator"}


async def everybody(hotel: Hotel) -> list[Somebody]:
    """Each kind in each role, under a number of its own."""
    numbers, found = count(6001), []
    for kind, role in product((*KNOWN, *STRANGE), ROLES):
        number = next(numbers)
        hotel.api.person(number)
        who = Somebody(kind.__name__, role, number, sender(number))
        made = kind(hotel, who)
        if asyncio.iscoroutine(made):
            await made
        found.append(who)
    return found


def may(who: Somebody) -> Iterator[str]:
    """What the table of roles lets somebody known do."""
    home = who.kind != "of_another_site" or who.role == "admin"
    yield from (name for name, verb in VERBS.items() if who.role in verb.roles and home)
    yield from (name for name, command in COMMANDS.items() if who.role in command.roles)


async def test_every_handler_is_open_to_its_roles_and_to_nobody_else(home: Path) -> None:
    async with telegram_api() as api:
        clock = Clock()
        settings = Settings(data_dir=home, telegram_bot_token=TOKEN, telegram_base_url=api.base_url)
        hotel = Hotel(api, build(settings, clock), clock)
        api.group(GROUP)
        channel = hotel.app.platforms["telegram"]
        assert isinstance(channel, TelegramChannel)
        people = await everybody(hotel)
        hotel.moment = a_moment(hotel, people[0])
        task = asyncio.create_task(channel.run(hotel.receive))
        try:
            await until(lambda: channel.open)
            for who, handler in product(people, HANDLERS):
                hotel.press(who, handler)
            async with asyncio.timeout(60):
                await api.all_confirmed()
                await channel.idle()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await hotel.app.close()
    known = {kind.__name__ for kind in KNOWN}
    assert len(people) == 12 * len(ROLES)
    for who in people:
        assert who.events == (len(HANDLERS) if who.kind in known else 0), who
        assert who.opened == (set(may(who)) if who.kind in known else set()), who
    told = defaultdict(set)
    for query, (who, _) in hotel.by_query.items():
        told[who.kind].add(api.presses[query])
    assert {kind for kind, words in told.items() if words == {None}} == SILENT
    for kind in STRANGE:
        if kind.__name__ not in SILENT:
            # On a crowded machine a press is ended before its refusal is ready: no words then.
            said = told[kind.__name__] - {None}
            assert said, kind
            assert all("not enrolled" in str(words) for words in said), kind


def a_moment(hotel: Hotel, who: Somebody) -> str:
    """One moment at the hotel, somebody's own."""
    person = hotel.app.store.call(lambda book: book.person(f"p{who.account}"))
    assert person
    now = hotel.clock.now()
    said = Said("m", now, person.id, Address("telegram", str(who.account)), LINE)
    hotel.app.store.call(lambda book: hotel.app.desk.turn(book, said))
    rows = hotel.app.store.call(lambda book: [row["id"] for row in book.export("moments")])
    return str(rows[0])


# --- words of whom Telegram calls no person ----------------------------------------------------

NO_PERSON: dict[str, Json] = {
    "bot": {"from": {"id": 101, "is_bot": True, "first_name": "Ana"}},
    "ourselves": {"from": BOT},
    "nobody": {"from": None},
    "forwarded": {"forward_origin": {"type": "user"}},
    "through another bot": {"via_bot": {"id": 5, "is_bot": True}},
    "anonymous administrator": {
        "from": NAMELESS,
        "sender_chat": {"id": GROUP, "type": "supergroup"},
    },
    "a channel": {"sender_chat": {"id": -1002, "type": "channel"}},
}


async def test_no_word_is_taken_from_whom_telegram_calls_no_person() -> None:
    async with bench() as hotel, hotel.running():
        hotel.api.group(GROUP)
        for account, kind in product(ACCOUNTS.values(), NO_PERSON):
            for words in WORDS:
                hotel.api.writes(account, words, **NO_PERSON[kind])
                hotel.api.writes(account, f"@{BOT['username']} {words}", GROUP, **NO_PERSON[kind])
        await hotel.settled()
        assert hotel.events == []
