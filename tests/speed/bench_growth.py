"""What a clerk waits for while the reader learns: turns alone, and turns during learning.

A real store on a file and the real process; lines come one after the other, 25 ms apart, as from a
busy house. 200 lessons that contradict the weights: the longest the process takes.
``python -m tests.speed.bench_growth``.
"""

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.conversations.growing import Correction, Publishing
from bot.conversations.types import Address, Parcel, Person, Said, Turn
from bot.desk import Desk
from bot.growth import Growths
from bot.playbooks import Playbooks
from playbooks.engine.lessons import thinned
from playbooks.engine.teach import shipped_lines
from playbooks.engine.vocabulary import KINDS
from storage.engine import migrate
from storage.store import Book, Store, open_store
from tests.speed.figures import say, say_load
from tests.storage.samples import moment

LESSONS, APART, ALONE = 200, 0.025, 400
HERE = Address("web", "ana")


def now() -> datetime:
    return datetime.now(UTC)


def taught(book: Book) -> None:
    """Corrections that say another kind than the weights know, all kept."""
    at = now()
    lines = [line for line in shipped_lines() if line.industries == ("hotel",)][:LESSONS]
    book.save_person(Person("ana", "Ana Weber", "staff", "hotel", HERE))
    for n, line in enumerate(lines):
        assert line.kind is not None
        other = KINDS[(KINDS.index(line.kind) + 3) % len(KINDS)]
        text, read = thinned(line).text, ("smot", line.kind, 1)
        lesson = Correction(f"m{n}", "hotel", text, "smot", other, 1, *read, "ana", at)
        kept = Correction(
            *(f"m{n}", "hotel", text, "smot", other, 1, *read, "ana", at),
            *("kept", "tom", at),
        )
        logged = moment(f"m{n}", person="nobody")
        book.save(Turn((logged,), corrections=(lesson, kept)), at)
    book.save(Turn(publishing=Publishing("hotel", "ana", at)), at)


async def turns(desk: Desk, until: "asyncio.Task[int] | None", name: str) -> list[float]:
    """Milliseconds of each turn, from the line to the commit."""
    texts, took = [line.text for line in shipped_lines()[:ALONE]], []
    while (not until.done()) if until else len(took) < ALONE:
        n = len(took)
        began = time.perf_counter()
        await desk.receive(Said(f"{name}{n}", now(), "ana", HERE, texts[n % len(texts)]))
        took.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(APART)
    return sorted(took)


def late(took: list[float]) -> float:
    """What 95 of 100 turns stay below, in milliseconds."""
    return round(took[int(len(took) * 0.95)], 2)


async def measured(store: Store) -> None:
    playbooks = Playbooks(None, None)
    playbooks.open()
    playbooks.current().warm()
    sent: list[Parcel] = []
    desk = Desk(store, playbooks.current, now, sent.extend)
    await turns(desk, None, "warm")
    alone = await turns(desk, None, "alone")
    growths = Growths(store, playbooks, now, sent.extend)
    began = time.perf_counter()
    learning = asyncio.create_task(growths.learn())
    took = await turns(desk, learning, "during")
    (card,) = [each.card for each in sent if each.slot.startswith("grown:")]
    spent = round(time.perf_counter() - began, 1)
    say(f"learning {LESSONS} lessons that contradict the rest", spent, "s", 60, card.title)
    say("a turn while the reader learns, p95", late(took), "ms", "", f"{late(alone)} ms alone")
    say_load()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/fifteen.db"
        migrate(url)
        with open_store(url, clock=now, exclusive=True) as store:
            store.call(taught)
            asyncio.run(measured(store))


if __name__ == "__main__":
    main()
