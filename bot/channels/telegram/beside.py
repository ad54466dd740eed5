"""What is done beside the cards: nothing that must not be lost, and nothing anybody waits for."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Final

from telegram import ForceReply
from telegram.error import TelegramError

from bot.channels.base import DeliveryError
from bot.channels.telegram import keyboard
from bot.channels.telegram.forms import Ask
from bot.channels.telegram.posting import Poster, markup
from bot.channels.telegram.refusals import WHY
from bot.conversations.types import Address, Card

if TYPE_CHECKING:
    from telegram import Bot

log = logging.getLogger(__name__)

LAST_WORDS: Final = 2.0
"""Seconds that words on the wire have when Fifteen stops."""
ASIDE: Final = 1.0
"""Seconds a press may wait for a word of refusal; then its button stops spinning without one."""


class Beside:
    """Questions of a form, buttons unfolded, presses that stop spinning."""

    def __init__(self, bot: "Bot", poster: Poster) -> None:
        self._bot = bot
        self._poster = poster
        self._tasks: set[asyncio.Task[None]] = set()

    def ask(self, to: Address, ask: Ask, bot: str, *, at_once: bool) -> None:
        """Asks for a field of a form; ``at_once`` opens the reply on her screen."""
        keys = ForceReply(input_field_placeholder=ask.label[:64] or None) if at_once else None
        self._start(self._poster.send(to, ask.html(bot), keys))

    def unfold(self, to: Address, message: int, card: Card, *, all_of_it: bool) -> None:
        """Shows or hides what stands behind *More*."""
        keys = markup(keyboard.keyboard(card, all_of_it=all_of_it))
        self._start(
            self._poster.call(
                to,
                lambda chat: self._bot.edit_message_reply_markup(chat, message, reply_markup=keys),
            )
        )

    def heard(self, callback: str, told: "asyncio.Future[str]") -> None:
        """Stops the button's spinning: at once, or with a word where there is one soon."""
        self._start(self._heard(callback, told))

    async def _heard(self, callback: str, told: "asyncio.Future[str]") -> None:
        try:
            words = await asyncio.wait_for(asyncio.shield(told), ASIDE)
        except TimeoutError:
            words = ""
        await self._bot.answer_callback_query(callback, words[:200] or None, show_alert=bool(words))

    def _start(self, doing: Awaitable[object]) -> None:
        task = asyncio.get_running_loop().create_task(_quietly(doing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def idle(self) -> None:
        """Waits for what is being done."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Lets what is being done come to its end, for a moment."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_WORDS)
        for task in list(self._tasks):
            task.cancel()
        await self.idle()


async def _quietly(doing: Awaitable[object]) -> None:
    try:
        await doing
    except (DeliveryError, TelegramError) as problem:
        log.info("not said beside a card: %s", str(problem)[:WHY])
    except Exception as problem:  # noqa: BLE001 - a word beside a card stops nothing
        log.error("not said beside a card: %s", type(problem).__name__)
