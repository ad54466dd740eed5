"""A hurried line becomes words: shorthand spelled out, noise taken away, nothing invented."""

import pytest

from playbooks.engine.normalise import LONGEST, fold, plain, shouted, taken_apart, tokens, words
from playbooks.engine.signs import signs


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("<b>room</b> 12", " room  12"),
        ("fish &amp; chips", "fish & chips"),
        ("it\u2019s \u201cfine\u201d \u2013 no", 'it\'s "fine" - no'),
        ("bell\x07 rings", "bell  rings"),
        ("\uff12\uff10 \ufb01sh", "20 fish"),
        ("2 < 3", "2 < 3"),
    ],
)
def test_noise_of_pasted_text_is_taken_away(typed: str, read: str) -> None:
    assert plain(typed) == read


def test_only_the_beginning_of_a_pasted_page_is_read() -> None:
    assert len(plain("a" * (LONGEST + 1))) == LONGEST


def test_accents_and_capitals_make_no_other_word() -> None:
    assert fold("Décalé") == fold("decale") == "decale"
    assert fold("Weiße Straße, sœur") == fold("weisse Strasse, soeur") == "weisse strasse, soeur"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("@TheInn_Berlin no bed", "no bed"),
        ("see https://inn.com/a?b=1 now", "see now"),
        ("see www.inn.com", "see"),
        ("seen pic.twitter.com/xyz today", "seen today"),
    ],
)
def test_whom_a_post_is_addressed_to_and_where_it_links_to_say_nothing(
    typed: str, read: str
) -> None:
    assert tokens(fold(typed)) == read.split()


@pytest.mark.parametrize("typed", ["write to anna@inn.com", "a pic. of it", "the www. part"])
def test_what_only_looks_like_an_address_stays(typed: str) -> None:
    assert fold(typed) == typed


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2nd time!!", ["2nd", "time", "!!"]),
        ("don't 19:30 12,50", ["don't", "19:30", "12,50"]),
        ("кофе 3x", ["кофе", "3x"]),
    ],
)
def test_words_numbers_and_telling_marks_are_kept(typed: str, read: list[str]) -> None:
    assert tokens(typed) == read


def test_shorthand_is_spelled_out_and_numbers_are_their_shape() -> None:
    assert words(["gst", "2nd", "rm", "412", "7", "19:30"]) == [
        "guest", "second", "room", "000", "7", "00:00",
    ]  # fmt: skip


def test_a_long_number_is_as_telling_as_one_of_six_figures() -> None:
    assert words(["88213456789"]) == ["000000"]


def test_a_line_keeps_its_words_as_typed_beside_the_counted_ones() -> None:
    parts = taken_apart("Gst in Rm 412")
    assert parts.raw == ("gst", "in", "rm", "412")
    assert parts.words == ("guest", "in", "room", "000")


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("she said NEVER again", 1),
        ("NO, he said", 0),
        ("NEVER and NEVER", 2),
        ("ALL IN CAPS", 0),
        ("quiet", 0),
    ],
)
def test_words_in_capitals_are_counted_unless_the_key_was_stuck(line: str, count: int) -> None:
    assert shouted(line) == count


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("one two", "<size0>"),
        ("w " * 90, "<size6>"),
        ("Gst waits", "<^guest>"),
        ("she said NEVER again", "<loud1>"),
        ("NEVER she said NEVER he said NEVER", "<loud2>"),
        ("platinum guest upset again", "<vip-again>"),
        ("guest says he will sue us", "<grave>"),
    ],
)
def test_a_line_leaves_marks_for_what_its_words_alone_do_not_tell(line: str, mark: str) -> None:
    assert mark in signs(line).marks


def test_a_calm_line_leaves_no_mark_of_alarm() -> None:
    marks = set(signs("guest asks for a towel").marks)
    assert not {"<grave>", "<again>", "<vip>", "<vip-again>", "<loud1>"} & marks


@pytest.mark.parametrize("line", ["guest upset again", "platinum guest upset"])
def test_a_tier_and_a_repetition_leave_their_common_mark_only_together(line: str) -> None:
    assert "<vip-again>" not in signs(line).marks


def test_no_typed_word_can_forge_a_mark() -> None:
    told = signs("<grave> <again> &lt;grave&gt;")
    assert not {"<grave>", "<again>"} & {*told.words, *told.raw}
