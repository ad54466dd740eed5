"""What is answered where something cannot be done: words for the person at the desk."""

import functools
import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp

from bot.channels.web import pages
from bot.channels.web.guard import TooLargeError
from bot.channels.web.posts import RefusalError
from bot.redact import ours

_FAULT = "Fifteen cannot do this just now; try again in a moment."
_log = logging.getLogger(__name__)
Endpoint: TypeAlias = Callable[[Request], Awaitable[ASGIApp]]


def kindly(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """Turns every refusal and every fault into words for the person at the desk."""

    @functools.wraps(endpoint)
    async def answered(request: Request) -> ASGIApp:
        try:
            return await endpoint(request)
        except RefusalError as refusal:
            return refused(request, refusal)
        except (HTTPException, TooLargeError):
            raise
        except Exception as error:  # noqa: BLE001 - the boundary to the browser
            _log.error("a page failed: %s", type(error).__name__)
            return refused(request, RefusalError(503, told_of(error)))

    return answered  # type: ignore[return-value]


def told_of(error: Exception) -> str:
    """Our own errors are written for people; a library's may hold the customer's words."""
    return str(error) if ours(error) else _FAULT


def refused(request: Request, refusal: RefusalError) -> Response:
    """The words, as a page where one is looked at, else for the script."""
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"message": refusal.words}, refusal.status)
    sent = refusal.sent
    again = sent.fields if sent is not None and refusal.status >= 500 else {}
    body = pages.page("again.html", told=refusal.words, path=request.url.path, again=again)
    return HTMLResponse(body, refusal.status)


async def nothing_here(request: Request, error: Exception) -> Response:
    """The answer to an address that is none."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return refused(request, RefusalError(status, "There is nothing here. The chat is at /"))
