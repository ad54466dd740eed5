"""The line to Slack's Web API: one session, no repeats of its own, and one kind of error.

The library repeats a call whose connection broke; for a post that means a second card in front of a
guest. So its repeats are off, and whoever calls learns whether the call may have arrived.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from bot.channels.base import DeliveryError, Scope
from bot.channels.slack.events import Self

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from slack_sdk.errors import SlackApiError
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.settings import SlackSettings

TIMEOUT: Final = 10.0
"""Seconds a call may take before its answer counts as lost."""
QUIET: Final = "slack_sdk.fifteen"
"""The library's logger for us. It writes whole messages, customers' words included, at DEBUG."""

GONE: Final = frozenset(
    {
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "cant_edit_message",
        "is_inactive",
        "no_text",
    }
)
"""The message to be edited is not there any more, or may not be edited: a new one is sent."""
UNSURE: Final = frozenset({"internal_error", "fatal_error", "service_unavailable"})
"""Slack says of these itself that the call may have worked all the same."""
CHAT_GONE: Final = {
    "channel_not_found": "the channel is gone, or Fifteen is not in it",
    "not_in_channel": "Fifteen is not in the channel: invite it",
    "is_archived": "the channel is archived",
    "user_not_found": "there is no such person in the workspace",
    "user_disabled": "the person was deactivated",
    "users_not_found": "there is no such person in the workspace",
    "cannot_dm_bot": "a bot cannot be written to",
    "messages_tab_disabled": "the app's Messages tab is off: turn it on in the app's settings",
    "restricted_action": "the workspace does not let Fifteen write there",
}
"""Nothing reaches this chat any more, and why."""
SHUT_OUT: Final = {
    "missing_scope": "the app lacks a permission: install it again with the manifest",
    "invalid_auth": "the bot token is not valid: set SLACK_BOT_TOKEN anew",
    "not_authed": "the bot token is missing: set SLACK_BOT_TOKEN",
    "not_allowed_token_type": "SLACK_BOT_TOKEN is a token of another kind: it begins with xoxb-",
    "account_inactive": "the app was removed from the workspace",
    "token_revoked": "the bot token was revoked: install the app again",
    "token_expired": "the bot token has expired: install the app again",
    "team_access_not_granted": "the app was not granted access to the workspace",
}
"""Nothing can be sent at all before somebody sees to it."""
NO_CARD: Final = {
    "invalid_blocks": "Slack does not take the card's blocks",
    "msg_too_long": "the card is too long for Slack",
    "msg_blocks_too_long": "the card is too long for Slack",
}
"""This card will never be taken."""
SOCKET: Final = "apps.connections.open"
NO_SOCKET: Final = {
    "invalid_auth": "the app token is not valid: set SLACK_APP_TOKEN anew",
    "not_authed": "the app token is missing: set SLACK_APP_TOKEN",
    "not_allowed_token_type": "SLACK_APP_TOKEN is a token of another kind: it begins with xapp-",
    "missing_scope": "the app token lacks connections:write: make a new one",
}
"""The one call that is made with the app's token."""
MEANINGS: Final[tuple[tuple[Mapping[str, str], Scope], ...]] = (
    (CHAT_GONE, "chat"),
    (SHUT_OUT, "channel"),
    (NO_CARD, "card"),
)
"""Errors that no repeat mends: what they mean, and how far they reach."""


class WireError(DeliveryError):
    """A call did not work. ``code`` is Slack's own word, empty where it said none."""

    def __init__(
        self,
        why: str,
        *,
        code: str = "",
        permanent: bool = False,
        retry_after: float | None = None,
        unknown: bool = False,
        scope: Scope = "card",
    ) -> None:
        super().__init__(
            why, permanent=permanent, retry_after=retry_after, unknown=unknown, scope=scope
        )
        self.code = code


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

    async def _call(self, method: str, **how: dict[str, object]) -> dict[str, Any]:
        from aiohttp import ClientConnectorError, ClientError
        from slack_sdk.errors import SlackClientError

        if self._closed:
            raise WireError(f"{method}: Fifteen is stopping")
        self._calls += 1
        try:
            reply = await self.client.api_call(method, **how)  # type: ignore[arg-type]
        except SlackClientError as problem:
            raise _told(method, problem) from None
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


def _told(method: str, problem: "SlackApiError | Exception") -> WireError:
    response = getattr(problem, "response", None)
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    held = getattr(response, "data", None)
    code = str(held.get("error", "")) if isinstance(held, dict) else ""
    if status == 429 or code == "ratelimited":
        return _flooded(method, getattr(response, "headers", {}))
    if not code or code in UNSURE or status >= 500:
        return WireError(f"{method}: Slack failed ({code or status})", code=code, unknown=True)
    if method == SOCKET and code in NO_SOCKET:
        why = f"{method}: {NO_SOCKET[code]}"
        return WireError(why, code=code, permanent=True, scope="channel")
    for meanings, scope in MEANINGS:
        if code in meanings:
            why = f"{method}: {meanings[code]}"
            return WireError(why, code=code, permanent=True, scope=scope)
    return WireError(f"{method}: {code}", code=code)


def _flooded(method: str, headers: Mapping[str, str]) -> WireError:
    """Posts are counted for each chat; every other method for the whole workspace."""
    return WireError(
        f"{method}: too many calls",
        code="ratelimited",
        retry_after=_seconds(headers),
        scope="chat" if method == "chat.postMessage" else "channel",
    )


def _seconds(headers: Mapping[str, str]) -> float:
    """What Retry-After asks for; 30 s where Slack forgot to say."""
    named = {str(name).lower(): value for name, value in dict(headers).items()}
    try:
        return max(1.0, float(named.get("retry-after", 30)))
    except (TypeError, ValueError):
        return 30.0
