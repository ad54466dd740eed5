"""What is kept is learned in a process of its own, and every machine takes it up."""

import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from bot import growth as growing
from bot.conversations.growing import Growth
from bot.conversations.types import Address, Parcel, Person, Said, Tapped
from bot.desk import Desk
from bot.growth import Growths, LearningError, in_a_process, reader_of
from bot.playbooks import Playbooks
from playbooks.engine import teach
from playbooks.engine.lessons import Lesson
from playbooks.engine.linear import shipped
from playbooks.engine.overlay import Overlay, to_text
from playbooks.engine.teach import Answer
from storage.errors import StorageError, StoreClosed
from storage.store import Store
from tests.app.conftest import MovingClock

HERE, THERE = Address("web", "hotel-clerk"), Address("web", "tom")
TOM = Person("tom", "Tom Reiss", "trainer", "hotel", THERE)
LINE = "a guest says the lift music in the annex hums like an old fridge"
Process = Callable[[list[Lesson], str], Answer]


class House:
    """A desk, a trainer, and a machine that learns; ``another`` is a second machine."""

    def __init__(self, store: Store, clock: MovingClock, shelf: Path) -> None:
        self.shelf = shelf
        self.store, self.clock, self.sent, self.count = store, clock, list[Parcel](), 0
        self.playbooks, self.growths = self.another()
        self.desk = Desk(store, self.playbooks.current, clock.now, self.sent.extend)
        store.call(lambda book: book.save_person(TOM))

    def another(self) -> tuple[Playbooks, Growths]:
        playbooks = Playbooks(None, self.shelf)
        playbooks.open()
        growths = Growths(self.store, playbooks, self.clock.now, self.sent.extend)
        growths.open()
        return playbooks, growths

    async def tap(self, who: str, word: str) -> None:
        self.count += 1
        to = THERE if who == "tom" else HERE
        await self.desk.receive(Tapped(f"t{self.count}", self.clock.now(), who, to, word))

    async def publish(self) -> None:
        """A clerk corrects a line, the trainer keeps it and publishes."""
        self.count += 1
        said = Said(f"s{self.count}", self.clock.now(), "hotel-clerk", HERE, LINE)
        await self.desk.receive(said)
        moment = self.store.call(lambda book: book.open_of("hotel-clerk"))[0]
        await self.tap("hotel-clerk", f"kind.{moment.id}.policy")
        stamp = int(self.clock.now().timestamp() * 1000)
        await self.tap("tom", f"corrections..keep:{moment.id}:{stamp}")
        await self.tap("tom", "corrections..publish")
        self.sent.clear()

    def kind(self, playbooks: Playbooks | None = None) -> str:
        library = (playbooks or self.playbooks).current()
        return library.read(LINE, library.house.sites["hotel"]).kind

    def told(self) -> str:
        (parcel,) = self.sent
        assert parcel.to == THERE
        return parcel.card.plain()


@pytest.fixture
def hotel(store: Store, clock: MovingClock, tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(store, clock, tmp_path_factory.getbasetemp() / "shelf")


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Callable[[Process], None]:
    """Puts a function in the place of the process that learns."""

    def put(answer: Process) -> None:
        async def in_its_place(lessons: list[Lesson], in_use: str) -> Answer:
            return answer(lessons, in_use)

        monkeypatch.setattr(growing, "in_a_process", in_its_place)

    return put


def few(lessons: list[Lesson], in_use: str) -> Answer:
    """As the process answers, with fewer known lines: too few to judge by, so it is taken."""
    from playbooks.engine.judge import grown

    lines = teach.shipped_lines()[::400]
    made = grown(shipped(), lessons, lines, teach.overlay_of(in_use))
    return replace(teach.answer(made), taken=True)


async def test_what_is_kept_and_published_is_read_so_by_every_machine(
    hotel: House, process: Callable[[Process], None]
) -> None:
    process(few)
    playbooks, growths = hotel.another()
    await hotel.publish()
    assert hotel.kind() != "policy"
    assert await hotel.growths.learn() == 1
    assert hotel.kind() == "policy"
    assert "The reader has learned: one example" in hotel.told()
    assert hotel.kind(playbooks) != "policy"
    await growths.look()
    assert hotel.kind(playbooks) == "policy"


async def test_a_machine_started_later_reads_what_was_learned_from_its_first_line(
    hotel: House, process: Callable[[Process], None]
) -> None:
    process(few)
    await hotel.publish()
    await hotel.growths.learn()
    playbooks, _ = hotel.another()
    assert hotel.kind(playbooks) == "policy"


async def test_nothing_asked_is_nothing_learned(hotel: House) -> None:
    assert await hotel.growths.learn() == 0
    assert hotel.sent == []


async def test_a_publishing_is_learned_once(
    hotel: House, process: Callable[[Process], None]
) -> None:
    process(few)
    await hotel.publish()
    assert [await hotel.growths.learn(), await hotel.growths.learn()] == [1, 0]
    hotel.clock.wait(hours=1)
    assert await hotel.growths.learn() == 0


async def test_learning_holds_up_no_tick_and_ends_with_fifteen(
    hotel: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def endless(lessons: list[Lesson], in_use: str) -> Answer:
        begun.set()
        try:
            return await asyncio.get_running_loop().create_future()
        finally:
            ended.set()

    monkeypatch.setattr(growing, "in_a_process", endless)
    await hotel.publish()
    await hotel.growths.begin()
    await asyncio.wait_for(begun.wait(), 60)
    await hotel.growths.begin()
    await hotel.growths.close()
    assert ended.is_set()
    hotel.store.call(lambda book: book.free_leases(hotel.clock.now()))
    asked = hotel.store.call(lambda book: book.growing.take(hotel.clock.now(), growing.LEASE))
    assert [growth.site for growth in asked] == ["hotel"]


async def test_a_worse_reader_is_not_taken_and_the_trainer_is_told_why(
    hotel: House, process: Callable[[Process], None]
) -> None:
    def worse(lessons: list[Lesson], in_use: str) -> Answer:
        return replace(few(lessons, in_use), taken=False, reasons=("It misses danger.",))

    process(worse)
    await hotel.publish()
    await hotel.growths.learn()
    assert hotel.kind() != "policy"
    assert "Not taken into use: it would read worse\nWhy not: It misses danger." in hotel.told()
    await hotel.tap("tom", "corrections")
    assert "Publish" in [b.label for b in hotel.sent[-1].card.buttons]


async def test_where_the_last_example_was_dropped_lines_are_read_as_shipped_again(
    hotel: House, process: Callable[[Process], None]
) -> None:
    process(few)
    shipped_kind = hotel.kind()
    await hotel.publish()
    await hotel.growths.learn()
    moment = hotel.store.call(lambda book: book.corrections("hotel", "kept"))[0].moment
    stamp = int(hotel.clock.now().timestamp() * 1000)
    await hotel.tap("tom", f"corrections..forget:{moment}:{stamp}")
    await hotel.tap("tom", "corrections..publish")
    hotel.sent.clear()
    assert await hotel.growths.learn() == 1
    assert hotel.kind() == shipped_kind
    assert "No example is kept: lines are read as shipped" in hotel.told()


async def test_where_learning_fails_nothing_changes_and_nobody_waits_for_ever(
    hotel: House, process: Callable[[Process], None]
) -> None:
    def broken(lessons: list[Lesson], in_use: str) -> Answer:
        raise LearningError("the process that learns ended with 9")

    process(broken)
    await hotel.publish()
    await hotel.growths.learn()
    assert "could not learn just now" in hotel.told()
    assert hotel.kind() != "policy"
    hotel.clock.wait(hours=1)
    assert await hotel.growths.learn() == 0


async def test_what_was_learned_over_other_weights_is_not_used_and_a_line_says_so(
    hotel: House, caplog: pytest.LogCaptureFixture
) -> None:
    old = Growth("hotel", "other", hotel.clock.now(), to_text(Overlay("other", {1: (0, 5)})))
    hotel.store.call(lambda book: book.growing.make(old))
    before = hotel.kind()
    await hotel.growths.look()
    assert hotel.kind() == before
    assert "run `fifteen playbooks train`" in caplog.text


async def test_a_reader_learned_stays_when_a_trainer_saves_a_play(
    hotel: House, process: Callable[[Process], None]
) -> None:
    process(few)
    await hotel.publish()
    await hotel.growths.learn()
    hotel.playbooks._seen = "something was saved"
    assert await hotel.playbooks.look() is not None
    assert hotel.kind() == "policy"


async def test_the_words_of_a_lesson_are_not_kept_a_second_time_in_the_report(
    hotel: House, process: Callable[[Process], None]
) -> None:
    process(few)
    await hotel.publish()
    await hotel.growths.learn()
    growth = hotel.store.call(lambda book: book.growth("hotel"))
    assert growth is not None
    assert json.loads(growth.report)["lessons"] == 1
    assert "annex" not in growth.report


@pytest.mark.parametrize(("fault", "told"), [(StoreClosed(), 0), (StorageError("It is gone."), 1)])
def test_a_fifteen_stopped_while_it_starts_says_nothing_of_it(
    fault: StorageError, told: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Gone:
        def call(self, job: object) -> None:
            raise fault

    playbooks = Playbooks(None, tmp_path)
    playbooks.open()
    store, sent = cast("Store", Gone()), list[Parcel]()
    Growths(store, playbooks, lambda: datetime.now(UTC), sent.extend).open()
    assert len(caplog.records) == told


def test_nothing_learned_needs_no_reader() -> None:
    assert reader_of(None) is None
    assert reader_of(Growth("hotel")) is None


async def test_the_process_itself_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    # Not behind everything else, as a clerk's machine has it: beside all other tests it would wait
    # for a minute. And with one in fifty of the known lines.
    eager = (
        "from playbooks.engine import teach; known = teach.shipped_lines()[::50];"
        "teach.shipped_lines = lambda: known; teach.NICE = 0; teach.main()"
    )
    monkeypatch.setattr(teach, "command", lambda: [sys.executable, "-c", eager])
    answer = await in_a_process([Lesson(LINE, ("hotel",), kind="policy")], "")
    assert answer.weights == shipped().digest
    assert answer.report.learned.of == 1
    assert answer.report.known["kind"].of > 20


async def test_a_process_that_dies_is_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teach, "command", lambda: [sys.executable, "-c", "raise SystemExit(9)"])
    with pytest.raises(LearningError, match="ended with 9"):
        await in_a_process([], "")


async def test_a_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = [sys.executable, "-c", "import time; time.sleep(600)"]
    monkeypatch.setattr(teach, "command", lambda: hangs)
    monkeypatch.setattr(growing, "PATIENCE", 0.05)
    with pytest.raises(LearningError, match="within"):
        await in_a_process([], "")


async def test_a_process_that_says_something_else_is_told_as_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(teach, "command", lambda: [sys.executable, "-c", "print('hello')"])
    with pytest.raises(LearningError, match="no answer"):
        await in_a_process([], "")


def test_a_lease_outlasts_the_patience_with_a_process() -> None:
    assert timedelta(seconds=growing.PATIENCE) < growing.LEASE
