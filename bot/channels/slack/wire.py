"""The line to Slack's Web API: one session, no repeats of its own, and one kind of error.

The library repeats a call whose connection broke; for a post that means a second card in front of a
guest. So its repeats are off, and whoever calls learns whether the call may have arrived.
"""

import asyncio
import contextlib
import json
import logging
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from bot.channels.slack.faults import SOCKET, WireError, told
from bot.channels.slack.heard import Self

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.settings import SlackSettings

TIMEOUT: Final = 10.0
"""Seconds a call may take before its answer counts as lost."""
QUIET: Final = "slack_sdk.fifteen"
"""The library's logger for us. It writes whole messages, customers' words included, at DEBUG."""


class Wire:
    """Calls Slack. Made anywhere; opened by the first call, inside the loop."""

    def __init__(self, settings: "SlackSettings") -> None:
        self._settings = settings
        self._client: AsyncWebClient | None = None
        self._self: Self | None = None
        self._asking = asyncio.Lock()
        self._calls = 0
        self._idle = asyncio.Event()
        self._closed = False

    @property
    def client(self) -> "AsyncWebClient":
        """The library's client, with our one session."""
        if self._client is None:
            from aiohttp import ClientSession, ClientTimeout
            from slack_sdk.web.async_client import AsyncWebClient

            log = logging.getLogger(QUIET)
            log.setLevel(logging.CRITICAL)
            self._client = AsyncWebClient(
                token=self._settings.bot_token,
                base_url=self._settings.api_url,
                session=ClientSession(timeout=ClientTimeout(total=TIMEOUT)),
                retry_handlers=[],
                logger=log,
            )
            if urlsplit(self._settings.api_url).scheme == "http":
                # Plain http is a server of this machine, which no proxy can reach.
                self._client.proxy = None
        return self._client

    @property
    def session(self) -> "ClientSession":
        """The one session of everything that goes to Slack."""
        session = self.client.session
        assert session is not None  # noqa: S101 - made with the client above
        return session

    async def who_am_i(self) -> Self:
        """The workspace and our own ids, asked once.

        Raises:
            WireError: Slack did not say.
        """
        async with self._asking:
            if self._self is None:
                said = await self.write("auth.test")
                self._self = Self(
                    str(said.get("team_id", "")),
                    str(said.get("user_id", "")),
                    str(said.get("bot_id", "")),
                    str(said.get("enterprise_id") or ""),
                )
        return self._self

    async def socket(self, app_token: str) -> str:
        """The address of a new WebSocket; it is good for one connection.

        Raises:
            WireError: there is none.
        """
        return str((await self.read(SOCKET, token=app_token)).get("url", ""))

    async def write(self, method: str, **body: object) -> dict[str, Any]:
        """Calls a method that takes JSON.

        Raises:
            WireError: it did not work, or nobody knows.
        """
        return await self._call(method, json=body)

    async def read(self, method: str, **params: object) -> dict[str, Any]:
        """Calls a method that reads: those take no JSON.

        Raises:
            WireError: it did not work.
        """
        return await self._call(method, params=params)

    async def upload(self, url: str, content: bytes) -> None:
        """Brings a file's content to the address Slack gave for it; no token goes along.

        Raises:
            WireError: it is not there. Nobody has seen it, so it may be brought again.
        """
        from aiohttp import ClientError

        if urlsplit(url).scheme != urlsplit(self._settings.api_url).scheme:
            raise WireError("files: Slack named no address to bring a file to")
        try:
            async with self.session.post(url, data=content, proxy=self.client.proxy) as reply:
                status = reply.status
        except (ClientError, TimeoutError) as problem:
            raise WireError(f"files: not brought ({type(problem).__name__})") from None
        if status != 200:
            raise WireError(f"files: Slack did not take it ({status})")

    async def _call(self, method: str, **how: dict[str, object]) -> dict[str, Any]:
        from aiohttp import ClientConnectorError, ClientError
        from slack_sdk.errors import SlackClientError

        if self._closed:
            raise WireError(f"{method}: Fifteen is stopping")
        self._calls += 1
        try:
            reply = await self.client.api_call(method, **how)  # type: ignore[arg-type]
        except SlackClientError as problem:
            raise told(method, problem) from None
        except ClientConnectorError:
            raise WireError(f"{method}: Slack cannot be reached") from None
        except (ClientError, TimeoutError, json.JSONDecodeError) as problem:
            why = f"{method}: the answer was lost ({type(problem).__name__})"
            raise WireError(why, unknown=True) from None
        finally:
            self._calls -= 1
            if not self._calls:
                self._idle.set()
        return reply.data if isinstance(reply.data, dict) else {}

    def open(self) -> None:
        """Takes calls again, after ``close``."""
        self._closed = False

    async def close(self) -> None:
        """Takes no more calls, and ends the session once those under way have their answers: each
        one cut off would leave a card in doubt."""
        self._closed = True
        self._idle.clear()
        if self._calls:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), TIMEOUT)
        client, self._client = self._client, None
        if client is not None and client.session is not None:
            await client.session.close()
