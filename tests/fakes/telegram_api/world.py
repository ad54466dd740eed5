"""What Telegram knows: people, groups, messages, updates. Refuses what the real one does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.fakes.telegram_api import marks

BOT = {"id": 7001001, "is_bot": True, "first_name": "Fifteen", "username": "fifteen_test_bot"}
TOKEN = "7001001:AACanaryTokenOfTheTests0123456789abc"
LONGEST = 4096
CAPTION = 1024
LARGEST = 50 * 1024 * 1024
SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)

Json = dict[str, Any]


class RefusedError(Exception):
    """An answer other than ok."""

    def __init__(self, code: int, why: str, **parameters: int) -> None:
        super().__init__(why)
        self.code = code
        self.why = why
        self.parameters = parameters


def bad(why: str) -> RefusedError:
    return RefusedError(400, f"Bad Request: {why}")


@dataclass(frozen=True)
class File:
    """What came as a part of a form with a name of its own."""

    name: str
    content: bytes
    media: str


@dataclass
class Message:
    """A message standing in a chat."""

    id: int
    chat: int
    thread: int | None
    text: str
    entities: list[marks.Entity] = field(default_factory=list)
    keyboard: list[list[Json]] = field(default_factory=list)
    force_reply: bool = False
    mine: bool = True
    """Written by the bot."""
    file: File | None = None
    """What it carries; ``text`` is then what stands below it."""

    def buttons(self) -> dict[str, str]:
        return {b["text"]: b["callback_data"] for row in self.keyboard for b in row}


@dataclass
class Chat:
    id: int
    type: str
    topics: set[int] = field(default_factory=set)
    blocked: bool = False
    moved_to: int = 0
    wait: int = 0
    """Seconds the server asks to wait, as long as it is set."""


@dataclass
class World:
    """All of it. ``heard`` are the calls made, ``told`` what presses were answered with."""

    token: str = TOKEN
    chats: dict[int, Chat] = field(default_factory=dict)
    messages: dict[tuple[int, int], Message] = field(default_factory=dict)
    updates: list[Json] = field(default_factory=list)
    calls: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    parts: dict[str, File] = field(default_factory=dict)
    """Files of the call being made."""
    presses: dict[str, str | None] = field(default_factory=dict)
    commands: list[Json] = field(default_factory=list)
    webhook: Json = field(default_factory=dict)
    last_message: int = 0
    last_update: int = 5000

    # --- what people do

    def person(self, user: int) -> Chat:
        return self.chats.setdefault(user, Chat(user, "private"))

    def group(self, chat: int, *topics: int) -> Chat:
        return self.chats.setdefault(chat, Chat(chat, "supergroup", set(topics)))

    def standing(self, chat: int) -> list[Message]:
        """The bot's messages in a chat, in the order they stand in it."""
        return [m for (c, _), m in sorted(self.messages.items()) if c == chat and m.mine]

    def update(self, **body: object) -> Json:
        self.last_update += 1
        update = {"update_id": self.last_update, **body}
        self.updates.append(update)
        return update

    def writes(self, user: int, text: str, chat: int = 0, /, **more: object) -> Json:
        """Somebody types a line; ``more`` lies over the message as Telegram would send it."""
        self.last_message += 1
        here = self.person(user) if not chat else self.chats[chat]
        if not chat:
            here.blocked = False
        self.messages[here.id, self.last_message] = Message(
            self.last_message, here.id, None, text, mine=False
        )
        entities = [e.json() for e in marks.found(text, [])]
        body = {
            "message_id": self.last_message,
            "date": 1_790_000_000,
            "from": sender(user),
            "chat": {"id": here.id, "type": here.type},
            "text": text,
            **({"entities": entities} if entities else {}),
        }
        return self.update(message={k: v for k, v in (body | more).items() if v is not None})

    def replies(self, user: int, to: Message, text: str, /, **more: object) -> Json:
        return self.writes(
            user, text, to.chat if to.chat != user else 0, reply_to_message=self.json(to), **more
        )

    def presses_button(self, user: int, message: Message, label: str) -> Json:
        known = message.buttons()
        assert label in known, f"no button {label!r} among {list(known)}"
        return self.presses_word(user, message, known[label])

    def presses_word(self, user: int, message: Message, word: str) -> Json:
        query = f"q{self.last_update + 1}"
        self.presses[query] = None
        body = {"id": query, "from": sender(user), "data": word, "chat_instance": "1"}
        return self.update(callback_query=body | {"message": self.json(message)})

    # --- what the bot may do

    def call(self, method: str, given: Mapping[str, str]) -> object:
        self.calls.append((method, given))
        done = {
            "getMe": lambda _: BOT,
            "sendMessage": self._send,
            "sendDocument": self._send_document,
            "editMessageText": self._edit,
            "editMessageReplyMarkup": self._edit_keys,
            "deleteMessage": self._delete,
            "answerCallbackQuery": self._answer,
            "setMyCommands": self._menu,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._no_webhook,
        }.get(method)
        if done is None:
            raise RefusedError(404, "Not Found")
        return done(given)

    def _chat(self, given: Mapping[str, str]) -> Chat:
        chat = self.chats.get(int(given.get("chat_id", "0")))
        if chat is None:
            raise bad("chat not found")
        if chat.blocked:
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        if chat.moved_to:
            why = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusedError(400, why, migrate_to_chat_id=chat.moved_to)
        if chat.wait:
            why = f"Too Many Requests: retry after {chat.wait}"
            raise RefusedError(429, why, retry_after=chat.wait)
        return chat

    def _send(self, given: Mapping[str, str]) -> Json:
        chat, thread = self._chat(given), self._topic(given)
        text, entities = self._text(given, given.get("text", ""))
        if not text.strip():
            raise bad("message text is empty")
        if marks.units(text) > LONGEST:
            raise bad("message is too long")
        return self._stands(Message(0, chat.id, thread, text, entities), given)

    def _send_document(self, given: Mapping[str, str]) -> Json:
        chat, thread = self._chat(given), self._topic(given)
        file = self.parts.pop("document", None)
        if file is None:
            raise bad("there is no document in the request")
        if not file.name or "/" in file.name:
            raise bad("wrong file name")
        if not file.content:
            raise bad("file must be non-empty")
        if len(file.content) > LARGEST:
            raise RefusedError(413, "Request Entity Too Large")
        text, entities = self._text(given, given.get("caption", ""))
        if marks.units(text) > CAPTION:
            raise bad("message caption is too long")
        return self._stands(Message(0, chat.id, thread, text, entities, file=file), given)

    def _topic(self, given: Mapping[str, str]) -> int | None:
        thread = int(given["message_thread_id"]) if "message_thread_id" in given else None
        if thread is not None and thread not in self._chat(given).topics:
            raise bad("message thread not found")
        return thread

    def _stands(self, message: Message, given: Mapping[str, str]) -> Json:
        keyboard, force = keys(given.get("reply_markup"))
        self.last_message += 1
        message = replace(message, id=self.last_message, keyboard=keyboard, force_reply=force)
        self.messages[message.chat, message.id] = message
        return self.json(message)

    def _text(self, given: Mapping[str, str], raw: str) -> tuple[str, list[marks.Entity]]:
        if given.get("parse_mode") not in (None, "HTML"):
            raise bad("unsupported parse_mode")
        try:
            text, entities = (
                marks.parse(raw) if given.get("parse_mode") else (raw, marks.found(raw, []))
            )
        except marks.MarkError as problem:
            raise bad(str(problem)) from None
        return text, entities

    def _standing(self, given: Mapping[str, str]) -> Message:
        chat = self._chat(given)
        message = self.messages.get((chat.id, int(given.get("message_id", "0"))))
        if message is None:
            raise bad("message to edit not found")
        if not message.mine:
            raise bad("message can't be edited")
        return message

    def _edit(self, given: Mapping[str, str]) -> Json:
        old = self._standing(given)
        if old.file:
            raise bad("there is no text in the message to edit")
        text, entities = self._text(given, given.get("text", ""))
        if not text.strip():
            raise bad("message text is empty")
        if marks.units(text) > LONGEST:
            raise bad("message is too long")
        keyboard, force = keys(given.get("reply_markup"))
        if force:
            raise bad("inline keyboard expected")
        return self._changed(old, replace(old, text=text, entities=entities, keyboard=keyboard))

    def _edit_keys(self, given: Mapping[str, str]) -> Json:
        old = self._standing(given)
        return self._changed(old, replace(old, keyboard=keys(given.get("reply_markup"))[0]))

    def _changed(self, old: Message, new: Message) -> Json:
        if old == new:
            raise bad(SAME)
        self.messages[new.chat, new.id] = new
        return self.json(new)

    def _delete(self, given: Mapping[str, str]) -> bool:
        chat = self._chat(given)
        if self.messages.pop((chat.id, int(given["message_id"])), None) is None:
            raise bad("message to delete not found")
        return True

    def _answer(self, given: Mapping[str, str]) -> bool:
        query = given.get("callback_query_id", "")
        if query not in self.presses or self.presses[query] is not None:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if len(given.get("text", "")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        self.presses[query] = given.get("text", "")
        return True

    def _menu(self, given: Mapping[str, str]) -> bool:
        self.commands = structure(given.get("commands")) or []
        for each in self.commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", each["command"]):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(each["description"]) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        return True

    def _set_webhook(self, given: Mapping[str, str]) -> bool:
        if not given.get("url", "").startswith("https://"):
            raise bad("bad webhook: an HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", given.get("secret_token", "x")):
            raise bad("secret token contains unallowed characters")
        self.webhook = dict(given)
        return True

    def _no_webhook(self, _: Mapping[str, str]) -> bool:
        self.webhook = {}
        return True

    def json(self, message: Message) -> Json:
        """A message as the server gives it back."""
        chat = self.chats[message.chat]
        told: Json = {
            "message_id": message.id,
            "date": 1_790_000_000,
            "chat": {"id": chat.id, "type": chat.type},
            "from": BOT if message.mine else sender(chat.id),
        }
        marked = [e.json() for e in message.entities]
        if message.file:
            document = {"file_id": f"BQAC{message.id}", "file_unique_id": f"AgAD{message.id}"}
            told |= {"document": document | {"file_name": message.file.name}}
            told |= {"caption": message.text, "caption_entities": marked}
        else:
            told |= {"text": message.text, "entities": marked}
        if message.keyboard:
            told["reply_markup"] = {"inline_keyboard": message.keyboard}
        if message.thread:
            told |= {"message_thread_id": message.thread, "is_topic_message": True}
        return told


def sender(user: int) -> Json:
    return {"id": user, "is_bot": False, "first_name": f"Person {user}", "language_code": "en"}


def structure(raw: str | None) -> Any:
    import json

    return json.loads(raw) if raw else None


def keys(raw: str | None) -> tuple[list[list[Json]], bool]:
    """A keyboard as the server takes it, and whether it asks for a reply."""
    markup = structure(raw) or {}
    if markup.get("force_reply"):
        holder = markup.get("input_field_placeholder", "x")
        if not 1 <= len(holder) <= 64:
            raise bad("input field placeholder is of the wrong length")
        return [], True
    rows: list[list[Json]] = markup.get("inline_keyboard", [])
    every = [button for row in rows for button in row]
    if len(every) > 100 or any(len(row) > 8 for row in rows):
        raise bad("reply markup is too long")
    for button in every:
        if not button.get("text", "").strip():
            raise bad("text buttons must be non-empty")
        if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
    return rows, False
