"""What each site has learned: taken up where it is newer, made anew where a trainer asked.

Learning runs in a process of its own, behind everything else on the machine. What came of it is a
row: every machine takes it up at its next look, by one assignment between two lines.
"""

import asyncio
import logging
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.conversations.growing import Correction, Growth
from bot.conversations.types import Card, Parcel, Post, Turn
from bot.redact import told

if TYPE_CHECKING:
    from bot.playbooks import Playbooks
    from playbooks.engine.lessons import Lesson
    from playbooks.engine.library import Reads
    from playbooks.engine.schema import House
    from playbooks.engine.teach import Answer
    from storage.store import Book, Store

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=5)
"""How long a publishing is left to the process at it; a dead one's is taken after that."""
PATIENCE: Final = 240.0
"""Seconds after which learning is given up: a minute is the rule."""


class LearningError(Exception):
    """The process that learns did not answer: nothing was changed, publish again."""


class Growths:
    """Keeps the readers of the sites as new as the rows."""

    def __init__(
        self,
        store: "Store",
        playbooks: "Playbooks",
        clock: Callable[[], datetime],
        send: Callable[[list[Parcel]], None],
    ) -> None:
        self._store = store
        self._playbooks = playbooks
        self._clock = clock
        self._send = send
        self._seen: dict[str, int] = {}
        self._learning: asyncio.Task[int] | None = None

    def open(self) -> None:
        """Takes up what the sites have learned so far; blocks, for the start. A database that does
        not answer just then is asked again at the next look: the clock must start all the same."""
        from storage.errors import StoreClosed

        try:
            newer = self._store.call(self._newer)
        except StoreClosed:
            return  # stopped while it started: nobody will read a line
        except Exception as problem:  # noqa: BLE001 - whatever it was, lines are read as shipped
            log.warning("what the sites have learned is looked for later: %s", told(problem))
            return
        for site, made, growth in newer:
            self._take_up(site, made, reader_of(growth))

    async def look(self) -> None:
        """Takes up what is newer, also what another machine has learned."""
        for site, made, growth in await self._store.submit(self._newer):
            self._take_up(site, made, await asyncio.to_thread(reader_of, growth))

    def _newer(self, book: "Book") -> list[tuple[str, int, Growth | None]]:
        marks = book.growing.marks()
        sites = sorted({*marks, *self._seen})
        changed = [site for site in sites if marks.get(site, 0) != self._seen.get(site, 0)]
        return [(site, marks.get(site, 0), book.growth(site)) for site in changed]

    def _take_up(self, site: str, made: int, reader: "Reads | None") -> None:
        self._playbooks.read_by(site, reader)
        self._seen[site] = made

    async def begin(self) -> None:
        """Starts learning where somebody waits for it, and does not wait for the end: the ticks go
        on meanwhile. One at a time: two would share what is left of the machine."""
        if self._learning is None or self._learning.done():
            self._learning = asyncio.create_task(self._guarded())

    async def _guarded(self) -> int:
        try:
            return await self.learn()
        except Exception as problem:  # noqa: BLE001 - it is asked for until it is answered
            log.error("learning failed: %s", told(problem))
            return 0

    async def close(self) -> None:
        """Ends what is being learned; the next start learns it from the beginning."""
        if self._learning is not None:
            self._learning.cancel()
            await asyncio.gather(self._learning, return_exceptions=True)

    async def learn(self) -> int:
        """Learns for every site somebody waits for; returns for how many."""
        now = self._clock()
        taken = await self._store.submit(lambda book: book.growing.take(now, LEASE))
        for growth in taken:
            await self._learn(growth)
        return len(taken)

    async def _learn(self, growth: Growth) -> None:
        kept = await self._store.submit(lambda book: book.corrections(growth.site, "kept"))
        answer = await self._answer(growth, kept) if kept else None
        now = self._clock()
        if kept:
            new = learned(growth, answer, kept, now) if answer else None
        else:
            new = forgotten(growth, now)
        card = card_of(answer, forgot=not kept)
        self._send(await self._store.submit(lambda book: _done(book, growth, new, card, now)))
        await self.look()

    async def _answer(self, growth: Growth, kept: Sequence[Correction]) -> "Answer | None":
        lessons = lessons_of(kept, self._playbooks.current().house)
        try:
            return await in_a_process(lessons, growth.overlay)
        except (LearningError, OSError) as problem:
            log.error("site %s learned nothing: %s", growth.site, told(problem))
            return None


def _done(
    book: "Book", growth: Growth, new: Growth | None, card: Card, now: datetime
) -> list[Parcel]:
    """What was learned, that nobody waits any more, and the card that says so: one commit."""
    if new is not None:
        book.growing.make(new)
    book.growing.answered(growth)
    who = book.person(growth.asked_by)
    if who is None or who.address is None:
        return []
    post = Post(who.address, card, f"grown:{growth.site}", "tell", who.id, fresh=True)
    return book.save(Turn(posts=(post,)), now)


def card_of(answer: "Answer | None", *, forgot: bool = False) -> Card:
    """What the trainer is told; ``forgot``: no example is kept any more."""
    from bot.conversations.learned import FORGOTTEN, NOT_NOW, learned_card

    if forgot:
        return FORGOTTEN
    if answer is None:
        return NOT_NOW
    return learned_card(answer.report, answer.reasons, taken=answer.taken)


def lessons_of(kept: Sequence[Correction], house: "House") -> "list[Lesson]":
    """What was kept, as the engine learns it."""
    from playbooks.engine.lessons import Lesson

    sites = house.sites
    return [
        Lesson(
            each.text,
            sites[each.site].industries if each.site in sites else (),
            each.stage,
            each.kind,
            each.heat,
            each.moment,
        )
        for each in kept
    ]


def learned(
    growth: Growth, answer: "Answer", kept: Sequence[Correction], now: datetime
) -> Growth | None:
    """The row of what was learned; None where it is not taken into use. Its time is later than
    that of the one before, whatever the clock did meanwhile: it is how other machines see it."""
    from msgspec import json

    if not answer.taken:
        return None
    # The lines it names are told on the card, and not kept a second time.
    report = replace(answer.report, hurting=(), not_learned=())
    return replace(
        growth,
        weights=answer.weights,
        made=_later(growth, now),
        overlay=answer.overlay,
        report=json.encode(report).decode(),
        lessons=len(kept),
        learned=max((each.decided_at for each in kept if each.decided_at), default=None),
    )


def forgotten(growth: Growth, now: datetime) -> Growth:
    """The row of a site where no example is kept any more: its lines are read as shipped."""
    made = _later(growth, now)
    return replace(growth, weights="", made=made, overlay="", report="", lessons=0, learned=now)


def _later(growth: Growth, now: datetime) -> datetime:
    return max(now, growth.made + timedelta(milliseconds=1)) if growth.made else now


def reader_of(growth: Growth | None) -> "Reads | None":
    """The reader with what a site has learned; None, and a line in the log, where it cannot be
    used: then its lines are read as shipped."""
    from playbooks.engine.linear import shipped
    from playbooks.engine.overlay import OverlayError, from_text
    from playbooks.engine.read import Reader

    if growth is None or not growth.overlay:
        return None
    try:
        return Reader(from_text(growth.overlay).over(shipped()))
    except OverlayError as problem:
        log.warning("site %s: %s", growth.site, problem)
        return None


async def in_a_process(lessons: "Sequence[Lesson]", in_use: str) -> "Answer":
    """What these lessons teach, found out by a process of its own.

    Raises:
        LearningError: it failed or took too long.
    """
    from playbooks.engine import teach

    running = await asyncio.create_subprocess_exec(
        *teach.command(), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=teach.environment()
    )
    try:
        asked = teach.asked(lessons, in_use)
        said, _ = await asyncio.wait_for(running.communicate(asked), PATIENCE)
        if running.returncode:
            raise LearningError(f"the process that learns ended with {running.returncode}")
        return await asyncio.to_thread(teach.heard, said)
    except TimeoutError:
        raise LearningError(f"nothing was learned within {PATIENCE:.0f} s") from None
    except ValueError as problem:
        raise LearningError("the process that learns gave no answer") from problem
    finally:
        if running.returncode is None:
            with suppress(ProcessLookupError):
                running.kill()
            await running.wait()
