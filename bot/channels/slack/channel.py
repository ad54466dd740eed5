"""The Slack channel: joins the line to Slack, what is heard on it, and what is shown.

Theory of operation. Every payload, over the socket or over HTTP, goes through one app of the
library with one listener for each kind of payload, and from there to ``Intake``. The event is kept
before the payload is acknowledged; what Slack sends again carries the same key and changes nothing.
"""

import logging
import re
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from bot.channels.base import DeliveryError, Door, Receive
from bot.channels.slack.delivery import Deliveries
from bot.channels.slack.intake import NAME, Answer, Intake, NotTakenError
from bot.channels.slack.wire import QUIET, Wire
from bot.conversations.types import Address, Card

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_bolt.response import BoltResponse
    from starlette.routing import BaseRoute

    from bot.settings import SlackSettings

log = logging.getLogger(__name__)

PATH: Final = "/slack/events"
"""Where Slack sends everything in HTTP mode; the manifest names it too."""
ANY: Final = re.compile("")


class SlackChannel:
    """One workspace. Nothing is opened before ``run`` or the first card."""

    name = NAME
    shows_once = False

    def __init__(
        self,
        settings: "SlackSettings",
        door: Door,
        clock: Callable[[], datetime],
        *,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """``clock`` dates the events; ``wall`` is real time in seconds, as Slack signs and stamps
        with it: the clock of a demo may run faster."""
        self._settings = settings
        self._wall = wall
        self._wire = Wire(settings)
        self._cards = Deliveries(self._wire, wall)
        self._intake = Intake(self._wire, self._cards, door, clock)
        self._made: AsyncApp | None = None

    async def run(self, receive: Receive) -> None:
        """Takes events in until cancelled: over the socket, and where there is no app token over
        the route."""
        import asyncio

        self._intake.receive = receive
        try:
            if self._settings.app_token:
                from bot.channels.slack.socket_mode import listen

                await listen(self._app, self._wire, self._settings.app_token)
            await asyncio.Event().wait()
        finally:
            self._intake.receive = None
            await self._intake.close()
            await self._wire.close()

    async def deliver(self, to: Address, card: Card, replaces: str = "") -> str:
        """Shows the card; the message's id is ``channel:stamp``.

        Raises:
            DeliveryError: it could not be shown; says whether trying again makes sense.
        """
        if to.channel != self.name:
            raise DeliveryError(f"{to.channel} is not Slack", permanent=True)
        return await self._cards.deliver(to, card, replaces)

    def routes(self) -> "list[BaseRoute]":
        """The route of HTTP events, to be mounted on the product's port; none in Socket Mode."""
        if self._settings.app_token or not self._settings.signing_secret:
            return []
        from bot.channels.slack.gate import event_route

        return [event_route(PATH, self._settings.signing_secret, self._wall, self._dispatch)]

    async def _dispatch(self, body: str, headers: dict[str, str]) -> tuple[int, str, str]:
        """One signed request; never raises."""
        from slack_bolt.request.async_request import AsyncBoltRequest

        try:
            request = AsyncBoltRequest(body=body, headers=dict(headers))
            response = await self._app.async_dispatch(request)
        except Exception as problem:  # noqa: BLE001 - signed nonsense must not end in a traceback
            log.warning("a request could not be read: %s", type(problem).__name__)
            return 400, "text/plain", ""
        kind = response.headers.get("content-type", ["text/plain"])[0]
        return response.status, kind.partition(";")[0], response.body or ""

    @property
    def _app(self) -> "AsyncApp":
        """The library's app: a listener for each kind of payload, whatever its name."""
        if self._made is None:
            from slack_bolt.async_app import AsyncApp

            quiet = logging.getLogger(f"{QUIET}.app")
            quiet.setLevel(logging.CRITICAL)
            self._made = app = AsyncApp(
                name="fifteen",
                client=self._wire.client,
                authorize=self._authorize,
                process_before_response=True,
                request_verification_enabled=False,
                attaching_function_token_enabled=False,
                attaching_conversation_kwargs_enabled=False,
                logger=quiet,
            )
            for listen in (app.event, app.command, app.shortcut, app.action, app.view):
                listen(ANY)(self._heard)
        return self._made

    async def _authorize(self) -> "AuthorizeResult":
        """Our own bot, for every payload: asked of Slack once, not for each."""
        from slack_bolt.authorization import AuthorizeResult

        me = await self._wire.who_am_i()
        return AuthorizeResult(
            enterprise_id=me.enterprise or None,
            team_id=me.team,
            bot_id=me.bot,
            bot_user_id=me.user,
            bot_token=self._settings.bot_token,
        )

    async def _heard(self, ack: "AsyncAck", body: dict[str, Any]) -> "BoltResponse":
        """Takes it in, then acknowledges."""
        from slack_bolt.response import BoltResponse

        try:
            answer = await self._intake.take(body)
        except NotTakenError:
            return BoltResponse(status=503, body="")
        return await _acknowledged(ack, answer)


async def _acknowledged(ack: "AsyncAck", answer: Answer) -> "BoltResponse":
    if answer.errors:
        return await ack(response_action="errors", errors=answer.errors)
    return await ack(text=answer.text) if answer.text else await ack()
