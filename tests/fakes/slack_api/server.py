"""Slack's Web API and Socket Mode over real loopback HTTP and WebSocket, strict and with a memory.

It refuses what Slack refuses, and it can be told to fail: to lose an answer after the work is done,
to say an error, or to be flooded.
"""

import asyncio
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientSession, WSMsgType, web

from tests.fakes.slack_api.rules import RefusedError, message_faults, view_faults
from tests.fakes.slack_api.uploads import Uploads
from tests.fakes.slack_api.workspace import BOT, BOT_USER, Node, Sending, Workspace

BOT_TOKEN = "xoxb-1234567890-canary-bot"
APP_TOKEN = "xapp-1-A0-1234567890-canary"
SECRET = "canary0123456789abcdef0123456789"


KEPT = ("text", "blocks", "metadata", "thread_ts", "parse", "mrkdwn")
"""What of a post stays with its message."""
FORMS_ONLY = ("info", "history", "replies", "list", "getUploadURLExternal")
"""The last words of methods that take no JSON."""


class SlackServer:
    """One workspace, one app. Used as an asynchronous context manager. ``others`` are further
    workspaces the app is installed in, by its token there."""

    def __init__(self, workspace: Workspace | None = None) -> None:
        self.workspace = workspace or Workspace()
        self.others: dict[str, SlackServer] = {}
        self.uploads = Uploads(self.workspace)
        self.calls: Counter[str] = Counter()
        self.lose: Counter[str] = Counter()
        """So many answers of a method are lost after the work was done."""
        self.fail: defaultdict[str, list[str]] = defaultdict(list)
        """Words a method says next instead of working."""
        self.burst: int | None = None
        """Messages a channel takes at once before Slack wants one a second; None: any number."""
        self.posted: Callable[[], None] | None = None
        """Called once a message stands and before its answer goes out."""
        self.acked: Callable[[], None] | None = None
        """Called once an envelope was acknowledged."""
        self.refused: list[tuple[str, str]] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.connected = asyncio.Event()
        self._sent: defaultdict[str, list[float]] = defaultdict(list)
        self._acks: dict[str, asyncio.Future[Node]] = {}
        self._numbers = 0
        self.url = ""

    async def __aenter__(self) -> "SlackServer":
        app = web.Application(client_max_size=2**22)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/api/upload/{file}", self.uploads.take)
        app.router.add_get("/link", self._link)
        self._runner = web.AppRunner(app, shutdown_timeout=0.01)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in self.sockets:
            await socket.close()
        await self._runner.cleanup()

    # --- envelopes out -----------------------------------------------------------------------

    async def over_socket(self, sending: Sending, patience: float = 3.0) -> Node | None:
        """Sends an envelope; the acknowledgement's payload, or None where none came in time."""
        kind, payload = sending
        self._numbers += 1
        name = f"envelope-{self._numbers}"
        done = self._acks[name] = asyncio.get_running_loop().create_future()
        await asyncio.wait_for(self.connected.wait(), 30)
        envelope = {
            "envelope_id": name,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        try:
            await self.sockets[-1].send_str(json.dumps(envelope))
            return await asyncio.wait_for(done, patience)
        except (TimeoutError, ConnectionError):
            return None
        finally:
            del self._acks[name]

    async def over_http(
        self,
        sending: Sending,
        to: str,
        *,
        age: float = 0.0,
        secret: str = SECRET,
        **headers: str,
    ) -> tuple[int, str]:
        """Posts an envelope signed as Slack signs it; status and body of the answer."""
        from bot.channels.slack.gate import sign

        kind, payload = sending
        if kind == "events_api":
            body, form = json.dumps(payload), False
        else:
            fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, form = urlencode(fields), True
        stamp = str(int(time.time() - age))
        sent = {
            "content-type": "application/x-www-form-urlencoded" if form else "application/json",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": sign(secret, stamp, body.encode()),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        async with (
            ClientSession() as session,
            session.post(to, data=body.encode(), headers=sent) as reply,
        ):
            if reply.status == 200:
                self._told_of_ack()
            return reply.status, await reply.text()

    def _told_of_ack(self) -> None:
        if self.acked:
            self.acked()

    async def disconnect(self) -> None:
        """Tells the client to connect anew, as Slack does every few hours."""
        self.connected.clear()
        old = self.sockets[-1]
        await old.send_str(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))

    # --- calls in ----------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls[method] += 1
        try:
            place, args = await self._arguments(request, method)
            if place.fail[method]:
                raise RefusedError(place.fail[method].pop(0))
            answer: Node = {"ok": True, **place._method(method)(args)}
        except RefusedError as no:
            self.refused.append((method, str(no)))
            if str(no) == "ratelimited":
                body = {"ok": False, "error": "ratelimited"}
                return web.json_response(body, status=429, headers={"Retry-After": "1"})
            answer = {"ok": False, "error": str(no)}
        if self.lose[method]:
            self.lose[method] -= 1
            assert request.transport
            request.transport.abort()
        return web.json_response(answer)

    async def _arguments(self, request: web.Request, method: str) -> "tuple[SlackServer, Node]":
        """The workspace of the token, and what it is asked."""
        expected = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        place = self.others.get(given, self)
        if not given:
            raise RefusedError("not_authed")
        if place is self and given != expected:
            kind = given[:4] in (BOT_TOKEN[:4], APP_TOKEN[:4]) and given[:4] != expected[:4]
            raise RefusedError("not_allowed_token_type" if kind else "invalid_auth")
        if request.content_type == "application/json":
            if method.rpartition(".")[2] in FORMS_ONLY:
                raise RefusedError("invalid_arguments")
            return place, dict(await request.json())
        return place, {**request.query, **dict(await request.post())}

    def _method(self, name: str) -> Callable[[Node], Node]:
        snake = re.sub("([A-Z]+)", lambda m: f"_{m[1].lower()}", name).replace(".", "_")
        found = getattr(self, f"_{snake}", None)
        if found is None:
            raise RefusedError("unknown_method")
        return found  # type: ignore[no-any-return]

    def _auth_test(self, _: Node) -> Node:
        return {"team_id": self.workspace.team, "user_id": BOT_USER, "bot_id": BOT, "url": self.url}

    def _users_info(self, args: Node) -> Node:
        if args.get("user") not in self.workspace.people:
            raise RefusedError("user_not_found")
        return {"user": self.workspace.people[args["user"]]}

    def _usergroups_users_list(self, args: Node) -> Node:
        if args.get("usergroup") not in self.workspace.groups:
            raise RefusedError("no_such_subteam")
        return {"users": self.workspace.groups[args["usergroup"]]}

    def _apps_connections_open(self, _: Node) -> Node:
        return {"url": f"ws://127.0.0.1:{self._port}/link?ticket=1"}

    def _conversations_open(self, args: Node) -> Node:
        return {"channel": {"id": self._room(args["users"])}}

    def _conversations_history(self, args: Node) -> Node:
        return self._messages(args, lambda m: "thread_ts" not in m)

    def _conversations_replies(self, args: Node) -> Node:
        root = args["ts"]
        return self._messages(args, lambda m: root in (m.get("thread_ts"), m["ts"]))

    def _messages(self, args: Node, wanted: Callable[[Node], bool]) -> Node:
        channel = args["channel"]
        if channel not in self.workspace.channels and not channel.startswith("D"):
            raise RefusedError("channel_not_found")
        oldest, with_metadata = float(args.get("oldest", 0)), args.get("include_all_metadata")
        found = [
            m if with_metadata in ("1", "true") else {k: v for k, v in m.items() if k != "metadata"}
            for m in self.workspace.messages.get(channel, {}).values()
            if wanted(m) and float(m["ts"]) >= oldest
        ]
        limit, start = int(args.get("limit", 100)), int(args.get("cursor") or 0)
        left = start + limit < len(found)
        cursor = {"next_cursor": str(start + limit) if left else ""}
        messages = found[::-1][start : start + limit]
        return {"messages": messages, "has_more": left, "response_metadata": cursor}

    def _room(self, chat: str) -> str:
        if chat in self.workspace.people:
            if self.workspace.people[chat].get("deleted"):
                raise RefusedError("user_disabled")
            return self.workspace.dm(chat)
        known = self.workspace.channels | set(self.workspace.messages)
        if chat not in known:
            raise RefusedError("channel_not_found")
        return chat

    def _flood(self, channel: str) -> None:
        now = time.monotonic()
        recent = [at for at in self._sent[channel] if now - at < 1]
        if self.burst is not None and len(recent) >= self.burst:
            raise RefusedError("ratelimited")
        self._sent[channel] = [*recent, now]

    def _checked(self, args: Node) -> Node:
        fault = message_faults(args.get("blocks"), args.get("text", ""))
        if fault:
            raise RefusedError(fault)
        kept = {n: args[n] for n in KEPT if n in args}
        return {**kept, "bot_id": BOT, "user": BOT_USER, "type": "message"}

    def _chat_post_message(self, args: Node) -> Node:
        channel = self._room(args["channel"])
        self._flood(channel)
        message = self._checked(args)
        root = args.get("thread_ts")
        if root and root not in self.workspace.messages.get(channel, {}):
            raise RefusedError("thread_not_found")
        stamp = self.workspace.put(channel, message)["ts"]
        if self.posted:
            self.posted()
        return {"channel": channel, "ts": stamp}

    def _chat_post_ephemeral(self, args: Node) -> Node:
        if args["channel"] not in self.workspace.channels:
            raise RefusedError("channel_not_found")
        if args["user"] not in self.workspace.people:
            raise RefusedError("user_not_in_channel")
        self._checked(args)
        self.workspace.ephemeral.append(args)
        return {"message_ts": self.workspace.stamp()}

    def _chat_update(self, args: Node) -> Node:
        if args["channel"][0] not in "CDG":
            raise RefusedError("channel_not_found")
        old = self.workspace.messages.get(args["channel"], {}).get(args["ts"])
        if old is None:
            raise RefusedError("message_not_found")
        if old.get("bot_id") != BOT:
            raise RefusedError("cant_update_message")
        old.update(self._checked(args))
        return {"channel": args["channel"], "ts": args["ts"]}

    def _chat_delete(self, args: Node) -> Node:
        old = self.workspace.messages.get(args["channel"], {}).pop(args["ts"], None)
        if old is None:
            raise RefusedError("message_not_found")
        return {}

    def _files_get_upload_urlexternal(self, args: Node) -> Node:
        return self.uploads.begin(args, self.url)

    def _files_complete_upload_external(self, args: Node) -> Node:
        return self.uploads.complete(args, self.posted or (lambda: None))

    def _views_open(self, args: Node) -> Node:
        opened = self.workspace.triggers.pop(args["trigger_id"], None)
        if opened is None or time.monotonic() - opened > 3:
            raise RefusedError("expired_trigger_id" if opened else "invalid_trigger_id")
        if view_faults(args["view"]):
            raise RefusedError("invalid_arguments")
        name = f"V{next(self.workspace.numbers)}"
        self.workspace.views[name] = {**args["view"], "id": name, "hash": name}
        return {"view": self.workspace.views[name]}

    def _views_publish(self, args: Node) -> Node:
        if args["user_id"] not in self.workspace.people:
            raise RefusedError("user_not_found")
        if view_faults(args["view"]):
            raise RefusedError("invalid_arguments")
        self.workspace.homes[args["user_id"]] = args["view"]
        return {"view": args["view"]}

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(json.dumps({"type": "hello", "num_connections": 1}))
        self.sockets.append(socket)
        self.connected.set()
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            said: Any = json.loads(frame.data)
            done = self._acks.get(said.get("envelope_id", ""))
            if done and not done.done():
                done.set_result(said.get("payload") or {})
                self._told_of_ack()
        if self.sockets[-1] is socket:
            self.connected.clear()
        return socket
