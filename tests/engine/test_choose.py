"""Choosing: the exact play first, then a chain that always ends in a useful card."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from playbooks.engine.choose import Chooser, NoPlayError
from playbooks.engine.library import Library
from playbooks.engine.points import LAST, exactness, is_general
from playbooks.engine.schema import Choice, History, Reading, Results
from playbooks.engine.vocabulary import KINDS, STAGES
from tests.fakes.pack import built_in, inn, loaded, play_text

SLOW = Reading("smot", "slow")


def library_of(tmp_path: Path, **whens: str) -> Library:
    """One play for each ``when``; each has its own name among its examples."""
    texts = {
        slug: play_text(
            when=when,
            tell="[duty_manager]",
            gesture="none",
            title=slug,
            examples="".join(f"\n  - about {slug} number {word}" for word in "abcdefgh"),
        )
        for slug, when in whens.items()
    }
    library, problems = loaded(tmp_path, **texts)
    assert problems == []
    return library


def choose(
    library: Library, reading: Reading, history: History | None = None, text: str = ""
) -> Choice:
    return library.choose(reading, history or History(), inn(library), text)


def test_the_play_of_stage_and_kind_is_exact(tmp_path: Path) -> None:
    library = library_of(
        tmp_path, here="{stage: smot, kind: slow}", other="{stage: smot, kind: defect}"
    )
    choice = choose(library, SLOW)
    assert (choice.play, choice.step, choice.why) == ("inn/here", 0, "written for this moment")


@pytest.mark.parametrize(
    ("condition", "reading", "why"),
    [
        ("heat: 2", replace(SLOW, heat=2), "furious"),
        ("value: vip", replace(SLOW, value="vip"), "a VIP"),
        ("value: regular", replace(SLOW, value="regular"), "a guest of ours for long"),
        ("repeat: true", replace(SLOW, repeat=True), "it went wrong before"),
    ],
)
def test_the_more_exact_play_wins_and_only_where_it_holds(
    tmp_path: Path, condition: str, reading: Reading, why: str
) -> None:
    library = library_of(
        tmp_path, any="{stage: smot, kind: slow}", exact=f"{{stage: smot, kind: slow, {condition}}}"
    )
    assert choose(library, reading).play == "inn/exact"
    assert why in choose(library, reading).why
    assert choose(library, replace(SLOW, heat=1)).play == "inn/any"


def test_a_second_failure_weighs_more_than_vip_and_vip_more_than_heat(tmp_path: Path) -> None:
    library = library_of(
        tmp_path,
        angry="{stage: smot, kind: slow, heat: 2}",
        vip="{stage: smot, kind: slow, value: vip}",
        again="{stage: smot, kind: slow, repeat: true}",
    )
    everything = replace(SLOW, heat=2, value="vip", repeat=True)
    choice = choose(library, everything)
    assert (choice.play, *choice.runners[:2]) == ("inn/again", "inn/vip", "inn/angry")


def test_one_heat_is_more_exact_than_two(tmp_path: Path) -> None:
    library = library_of(
        tmp_path,
        two="{stage: smot, kind: slow, heat: [1, 2]}",
        one="{stage: smot, kind: slow, heat: 2}",
    )
    assert choose(library, replace(SLOW, heat=2)).play == "inn/one"


def test_earlier_failures_of_the_customer_call_for_the_play_of_a_second(tmp_path: Path) -> None:
    library = library_of(
        tmp_path, first="{stage: smot, kind: slow}", again="{stage: smot, kind: slow, repeat: true}"
    )
    assert choose(library, SLOW).play == "inn/first"
    assert choose(library, SLOW, History(failures=1)).play == "inn/again"


def test_a_play_for_first_failures_is_kept_from_a_second(tmp_path: Path) -> None:
    library = library_of(
        tmp_path, first="{stage: smot, kind: slow, repeat: false}", near="{stage: fmot, kind: slow}"
    )
    assert choose(library, SLOW).play == "inn/first"
    assert choose(library, replace(SLOW, repeat=True)).play == "inn/near"


def test_among_equals_the_play_that_speaks_of_such_things_wins(tmp_path: Path) -> None:
    library = library_of(
        tmp_path, towels="{stage: smot, kind: slow}", breakfast="{stage: smot, kind: slow}"
    )
    assert choose(library, SLOW, text="no towels since noon").play == "inn/towels"
    assert choose(library, SLOW, text="queue at breakfast").play == "inn/breakfast"


def test_nearly_an_example_wins_over_the_more_exact(tmp_path: Path) -> None:
    library = library_of(
        tmp_path,
        towels="{stage: smot, kind: slow}",
        breakfast="{stage: smot, kind: slow, heat: 1}",
    )
    choice = choose(library, SLOW, text="about towels number c")
    assert choice.play == "inn/towels"
    assert "nearly one of its examples" in choice.why


def test_results_break_a_tie_only_from_ten_known_outcomes(tmp_path: Path) -> None:
    library = library_of(tmp_path, a="{stage: smot, kind: slow}", b="{stage: smot, kind: slow}")
    key = f"inn/b@{library.play('inn/b').revision}"
    assert choose(library, SLOW, History(results={key: Results(9, 9)})).play == "inn/a"
    assert choose(library, SLOW, History(results={key: Results(9, 10)})).play == "inn/b"


def test_the_chain_goes_from_stage_to_kind_to_general_to_last(tmp_path: Path) -> None:
    every = "[pre, zmot, fmot, smot, umot]"
    plays = {
        "near": "{stage: fmot, kind: slow}",
        "alike": "{stage: smot, kind: broken_promise}",
        "general": f"{{stage: {every}, kind: [slow, defect, mistake], matter: any}}",
    }
    shown: list[str] = []
    library = library_of(tmp_path, far="{stage: pre, kind: slow}", **plays)
    steps = []
    for _ in plays:
        choice = choose(library, SLOW, History(shown=tuple(shown)))
        shown.append(choice.play)
        steps.append((choice.play, choice.step))
    assert steps == [("inn/near", 1), ("inn/alike", 2), ("inn/general", 3)]
    choice = choose(library, SLOW, History(shown=tuple(shown)))
    assert (choice.play, choice.step) == ("last/kept_waiting", 4)


def test_each_step_of_the_chain_says_why(tmp_path: Path) -> None:
    library = library_of(tmp_path, near="{stage: fmot, kind: slow}")
    assert "taken from the nearest one" in choose(library, SLOW).why
    assert "a card of the house" in choose(library, replace(SLOW, kind="billing")).why


def test_a_guest_who_is_here_is_never_answered_as_a_review_nor_the_other_way_round(
    tmp_path: Path,
) -> None:
    review = library_of(tmp_path, review="{stage: umot, kind: slow}")
    assert choose(review, SLOW).play == "last/kept_waiting"
    stay = library_of(tmp_path / "stay", stay="{stage: smot, kind: slow}")
    assert choose(stay, replace(SLOW, stage="umot")).play == "last/told_others"


def test_another_idea_is_another_and_comes_round_when_all_were_shown(tmp_path: Path) -> None:
    library = library_of(tmp_path, a="{stage: smot, kind: slow}", b="{stage: smot, kind: slow}")
    shown: list[str] = []
    for _ in range(8):
        shown.append(choose(library, SLOW, History(shown=tuple(shown))).play)
    assert shown == ["inn/a", "inn/b", "last/kept_waiting", "last/own_it"] * 2


def test_an_empty_site_still_answers_every_reading_from_the_built_in_plays(tmp_path: Path) -> None:
    library = library_of(tmp_path, one="{stage: pre, kind: praise}")
    for stage, kind in product(STAGES, KINDS):
        assert choose(library, Reading(stage, kind)).play


def test_built_in_plays_given_conditions_still_answer(tmp_path: Path) -> None:
    narrow = play_text(when="{stage: pre, kind: safety, heat: 2}", gesture="none")
    (tmp_path / "last").mkdir()
    for play in built_in().plays.values():
        if play.pack == LAST:
            (tmp_path / f"{play.id}.md").write_text(narrow, encoding="utf-8")
    library = library_of(tmp_path, one="{stage: pre, kind: praise}")
    assert choose(library, SLOW).play.startswith("last/")


def test_a_library_without_any_play_says_so() -> None:
    with pytest.raises(NoPlayError):
        Chooser([], lambda _: lambda _: {}).choose(SLOW, History(), "inn", [])


def test_breadth_without_conditions_makes_a_general_play(tmp_path: Path) -> None:
    library = library_of(
        tmp_path,
        wide="{stage: [smot, umot, fmot], kind: [slow, defect, mistake, billing], matter: any}",
        taxi="{stage: [smot, umot, fmot], kind: [slow, defect, mistake, billing]}",
        again="{stage: [smot, umot, fmot], kind: [slow, defect, mistake, billing], matter: any,"
        " repeat: true}",
    )
    assert is_general(library.play("inn/wide"))
    assert not is_general(library.play("inn/taxi"))
    assert not is_general(library.play("inn/again"))
    assert exactness(library.play("inn/again")) > exactness(library.play("inn/wide")) == 0


def test_a_line_that_speaks_of_no_play_gets_the_card_for_any_such_matter(tmp_path: Path) -> None:
    library = library_of(
        tmp_path, soup="{stage: smot, kind: defect}", beds="{stage: smot, kind: defect}"
    )
    found = choose(library, Reading("smot", "defect"), text="zebra crossing")
    assert (found.play, found.step) == (f"{LAST}/not_right", 4)
    assert found.runners == (f"{LAST}/own_it", "inn/beds", "inn/soup")


def test_a_play_of_the_pack_for_any_matter_comes_before_the_card_of_the_house(
    tmp_path: Path,
) -> None:
    library = library_of(
        tmp_path,
        soup="{stage: smot, kind: defect}",
        mend="{stage: smot, kind: defect, matter: any}",
        wide="{stage: [fmot, smot], kind: [defect, slow], matter: any}",
    )
    found = choose(library, Reading("smot", "defect"), text="zebra crossing")
    assert (found.play, *found.runners[:2]) == ("inn/mend", "inn/wide", f"{LAST}/not_right")
    assert choose(library, Reading("smot", "defect"), text="soup number a").play == "inn/soup"


def test_where_the_kind_is_a_guess_the_card_that_says_least_comes(tmp_path: Path) -> None:
    library = library_of(tmp_path, mend="{stage: smot, kind: defect, matter: any}")
    sure, guess = (Reading("smot", "defect", confidence=chance) for chance in (0.46, 0.44))
    assert choose(library, sure, text="zebra crossing").play == "inn/mend"
    assert choose(library, guess, text="zebra crossing").play == f"{LAST}/own_it"


@pytest.mark.parametrize("line", ["hairdryers dead", "no key card", "hair dryer or hairdryer"])
def test_one_of_its_own_words_is_enough_for_a_play_to_be_heard(tmp_path: Path, line: str) -> None:
    play = play_text(
        when="{stage: smot, kind: defect}", tell="[duty_manager]", words="[hairdryer, key card]"
    )
    library, problems = loaded(tmp_path, broken=play)
    assert problems == []
    assert choose(library, Reading("smot", "defect"), text=line).play == "inn/broken"
    other = choose(library, Reading("smot", "defect"), text="the dryer of a hairy bear")
    assert other.play == f"{LAST}/not_right"


def test_a_play_of_another_stage_or_kind_must_be_spoken_of_plainly(tmp_path: Path) -> None:
    play = play_text(
        when="{stage: smot, kind: defect}", tell="[duty_manager]", words="[hairdryer, socket, plug]"
    )
    library, _ = loaded(tmp_path, broken=play)
    for stage, kind in (("fmot", "defect"), ("smot", "mistake")):
        reading = Reading(stage, kind)  # type: ignore[arg-type]
        assert choose(library, reading, text="hairdryer").play.startswith(f"{LAST}/")
        said = "hairdryer, socket and plug"
        assert choose(library, reading, text=said).play == "inn/broken"


@pytest.mark.parametrize("many", [3, 40])
def test_a_matter_is_heard_alike_in_a_small_pack_and_in_a_large_one(
    tmp_path: Path, many: int
) -> None:
    plays = {f"m{n}{'x' * (n % 7)}": "{stage: smot, kind: defect}" for n in range(many)}
    library = library_of(tmp_path, soup="{stage: smot, kind: defect}", **plays)
    found = choose(library, Reading("smot", "defect"), text="lady sends the soup back")
    assert found.play == "inn/soup"


def test_a_mood_draws_no_play(tmp_path: Path) -> None:
    library = library_of(
        tmp_path, soup="{stage: smot, kind: defect}", beds="{stage: smot, kind: defect}"
    )
    reading = Reading("smot", "defect")
    calm = choose(library, reading, text="beds number a")
    assert choose(library, reading, text="guest annoyed, beds number a").play == calm.play


@pytest.mark.parametrize("mood", ["", "not amused", "unimpressed", "fed up"])
def test_cold_eggs_are_food_whatever_the_mood(mood: str) -> None:
    library = built_in()
    found = library.choose(
        Reading("smot", "defect"), History(), library.house.sites["hotel"],
        f"eggs cold at breakfast, lady in 207 {mood}",
    )  # fmt: skip
    assert found.play == "hotel/food_not_good"


@pytest.mark.parametrize("furious", ["defect", "[defect, mistake, slow]"])
def test_a_mood_alone_gives_no_play_to_a_line_that_speaks_of_neither(
    tmp_path: Path, furious: str
) -> None:
    library = library_of(
        tmp_path,
        soup="{stage: smot, kind: defect}",
        beds=f"{{stage: smot, kind: {furious}, heat: furious}}",
    )
    found = choose(library, Reading("smot", "defect", heat=2), text="zebra")
    assert found.play.startswith(f"{LAST}/")


@pytest.mark.parametrize("wide", ["defect", "[defect, mistake, slow]"])
def test_a_tier_gives_its_play_whatever_the_line_speaks_of(tmp_path: Path, wide: str) -> None:
    library = library_of(
        tmp_path,
        soup="{stage: smot, kind: defect}",
        beds=f"{{stage: smot, kind: {wide}, value: vip}}",
    )
    found = choose(library, Reading("smot", "defect", value="vip"), text="zebra")
    assert found.play == "inn/beds"


def test_a_play_of_a_few_kinds_needs_more_words_than_the_one_at_home(tmp_path: Path) -> None:
    library = library_of(
        tmp_path,
        soup="{stage: smot, kind: defect}",
        beds="{stage: smot, kind: [defect, mistake, slow]}",
    )
    reading = Reading("smot", "defect")
    assert choose(library, reading, text="soup beds").play == "inn/soup"
    assert choose(library, reading, text="soup about beds number a").play == "inn/beds"
