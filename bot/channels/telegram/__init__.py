"""Telegram. Importing this imports the library: only where a token is set."""

from bot.channels.telegram.channel import Access, TelegramChannel

__all__ = ["Access", "TelegramChannel"]
