"""One event is one transaction: kept, answered and sent, or none of it."""

from pathlib import Path
from typing import Any

from bot.conversations.types import Address, Filled, Parcel, Said, Tapped
from bot.desk import TRIES, Desk
from bot.jobs.sweep import sweep
from storage.store import Store
from tests.app.conftest import MovingClock
from tests.fakes.desk import library

LINE = "guest 412 furious room not ready 2nd time platinum"
HERE = Address("web", "hotel-clerk")
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


class Sent(list[Parcel]):
    """What was handed to the courier."""

    def __call__(self, parcels: list[Parcel]) -> None:
        self.extend(parcels)


class Broken:
    """A library that stumbles over everything."""

    def __getattr__(self, name: str) -> Any:
        raise ZeroDivisionError(name)


class NoCourier:
    """Delivers nothing: the sweep of events is what is looked at."""

    async def sweep(self) -> int:
        return 0


def written(address: str) -> str:
    """Everything the database holds, as text."""
    if address.startswith("sqlite"):
        file = Path(address.partition(":///")[2])
        whole = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
        return whole.decode("utf-8", "replace")
    import psycopg

    with psycopg.connect(address) as connection:
        names = [name for (name,) in connection.execute(TABLES)]
        rows = [connection.execute(f"SELECT t::text FROM {name} t") for name in names]  # noqa: S608
        return "".join(str(row) for table in rows for row in table)


def said(clock: MovingClock, key: str = "k1", text: str = LINE) -> Said:
    return Said(key, clock.now(), "hotel-clerk", HERE, text)


def desk_of(store: Store, clock: MovingClock, sent: Sent, engine: Any = None) -> Desk:
    return Desk(store, lambda: engine or library(), clock.now, sent)


async def test_a_line_is_kept_answered_and_sent(store: Store, clock: MovingClock) -> None:
    sent = Sent()
    assert await desk_of(store, clock, sent).receive(said(clock)) == "new"
    assert {p.to.chat for p in sent} == {"hotel-clerk", "hotel-manager"}
    counts = store.call(lambda book: book.counts())
    assert counts["moments"] == 1


async def test_the_same_event_again_changes_nothing(store: Store, clock: MovingClock) -> None:
    sent = Sent()
    desk = desk_of(store, clock, sent)
    await desk.receive(said(clock))
    first = list(sent)
    assert await desk.receive(said(clock)) == "again"
    assert list(sent) == first
    assert store.call(lambda book: book.counts())["moments"] == 1


async def test_a_button_pressed_reaches_its_moment(store: Store, clock: MovingClock) -> None:
    sent = Sent()
    desk = desk_of(store, clock, sent)
    await desk.receive(said(clock))
    moment = store.call(lambda book: book.open_of("hotel-clerk"))[0]
    await desk.receive(Tapped("k2", clock.now(), "hotel-clerk", HERE, f"did.{moment.id}"))
    again = store.call(lambda book: book.moment(moment.id))
    assert again is not None
    assert again.status == "acted"


async def test_no_secret_reaches_the_disk(store: Store, clock: MovingClock, address: str) -> None:
    sent = Sent()
    desk = desk_of(store, clock, sent)
    card, phone = "4111 1111 1111 1111", "+49 170 5550123"
    await desk.receive(said(clock, text=f"guest 9 charged twice on {card}, call {phone}, upset"))
    moment = store.call(lambda book: book.open_of("hotel-clerk"))[0]
    fields = {"amount": "5", "what": f"back to {card}"}
    await desk.receive(Filled("k2", clock.now(), "hotel-clerk", HERE, f"gave.{moment.id}", fields))
    store.close()
    whole = written(address)
    assert "charged twice" in whole
    assert not [secret for secret in ("4111 1111", "1111 1111", "5550123") if secret in whole]
    told = [p.card.note for p in sent if p.to.chat == "hotel-clerk"]
    assert any("blacked out" in note for note in told)


async def test_a_turn_that_fails_is_kept_told_and_answered_later(
    store: Store, clock: MovingClock
) -> None:
    sent = Sent()
    assert await desk_of(store, clock, sent, Broken()).receive(said(clock)) == "new"
    assert [p.card.title for p in sent] == ["Kept, but not answered yet"]
    assert store.call(lambda book: book.counts())["moments"] == 0
    clock.wait(seconds=6)
    whole = desk_of(store, clock, sent)
    assert await sweep(store, whole, NoCourier(), clock.now()) == 1  # type: ignore[arg-type]
    assert store.call(lambda book: book.counts())["moments"] == 1
    assert await sweep(store, whole, NoCourier(), clock.now()) == 0  # type: ignore[arg-type]


async def test_a_kept_event_seen_again_is_not_kept_twice(store: Store, clock: MovingClock) -> None:
    sent = Sent()
    broken = desk_of(store, clock, sent, Broken())
    assert await broken.receive(said(clock)) == "new"
    assert await broken.receive(said(clock)) == "again"


async def test_an_event_that_always_fails_is_left_to_a_person(
    store: Store, clock: MovingClock
) -> None:
    sent = Sent()
    broken = desk_of(store, clock, sent, Broken())
    await broken.receive(said(clock))
    for _ in range(TRIES + 3):
        clock.wait(days=1)
        await sweep(store, broken, NoCourier(), clock.now())  # type: ignore[arg-type]
    clock.wait(days=1)
    assert store.call(lambda book: book.unsettled(clock.now(), 10)) == []
    assert store.call(lambda book: book.attempts("k1")) > TRIES - 1


async def test_a_failed_press_says_nothing_but_is_tried_again(
    store: Store, clock: MovingClock
) -> None:
    sent = Sent()
    broken = desk_of(store, clock, sent, Broken())
    await broken.receive(Tapped("k3", clock.now(), "hotel-clerk", HERE, "list"))
    clock.wait(seconds=6)
    assert len(store.call(lambda book: book.unsettled(clock.now(), 10))) <= 1
