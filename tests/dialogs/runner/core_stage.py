"""The core alone as a stage: a fake desk, and each person's chat as cards in their places."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.conversations.types import Card, Turn
from playbooks.engine.library import Library
from tests.fakes.desk import AGENT, BOSS, CLERK, OTHER, TRAINER, FakeDesk, library

PEOPLE = {person.id: person for person in (CLERK, OTHER, BOSS, TRAINER, AGENT)}


class CoreStage:
    """Keeps to the rules of every channel: a card in a place is edited, a fresh one moves down."""

    def __init__(self, plays: Callable[[], Library] = library) -> None:
        self.desk = FakeDesk(plays=plays)
        self._chats: dict[str, dict[str, Card]] = {who: {} for who in PEOPLE}
        self._written: Counter[str] = Counter()

    def say(self, who: str, text: str) -> None:
        self._show(self.desk.say(text, PEOPLE[who]))

    def press(self, who: str, label: str) -> None:
        for card in reversed(self.chat(who)):
            for button in card.buttons:
                if button.label == label:
                    self._show(self.desk.tap(button.tap, PEOPLE[who]))
                    return
        seen = [[b.label for b in card.buttons] for card in self.chat(who)[-3:]]
        raise AssertionError(f"{who} sees no button {label!r}; the last cards have {seen}")

    def fill(self, who: str, fields: Mapping[str, str]) -> None:
        form = next((c.form for c in reversed(self.chat(who)) if c.form), None)
        assert form is not None, f"{who} has no form before her"
        names = {f.name for f in form.fields}
        assert set(fields) <= names, f"the form asks for {sorted(names)}"
        self._show(self.desk.fill(form.tap, fields, PEOPLE[who]))

    def wait(self, span: timedelta) -> None:
        for turn in self.desk.passing(span):
            self._show(turn)

    def chat(self, who: str) -> list[Card]:
        return list(self._chats[who].values())

    def changed(self, who: str) -> int:
        return self._written[who]

    def _show(self, turn: Turn) -> None:
        for post in turn.posts:
            chat = self._chats[post.to.chat]
            chat.pop(post.slot, None)
            chat[post.slot] = post.card
            self._written[post.to.chat] += 1
