"""``fifteen doctor``: one line each, and a fault is never passed over."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from bot import doctor
from bot.clock import FastClock
from bot.conversations.growing import Growth
from bot.conversations.types import Person
from bot.doctor import Finding, examine, healthy, owners
from playbooks.engine.linear import shipped
from playbooks.engine.overlay import Overlay, to_text
from storage.engine import migrate
from storage.store import open_store
from tests.frame.answers import Fifteen

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
LOOKED_AT = {
    "settings",
    "python",
    "packages",
    "database",
    "sqlite",
    "playbooks",
    "time zone",
    "left-overs",
    "disk",
}


@pytest.fixture(scope="module", autouse=True)
def packages() -> Iterator[None]:
    """Every package of this machine is listed once: it takes longer than all other looks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("importlib.metadata.packages_distributions", cache(packages_distributions))
        yield


def found(*looks: str, now: datetime = NOW, **environ: str) -> dict[str, list[Finding]]:
    """The findings of these looks, or of all of them, by what they are about."""
    by_name: dict[str, list[Finding]] = {}
    with pytest.MonkeyPatch.context() as patch:
        if looks:
            patch.setattr(doctor, "LOOKS", {name: doctor.LOOKS[name] for name in looks})
        for finding in examine(FastClock(now, 1), environ):
            by_name.setdefault(finding.name, []).append(finding)
    return by_name


def database(folder: Path) -> str:
    url = f"sqlite:///{folder}/fifteen.db"
    migrate(url)
    return url


def test_a_sound_house_is_clean(fifteen: Fifteen) -> None:
    fifteen("migrate")
    said = fifteen("doctor")
    assert said.code == 0, said.out
    assert "FAULT" not in said.out
    assert {line[7:19].strip() for line in said.out.splitlines()} == LOOKED_AT


def test_everything_is_looked_at_and_explained_to_operators(tmp_path: Path) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "operators.md"
    assert set(found(DATABASE_URL=database(tmp_path))) == LOOKED_AT
    assert [name for name in LOOKED_AT if f"| {name} |" not in page.read_text()] == []


def test_before_the_first_start_a_missing_database_is_no_fault(fifteen: Fifteen) -> None:
    answer = fifteen("doctor", "--json").json()
    assert answer["healthy"]
    (about,) = [each for each in answer["findings"] if each["name"] == "database"]
    assert about["state"] == "note"
    assert "the first start makes it" in about["words"]


def test_looking_makes_no_database(fifteen: Fifteen, at_home: Path) -> None:
    fifteen("doctor")
    assert list(at_home.rglob("fifteen.db*")) == []


def test_every_wrong_setting_has_its_own_line(
    fifteen: Fifteen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIFTEEN_PORT", "many")
    monkeypatch.setenv("FIFTEEN_PRT", "1")
    said = fifteen("doctor")
    assert said.code == 1
    assert said.out.count("FAULT") == 2


def test_a_database_of_another_form_is_a_fault(tmp_path: Path) -> None:
    url = database(tmp_path)
    with closing(sqlite3.connect(tmp_path / "fifteen.db")) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '0000'")
    (about,) = found("database", DATABASE_URL=url)["database"]
    assert about.state == "fault"
    assert "fifteen migrate" in about.words


def test_a_file_that_is_no_database_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "fifteen.db").write_text("a letter to the editor" * 100)
    (about,) = found("database", DATABASE_URL=f"sqlite:///{tmp_path}/fifteen.db")["database"]
    assert about.state == "fault"
    assert "damaged or no database" in about.words


def test_faults_in_plays_are_named_with_file_and_line(tmp_path: Path) -> None:
    play = tmp_path / "hotel" / "broken.md"
    play.parent.mkdir()
    play.write_text("---\ntitle: Broken\nwhen: {stage: smot, kind: slwo}\n---\n# Say\nSorry.\n")
    told = found("playbooks", PLAYBOOKS_DIR=str(tmp_path))["playbooks"]
    assert any("hotel/broken.md:3" in each.words and each.state == "fault" for each in told)


def test_a_site_that_does_not_exist_is_a_fault() -> None:
    told = found("playbooks", FIFTEEN_SITE="moon")["settings"]
    assert any("write one of call_centre, hotel" in each.words for each in told)


def test_the_time_at_each_site_is_shown() -> None:
    (about,) = found("playbooks")["time zone"]
    assert "hotel Mon 10:30 (Europe/Berlin)" in about.words


def test_a_clock_that_was_never_set_is_a_fault() -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC)
    (about,) = found("playbooks", now=at)["time zone"]
    assert about.state == "fault"


def test_cards_that_could_not_be_delivered_are_counted(tmp_path: Path) -> None:
    url = database(tmp_path)
    with closing(sqlite3.connect(tmp_path / "fifteen.db")) as raw, raw:
        columns = [row[1] for row in raw.execute("PRAGMA table_info(outbox)")]
        values = {"state": "dead", "channel": "web", "chat": "c", "slot": "s", "id": 1}
        row = [values.get(name, 0 if name != "card" else "{}") for name in columns]
        raw.execute(f"INSERT INTO outbox VALUES ({','.join('?' * len(row))})", row)  # noqa: S608
    (about,) = found("left-overs", DATABASE_URL=url)["left-overs"]
    assert about.state == "note"
    assert "1 cards that could not be delivered" in about.words


def test_what_a_site_learned_over_other_weights_is_noted(tmp_path: Path) -> None:
    url = database(tmp_path)
    assert "learned" not in found("learned", DATABASE_URL=url)
    with open_store(url, clock=lambda: NOW) as store:
        for site, weights in (("hotel", "other"), ("call_centre", shipped().digest)):
            rows = to_text(Overlay(weights, {}))
            growth = Growth(site, weights, NOW, rows, lessons=3)
            store.call(lambda book, growth=growth: book.growing.make(growth))
    states = {each.words.split()[0]: each for each in found("learned", DATABASE_URL=url)["learned"]}
    assert states["call_centre"].state == "ok"
    assert "reads by 3 examples" in states["call_centre"].words
    assert states["what"].state == "note"
    assert "`fifteen playbooks train --site hotel`" in states["what"].words


def test_a_package_of_the_same_name_is_a_fault() -> None:
    assert owners("bot", {"bot": ["fifteen"]}) == set()
    assert owners("bot", {}) == set()
    assert owners("bot", {"bot": ["fifteen", "some-bot"]}) == {"some-bot"}


def test_an_old_sqlite_is_noted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("storage.sqlite.SOUND", (99, 0, 0))
    (about,) = found("sqlite", DATABASE_URL=database(tmp_path))["sqlite"]
    assert about.state == "note"
    assert "99.0.0 mends" in about.words


def test_a_full_disk_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ROOM", 1 << 80)
    (about,) = found("disk")["disk"]
    assert about.state == "note"


def test_a_look_that_breaks_does_not_end_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[Finding]:
        raise RuntimeError("the lamp went out")

    monkeypatch.setattr(doctor, "LOOKS", {"sqlite": broken, "disk": doctor.LOOKS["disk"]})
    findings = examine(FastClock(NOW, 1), {})
    assert not healthy(findings)
    assert [each.name for each in findings][-2:] == ["sqlite", "disk"]


def test_on_a_platform_it_is_told_whether_somebody_is_admin(tmp_path: Path) -> None:
    url = database(tmp_path)
    token = "123456789:canary_canary_canary_canary_canary"
    (nobody,) = found("people", DATABASE_URL=url, TELEGRAM_BOT_TOKEN=token)["people"]
    assert (nobody.state, "nobody is admin" in nobody.words) == ("note", True)
    with open_store(url, clock=lambda: NOW) as store:
        store.call(lambda book: book.save_person(Person("a", "Ada", "admin", "hotel")))
        store.call(lambda book: book.link("telegram", "7", "a", NOW))
    (somebody,) = found("people", DATABASE_URL=url, TELEGRAM_BOT_TOKEN=token)["people"]
    assert (somebody.state, somebody.words) == ("ok", "1 enrolled; accounts of admins: 1")
    assert "people" not in found("people", DATABASE_URL=url)


def test_a_site_whose_language_its_pack_lacks_is_noted_and_healthy() -> None:
    folder = str(Path(__file__).resolve().parents[1] / "fakes" / "translated")
    told = found("playbooks", PLAYBOOKS_DIR=folder)
    (about,) = told["languages"]
    assert about.state == "note"
    assert about.words.startswith("the site hotel: hotel in German: 1 of ")
    assert [each.state for each in told["playbooks"]] == ["ok"]
    assert "languages" not in found("playbooks")
