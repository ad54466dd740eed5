"""``fifteen playbooks``: what a trainer asks while writing plays."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversations.types import Outcome, Turn
from storage.engine import migrate
from storage.store import open_store
from tests.frame.answers import Fifteen
from tests.storage.samples import NOON
from tests.storage.samples import moment as a_moment

BROKEN = "---\ntitle: Broken\nwhen: {stage: smot, kind: slwo}\n---\n# Say\nSorry.\n"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    folder = tmp_path / "plays"
    (folder / "hotel").mkdir(parents=True)
    (folder / "hotel" / "broken.md").write_text(BROKEN)
    return folder


def test_the_built_in_plays_have_no_fault(fifteen: Fifteen) -> None:
    said = fifteen("playbooks", "check")
    assert said.code == 0, said.out
    assert " 0 faults" in said.out


def test_faults_are_named_with_file_line_and_what_to_write(fifteen: Fifteen, broken: Path) -> None:
    said = fifteen("playbooks", "check", str(broken))
    assert said.code == 1
    assert "hotel/broken.md:3: fault:" in said.out
    assert "->" in said.out


def test_a_program_gets_the_same_as_one_object(fifteen: Fifteen, broken: Path) -> None:
    said = fifteen("playbooks", "check", str(broken), "--json")
    answer = said.json()
    assert said.code == 1
    assert answer["faults"] >= 1
    assert {"file", "line", "what", "hint", "warning"} == set(answer["problems"][0])


def test_the_trainers_own_folder_is_checked_where_none_is_named(
    fifteen: Fifteen, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYBOOKS_DIR", str(broken))
    assert fifteen("playbooks", "check").code == 1


def test_a_folder_that_is_not_there_is_told(fifteen: Fifteen) -> None:
    said = fifteen("playbooks", "check", "/nowhere")
    assert said.code == 2
    assert "There is no folder /nowhere" in said.err


def test_trying_a_line_shows_the_play_and_the_runners_up(fifteen: Fifteen) -> None:
    said = fifteen("playbooks", "try", "guest 412 room not ready")
    answer = fifteen("playbooks", "try", "guest 412 room not ready", "--json").json()
    assert answer["choice"]["play"] in said.out
    assert answer["reading"]["kind"] == "unavailable"
    assert answer["choice"]["why"] in said.out


def test_a_play_is_shown_by_its_id_or_its_last_word(fifteen: Fifteen) -> None:
    whole = fifteen("playbooks", "show", "hotel/room_not_ready")
    short = fifteen("playbooks", "show", "room_not_ready")
    play = fifteen("playbooks", "show", "hotel/room_not_ready", "--json").json()["play"]
    assert whole.out == short.out
    assert play["title"] in whole.out
    assert play["say"] in whole.out


@pytest.fixture
def translated(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hotel that wants German, with one play in German and Spanish."""
    folder = Path(__file__).resolve().parents[1] / "fakes" / "translated"
    monkeypatch.setenv("PLAYBOOKS_DIR", str(folder))
    return folder


@pytest.mark.usefixtures("translated")
def test_the_check_ends_with_what_each_language_lacks(fifteen: Fifteen) -> None:
    said = fifteen("playbooks", "check")
    german, spanish, last, _ = said.out.splitlines()[-4:]
    assert said.code == 0, said.out
    assert german.startswith("hotel in German: 1 of ")
    assert "plays; missing: " in german
    assert german.endswith(" more)")
    assert spanish.startswith("hotel in Spanish: 1 of ")
    assert last.startswith("last in German: 3 of 21 plays; missing: against_a_rule")


@pytest.mark.usefixtures("translated")
def test_a_program_gets_every_missing_play(fifteen: Fifteen) -> None:
    (first, *_) = fifteen("playbooks", "check", "--json").json()["languages"]
    assert (first["pack"], first["language"]) == ("hotel", "de")
    assert len(first["missing"]) == first["plays"] - 1
    assert "room_not_ready" not in first["missing"]


def test_where_nobody_wants_another_language_nothing_is_missing(fifteen: Fifteen) -> None:
    assert fifteen("playbooks", "check", "--json").json()["languages"] == []
    assert fifteen("playbooks", "check").out.splitlines()[-1].endswith("Ready to use.")


@pytest.mark.usefixtures("translated")
def test_a_play_is_shown_with_its_languages(fifteen: Fifteen) -> None:
    shown = fifteen("playbooks", "show", "hotel/room_not_ready").out
    assert "words     German, in the file hotel/room_not_ready.de.md" in shown
    assert "words     Spanish, in the file hotel/room_not_ready.es.md" in shown


@pytest.mark.usefixtures("translated")
def test_a_try_shows_the_card_in_the_language_of_the_line(fifteen: Fifteen) -> None:
    german = fifteen("playbooks", "try", "412 zimmer nicht fertig, der gast wartet").out
    assert german.startswith("Das Zimmer ist noch nicht fertig  (hotel/room_not_ready, built in)")
    assert "words     German, in the file hotel/room_not_ready.de.md" in german
    english = fifteen("playbooks", "try", "the room of guest 412 is not ready").out
    assert english.startswith("The room is not ready")
    assert "words " not in english
    card = fifteen("try", "412 zimmer nicht fertig, der gast wartet").out
    assert "Es tut mir leid, Ihr Zimmer sollte fertig sein" in card
    assert "German (" in card


def test_a_play_that_does_not_exist_brings_the_nearest(fifteen: Fifteen) -> None:
    said = fifteen("playbooks", "show", "hotel/room_not_redy")
    assert said.code == 2
    assert "hotel/room_not_ready" in said.err


def test_an_empty_line_is_not_tried(fifteen: Fifteen) -> None:
    said = fifteen("playbooks", "try", "  ")
    assert said.code == 2
    assert "empty" in said.err


def test_a_play_is_shown_with_when_it_serves_and_when_it_is_asked_about(fifteen: Fifteen) -> None:
    shown = fifteen("playbooks", "show", "hotel/attitude_again").out
    assert "smot; attitude; second failure only; touchpoint lobby" in shown
    assert "days later:" in shown
    assert "within" in shown
    assert "built in" in shown


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A hotel where one play was used a dozen times and another once."""
    monkeypatch.setenv("FIFTEEN_DATA_DIR", str(tmp_path))
    address = f"sqlite:///{tmp_path / 'fifteen.db'}"
    migrate(address)
    ends = ["recovered"] * 8 + ["partly"] * 3 + ["unknown"]
    moments = [
        a_moment(f"m{n}", status="settled", answered=NOON, smot=Outcome(end, NOON, "ana"))
        for n, end in enumerate(ends)
    ]
    once = a_moment("m99")
    other = replace(once, suggestion=replace(once.suggestion, play="hotel/slow", revision="b"))
    undone = a_moment("m98", status="undone")
    with open_store(address, clock=lambda: NOON) as store:
        turn = Turn(moments=(*moments, other, undone))
        store.call(lambda book: book.save(turn, NOON))


@pytest.mark.usefixtures("used")
def test_how_each_play_ended_is_told_and_shares_only_of_enough(fifteen: Fifteen) -> None:
    said = fifteen("playbooks", "results")
    assert said.code == 0
    first, second = said.out.split("hotel/slow@b")
    assert "used 12, did it 12 of 12 (100 %)" in first
    assert "put right 8 of 11 (73 %)" in first
    assert "recommends us 0 of 0 (too few to say)" in first
    assert "used 1, did it 0 of 1 (too few to say)" in second


@pytest.mark.usefixtures("used")
def test_a_program_gets_the_same_numbers(fifteen: Fifteen) -> None:
    (first, second) = fifteen("playbooks", "results", "--json").json()["results"]
    assert (first["used"], first["acted"], first["recovered"], first["smot_known"]) == (
        12,
        12,
        8,
        11,
    )
    assert (second["play"], second["used"], second["smot_known"]) == ("hotel/slow", 1, 0)
    assert fifteen("playbooks", "results", "--site", "nowhere", "--json").json() == {"results": []}


def test_without_a_database_there_are_no_results_to_tell(fifteen: Fifteen) -> None:
    said = fifteen("playbooks", "results")
    assert said.code == 1
    assert "Start Fifteen with" in said.err
