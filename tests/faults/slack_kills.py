"""Kills a running Fifteen behind Slack, over and over, and counts what became of every line.

Run by hand: ``python -m tests.faults.slack_kills 200``. Three kinds of kill take turns: while lines
come in, the moment a line was acknowledged, and between a card standing in Slack and its being
noted here. As Slack does, what was not acknowledged is sent again.
"""

import asyncio
import contextlib
import os
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.conversations.types import Address, Person
from storage.engine import migrate
from storage.store import open_store
from tests.fakes.slack_api.server import APP_TOKEN, BOT_TOKEN, SlackServer
from tests.fakes.slack_api.workspace import Sending, readable

ROOT = Path(__file__).resolve().parents[2]
DESK = 24
"""People typing: enough that the pace of one chat holds nobody up."""
DRAIN = 60.0
KINDS = ("while lines come in", "after an acknowledgement", "between a card and its note")


@dataclass(frozen=True)
class Verdict:
    """What Slack shows at the end. ``lost``: acknowledged and never answered."""

    kills: int
    lines: int
    lost: list[str]
    repeated: list[str]

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.lines} lines acknowledged: {len(self.lost)} lost, "
            f"{len(self.repeated)} answered twice"
        )


class House:
    """One database, and the process that lives on it, as often as it is started."""

    def __init__(self, server: SlackServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.process: asyncio.subprocess.Process | None = None

    def enrol(self) -> None:
        """Everybody at the desk, before the first start."""
        url, now = f"sqlite:///{self.folder / 'fifteen.db'}", datetime.now(UTC)
        migrate(url)
        store = open_store(url, clock=lambda: now)
        for number in range(DESK):
            account = self.server.workspace.join(f"U0P{number}", f"Clerk {number}")
            who = Person(
                f"p{number}", f"Clerk {number}", "staff", "hotel", Address("slack", account)
            )

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
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": self.server.url,
        }
        with (self.folder / "log.txt").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=ROOT, env=environ, stdout=log, stderr=log
            )
        await asyncio.wait_for(self.server.connected.wait(), DRAIN)

    def shoot(self) -> None:
        """SIGKILL, wherever it stands."""
        if self.process and self.process.returncode is None:
            self.process.kill()

    async def gone(self) -> None:
        assert self.process
        await self.process.wait()
        self.server.connected.clear()


async def sent_until_taken(server: SlackServer, sending: Sending) -> None:
    while await server.over_socket(sending, 1.5) is None:
        continue


async def one_kill(house: House, kind: str, lines: list[Sending], dice: random.Random) -> None:
    """Sends the lines and kills meanwhile; ends when all of them are acknowledged."""
    server = house.server
    work = [asyncio.create_task(sent_until_taken(server, line)) for line in lines]
    if kind == KINDS[0]:
        await asyncio.sleep(dice.uniform(0, 0.15))
    elif kind == KINDS[1]:
        await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
    else:
        left = dice.randint(1, len(lines) // 2)
        shot = asyncio.Event()

        def posted() -> None:
            nonlocal left
            left -= 1
            if not left:
                house.shoot()
                shot.set()

        server.posted = posted
        await asyncio.wait_for(shot.wait(), DRAIN)
        server.posted = None
    house.shoot()
    await house.gone()
    await house.start()
    await asyncio.gather(*work)


def answers(server: SlackServer) -> Counter[str]:
    """How often each line is answered: the number of its room stands before the dot."""
    found: Counter[str] = Counter()
    for number in range(DESK):
        for message in server.workspace.cards(server.workspace.dm(f"U0P{number}")):
            before, dot, _ = readable(message["blocks"]).partition(" ·")
            if dot:
                found[before.split()[-1]] += 1
    return found


async def kills(cycles: int, folder: Path, seed: int = 15) -> Verdict:
    """So many kills; then everything left over is waited for."""
    dice = random.Random(seed)
    async with SlackServer() as server:
        house = House(server, folder)
        house.enrol()
        await house.start()
        rooms: list[str] = []
        for cycle in range(cycles):
            fresh = [str(1000 + len(rooms) + n) for n in range(DESK // 2)]
            people = dice.sample(range(DESK), len(fresh))
            lines = [
                server.workspace.types(f"U0P{who}", f"room {room} no towels")
                for who, room in zip(people, fresh, strict=True)
            ]
            rooms += fresh
            await one_kill(house, KINDS[cycle % len(KINDS)], lines, dice)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN + cycles):
                while set(rooms) - set(answers(server)):  # noqa: ASYNC110 - happens in the process
                    await asyncio.sleep(0.1)
        await asyncio.sleep(2)
        house.shoot()
        await house.gone()
        found = answers(server)
        lost = [room for room in rooms if not found[room]]
        return Verdict(cycles, len(rooms), lost, [room for room in rooms if found[room] > 1])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        print(asyncio.run(kills(int(sys.argv[1]), Path(made))))
