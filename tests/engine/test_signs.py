"""What a line shows the reader beside its words."""

import pytest

from playbooks.engine.signs import signs


@pytest.mark.parametrize(
    "line",
    [
        "@SkyAir on hold for two hours now",
        "bag still not here (@SkyAir)",
        "4 hrs late #fail",
        "my bag is gone and nobody calls back",
        "why is your site down",
        "I just want an answer",
    ],
)
def test_a_customers_own_words_are_told_from_a_clerks(line: str) -> None:
    assert "<own>" in signs(line).marks


@pytest.mark.parametrize(
    "line",
    [
        "guest says my bag is gone",
        "cust on hold two hours, order #4412",
        "lady wants your name",
        "he rings @ 5 again",
        "412 no hot water",
        "meet me at desk 3, she is furious",
    ],
)
def test_a_clerks_note_is_no_post_though_it_quotes(line: str) -> None:
    assert not [mark for mark in signs(line).marks if mark.startswith("<own")]


def test_each_word_of_a_post_counts_as_such_too() -> None:
    marks = signs("@SkyAir hold hold music").marks
    assert [mark for mark in marks if mark.startswith("<own-")] == ["<own-hold>", "<own-music>"]


@pytest.mark.parametrize("line", ["@SkyAir my bag is gone", "my bag is gone #fail"])
def test_the_words_and_pairs_of_a_post_count_as_a_post_s_too(line: str) -> None:
    assert {"<post-bag>", "<post-my bag>", "<post-is gone>"} <= set(signs(line).marks)


def test_what_a_post_speaks_of_counts_too_and_both_together() -> None:
    marks = signs("@SkyAir bag lost, on hold for an hour").marks
    assert {"<post-= goods>", "<post-= call>", "<post-= goods call>"} <= set(marks)


@pytest.mark.parametrize(
    "line",
    [
        "my bag is gone and nobody calls back",
        "guest: bag is gone",
        "gst @bar says his drink is wrong",
        "cust @Till, card declined twice",
    ],
)
def test_what_names_no_account_and_no_tag_is_no_post(line: str) -> None:
    assert not [mark for mark in signs(line).marks if mark.startswith("<post-")]


def test_a_lesson_may_be_said_to_be_a_post_though_it_names_no_account() -> None:
    assert "<post-bag>" in signs("still no bag", post=True).marks
    assert "<own>" in signs("still no bag", post=True).marks
