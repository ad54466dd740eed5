"""The addresses of the chat, and what a post must be to become an event."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.channels.base import Receipt
from bot.channels.web import pages
from bot.channels.web.channel import WebChannel
from bot.channels.web.guard import Guard
from bot.channels.web.posts import RefusalError, Sent, read_post
from bot.channels.web.refusals import kindly, nothing_here, told_of
from bot.channels.web.stream import LineStream
from bot.conversations.types import Filled, Line, Person, Said, Tapped

LAST_LINES = 60
"""Lines a page starts with."""
WAIT_FOR_CARD = 1.0
"""Seconds a page without script is held for its card, so that it is there when the page is."""
_STAYS = "What you sent stays on this page and is sent again by itself."
_log = logging.getLogger(__name__)


def web_app(
    channel: WebChannel, *, allowed_hosts: Collection[str], more: Sequence[BaseRoute] = ()
) -> Starlette:
    """The whole of it behind the guard. ``allowed_hosts`` comes from ``local_hosts(port)``;
    ``more`` are routes of others, such as the console."""
    return Starlette(
        routes=[*channel.routes(), *more],
        middleware=[Middleware(Guard, hosts=allowed_hosts)],
        exception_handlers={HTTPException: nothing_here},
    )


def chat_routes(channel: WebChannel) -> list[BaseRoute]:
    """Every address of the chat."""
    desk = _Desk(channel)
    return [
        Route("/", kindly(desk.start)),
        Route("/who", kindly(desk.who)),
        Route("/who", kindly(desk.choose), methods=["POST"]),
        Route("/chat", kindly(desk.chat)),
        Route("/say", kindly(desk.post), methods=["POST"]),
        Route("/tap", kindly(desk.post), methods=["POST"]),
        Route("/form", kindly(desk.post), methods=["POST"]),
        Route("/events", kindly(desk.events)),
        Route("/health", desk.health),
        Mount("/static", StaticFiles(directory=pages.FOLDER / "static")),
    ]


class _Desk:
    """The endpoints, around one channel."""

    def __init__(self, channel: WebChannel) -> None:
        self._channel = channel

    # --- pages

    async def start(self, request: Request) -> ASGIApp:
        person = await self._person(request)
        return await self._door() if person is None else _go("/chat")

    async def who(self, _: Request) -> ASGIApp:
        return await self._door()

    async def choose(self, request: Request) -> ASGIApp:
        sent = await read_post(request)
        person = await self._channel.person(sent.fields.get("person", ""))
        if person is None:
            return await self._door("That person is not on the list. Choose again.", 400)
        answer = _go("/chat")
        answer.set_cookie(_cookie(request), person.id, httponly=True, samesite="strict")
        return answer

    async def _door(self, told: str = "", status: int = 200) -> ASGIApp:
        channel = self._channel
        groups = pages.by_site(await channel.transcript.people(), channel.sites())
        body = pages.page("who.html", groups=groups, told=told, demo=channel.demo)
        return HTMLResponse(body, status)

    async def chat(self, request: Request) -> ASGIApp:
        person = await self._person(request)
        if person is None:
            return _go("/")
        channel = self._channel
        lines = await channel.transcript.lines(channel.address_of(person), 0, LAST_LINES)
        draw = self._draw(person)
        return HTMLResponse(
            pages.page(
                "chat.html",
                person=person,
                site=pages.site_name(person.site, channel.sites()),
                lines=[draw(line) for line in sorted(lines, key=lambda line: line.position)],
                seq=max((line.seq for line in lines), default=0),
                chips=pages.chips_for(person),
                examples=pages.EXAMPLES,
                demo=channel.demo,
            )
        )

    async def events(self, request: Request) -> ASGIApp:
        person = await self._person(request)
        if person is None or request.query_params.get("who", person.id) != person.id:
            raise RefusalError(401, "Choose who you are first.")
        seen = request.headers.get("last-event-id") or request.query_params.get("after", "0")
        after = int(seen) if seen.isdecimal() else 0
        return LineStream(self._channel, person, after, self._draw(person))

    async def health(self, _: Request) -> Response:
        ready = self._channel.open
        return JSONResponse({"status": "ready" if ready else "starting"}, 200 if ready else 503)

    # --- posts

    async def post(self, request: Request) -> ASGIApp:
        sent = await read_post(request)
        person = await self._person(request)
        if person is None:
            raise RefusalError(401, "Choose who you are first, then send it again.", sent)
        if sent.who not in ("", person.id):
            words = f"This browser now belongs to {person.name}. Load the page anew."
            raise RefusalError(409, words, sent)
        event = self._event(request.url.path, person, sent)
        try:
            receipt = await self._channel.take_in(event)
        except Exception as error:  # noqa: BLE001 - the boundary: whatever it was, the line stays
            _log.error("an event was not kept: %s", type(error).__name__)
            raise RefusalError(503, f"{told_of(error)} {_STAYS}", sent) from None
        if sent.from_script:
            return JSONResponse({"receipt": receipt}, 202)
        return await self._back(event, receipt)

    def _event(self, path: str, person: Person, sent: Sent) -> Said | Tapped | Filled:
        key = f"web:{person.id}:{sent.key()}"
        chat, at = self._channel.address_of(person), self._channel.clock()
        if path == "/say":
            return Said(key, at, person.id, chat, sent.text())
        if path == "/tap":
            return Tapped(key, at, person.id, chat, sent.tap())
        return Filled(key, at, person.id, chat, sent.tap(), sent.answers())

    async def _back(self, event: Said | Tapped | Filled, receipt: Receipt) -> Response:
        """Back to the page, once the card is there or a second has passed."""
        chat = event.address
        try:
            async with asyncio.timeout(0 if receipt == "again" else WAIT_FOR_CARD):
                with self._channel.bell(chat) as bell:
                    while not _answered(await self._channel.transcript.lines(chat, 0, 1)):
                        await bell.wait()
                        bell.clear()
        except TimeoutError:
            _log.debug("a page without script went back before its card")
        return _go("/chat#end")

    # --- shared

    async def _person(self, request: Request) -> Person | None:
        chosen = request.cookies.get(_cookie(request), "")
        return await self._channel.person(chosen) if chosen else None

    def _draw(self, person: Person) -> Callable[[Line], str]:
        zone = pages.zone_of(person.site, self._channel.sites())
        clock = self._channel.clock
        return lambda line: pages.draw_line(line, person, zone, clock())


def _answered(lines: list[Line]) -> bool:
    return bool(lines) and lines[-1].card is not None


def _cookie(request: Request) -> str:
    """One name a port: cookies ignore the port, and the demo beside the real chat would otherwise
    change who is at the desk."""
    return f"fifteen-who-{request.url.port or 80}"


def _go(where: str) -> Response:
    return RedirectResponse(where, 303)
