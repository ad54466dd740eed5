"""A line in another language is told from English, and read word for word in English beside it."""

import pytest

from playbooks.engine.normalise import taken_apart
from playbooks.engine.signs import signs
from playbooks.engine.tongues import (
    in_english,
    phrase_book,
    plainly_english,
    tongue,
    tongues,
    word_book,
)
from playbooks.engine.vocabulary import ENGLISH

OTHERS = ("de", "es", "fr", "it", "pt")


def told(line: str) -> str:
    return tongue(taken_apart(line).words)


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("the room is not ready for the guest", "en"),
        ("der Gast ist sauer, das Zimmer war nicht fertig", "de"),
        ("la habitación está muy sucia y el baño también", "es"),
        ("la chambre n'est pas prête et elle attend", "fr"),
        ("il cliente dice che la camera è sporca", "it"),
        ("o quarto não está pronto e ela já esperou muito", "pt"),
    ],
)
def test_a_line_is_known_by_its_small_words(line: str, language: str) -> None:
    assert told(line) == language


@pytest.mark.parametrize(
    ("line", "language"), [("Zimmer schmutzig", "de"), ("abajur", "pt"), ("mesa sucia", "es")]
)
def test_without_any_small_word_the_word_books_decide(line: str, language: str) -> None:
    assert told(line) == language


@pytest.mark.parametrize(
    ("line", "language"),
    [("la habitación", "es"), ("la chambre", "fr"), ("la camera", "it")],
)
def test_languages_that_share_a_small_word_are_parted_by_their_word_books(
    line: str, language: str
) -> None:
    assert told(line) == language


@pytest.mark.parametrize("line", ["", "412", "room 412 dirty", "no mesa", "la quxwort"])
def test_what_is_unclear_is_english(line: str) -> None:
    assert told(line) == ENGLISH


def test_a_single_loan_word_does_not_turn_an_english_line() -> None:
    assert told("guest loved the zimmer") == ENGLISH
    assert told("guest praised chambre staff") == ENGLISH


def test_words_are_put_into_english_one_by_one_and_unknown_ones_stay() -> None:
    assert in_english(("zimmer", "quxwort", "schmutzig"), "de") == ("room", "quxwort", "dirty")
    assert in_english(("abono",), "es") == ("refund", "payment")


@pytest.mark.parametrize(
    ("line", "english"),
    [
        ("la calefacción no va en la 118", "heating not working"),
        ("pas d'eau chaude chambre 214", "no hot water room"),
        ("client furieux, taxi jamais venu", "taxi never came"),
        ("manca il phon in 214", "hairdryer missing"),
        ("kommt nicht rein, karte gesperrt", "card blocked"),
        ("cobraram duas vezes no cartão de crédito", "charged twice"),
    ],
)
def test_what_is_said_in_several_words_is_put_as_an_english_clerk_types_it(
    line: str, english: str
) -> None:
    words = taken_apart(line).words
    assert english in " ".join(in_english(words, tongue(words)))


def test_of_two_phrases_the_longer_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"uno dos": ("short",), "uno dos tres": ("long",)}
    monkeypatch.setattr("playbooks.engine.tongues.phrase_book", lambda _: known)
    assert in_english(("uno", "dos", "tres", "uno", "dos"), "es") == ("long", "short")


def test_english_is_not_put_into_english() -> None:
    assert in_english(("room", "dirty"), ENGLISH) == ()


@pytest.mark.parametrize("language", [ENGLISH, "nl"])
def test_a_language_without_a_word_book_has_an_empty_one(language: str) -> None:
    assert word_book(language) == {}


@pytest.mark.parametrize("language", OTHERS)
def test_a_word_book_is_written_as_lines_are_counted(language: str) -> None:
    book = word_book(language)
    assert len(book) > 2_000
    assert [word for word in book if taken_apart(word).words != (word,)] == []
    assert [word for word, english in book.items() if not 1 <= len(english) <= 2] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_phrase_book_is_written_as_lines_are_counted(language: str) -> None:
    book = phrase_book(language)
    assert len(book) > 1_500
    assert [phrase for phrase in book if " ".join(taken_apart(phrase).words) != phrase] == []
    assert [phrase for phrase in book if not 2 <= len(phrase.split()) <= 4] == []
    assert [phrase for phrase, english in book.items() if not 1 <= len(english) <= 5] == []


@pytest.mark.parametrize("language", [ENGLISH, "nl"])
def test_a_language_without_a_phrase_book_has_an_empty_one(language: str) -> None:
    assert phrase_book(language) == {}


@pytest.mark.parametrize(
    "line",
    ["how do I get a second card for my husband", "do you wrap presents", "can u do a late one"],
)
def test_a_question_in_english_is_no_portuguese(line: str) -> None:
    assert told(line) == ENGLISH


@pytest.mark.parametrize(
    ("line", "language"),
    [("problema del bagno in 214", "it"), ("wo ist der pool", "de"), ("ruido del vecino", "es")],
)
def test_short_forms_of_english_take_no_small_word_from_others(line: str, language: str) -> None:
    assert told(line) == language


def test_what_a_line_shows_holds_its_language_and_its_english() -> None:
    german = signs("Zimmer ist schmutzig und nicht fertig")
    assert german.tongue == "de"
    assert "<in-de>" in german.marks
    assert {"room", "dirty"} <= set(german.english)


def test_an_english_line_shows_no_language_and_nothing_twice() -> None:
    english = signs("the room is dirty and not ready")
    assert english.tongue == ENGLISH
    assert english.english == ()
    assert not any(mark.startswith("<in-") for mark in english.marks)


def heard(line: str) -> str:
    """What the card is written in, where the line tells."""
    return tongues(taken_apart(line).words)[1]


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("the room is not ready for the guest", "en"),
        ("der Gast ist sauer, das Zimmer war nicht fertig", "de"),
        ("412 zimmer nicht fertig", "de"),
        ("la habitación está muy sucia y el baño también", "es"),
        ("la chambre n'est pas prête et elle attend", "fr"),
        ("il cliente dice che la camera è sporca", "it"),
        ("o quarto não está pronto e ela já esperou muito", "pt"),
    ],
)
def test_a_clear_line_says_what_its_card_is_wanted_in(line: str, language: str) -> None:
    assert heard(line) == language


@pytest.mark.parametrize("line", ["", "412", "412 sauer", "room 412 dirty", "no towels 412"])
def test_a_line_that_could_be_of_two_languages_leaves_it_open(line: str) -> None:
    assert heard(line) == ""


@pytest.mark.parametrize(
    "line",
    ["5 star google, Raj deserves a medal. do i reply?", "silver card printed as basic again"],
)
def test_small_words_two_languages_share_do_not_turn_an_english_card(line: str) -> None:
    assert heard(line) in {"", ENGLISH}


def test_what_the_model_is_told_of_a_line_is_not_changed_by_what_its_card_is_wanted_in() -> None:
    for line in ("412 sauer", "room 412 dirty", "do i reply a medal"):
        words = taken_apart(line).words
        assert tongues(words)[0] == tongue(words)
    assert not any("in-" in mark for mark in signs("412 sauer").marks)


@pytest.mark.parametrize(
    ("line", "is_english"),
    [
        ("guest 412 furious, room dirty", True),
        ("late checkout 412", False),
        ("412 upgrade vip", False),
        ("wifi kaputt 412", False),
        ("Zimmer 412 dreckig und laut", False),
    ],
)
def test_three_english_words_are_english_and_two_may_be_loans(line: str, is_english: bool) -> None:
    assert plainly_english(taken_apart(line).words) is is_english
