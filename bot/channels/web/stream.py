"""Live lines for an open page: server-sent events, resumed by the number of the last line seen.

Theory of operation: the page keeps one request open; each line goes out as an event whose id is
the line's ``seq``. When the connection breaks, the browser asks again and names the last id, and
gets exactly what is newer. So a line may be sent twice over two connections, and never not at all:
the page puts a line it has already in its place.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.channels.web.channel import WebChannel
from bot.conversations.types import Line, Person

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

MOST_LINES = 200
"""Lines sent at once; a page that missed more is told to load itself anew."""
_HEADERS = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no")]
_log = logging.getLogger(__name__)


class LineStream:
    """An ASGI response that lasts as long as the page; it ends with the page or the channel."""

    def __init__(
        self, channel: WebChannel, person: Person, after: int, draw: Callable[[Line], str]
    ) -> None:
        self._channel = channel
        self._person = person
        self._after = after
        self._draw = draw
        self._shift: str | None = None
        self._left = False
        self._over = False

    async def __call__(
        self,
        scope: "Scope",  # noqa: ARG002 - part of what an ASGI response is
        receive: "Receive",
        send: "Send",
    ) -> None:
        """Sends lines until one of the two leaves."""
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        with self._channel.bell(self._channel.address_of(self._person)) as bell:
            watch = asyncio.ensure_future(self._until_left(receive, bell))
            try:
                await self._send_lines(bell, send)
            except OSError:
                _log.debug("a page went away while it was written to")
            except Exception as error:  # noqa: BLE001 - the page asks again and misses nothing
                _log.warning("live lines stopped: %s", type(error).__name__)
            finally:
                watch.cancel()
        if not self._left:
            await send({"type": "http.response.body", "body": b""})

    async def _send_lines(self, bell: asyncio.Event, send: "Send") -> None:
        first = b"retry: 1000\n\n"
        while not (self._left or self._channel.closed):
            bell.clear()
            news = await self._news()
            body = first + news or b": here\n\n"
            await send({"type": "http.response.body", "body": body, "more_body": True})
            first = b""
            if self._over:
                return
            try:
                async with asyncio.timeout(self._channel.heartbeat):
                    await bell.wait()
            except TimeoutError:
                continue

    async def _news(self) -> bytes:
        channel = self._channel
        chat = channel.address_of(self._person)
        lines = await channel.transcript.lines(chat, self._after, MOST_LINES)
        person = await channel.person(self._person.id)
        if person is None or len(lines) >= MOST_LINES:
            self._over = True
            return _event("reload", "{}")
        events = [_event("line", self._told(line), line.seq) for line in lines]
        self._after = max([self._after, *(line.seq for line in lines)])
        if person.shift != self._shift:
            self._shift = person.shift
            events.append(_event("shift", json.dumps({"shift": person.shift})))
        return b"".join(events)

    def _told(self, line: Line) -> str:
        return json.dumps({"html": self._draw(line)})

    async def _until_left(self, receive: "Receive", bell: asyncio.Event) -> None:
        while (await receive())["type"] != "http.disconnect":
            continue
        self._left = True
        bell.set()


def _event(name: str, told: str, seq: int | None = None) -> bytes:
    number = "" if seq is None else f"id: {seq}\n"
    return f"{number}event: {name}\ndata: {told}\n\n".encode()
