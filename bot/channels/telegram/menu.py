"""The commands Telegram offers in every chat."""

from collections.abc import Mapping
from typing import Final

COMMANDS: Final[Mapping[str, str]] = {
    "moment": "Log a moment: /moment guest 412 furious room not ready",
    "open": "What is still open with you",
    "digest": "The last seven days, for managers",
    "table": "The same as a table for a spreadsheet",
    "on": "You are at work",
    "off": "You have gone home",
    "undo": "Take the last step back",
    "plays": "The playbook in numbers",
    "invite": "A code that lets somebody in",
    "link": "A code for your second account",
    "people": "Who is enrolled",
    "help": "How it works",
}
"""The menu. Every other command of a person is answered with the help."""
