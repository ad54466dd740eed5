"""The library: a trainer's example acts at once; nothing in it changes once it is made."""

from dataclasses import replace
from pathlib import Path

import pytest

from playbooks.engine.library import Library, NoSuchPlayError, topics_name
from playbooks.engine.likeness import grams, tokens
from playbooks.engine.load import load
from playbooks.engine.schema import History, Play, Reading
from playbooks.engine.shelf import Shelf
from playbooks.engine.topics import topics_of
from playbooks.engine.vocabulary import UNSURE as UNSURE_FROM
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
    told = grams(tokens(example))
    assert kept._of_pack("inn").near(told) == weighed._of_pack("inn").near(told) != {}
    assert kept.read(example, inn(kept)) == weighed.read(example, inn(weighed))


def test_what_plays_speak_of_is_not_weighed_twice(tmp_path: Path) -> None:
    folder, shelf = write_pack(tmp_path / "packs", keep_it=play_text()), tmp_path / "shelf"
    library = load(folder, keep=shelf)[0]
    topics_of([], Shelf(shelf), topics_name(library.digest, "inn"))
    assert library._of_pack("inn").near(grams(("early", "arrival"))) == {}


def test_topics_of_another_shape_are_weighed_anew(tmp_path: Path) -> None:
    folder, shelf = write_pack(tmp_path / "packs", keep_it=play_text()), tmp_path / "shelf"
    library = load(folder, keep=shelf)[0]
    Shelf(shelf).put(topics_name(library.digest, "inn"), b"\x91\x01")
    assert library._of_pack("inn").near(grams(("early", "arrival"))).keys() == {"inn/keep_it"}


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
    assert library._of_pack("inn").near(grams(("zebra",))).keys() == {"inn/it"}


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


HEARD = Reading(
    "smot", "slow", confidence=0.5, kinds=("slow", "defect", "question"),
    because="“leaks”: slow", chances=(0.5, 0.4, 0.05), stage_chances=(0.01, 0.01, 0.02, 0.95, 0.01),
)  # fmt: skip
KETTLES = (
    "kettle leaks on the desk", "lid of the kettle is off", "water cooker in 12 hisses",
    "no steam, it stays cold", "tea maker of 204 trips the fuse", "it smells burnt when it boils",
    "limescale flakes in the tea", "plug of it is loose and hot",
)  # fmt: skip
KETTLE = "kettle in the room leaks and hisses, kettle lid gone"


def settled(tmp_path: Path, reading: Reading, text: str = KETTLE, **front: str) -> Reading:
    """What a line is read as where the pack has a play about kettles, of another kind."""
    told = "".join(f"\n  - {line}" for line in KETTLES)
    kettle = play_text(**{"examples": told, "title": "Kettle", "words": "[kettle]", **front})
    library, _ = loaded(tmp_path, kettle=kettle, rooms=play_text(when="{stage: smot, kind: slow}"))
    return read_by(library, reading)[0].read(text, inn(library))


def test_a_line_that_plainly_speaks_of_a_play_is_read_as_of_its_kind(tmp_path: Path) -> None:
    found = settled(tmp_path, HEARD, when="{stage: smot, kind: defect}")
    assert (found.kind, found.kinds) == ("defect", ("defect", "slow", "question"))


def test_what_it_was_read_as_stays_on_the_card_as_one_tap(tmp_path: Path) -> None:
    found = settled(tmp_path, HEARD, when="{stage: smot, kind: defect}")
    assert found.kinds[1] == "slow"
    assert found.confidence < UNSURE_FROM
    assert found.because == '“leaks”: slow by itself, but it speaks of "Kettle"'


def test_a_stage_is_settled_likewise(tmp_path: Path) -> None:
    reading = replace(HEARD, stage_chances=(0.01, 0.01, 0.5, 0.48, 0.0), stage="fmot")
    found = settled(tmp_path, reading, when="{stage: smot, kind: slow}")
    assert (found.stage, found.kind) == ("smot", "slow")


def test_a_sure_reader_is_not_overruled(tmp_path: Path) -> None:
    sure = replace(HEARD, confidence=0.99, chances=(0.99, 0.0, 0.0))
    text = "waits at the bar for an hour, the kettle is in the way of everybody there"
    assert settled(tmp_path, sure, text, when="{stage: smot, kind: defect}").kind == "slow"


def test_two_words_do_not_overrule_the_reader(tmp_path: Path) -> None:
    reading = replace(HEARD, chances=(0.9, 0.05, 0.01))
    assert settled(tmp_path, reading, "kettle", when="{stage: smot, kind: defect}").kind == "slow"


@pytest.mark.parametrize("kind", ["safety", "praise"])
def test_danger_and_praise_are_never_settled_by_words(tmp_path: Path, kind: str) -> None:
    front = {"when": f"{{stage: smot, kind: {kind}}}", "gesture": "none"}
    assert settled(tmp_path, HEARD, **front).kind == "slow"
    read = replace(HEARD, kind=kind, kinds=(kind, "defect", "slow"))  # type: ignore[arg-type]
    assert settled(tmp_path / "b", read, when="{stage: smot, kind: defect}").kind == kind


def test_a_kind_somebody_said_is_not_settled_again(tmp_path: Path) -> None:
    said = replace(HEARD, chances=(), stage_chances=())
    assert settled(tmp_path, said, when="{stage: smot, kind: defect}").kind == "slow"


def test_the_chances_are_not_kept_with_a_moment(tmp_path: Path) -> None:
    found = settled(tmp_path, HEARD, "nothing of the sort")
    assert (found.chances, found.stage_chances) == ((), ())


def test_a_line_is_read_though_no_play_at_all_suits_it(tmp_path: Path) -> None:
    narrow = play_text(when="{stage: pre, kind: safety, heat: 2}", gesture="none")
    (tmp_path / "last").mkdir()
    for play in built_in().plays.values():
        if play.pack == "last":
            (tmp_path / f"{play.id}.md").write_text(narrow, encoding="utf-8")
    library, _ = loaded(tmp_path, one=narrow)
    assert read_by(library, HEARD)[0].read("nothing of the sort", inn(library)).kind == "slow"
