"""The whole of it on Telegram: store, door, courier and channel, over restarts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app import App, build
from bot.clock import SystemClock
from bot.platforms import keep_running
from bot.settings import Settings
from tests.fakes.telegram_api.server import TelegramApi, telegram_api
from tests.fakes.telegram_api.world import TOKEN, Message

ANN = 5501
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


async def shown(api: TelegramApi, words: str) -> Message:
    """The message with these words or that button, once it stands in her chat."""
    async with asyncio.timeout(60):
        while True:
            for message in reversed(api.standing(ANN)):
                if words in message.text or words in message.buttons():
                    return message
            await asyncio.sleep(0.01)


async def test_from_the_first_code_to_a_card_over_restarts(tmp_path: Path) -> None:
    async with telegram_api() as api:
        async with fifteen(api, tmp_path) as app:
            api.writes(ANN, LINE)
            await shown(api, "You are not enrolled here")
            api.writes(ANN, f"/start {app.first_code()}")
            await shown(api, "Welcome")
            api.writes(ANN, LINE)
            card = await shown(api, "Did it")
            await app.courier.idle()
        async with fifteen(api, tmp_path) as app:
            api.presses_button(ANN, card, "More …")
            unfolded = await shown(api, "Gave something")
            assert unfolded.id == card.id
            api.presses_button(ANN, unfolded, "Gave something")
            await shown(api, "✎ Note it")
            await app.courier.idle()
        async with fifteen(api, tmp_path) as app:
            form = await shown(api, "✎ Note it")
            api.presses_button(ANN, form, "✎ Note it")
            api.replies(ANN, await shown(api, "What it cost us"), "5")
        async with fifteen(api, tmp_path) as app:
            api.replies(ANN, await shown(api, "What it was"), "coffee")
            noted = await shown(api, "€5 · coffee")
            await app.courier.idle()
            assert noted.id == card.id
    assert [m.text for m in api.standing(ANN) if "412 ·" in m.text] == [noted.text]
