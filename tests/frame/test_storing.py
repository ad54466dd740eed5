"""``fifteen migrate``, ``export`` and ``digest``: the database for operators and managers."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo import seed
from playbooks.engine.load import load, shipped
from storage.store import open_store
from tests.frame.answers import Fifteen

SUNDAY = datetime(2026, 11, 15, 18, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a hotel with a week and a day behind it."""
    path = tmp_path_factory.mktemp("lived") / "fifteen.db"
    library, _ = load(shipped())
    store = open_store(f"sqlite:///{path}", clock=lambda: SUNDAY)
    store.call(lambda book: seed(book, library, SUNDAY, days=8))
    store.close()
    return path


@pytest.fixture
def in_use(lived: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{lived}")
    return lived


def test_migrating_twice_changes_nothing_the_second_time(fifteen: Fifteen) -> None:
    first, second = fifteen("migrate"), fifteen("migrate")
    assert "was brought up to date" in first.out
    assert "is up to date" in second.out


def test_every_table_is_exported_with_its_heading(
    fifteen: Fifteen, in_use: Path, tmp_path: Path
) -> None:
    said = fifteen("export", "--csv", str(tmp_path / "out"))
    assert said.code == 0, said.err
    for table in ("moments", "follow_ups", "gifts", "people"):
        with (tmp_path / "out" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert f"{table}.csv: {len(rows)} rows" in said.out
        assert rows, table
    assert list((tmp_path / "out").glob("*.draft")) == []


def test_an_exported_moment_tells_what_was_typed_and_said(
    fifteen: Fifteen, in_use: Path, tmp_path: Path
) -> None:
    fifteen("export", "--csv", str(tmp_path))
    with (tmp_path / "moments.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    assert row["text"]
    assert row["say"]
    assert datetime.fromisoformat(row["created"]).tzinfo


def test_text_that_a_spreadsheet_would_run_is_made_harmless(tmp_path: Path) -> None:
    from bot.commands.storing import _write

    count = _write(tmp_path / "t.csv", [{"text": "=2+2", "n": -5, "say": None}])
    assert count == 1
    assert (tmp_path / "t.csv").read_text().splitlines() == ["text,n,say", "'=2+2,-5,"]


def test_an_export_to_where_nothing_can_be_written_is_told(
    fifteen: Fifteen, in_use: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    said = fifteen("export", "--csv", str(tmp_path / "file"))
    assert said.code == 1
    assert "cannot be written" in said.err


@pytest.mark.parametrize("words", [("export", "--csv", "out"), ("digest",)])
def test_without_a_database_nothing_is_made_up(fifteen: Fifteen, words: tuple[str, ...]) -> None:
    said = fifteen(*words)
    assert said.code == 1
    assert "There is no database" in said.err
    assert "fifteen run" in said.err


def test_the_digest_of_a_week_counts_its_moments(fifteen: Fifteen, in_use: Path) -> None:
    text = fifteen("digest", "--site", "hotel", "--week", "2026-W45").out
    numbers = fifteen("digest", "--site", "hotel", "--week", "2026-W45", "--json").json()
    assert numbers["week"] == "2026-W45"
    assert numbers["moments"] > 10
    assert sum(numbers["by_stage"].values()) == numbers["moments"]
    assert f"Moments: {numbers['moments']}" in text
    assert "2 Nov to 8 Nov" in text


def test_a_week_without_moments_says_so(fifteen: Fifteen, in_use: Path) -> None:
    assert "no moments" in fifteen("digest", "--week", "2020w1").out


@pytest.mark.parametrize("week", ["last", "2026-W54", "2026-11-16", "2026-W00"])
def test_what_is_no_week_is_told(fifteen: Fifteen, in_use: Path, week: str) -> None:
    said = fifteen("digest", "--week", week)
    assert said.code == 2
    assert "2026-W47" in said.err


def test_a_week_with_a_change_of_clocks_has_an_hour_more() -> None:
    from datetime import date

    from bot.commands.weekly import _bounds

    library, _ = load(shipped())
    start, end = _bounds(library.house.sites["hotel"], date(2026, 10, 19))
    assert (end - start).total_seconds() == 169 * 3600
