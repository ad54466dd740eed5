"""The library: a trainer's example acts at once; nothing in it changes once it is made."""

from pathlib import Path

import pytest

from playbooks.engine.library import Library, NoSuchPlayError, topics_name
from playbooks.engine.load import load
from playbooks.engine.schema import History, Play, Reading
from playbooks.engine.shelf import Shelf
from playbooks.engine.topics import topics_of
from tests.fakes.pack import built_in, inn, loaded, play_text, read_by, write_pack

UNSURE = Reading(
    "umot", "slow", heat=1, confidence=0.3, kinds=("slow", "defect", "billing"), abstain=True
)


def reads(tmp_path: Path, reading: Reading, text: str, **front: str) -> Reading:
    library, _ = loaded(tmp_path, it=play_text(**front))
    made, _ = read_by(library, reading)
    return made.read(text, inn(library))


def test_a_trainers_example_is_read_as_its_play_at_once(tmp_path: Path) -> None:
    found = reads(tmp_path, UNSURE, "Family of FIVE, one of two rooms clean!")
    assert (found.stage, found.kind) == ("smot", "unavailable")
    assert found.kinds == ("unavailable", "slow", "defect")
    assert (found.confidence, found.abstain) == (0.95, False)
    assert found.because == 'nearly an example of "The room is not ready"'


def test_another_number_or_one_word_more_is_nearly_the_same(tmp_path: Path) -> None:
    assert reads(tmp_path, UNSURE, "room 17 not done yet, couple waits").kind == "unavailable"
    assert reads(tmp_path, UNSURE, "room 12 not done yet, the couple waits").kind == "unavailable"


@pytest.mark.parametrize(
    "text", ["", "room", "something else entirely", "couple waits at the bar not in their room yet"]
)
def test_any_other_line_is_the_readers(tmp_path: Path, text: str) -> None:
    assert reads(tmp_path, UNSURE, text) == UNSURE


def test_what_the_play_leaves_open_stays_as_it_was_read(tmp_path: Path) -> None:
    found = reads(
        tmp_path,
        UNSURE,
        "suite still occupied at four",
        when="{stage: [smot, umot], kind: [slow, defect]}",
    )
    assert (found.stage, found.kind, found.heat) == ("umot", "slow", 1)


def test_a_kind_the_reader_thought_of_goes_before_another(tmp_path: Path) -> None:
    found = reads(
        tmp_path,
        UNSURE,
        "suite still occupied at four",
        when="{stage: smot, kind: [attitude, defect]}",
    )
    assert found.kind == "defect"


def test_the_conditions_of_the_play_are_taken_over(tmp_path: Path) -> None:
    found = reads(
        tmp_path, UNSURE, "suite still occupied at four",
        when="{stage: smot, kind: slow, heat: 2, value: vip, repeat: true}",
    )  # fmt: skip
    assert (found.heat, found.value, found.repeat) == (2, "vip", True)


def test_an_example_of_danger_is_told_at_once(tmp_path: Path) -> None:
    found = reads(
        tmp_path,
        UNSURE,
        "suite still occupied at four",
        when="{stage: smot, kind: safety}",
        gesture="none",
    )
    assert (found.kind, found.escalate) == ("safety", True)


def test_only_the_very_words_take_a_line_out_of_danger(tmp_path: Path) -> None:
    danger = Reading("smot", "safety", escalate=True)
    near = "early arrival and nothing free collapsed"
    assert reads(tmp_path, danger, near).kind == "safety"
    assert reads(tmp_path, danger, "early arrival and nothing free").kind == "unavailable"


def test_examples_of_another_pack_do_not_count(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "it.md").write_text(
        play_text(examples="\n  - the ship has left without them"), encoding="utf-8"
    )
    assert reads(tmp_path, UNSURE, "the ship has left without them") == UNSURE


def test_a_play_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoSuchPlayError, match='there is no play "inn/gone"'):
        loaded(tmp_path)[0].play("inn/gone")


def test_a_library_cannot_be_changed(tmp_path: Path) -> None:
    library, _ = loaded(tmp_path)
    with pytest.raises(TypeError):
        library.plays["x"] = library.play("inn/room_not_ready")  # type: ignore[index]


def test_warming_changes_no_answer(tmp_path: Path) -> None:
    cold, _ = loaded(tmp_path, keep_it=play_text())
    warm, _ = load(tmp_path, keep=tmp_path / "shelf")
    warm.warm()
    assert dict(cold.plays) == dict(warm.plays)
    assert list((tmp_path / "shelf").glob("*.play"))


def test_what_plays_speak_of_is_the_same_from_the_shelf(tmp_path: Path) -> None:
    folder, shelf = write_pack(tmp_path / "packs", keep_it=play_text()), tmp_path / "shelf"
    weighed = load(folder, keep=shelf)[0]
    weighed.warm()
    kept = load(folder, keep=shelf)[0]
    example = kept.play("inn/keep_it").examples[0]
    assert kept._of_pack("inn").of("inn/keep_it") == weighed._of_pack("inn").of("inn/keep_it") != {}
    assert kept.read(example, inn(kept)) == weighed.read(example, inn(weighed))


def test_what_plays_speak_of_is_not_weighed_twice(tmp_path: Path) -> None:
    folder, shelf = write_pack(tmp_path / "packs", keep_it=play_text()), tmp_path / "shelf"
    library = load(folder, keep=shelf)[0]
    topics_of([], Shelf(shelf), topics_name(library.digest, "inn"))
    with pytest.raises(KeyError):
        library._of_pack("inn").of("inn/keep_it")


def test_topics_of_another_shape_are_weighed_anew(tmp_path: Path) -> None:
    folder, shelf = write_pack(tmp_path / "packs", keep_it=play_text()), tmp_path / "shelf"
    library = load(folder, keep=shelf)[0]
    Shelf(shelf).put(topics_name(library.digest, "inn"), b"\x91\x01")
    assert library._of_pack("inn").of("inn/keep_it")


def test_the_shipped_reader_reads_where_none_is_given() -> None:
    library = built_in()
    site = library.house.sites["hotel"]
    found = library.read("guest 412 furious room not ready 2nd time platinum", site)
    assert (found.stage, found.kind, found.heat) == ("smot", "unavailable", 2)
    assert (found.ref, found.value, found.repeat) == ("412", "vip", True)


def test_a_play_with_more_words_than_the_reader_takes_at_once_is_weighed_whole(
    tmp_path: Path,
) -> None:
    many = "".join(f"\n  - line {n} about towels and {'pillow ' * 8}" for n in range(60))
    library, _ = loaded(tmp_path, it=play_text(examples=many + "\n  - zebra in the lobby now"))
    assert "zebra" in library._of_pack("inn").of("inn/it")


def test_plays_and_house_make_a_library_by_hand(tmp_path: Path) -> None:
    library, _ = loaded(tmp_path)
    plays: dict[str, Play] = dict(library.plays)
    assert Library(plays, library.house, "d").play("inn/room_not_ready").pack == "inn"


@pytest.mark.parametrize(
    ("line", "play"),
    [
        ("zimmer 412 noch nicht fertig, gast sauer", "hotel/room_not_ready"),
        ("huesped de la 305 muy enfadado, no hay agua caliente", "hotel/no_hot_water_or_air"),
        ("cliente camera 210 arrabbiato, rumore dai vicini tutta la notte", "hotel/noise_at_night"),
        ("la cliente de la 118 conteste le minibar, elle n'a rien pris", "hotel/minibar_dispute"),
    ],
)
def test_a_line_in_another_language_finds_the_play_that_speaks_of_its_matter(
    line: str, play: str
) -> None:
    library = built_in()
    site = library.house.sites["hotel"]
    reading = library.read(line, site)
    assert library.choose(reading, History(), site, line).play == play


@pytest.mark.parametrize(
    "line", ["il signore è molto irritato con noi", "la señora está muy enfadada con nosotros"]
)
def test_small_words_of_another_language_draw_no_play(line: str) -> None:
    library = built_in()
    site = library.house.sites["hotel"]
    found = library.choose(Reading("smot", "defect", language=""), History(), site, line)
    assert found.play == "last/not_right"
