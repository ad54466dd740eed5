"""Slack's three steps of a file: an address for it, its bytes, and where it is to be seen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.slack_api.rules import RefusedError
from tests.fakes.slack_api.workspace import BOT, BOT_USER, Node, Workspace


@dataclass
class Upload:
    """One file on its way. ``content`` is None until it was brought."""

    name: str
    length: int
    content: bytes | None = None
    done: bool = False


class Uploads:
    """What was asked for, brought, and shown. ``put`` writes a message into a chat."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.files: dict[str, Upload] = {}
        self.refuse = 0
        """So many uploads are answered with an error, the bytes thrown away."""

    def begin(self, args: Node, base: str) -> Node:
        name, length = str(args.get("filename", "")), int(args.get("length", 0))
        if not name or length < 1:
            raise RefusedError("invalid_arguments")
        number = f"F{next(self.workspace.numbers):04}"
        self.files[number] = Upload(name, length)
        return {"file_id": number, "upload_url": f"{base}upload/{number}"}

    async def take(self, request: web.Request) -> web.Response:
        """The bytes: exactly as many as were announced, and without anybody's token."""
        file = self.files.get(request.match_info["file"])
        content = await request.read()
        if self.refuse:
            self.refuse -= 1
            return web.Response(status=500)
        if file is None or "Authorization" in request.headers or len(content) != file.length:
            return web.Response(status=400)
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    def complete(self, args: Node, after: Callable[[], None]) -> Node:
        channel, root = str(args.get("channel_id", "")), args.get("thread_ts")
        if channel[:1] not in ("C", "D", "G"):
            raise RefusedError("invalid_channel")
        if root and root not in self.workspace.messages.get(channel, {}):
            raise RefusedError("thread_not_found")
        asked: list[dict[str, Any]] = args.get("files") or []
        found = [self.files.get(str(each.get("id"))) for each in asked]
        if not found or any(f is None or f.content is None or f.done for f in found):
            raise RefusedError("file_not_found")
        shown = []
        for each, file in zip(asked, found, strict=True):
            assert file
            file.done = True
            shown.append({"id": each["id"], "name": file.name, "title": file.name})
        thread = {"thread_ts": root} if root else {}
        message = {"bot_id": BOT, "user": BOT_USER, "type": "message", "text": "", "files": shown}
        self.workspace.put(channel, {**message, **thread})
        after()
        return {"files": shown}
