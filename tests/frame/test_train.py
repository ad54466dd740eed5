"""``fifteen playbooks train``: what trainers kept, learned on the command line."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversations.growing import Correction, Growth
from bot.conversations.types import Turn
from playbooks.engine import teach
from playbooks.engine.lessons import Lesson
from playbooks.engine.teach import Answer
from storage.engine import migrate
from storage.store import Book, open_store
from tests.frame.answers import Fifteen
from tests.storage.samples import NOON, moment

LINE = "a guest says the lift music in the annex hums like an old fridge"
KEPT = Correction(
    *("m1", "hotel", LINE, "smot", "policy", 1, "smot", "other_customers", 0),
    by="ana",
    at=NOON,
)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'fifteen.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    migrate(url)
    return url


@pytest.fixture
def kept(database: str) -> str:
    """A hotel with one lesson kept."""

    def job(book: Book) -> None:
        book.save(Turn((moment("m1"),), corrections=(KEPT,)), NOON)
        decided = replace(KEPT, state="kept", decided_by="tom", decided_at=NOON)
        book.save(Turn(corrections=(decided,)), NOON)

    with open_store(database, clock=lambda: NOON) as store:
        store.call(job)
    return database


@pytest.fixture(autouse=True)
def few_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer known lines: whether a model is worse is judged by other tests on all of them."""
    lines = teach.shipped_lines()[::200]
    monkeypatch.setattr(teach, "shipped_lines", lambda: lines)


def judged(monkeypatch: pytest.MonkeyPatch, *, taken: bool, reason: str) -> None:
    real = teach.taught

    def taught(lessons: list[Lesson], in_use: str) -> Answer:
        return replace(real(lessons, in_use), taken=taken, reasons=(reason,))

    monkeypatch.setattr(teach, "taught", taught)


def grown(database: str) -> Growth | None:
    with open_store(database, clock=lambda: NOON) as store:
        return store.call(lambda book: book.growth("hotel"))


def test_a_better_reader_is_taken_into_use(
    fifteen: Fifteen, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged(monkeypatch, taken=True, reason="It reads more lessons right.")
    said = fifteen("playbooks", "train")
    assert said.code == 0, said.err
    assert "lessons      1 of 1 read right, 0 before" in said.out
    assert "It reads more lessons right.\nIn use" in said.out
    found = grown(kept)
    assert found is not None
    assert (found.lessons, found.learned, bool(found.overlay)) == (1, NOON, True)


def test_a_line_is_tried_as_the_site_has_learned_to_read_it(
    fifteen: Fifteen, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged(monkeypatch, taken=True, reason="It reads more lessons right.")
    line = ("try", KEPT.text, "--site", "hotel", "--json")
    assert fifteen(*line).json()["reading"]["kind"] != KEPT.kind
    fifteen("playbooks", "train")
    assert fifteen(*line).json()["reading"]["kind"] == KEPT.kind
    assert fifteen("playbooks", *line).json()["reading"]["kind"] == KEPT.kind


def test_a_line_is_tried_as_shipped_where_the_database_cannot_be_looked_at(
    fifteen: Fifteen, database: str
) -> None:
    Path(database.removeprefix("sqlite:///")).write_bytes(b"no database at all" * 100)
    said = fifteen("try", "guest 412 furious room not ready", "--json")
    assert said.code == 0
    assert said.json()["reading"]["kind"] == "unavailable"
    assert "read as shipped, not as hotel has learned" in said.err


def test_a_worse_reader_is_not_taken_and_the_reason_is_told(
    fifteen: Fifteen, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged(monkeypatch, taken=False, reason="It misses danger.")
    said = fifteen("playbooks", "train")
    assert "It misses danger.\nNot taken into use" in said.out
    assert grown(kept) is None


def test_a_dry_run_changes_nothing(
    fifteen: Fifteen, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged(monkeypatch, taken=True, reason="It reads more lessons right.")
    assert "nothing was changed" in fifteen("playbooks", "train", "--dry").out
    assert grown(kept) is None


def test_the_report_tells_every_kind_and_every_pair(fifteen: Fifteen, kept: str) -> None:
    said = fifteen("playbooks", "train", "--dry", "--report").out
    for heading in ("Kinds of known lines", "Weakest pairs:", "Pairs that changed:", "that hurt"):
        assert heading in said
    assert "safety" in said


def test_a_program_gets_the_whole_report_as_one_object(fifteen: Fifteen, kept: str) -> None:
    answer = fifteen("playbooks", "train", "--dry", "--json").json()
    assert (answer["site"], answer["lessons"], answer["in_use"]) == ("hotel", 1, False)
    assert answer["report"]["learned"] == {"before": 0, "after": 1, "of": 1}


def test_without_a_lesson_it_says_so_and_shows_the_reader_in_use(
    fifteen: Fifteen, database: str
) -> None:
    said = fifteen("playbooks", "train")
    assert said.code == 0
    assert "No correction is kept at hotel" in said.out
    assert "Kinds of known lines" in said.out
    assert grown(database) is None


def test_what_was_learned_from_examples_dropped_since_is_taken_out_of_use(
    fifteen: Fifteen, database: str
) -> None:
    with open_store(database, clock=lambda: NOON) as store:
        old = Growth("hotel", "digest", NOON, "rows", "{}", 1, NOON)
        store.call(lambda book: book.growing.make(old))
    fifteen("playbooks", "train")
    found = grown(database)
    assert found is not None
    assert (found.overlay, found.lessons) == ("", 0)


def test_without_a_database_there_is_nothing_to_learn_from(fifteen: Fifteen) -> None:
    said = fifteen("playbooks", "train")
    assert said.code == 1
    assert "Nobody has corrected a reading so far." in said.err


def test_a_site_that_is_not_there_is_told(fifteen: Fifteen, database: str) -> None:
    assert "There is no site “nowhere”" in fifteen("playbooks", "train", "--site", "nowhere").err
