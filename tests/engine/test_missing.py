"""Which plays a pack lacks in which language: those a site wants, and those somebody has begun."""

from pathlib import Path

from playbooks.engine.library import Library
from playbooks.engine.load import load
from playbooks.engine.missing import coverage, wanted
from tests.fakes.pack import HOUSE, german_text, loaded, play_text, write_pack

GERMAN = {"it": play_text(), "it.de": german_text()}


def covered(library: Library) -> list[str]:
    return [str(each) for each in coverage(library) if each.pack == "inn"]


def test_nothing_is_missing_where_nobody_wants_or_has_begun_anything(tmp_path: Path) -> None:
    library, _ = loaded(tmp_path)
    assert coverage(library) == []
    assert wanted(library) == []


def test_a_language_somebody_has_begun_tells_what_is_left(tmp_path: Path) -> None:
    library, _ = loaded(tmp_path, **GERMAN, two=play_text(), three=play_text())
    assert covered(library) == ["inn in German: 1 of 3 plays; missing: three, two"]
    assert wanted(library) == []


def test_a_language_a_site_wants_is_told_though_nothing_is_begun(tmp_path: Path) -> None:
    house = HOUSE.replace("    pack: inn\n", "    pack: inn\n    language: fr\n")
    plays = {f"p{n}": play_text() for n in range(10)}
    library, _ = load(write_pack(tmp_path, house=house, **plays))
    (told,) = covered(library)
    assert told.endswith("0 of 10 plays; missing: p0, p1, p2, p3, p4, p5, p6, p7 (and 2 more)")
    assert [(site, each.language) for site, each in wanted(library)] == [("inn", "fr")]
    assert "last in French: 0 of 21 plays" in " ".join(map(str, coverage(library)))


def test_a_whole_translation_says_so(tmp_path: Path) -> None:
    assert covered(loaded(tmp_path, **GERMAN)[0]) == ["inn in German: 1 of 1 plays"]


def test_a_play_written_in_another_language_is_missing_in_the_others_own(tmp_path: Path) -> None:
    german = play_text(language="de", say="Es tut mir leid, {{ by }}.")
    library, _ = loaded(tmp_path, it=play_text(), ours=german)
    assert covered(library) == [
        "inn in German: 1 of 2 plays; missing: it",
        "inn in English: 1 of 2 plays; missing: ours",
    ]
