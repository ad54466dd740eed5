"""Slack and Telegram beside the local page: who is let in, and what others can reach."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app import App, StoredTranscript, build
from bot.channels.base import DeliveryError, Receipt, Receive
from bot.clock import FastClock
from bot.conversations.types import Address, Event, Person
from bot.platforms import keep_running
from bot.settings import TELEGRAM_PATH, Settings
from storage.store import Store
from tests.app.conftest import NotingChannel
from tests.app.doorway import ADMIN
from tests.fakes.desk import NOON
from tests.fakes.telegram_api.server import TelegramApi, telegram_api

SECRET = "webhook-secret-of-our-own-0123"


def told(api: TelegramApi, folder: Path, **more: str) -> Settings:
    """Settings of a start with Telegram on."""
    return Settings(
        data_dir=folder,
        port=0,
        telegram_bot_token=api.token,
        telegram_base_url=api.base_url,
        **more,  # type: ignore[arg-type]
    )


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[tuple[App, str]]:
    """The whole of Fifteen, and the address it answers at."""
    app = build(settings, FastClock(NOON, 1))
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(app.serve(ready.set_result))
    await asyncio.wait({ready, task}, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield app, ready.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def status(address: str, body: bytes = b"{}", **headers: str) -> int:
    """What a page, or with headers a post, is answered with."""
    request = urllib.request.Request(address, body if headers else None, headers)  # noqa: S310

    def ask() -> int:
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    return await asyncio.to_thread(ask)


async def until(check: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not check():  # noqa: ASYNC110 - what is waited for happens on the far side
            await asyncio.sleep(0.01)


def said(api: TelegramApi, user: int) -> str:
    """The newest message somebody sees."""
    standing = api.standing(user)
    return standing[-1].text if standing else ""


async def test_from_the_code_of_the_start_to_the_first_moment(home: Path) -> None:
    async with telegram_api() as api, running(told(api, home)) as (app, _):
        code = await asyncio.to_thread(app.first_code)
        api.writes(4711, "guest 412 furious no towels")
        await until(lambda: "not enrolled" in said(api, 4711))
        api.writes(4711, code)
        await until(lambda: "Welcome" in said(api, 4711))
        api.writes(4711, "guest 412 furious no towels")
        await until(lambda: "412" in said(api, 4711))
        assert await asyncio.to_thread(app.first_code) == ""


async def test_nobody_is_made_up_and_nobody_of_a_platform_can_be_chosen_on_the_page(
    home: Path,
) -> None:
    async with telegram_api() as api, running(told(api, home)) as (app, address):
        assert await app.store.submit(lambda book: book.people_all()) == []
        await app.store.submit(lambda book: book.save_person(ADMIN))
        assert await app.web.person(ADMIN.id) is None
        assert await status(f"{address}/") == 200


async def test_behind_a_public_name_the_page_is_off_and_only_telegram_itself_is_heard(
    home: Path,
) -> None:
    more = {"public_host": "fifteen.example.com", "telegram_webhook_secret": SECRET}
    async with telegram_api() as api, running(told(api, home, **more)) as (app, address):
        code = await asyncio.to_thread(app.first_code)
        for path in ("/", "/who", "/chat", "/say", "/events", "/static/chat.js"):
            assert await status(address + path) == 404
        assert await status(f"{address}/health") == 200
        hook = address + TELEGRAM_PATH
        assert await status(hook, **{"X-Telegram-Bot-Api-Secret-Token": "guessed"}) == 403
        assert await status(hook, Host="evil.example.com") == 403
        body = json.dumps(api.writes(4711, code)).encode()
        mine = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Host": "fifteen.example.com"}

        await until_settled(lambda: status(hook, body, **mine))
        await until(lambda: "Welcome" in said(api, 4711))


async def until_settled(post: Callable[[], Awaitable[int]]) -> None:
    """Telegram calls again until it hears that all is well."""
    async with asyncio.timeout(60):
        while await post() != 200:  # noqa: ASYNC110 - as Telegram does it
            await asyncio.sleep(0.01)


@dataclass
class Failing(NotingChannel):
    """A channel that ends by a fault the first times, and then runs."""

    name: str = "slack"
    faults: int = 2
    runs: int = 0

    async def run(self, receive: Receive) -> None:
        self.runs += 1
        if self.runs <= self.faults:
            raise DeliveryError("token revoked", permanent=True, scope="channel")


async def test_a_channel_that_ends_by_a_fault_is_started_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.platforms.WAITS", (0.0,))
    channel = Failing()

    async def receive(_: Event) -> Receipt:
        return "new"

    await keep_running(channel, receive)
    assert channel.runs == 3
    assert caplog.text.count("slack stopped: token revoked") == 2


async def test_the_page_offers_local_people_alone(store: Store, people: dict[str, Person]) -> None:
    elsewhere = Person("max", "Max", "admin", "hotel", Address("telegram", "7"))
    await store.submit(lambda book: book.save_person(elsewhere))
    offered = await StoredTranscript(store).people()
    assert {each.id for each in offered} == set(people)
