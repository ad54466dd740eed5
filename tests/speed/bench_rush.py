"""Five hundred questions due at once in fifty chats, by the machine's own clock and over real HTTP.

Everything is the product's: the rows in a database file, the courier, the Telegram channel and the
library. Before it stands a server that permits 30 messages in any second and answers 429 to the
rest. First with live answers in between, then with one chat told to wait all the while. A rush
takes the seventeen seconds the permitted rate makes of it.
"""

import asyncio
import logging
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.conversations.types import Address, Card, Lane, Post, Turn
from bot.courier import Courier
from storage.store import Store, open_store
from tests.fakes.telegram_api.bench import Bench
from tests.fakes.telegram_api.server import TelegramApi, telegram_api
from tests.speed.figures import say, say_load

CHATS, QUESTIONS, ANSWERS, PERMITTED = 50, 500, 60, 30
HELD = 7


@dataclass
class Rush:
    """What the server saw: when each card stood, by its title, and what it refused."""

    shown: dict[str, float] = field(default_factory=dict)
    chats: dict[str, int] = field(default_factory=dict)
    asked: dict[str, float] = field(default_factory=dict)
    too_fast: int = 0
    told_to_wait: int = 0
    doubled: int = 0
    kept: int = 0
    """Cards that wait in the outbox at the end."""

    def note(self, title: str, chat: int) -> None:
        self.doubled += title in self.shown
        self.shown[title], self.chats[title] = time.monotonic(), chat

    def rate(self, *, but: int = -1) -> float:
        """Of the permitted rate while there was something to send; 1 is all of it."""
        times = sorted(at for title, at in self.shown.items() if self.chats[title] != but)
        return (len(times) - 1) / (times[-1] - times[0]) / PERMITTED

    def waits(self) -> list[float]:
        """Seconds from before each live answer was written until it stood."""
        return [self.shown[title] - at for title, at in self.asked.items()]


@dataclass
class House:
    """A courier before the server."""

    store: Store
    courier: Courier
    api: TelegramApi

    async def send(self, *cards: tuple[int, str], lane: Lane = "follow_up") -> None:
        posts = tuple(Post(_chat(to), Card(title), title, lane) for to, title in cards)
        now = _now()
        self.courier.send(await self.store.submit(lambda book: book.save(Turn(posts=posts), now)))


def _chat(number: int) -> Address:
    return Address("telegram", str(1000 + number))


@asynccontextmanager
async def house(rush: Rush) -> AsyncIterator[House]:
    """A new database, a new server that notes what it takes and what it refuses."""
    with tempfile.TemporaryDirectory() as folder:
        async with telegram_api(PERMITTED) as api:
            watch(api, rush)
            channel = Bench(api).channel()
            with open_store(path=Path(folder) / "fifteen.db", clock=_now) as store:
                courier = Courier(store, {"telegram": channel}, _now)
                yield House(store, courier, api)
                await courier.close()
            await channel.close()


def _now() -> datetime:
    return datetime.now(UTC)


def watch(api: TelegramApi, rush: Rush) -> None:
    """Notes what the server carries out, and tells the two kinds of 429 apart."""
    carry_out, paced = api.call, api._paced

    def call(method: str, given: Mapping[str, str]) -> object:
        done = carry_out(method, given)
        if method == "sendMessage":
            rush.note(given["text"].removeprefix("<b>").removesuffix("</b>"), int(given["chat_id"]))
        return done

    def counted(method: str, given: dict[str, str]) -> object:
        before = len(api.calls)
        try:
            return paced(method, given)
        except Exception:
            rush.told_to_wait += len(api.calls) > before
            rush.too_fast += len(api.calls) == before
            raise

    api.call = call  # type: ignore[method-assign]
    api._paced = counted  # type: ignore[method-assign]


async def run(*, answers: int = 0, held: int = -1) -> Rush:
    """One rush. ``held`` is a chat that is told to wait a minute; it is over when all others have
    their cards."""
    rush, chance = Rush(), random.Random(15)
    async with house(rush) as it:
        for number in range(CHATS):
            it.api.person(1000 + number)
        if held >= 0:
            it.api.chats[1000 + held].wait = 60
        await it.send(*((n % CHATS, f"question {n}") for n in range(QUESTIONS)))
        for n in range(answers):
            await asyncio.sleep(chance.uniform(0.1, 0.4))
            rush.asked[f"answer {n}"] = time.monotonic()
            await it.send((chance.randrange(CHATS), f"answer {n}"), lane="live")
        others = QUESTIONS + answers - (QUESTIONS // CHATS if held >= 0 else 0)
        async with asyncio.timeout(120):
            while len(rush.shown) < others:  # noqa: ASYNC110 - what stands there rings no bell
                await asyncio.sleep(0.02)
        counts = await it.store.submit(lambda book: book.counts())
        rush.kept = counts["outbox_ready"] + counts["outbox_sending"]
    return rush


def main() -> None:
    """Prints the figures."""
    logging.disable(logging.ERROR)
    say_load()
    free = asyncio.run(run(answers=ANSWERS))
    whole = QUESTIONS + ANSWERS
    say("questions and answers lost", whole - len(free.shown), target=0, beside=f"of {whole}")
    say("shown twice", free.doubled, target=0)
    say("refused for being too fast (429)", free.too_fast, target=0)
    rate = 100 * free.rate()
    say("of the permitted 30 a second, real clock", rate, "%", "at least 97", "real HTTP, library")
    waits = free.waits()
    p95, longest = quantiles(waits, n=20)[-1] * 1e3, f"longest {max(waits) * 1e3:.0f} ms"
    say("a live answer in between waits, p95", p95, "ms", 150, f"{len(waits)} answers, {longest}")
    held = asyncio.run(run(held=HELD))
    lost = QUESTIONS - len(held.shown) - held.kept
    say("questions lost, one chat told to wait 60 s", lost, target=0, beside=f"{held.kept} wait")
    others, told = 100 * held.rate(but=1000 + HELD), f"told to wait {held.told_to_wait} times"
    say("the other 49 chats meanwhile, of 30 a second", others, "%", "at least 97", told)
    say("refused for being too fast (429)", held.too_fast, target=0)
    say_load()


if __name__ == "__main__":
    main()
