"""Runs the chat on the loopback address, and lets its pages go when it stops."""

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.channels.web.channel import WebChannel
from bot.channels.web.guard import check_bind

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on the loopback address; port 0 takes a free one.

    Raises:
        BindError: the address is not the loopback one.
        OSError: the port is taken.
    """
    check_bind(host)
    name = host.strip("[]")
    family = socket.AF_INET6 if ":" in name else socket.AF_INET
    # Named as TCP, or asyncio lets small pieces wait until the page acknowledges the last:
    # every answer and every card came 40 ms late.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((name, port))
        sock.listen(128)
    except OSError:
        sock.close()
        raise
    return sock


def web_server(
    app: "ASGIApp", channel: WebChannel, ready: Callable[[], None] | None = None
) -> "uvicorn.Server":
    """A server that lets the open pages go when it stops; the caller awaits its ``serve`` with the
    socket of ``listen``. ``ready`` is called once it answers."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if ready is not None:
                ready()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            channel.close()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, lifespan="off", ws="none"
    )
    return Server(config)
