"""Brings every envelope one to four times, shuffled, over restarts, and counts the answers.

Run by hand: ``python -m tests.faults.redelivery slack 2000`` (or ``telegram``). The platform is our
own of the tests, over real loopback HTTP and WebSocket; behind it is the whole of Fifteen, started
anew on the same database five times. Every line must be one moment and one card.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bot.app import App, build
from bot.clock import SystemClock
from bot.conversations.types import Address, Person
from bot.settings import Settings
from storage.book import Book
from tests.fakes.slack_api.server import APP_TOKEN, BOT_TOKEN, SlackServer
from tests.fakes.slack_api.workspace import readable
from tests.fakes.telegram_api.server import TelegramApi, telegram_api
from tests.fakes.telegram_api.world import TOKEN

LIVES = 5
PEOPLE = 50
AT_ONCE = 20
"""Envelopes on their way at once: a platform waits for an acknowledgement three seconds."""
PATIENCE = 60.0


@dataclass(frozen=True)
class Verdict:
    """What the database and the platform hold at the end."""

    lines: int
    brought: int
    moments: int
    lost: list[str]
    repeated: list[str]

    @property
    def clean(self) -> bool:
        return self.moments == self.lines and not (self.lost or self.repeated)

    def __str__(self) -> str:
        return (
            f"{self.lines} lines brought {self.brought} times: {self.moments} moments, "
            f"{len(self.lost)} lines without a card, {len(self.repeated)} with several"
        )


class Post(Protocol):
    """One platform: how its lines are made, brought, and read back."""

    name: str

    def settings(self, folder: Path) -> Settings: ...

    def account(self, number: int) -> str:
        """Lets somebody in on the platform; her account there."""
        ...

    def line(self, account: str, text: str) -> Any: ...

    async def bring(self, app: App, line: Any) -> bool:
        """Whether it was acknowledged."""
        ...

    def titles(self, account: str) -> list[str]:
        """The words of all cards in her chat."""
        ...


class OnSlack:
    """Slack over the socket."""

    name = "slack"

    def __init__(self, server: SlackServer) -> None:
        self.server = server

    def settings(self, folder: Path) -> Settings:
        self.server.connected.clear()
        return Settings(
            data_dir=folder,
            slack_bot_token=BOT_TOKEN,
            slack_app_token=APP_TOKEN,
            slack_api_url=self.server.url,
        )

    def account(self, number: int) -> str:
        return self.server.workspace.join(f"U0P{number}", f"Clerk {number}")

    def line(self, account: str, text: str) -> Any:
        return self.server.workspace.types(account, text)

    async def bring(self, app: App, line: Any) -> bool:
        return await self.server.over_socket(line) is not None

    def titles(self, account: str) -> list[str]:
        space = self.server.workspace
        return [readable(card["blocks"]) for card in space.cards(space.dm(account))]


class OnTelegram:
    """Telegram, as a webhook hands its updates over."""

    name = "telegram"

    def __init__(self, api: TelegramApi) -> None:
        self.api = api

    def settings(self, folder: Path) -> Settings:
        return Settings(
            data_dir=folder,
            telegram_bot_token=TOKEN,
            telegram_base_url=self.api.base_url,
            telegram_webhook_secret="abcdefghijklmnopqrstuvwxyz-0123",
            public_host="fifteen.example",
        )

    def account(self, number: int) -> str:
        return str(6000 + number)

    def line(self, account: str, text: str) -> Any:
        return self.api.writes(int(account), text)

    async def bring(self, app: App, line: Any) -> bool:
        channel: Any = app.platforms["telegram"]
        return bool(await channel.take(line))

    def titles(self, account: str) -> list[str]:
        return [message.text for message in self.api.standing(int(account))]


def room(title: str) -> str:
    """The number of the room a card's title begins with, or nothing."""
    before, dot, _ = title.partition(" ·")
    return before.split()[-1] if dot and before.split() else ""


def answers(post: Post, accounts: Sequence[str]) -> Counter[str]:
    """How many cards there are of each room."""
    return Counter(found for each in accounts for t in post.titles(each) if (found := room(t)))


def enrol(book: Book, app: App, platform: str, accounts: Sequence[str]) -> None:
    site, now = app.playbooks.current().house.first, app.clock.now()
    for account in accounts:
        who = Person(f"p{account}", "Ann", "staff", site, Address(platform, account), shift="on")
        book.save_person(who)
        book.link(platform, account, who.id, now)


async def eventually(check: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not check():  # noqa: ASYNC110 - what is waited for happens on the far side
            await asyncio.sleep(0.02)


@asynccontextmanager
async def life(post: Post, accounts: Sequence[str], folder: Path) -> AsyncIterator[App]:
    """One run of Fifteen behind the platform, its cards sent as fast as it goes."""
    app = build(post.settings(folder), SystemClock())
    app.store.call(lambda book: enrol(book, app, post.name, accounts))
    channel: Any = app.platforms[post.name]
    channel.pace = None
    await app.tick()  # what the life before left on its way
    task = asyncio.create_task(channel.run(app.desk.receive))
    await eventually(lambda: getattr(channel, "open", True))
    try:
        yield app
        await asyncio.wait_for(app.courier.idle(), PATIENCE)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await app.close()


async def brought(lines: Sequence[Any], bring: Callable[[Any], Awaitable[bool]]) -> None:
    """Each until it is acknowledged, some at once."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(line: Any) -> None:
        async with gate, asyncio.timeout(PATIENCE):
            while not await bring(line):
                pass

    await asyncio.gather(*map(one, lines))


async def again_and_again(post: Post, lines: int, folder: Path, seed: int = 15) -> Verdict:
    """The whole of it on one platform."""
    dice = random.Random(seed)
    accounts = [post.account(number) for number in range(PEOPLE)]
    rooms = [str(1000 + number) for number in range(lines)]
    made = [
        post.line(accounts[n % PEOPLE], f"room {each} no towels") for n, each in enumerate(rooms)
    ]
    calls = [each for each in made for _ in range(dice.randint(1, 4))]
    dice.shuffle(calls)
    moments = 0
    for number in range(LIVES):
        async with life(post, accounts, folder) as app:
            await brought(calls[number::LIVES], lambda line, app=app: post.bring(app, line))
            moments = app.store.call(lambda book: book.counts()["moments"])
    found = answers(post, accounts)
    lost = [each for each in rooms if not found[each]]
    return Verdict(lines, len(calls), moments, lost, [r for r in found if found[r] > 1])


async def on(platform: str, lines: int, folder: Path) -> Verdict:
    """On a platform by its name."""
    if platform == "slack":
        async with SlackServer() as server:
            return await again_and_again(OnSlack(server), lines, folder)
    async with telegram_api() as api:
        return await again_and_again(OnTelegram(api), lines, folder)


def main() -> int:
    """1 where a line was lost, doubled or answered twice."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("platform", choices=("slack", "telegram"))
    asked.add_argument("lines", type=int)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        verdict = asyncio.run(on(given.platform, given.lines, Path(folder)))
    print(f"{given.platform}: {verdict}")
    return int(not verdict.clean)


if __name__ == "__main__":
    sys.exit(main())
