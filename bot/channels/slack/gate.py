"""HTTP events: what stands before anything is read. Size, headers, age, signature, in that order.

Only a request that is ours by its signature is parsed at all; everything else costs one hash.
"""

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

LARGEST: Final = 1024 * 1024
"""Largest body, in bytes: a press brings along the whole message it stands in."""
OLDEST: Final = 300
"""Seconds a signature is good for: a recorded request cannot be played again later."""
KINDS: Final = ("application/json", "application/x-www-form-urlencoded")

Dispatch = Callable[[str, dict[str, str]], Awaitable[tuple[int, str, str]]]
"""A body and its headers in; status, content type and body of the answer out."""


class ForgeryError(Exception):
    """The request is not taken. ``status`` says which kind; the words go to nobody but a person
    who set it up wrongly."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def check(
    headers: dict[str, str], body: bytes, secret: str, now: float, largest: int = LARGEST
) -> None:
    """Passes what Slack signed within the last five minutes.

    Raises:
        ForgeryError: anything else.
    """
    if len(body) > largest:
        raise ForgeryError(413, "too large")
    if headers.get("content-type", "").partition(";")[0].strip().lower() not in KINDS:
        raise ForgeryError(415, "neither JSON nor a form")
    stamp, signature = (headers.get(f"x-slack-{n}", "") for n in ("request-timestamp", "signature"))
    if not re.fullmatch(r"[0-9]{1,12}", stamp) or not signature.startswith("v0="):
        raise ForgeryError(401, "not signed")
    if abs(now - int(stamp)) > OLDEST:
        raise ForgeryError(401, "signed too long ago: is the clock of this machine right?")
    if not hmac.compare_digest(sign(secret, stamp, body).encode(), signature.encode()):
        raise ForgeryError(401, "the signature is not Slack's")


def sign(secret: str, stamp: str, body: bytes) -> str:
    """Slack's signature of a body: HMAC-SHA256 over version, time and body."""
    signed = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={signed.hexdigest()}"


def event_route(
    path: str, secret: str, now: Callable[[], float], dispatch: Dispatch
) -> "BaseRoute":
    """The one route of all that Slack sends over HTTP."""
    from starlette.responses import PlainTextResponse, Response
    from starlette.routing import Route

    async def events(request: "Request") -> "Response":
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            body = await _bounded(request, headers)
            check(headers, body, secret, now())
        except ForgeryError as problem:
            return PlainTextResponse(str(problem), problem.status)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return PlainTextResponse("not text", 400)
        status, kind, answer = await dispatch(text, headers)
        return Response(answer, status, media_type=kind)

    return Route(path, events, methods=["POST"])


async def _bounded(request: "Request", headers: dict[str, str]) -> bytes:
    announced = headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > LARGEST:
        raise ForgeryError(413, "too large")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise ForgeryError(413, "too large")
    return bytes(body)
