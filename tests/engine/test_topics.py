"""What plays speak of: weighed together, however long the line and however many the plays."""

from pathlib import Path

import pytest

from playbooks.engine.likeness import grams, tokens, topical
from playbooks.engine.topics import INKLING, Topics, topics_of
from tests.fakes.pack import loaded, play_text


def topics(tmp_path: Path, **examples: str) -> Topics:
    texts = {
        slug: play_text(title=slug, examples="".join(f"\n  - {line}" for line in told.split("|")))
        for slug, told in examples.items()
    }
    plays = loaded(tmp_path, **texts)[0].plays.values()
    return topics_of([play for play in plays if play.pack == "inn"], None, "")


def near(of: Topics, line: str) -> dict[str, float]:
    return dict(of.near(grams(topical(tokens(line)))))


def test_a_line_is_near_to_the_plays_that_share_its_rare_words(tmp_path: Path) -> None:
    of = topics(tmp_path, soup="soup cold|soup too salty", beds="mattress hard|bed too short")
    assert list(near(of, "soup is cold")) == ["inn/soup"]
    assert near(of, "zebra crossing") == {}


def test_the_nearest_is_told_first(tmp_path: Path) -> None:
    of = topics(tmp_path, soup="soup cold|soup salty|cold plates", tea="tea cold|tea weak|tea late")
    assert list(near(of, "tea cold")) == ["inn/tea", "inn/soup"]


@pytest.mark.parametrize("many", [1, 40, 400])
def test_no_line_is_so_long_that_one_play_runs_over_into_the_next(
    tmp_path: Path, many: int
) -> None:
    of = topics(tmp_path, aaa="soup salty soup", bbb="mattress hard", ccc="kettle leaks")
    told = grams(topical(tokens("mattress hard"))) * many
    assert set(of.near(told)) == {"inn/bbb"}


def test_a_long_line_says_less_with_each_word(tmp_path: Path) -> None:
    of = topics(tmp_path, soup="soup cold", beds="mattress hard")
    short, long = (near(of, line) for line in ("soup cold", "soup cold " + "and rain fell " * 3))
    assert short["inn/soup"] > long["inn/soup"] > INKLING


def test_the_answer_to_one_line_is_not_given_to_the_next(tmp_path: Path) -> None:
    of = topics(tmp_path, soup="soup cold", beds="mattress hard")
    assert [list(near(of, line)) for line in ("soup cold", "mattress hard", "soup cold")] == [
        ["inn/soup"],
        ["inn/beds"],
        ["inn/soup"],
    ]


def test_a_thousand_rare_words_later_a_word_still_weighs_the_same(tmp_path: Path) -> None:
    of = topics(tmp_path, soup="soup cold", beds="mattress hard")
    before = near(of, "soup cold")
    for n in range(2_500):
        of.near([f"word{n}"])
    assert near(of, "soup cold") == before
