"""A post of the page, read strictly: what is wrong with it is told in words for the desk."""

import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

LONGEST = 20_000
"""Longest line the page takes, in characters."""
_KEY = re.compile(r"[A-Za-z0-9_-]{1,80}")
_OWN = frozenset({"key", "tap", "text", "who"})
_ODD = "The page sent something that cannot be read. Load it anew and try again."


class RefusalError(Exception):
    """A request that is not carried out: ``words`` say why and what to do."""

    def __init__(self, status: int, words: str, sent: "Sent | None" = None) -> None:
        super().__init__(words)
        self.status = status
        self.words = words
        self.sent = sent


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields of a post; ``from_script`` is false where a plain form sent it."""

    fields: dict[str, str]
    from_script: bool

    @property
    def who(self) -> str:
        """Who the page thinks she is; empty where it does not say."""
        return self.fields.get("who", "")

    def key(self) -> str:
        """The page's own name for the event: the same on every retry."""
        key = self.fields.get("key", "")
        if not _KEY.fullmatch(key):
            raise RefusalError(400, _ODD)
        return key

    def text(self) -> str:
        """The line typed."""
        text = self.fields.get("text", "").replace("\r\n", "\n")
        if not text.strip():
            raise RefusalError(400, "Nothing was typed. Write in a few words what happened.")
        if len(text) > LONGEST:
            words = f"That is {len(text):,} characters. Up to {LONGEST:,} fit: send the first part."
            raise RefusalError(413, words)
        return text

    def tap(self) -> str:
        """The button's own word."""
        tap = self.fields.get("tap", "")
        if not tap:
            raise RefusalError(400, _ODD)
        return tap

    def answers(self) -> dict[str, str]:
        """What was filled in, by the names of the form's own fields. ``f.`` keeps a field named
        like one of ours apart."""
        own = {name: value for name, value in self.fields.items() if name not in _OWN}
        return {name.removeprefix("f."): value for name, value in own.items()}


async def read_post(request: Request) -> Sent:
    """Reads a form or a flat JSON object of strings.

    Raises:
        RefusalError: it is neither.
    """
    body = await request.body()
    html = "text/html" in request.headers.get("accept", "")
    try:
        if request.headers.get("content-type", "").startswith("application/json"):
            fields = json.loads(body)
        else:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100)
            fields = dict(pairs)
    except (ValueError, RecursionError):
        raise RefusalError(400, _ODD) from None
    flat = isinstance(fields, dict) and all(isinstance(value, str) for value in fields.values())
    if not flat:
        raise RefusalError(400, _ODD)
    return Sent(fields, from_script=not html)
