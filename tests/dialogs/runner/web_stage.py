"""The built-in chat as a stage: posts and event streams over real loopback HTTP, cards read back
from the HTML of each person's page."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from bot.channels.base import Receipt
from bot.channels.web import WebChannel
from bot.conversations.types import Card, Event, Filled, Said, Tapped, Turn
from playbooks.engine.library import Library
from tests.dialogs.runner.core_stage import PEOPLE
from tests.fakes.desk import FakeDesk, library
from tests.fakes.web_page import Page, web_chat
from tests.fakes.web_world import Book


class WebStage:
    """Everybody of the dialogs has a page open; lines, presses and forms are posted from it.

    One server does for many dialogs: to stop one takes longer than most dialogs.
    """

    def __init__(self, plays: Callable[[], Library] = library) -> None:
        self._plays = plays
        self.desk = FakeDesk(plays=plays)
        self.book = Book(list(PEOPLE.values()))
        self.channel = WebChannel(
            self.book, lambda: self.desk.now, sites=lambda: plays().house.sites
        )
        self.pages: dict[str, Page] = {}
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._do(self._open())

    def begin(self) -> None:
        """Nothing has happened yet, and everybody opens a page."""

        async def begin() -> None:
            await self._leave()
            self.desk = FakeDesk(plays=self._plays)
            self.book.kept.clear()
            self.pages = {who: await Page(self._address, who).open() for who in PEOPLE}

        self._do(begin())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        self._runner.run(work)

    async def _open(self) -> None:
        self._address = await self._stack.enter_async_context(web_chat(self.channel, self._receive))

    def close(self) -> None:
        async def end() -> None:
            await self._leave()
            await self._stack.aclose()

        self._do(end())
        self._runner.close()

    async def _leave(self) -> None:
        for page in self.pages.values():
            await page.close()

    async def _receive(self, event: Event) -> Receipt:
        assert isinstance(event, Said | Tapped | Filled)
        if event.key in self.desk.seen:
            return "again"
        if isinstance(event, Said):
            self.book.put(event.address, f"said:{event.key}", text=event.text)
        await self._show(self.desk._happen(event))
        return "new"

    async def _show(self, turn: Turn) -> None:
        for post in turn.posts:
            replaces = "" if post.fresh else post.slot
            self.book.put(post.to, post.slot, card=post.card, fresh=post.fresh)
            await self.channel.deliver(post.to, post.card, replaces)

    async def _settled(self) -> None:
        """Until every page has what was written for it."""
        for who, page in self.pages.items():
            kept = self.book.kept.get(self.channel.address_of(PEOPLE[who]), {})
            await page.until(max((line.seq for line in kept.values()), default=0))

    # --- what a dialog does ------------------------------------------------------------------

    def say(self, who: str, text: str) -> None:
        self._post(who, "/say", text=text)

    def press(self, who: str, label: str) -> None:
        for card in reversed(self.chat(who)):
            for button in card.buttons:
                if button.label == label:
                    self._post(who, "/tap", tap=button.tap)
                    return
        raise AssertionError(f"{who} sees no button {label!r}")

    def fill(self, who: str, fields: Mapping[str, str]) -> None:
        form = next((card.form for card in reversed(self.chat(who)) if card.form), None)
        assert form is not None, f"{who} has no form before her"
        assert set(fields) <= {each.name for each in form.fields}
        self._post(who, "/form", tap=form.tap, **{f"f.{n}": v for n, v in fields.items()})

    def wait(self, span: timedelta) -> None:
        for turn in self.desk.passing(span):
            self._do(self._show(turn))
        self._do(self._settled())

    def chat(self, who: str) -> list[Card]:
        return self.pages[who].cards()

    def changed(self, who: str) -> int:
        return self.pages[who].written

    def anew(self, who: str) -> list[Card]:
        """Her cards as a page shows them that is loaded now, from top to bottom."""
        found: list[Card] = []

        async def load() -> None:
            lines = await self.pages[who].anew()
            found.extend(line.card for line in lines if line.card is not None)

        self._do(load())
        return found

    def _post(self, who: str, path: str, **fields: str) -> None:
        async def send() -> None:
            status, told = await self.pages[who].post(path, **fields)
            assert (status, told) == (202, {"receipt": "new"}), told
            await self._settled()

        self._do(send())
