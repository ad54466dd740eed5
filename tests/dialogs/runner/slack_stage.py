"""Slack as a stage: the fake desk behind the channel, and cards read back from Slack's messages."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.channels.base import Receipt
from bot.channels.slack import SlackChannel, forms
from bot.conversations.types import (
    Address,
    Bar,
    Button,
    Card,
    Event,
    Fact,
    Filled,
    Form,
    Person,
    Said,
    Tapped,
    Tone,
    Turn,
)
from bot.settings import SlackSettings
from tests.dialogs.runner.core_stage import PEOPLE
from tests.fakes.desk import FakeDesk
from tests.fakes.slack_api.server import APP_TOKEN, BOT_TOKEN, SlackServer
from tests.fakes.slack_api.workspace import Node

TONES: Mapping[str, Tone] = {"⚡": "now", "❓": "ask", "✅": "good", "⛔": "stop"}
LIGHTS = "🟢🟡🔴"


class EnrolledDoor:
    """Everybody of the dialogs is enrolled, under an account made from the name."""

    def __init__(self, people: Mapping[str, Person]) -> None:
        self._people = people

    async def who(self, channel: str, account: str) -> Person | None:
        return self._people.get(account.removeprefix("U").lower())

    async def knock(
        self, channel: str, account: str, name: str, text: str, language: str = ""
    ) -> Card:
        raise AssertionError("everybody is enrolled")

    async def left(self, channel: str, account: str) -> None:
        raise AssertionError("nobody leaves")


class SlackStage:
    """Lines, presses and forms go over a real socket; cards come back as Slack's blocks."""

    def __init__(self) -> None:
        self.desk = FakeDesk()
        for who, person in PEOPLE.items():
            self.desk.memory.everybody[who] = replace(person, address=home(who))
        self._runner = asyncio.Runner()
        self._turn = Turn()
        self._places: dict[str, dict[str, str]] = {who: {} for who in PEOPLE}
        self._written: Counter[str] = Counter()
        self._do(self._open())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        self._runner.run(work)

    async def _open(self) -> None:
        self.server = await SlackServer().__aenter__()
        for who, person in PEOPLE.items():
            self.server.workspace.join(home(who).chat, person.name)
        settings = SlackSettings(bot_token=BOT_TOKEN, app_token=APP_TOKEN, api_url=self.server.url)
        door = EnrolledDoor(self.desk.memory.everybody)
        self.channel = SlackChannel(settings, door, lambda: self.desk.now)
        self._running = asyncio.create_task(self.channel.run(self._receive))
        await self.server.connected.wait()

    def close(self) -> None:
        async def end() -> None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            await self.channel.close()
            await self.server.__aexit__()

        self._do(end())
        self._runner.close()

    async def _receive(self, event: Event) -> Receipt:
        assert isinstance(event, Said | Tapped | Filled)
        again = event.key in self.desk.seen
        self._turn = self.desk._happen(event)
        await self._show(self._turn)
        return "again" if again else "new"

    async def _show(self, turn: Turn) -> None:
        for post in turn.posts:
            who = post.to.chat.removeprefix("U").lower()
            places = self._places[who]
            old = places.pop(post.slot, "")
            made = await self.channel.deliver(post.to, post.card, "" if post.fresh else old)
            places[post.slot] = made
            self._written[who] += 1

    # --- what a dialog does ------------------------------------------------------------------

    def say(self, who: str, text: str) -> None:
        self._send(self.server.workspace.types(home(who).chat, text))

    def press(self, who: str, label: str) -> None:
        for message in reversed(self._messages(who)):
            card = card_of(message)
            if any(button.label == label for button in card.buttons):
                self._press(who, message, label)
                return
        raise AssertionError(f"{who} sees no button {label!r}")

    def fill(self, who: str, fields: Mapping[str, str]) -> None:
        message = next((m for m in reversed(self._messages(who)) if card_of(m).form), None)
        assert message is not None, f"{who} has no form before her"
        form = card_of(message).form
        assert form is not None
        known = set(self.server.workspace.views)
        self._press(who, message, f"{form.submit}…")
        (name,) = set(self.server.workspace.views) - known
        view = self.server.workspace.views[name]
        self._send(self.server.workspace.submits(home(who).chat, view, fields))

    def wait(self, span: timedelta) -> None:
        for turn in self.desk.passing(span):
            self._do(self._show(turn))

    def chat(self, who: str) -> list[Card]:
        return [card_of(message) for message in self._messages(who)]

    def changed(self, who: str) -> int:
        return self._written[who]

    def _messages(self, who: str) -> list[Node]:
        """Her messages, the one changed last at the end."""
        found = []
        for name in self._places[who].values():
            chat, _, stamp = name.partition(":")
            found.append(self.server.workspace.messages[chat][stamp])
        return found

    def _press(self, who: str, message: Node, label: str) -> None:
        account = home(who).chat
        room = self.server.workspace.dm(account)
        self._send(self.server.workspace.presses(account, room, message, label))

    def _send(self, sending: tuple[str, Node]) -> None:
        async def send() -> None:
            assert await self.server.over_socket(sending) is not None, "not acknowledged"

        self._do(send())


def home(who: str) -> Address:
    """The private chat of somebody on Slack."""
    return Address("slack", f"U{who.upper()}")


def card_of(message: Node) -> Card:
    """The card as somebody reads it off Slack."""
    card = Card("", "quiet")
    for block in message["blocks"]:
        if block["type"] == "header":
            card = _titled(card, block["text"]["text"])
        elif block["type"] == "actions":
            for element in block["elements"]:
                card = _pressable(card, element)
        else:
            card = _read(card, block["elements"][0])
    return card


def _titled(card: Card, text: str) -> Card:
    mark, _, rest = text.partition(" ")
    return (
        replace(card, title=rest, tone=TONES[mark]) if mark in TONES else replace(card, title=text)
    )


def _pressable(card: Card, element: Node) -> Card:
    if element["action_id"] == forms.FORM:
        form = forms.unpacked(element["value"])
        assert isinstance(form, Form)
        return replace(card, form=form)
    if element["type"] == "button":
        found = (Button(element["text"]["text"], element["value"]),)
    else:
        found = tuple(
            Button(option["text"]["text"], option["value"], more=True)
            for option in element["options"]
        )
    return replace(card, buttons=card.buttons + found)


def _read(card: Card, rich: Node) -> Card:
    kind, parts = rich["type"], rich["elements"]
    if kind == "rich_text_list":
        step = parts[0]["elements"][0]["text"]
        return replace(card, do=(*card.do, step))
    words = [part["text"] for part in parts]
    if kind == "rich_text_quote":
        return replace(card, say=card.say + words[0])
    if kind == "rich_text_preformatted":
        return replace(card, bars=card.bars + tuple(_bar(line) for line in words[0].split("\n")))
    if len(words) > 1:
        label = words[0].lstrip(LIGHTS).strip().removesuffix(":")
        return replace(card, facts=(*card.facts, Fact(label, words[1])))
    return replace(card, facts=(*card.facts, Fact("", words[0])))


def _bar(line: str) -> Bar:
    label, _, rest = line.replace("█", "░").partition("░")
    count, _, note = rest.strip("░ ").partition(" ")
    return Bar(label.strip(), int(count), 0.0, note.strip("()"))
