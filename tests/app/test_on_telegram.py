"""The whole of it on Telegram: store, door, courier and channel, over restarts."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app import App, build
from bot.clock import SystemClock
from bot.conversations.types import Address
from bot.platforms import keep_running
from bot.settings import Settings
from tests.fakes.telegram_api.server import TelegramApi, telegram_api
from tests.fakes.telegram_api.world import BOT, TOKEN, Message

ANN, BEN = 5501, 5502
LINE = "guest 412 furious room not ready 2nd time"


@asynccontextmanager
async def fifteen(api: TelegramApi, folder: Path) -> AsyncIterator[App]:
    """A running Fifteen; ends as if told to stop."""
    settings = Settings(
        data_dir=folder, telegram_bot_token=TOKEN, telegram_base_url=api.base_url, port=0
    )
    app = build(settings, SystemClock())
    task = asyncio.create_task(keep_running(app.platforms["telegram"], app.desk.receive))
    try:
        yield app
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await app.close()


async def shown(api: TelegramApi, words: str, who: int = ANN) -> Message:
    """The message with these words or that button, once it stands in the chat."""
    async with asyncio.timeout(60):
        while True:
            for message in reversed(api.standing(who)):
                if words in message.text or words in message.buttons():
                    return message
            await asyncio.sleep(0.01)


async def test_from_the_first_code_to_a_card_over_restarts(home: Path) -> None:
    async with telegram_api() as api:
        async with fifteen(api, home) as app:
            api.writes(ANN, LINE)
            await shown(api, "You are not enrolled here")
            api.writes(ANN, f"/start {app.first_code()}")
            await shown(api, "Welcome")
            api.writes(ANN, LINE)
            card = await shown(api, "Did it")
            await app.courier.idle()
        async with fifteen(api, home) as app:
            api.presses_button(ANN, card, "More …")
            unfolded = await shown(api, "Gave something")
            assert unfolded.id == card.id
            api.presses_button(ANN, unfolded, "Gave something")
            await shown(api, "✎ Note it")
            await app.courier.idle()
        async with fifteen(api, home) as app:
            form = await shown(api, "✎ Note it")
            api.presses_button(ANN, form, "✎ Note it")
            api.replies(ANN, await shown(api, "What it cost us"), "5")
        async with fifteen(api, home) as app:
            api.replies(ANN, await shown(api, "What it was"), "coffee")
            noted = await shown(api, "€5 · coffee")
            await app.courier.idle()
            assert noted.id == card.id
    assert [m.text for m in api.standing(ANN) if "412 ·" in m.text] == [noted.text]


async def test_an_invitation_is_a_link_that_lets_in_whoever_opens_it(home: Path) -> None:
    async with telegram_api() as api, fifteen(api, home) as app:
        api.writes(ANN, f"/start {app.first_code()}")
        await shown(api, "Welcome")
        api.writes(ANN, "/invite")
        api.presses_button(ANN, await shown(api, "Trainer"), "Trainer")
        for site in (await shown(api, "at which site")).buttons():
            api.presses_button(ANN, await shown(api, "at which site"), site)
            break
        card = await shown(api, "Or open: ")
        link = re.search(r"https://t\.me/(\w+)\?start=([\w-]+)", card.text)
        assert link
        assert link.group(1) == BOT["username"]
        assert [e.type for e in card.entities if "http" in e.of(card.text)] == ["code"]
        api.writes(BEN, f"/start {link.group(2)}")
        await shown(api, "Welcome", BEN)
        await app.courier.idle()
        assert [p.role for p in app.store.call(lambda book: book.people_all())] == [
            "admin",
            "trainer",
        ]
        kept = app.store.call(
            lambda book: book.card_at(Address("telegram", str(ANN)), str(card.id))
        )
    assert kept is None or link.group(2) not in kept.plain()
