"""Slack and Telegram, where their tokens are set: made, kept running, and let in over HTTP.

Imported by a start that has a token, and by no other: both libraries together cost half a second.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

from bot.channels.base import Besides, Channel, Door, Receive
from bot.conversations.types import Address, Card
from bot.redact import told
from bot.settings import Settings

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.routing import BaseRoute

log = logging.getLogger(__name__)

LARGEST: Final = 1024 * 1024
"""Largest body of a platform's request, in bytes: Slack sends along the message a button is in."""
WAITS: Final = (2.0, 5.0, 15.0, 60.0)
"""Seconds until a channel that ended by a fault is started again; the last one from then on."""


Recall = Callable[[Address, str], Awaitable[Card | None]]
"""The card that stands in a message, by its chat and its number."""


class Platform(Channel, Protocol):
    """A channel that may also be called over HTTP."""

    def routes(self) -> "list[BaseRoute]":
        """What the platform calls; nothing where the channel asks the platform itself."""
        ...

    async def close(self) -> None:
        """Closes the connections, after the last card; safe to repeat, also where none was open."""
        ...


def platforms(
    settings: Settings, door: Door, clock: Callable[[], datetime], recall: Recall, besides: Besides
) -> "dict[str, Platform]":
    """The channels whose tokens are set, by name."""
    found: dict[str, Platform] = {}
    if settings.slack:
        from bot.channels.slack import SlackChannel

        found["slack"] = SlackChannel(settings.slack, door, clock, say=besides.say)
    if settings.telegram:
        from bot.channels.telegram import TelegramChannel

        found["telegram"] = TelegramChannel(settings.telegram, door, clock, recall, besides)
    return found


async def keep_running(channel: Channel, receive: Receive) -> None:
    """Runs a channel until cancelled. One that ends by a fault is started again, after a wait: a
    wrong token must take down neither the page nor the other platform."""
    faults = 0
    while True:
        try:
            await channel.run(receive)
        except Exception as problem:  # noqa: BLE001 - whatever it was, the others go on
            wait = WAITS[min(faults, len(WAITS) - 1)]
            faults += 1
            log.error("%s stopped: %s; again in %.0f s", channel.name, told(problem), wait)
            await asyncio.sleep(wait)
        else:
            return


def public_app(routes: "Sequence[BaseRoute]", hosts: Iterable[str]) -> "Starlette":
    """What answers where others can reach it: the platforms' own addresses, each of which tells
    forgeries apart, and whether we are there. The page in the browser, where one chooses who one
    is, is not among them."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    from bot.channels.web.guard import Guard

    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ready"})

    return Starlette(
        routes=[*routes, Route("/health", health)],
        middleware=[Middleware(Guard, hosts=frozenset(hosts), limit=LARGEST)],
    )
