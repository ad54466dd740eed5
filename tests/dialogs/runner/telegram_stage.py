"""The dialogs on Telegram: typed and pressed there, and read from what stands in its chats."""

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.conversations.types import Button, Card
from tests.fakes.telegram_api.bench import ACCOUNTS, Bench, bench
from tests.fakes.telegram_api.world import Message

MORE, LESS = "More …", "Less"


@dataclass(frozen=True, slots=True)
class Shown(Card):
    """A card as it is read on Telegram."""

    words: str = ""

    def plain(self) -> str:
        """What the message says."""
        return self.words


class TelegramStage:
    """The core behind a Telegram channel before a fake Telegram."""

    def __init__(self) -> None:
        self._loop = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._bench: Bench = self._run(self._stack.enter_async_context(bench()))
        self._run(self._stack.enter_async_context(self._bench.running()))

    def close(self) -> None:
        self._run(self._stack.aclose())
        self._loop.close()

    def say(self, who: str, text: str) -> None:
        self._bench.api.writes(ACCOUNTS[who], text)
        self._run(self._bench.settled())

    def press(self, who: str, label: str) -> None:
        for message in reversed(self._messages(who)):
            found = self._unfolded(who, message, label)
            if label in found.buttons():
                self._push(who, found, label)
                return
        seen = [list(m.buttons()) for m in self._messages(who)[-3:]]
        raise AssertionError(f"{who} sees no button {label!r}; the last messages have {seen}")

    def fill(self, who: str, fields: Mapping[str, str]) -> None:
        message = next(m for m in reversed(self._messages(who)) if self._card(m).form)
        form = self._card(message).form
        assert form is not None
        assert set(fields) <= {f.name for f in form.fields}
        chosen = [
            (label, f.name)
            for f in form.fields
            for value, label in f.options
            if fields.get(f.name) == value
        ]
        words = [f for f in form.fields if not f.options]
        if chosen:
            self._push(who, message, chosen[0][0])
            words = sorted(words, key=lambda f: f.kind == "long")
            if not any(f.name in fields for f in words):
                return
        else:
            self._push(who, message, next(b for b in message.buttons() if b.startswith("✎")))
        for field in sorted(words, key=lambda f: f.kind == "long"):
            asked = self._bench.api.standing(ACCOUNTS[who])[-1]
            answer = fields.get(field.name, "-")
            self._bench.api.replies(ACCOUNTS[who], asked, answer)
            self._run(self._bench.settled())

    def wait(self, span: timedelta) -> None:
        for turn in self._bench.desk.passing(span):
            self._run(self._bench.show(turn))

    def chat(self, who: str) -> list[Card]:
        cards: list[Card] = []
        for message in self._messages(who):
            first = list(message.buttons())
            every = list(self._unfolded(who, message, "").buttons())
            self._folded(who, message)
            buttons = tuple(
                Button(label, "", more=label not in first)
                for label in every
                if label not in (MORE, LESS) and not label.startswith("✎")
            )
            title, _, _ = message.text.partition("\n")
            tone = self._card(message).tone
            options = {label for f in self._fields(message) for _, label in f.options}
            buttons = tuple(b for b in buttons if b.label not in options)
            cards.append(Shown(title, tone, buttons=buttons, words=message.text))
        return cards

    def changed(self, who: str) -> int:
        return self._bench.written[str(ACCOUNTS[who])]

    # --- how

    def _run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run(doing)

    def _messages(self, who: str) -> list[Message]:
        """Her cards, the one changed last at the end."""
        chat = str(ACCOUNTS[who])
        ids = [number for c, number in self._bench.order if c == chat]
        standing = self._bench.api.messages
        found = [standing.get((ACCOUNTS[who], int(n.rpartition(",")[2]))) for n in ids]
        current = {n.rpartition(",")[2] for n in self._bench.places.values()}
        return [m for m in found if m is not None and str(m.id) in current]

    def _card(self, message: Message) -> Card:
        cards = self._bench.cards.items()
        return next(c for (a, n), c in cards if (a.chat, n) == (str(message.chat), str(message.id)))

    def _fields(self, message: Message) -> tuple[Any, ...]:
        form = self._card(message).form
        return form.fields if form else ()

    def _push(self, who: str, message: Message, label: str) -> None:
        self._bench.api.presses_button(ACCOUNTS[who], message, label)
        self._run(self._bench.settled())

    def _unfolded(self, who: str, message: Message, wanted: str) -> Message:
        buttons = message.buttons()
        if wanted not in buttons and MORE in buttons:
            self._push(who, message, MORE)
        return self._bench.api.messages[message.chat, message.id]

    def _folded(self, who: str, message: Message) -> None:
        now = self._bench.api.messages[message.chat, message.id]
        if LESS in now.buttons():
            self._push(who, now, LESS)
