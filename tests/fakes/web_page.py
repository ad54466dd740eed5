"""A page of the built-in chat as somebody has it open: no browser, the same requests as its script.

It chooses who it is, loads the chat, keeps the event stream open and reads the cards back out of
the HTML; a press is a post under a key of its own, as the script makes them.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count
from typing import cast

import aiohttp

from bot.channels.base import Receive
from bot.channels.web import WebChannel, listen, local_hosts, web_app, web_server
from bot.conversations.types import Bar, Button, Card, Fact, Field, Form, Tone

VOID = frozenset({"input", "img", "link", "meta", "br", "hr"})
PATIENCE = 60.0


@dataclass
class Node:
    """An element, with what is inside it: elements and words."""

    tag: str
    attrs: Mapping[str, str]
    inside: list["Node | str"] = field(default_factory=list)

    def all(self, tag: str, css: str = "") -> Iterator["Node"]:
        """Every element of that tag below this one, and of that class where one is named."""
        for each in self.inside:
            if isinstance(each, Node):
                if each.tag == tag and css in ("", *each.attrs.get("class", "").split()):
                    yield each
                yield from each.all(tag, css)

    def first(self, tag: str, css: str = "") -> "Node | None":
        return next(self.all(tag, css), None)

    def tags(self) -> frozenset[str]:
        """Every kind of element below this one."""
        below = [each for each in self.inside if isinstance(each, Node)]
        return frozenset({each.tag for each in below}).union(*(each.tags() for each in below))

    def words(self, *but: str) -> str:
        """What is read there, without the elements of those tags."""
        return "".join(
            each if isinstance(each, str) else "" if each.tag in but else each.words(*but)
            for each in self.inside
        )


class _Reader(HTMLParser):
    """Builds the tree; what is not closed in order is a fault of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        last = self.open.pop()
        assert last.tag == tag, f"</{tag}> closes <{last.tag}>"

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def tree(html: str) -> Node:
    """The elements of a piece of HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is not closed"
    return reader.open[0]


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the chat as it stands on the page; ``card`` is None for what was typed."""

    slot: str
    seq: int
    position: int
    card: Card | None
    words: str = ""
    tags: frozenset[str] = frozenset()


def shown(article: Node) -> Shown:
    """The line an article shows."""
    typed = "said" in article.attrs["class"].split()
    card = None if typed else card_of(article)
    place = (int(article.attrs[name]) for name in ("data-seq", "data-position"))
    return Shown(article.attrs["data-slot"], *place, card, article.words(), article.tags())


def card_of(article: Node) -> Card:
    """The card as it is read off the page."""
    title, quote = article.first("h2"), article.first("blockquote")
    note = article.first("p", "note")
    assert title is not None
    return Card(
        title.words(),
        cast("Tone", article.attrs["class"].split()[1]),
        quote.words() if quote else "",
        tuple(step.words() for step in article.all("span", "step")),
        tuple(_fact(row) for each in article.all("dl", "facts") for row in each.all("div")),
        tuple(_bars(article)),
        note.words() if note else "",
        tuple(_buttons(article)),
        _form(article),
    )


def _fact(row: Node) -> Fact:
    label, text = row.first("dt"), row.first("dd")
    assert text is not None
    return Fact(label.words("span").strip() if label else "", text.words("span"))


def _bars(article: Node) -> Iterator[Bar]:
    group = ""
    for row in article.all("tr"):
        head = row.first("th")
        assert head is not None
        if "group" in row.attrs.get("class", ""):
            group = head.words()
            continue
        number, note = row.first("td", "count"), row.first("small")
        assert number is not None
        yield Bar(head.words(), int(number.words()), 0.0, note.words() if note else "", group)


def _buttons(article: Node) -> Iterator[Button]:
    for form in article.all("form", "taps"):
        more = {id(button) for each in form.all("details") for button in each.all("button")}
        for button in form.all("button"):
            yield Button(button.words(), button.attrs["value"], more=id(button) in more)


def _form(article: Node) -> Form | None:
    form = article.first("form", "questions")
    if form is None:
        return None
    fields = [*form.all("input"), *form.all("textarea")]
    hidden = {f.attrs["name"]: f.attrs["value"] for f in fields if f.attrs.get("type") == "hidden"}
    asked = [f.attrs["name"] for f in fields if f.attrs.get("type") != "hidden"]
    names = dict.fromkeys(name.removeprefix("f.") for name in asked)
    submit = form.first("button", "primary")
    assert submit is not None
    return Form(hidden["tap"], tuple(Field(name, name) for name in names), submit.words())


class Page:
    """One open page. ``lines`` are what stands on it, by slot, the one changed last at the end."""

    def __init__(self, address: str, who: str) -> None:
        self.who = who
        self.lines: dict[str, Shown] = {}
        self.written = 0
        """Cards that came while the page was open: new ones and edits."""
        self.seq = 0
        self._address = address
        self._keys = count(1)
        self._news = asyncio.Event()

    async def open(self) -> "Page":
        """Chooses who it is, loads the chat, and keeps listening."""
        self._session = aiohttp.ClientSession(
            self._address, cookie_jar=aiohttp.CookieJar(unsafe=True)
        )
        async with self._session.post("/who", data={"person": self.who}) as reply:
            assert reply.status == 200, await reply.text()
        found = await self.anew()
        self.lines = {line.slot: line for line in sorted(found, key=lambda line: line.seq)}
        self.seq = max((line.seq for line in found), default=0)
        self._stream = await self._session.get(f"/events?who={self.who}&after={self.seq}")
        assert self._stream.status == 200
        self._listening = asyncio.create_task(self._listen())
        return self

    async def close(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        self._stream.close()
        await self._session.close()

    async def anew(self) -> list[Shown]:
        """What somebody sees who loads the page now, from top to bottom."""
        async with self._session.get("/chat") as reply:
            (chat,) = tree(await reply.text()).all("main")
        return [shown(article) for article in chat.all("article")]

    async def _listen(self) -> None:
        told: dict[str, str] = {}
        async for raw in self._stream.content:
            name, _, value = raw.decode().rstrip("\n").partition(": ")
            if name:
                told[name] = value
                continue
            if told.get("event") == "line":
                self._take(tree(json.loads(told["data"])["html"]))
            assert told.get("event") != "reload", "the page is told to load itself anew"
            told = {}

    def _take(self, found: Node) -> None:
        (article,) = found.all("article")
        line = shown(article)
        self.lines.pop(line.slot, None)
        self.lines[line.slot] = line
        self.written += line.card is not None
        self.seq = max(self.seq, line.seq)
        self._news.set()

    async def until(self, seq: int) -> None:
        """Waits for everything up to that line."""
        async with asyncio.timeout(PATIENCE):
            while self.seq < seq:
                assert not self._listening.done(), self._listening
                self._news.clear()
                await self._news.wait()

    def cards(self) -> list[Card]:
        """The cards on the page, the one changed last at the end."""
        return [line.card for line in self.lines.values() if line.card is not None]

    async def post(self, path: str, key: str = "", **fields: str) -> tuple[int, dict[str, str]]:
        """Sends something as the script does; status and answer. One ``key`` is one event."""
        sent = {"key": key or f"key{next(self._keys)}", "who": self.who, **fields}
        async with self._session.post(path, json=sent) as reply:
            return reply.status, await reply.json()


@asynccontextmanager
async def web_chat(channel: WebChannel, receive: Receive) -> AsyncIterator[str]:
    """The channel on a real port, taking events in, for as long as the block runs."""
    sock = listen("127.0.0.1", 0)
    port = sock.getsockname()[1]
    ready = asyncio.Event()
    app = web_app(channel, allowed_hosts=local_hosts(port))
    server = web_server(app, channel, ready.set)
    running = asyncio.create_task(channel.run(receive))
    serving = asyncio.create_task(server.serve(sockets=[sock]))
    await ready.wait()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
