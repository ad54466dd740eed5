"""What a channel is told of its platform: where it is, and what opens it."""

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """What the Slack channel needs. Socket Mode with ``app_token``, else HTTP events, told from
    forgeries by ``signing_secret``."""

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = "https://slack.com/api/"
    more: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Further workspaces and their bots' tokens."""
    enrol_usergroup: str = ""
    enrol_workspace: bool = False
    """Whom the list lets in without a code: a user group, or every full member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings:
    """What the Telegram channel needs. Long polling, or a webhook where ``webhook_url`` is set,
    told from forgeries by ``webhook_secret``."""

    bot_token: str = field(repr=False)
    webhook_secret: str = field(default="", repr=False)
    webhook_url: str = ""
    base_url: str = "https://api.telegram.org/bot"
    base_file_url: str = "https://api.telegram.org/file/bot"


SLACK_PATH: Final = "/slack/events"
"""Where Slack sends events, commands and presses in HTTP mode."""
TELEGRAM_PATH: Final = "/telegram/webhook"
"""Where Telegram sends updates in webhook mode."""
