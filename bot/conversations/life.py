"""The life of a moment as one table.

A moment is logged (open), something is done (acted), the second moment of truth is known
(settled), the ultimate one is known or can no longer be (closed). What is not in the table does not
happen: ``after`` raises and nothing is changed.
"""

from typing import Final

from bot.conversations.types import Status

NEXT: Final[dict[Status, dict[str, Status]]] = {
    "open": {
        "did": "acted",
        "gave": "acted",
        "kept": "acted",
        "reread": "open",
        "ask": "open",
        "help": "open",
        "hand": "open",
        "again": "open",
        "smot": "settled",
        "close": "closed",
        "withdraw": "undone",
    },
    "acted": {
        "did": "acted",
        "gave": "acted",
        "kept": "acted",
        "reread": "open",
        "ask": "acted",
        "help": "acted",
        "hand": "acted",
        "again": "open",
        "smot": "settled",
        "close": "closed",
        "withdraw": "undone",
    },
    "settled": {
        "gave": "settled",
        "help": "settled",
        "hand": "settled",
        "again": "open",
        "smot": "settled",
        "umot": "closed",
        "close": "closed",
    },
    "closed": {"gave": "closed", "help": "closed", "again": "open"},
    "undone": {"keep": "open"},
}


class IllegalStepError(Exception):
    """A step this moment cannot take now. The message is for the person who pressed."""

    def __init__(self, status: Status, step: str) -> None:
        super().__init__(SAID[status])
        self.status = status
        self.step = step


SAID: Final[dict[Status, str]] = {
    "open": "This moment is still open; that comes later.",
    "acted": "This is noted as done; that comes later.",
    "settled": "How it ended is already noted for this moment.",
    "closed": "This moment is closed; nothing more is asked.",
    "undone": "This moment was withdrawn; nothing was changed.",
}


def after(status: Status, step: str) -> Status:
    """The status after a step.

    Raises:
        IllegalStepError: the table does not know this step from here.
    """
    try:
        return NEXT[status][step]
    except KeyError:
        raise IllegalStepError(status, step) from None
