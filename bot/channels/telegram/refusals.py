"""What Telegram's refusals mean for the courier."""

from datetime import timedelta
from typing import Final

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.channels.base import DeliveryError
from bot.channels.telegram.request import NOT_SENT

SAME: Final = "message is not modified"
ENDED: Final = ("chat not found", "user not found", "deactivated", "was deleted", "peer_id_invalid")
GONE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "no text in the message",
)
"""What stands there cannot become this card: it was deleted, is too old, or is a file."""
WHY: Final = 200
"""Characters of an error that are kept: a server's whole answer may hold what somebody wrote."""


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
