"""The Slack channel: joins the line to Slack, what is heard on it, and what is shown.

Theory of operation. Every payload, over the socket or over HTTP, goes through one app of the
library with one listener for each kind of payload, and from there to ``Intake``. The event is kept
before the payload is acknowledged; what Slack sends again carries the same key and changes nothing.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.channels.base import DeliveryError, Door, Pace, Receive, Say
from bot.channels.slack.heard import NAME
from bot.channels.slack.intake import Intake
from bot.channels.slack.workspaces import Workspaces
from bot.conversations.types import Address, Card, Lane
from bot.settings import SLACK_PATH

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from starlette.routing import BaseRoute

    from bot.settings import SlackSettings

log = logging.getLogger(__name__)


PACE: Final = Pace(gap=1.0, burst=3)
"""Slack takes a message a second in each chat, and a few at once after a pause."""


class SlackChannel:
    """One workspace or several. Nothing is opened before ``run`` or the first card."""

    name = NAME
    shows_once = False
    pace: Pace | None = PACE

    def __init__(
        self,
        settings: "SlackSettings",
        door: Door,
        clock: Callable[[], datetime],
        *,
        say: Say | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """``clock`` dates the events; ``say`` says what stands in no outbox, without it that is
        said at once; ``wall`` is real time in seconds, as Slack signs and stamps with it: the clock
        of a demo may run faster."""
        self._settings = settings
        self._wall = wall
        self._workspaces = Workspaces(settings)
        self._intake = Intake(self._workspaces, door, clock, say or self._say)
        self._made: AsyncApp | None = None

    async def run(self, receive: Receive) -> None:
        """Takes events in until cancelled: over the socket, and where there is no app token over
        the route."""
        import asyncio

        self._workspaces.open()
        self._intake.receive = receive
        try:
            if self._settings.app_token:
                from bot.channels.slack.socket_mode import listen

                await listen(self._app, self._workspaces.home.wire, self._settings.app_token)
            await asyncio.Event().wait()
        finally:
            self._intake.receive = None
            await self._intake.close()

    async def deliver(self, to: Address, card: Card, replaces: str = "", mark: str = "") -> str:
        """Shows the card, marked; the message's id is ``channel:stamp``.

        Raises:
            DeliveryError: it could not be shown; says whether trying again makes sense.
        """
        if to.channel != self.name:
            raise DeliveryError(f"{to.channel} is not Slack", permanent=True)
        try:
            workspace, there = await self._workspaces.at(to)
            return await workspace.cards.deliver(there, card, replaces, mark)
        except DeliveryError as problem:
            raise self._workspaces.narrowed(problem) from None

    def _say(self, to: Address, card: Card, _: Lane) -> None:
        self._intake.start(self._said(to, card))

    async def _said(self, to: Address, card: Card) -> None:
        try:
            await self.deliver(to, card)
        except DeliveryError as problem:
            log.warning("not said: %s", problem)

    async def find(self, to: Address, mark: str) -> str | None:
        """The id of the message with that mark, None where there is none.

        Raises:
            DeliveryError: it could not be looked up now.
        """
        try:
            workspace, there = await self._workspaces.at(to)
            return await workspace.cards.find(there, mark)
        except DeliveryError as problem:
            raise self._workspaces.narrowed(problem) from None

    async def close(self) -> None:
        """Closes the connections, after the last card; safe to repeat, also where none was open."""
        await self._workspaces.close()
        self._made = None

    def routes(self) -> "list[BaseRoute]":
        """The route of HTTP events, to be mounted on the product's port; none in Socket Mode."""
        if self._settings.app_token or not self._settings.signing_secret:
            return []
        from bot.channels.slack.gate import event_route

        return [event_route(SLACK_PATH, self._settings.signing_secret, self._wall, self._dispatch)]

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
        if self._made is None:
            from bot.channels.slack.listening import make_app

            self._made = make_app(self._workspaces, self._intake.take)
        return self._made
