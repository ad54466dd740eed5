"""Five hundred questions due at once, live answers in between, kills between sending and noting it.

The courier and the database are real; the platform counts and refuses; time passes only when
everybody waits for it, so a minute of delivery is over in a second or two.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from typing import Any

import pytest

from bot.channels.base import DeliveryError
from bot.conversations.types import Address, Card, Lane, Parcel, Post, Turn
from bot.courier import Courier
from storage.errors import StorageError
from storage.store import Store, open_store
from tests.fakes.hours import Hours, PatientStore
from tests.fakes.platform import LookingPlatform, Platform

CHATS = 50
QUESTIONS = 500
PERMITTED = 30
ANSWERS = 60
KILLS = 200


@dataclass
class Rush:
    """What came of the rush: seconds, counts, and how long each live answer waited."""

    seconds: float = 0.0
    delivered: int = 0
    refused: int = 0
    doubled: int = 0
    held_until: float = 0.0
    """When the first card went to the chat that was told to wait."""
    others_done: float = 0.0
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Of what is permitted, 1 is all of it."""
        return (self.delivered - 1) / self.seconds / PERMITTED

    @property
    def p95(self) -> float:
        """Seconds from the commit of a live answer to the call of the platform."""
        return quantiles(self.waits, n=20)[-1]


def write(store: Store, hours: Hours, posts: list[Post]) -> list[Parcel]:
    return store.call(lambda book: book.save(Turn(posts=tuple(posts)), hours.now()))


def post(chat: str, title: str, lane: Lane = "follow_up", channel: str = "telegram") -> Post:
    return Post(Address(channel, chat), Card(title), title, lane)


def courier(store: Store, hours: Hours, platform: Platform) -> Courier:
    return Courier(
        PatientStore(store, hours),  # type: ignore[arg-type]
        {platform.name: platform},
        hours.now,
        sleep=hours.sleep,
        ticks=hours.ticks,
    )


def questions() -> list[Post]:
    return [post(f"{n % CHATS}", f"question {n}") for n in range(QUESTIONS)]


async def rush(store: Store, *, answers: int = 0, held: str = "") -> Rush:
    """Sends 500 questions to 50 chats; meanwhile live answers to some of the same chats."""
    hours, result, asked = Hours(), Rush(), dict[str, float]()
    platform = Platform(hours, limit=PERMITTED)
    if held:
        told = iter([DeliveryError("Too Many Requests", retry_after=60, scope="chat")])
        platform.trouble[held] = lambda: next(told, None)
    legs = courier(store, hours, platform)

    async def ask() -> None:
        chance = random.Random(15)
        for n in range(answers):
            await hours.sleep(chance.uniform(0.1, 0.4))
            asked[f"answer {n}"] = hours.passed
            legs.send(
                write(store, hours, [post(f"{chance.randrange(CHATS)}", f"answer {n}", "live")])
            )

    legs.send(write(store, hours, questions()))
    await hours.pass_until(asyncio.gather(legs.idle(), ask()))
    await hours.pass_until(legs.idle())
    return _sum_up(result, platform, asked, held)


def _sum_up(result: Rush, platform: Platform, asked: dict[str, float], held: str) -> Rush:
    counted = Counter(card.title for _, _, card in platform.shown)
    first = min(when for when, _, _ in platform.shown)
    others = [when for when, to, _ in platform.shown if to.chat != held]
    result.delivered = len(counted)
    result.doubled = sum(counted.values()) - len(counted)
    result.refused = len(platform.refused)
    result.others_done = max(others)
    result.seconds = max(when for when, _, _ in platform.shown) - first
    result.held_until = min(
        (when for when, to, _ in platform.shown if to.chat == held), default=0.0
    )
    result.waits = [
        when - asked[card.title] for when, _, card in platform.shown if card.title in asked
    ]
    return result


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with open_store(path=tmp_path / "fifteen.db", clock=Hours().now) as opened:
        yield opened


async def test_five_hundred_questions_arrive_at_nearly_the_permitted_rate(store: Store) -> None:
    result = await rush(store)
    assert (result.delivered, result.doubled, result.refused) == (QUESTIONS, 0, 0)
    assert result.rate >= 0.97


async def test_a_live_answer_in_between_hardly_waits(store: Store) -> None:
    result = await rush(store, answers=ANSWERS)
    assert result.delivered == QUESTIONS + ANSWERS
    assert result.refused == 0
    assert len(result.waits) == ANSWERS
    assert result.p95 < 0.150


async def test_one_chat_told_to_wait_delays_no_other(store: Store) -> None:
    free = await rush(store)
    held = await rush(store, held="7")
    assert held.delivered == QUESTIONS
    assert held.refused == 0
    assert held.held_until >= 60
    assert held.others_done <= free.others_done + 0.1


class DyingStore(PatientStore):
    """Dies between the platform's answer and the note of it, as often as it is told to."""

    dies: Callable[[], bool]
    dead: bool = False

    async def submit(self, job: Callable[..., Any]) -> Any:
        if self.dead:
            raise StorageError("the process is gone")
        if "_arrived" in job.__qualname__ and self.dies():
            self.dead = True
            await asyncio.Future()
        return await super().submit(job)


async def kill_again_and_again(store: Store, platform: Platform, hours: Hours) -> list[int]:
    """Starts, delivers, dies with cards on the wire; until all is done. Returns for each kill how
    many cards were shown by then."""
    kills: list[int] = []
    chance = random.Random(15)
    posts = [post(f"{n % CHATS}", f"card {n}", "live", platform.name) for n in range(QUESTIONS)]
    write(store, hours, posts)
    while True:
        dying = DyingStore(store, hours)
        dying.dies = (lambda: chance.random() < 0.4) if len(kills) < KILLS else (lambda: False)
        legs = Courier(
            dying,  # type: ignore[arg-type]
            {platform.name: platform},
            hours.now,
            sleep=hours.sleep,
            ticks=hours.ticks,
        )
        store.call(lambda book: book.free_leases(hours.now()))
        await hours.pass_until(legs.sweep(60))
        walk = asyncio.ensure_future(legs.idle())
        await hours.pass_until(_done_or_dead(walk, dying, hours))
        if not dying.dead:
            counts = store.call(lambda book: book.counts())
            if not counts["outbox_ready"] + counts["outbox_sending"]:
                return kills
        await cut_off(walk, legs)
        if dying.dead:
            kills.append(len(platform.shown))
        hours.passed += 10.0


async def _done_or_dead(walk: "asyncio.Future[None]", dying: DyingStore, hours: Hours) -> None:
    while not walk.done() and not dying.dead:
        await hours.sleep(0.01)


async def cut_off(walk: "asyncio.Future[None]", legs: Courier) -> None:
    """Ends every task at once, as a kill does: none may finish or note anything."""
    mine = asyncio.current_task()
    legs._closed = True
    for each in legs._rounds.values():
        each._closed = True
    for task in asyncio.all_tasks():
        if task is not mine:
            task.cancel()
    walk.cancel()
    await asyncio.gather(
        *(t for t in asyncio.all_tasks() if t is not mine), walk, return_exceptions=True
    )


async def test_killed_between_sending_and_noting_nothing_is_lost_and_little_repeated(
    store: Store,
) -> None:
    hours = Hours()
    platform = Platform(hours, strict=False)
    kills = await kill_again_and_again(store, platform, hours)
    shown = Counter(card.title for _, _, card in platform.shown)
    unmarked = Counter(c.title for _, _, c in platform.shown if "Sent again" not in c.plain())
    lives = [
        Counter(card.title for _, _, card in platform.shown[start:end])
        for start, end in pairwise((0, *kills, len(platform.shown)))
    ]
    assert len(kills) >= KILLS
    assert len(shown) == QUESTIONS, "0 lost"
    assert max(max(each.values(), default=0) for each in lives) == 1, "one repeat at most a kill"
    assert max(unmarked.values()) == 1, "and marked as such"


async def test_a_platform_that_can_look_shows_nothing_twice_however_often_it_is_killed(
    store: Store,
) -> None:
    hours = Hours()
    platform = LookingPlatform(hours, strict=False)
    kills = await kill_again_and_again(store, platform, hours)
    shown = Counter(card.title for _, _, card in platform.shown)
    assert len(kills) >= KILLS
    assert len(shown) == QUESTIONS
    assert max(shown.values()) == 1, "0 repeated"
