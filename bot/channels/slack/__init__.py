"""Slack: Socket Mode or HTTP events in, cards as blocks out."""

from bot.channels.slack.channel import SlackChannel

__all__ = ["SlackChannel"]
