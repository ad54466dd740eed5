"""What goes to Telegram: cards in their messages.

A card of several pages is several messages; their numbers joined by commas are its id.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from telegram import (
    BotCommand,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.channels.base import DeliveryError
from bot.channels.telegram import keyboard, render
from bot.channels.telegram.inert import units
from bot.channels.telegram.menu import COMMANDS
from bot.channels.telegram.refusals import GONE, SAME, delivery_error
from bot.conversations.types import Address, Card, File

if TYPE_CHECKING:
    from telegram import Bot

T = TypeVar("T")
Markup: TypeAlias = InlineKeyboardMarkup | ForceReply

NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
CAPTION: Final = 1024
"""Characters below a file; Telegram refuses more."""


class Poster:
    """Everything that is sent, with Telegram's refusals put into the courier's terms."""

    def __init__(self, bot: "Bot") -> None:
        self._bot = bot

    async def show(self, to: Address, card: Card, replaces: str) -> str:
        """Shows a card; returns the numbers of its messages.

        Raises:
            DeliveryError: it could not be shown.
        """
        texts = render.pages(card)
        keys = markup(keyboard.keyboard(card))
        standing = _numbers(replaces)
        if standing:
            edited = await self._edit(to, texts, keys, standing)
            if edited:
                return edited
        if len(card.files) == 1 and len(texts) == 1 and units(texts[0]) <= CAPTION:
            return str(await self._send_file(to, card.files[0], texts[0], keys))
        sent = [
            await self.send(to, text, keys if number == len(texts) else None)
            for number, text in enumerate(texts, 1)
        ]
        for file in card.files:
            await self._send_file(to, file)
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
            await self.call(to, edit)
        except DeliveryError as problem:
            said = str(problem).lower()
            if SAME in said:
                return True
            if any(words in said for words in GONE):
                return False
            raise
        return True

    async def send(self, to: Address, text: str, keys: Markup | None) -> int:
        """Sends one message of HTML; returns its number."""
        message = await self.call(
            to,
            lambda chat: self._bot.send_message(
                chat,
                text,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=keys,
                message_thread_id=_topic(to),
            ),
        )
        return message.message_id

    async def _send_file(
        self, to: Address, file: File, text: str = "", keys: InlineKeyboardMarkup | None = None
    ) -> int:
        """A file; with the card below it where that is short: one call, so that both arrive or
        neither."""
        message = await self.call(
            to,
            lambda chat: self._bot.send_document(
                chat,
                InputFile(file.content, file.name),
                caption=text or None,
                parse_mode=ParseMode.HTML,
                reply_markup=keys,
                message_thread_id=_topic(to),
            ),
        )
        return message.message_id

    async def _remove(self, to: Address, number: int) -> None:
        try:
            await self.call(to, lambda chat: self._bot.delete_message(chat, number))
        except DeliveryError as problem:
            if not problem.permanent:
                raise

    async def call(self, to: Address, call: Callable[[int], Awaitable[T]]) -> T:
        """One call, and what its refusal means for the courier."""
        try:
            chat = int(to.chat)
        except ValueError:
            raise DeliveryError(f"{to.chat!r} is no chat of Telegram", permanent=True) from None
        try:
            return await call(chat)
        except TelegramError as problem:
            raise delivery_error(problem) from None

    async def menu(self) -> None:
        """Puts our commands into the menu of every chat."""
        await self._bot.set_my_commands([BotCommand(*each) for each in COMMANDS.items()])


def markup(rows: keyboard.Rows) -> InlineKeyboardMarkup | None:
    """A keyboard as the library wants it."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=word) for label, word in row] for row in rows]
    )


def _topic(to: Address) -> int | None:
    return int(to.thread) if to.thread.isdecimal() else None


def _numbers(message_id: str) -> list[int]:
    return [int(part) for part in message_id.split(",") if part.isdecimal()]
