"""``fifteen try``: the whole answer to one line, without storing anything."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands.trying import answered, show
from playbooks.engine.schema import Staff
from tests.fakes.desk import library
from tests.frame.answers import Fifteen

LINE = "guest 412 furious room not ready 2nd time platinum"


def test_the_answer_has_the_promised_fields_and_no_others(fifteen: Fifteen) -> None:
    answer = fifteen("try", LINE, "--json").json()
    assert list(answer) == (
        ["reading", "play", "revision", "say", "do", "gesture", "authority", "tell", "follow_ups"]
    )
    assert list(answer["reading"]) == (
        ["stage", "kind", "heat", "escalate", "value", "repeat", "ref", "confidence", "because"]
    )
    assert list(answer["gesture"]) == ["give", "amount", "currency", "loss"]
    assert {"light", "limit", "left_today", "currency", "approver", "words"} == set(
        answer["authority"]
    )


def test_the_furious_guest_without_a_room_is_understood_and_answered(fifteen: Fifteen) -> None:
    answer = fifteen("try", LINE, "--json").json()
    reading = answer["reading"]
    assert (reading["stage"], reading["kind"], reading["heat"]) == ("smot", "unavailable", 2)
    assert (reading["value"], reading["repeat"], reading["ref"]) == ("vip", True, "412")
    assert 0 < len(answer["say"].split()) <= 40
    assert len(answer["do"]) >= 2
    assert "duty_manager" in answer["tell"]
    assert {"smot", "umot"} <= {each["purpose"] for each in answer["follow_ups"]}


def test_the_follow_ups_come_in_the_order_of_their_time(fifteen: Fifteen) -> None:
    dues = [each["due"] for each in fifteen("try", LINE, "--json").json()["follow_ups"]]
    assert dues == sorted(dues)


def test_a_person_reads_the_card_in_its_own_order(fifteen: Fifteen) -> None:
    said = fifteen("try", LINE)
    labels = [said.out.index(label) for label in ("Say", "Do", "You may", "Tell", "Later", "Why")]
    assert said.code == 0
    assert labels == sorted(labels)


def test_a_line_that_looks_like_no_moment_is_answered_with_a_warning(fifteen: Fifteen) -> None:
    assert "does not look like a moment" in fifteen("try", "nice weather today").out
    assert "does not look like a moment" not in fifteen("try", LINE).out


def test_where_it_may_be_danger_that_is_asked_before_the_card(
    capsys: pytest.CaptureFixture[str],
) -> None:
    of = library()
    site, now = of.house.sites["hotel"], datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    reading, suggestion = answered(of, "man shouts in 4", site, Staff("Ana", "staff"), now)
    show(replace(reading, doubt=True), suggestion, site, now)
    asked = capsys.readouterr().out
    show(replace(reading, doubt=False), suggestion, site, now)
    assert asked.startswith("First    Is anybody hurt or in danger?")
    assert asked.endswith(capsys.readouterr().out)


def test_a_manager_may_give_more_than_staff(fifteen: Fifteen) -> None:
    line = "guest 9 charged twice for minibar"
    staff = fifteen("try", line, "--json").json()["authority"]
    manager = fifteen("try", line, "--role", "manager", "--json").json()["authority"]
    assert manager["limit"] > staff["limit"]


def test_another_site_answers_by_its_own_pack(fifteen: Fifteen) -> None:
    answer = fifteen("try", "no internet since monday", "--site", "call_centre", "--json").json()
    assert answer["play"].startswith("call_centre/")
    assert answer["authority"]["currency"] == "GBP"


def test_the_site_of_the_settings_counts_where_none_is_named(
    fifteen: Fifteen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIFTEEN_SITE", "call_centre")
    assert fifteen("try", LINE, "--json").json()["play"].startswith("call_centre/")


@pytest.mark.parametrize("line", ["😀😀", "<b>hi</b>", "a" * 10_000, "\x07\x1b[31m", "das Zimmer"])
def test_every_line_gets_a_card(fifteen: Fifteen, line: str) -> None:
    answer = fifteen("try", line, "--json").json()
    assert answer["say"]
    assert answer["do"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("", "--json"), "The line is empty."),
        ((LINE, "--site", "hotle"), "Did you mean hotel?"),
        ((LINE, "--role", "boss"), "The roles are: staff, manager, trainer, admin."),
    ],
)
def test_a_slip_is_told_in_plain_words(fifteen: Fifteen, words: tuple[str, ...], told: str) -> None:
    said = fifteen("try", *words)
    assert said.code == 2
    assert told in said.err
    assert said.out == ""


def test_nothing_is_stored(fifteen: Fifteen, at_home: Path) -> None:
    fifteen("try", LINE)
    assert list(at_home.rglob("*.db")) == []


def test_faulty_plays_are_named_with_file_and_line(
    fifteen: Fifteen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    play = tmp_path / "plays" / "hotel" / "broken.md"
    play.parent.mkdir(parents=True)
    play.write_text("---\ntitle: Broken\nwhen: {stage: smot, kind: slwo}\n---\n# Say\nSorry.\n")
    monkeypatch.setenv("PLAYBOOKS_DIR", str(tmp_path / "plays"))
    said = fifteen("try", LINE)
    assert said.code == 1
    assert "hotel/broken.md:3" in said.err
    assert "slow" in said.err
