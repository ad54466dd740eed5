"""What stands between the page and everybody else: the loopback address alone, our own pages alone,
bounded bodies, and headers that let no foreign script, frame or style in.

A web page elsewhere can make a browser post to 127.0.0.1, or give its own name that address. Both
are told apart by the Host, Origin and Sec-Fetch-Site the browser sends and a page cannot forge.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_LIMIT = 64 * 1024
"""Largest body of a post, in bytes."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
_FOREIGN_HOST = (
    "This is the chat of the machine it runs on. Open it as http://127.0.0.1 with its port; "
    "under another name it does not answer."
)
_FOREIGN_PAGE = (
    "Another web page asked for this. Fifteen answers its own pages only: type the address "
    "into the browser yourself."
)
_TOO_LARGE = "That is more than fits (64 KB). Send the first part of it, and the rest after."


class BindError(ValueError):
    """The built-in chat was told to listen where others could reach it."""


class TooLargeError(Exception):
    """More of a body came than was announced or allowed."""


def check_bind(host: str) -> None:
    """Allows the loopback address alone.

    Raises:
        BindError: any other address: everybody on that network could choose to be the manager.
    """
    if host.strip("[]") not in LOOPBACK:
        raise BindError(
            f"The built-in chat cannot listen on {host!r}: it asks nobody for a password, so "
            "everybody who reaches it could act as anyone. Set the host to 127.0.0.1, and use "
            "Slack or Telegram for people elsewhere."
        )


def local_hosts(port: int) -> frozenset[str]:
    """The Host headers under which the chat answers on that port."""
    names = ("127.0.0.1", "localhost", "[::1]")
    bare = names if port == 80 else ()
    return frozenset(f"{name}:{port}" for name in names).union(bare)


class Guard:
    """Wraps the app: refuses what is foreign (403) or too large (413), and sets the headers."""

    def __init__(self, app: "ASGIApp", hosts: Collection[str], limit: int = BODY_LIMIT) -> None:
        self._app = app
        self._limit = limit
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answers one request, or hands it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        answer = _Answer(send)
        refusal = self._refusal(headers)
        if refusal:
            await answer.refuse(403, refusal)
        elif _announced(headers) > self._limit:
            await answer.refuse(413, _TOO_LARGE)
        else:
            await self._bounded(scope, receive, answer)

    def _refusal(self, headers: dict[str, str]) -> str:
        host = headers.get("host", "").lower()
        if host not in self._hosts:
            return _FOREIGN_HOST
        if headers.get("origin", f"http://{host}") != f"http://{host}":
            return _FOREIGN_PAGE
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return _FOREIGN_PAGE
        return ""

    async def _bounded(self, scope: "Scope", receive: "Receive", answer: "_Answer") -> None:
        taken = 0

        async def counted() -> "Message":
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._limit:
                raise TooLargeError
            return message

        try:
            await self._app(scope, counted, answer.send)
        except TooLargeError:
            await answer.refuse(413, _TOO_LARGE)


class _Answer:
    """Sends with our headers on; a route's own Cache-Control stays."""

    def __init__(self, send: "Send") -> None:
        self._send = send

    async def send(self, message: "Message") -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", ()))
            names = {name.lower() for name, _ in given}
            message["headers"] = given + [pair for pair in _HEADERS if pair[0] not in names]
        await self._send(message)

    async def refuse(self, status: int, words: str) -> None:
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": words.encode()})


def _announced(headers: dict[str, str]) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isdecimal() else 0
