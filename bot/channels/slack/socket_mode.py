"""Socket Mode: Slack's payloads over a WebSocket we open: no public address is needed."""

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from bot.channels.slack.faults import WireError
from bot.channels.slack.wire import Wire

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

log = logging.getLogger(__name__)

PING: Final = 5.0
"""Seconds between signs of life; four missed, and the connection is made anew."""
LOOK: Final = 20.0
"""Seconds between looks whether the connection stands."""
MISSES: Final = 3
WAIT: Final = 15.0
"""Seconds until the next try, where Slack does not let us in."""


async def listen(app: "AsyncApp", wire: Wire, app_token: str) -> None:
    """Takes payloads in until cancelled; a lost connection is made anew."""
    from slack_sdk.socket_mode.aiohttp import SocketModeClient

    address = await _let_in(wire, app_token)
    client = SocketModeClient(
        app_token=app_token,
        logger=wire.client.logger,
        web_client=wire.client,
        ping_interval=PING,
        proxy=wire.client.proxy,
    )
    client.wss_uri = address
    client.proxy = wire.client.proxy
    await client.aiohttp_client_session.close()
    client.aiohttp_client_session = wire.session

    async def heard(client: "AsyncBaseSocketModeClient", request: "SocketModeRequest") -> None:
        await _answer(app, client, request)

    client.socket_mode_request_listeners.append(heard)
    try:
        await client.connect()  # type: ignore[no-untyped-call]
        await _as_long_as_connected(client)
    finally:
        running = [
            client.message_processor,
            client.message_receiver,
            client.current_session_monitor,
        ]
        # The session goes on: cards are still to be delivered over it.
        client.aiohttp_client_session = None  # type: ignore[assignment]
        await client.close()  # type: ignore[no-untyped-call]
        await asyncio.gather(*(task for task in running if task), return_exceptions=True)


async def _as_long_as_connected(client: "AsyncBaseSocketModeClient") -> None:
    """The library renews its connection by itself, and says nothing where it cannot.

    Raises:
        ConnectionError: it could not for a while; to begin anew tells why.
    """
    missed = 0
    while missed < MISSES:
        await asyncio.sleep(LOOK)
        missed = 0 if await client.is_connected() else missed + 1
    raise ConnectionError("the connection to Slack was lost and did not come back")


async def _let_in(wire: Wire, app_token: str) -> str:
    """The address of the WebSocket, as soon as Slack gives it: the library would try every few
    seconds and say nothing."""
    while True:
        try:
            await wire.who_am_i()
            return await wire.socket(app_token)
        except WireError as problem:
            log.error("Slack does not let Fifteen in: %s. Trying again.", problem)
            await asyncio.sleep(problem.retry_after or WAIT)


async def _answer(
    app: "AsyncApp", client: "AsyncBaseSocketModeClient", request: "SocketModeRequest"
) -> None:
    """Acknowledges what was taken. What was not is sent again by Slack."""
    import time

    from slack_bolt.adapter.socket_mode.async_internals import (
        run_async_bolt_app,
        send_async_response,
    )

    started = time.time()
    try:
        response = await run_async_bolt_app(app, request)
    except Exception as problem:  # noqa: BLE001 - one odd payload must not end the connection
        log.warning("a payload could not be read: %s", type(problem).__name__)
        return
    try:
        await send_async_response(client, request, response, started)
    except (ConnectionError, RuntimeError) as problem:
        log.warning("an acknowledgement was lost: %s", type(problem).__name__)
