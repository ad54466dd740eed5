"""One-time codes: long enough not to be guessed, and easy to type."""

import pytest

from bot.codes import ALPHABET, code_in, new_code, only_code


def test_a_code_has_sixty_bits_and_no_two_are_alike() -> None:
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(len(code.replace("-", "")) == 12 for code in codes)
    assert {letter for code in codes for letter in code} == {*ALPHABET, "-"}
    assert len(ALPHABET) ** 12 == 2**60


def test_every_code_is_found_in_what_is_typed_around_it() -> None:
    for code in (new_code() for _ in range(500)):
        assert code_in(f"hi, my code is {code}, thanks") == code
        assert code_in(f"/start {code.lower()}") == code


def test_every_code_sent_alone_is_known_for_a_code() -> None:
    assert all(only_code(code) for code in (new_code() for _ in range(2000)))


@pytest.mark.parametrize("text", ["", "412 furious", "K7QD-3MXF", "x" * 5000, "ÄÖÜß-ÄÖÜß-ÄÖÜß"])
def test_what_is_no_code_is_not_taken_for_one(text: str) -> None:
    assert code_in(text) == ""
