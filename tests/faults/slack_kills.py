"""Kills a running Fifteen behind Slack, over and over, and counts what became of every line.

Run by hand: ``python -m tests.faults.slack_kills --mode http --at ack 200``. Lines come over the
socket or over HTTP. Each kill is SIGKILL, aimed from outside by what Slack saw: ``load`` somewhere
while lines come in, ``ack`` right after one was acknowledged, ``send`` right after a card stands in
Slack and before its answer is written down, ``file`` the same with managers who ask for their week
as a file; up to 20 ms later, drawn anew each time. As Slack does, what was not acknowledged within
three seconds is sent again and says how often it was.
"""

import argparse
import asyncio
import contextlib
import os
import random
import re
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from aiohttp import ClientError

from bot.conversations.types import Address, Person
from storage.engine import migrate
from storage.store import open_store
from tests.fakes.slack_api.server import APP_TOKEN, BOT_TOKEN, SECRET, SlackServer
from tests.fakes.slack_api.workspace import Sending, readable

Mode: TypeAlias = Literal["socket", "http"]
Aim: TypeAlias = Literal["load", "ack", "send", "file"]

ROOT = Path(__file__).resolve().parents[2]
DESK = 24
"""People typing: enough that the pace of one chat holds nobody up."""
BOSSES = 8
DRAIN = 60.0
AIMS: tuple[Aim, ...] = ("load", "ack", "send", "file")
LATER = {"load": 0.15, "ack": 0.02, "send": 0.02, "file": 0.02}
"""Seconds after its signal within which a kill falls."""
CARDS = "SELECT id FROM outbox WHERE state IN ('ready', 'sending')"
LINES = "SELECT 1 FROM inbox WHERE state = 'kept'"


@dataclass(frozen=True)
class Verdict:
    """What Slack shows at the end. ``lost``: acknowledged and never answered. ``open_kills`` fell
    while something was acknowledged or shown that was not finished: those aimed well."""

    kills: int
    open_kills: int
    lines: int
    lost: list[str]
    repeated: list[str]

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.open_kills} of them with something open, "
            f"{self.lines} lines acknowledged: {len(self.lost)} lost, "
            f"{len(self.repeated)} answered twice"
        )


class House:
    """One database, and the process that lives on it, as often as it is started."""

    def __init__(self, server: SlackServer, folder: Path, mode: Mode) -> None:
        self.server = server
        self.folder = folder
        self.mode = mode
        self.up = asyncio.Event()
        self.at = ""
        self.acknowledged: set[str] = set()
        self.process: asyncio.subprocess.Process | None = None

    def enrol(self) -> None:
        """Everybody at the desk, before the first start."""
        url, now = f"sqlite:///{self.folder / 'fifteen.db'}", datetime.now(UTC)
        migrate(url)
        store = open_store(url, clock=lambda: now)
        desk = [(f"P{number}", "staff") for number in range(DESK)]
        for name, role in (*desk, *((f"M{number}", "manager") for number in range(BOSSES))):
            account = self.server.workspace.join(f"U0{name}", name)
            who = Person(name.lower(), name, role, "hotel", Address("slack", account))  # type: ignore[arg-type]

            def save(book, who=who, account=account):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
                book.save_person(who)
                book.link("slack", account, who.id, now)

            store.call(save)
        store.close()

    async def start(self) -> None:
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "FIFTEEN_DATA_DIR": str(self.folder),
            "FIFTEEN_PORT": "0",
            "FIFTEEN_TICK_SECONDS": "0.2",
            "FIFTEEN_LOG_LEVEL": "DEBUG",
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_API_URL": self.server.url,
            **(
                {"SLACK_APP_TOKEN": APP_TOKEN}
                if self.mode == "socket"
                else {"SLACK_SIGNING_SECRET": SECRET, "FIFTEEN_PUBLIC_HOST": "fifteen.example.com"}
            ),
        }
        with (self.folder / "log.txt").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run",
                cwd=ROOT, env=environ, stdout=asyncio.subprocess.PIPE, stderr=log,
            )  # fmt: skip
        async with asyncio.timeout(DRAIN):
            await (self.server.connected.wait() if self.mode == "socket" else self._address())
        self.up.set()

    async def _address(self) -> None:
        assert self.process
        assert self.process.stdout
        async for line in self.process.stdout:
            if found := re.search(rb"http://127\.0\.0\.1:\d+", line):
                self.at = f"{found[0].decode()}/slack/events"
                return
        raise AssertionError(f"Fifteen did not start: {(self.folder / 'log.txt').read_text()}")

    def shoot(self) -> None:
        """SIGKILL, wherever it stands."""
        self.up.clear()
        if self.process and self.process.returncode is None:
            self.process.kill()

    async def gone(self) -> None:
        assert self.process
        await self.process.wait()
        self.server.connected.clear()

    async def brings(self, sending: Sending, room: str) -> None:
        """Sends it until it is acknowledged, as Slack does; the waits between are shorter."""
        tries = 0
        while not await self._sent(sending, tries):
            tries += 1
            await asyncio.wait_for(self.up.wait(), DRAIN)
        self.acknowledged.add(room)

    async def _sent(self, sending: Sending, tries: int) -> bool:
        if self.mode == "socket":
            return await self.server.over_socket(sending, 3.0) is not None
        again = {"x_slack_retry_num": str(tries), "x_slack_retry_reason": "http_error"}
        try:
            async with asyncio.timeout(3.0):
                told = await self.server.over_http(sending, self.at, **(again if tries else {}))
        except (ClientError, TimeoutError, OSError):
            return False
        return told[0] == 200

    def is_open(self, aim: Aim) -> bool:
        """Whether the process died with something unfinished: a line acknowledged and no card, or
        a card in Slack that the outbox does not know as sent."""
        if aim not in ("send", "file"):
            return bool(self.acknowledged - set(answers(self.server)))
        going = {str(number) for number in self._numbers(CARDS)}
        return bool(going & set(standing(self.server)))

    def busy(self) -> bool:
        """Whether it has something to answer or to send."""
        return bool(self._numbers(CARDS) or self._numbers(LINES))

    def _numbers(self, asked: str) -> list[int]:
        with contextlib.closing(sqlite3.connect(self.folder / "fifteen.db", timeout=10)) as rows:
            return [int(number) for (number,) in rows.execute(asked)]


def standing(server: SlackServer) -> list[str]:
    """The outbox numbers of all cards in Slack: each one's mark begins with it."""
    every = (m for chat in server.workspace.messages.values() for m in chat.values())
    marks = (m["metadata"]["event_payload"]["mark"] for m in every if "metadata" in m)
    return [str(mark).partition("-")[0] for mark in marks]


async def one_kill(house: House, aim: Aim, lines: dict[str, Sending], dice: random.Random) -> bool:
    """Sends the lines and kills meanwhile; ends when all of them are acknowledged."""
    server, left, struck = house.server, dice.randint(1, len(lines) // 2), asyncio.Event()

    def signal() -> None:
        nonlocal left
        left -= 1
        if not left:
            struck.set()

    server.posted = signal if aim in ("send", "file") else None
    server.acked = signal if aim == "ack" else None
    work = [asyncio.create_task(house.brings(line, room)) for room, line in lines.items()]
    if aim != "load":
        await asyncio.wait_for(struck.wait(), DRAIN)
    await asyncio.sleep(dice.uniform(0, LATER[aim]))
    house.shoot()
    server.posted = server.acked = None
    await house.gone()
    unfinished = house.is_open(aim)
    await house.start()
    await asyncio.gather(*work)
    return unfinished


def answers(server: SlackServer) -> Counter[str]:
    """How often each line is answered: the number of its room stands before the dot."""
    found: Counter[str] = Counter()
    for number in range(DESK):
        for message in server.workspace.cards(server.workspace.dm(f"U0P{number}")):
            before, dot, _ = readable(message["blocks"]).partition(" ·")
            if dot:
                found[before.split()[-1]] += 1
    return found + tables(server)


def tables(server: SlackServer) -> Counter[str]:
    """The files each manager has, numbered, each counted with its card."""
    found: Counter[str] = Counter()
    for boss in range(BOSSES):
        room = server.workspace.dm(f"U0M{boss}")
        shown = [readable(card["blocks"]) for card in server.workspace.cards(room)]
        cards = sum("week as a table" in each for each in shown)
        files = len(server.workspace.files(room))
        found |= {f"file {boss}.{number}": 1 for number in range(min(cards, files))}
        found |= {
            f"file {boss}.{number}": 2 for number in range(min(cards, files), max(cards, files))
        }
    return found


async def drained(house: House, rooms: Sequence[str], limit: float) -> None:
    """Waits until every line is answered and nothing is left that might come a second time."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(limit):
            while house.busy() or set(rooms) - set(answers(house.server)):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    house.shoot()
    await house.gone()


def typed(
    server: SlackServer, aim: Aim, before: Sequence[str], dice: random.Random
) -> dict[str, Sending]:
    """What some of them type in one cycle, by what its answer is known by."""
    space = server.workspace
    if aim == "file":
        bosses = dice.sample(range(BOSSES), BOSSES // 2)
        asked = {b: sum(each.startswith(f"file {b}.") for each in before) for b in bosses}
        return {f"file {b}.{n}": space.types(f"U0M{b}", "table") for b, n in asked.items()}
    rooms = [str(1000 + len(before) + number) for number in range(DESK // 2)]
    people = dice.sample(range(DESK), len(rooms))
    return {
        room: space.types(f"U0P{who}", f"room {room} no towels")
        for who, room in zip(people, rooms, strict=True)
    }


async def kills(
    cycles: int, folder: Path, mode: Mode = "socket", aims: Sequence[Aim] = AIMS, seed: int = 15
) -> Verdict:
    """So many kills; then everything left over is waited for."""
    dice = random.Random(seed)
    async with SlackServer() as server:
        house = House(server, folder, mode)
        house.enrol()
        await house.start()
        rooms: list[str] = []
        unfinished = 0
        for cycle in range(cycles):
            aim = aims[cycle % len(aims)]
            lines = typed(server, aim, rooms, dice)
            rooms += lines
            unfinished += await one_kill(house, aim, lines, dice)
        await drained(house, rooms, DRAIN + cycles)
        found = answers(server)
        lost = [room for room in rooms if not found[room]]
        twice = [room for room in found if found[room] > 1 or room not in rooms]
        return Verdict(cycles, unfinished, len(rooms), lost, twice)


def main() -> int:
    """Runs what the command line asks for; 1 where anything was lost or came twice."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("kills", type=int)
    asked.add_argument("--mode", choices=("socket", "http"), default="socket")
    asked.add_argument("--at", choices=AIMS, action="append", help="several: they take turns")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        verdict = asyncio.run(kills(given.kills, Path(made), given.mode, given.at or AIMS))
    print(f"{given.mode}, {' and '.join(given.at or AIMS)}: {verdict}")
    return 1 if verdict.lost or verdict.repeated else 0


if __name__ == "__main__":
    sys.exit(main())
