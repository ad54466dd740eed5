"""Telegram's HTML, read as strictly as the server reads it, and what the server marks by itself."""

import html
import re
from dataclasses import dataclass

TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler"}
)
_TOKEN = re.compile(r"<(/?)([a-zA-Z-]*)([^<>]*)>|<|&(#?\w+;)?|[^<&]+")
_NAMED = {"lt", "gt", "amp", "quot"}
_FOUND = {
    "url": re.compile(r"\w{1,20}://|[^\W_][\w-]{0,62}\.[^\W\d_]{2,24}"),
    "mention": re.compile(r"(?<!\w)@\w{2,32}"),
    "email": re.compile(r"[\w+-]@[\w-]{1,63}\.\w{2,}"),
    "bot_command": re.compile(r"(?<![\w/<>])/\w{1,64}(?:@\w+)?"),
    "hashtag": re.compile(r"(?<!\w)#\w+"),
    "cashtag": re.compile(r"(?<!\w)\$[A-Z]{3,8}\b"),
}
MOST = 100
"""Marked places of a message; the server drops the rest in silence."""


class MarkError(ValueError):
    """What the server answers to HTML it cannot read."""


@dataclass(frozen=True)
class Entity:
    type: str
    offset: int
    length: int
    url: str = ""

    def of(self, text: str) -> str:
        """What it marks in that text."""
        raw = text.encode("utf-16-le")
        return raw[2 * self.offset : 2 * (self.offset + self.length)].decode("utf-16-le")

    def json(self) -> dict[str, object]:
        told: dict[str, object] = {"type": self.type, "offset": self.offset, "length": self.length}
        return told | ({"url": self.url} if self.url else {})


NAMES = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "a": "text_link"}


def parse(source: str) -> tuple[str, list[Entity]]:
    """The text, and its marked places: those written, and those the server finds."""
    text = ""
    open_tags: list[tuple[str, int, str]] = []
    written: list[Entity] = []
    for match in _TOKEN.finditer(source):
        token = match.group()
        if token.startswith("<"):
            closing, tag, rest = match.group(1), match.group(2), match.group(3)
            if tag not in TAGS:
                what = "end" if closing else "start"
                raise MarkError(f"can't parse entities: unsupported {what} tag “{tag}”")
            if not closing:
                if open_tags and (tag in ("code", "pre") or open_tags[-1][0] in ("code", "pre")):
                    raise MarkError("can't parse entities: code stands alone")
                url = re.fullmatch(r'\s+href="([^"]*)"', rest)
                open_tags.append((tag, units(text), html.unescape(url.group(1)) if url else ""))
                continue
            if not open_tags or open_tags[-1][0] != tag:
                raise MarkError("can't parse entities: unmatched end tag")
            name, start, url_ = open_tags.pop()
            if units(text) > start:
                written.append(Entity(NAMES.get(name, name), start, units(text) - start, url_))
        elif token.startswith("&") and match.group(4):
            known = match.group(4)[0] == "#" or match.group(4)[:-1] in _NAMED
            text += html.unescape(token) if known else token
        else:
            text += token
    if open_tags:
        raise MarkError(f"can't parse entities: can't find end tag of {open_tags[-1][0]}")
    written = written[:MOST]
    return text, written + found(text, written)


def found(text: str, written: list[Entity]) -> list[Entity]:
    """What the server makes tappable by itself: everywhere but inside code."""
    closed = [(e.offset, e.offset + e.length) for e in written if e.type in ("code", "pre")]
    marks = []
    # Where no letter counts two, places are the same in both counts.
    flat = not text or max(text) <= "\uffff"
    for kind, shape in _FOUND.items():
        for match in shape.finditer(text):
            start, end = match.span()
            if not flat:
                start, end = units(text[:start]), units(text[:end])
            if not any(start < stop and end > begin for begin, stop in closed):
                marks.append(Entity(kind, start, end - start))
    return marks


def units(text: str) -> int:
    """As the server counts: UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
