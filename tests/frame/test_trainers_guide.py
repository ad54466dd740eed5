"""The trainers' guide: what it shows is real, and nothing a trainer may write is left out of it."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pytest

from bot.playbooks import Playbooks
from playbooks.engine.check import check
from playbooks.engine.faults import Faults
from playbooks.engine.hours import spoken
from playbooks.engine.house import read_house
from playbooks.engine.library import Library
from playbooks.engine.load import load, shipped
from playbooks.engine.plays import read_play
from playbooks.engine.schema import History, Problem
from playbooks.engine.source import Source
from playbooks.engine.templates import FILTERS, VARIABLES
from playbooks.engine.translate import read_translation
from playbooks.engine.vocabulary import HEAT_NAMES, KIND_NAMES, STAGE_NAMES, VALUES
from playbooks.engine.words import check_say
from tests.frame.answers import Fifteen

ROOT: Final = Path(__file__).resolve().parents[2]
GUIDE: Final = (ROOT / "docs" / "trainers.md").read_text(encoding="utf-8")
PLAY: Final = "hotel/car_not_charged"
SLIPS: Final = (("kind: unavailable", "kind: unavaliable"), ('{{ ref or "them" }}', "{{ guest }}"))
"""What the guide says was typed wrongly in the worked example."""
NOBODY: Final = "zzzz"
"""A key like none that is known, so that the loader names all it knows."""

SELDOM: Final = {"quiet", "digest"}
"""Lines of a site the loader asks for only where they stand, so that it never offers them."""


def blocks(language: str) -> list[str]:
    """The fenced blocks of the guide in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


def example() -> str:
    return blocks("markdown")[0]


def block_with(words: str) -> list[str]:
    return next(block for block in blocks("text") if words in block).splitlines()


def without_heat(text: str) -> str:
    """The reader's mood of a line may change when it learns; the play may not."""
    return re.sub(r", \w+ \(\d\)$", "", text, flags=re.MULTILINE)


def say_rows() -> list[tuple[str, str, str]]:
    """A bad Say, what is wrong with it, a better one."""
    table = GUIDE.split("| not so |")[1].split("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    return [(bad, fault, better) for bad, fault, better in rows]


def known_keys(front: str) -> set[str]:
    """Every key the loader knows, in its own words, where it meets one it does not know."""
    faults = Faults("play.md")
    text = f"---\n{front}\n---\n# Say\nThank you.\n"
    read_play(Source("play.md", "hotel", "play", text), {}, faults)
    return named(faults)


def named(faults: Faults) -> set[str]:
    hints = [p.hint for p in faults.found if f'{NOBODY}" is not known' in p.what]
    return {key for hint in hints for key in hint.removeprefix("use one of: ").split(", ")}


def explained(words: set[str]) -> list[str]:
    """Those of ``words`` that the guide does not name as code."""
    code = " ".join(re.findall(r"`([^`\n]+)`", GUIDE))
    return sorted(word for word in words if not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", code))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A trainer's folder with the worked example in it."""
    folder = tmp_path / "plays"
    (folder / "hotel").mkdir(parents=True)
    (folder / f"{PLAY}.md").write_text(example(), encoding="utf-8")
    return folder


def laid_over(own: Path) -> tuple[Library, list[Problem]]:
    library, problems = load(shipped(), own)
    return library, [*problems, *check(library, today=date(2026, 11, 20))]


def of_the_folder(problems: list[Problem], own: Path) -> list[str]:
    return [str(problem) for problem in problems if (own / problem.file).exists()]


def test_the_worked_example_is_new_and_has_neither_fault_nor_note(own: Path) -> None:
    library, problems = laid_over(own)
    assert not (shipped() / f"{PLAY}.md").exists()
    assert PLAY in library.plays
    assert of_the_folder(problems, own) == []


def test_each_example_of_the_worked_example_brings_it(own: Path) -> None:
    library, _ = laid_over(own)
    site = library.house.sites["hotel"]
    brought = {
        text: library.choose(library.read(text, site), History(), site, text).play
        for text in library.plays[PLAY].examples
    }
    assert len(brought) >= 8
    assert set(brought.values()) == {PLAY}


async def test_the_slips_in_the_guide_give_the_card_it_prints(own: Path) -> None:
    playbooks = Playbooks(own, None)
    assert playbooks.open().swapped
    text = example()
    for right, wrong in SLIPS:
        assert right in text
        text = text.replace(right, wrong)
    (own / f"{PLAY}.md").write_text(text, encoding="utf-8")
    news = await playbooks.look()
    assert news is not None
    assert not news.swapped
    assert news.card().plain().splitlines() == block_with("not in use")


def test_the_line_tried_in_the_guide_is_answered_as_printed(
    own: Path, fifteen: Fifteen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYBOOKS_DIR", str(own))
    line = re.findall(r'`fifteen playbooks try "([^"]+)"`', GUIDE)[0]
    said = without_heat(fifteen("playbooks", "try", line).out)
    assert [row for row in block_with("read as") if without_heat(row) not in said] == []


def test_the_play_shown_in_the_guide_is_shown_as_printed(
    own: Path, fifteen: Fifteen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYBOOKS_DIR", str(own))
    said = fifteen("playbooks", "show", "car_not_charged").out
    assert [printed for printed in block_with("serves") if printed not in said.splitlines()] == []
    revisions = set(re.findall(rf"{PLAY}@\w+", GUIDE))
    assert revisions == set(re.findall(rf"{PLAY}@\w+", said))


def test_the_check_ends_as_the_guide_says(own: Path, fifteen: Fifteen) -> None:
    printed = re.findall(r"`(\d+ plays \(1 from [^`]+)`", GUIDE)[0]
    said = fifteen("playbooks", "check", str(own)).out.splitlines()[-1]
    some = re.sub(r"^\d+", "many", said).replace(str(own), "/home/ana/plays")
    assert some == re.sub(r"^\d+", "many", printed)


def test_the_house_of_the_guide_serves_the_built_in_plays(own: Path) -> None:
    (own / "_house.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    library, problems = laid_over(own)
    assert library.house.first == "mill"
    assert library.house.sites["mill"].limits["staff"].per_moment == 2500
    assert [str(problem) for problem in problems if not problem.warning] == []


@pytest.mark.parametrize(("bad", "fault", "better"), say_rows())
def test_a_bad_say_is_refused_for_the_reason_named_and_the_better_one_passes(
    bad: str, fault: str, better: str
) -> None:
    assert fault in check_say(bad)
    assert check_say(better) == []


def test_three_bad_says_are_mended() -> None:
    assert len(say_rows()) == 3


def test_every_line_the_loader_knows_is_explained() -> None:
    top = known_keys(f"{NOBODY}: x")
    inner = {f"{key}: {{{NOBODY}: x}}" for key in ("when", "gesture", "promise", "follow_up")}
    keys = top | known_keys("\n".join(sorted(inner)))
    assert {"title", "when", "stage", "give", "within", "ask_later", "review_by"} <= keys
    assert explained(keys) == []


def test_every_line_of_a_translation_is_explained() -> None:
    front = "\n".join(f"{key}: {{{NOBODY}: x}}" for key in ("gesture", "promise", "follow_up"))
    faults = Faults("play.de.md")
    text = f"---\n{NOBODY}: x\n{front}\n---\n# Say\nDanke.\n"
    read_translation(Source("play.de.md", "hotel", "play", text, "de"), None, {}, faults)
    keys = named(faults)
    assert {"title", "give", "what", "ask", "ask_later", "examples", "of"} <= keys
    assert explained(keys) == []


def test_a_time_in_german_is_put_as_the_guide_says() -> None:
    at = datetime(2026, 11, 20, 14, 35, tzinfo=UTC)
    assert f'"{spoken(at, at, "de")}"' in GUIDE


def test_every_line_of_a_site_stands_in_the_house_of_the_guide() -> None:
    faults = Faults("_house.yaml")
    read_house(f"first: inn\nsites:\n  inn:\n    {NOBODY}: x\n", faults)
    keys = named(faults) | SELDOM
    assert {"limits", "duties", "touchpoints"} <= keys
    shown = set(re.findall(r"^    (\w+):", blocks("yaml")[0], re.MULTILINE))
    assert keys - shown == set()


def test_all_stages_and_kinds_stand_in_the_tables_with_their_names() -> None:
    names = [*STAGE_NAMES.items(), *KIND_NAMES.items()]
    assert [code for code, name in names if f"| `{code}` | {name} |" not in GUIDE] == []


def test_all_variables_filters_and_conditions_are_named() -> None:
    heats = {name.lower() for name in HEAT_NAMES.values()}
    assert explained({*VARIABLES, *FILTERS, *VALUES, *heats}) == []


def test_the_guide_is_short_enough_to_be_read() -> None:
    assert len(GUIDE.splitlines()) <= 270
