"""Kills a running Fifteen behind Telegram, over and over, and counts what became of every line.

Run by hand: ``python -m tests.faults.telegram_kills --at polling 200``. It strikes while lines are
polled for (``polling``, at any moment), right after Telegram heard that a line is kept (``ack``: a
call for later updates or, in every other life, the 200 of the webhook), or up to 20 ms after
Telegram took a card (``send``). As Telegram does, what was not acknowledged comes again.
"""

import argparse
import asyncio
import contextlib
import os
import random
import re
import socket
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import aiohttp

from bot.clock import SystemClock
from bot.commands.looking import looking
from bot.conversations.types import Address, Person
from bot.settings import Settings
from storage.engine import migrate
from storage.errors import StorageError
from storage.store import open_store
from tests.fakes.telegram_api.server import TelegramApi, telegram_api
from tests.fakes.telegram_api.world import TOKEN, Message

At = Literal["polling", "ack", "send"]

ROOT = Path(__file__).resolve().parents[2]
DESK = 24
"""People typing: enough that the pace of one chat holds nobody up."""
LINES = 6
"""Lines typed between two kills: about as many as are answered, or a queue would grow."""
DRAIN = 60.0
"""Seconds in which something has to happen."""
SECRET = "abcdefghijklmnopqrstuvwxyz-0123"
AGAIN = "Sent again"
ANSWER = re.compile(r"^\D*(\d{4,}) ·")


@dataclass(frozen=True)
class Verdict:
    """What stands in the chats at the end. ``lost``: never answered; ``doubled``: of these there
    are several moments, or none; ``repeats``: how many cards stand there a second time;
    ``unmarked``: repeated without a word that it is a repeat; ``often``: repeated though nothing
    was killed since."""

    at: str
    kills: int
    lines: int
    lost: list[str]
    doubled: list[str]
    repeats: int
    unmarked: list[str]
    often: list[str]

    @property
    def good(self) -> bool:
        """What the product promises: no kill repeats a card more than once. Several cards may be on
        the wire when it strikes, the more the slower the machine, so ``repeats`` is only told."""
        return not (self.lost or self.doubled or self.unmarked or self.often)

    def __str__(self) -> str:
        return (
            f"at {self.at}: {self.kills} kills, {self.lines} lines: {len(self.lost)} lost, "
            f"{len(self.doubled)} not one moment, {self.repeats} repeats "
            f"({len(self.unmarked)} unmarked, {len(self.often)} without a kill)"
        )


@dataclass
class House:
    """One database, and the process that lives on it, as often as it is started."""

    api: TelegramApi
    folder: Path
    hook: bool = False
    """Whether Telegram calls this life of it, or is asked."""
    port: int = 0
    process: asyncio.subprocess.Process | None = None
    killed: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def settings(self) -> Settings:
        return Settings(data_dir=self.folder)

    def enrol(self) -> None:
        """Everybody at the desk, before the first start."""
        now, url = datetime.now(UTC), self.settings.database
        migrate(url)
        with open_store(url, clock=lambda: now) as store:
            for number in range(DESK):
                self.api.person(account(number))
                at = Address("telegram", str(account(number)))
                who = Person(f"p{number}", f"Clerk {number}", "staff", "hotel", at)

                def save(book, who=who, at=at):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
                    book.save_person(who)
                    book.link(at.channel, at.chat, who.id, now)

                store.call(save)

    async def start(self) -> None:
        """A new life; until Telegram was asked, or told where to call."""
        self.ready.clear()
        self.port = free_port()
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "FIFTEEN_DATA_DIR": str(self.folder),
            "FIFTEEN_PORT": str(self.port),
            "FIFTEEN_TICK_SECONDS": "0.2",
            "FIFTEEN_LOG_LEVEL": "DEBUG",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_BASE_URL": self.api.base_url,
        }
        if self.hook:
            environ |= {
                "TELEGRAM_WEBHOOK_SECRET": SECRET,
                "FIFTEEN_PUBLIC_HOST": "fifteen.example",
            }
        with (self.folder / "log.txt").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=ROOT, env=environ, stdout=log, stderr=log
            )
        ended = asyncio.create_task(self.process.wait())
        begun = asyncio.create_task(self.ready.wait())
        await asyncio.wait((ended, begun), timeout=DRAIN, return_when=asyncio.FIRST_COMPLETED)
        assert begun.done(), (self.folder / "log.txt").read_text()[-2000:]
        ended.cancel()

    def heard(self, method: str) -> None:
        """The process has come so far that lines reach it."""
        if method == ("setMyCommands" if self.hook else "getUpdates"):
            self.ready.set()

    def shoot(self) -> None:
        """SIGKILL, wherever it stands."""
        if self.process and self.process.returncode is None:
            self.process.kill()

    async def gone(self) -> None:
        assert self.process
        await self.process.wait()
        self.killed += 1


def account(number: int) -> int:
    return 6000 + number


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Killing:
    """One run: types lines, strikes, starts anew, and counts in the end."""

    def __init__(self, house: House, at: At, dice: random.Random) -> None:
        self.house = house
        self.api = house.api
        self.at = at
        self.dice = dice
        self.rooms: list[str] = []
        self.struck = asyncio.Event()
        self.strike: Callable[[str], None] | None = None
        self.lives: dict[int, int] = {}
        """In which life of the process each card was sent."""
        self.api.taken = self._taken

    def _taken(self, method: str) -> None:
        self.house.heard(method)
        if method == "sendMessage":
            self.lives[self.api.last_message] = self.house.killed
        if self.strike:
            self.strike(method)

    def shoot(self) -> None:
        self.house.shoot()
        self.struck.set()

    async def cycle(self) -> None:
        """Types, strikes meanwhile, and starts the next life."""
        people = self.dice.sample(range(DESK), LINES)
        wanted = self.dice.randint(1, LINES)
        first = self.api.last_update
        self.struck.clear()
        if self.at == "polling":
            asyncio.get_running_loop().call_later(self.dice.uniform(0, 0.6), self.shoot)
        elif self.at == "send":
            self.strike = self._when_sent(wanted)
        elif not self.house.hook:
            self.strike = self._when_asked(first + wanted)
        calling = asyncio.create_task(self._call(first + wanted)) if self.house.hook else None
        for who in people:
            room = str(1000 + len(self.rooms))
            self.rooms.append(room)
            self.api.writes(account(who), f"room {room} no towels")
            await asyncio.sleep(self.dice.uniform(0, 0.02))
        async with asyncio.timeout(DRAIN):
            await self.struck.wait()
            if calling:
                await calling
        self.strike = None
        await self.house.gone()
        if self.at == "ack":
            self.house.hook = not self.house.hook
        await self.house.start()

    def _when_sent(self, wanted: int) -> Callable[[str], None]:
        """Strikes up to 20 ms after Telegram took so many cards; most often within the four in
        which Fifteen hears of it and writes it down, or at once."""
        left = wanted
        wait = self.dice.choice((0.0, self.dice.uniform(0, 0.004), self.dice.uniform(0, 0.02)))

        def strike(method: str) -> None:
            nonlocal left
            left -= method == "sendMessage"
            if left:
                return
            left = -1
            if wait:
                asyncio.get_running_loop().call_later(wait, self.shoot)
            else:
                self.shoot()

        return strike

    def _when_asked(self, update: int) -> Callable[[str], None]:
        """Strikes as soon as that update is confirmed."""

        def strike(method: str) -> None:
            if method == "getUpdates" and self.api.confirmed > update:
                self.shoot()

        return strike

    async def _call(self, last: int) -> None:
        """Calls the webhook with what waits, several at once as Telegram does, and strikes when
        that update is acknowledged."""
        address = f"http://127.0.0.1:{self.house.port}/telegram/webhook"
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}

        async def one(http: aiohttp.ClientSession, update: dict[str, object]) -> None:
            with contextlib.suppress(aiohttp.ClientError, OSError):
                async with http.post(address, json=update, headers=headers) as answer:
                    if answer.status != 200:
                        return
                self.api.updates.remove(update)
                if update["update_id"] == last:
                    self.shoot()

        async with aiohttp.ClientSession() as http:
            while not self.struck.is_set():
                await asyncio.gather(*(one(http, update) for update in self.api.updates[:4]))
                await asyncio.sleep(0.005)

    async def drain(self) -> None:
        """Until every line is answered and nothing is on its way any more."""
        calling = asyncio.create_task(self._call(-1)) if self.house.hook else None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN) as patience:
                while set(self.rooms) - set(self.answers()) or self._on_their_way():
                    before = self.api.last_message
                    await asyncio.sleep(0.2)  # it happens in the process
                    if self.api.last_message > before:
                        patience.reschedule(asyncio.get_running_loop().time() + DRAIN)
        self.shoot()
        if calling:
            await calling
        await self.house.gone()

    def _on_their_way(self) -> int:
        try:
            with looking(self.house.settings, SystemClock()) as book:
                counts = book.counts()
        except StorageError:
            return 1
        return counts["outbox_ready"] + counts["outbox_sending"] + counts["inbox_unsettled"]

    def answers(self) -> dict[str, list[Message]]:
        """The cards of each line, by the number of its room."""
        found: dict[str, list[Message]] = defaultdict(list)
        for _, message in sorted(self.api.messages.items()):
            about = ANSWER.match(message.text) if message.mine else None
            if about:
                found[about.group(1)].append(message)
        return found

    def _twice_in_a_life(self, cards: list[Message]) -> bool:
        lives = [self.lives[card.id] for card in cards]
        return len(set(lives)) < len(lives)

    def verdict(self, kills: int) -> Verdict:
        found = self.answers()
        with looking(self.house.settings, SystemClock()) as book:
            kept = Counter(str(row["text"]) for row in book.export("moments"))
        repeated = {room: cards[1:] for room, cards in found.items() if cards[1:]}
        return Verdict(
            self.at,
            kills,
            len(self.rooms),
            [room for room in self.rooms if room not in found],
            [room for room in self.rooms if kept[f"room {room} no towels"] != 1],
            sum(map(len, repeated.values())),
            [
                room
                for room, cards in repeated.items()
                if any(AGAIN not in card.text for card in cards)
            ],
            [room for room, cards in found.items() if self._twice_in_a_life(cards)],
        )


async def kills(at: At, cycles: int, folder: Path, seed: int = 15) -> Verdict:
    """So many kills; then everything left over is waited for."""
    async with telegram_api() as api:
        house = House(api, folder)
        house.enrol()
        killing = Killing(house, at, random.Random(seed))
        await house.start()
        for _ in range(cycles):
            await killing.cycle()
        await killing.drain()
        return killing.verdict(cycles)


def main() -> int:
    """The command; 1 where a promise was broken."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--at", choices=("polling", "ack", "send"), required=True)
    told.add_argument("kills", type=int)
    given = told.parse_args()
    with tempfile.TemporaryDirectory() as made:
        verdict = asyncio.run(kills(given.at, given.kills, Path(made)))
    print(verdict)
    for name in ("lost", "doubled", "unmarked", "often"):
        if getattr(verdict, name):
            print(f"{name}: {' '.join(getattr(verdict, name)[:40])}")
    return 0 if verdict.good else 1


if __name__ == "__main__":
    sys.exit(main())
