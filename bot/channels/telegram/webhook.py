"""The address Telegram calls where it is told to: only with our secret, and only after the event is
kept does it hear that all is well. Otherwise it calls again."""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.settings import TELEGRAM_PATH

HEADER: Final = "x-telegram-bot-api-secret-token"
LIMIT: Final = 256 * 1024
"""Bytes of an update; real ones have a few thousand."""


def webhook_route(secret: str, take: Callable[[object], Awaitable[bool]]) -> BaseRoute:
    """The route. ``take`` says whether an update is settled."""
    expected = secret.encode()

    async def called(request: Request) -> Response:
        given = request.headers.get(HEADER, "").encode("latin-1", "replace")
        if not hmac.compare_digest(given, expected):
            return PlainTextResponse("Not for you.", 403)
        body = await _body(request)
        if body is None:
            return PlainTextResponse("Too large.", 413)
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return PlainTextResponse("Not JSON.", 400)
        settled = await take(update)
        return PlainTextResponse("", 200 if settled else 503)

    return Route(TELEGRAM_PATH, called, methods=["POST"])


async def _body(request: Request) -> bytes | None:
    """The body; None where it is larger than an update can be."""
    found = bytearray()
    try:
        async for part in request.stream():
            found += part
            if len(found) > LIMIT:
                return None
    except ClientDisconnect:
        return b""
    return bytes(found)
