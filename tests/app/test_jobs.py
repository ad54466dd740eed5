"""The clock only ticks; what is due stands in rows."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversations.types import Address, Parcel, Said
from bot.demo import DAYS, afternoon, seed
from bot.desk import Desk
from bot.jobs.clock import start_ticking
from bot.jobs.digests import send_digests
from bot.jobs.followups import ask_due
from bot.jobs.sweep import tidy
from bot.playbooks import Playbooks
from playbooks.engine.load import shipped
from storage.store import Store, open_store
from tests.app.conftest import MovingClock
from tests.fakes.desk import library

HERE = Address("web", "hotel-clerk")
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""08:00 in Berlin, 07:00 in London."""
WEEK = timedelta(days=7)


async def logged(store: Store, clock: MovingClock, text: str) -> tuple[Desk, list[Parcel]]:
    sent: list[Parcel] = []
    desk = Desk(store, library, clock.now, sent.extend)
    await desk.receive(Said(f"say:{text}", clock.now(), "hotel-clerk", HERE, text))
    sent.clear()
    return desk, sent


async def test_a_follow_up_is_asked_when_its_time_has_come_and_not_before(
    store: Store, clock: MovingClock
) -> None:
    desk, sent = await logged(store, clock, "room 9 has no hot water, upset")
    assert await ask_due(store, desk, clock.now(), "one") == 0
    clock.wait(minutes=61)
    assert await ask_due(store, desk, clock.now(), "one") >= 1
    assert any("was it put right?" in p.card.title for p in sent)


async def test_two_ticks_at_once_ask_once(store: Store, clock: MovingClock) -> None:
    desk, sent = await logged(store, clock, "room 9 has no hot water, upset")
    clock.wait(minutes=61)
    await ask_due(store, desk, clock.now(), "one")
    asked = len(sent)
    assert await ask_due(store, desk, clock.now(), "two") == 0
    clock.wait(minutes=3)
    await ask_due(store, desk, clock.now(), "three")
    assert len(sent) == asked


async def test_a_follow_up_answered_before_its_time_is_not_asked(
    store: Store, clock: MovingClock
) -> None:
    from bot.conversations.types import Tapped

    desk, sent = await logged(store, clock, "man at the desk praises the breakfast team")
    moment = store.call(lambda book: book.open_of("hotel-clerk"))[0]
    await desk.receive(
        Tapped("t1", clock.now(), "hotel-clerk", HERE, f"smot.{moment.id}.recovered")
    )
    sent.clear()
    clock.wait(hours=8)
    await ask_due(store, desk, clock.now(), "one")
    assert not sent


async def test_the_digest_comes_once_a_week_in_the_sites_own_morning(
    store: Store, clock: MovingClock
) -> None:
    await logged(store, clock, "room 9 has no hot water, upset")
    sent: list[Parcel] = []
    assert await send_digests(store, library, MONDAY - timedelta(minutes=1), sent.extend) == 0
    assert await send_digests(store, library, MONDAY, sent.extend) == 1
    assert await send_digests(store, library, MONDAY + timedelta(hours=1), sent.extend) == 0
    assert [p.to.chat for p in sent] == ["hotel-manager"]
    assert sent[0].lane == "digest"


async def test_a_digest_missed_by_a_stopped_machine_comes_late_but_not_a_week_late(
    store: Store, clock: MovingClock
) -> None:
    await logged(store, clock, "room 9 has no hot water, upset")
    sent: list[Parcel] = []
    assert await send_digests(store, library, MONDAY + timedelta(days=3), sent.extend) == 0
    assert await send_digests(store, library, MONDAY + timedelta(hours=30), sent.extend) == 1


async def test_a_site_where_nothing_was_ever_noted_gets_no_digest(store: Store) -> None:
    sent: list[Parcel] = []
    assert await send_digests(store, library, MONDAY, sent.extend) == 0


async def test_old_keys_are_forgotten_and_new_ones_kept(store: Store, clock: MovingClock) -> None:
    await logged(store, clock, "room 9 has no hot water, upset")
    clock.wait(days=8)
    await tidy(store, clock.now())
    assert store.call(lambda book: book.counts())["moments"] == 1


async def test_what_was_shown_long_ago_goes_where_the_settings_say_so(
    store: Store, clock: MovingClock
) -> None:
    await logged(store, clock, "room 9 has no hot water, upset")
    await logged(store, clock, "room 10 has no hot water, upset")
    clerk = Address("web", "hotel-clerk")
    parcels = store.call(lambda book: book.parcels(clock.now(), 50))
    for parcel in parcels:
        store.call(lambda book, parcel=parcel: book.sent(parcel.id, "m", clock.now()))
    clock.wait(days=400)
    await tidy(store, clock.now())
    before = len(store.call(lambda book: book.transcript(clerk)))
    await tidy(store, clock.now(), timedelta(days=365))
    assert before > len(store.call(lambda book: book.transcript(clerk)))
    assert store.call(lambda book: book.counts())["moments"] == 2


async def test_a_tick_that_fails_does_not_stop_the_clock() -> None:
    import asyncio

    ticks: list[int] = []
    enough = asyncio.Event()

    async def tick() -> None:
        ticks.append(1)
        if len(ticks) > 2:
            enough.set()
        raise ZeroDivisionError

    scheduler = start_ticking({"tick": (0.01, tick)})
    try:
        await asyncio.wait_for(enough.wait(), 60)
    finally:
        scheduler.shutdown(wait=False)


PLAY = (shipped() / "hotel" / "room_not_ready.md").read_text(encoding="utf-8")


async def test_a_sound_edit_is_live_at_the_next_look(tmp_path: Path) -> None:
    (tmp_path / "hotel").mkdir()
    shelf = Playbooks(tmp_path, None)
    shelf.open()
    old = shelf.current()
    assert await shelf.look() is None
    own = tmp_path / "hotel" / "room_not_ready.md"
    own.write_text(PLAY.replace("title: The room is not ready", "title: Ours now"))
    news = await shelf.look()
    assert news is not None
    assert news.swapped
    assert shelf.current().plays["hotel/room_not_ready"].title == "Ours now"
    assert old.plays["hotel/room_not_ready"].title == "The room is not ready"
    assert "in use" in news.card().title


async def test_a_faulty_edit_keeps_the_good_plays_and_is_told_with_file_and_line(
    tmp_path: Path,
) -> None:
    (tmp_path / "hotel").mkdir()
    shelf = Playbooks(tmp_path, None)
    shelf.open()
    before = shelf.current()
    own = tmp_path / "hotel" / "room_not_ready.md"
    own.write_text(PLAY.replace("stage: smot", "stage: soon"))
    news = await shelf.look()
    assert news is not None
    assert not news.swapped
    assert shelf.current() is before
    card = news.card()
    assert "not in use" in card.title
    assert any("room_not_ready.md, line" in fact.label for fact in card.facts)


async def test_what_the_linter_refuses_keeps_the_good_plays_too(tmp_path: Path) -> None:
    (tmp_path / "hotel").mkdir()
    own = tmp_path / "hotel" / "room_not_ready.md"
    own.write_text(PLAY)
    shelf = Playbooks(tmp_path, None)
    shelf.open()
    before = shelf.current()
    own.write_text(PLAY.replace("and I am sorry to", "and unfortunately we"))
    news = await shelf.look()
    assert news is not None
    assert not news.swapped
    assert shelf.current() is before
    assert any("justifies" in fact.text for fact in news.card().facts)


GERMAN = Path(__file__).resolve().parents[1] / "fakes" / "translated" / "hotel"


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("title: Das", "titel: Das", '"titel" is not known'),
        ("Es tut mir leid", "Es tut mir leid" + " sehr" * 20, "at most 40 can be said"),
    ],
)
async def test_a_faulty_translation_of_a_built_in_play_keeps_the_good_plays(
    tmp_path: Path, right: str, wrong: str, told: str
) -> None:
    (tmp_path / "hotel").mkdir()
    shelf = Playbooks(tmp_path, None)
    shelf.open()
    own, text = tmp_path / "hotel" / "room_not_ready.de.md", (GERMAN / "room_not_ready.de.md")
    own.write_text(text.read_text(encoding="utf-8"), encoding="utf-8")
    news = await shelf.look()
    assert news is not None
    assert news.swapped
    good = shelf.current()
    own.write_text(text.read_text(encoding="utf-8").replace(right, wrong), encoding="utf-8")
    news = await shelf.look()
    assert news is not None
    assert not news.swapped
    assert shelf.current() is good
    assert "de" in good.plays["hotel/room_not_ready"].translations
    facts = news.card().facts
    assert all(fact.label.startswith("hotel/room_not_ready.de.md, line") for fact in facts)
    assert any(told in fact.text for fact in facts)


async def test_a_file_that_is_no_play_is_told_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "hotel").mkdir()
    (tmp_path / "hotel" / "room_not_ready.md").write_text(PLAY)
    shelf = Playbooks(tmp_path, None)
    shelf.open()
    (tmp_path / "hotel" / "ours.txt").write_text(PLAY)
    news = await shelf.look()
    assert news is not None
    assert news.swapped
    assert [fact.label for fact in news.card().facts] == ["hotel/ours.txt, line 1"]


async def test_faulty_plays_at_the_start_leave_the_built_in_ones(tmp_path: Path) -> None:
    (tmp_path / "hotel").mkdir()
    (tmp_path / "hotel" / "mine.md").write_text("no front matter")
    shelf = Playbooks(tmp_path, None)
    news = shelf.open()
    assert not news.swapped
    assert "hotel/room_not_ready" in shelf.current().plays


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
async def test_the_demo_is_three_weeks(store: Store, clock: MovingClock) -> None:
    now = afternoon(clock.now(), library())
    assert store.call(lambda book: seed(book, library(), now)) > DAYS * 8
    first, second, last = (
        store.call(lambda book, back=back: book.week("hotel", now - back - WEEK, now - back))
        for back in (2 * WEEK, WEEK, timedelta())
    )
    assert min(first.moments, second.moments, last.moments) > 50


async def test_the_demo_is_lived_through_once(store: Store, clock: MovingClock) -> None:
    now = afternoon(clock.now(), library())
    assert store.call(lambda book: seed(book, library(), now, days=4)) > 4 * 8
    lived = store.call(lambda book: book.week("hotel", now - WEEK, now))
    assert lived.moments > 30
    assert sum(lived.smot.values()) > 15
    assert len(store.call(lambda book: book.open_of("hotel-clerk"))) >= 3
    assert store.call(lambda book: seed(book, library(), now, days=4)) == 0
    assert store.call(lambda book: book.week("hotel", now - WEEK, now)) == lived


async def test_two_demos_of_one_hour_tell_the_same(
    store: Store, clock: MovingClock, tmp_path: Path
) -> None:
    now = afternoon(clock.now(), library())
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}", clock=clock.now)
    weeks = []
    for each in (store, other):
        each.call(lambda book: seed(book, library(), now, days=3))
        weeks.append(each.call(lambda book: book.week("hotel", now - WEEK, now)))
    other.close()
    assert weeks[0] == weeks[1]
    assert weeks[0].gifts > 0
