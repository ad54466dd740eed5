"""What an update says. Pure: nothing is sent and nobody is looked up; any JSON may come in.

Bots, edits and what is not meant for us are passed over in silence. What a person sends that cannot
be taken is refused in one sentence.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

from bot.channels.telegram.attached import ALL, attached
from bot.channels.telegram.fields import list_of, number_of, part_of, slice_of, text_of
from bot.channels.telegram.forms import Ask, ask_in
from bot.channels.telegram.menu import COMMANDS
from bot.conversations.types import Address, Attached

NAME: Final = "telegram"
WANTED: Final = ("message", "callback_query")
ANONYMOUS: Final = 1087968824
"""Who Telegram says wrote it where a group's administrator stays anonymous."""

FORWARDED: Final = "Forwarded messages are not taken. Type in one line what happened."
NO_TEXT: Final = (
    "I can only read words. Reply to what you sent in one line: what happened? Then I note that it "
    "is there."
)
NAMELESS: Final = (
    "Anonymous administrators are not taken: I have to know who asks. Write under your own name."
)


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
    attached: tuple[Attached, ...] = ()
    code: str | None = None
    refusal: str = ""

    @property
    def home(self) -> Address:
        """Her own chat with the bot: what is about a customer is answered there."""
        return Address(NAME, self.account)


def update_id(update: object) -> int | None:
    """The number of an update; None where it has none."""
    return number_of(update, "update_id")


def chat_of(update: object) -> int:
    """The chat an update belongs to, to keep the order in it; 0 where it has none."""
    for kind in WANTED:
        body = part_of(update, kind)
        if body:
            message = body if kind == "message" else part_of(body, "message")
            return number_of(part_of(message, "chat"), "id") or 0
    return 0


def read(update: object, me: Me) -> Incoming | None:
    """What somebody did; None for everything that is passed over."""
    number = update_id(update)
    if number is None or not isinstance(update, dict):
        return None
    if "callback_query" in update:
        return _pressed(number, part_of(update, "callback_query"))
    return _written(number, part_of(update, "message"), me) if "message" in update else None


def _pressed(number: int, query: dict[str, Any]) -> Incoming | None:
    message = part_of(query, "message")
    who = _somebody(number, part_of(query, "from"), message)
    tap, callback = text_of(query, "data"), text_of(query, "id")
    if who is None or not tap or not callback:
        return None
    return replace(who, tap=tap, callback=callback)


def _written(number: int, message: dict[str, Any], me: Me) -> Incoming | None:
    sender = part_of(message, "from")
    chat = number_of(part_of(message, "chat"), "id")
    behind = number_of(part_of(message, "sender_chat"), "id")
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
    if not said and not text_of(message, "text"):
        album = text_of(message, "media_group_id")
        sent = not album and any(kind in message for kind in ALL)
        return replace(who, refusal=NO_TEXT) if sent else None
    who = replace(who, attached=attached(message))
    command, rest = _command(said, me)
    if command == "start" and who.private:
        return replace(who, text="help", code=rest)
    if command == "moment":
        return replace(who, text=rest)
    if command:
        return replace(who, text=command if command in COMMANDS else "help")
    answered = part_of(message, "reply_to_message")
    ask = None
    if number_of(part_of(answered, "from"), "id") == me.id:
        ask = ask_in(list_of(answered, "entities"), me.username)
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
        start, length = number_of(entity, "offset") or 0, number_of(entity, "length") or 0
        found = slice_of(text, start, length)
        by_name = text_of(entity, "type") == "mention" and found.lower() == named
        if by_name or number_of(part_of(entity, "user"), "id") == me.id:
            return text.replace(found, "", 1).strip() if found else text
    # In a forum every message "replies" to the one that opened its topic.
    answered = part_of(message, "reply_to_message")
    ours = number_of(part_of(answered, "from"), "id") == me.id
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
    account, chat = number_of(sender, "id"), number_of(part_of(message, "chat"), "id")
    if account is None or chat is None:
        return None
    if sender.get("is_bot") is not False and not (nameless and account == ANONYMOUS):
        return None
    thread = number_of(message, "message_thread_id")
    topic = str(thread) if thread and message.get("is_topic_message") is True else ""
    names = (text_of(sender, "first_name"), text_of(sender, "last_name"))
    return Incoming(
        number,
        str(account),
        " ".join(n for n in names if n)[:120],
        text_of(sender, "language_code")[:12],
        Address(NAME, str(chat), topic),
        number_of(message, "message_id") or 0,
        private=text_of(part_of(message, "chat"), "type") == "private" and chat == account,
    )


def _words(message: dict[str, Any]) -> tuple[str, list[Any]]:
    """The text, or the words under a picture or a file, and their marked places."""
    if text_of(message, "text"):
        return text_of(message, "text"), list_of(message, "entities")
    return text_of(message, "caption"), list_of(message, "caption_entities")
