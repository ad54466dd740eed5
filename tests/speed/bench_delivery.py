"""Five hundred questions due at once in fifty chats, against a platform that permits 30 a second.

Courier and database are real, time is not: it passes only when everybody waits for it, so these
seconds are the platform's. One shorter rush keeps the machine's own time: what late timers cost.
What the pacer itself costs is processor time.
"""

import asyncio
import logging
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.channels.base import Pace
from bot.pace import Pacer
from storage.store import open_store
from tests.fakes.hours import Hours
from tests.fakes.platform import Platform
from tests.faults.test_delivery_storm import (
    ANSWERS,
    PERMITTED,
    QUESTIONS,
    Rush,
    courier,
    post,
    rush,
    write,
)
from tests.speed.figures import say, say_load

CHATS = 1_000
ROUNDS = 5
FEW = 150


def one(*, answers: int = 0, held: str = "") -> Rush:
    """One rush on an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(path=Path(folder) / "fifteen.db", clock=Hours().now)
        with store:
            return asyncio.run(rush(store, answers=answers, held=held))


class OwnTime(Hours):
    """The machine's clock, where a fake platform expects one that jumps."""

    def __init__(self) -> None:
        super().__init__()
        self.began = time.monotonic()

    def __getattribute__(self, name: str) -> object:
        if name == "passed":
            return time.monotonic() - object.__getattribute__(self, "began")
        return object.__getattribute__(self, name)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def by_the_clock() -> Platform:
    """``FEW`` questions to as many chats, in real time."""
    hours = OwnTime()
    platform = Platform(hours)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(path=Path(folder) / "fifteen.db", clock=hours.now)
        with store:
            legs = courier(store, hours, platform)
            legs.send(write(store, hours, [post(f"{n}", f"question {n}") for n in range(FEW)]))
            await legs.idle()
    return platform


def pacing() -> float:
    """Processor seconds for one card through the pacer, of ten thousand in a thousand chats."""
    best = float("inf")
    for _ in range(ROUNDS):
        pacer: Pacer[int] = Pacer(Pace(total=29.5))
        began, now, went = time.process_time(), 0.0, 0
        for n in range(10 * CHATS):
            pacer.put(f"c{n % CHATS}", n % 4, n, n % CHATS, 0.0)
        while (wait := pacer.wait(now)) is not None:
            now += wait
            card = pacer.take(now)
            if card is not None:
                went += 1
                pacer.done(f"c{card}", now)
        best = min(best, (time.process_time() - began) / went)
    return best


def main() -> None:
    """Prints the figures."""
    logging.disable(logging.ERROR)
    say_load()
    free, answered, held = one(), one(answers=ANSWERS), one(held="7")
    lost = QUESTIONS - free.delivered
    say("questions lost of 500", lost, target=0)
    say("questions shown twice", free.doubled, target=0)
    say("refused (429)", free.refused + answered.refused, target=0)
    permitted = f"{free.delivered} in {free.seconds:.1f} s of the platform"
    say("of the permitted 30 a second", 100 * free.rate, "%", "at least 97", permitted)
    waits = f"{len(answered.waits)} answers, longest {max(answered.waits) * 1e3:.0f} ms"
    say("a live answer in between waits, p95", answered.p95 * 1e3, "ms", 150, waits)
    late = (held.others_done - free.others_done) * 1e3
    say(
        "later for all others while one chat waits 60 s", late, "ms", 100, "last card of the others"
    )
    real = asyncio.run(by_the_clock())
    called, refused = real.called, f"{len(real.refused)} refused"
    rate = 100 * (len(called) - 1) / (called[-1] - called[0]) / PERMITTED
    say("the same by the machine's own clock", rate, "%", "at least 97", f"{FEW} cards, {refused}")
    say("the pacer, a card", pacing() * 1e6, "us", "", f"10,000 cards in {CHATS} chats")


if __name__ == "__main__":
    main()
