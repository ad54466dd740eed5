"""Long polling that confirms an update only after it is settled.

Theory of operation. To ask for updates from number N on confirms all below N: Telegram forgets
them. So N is the lowest number not settled, and never higher. Updates of one chat are taken in
their order, those of different chats side by side. One that cannot be kept now holds N back, and
with it nothing but N: what was settled above it is known, and is not taken a second time.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol

from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.events import WANTED, chat_of, update_id
from bot.channels.telegram.intake import Trouble
from bot.channels.telegram.refusals import seconds

log = logging.getLogger(__name__)

SIDE_BY_SIDE: Final = 64
AT_ONCE: Final = 100
"""Updates asked for in one call; Telegram gives no more."""
LONG: Final = 25
"""Seconds a call waits for something to happen."""
PATIENCE: Final = 5
"""How often an update may hold up what its chat sent after it; then that goes first."""
WAIT: Final = 0.5
"""Seconds until what could not be kept is tried again; what others send meanwhile waits as long."""
LONGEST_WAIT: Final = 30.0

CONFLICT: Final = (
    "Telegram says that somebody else reads this bot's messages. Two Fifteens run with the same "
    "token, or a webhook is set: stop the other one. Messages wait with Telegram meanwhile."
)
REVOKED: Final = (
    "Telegram refuses the bot's token. It was revoked or mistyped: get a new one from @BotFather, "
    "set TELEGRAM_BOT_TOKEN and start again. Cards wait in the outbox meanwhile."
)


class PollingBot(Bot):
    """The library's bot, which also gives updates as they came: one that cannot be parsed must not
    hide the ninety-nine around it."""

    __slots__ = ()

    async def fetch(self, offset: int, wait: int) -> list[Any]:
        """Updates from that number on; confirms all below."""
        asked = {"offset": offset, "limit": AT_ONCE, "timeout": wait, "allowed_updates": WANTED}
        found = await self._post("getUpdates", asked, read_timeout=wait + 10.0)
        return found if isinstance(found, list) else []


class Fetching(Protocol):
    """Where updates come from."""

    async def fetch(self, offset: int, wait: int) -> list[Any]:
        """Updates from that number on."""
        ...


class Poller:
    """Asks for updates and hands them to ``take``, which says whether each is settled."""

    def __init__(
        self,
        bot: Fetching,
        take: Callable[[object], Awaitable[bool]],
        trouble: Mapping[int, Trouble],
        wait: float = WAIT,
    ) -> None:
        self._bot = bot
        self._take = take
        self._trouble = trouble
        self._wait = wait
        self._settled: set[int] = set()
        self._together = asyncio.Semaphore(SIDE_BY_SIDE)
        self.offset = 0

    async def run(self) -> None:
        """Polls until cancelled. Never ends by itself: Telegram's bad days pass."""
        failed = 0
        while True:
            try:
                await self.round(0 if self._settled or self._trouble else LONG)
                failed = 0
            except TelegramError as problem:
                failed += 1
                await asyncio.sleep(self._pause(problem, failed))

    async def round(self, wait: int = 0) -> None:
        """One call, and everything it brought."""
        found = await self._bot.fetch(self.offset, wait)
        numbered = {number: each for each in found if (number := update_id(each)) is not None}
        fresh = [number for number in sorted(numbered) if number not in self._settled]
        before = len(self._settled)
        chats: dict[int, list[int]] = defaultdict(list)
        for number in fresh:
            chats[chat_of(numbered[number])].append(number)
        await asyncio.gather(*(self._chat(each, numbered) for each in chats.values()))
        stuck = fresh and len(self._settled) == before
        self._confirm(sorted(numbered))
        if stuck or (found and not fresh):
            await asyncio.sleep(self._wait)

    async def _chat(self, numbers: list[int], updates: Mapping[int, object]) -> None:
        async with self._together:
            for number in numbers:
                if await self._take(updates[number]):
                    self._settled.add(number)
                elif self._trouble[number].tries < PATIENCE:
                    return

    def _confirm(self, numbers: list[int]) -> None:
        """Moves on to the lowest number not settled."""
        for number in numbers:
            if number not in self._settled:
                self.offset = number
                break
        else:
            self.offset = numbers[-1] + 1 if numbers else self.offset
        self._settled = {number for number in self._settled if number >= self.offset}

    def _pause(self, problem: TelegramError, failed: int) -> float:
        if isinstance(problem, RetryAfter):
            return seconds(problem)
        if isinstance(problem, InvalidToken):
            log.error(REVOKED)
            return 10 * LONGEST_WAIT
        if isinstance(problem, Conflict):
            log.error(CONFLICT)
        else:
            log.warning("Telegram cannot be asked: %s", type(problem).__name__)
        return min(self._wait * float(2 ** min(failed, 10)), LONGEST_WAIT)
