"""The Telegram channel: updates in, by polling or by webhook; cards out.

No rule of the conversation stands here.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from telegram.error import InvalidToken, TelegramError

from bot.channels.base import Besides, DeliveryError, Door, Pace, Receive
from bot.channels.telegram.beside import Beside
from bot.channels.telegram.events import NAME, WANTED, Me
from bot.channels.telegram.intake import Intake, Recall
from bot.channels.telegram.polling import REVOKED, Poller, PollingBot
from bot.channels.telegram.posting import Poster
from bot.channels.telegram.request import AiohttpRequest
from bot.channels.telegram.webhook import webhook_route
from bot.conversations.types import Address, Card
from bot.settings import TelegramSettings

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

log = logging.getLogger(__name__)

PACE: Final = Pace(total=29.5, gap=1.0, groups="-", group_minute=20)
"""Telegram permits 30 messages a second, one a second to a chat, 20 a minute to a group."""
AGAIN: Final = 5.0
LONGEST: Final = 300.0
WEBHOOK_CONNECTIONS: Final = 40


class TelegramChannel:
    """One bot. A person's chat with it is ``Address("telegram", "<user id>")``; a group is
    ``Address("telegram", "-100…", "<topic id>")``.

    ``door`` knows who may come in; ``recall`` gives the card that stands in a message; ``besides``
    takes what is no event; ``again`` is how long it waits, in seconds, before it asks a server anew
    that did not answer.
    """

    name = NAME
    shows_once = False
    pace: Pace | None = PACE

    def __init__(
        self,
        settings: TelegramSettings,
        door: Door,
        clock: Callable[[], datetime],
        recall: Recall,
        besides: Besides,
        *,
        again: float = AGAIN,
    ) -> None:
        # The library warns of its own change of a type at every "slow down" unless told so.
        os.environ.setdefault("PTB_TIMEDELTA", "true")
        self._pools = AiohttpRequest(), AiohttpRequest()
        self._bot = PollingBot(
            settings.bot_token,
            base_url=settings.base_url,
            base_file_url=settings.base_file_url,
            request=self._pools[0],
            get_updates_request=self._pools[1],
        )
        self._poster = Poster(self._bot)
        self._beside = Beside(self._bot, self._poster)
        self.intake = Intake(self._beside, door, recall, clock, besides)
        self._secret = settings.webhook_secret
        self._hook = settings.webhook_url
        self._again = again
        self._me: Me | None = None
        self._receive: Receive | None = None

    async def run(self, receive: Receive) -> None:
        """Takes events in until cancelled."""
        try:
            self._me = await self._hello()
            self._receive = receive
            if self._secret:
                await asyncio.Event().wait()
            poller = Poller(self._bot, self.take, self.intake.trouble, self._again / 10)
            await poller.run()
        finally:
            self._receive = None

    async def deliver(self, to: Address, card: Card, replaces: str = "") -> str:
        """Shows the card, in place of its earlier messages where they still stand.

        Raises:
            DeliveryError: it could not be shown; says whether trying again makes sense.
        """
        if to.channel != self.name:
            raise DeliveryError(f"{to.channel} is not Telegram", permanent=True)
        return await self._poster.show(to, card, replaces)

    def routes(self) -> "list[BaseRoute]":
        """What Telegram calls; nothing where updates are polled for."""
        return [webhook_route(self._secret, self.take)] if self._secret else []

    @property
    def open(self) -> bool:
        """True while updates are taken in."""
        return self._receive is not None

    @property
    def entrance(self) -> str:
        """The link that opens our chat and sends what is put behind it; empty until Telegram has
        told our name."""
        return f"https://t.me/{self._me.username}?start=" if self._me else ""

    async def take(self, update: object) -> bool:
        """Whether an update is settled; false: Telegram has to bring it again."""
        if self._me is None or self._receive is None:
            return False
        return await self.intake.take(update, self._me, self._receive)

    async def idle(self) -> None:
        """Waits for what is said beside the cards."""
        await self._beside.idle()

    async def close(self) -> None:
        """Ends what is said beside the cards, and closes the connections."""
        await self._beside.close()
        for pool in self._pools:
            await pool.shutdown()

    async def _hello(self) -> Me:
        """Who we are, as often as it takes; and where updates go from now on."""
        pause = self._again
        while True:
            try:
                me = await self._bot.get_me()
                await self._agree()
                return Me(me.id, me.username or "")
            except TelegramError as problem:
                revoked = isinstance(problem, InvalidToken)
                log.error(REVOKED if revoked else f"Telegram is not reached: {problem}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST)

    async def _agree(self) -> None:
        """Tells Telegram to call, or not to; what waits there is kept either way."""
        if self._secret and self._hook:
            await self._bot.set_webhook(
                self._hook,
                secret_token=self._secret,
                allowed_updates=WANTED,
                max_connections=WEBHOOK_CONNECTIONS,
            )
        elif not self._secret:
            await self._bot.delete_webhook()
        await self._poster.menu()
