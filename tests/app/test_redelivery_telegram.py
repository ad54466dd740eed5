"""Telegram brings the same updates several times, in any order, over restarts."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app import App, build
from bot.channels.telegram import TelegramChannel
from bot.clock import SystemClock
from bot.conversations.types import Address, Person
from bot.settings import Settings
from storage.book import Book
from tests.fakes.telegram_api.bench import until
from tests.fakes.telegram_api.server import TelegramApi, telegram_api
from tests.fakes.telegram_api.world import TOKEN

SECRET = "abcdefghijklmnopqrstuvwxyz-0123"
LINES = 300
PEOPLE = 20
LIVES = 5


@asynccontextmanager
async def life(api: TelegramApi, folder: Path) -> AsyncIterator[tuple[App, TelegramChannel]]:
    """One run of Fifteen behind a webhook, its cards sent as fast as it goes."""
    settings = Settings(
        data_dir=folder,
        telegram_bot_token=TOKEN,
        telegram_base_url=api.base_url,
        telegram_webhook_secret=SECRET,
        public_host="fifteen.example",
    )
    app = build(settings, SystemClock())
    app.store.call(lambda book: enrol(book, app))
    channel = app.platforms["telegram"]
    assert isinstance(channel, TelegramChannel)
    channel.pace = None
    task = asyncio.create_task(channel.run(app.desk.receive))
    await until(lambda: channel.open)
    try:
        yield app, channel
        await app.courier.idle()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await app.close()


def enrol(book: Book, app: App) -> None:
    site = app.playbooks.current().house.first
    for number in range(PEOPLE):
        account = str(6000 + number)
        book.save_person(
            Person(f"p{number}", "Ann", "staff", site, Address("telegram", account), shift="on")
        )
        book.link("telegram", account, f"p{number}", app.clock.now())


async def test_each_line_is_one_moment_and_one_answer(tmp_path: Path) -> None:
    random.seed(3)
    moments = 0
    async with telegram_api() as api:
        lines = [f"guest {1000 + n} says the room is not ready" for n in range(LINES)]
        sent = [api.writes(6000 + n % PEOPLE, line) for n, line in enumerate(lines)]
        calls = [update for update in sent for _ in range(random.randint(1, 4))]
        random.shuffle(calls)
        share = len(calls) // LIVES + 1
        for number in range(LIVES):
            async with life(api, tmp_path) as (app, channel):
                batch = calls[number * share : (number + 1) * share]
                assert all(await asyncio.gather(*map(channel.take, batch)))
                moments = app.store.call(lambda book: book.counts()["moments"])
        titles = [m.text.partition(" ")[0] for n in range(PEOPLE) for m in api.standing(6000 + n)]
    assert moments == LINES
    assert sorted(titles) == sorted(str(1000 + n) for n in range(LINES))
