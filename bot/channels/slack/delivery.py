"""Cards out: posted, edited in place, published on the Home tab; none of them twice.

Theory of operation. Every message carries a stamp in its metadata, made from the chat and the card.
Where the answer to a post was lost, or this process has only just begun and an earlier one may have
died between posting and writing that down, the stamp is looked for in the history first. A message
found that way is ours already and is not posted again.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from bot.channels.slack.events import HOME
from bot.channels.slack.render import Block, notice, pages, stamp_of
from bot.channels.slack.wire import GONE, Wire, WireError
from bot.conversations.types import Address, Card

EVENT_TYPE: Final = "fifteen_card"
LOOK_BACK: Final = 900.0
"""Seconds of history in which a lost post is looked for; as long as the courier goes on trying."""
AFTER_START: Final = 120.0
"""Seconds after the start in which what an earlier process posted is looked for."""
KNOWN: Final = 5000
"""Messages remembered as posted by this process: only one not among them can be a lost one."""


class Deliveries:
    """Shows cards. ``now`` is the wall clock in seconds: Slack stamps its messages with its own."""

    def __init__(self, wire: Wire, now: Callable[[], float] = time.time) -> None:
        self._wire = wire
        self._now = now
        self._born = now()
        self._rooms: dict[str, str] = {}
        self._known: OrderedDict[str, None] = OrderedDict()
        self._unsure: set[str] = set()

    async def deliver(self, to: Address, card: Card, replaces: str = "") -> str:
        """Shows the card; ``chat:stamp`` of the message, with ``+`` between its pages.

        Raises:
            WireError: it could not be shown.
        """
        if to.thread == HOME:
            return await self._publish(to, card)
        chat, _, stamps = replaces.partition(":")
        old = stamps.split("+") if stamps and chat != HOME else []
        stamp, sheets = stamp_of(to, card), pages(card)
        shown: list[str] = []
        try:
            for number, blocks in enumerate(sheets):
                message = self._message(card, blocks, f"{stamp}.{number}")
                was = old[number] if number < len(old) else ""
                chat, made = await self._show(to, chat, was, message)
                shown.append(made)
        except WireError as problem:
            if problem.unsure or shown:
                self._unsure.add(stamp)
            raise
        self._unsure.discard(stamp)
        await self._clear(chat, old[len(sheets) :])
        return f"{chat}:{'+'.join(shown)}"

    def is_room(self, user: str, chat: str) -> bool:
        """Whether that is our own direct message with her."""
        return bool(chat) and self._rooms.get(user) == chat

    def _message(self, card: Card, blocks: list[Block], stamp: str) -> dict[str, Any]:
        return {
            "text": notice(card),
            "blocks": blocks,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"stamp": stamp}},
            "parse": "none",
            "link_names": False,
        }

    async def _show(
        self, to: Address, chat: str, was: str, message: dict[str, Any]
    ) -> tuple[str, str]:
        if was:
            try:
                await self._wire.write("chat.update", channel=chat, ts=was, **message)
            except WireError as problem:
                if problem.code not in GONE:
                    raise
            else:
                return chat, was
        return await self._post(to, message)

    async def _post(self, to: Address, message: dict[str, Any]) -> tuple[str, str]:
        stamp = message["metadata"]["event_payload"]["stamp"]
        if found := await self._posted_before(to, stamp, message["blocks"]):
            return found
        thread = {"thread_ts": to.thread} if to.thread else {}
        quiet = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False}
        said = await self._wire.write(
            "chat.postMessage", channel=to.chat, **thread, **message, **quiet
        )
        chat, made = str(said.get("channel", to.chat)), str(said.get("ts", ""))
        self._rooms[to.chat] = chat
        self._remember(chat, made)
        return chat, made

    async def _posted_before(
        self, to: Address, stamp: str, blocks: list[Block]
    ) -> tuple[str, str] | None:
        """The message with this stamp that nobody wrote down, where there may be one."""
        unsure = stamp.partition(".")[0] in self._unsure
        if not unsure and self._now() - self._born > AFTER_START:
            return None
        chat = await self._room(to)
        for message in await self._history(chat, to.thread):
            if _stamp(message) == stamp and f"{chat}:{message['ts']}" not in self._known:
                self._remember(chat, message["ts"])
                return chat, message["ts"]
            typed = not message.get("bot_id") and not unsure
            if typed and not any(block["type"] == "actions" for block in blocks):
                # A command typed again is answered by the same card again: not a repeat of ours.
                return None
        return None

    async def _history(self, chat: str, thread: str) -> list[dict[str, Any]]:
        """The last messages of the chat, newest first."""
        method = "conversations.replies" if thread else "conversations.history"
        found = await self._wire.read(
            method,
            channel=chat,
            **({"ts": thread} if thread else {}),
            oldest=f"{self._now() - LOOK_BACK:.6f}",
            limit=100,
            include_all_metadata=True,
        )
        messages = [m for m in found.get("messages", []) if isinstance(m, dict) and m.get("ts")]
        return sorted(messages, key=lambda m: float(m["ts"]), reverse=True)

    async def _room(self, to: Address) -> str:
        """The channel of a direct message: the history is not to be had by a person's id."""
        if not to.chat.startswith(("U", "W")):
            return to.chat
        if to.chat not in self._rooms:
            said = await self._wire.write("conversations.open", users=to.chat)
            self._rooms[to.chat] = str(said["channel"]["id"])
        return self._rooms[to.chat]

    async def _publish(self, to: Address, card: Card) -> str:
        blocks = [block for page in pages(card) for block in page][:100]
        view = {"type": "home", "blocks": blocks}
        await self._wire.write("views.publish", user_id=to.chat, view=view)
        return f"{HOME}:{to.chat}"

    async def _clear(self, chat: str, left: list[str]) -> None:
        """Pages the card no longer has. One that stays is untidy, and no reason to fail."""
        for stamp in left:
            try:
                await self._wire.write("chat.delete", channel=chat, ts=stamp)
            except WireError:
                return

    def _remember(self, chat: str, stamp: str) -> None:
        self._known[f"{chat}:{stamp}"] = None
        while len(self._known) > KNOWN:
            self._known.popitem(last=False)


def _stamp(message: dict[str, Any]) -> str:
    metadata = message.get("metadata")
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    return str(payload.get("stamp", "")) if isinstance(payload, dict) else ""
