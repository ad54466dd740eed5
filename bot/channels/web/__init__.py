"""The built-in chat: a page in the browser of this machine, and the third channel beside the
platforms. It needs no token, no network and no account."""

from bot.channels.web.channel import Transcript, WebChannel
from bot.channels.web.guard import BindError, check_bind, local_hosts
from bot.channels.web.routes import web_app
from bot.channels.web.serve import listen, web_server

__all__ = [
    "BindError",
    "Transcript",
    "WebChannel",
    "check_bind",
    "listen",
    "local_hosts",
    "web_app",
    "web_server",
]
