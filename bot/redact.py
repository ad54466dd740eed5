"""Neither tokens and passwords nor a customer's words ever reach a log.

httpx writes every address it calls at INFO, and Telegram's addresses carry the bot's token; the
address of a database carries a password. Whoever reads a log must not be able to post as the bot,
so each record is blacked out on its way to the handler, whoever wrote it, tracebacks included.

What was said has no shape to know it by. So libraries that write down what they send are shut up
for good below WARNING, whatever level anybody sets; and an error is told in its own words only
where it is one of ours, because those are written for people and quote nobody.
"""

import logging
import re
import traceback
from collections.abc import Iterable, Iterator
from types import TracebackType
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


LIBRARIES: Final = (
    "aiohttp",
    "apscheduler",
    "httpcore",
    "httpx",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "telegram",
)
"""They write what they send and store: whole cards, whole lines, rows with their values."""
OURS: Final = frozenset({"bot", "playbooks", "storage"})


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
        # Another handler may have left its own traceback on the record, messages and all.
        kept, record.exc_text = record.exc_text, None
        try:
            return blacked(super().format(record), self._secrets)
        finally:
            record.exc_text = kept

    def formatException(  # noqa: N802 - the library's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Where it happened, and what: the message only where it is ours."""
        return "".join(_frames(ei[1])).rstrip("\n") if ei[1] is not None else ""


def ours(problem: BaseException) -> bool:
    """Whether an error is one of ours: written for people, and quoting nobody."""
    return type(problem).__module__.partition(".")[0] in OURS


def told(problem: BaseException) -> str:
    """What may be logged of an error: the name of a library's, ours in its own words."""
    return (str(problem) if ours(problem) else "") or type(problem).__name__


def _frames(problem: BaseException) -> Iterator[str]:
    """The traceback of an error and of what led to it, as Python prints it but for the words."""
    before = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
    if before is not None and before is not problem:
        yield from _frames(before)
        yield "After it:\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(problem.__traceback__)
    yield f"{type(problem).__name__}: {told(problem)}\n"


class Gate(logging.Handler):
    """Lets through what a library says from WARNING up, and nothing else. It stands at the top of
    the library's loggers and is the only way out, so that a level set below opens nothing."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        """Hands on to wherever everything else goes."""
        logging.getLogger().callHandlers(record)


def hush(libraries: Iterable[str] = LIBRARIES) -> None:
    """Shuts up libraries below WARNING, for good; safe to repeat."""
    for name in libraries:
        top = logging.getLogger(name)
        top.handlers[:] = [Gate()]
        top.propagate = False


def start_logging(level: str, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Sends all logs to standard error, blacked out; libraries speak from WARNING up.

    Replaces earlier handlers of the root logger, so that none can bypass the blacking out.
    """
    handler = logging.StreamHandler(stream)
    layout = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    handler.setFormatter(BlackFormatter(layout, secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    hush()
    for chatty in LIBRARIES:
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
