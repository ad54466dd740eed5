"""Telegram. Importing this imports the library: only where a token is set."""

from bot.channels.telegram.channel import TelegramChannel

__all__ = ["TelegramChannel"]
