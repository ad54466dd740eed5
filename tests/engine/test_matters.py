"""What a post speaks of, and what both of two things together say."""

import pytest

from playbooks.engine.matters import MATTERS, matters, together
from playbooks.engine.normalise import taken_apart


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("flight cancelled and nobody answers the phone", ["gone", "call", "nobody"]),
        ("3 hrs on the tarmac", ["late", "time"]),
        ("thanks for losing my bag", ["goods", "lost", "thanks"]),
        ("off to Rome", []),
    ],
)
def test_what_a_post_speaks_of_is_told_by_its_words(line: str, found: list[str]) -> None:
    assert matters(taken_apart(line).words) == found


def test_every_two_and_all_of_them_count_by_themselves() -> None:
    told = together(taken_apart("nobody knows where my bag is, the line hung up").words)
    assert told == [
        "goods", "call", "nobody",
        "goods call", "goods nobody", "call nobody",
        "goods+call+nobody",
    ]  # fmt: skip


def test_a_post_that_speaks_of_nothing_known_says_so() -> None:
    assert together(["off", "to", "rome"]) == [""]


def test_every_matter_is_told_by_words_as_they_are_counted() -> None:
    for name, words in MATTERS.items():
        wrong = {word for word in words if word not in taken_apart(word).words and "-" not in word}
        assert not wrong, name
