"""What an update says. Pure: nothing is sent and nobody is looked up; any JSON may come in.

Bots, edits and what is not meant for us are passed over in silence. What a person sends that cannot
be taken is refused in one sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.channels.telegram.forms import Ask, ask_in
from bot.conversations.types import Address

NAME: Final = "telegram"
COMMANDS: Final[Mapping[str, str]] = {
    "moment": "Log a moment: /moment guest 412 furious room not ready",
    "open": "What is still open with you",
    "digest": "The last seven days, for managers",
    "on": "You are at work",
    "off": "You have gone home",
    "undo": "Take the last step back",
    "plays": "The playbook in numbers",
    "invite": "A code that lets somebody in",
    "link": "A code for your second account",
    "people": "Who is enrolled",
    "help": "How it works",
}
"""The menu. Every other command of a person is answered with the help."""
WANTED: Final = ("message", "callback_query")
ANONYMOUS: Final = 1087968824
"""Who Telegram says wrote it where a group's administrator stays anonymous."""
MOST: Final = 2**53

FORWARDED: Final = "Forwarded messages are not taken. Type in one line what happened."
NO_TEXT: Final = (
    "I can only read words. Type in one line what happened, or write it under the picture."
)
NAMELESS: Final = (
    "Anonymous administrators are not taken: I have to know who asks. Write under your own name."
)
_MEDIA: Final = frozenset(
    ("animation", "audio", "checklist", "contact", "dice", "document", "location", "photo")
) | {"paid_media", "poll", "sticker", "story", "venue", "video", "video_note", "voice"}


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing somebody did. ``place`` is where; ``private`` is true in the chat of two.

    Exactly one of these is meant: ``refusal`` (a sentence for her), ``tap`` (a button), ``ask``
    (``text`` answers a field), else ``text`` is a line typed. ``code``: what followed /start.
    """

    update: int
    account: str
    name: str
    language: str
    place: Address
    message: int
    private: bool
    text: str = ""
    tap: str = ""
    callback: str = ""
    ask: Ask | None = None
    code: str | None = None
    refusal: str = ""

    @property
    def home(self) -> Address:
        """Her own chat with the bot: what is about a customer is answered there."""
        return Address(NAME, self.account)


def update_id(update: object) -> int | None:
    """The number of an update; None where it has none."""
    return _number(update, "update_id")


def chat_of(update: object) -> int:
    """The chat an update belongs to, to keep the order in it; 0 where it has none."""
    for kind in WANTED:
        body = _part(update, kind)
        if body:
            message = body if kind == "message" else _part(body, "message")
            return _number(_part(message, "chat"), "id") or 0
    return 0


def read(update: object, me: Me) -> Incoming | None:
    """What somebody did; None for everything that is passed over."""
    number = update_id(update)
    if number is None or not isinstance(update, dict):
        return None
    if "callback_query" in update:
        return _pressed(number, _part(update, "callback_query"))
    return _written(number, _part(update, "message"), me) if "message" in update else None


def _pressed(number: int, query: dict[str, Any]) -> Incoming | None:
    message = _part(query, "message")
    who = _somebody(number, _part(query, "from"), message)
    tap, callback = _text(query, "data"), _text(query, "id")
    if who is None or not tap or not callback:
        return None
    return replace(who, tap=tap, callback=callback)


def _written(number: int, message: dict[str, Any], me: Me) -> Incoming | None:
    sender = _part(message, "from")
    chat = _number(_part(message, "chat"), "id")
    behind = _number(_part(message, "sender_chat"), "id")
    who = _somebody(number, sender, message, nameless=behind is not None and behind == chat)
    if who is None or (behind is not None and behind != chat):
        return None
    text, entities = _words(message)
    said = _addressed(text, entities, message, me, private=who.private)
    if said is None:
        return None
    if behind is not None:
        return replace(who, refusal=NAMELESS)
    if "forward_origin" in message or "forward_date" in message or "via_bot" in message:
        return replace(who, refusal=FORWARDED)
    return _line(who, said, message, me)


def _line(who: Incoming, said: str, message: dict[str, Any], me: Me) -> Incoming | None:
    if not said and not _text(message, "text"):
        album = _text(message, "media_group_id")
        sent = not album and any(kind in message for kind in _MEDIA)
        return replace(who, refusal=NO_TEXT) if sent else None
    command, rest = _command(said, me)
    if command == "start" and who.private:
        return replace(who, text="help", code=rest)
    if command == "moment":
        return replace(who, text=rest)
    if command:
        return replace(who, text=command if command in COMMANDS else "help")
    answered = _part(message, "reply_to_message")
    ask = None
    if _number(_part(answered, "from"), "id") == me.id:
        ask = ask_in(_list(answered, "entities"), me.username)
    return replace(who, text=said, ask=ask)


def _addressed(
    text: str, entities: list[Any], message: dict[str, Any], me: Me, *, private: bool
) -> str | None:
    """The text without our own name; None in a group where nobody speaks to us."""
    command, _, other = (
        text.split(maxsplit=1)[0][1:].partition("@") if text[:1] == "/" else ("",) * 3
    )
    if other and other.lower() != me.username.lower():
        return None
    if private or other or command.lower() in COMMANDS:
        return text
    named = f"@{me.username}".lower()
    for entity in entities:
        start, length = _number(entity, "offset") or 0, _number(entity, "length") or 0
        found = _slice(text, start, length)
        by_name = _text(entity, "type") == "mention" and found.lower() == named
        if by_name or _number(_part(entity, "user"), "id") == me.id:
            return text.replace(found, "", 1).strip() if found else text
    # In a forum every message "replies" to the one that opened its topic.
    answered = _part(message, "reply_to_message")
    ours = _number(_part(answered, "from"), "id") == me.id
    return text if ours and "forum_topic_created" not in answered else None


def _command(text: str, me: Me) -> tuple[str, str]:
    """The command and what follows it; nothing where the line is none."""
    if not text.startswith("/") or text[1:2].isspace() or len(text) < 2:
        return "", ""
    first, _, rest = text[1:].replace("\n", " ", 1).partition(" ")
    name = first.lower().removesuffix(f"@{me.username}".lower())
    return (name, rest.strip()) if name.replace("_", "").isalnum() else ("", "")


def _somebody(
    number: int, sender: dict[str, Any], message: dict[str, Any], *, nameless: bool = False
) -> Incoming | None:
    """Who did it and where; None for bots and for what has no sender or no chat."""
    account, chat = _number(sender, "id"), _number(_part(message, "chat"), "id")
    if account is None or chat is None:
        return None
    if sender.get("is_bot") is not False and not (nameless and account == ANONYMOUS):
        return None
    thread = _number(message, "message_thread_id")
    topic = str(thread) if thread and message.get("is_topic_message") is True else ""
    names = (_text(sender, "first_name"), _text(sender, "last_name"))
    return Incoming(
        number,
        str(account),
        " ".join(n for n in names if n)[:120],
        _text(sender, "language_code")[:12],
        Address(NAME, str(chat), topic),
        _number(message, "message_id") or 0,
        private=_text(_part(message, "chat"), "type") == "private" and chat == account,
    )


def _words(message: dict[str, Any]) -> tuple[str, list[Any]]:
    """The text, or the words under a picture or a file, and their marked places."""
    if _text(message, "text"):
        return _text(message, "text"), _list(message, "entities")
    return _text(message, "caption"), _list(message, "caption_entities")


def _slice(text: str, start: int, length: int) -> str:
    """Places are counted in UTF-16."""
    if start < 0 or length <= 0:
        return ""
    units = text.encode("utf-16-le")[2 * start : 2 * (start + length)]
    return units.decode("utf-16-le", "ignore")


def _part(of: object, name: str) -> dict[str, Any]:
    part = of.get(name) if isinstance(of, dict) else None
    return part if isinstance(part, dict) else {}


def _list(of: dict[str, Any], name: str) -> list[Any]:
    part = of.get(name)
    return part if isinstance(part, list) else []


def _text(of: object, name: str) -> str:
    """A text, without what no store keeps: zero bytes and halves of pairs."""
    value = of.get(name) if isinstance(of, dict) else None
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode("utf-8", "ignore").decode()


def _number(of: object, name: str) -> int | None:
    value = of.get(name) if isinstance(of, dict) else None
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < MOST
    return value if whole else None
