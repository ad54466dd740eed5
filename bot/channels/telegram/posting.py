"""What goes to Telegram: cards in their messages, and short words beside them.

A card of several pages is several messages; their numbers joined by commas are its id.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from telegram import (
    BotCommand,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.channels.base import DeliveryError
from bot.channels.telegram import render
from bot.channels.telegram.events import COMMANDS
from bot.channels.telegram.forms import Ask
from bot.channels.telegram.request import NOT_SENT
from bot.conversations.types import Address, Card

if TYPE_CHECKING:
    from telegram import Bot

log = logging.getLogger(__name__)
T = TypeVar("T")

NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
SAME: Final = "message is not modified"
ENDED: Final = ("chat not found", "user not found", "deactivated", "was deleted", "peer_id_invalid")
GONE: Final = ("message to edit not found", "message can't be edited", "message_id_invalid")
LAST_WORDS: Final = 2.0
"""Seconds that words on the wire have when Fifteen stops."""
WHY: Final = 200
"""Characters of an error that are kept: a server's whole answer may hold what somebody wrote."""
ASIDE: Final = 1.0
"""Seconds a press may wait for a word of refusal; then its button stops spinning without one."""


class Poster:
    """Everything that is sent, with Telegram's refusals put into the courier's terms."""

    def __init__(self, bot: "Bot") -> None:
        self._bot = bot
        self._aside: set[asyncio.Task[None]] = set()

    async def show(self, to: Address, card: Card, replaces: str) -> str:
        """Shows a card; returns the numbers of its messages.

        Raises:
            DeliveryError: it could not be shown.
        """
        texts = render.pages(card)
        keys = markup(render.keyboard(card))
        standing = _numbers(replaces)
        if standing:
            edited = await self._edit(to, texts, keys, standing)
            if edited:
                return edited
        sent = [
            await self._send(to, text, keys if number == len(texts) else None)
            for number, text in enumerate(texts, 1)
        ]
        return ",".join(map(str, sent))

    async def _edit(
        self, to: Address, texts: list[str], keys: InlineKeyboardMarkup | None, standing: list[int]
    ) -> str:
        """The card where it stands; nothing where it cannot stand there any more."""
        if len(texts) != len(standing):
            for number in standing:
                await self._remove(to, number)
            return ""
        for text, number in zip(texts, standing, strict=True):
            last = number == standing[-1]
            if not await self._put(to, number, text, keys if last else None):
                return ""
        return ",".join(map(str, standing))

    async def _put(
        self, to: Address, number: int, text: str, keys: InlineKeyboardMarkup | None
    ) -> bool:
        def edit(chat: int) -> Awaitable[object]:
            return self._bot.edit_message_text(
                text,
                chat,
                number,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=keys,
            )

        try:
            await self._call(to, edit)
        except DeliveryError as problem:
            said = str(problem).lower()
            if SAME in said:
                return True
            if any(words in said for words in GONE):
                return False
            raise
        return True

    async def _send(self, to: Address, text: str, keys: Any | None, answers: int = 0) -> int:  # noqa: ANN401 - any of the library's markups
        reply = ReplyParameters(answers, allow_sending_without_reply=True) if answers else None
        message = await self._call(
            to,
            lambda chat: self._bot.send_message(
                chat,
                text,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=keys,
                message_thread_id=int(to.thread) if to.thread.isdecimal() else None,
                reply_parameters=reply,
            ),
        )
        return message.message_id

    async def _remove(self, to: Address, number: int) -> None:
        try:
            await self._call(to, lambda chat: self._bot.delete_message(chat, number))
        except DeliveryError as problem:
            if not problem.permanent:
                raise

    async def _call(self, to: Address, call: Callable[[int], Awaitable[T]]) -> T:
        """One call, and what its refusal means for the courier."""
        try:
            chat = int(to.chat)
        except ValueError:
            raise DeliveryError(f"{to.chat!r} is no chat of Telegram", permanent=True) from None
        try:
            return await call(chat)
        except TelegramError as problem:
            raise delivery_error(problem) from None

    # --- beside the cards: nothing that must not be lost, and nothing anybody waits for

    def say(self, to: Address, words: str, answers: int = 0) -> None:
        """A sentence of our own, in reply to a message."""
        self.aside(self._send(to, render.marked(words), None, answers))

    def tell(self, to: Address, card: Card) -> None:
        """A card that stands in no outbox: the answer to somebody not enrolled."""
        self.aside(self.show(to, card, ""))

    def ask(self, to: Address, ask: Ask, bot: str, *, at_once: bool) -> None:
        """Asks for a field of a form; ``at_once`` opens the reply on her screen."""
        keys = ForceReply(input_field_placeholder=ask.label[:64] or None) if at_once else None
        self.aside(self._send(to, ask.html(bot), keys))

    def unfold(self, to: Address, message: int, card: Card, *, all_of_it: bool) -> None:
        """Shows or hides what stands behind *More*."""
        keys = markup(render.keyboard(card, all_of_it=all_of_it))
        self.aside(
            self._call(
                to,
                lambda chat: self._bot.edit_message_reply_markup(chat, message, reply_markup=keys),
            )
        )

    def heard(self, callback: str, told: "asyncio.Future[str]") -> None:
        """Stops the button's spinning: at once, or with a word where there is one soon."""
        self.aside(self._heard(callback, told))

    async def _heard(self, callback: str, told: "asyncio.Future[str]") -> None:
        try:
            words = await asyncio.wait_for(asyncio.shield(told), ASIDE)
        except TimeoutError:
            words = ""
        await self._bot.answer_callback_query(callback, words[:200] or None, show_alert=bool(words))

    def aside(self, doing: Awaitable[object]) -> None:
        """Does it beside everything else."""
        task = asyncio.get_running_loop().create_task(_quietly(doing))
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    async def menu(self) -> None:
        """Puts our commands into the menu of every chat."""
        await self._bot.set_my_commands([BotCommand(*each) for each in COMMANDS.items()])

    async def idle(self) -> None:
        """Waits for what is being done beside."""
        while self._aside:
            await asyncio.gather(*self._aside, return_exceptions=True)

    async def close(self) -> None:
        """Lets what is being done beside come to its end, for a moment."""
        if self._aside:
            await asyncio.wait(self._aside, timeout=LAST_WORDS)
        for task in list(self._aside):
            task.cancel()
        await self.idle()


async def _quietly(doing: Awaitable[object]) -> None:
    try:
        await doing
    except (DeliveryError, TelegramError) as problem:
        log.info("not said beside a card: %s", str(problem)[:WHY])
    except Exception as problem:  # noqa: BLE001 - a word beside a card stops nothing
        log.error("not said beside a card: %s", type(problem).__name__)


def markup(rows: render.Rows) -> InlineKeyboardMarkup | None:
    """A keyboard as the library wants it."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=word) for label, word in row] for row in rows]
    )


def delivery_error(problem: TelegramError) -> DeliveryError:
    """What a refusal means for the courier. Whatever is not clear may have arrived."""
    why = str(problem)[:WHY]
    match problem:
        case RetryAfter():
            return DeliveryError(why, retry_after=seconds(problem))
        case ChatMigrated():
            return DeliveryError(why, moved_to=str(problem.new_chat_id))
        case InvalidToken():
            return DeliveryError("Telegram refuses the token", permanent=True, scope="channel")
        case Forbidden():
            return DeliveryError(f"blocked, or not in it: {why}", permanent=True, scope="chat")
        case BadRequest():
            ended = any(words in why.lower() for words in ENDED)
            return DeliveryError(why, permanent=True, scope="chat" if ended else "card")
        case _:
            return DeliveryError(why, unknown=not why.startswith(NOT_SENT))


def seconds(problem: RetryAfter) -> float:
    """How long Telegram asks us to wait."""
    asked = problem.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)


def _numbers(message_id: str) -> list[int]:
    return [int(part) for part in message_id.split(",") if part.isdecimal()]
