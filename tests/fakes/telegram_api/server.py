"""The Bot API on the loopback address: the real calls over real HTTP."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.fakes.telegram_api.world import File, RefusedError, World


class TelegramApi(World):
    """A server for one bot. ``down`` answers every call with that status; ``per_second`` permits
    that many messages a second, over all chats."""

    def __init__(self, per_second: int = 0) -> None:
        super().__init__()
        self.address = ""
        self.down = 0
        self.conflicts = 0
        self.confirmed = 0
        self.per_second = per_second
        self._sent: list[float] = []
        self._news = asyncio.Event()
        self._moved = asyncio.Event()
        self._polling: asyncio.Event | None = None
        """Set to end the poll that waits."""
        self.taken: Callable[[str], None] | None = None
        """Told of every call that was carried out, before it is answered; of a poll when it
        begins, which is when it confirms."""

    @property
    def base_url(self) -> str:
        return f"{self.address}/bot"

    def update(self, **body: object) -> dict[str, Any]:
        update = super().update(**body)
        self._news.set()
        return update

    async def all_confirmed(self) -> None:
        """Waits until the bot has asked for what comes after the last update."""
        while self.confirmed <= self.last_update or self.updates:
            self._moved.clear()
            await self._moved.wait()

    async def _called(self, request: web.Request) -> web.Response:
        token, method = request.match_info["token"], request.match_info["method"]
        sent = await request.post()
        given = {name: value for name, value in sent.items() if isinstance(value, str)}
        self.parts = {
            name: File(part.filename, part.file.read(), part.content_type)
            for name, part in sent.items()
            if isinstance(part, web.FileField)
        }
        try:
            if self.down:
                raise RefusedError(self.down, "Bad Gateway")
            if not re.fullmatch(r"\d+:[\w-]{30,}", token):
                raise RefusedError(404, "Not Found")
            if token != self.token:
                raise RefusedError(401, "Unauthorized")
            result = (
                await self._updates(given) if method == "getUpdates" else self._paced(method, given)
            )
        except RefusedError as no:
            told: dict[str, object] = {"ok": False, "error_code": no.code, "description": no.why}
            if no.parameters:
                told["parameters"] = no.parameters
            return web.json_response(told, status=no.code)
        return web.json_response({"ok": True, "result": result})

    def _paced(self, method: str, given: dict[str, str]) -> object:
        if self.per_second and method.startswith(("send", "edit")):
            now = asyncio.get_running_loop().time()
            self._sent = [at for at in self._sent if at > now - 1]
            if len(self._sent) >= self.per_second:
                raise RefusedError(429, "Too Many Requests: retry after 1", retry_after=1)
            self._sent.append(now)
        result = self.call(method, given)
        self._tell(method)
        return result

    def _tell(self, method: str) -> None:
        if self.taken:
            self.taken(method)

    async def _updates(self, given: dict[str, str]) -> list[dict[str, Any]]:
        if self.webhook:
            raise RefusedError(409, "Conflict: can't use getUpdates method while webhook is active")
        offset, limit = int(given.get("offset", 0)), int(given.get("limit", 100))
        if self._polling is not None:
            self._polling.set()
        self._polling = mine = asyncio.Event()
        self.confirmed = max(self.confirmed, offset)
        self.updates = [u for u in self.updates if not _below(u, offset)]
        self._moved.set()
        self._tell("getUpdates")
        loop = asyncio.get_running_loop()
        end = loop.time() + min(float(given.get("timeout", 0)), 50)
        while not self.updates and loop.time() < end and not mine.is_set():
            self._news.clear()
            waits = [asyncio.ensure_future(e.wait()) for e in (self._news, mine)]
            await asyncio.wait(
                waits, timeout=end - loop.time(), return_when=asyncio.FIRST_COMPLETED
            )
            for each in waits:
                each.cancel()
        if mine.is_set():
            self.conflicts += 1
            raise RefusedError(409, "Conflict: terminated by other getUpdates request")
        self._polling = None
        return self.updates[: min(limit, 100)]


def _below(update: object, offset: int) -> bool:
    number = update.get("update_id") if isinstance(update, dict) else None
    return isinstance(number, int) and number < offset


@asynccontextmanager
async def telegram_api(per_second: int = 0) -> AsyncIterator[TelegramApi]:
    """The server, for as long as the block runs."""
    api = TelegramApi(per_second)
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", api._called)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    api.address = f"http://{host}:{port}"
    try:
        yield api
    finally:
        await runner.cleanup()
