"""Tokens and passwords never reach a log.

httpx writes every address it calls at INFO, and Telegram's addresses carry the bot's token; the
address of a database carries a password. Whoever reads a log must not be able to post as the bot,
so each record is blacked out on its way to the handler, whoever wrote it, tracebacks included.
"""

import logging
import re
from collections.abc import Iterable
from typing import Final, TextIO

BLACK: Final = "[redacted]"

# What tokens look like: Telegram's, Slack's, a bearer header, a password inside an address, and a
# query or form field that is named after a secret.
_SHAPES: Final = re.compile(
    r"""
      (?P<keep>://[^/\s:@]*:)[^/\s@]+(?=@)
    | (?P<named>\b(?:token|secret|password|passwd|api_key|signature)["']?\s*[=:]\s*["']?)
      [^\s"'&,;)}\]]+
    | (?P<bearer>\bBearer\s+)[\w.~+/=-]+
    | (?<!\d)\d{6,}:[\w-]{30,}
    | \bx(?:ox[a-z]|app)-[\w-]{8,}
    | (?P<hook>hooks\.slack\.com/(?:services|workflows)/)[\w/-]+
    """,
    re.VERBOSE | re.IGNORECASE,
)


def blacked(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without anything that looks like a token, and without the ``secrets`` themselves."""
    for secret in secrets:
        text = text.replace(secret, BLACK)
    return _SHAPES.sub(_black, text)


def _black(match: re.Match[str]) -> str:
    kept = next((part for part in match.groupdict().values() if part), "")
    return f"{kept}{BLACK}"


class BlackFormatter(logging.Formatter):
    """Formats as usual, then blacks out: the last step, so that nothing slips in after it."""

    def __init__(self, layout: str, secrets: Iterable[str] = ()) -> None:
        super().__init__(layout)
        # Short words would black out half a log; a real secret is never that short.
        self._secrets = tuple(secret for secret in secrets if len(secret) >= 8)

    def format(self, record: logging.LogRecord) -> str:
        """One line for the log, and the traceback where there is one."""
        return blacked(super().format(record), self._secrets)


def start_logging(level: str, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Sends all logs to standard error, blacked out; chatty libraries speak from WARNING up.

    Replaces earlier handlers of the root logger, so that none can bypass the blacking out.
    """
    handler = logging.StreamHandler(stream)
    layout = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    handler.setFormatter(BlackFormatter(layout, secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "apscheduler", "telegram", "slack_bolt", "slack_sdk"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
