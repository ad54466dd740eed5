"""Cards out: posted, edited in place, published on the Home tab; none of them twice.

Theory of operation. Every message carries the outbox's mark in its metadata, out of people's sight.
Where nobody knows whether a post arrived, the mark is looked for in the history: a message that
carries it need not be sent again. A card of several pages is found page by page, its files by the
ids in its message, and only what is missing is posted.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.channels.slack.faults import GONE, WireError
from bot.channels.slack.files import share, shown, upload
from bot.channels.slack.forms import Block
from bot.channels.slack.heard import HOME
from bot.channels.slack.render import notice, pages
from bot.channels.slack.wire import Wire
from bot.conversations.types import Address, Card

EVENT_TYPE: Final = "fifteen_card"
SHEET: Final = 200
"""Messages of the history asked for at once."""
SHEETS: Final = 5
HOME_BLOCKS: Final = 100
NO_FILE: Final = "The file could not be sent"


@dataclass(slots=True)
class Begun:
    """What stands already of a card: its pages' stamps, and the files still to be shown."""

    pages: dict[int, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    again: bool = False


class Deliveries:
    """Shows cards."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._rooms: dict[str, str] = {}
        self._begun: dict[str, Begun] = {}
        """Cards not shown whole yet, by mark."""

    async def deliver(self, to: Address, card: Card, replaces: str = "", mark: str = "") -> str:
        """Shows the card; ``chat:stamp`` of the message, with ``+`` between its pages.

        Raises:
            WireError: it could not be shown.
        """
        if to.thread == HOME:
            return await self._publish(to, card)
        chat, _, stamps = replaces.partition(":")
        old = stamps.split("+") if stamps and chat != HOME else []
        begun = self._begun.pop(mark, None) or Begun()
        try:
            if card.files and not old and not begun.pages:
                card = await self._uploaded(card, begun)
            sheets = pages(card)
            for number, blocks in enumerate(sheets):
                message = _message(card, blocks, _marked(mark, number, len(sheets), begun.files))
                was = begun.pages.get(number) or (old[number] if number < len(old) else "")
                chat, begun.pages[number] = await self._show(to, chat, was, message)
            await share(self._wire, begun.files, chat, to.thread, again=begun.again)
        except WireError:
            if mark and begun.pages:
                begun.again = True
                self._begun[mark] = begun
            raise
        await self._clear(chat, old[len(sheets) :])
        return _name(chat, begun.pages)

    async def _uploaded(self, card: Card, begun: Begun) -> Card:
        """The card once its files are in Slack; where Slack will never take them, it says so."""
        try:
            begun.files = await upload(self._wire, card.files)
        except WireError as problem:
            if not problem.permanent:
                raise
            return replace(card, note=f"{card.note} {NO_FILE}: {problem}.".strip())
        return card

    async def find(self, to: Address, mark: str) -> str | None:
        """The id of the card with that mark; None where it is not there, or not whole.

        Raises:
            WireError: the history could not be read.
        """
        if to.thread == HOME:
            return None
        chat = await self._room(to)
        found = Begun(again=True)
        whole = 0
        messages = await self._history(chat, to.thread)
        for message in messages:
            payload = _payload(message)
            if payload.get("mark") == mark:
                found.pages[int(payload.get("page", 0))] = str(message["ts"])
                found.files = [str(each) for each in payload.get("files", ())]
                whole = int(payload.get("of", 1))
        found.files = [each for each in found.files if each not in shown(messages)]
        self._begun.pop(mark, None)
        if found.pages and len(found.pages) >= whole and not found.files:
            return _name(chat, found.pages)
        if found.pages:
            self._begun[mark] = found
        return None

    def is_room(self, user: str, chat: str) -> bool:
        """Whether that is our own direct message with her."""
        return bool(chat) and self._rooms.get(user) == chat

    async def _show(
        self, to: Address, chat: str, was: str, message: dict[str, Any]
    ) -> tuple[str, str]:
        if was:
            chat = chat or await self._room(to)
            try:
                await self._wire.write("chat.update", channel=chat, ts=was, **message)
            except WireError as problem:
                if problem.code not in GONE:
                    raise
            else:
                return chat, was
        thread = {"thread_ts": to.thread} if to.thread else {}
        quiet = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False}
        said = await self._wire.write(
            "chat.postMessage", channel=to.chat, **thread, **message, **quiet
        )
        chat = str(said.get("channel", to.chat))
        self._rooms[to.chat] = chat
        return chat, str(said.get("ts", ""))

    async def _history(self, chat: str, thread: str) -> list[dict[str, Any]]:
        """The messages of a chat or a thread: the newest thousand of a chat."""
        method = "conversations.replies" if thread else "conversations.history"
        asked = {"ts": thread} if thread else {}
        found: list[dict[str, Any]] = []
        cursor = ""
        for _ in range(SHEETS):
            more = {"cursor": cursor} if cursor else {}
            said = await self._wire.read(
                method, channel=chat, limit=SHEET, include_all_metadata=True, **asked, **more
            )
            found += [m for m in said.get("messages", []) if isinstance(m, dict) and m.get("ts")]
            cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return found

    async def _room(self, to: Address) -> str:
        """The channel of a direct message: the history is not to be had by a person's id."""
        if not to.chat.startswith(("U", "W")):
            return to.chat
        if to.chat not in self._rooms:
            said = await self._wire.write("conversations.open", users=to.chat)
            self._rooms[to.chat] = str(said["channel"]["id"])
        return self._rooms[to.chat]

    async def _publish(self, to: Address, card: Card) -> str:
        blocks = [block for page in pages(card) for block in page]
        view = {"type": HOME, "blocks": blocks[:HOME_BLOCKS]}
        await self._wire.write("views.publish", user_id=to.chat, view=view)
        return f"{HOME}:{to.chat}"

    async def _clear(self, chat: str, left: list[str]) -> None:
        """Pages the card no longer has. One that stays is untidy, and no reason to fail."""
        for stamp in left:
            try:
                await self._wire.write("chat.delete", channel=chat, ts=stamp)
            except WireError:
                return


def _message(card: Card, blocks: list[Block], marked: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "text": notice(card),
        "blocks": blocks,
        "parse": "none",
        "link_names": False,
    }
    if marked["mark"]:
        found["metadata"] = {"event_type": EVENT_TYPE, "event_payload": marked}
    return found


def _marked(mark: str, page: int, of: int, files: list[str]) -> dict[str, Any]:
    found = {"mark": mark, "page": page, "of": of}
    return {**found, "files": list(files)} if files else found


def _name(chat: str, shown: dict[int, str]) -> str:
    return f"{chat}:{'+'.join(stamp for _, stamp in sorted(shown.items()))}"


def _payload(message: dict[str, Any]) -> dict[str, Any]:
    metadata = message.get("metadata")
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    return payload if isinstance(payload, dict) else {}
