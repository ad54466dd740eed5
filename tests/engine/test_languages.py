"""A card in the language of whoever reads it: which one, and what the engine itself puts in."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from playbooks.engine.check import check
from playbooks.engine.hours import spoken
from playbooks.engine.languages import PHRASES
from playbooks.engine.library import Library
from playbooks.engine.likeness import vectors_of
from playbooks.engine.load import load
from playbooks.engine.schema import Choice, History, Promise, Reading, Results, Staff, Suggestion
from playbooks.engine.vocabulary import LANGUAGES
from tests.fakes.pack import HOUSE, german_text, inn, loaded, play_text, read_by, write_pack

NOON = datetime(2026, 11, 20, 11, 3, 20, tzinfo=UTC)
"""12:03 on a Friday in Berlin."""
GERMAN = {"it": play_text(), "it.de": german_text()}
READING = Reading("smot", "unavailable", ref="412")


def compose(
    library: Library, language: str = "", *, site: str = "", profile: str = "",
    reading: Reading = READING, history: History | None = None,
) -> Suggestion:  # fmt: skip
    """The card for a line in ``language`` at a site that wants ``site``."""
    return library.compose(
        Choice("inn/it", "written for this moment"), replace(reading, language=language),
        replace(inn(library), language=site), Staff("Ana", "staff", profile), now=NOON,
        spent_moment=0, spent_today=0, history=history or History(),
    )  # fmt: skip


def said(library: Library, language: str = "", *, site: str = "", profile: str = "") -> str:
    return compose(library, language, site=site, profile=profile).language


# --- which one -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "profile", "site", "card"),
    [
        ("de", "", "", "de"),  # the language she writes in
        ("de", "en", "en", "de"),
        ("en", "de", "de", "en"),
        ("", "de", "", "de"),  # else that of her profile
        ("", "", "de", "de"),  # else the site's
        ("", "", "", "en"),  # else the play's own
        ("fr", "", "de", "de"),  # what the play has not is passed over
        ("fr", "it", "es", "en"),
        ("", "nl", "", "en"),
    ],
)
def test_the_line_goes_before_the_profile_and_the_profile_before_the_site(
    tmp_path: Path, line: str, profile: str, site: str, card: str
) -> None:
    library, _ = loaded(tmp_path, **GERMAN)
    assert said(library, line, site=site, profile=profile) == card


def test_a_play_without_translations_is_given_as_it_was_written(tmp_path: Path) -> None:
    library, _ = loaded(tmp_path, it=play_text())
    assert compose(library, "de", site="de") == compose(library)


def test_a_play_written_in_german_is_given_in_german_even_where_nobody_wants_it(
    tmp_path: Path,
) -> None:
    text = play_text(language="de", say="Es tut mir leid. Sie haben eines {{ by }}.")
    card = compose(loaded(tmp_path, it=text)[0], "en")
    assert card.say == "Es tut mir leid. Sie haben eines bis 12:35 Uhr."
    assert (card.language, card.wording) == ("de", "")


def test_a_line_that_does_not_tell_may_still_be_plain_english(tmp_path: Path) -> None:
    line, loans = "guest furious, room dirty 412", "late checkout 412"
    library, _ = read_by(loaded(tmp_path / "two", **GERMAN)[0], READING)
    assert library.read(line, inn(library)).language == "en"
    assert library.read(loans, inn(library)).language == ""
    alone, _ = read_by(loaded(tmp_path / "one", it=play_text())[0], READING)
    assert alone.read(line, inn(alone)).language == ""


def test_the_site_says_its_language_in_the_house(tmp_path: Path) -> None:
    house = HOUSE.replace("    pack: inn\n", "    pack: inn\n    language: de\n")
    library, problems = load(write_pack(tmp_path, house=house))
    assert problems == []
    assert inn(library).language == "de"
    write_pack(tmp_path, house=house.replace(": de", ": ger"))
    assert any('"ger" is not a language' in problem.what for problem in load(tmp_path)[1])


# --- the card ------------------------------------------------------------------------------------


def test_every_word_of_the_card_comes_from_the_translation(tmp_path: Path) -> None:
    card = compose(loaded(tmp_path, **GERMAN)[0], "de")
    assert card.title == "Das Zimmer ist nicht fertig"
    assert card.say == (
        "Es tut mir leid, Ihr Zimmer ist nicht fertig. Sie haben eines bis 12:35 Uhr."
    )
    assert card.do == (
        "Jetzt: einen Platz anbieten.",
        "Innerhalb von 3 Minuten: anrufen und 412 verlangen.",
        "Bis 12:35 Uhr: den Schlüssel übergeben, sonst die Schichtleitung holen.",
    )
    assert card.offer is not None
    assert card.offer.give == "ein Getränk an der Bar"
    assert card.promise == Promise("sie haben ein Zimmer", 32)
    assert (card.follow_up.ask, card.follow_up.ask_later) == (
        "Sind sie drin?",
        "Was haben sie gesagt?",
    )


def test_what_a_play_decides_is_the_same_in_every_language(tmp_path: Path) -> None:
    library, _ = loaded(tmp_path, **GERMAN)
    german, english = compose(library, "de"), compose(library)
    assert german.offer is not None
    assert english.offer is not None
    assert german.offer.amount == english.offer.amount
    assert german.authority.limit == english.authority.limit
    assert german.promise is not None
    assert english.promise is not None
    assert german.promise.within == english.promise.within
    assert (german.tell, german.because) == (english.tell, english.because)
    assert (german.follow_up.smot, german.follow_up.umot) == (45, 2)


def test_a_card_keeps_the_plays_revision_and_names_the_words_she_read(tmp_path: Path) -> None:
    """Results belong to the play: split among six languages none would ever have enough."""
    library, _ = loaded(tmp_path, **GERMAN)
    play = library.play("inn/it")
    history = History(results={f"inn/it@{play.revision}": Results(14, 17)})
    german = compose(library, "de", history=history)
    assert german.revision == play.revision
    assert german.wording == play.translations["de"].revision
    assert german.evidence.startswith("put right in 14 of 17")
    assert (compose(library).language, compose(library).wording) == ("en", "")


def test_a_translated_card_from_the_shelf_reads_the_same(tmp_path: Path) -> None:
    folder, keep = write_pack(tmp_path / "packs", **GERMAN), tmp_path / "keep"
    first, _ = load(folder, keep=keep)
    card = compose(first, "de")
    again, problems = load(folder, keep=keep)
    assert problems == []
    assert dict(again.plays) == dict(first.plays)
    assert compose(again, "de") == card
    assert len(list(keep.glob("*.play"))) == 1


def test_the_shelf_keeps_the_templates_of_all_languages(tmp_path: Path) -> None:
    folder, keep = write_pack(tmp_path / "packs", **GERMAN), tmp_path / "keep"
    first, _ = load(folder, keep=keep)
    compose(first), compose(first, "de")
    (folder / "_shared.md").write_text("# sorry\nSo sorry.\n", encoding="utf-8")
    load(folder, keep=keep)
    assert len(list(keep.glob("*.play"))) == 2


def test_a_changed_translation_is_never_served_from_the_shelf(tmp_path: Path) -> None:
    folder, keep = write_pack(tmp_path / "packs", **GERMAN), tmp_path / "keep"
    first = load(folder, keep=keep)[0]
    compose(first, "de")
    write_pack(tmp_path / "packs", **{"it.de": german_text(say="Verzeihung, {{ by }}.")})
    again = load(folder, keep=keep)[0]
    assert again.digest != first.digest
    assert compose(again, "de").say == "Verzeihung, bis 12:35 Uhr."


def test_warming_compiles_what_the_sites_want(tmp_path: Path) -> None:
    house = HOUSE.replace("    pack: inn\n", "    pack: inn\n    language: de\n")
    folder = write_pack(tmp_path / "packs", house=house, **GERMAN)
    load(folder, keep=tmp_path / "keep")[0].warm()
    here = {each.name for each in (tmp_path / "keep").glob("*.play")}
    translation = load(folder)[0].play("inn/it").translations["de"]
    assert any(name.startswith(translation.revision) for name in here)


# --- the examples of a translation ----------------------------------------------------------------


def test_a_line_nearly_a_german_example_takes_its_play_at_once(tmp_path: Path) -> None:
    german = german_text(examples="\n  - Schlüssel passt nicht, Dame steht vor der Tür")
    plays = {
        "other": play_text(),
        "it": play_text(examples="\n  - her key is dead"),
        "it.de": german,
    }
    library, _ = read_by(loaded(tmp_path, **plays)[0], Reading("smot", "defect"))
    line = "Schlüssel passt nicht, Dame steht vor der Tuer"
    reading = library.read("Schlüssel passt nicht, Dame steht vor Tür", inn(library))
    assert reading.kind == "unavailable"
    assert library.choose(reading, History(), inn(library), line).play == "inn/it"


def test_german_words_tell_plays_apart_and_take_no_weight_from_the_english(tmp_path: Path) -> None:
    texts = {"it": play_text(examples="\n  - pillow too hard"), "other": play_text(title="Towels")}
    german = {**texts, "it.de": german_text(title="Kissen zu hart"), "other.de": german_text()}
    plain = vectors_of(loaded(tmp_path / "plain", **texts)[0].plays.values())["inn/it"]
    both = vectors_of(loaded(tmp_path / "both", **german)[0].plays.values())
    assert plain.items() <= both["inn/it"].items()
    assert both["inn/it"]["kissen"] > 0
    assert "zu" not in both["inn/it"]
    assert "kissen" not in both["inn/other"]


# --- the linter ---------------------------------------------------------------------------------


def found(tmp_path: Path, **front: str) -> list[str]:
    library, problems = loaded(tmp_path, **{"it": play_text(), "it.de": german_text(**front)})
    assert problems == []
    problems = check(library, date(2026, 11, 20))
    return [f"{each.file}:{each.line}: {each.what}" for each in problems if "de.md" in each.file]


def test_what_only_english_words_tell_is_not_looked_for_in_german(tmp_path: Path) -> None:
    assert found(tmp_path) == []
    assert found(tmp_path, say="Unfortunately our policy says no!") == []


def test_fifteen_seconds_are_fifteen_seconds_in_every_language(tmp_path: Path) -> None:
    (told,) = found(tmp_path, say="Es tut mir leid. " + "wort " * 38)
    assert "Say: it has 42 words, at most 40" in told


def test_an_example_of_a_translation_is_a_line_staff_would_type(tmp_path: Path) -> None:
    (told,) = found(tmp_path, examples="\n  - zu kurz")
    assert "an example of 2 words" in told


def test_one_example_leads_to_one_play_in_every_language(tmp_path: Path) -> None:
    texts = {"it": play_text(), "two": play_text(examples="\n  - her key is dead")}
    german = german_text(examples="\n  - her key is dead")
    library, _ = loaded(tmp_path, **texts, **{"it.de": german})
    told = [str(p) for p in check(library, date(2026, 11, 20)) if "too" in p.what.split()]
    assert len(told) == 1
    assert 'this example stands in "inn/it" too' in told[0]


def test_an_english_translation_is_held_to_the_english_rules(tmp_path: Path) -> None:
    german = play_text(language="de", say="Es tut mir leid. Sie haben eines {{ by }}.")
    english = german_text(say="Unfortunately it takes until {{ by }}.")
    library, _ = loaded(tmp_path, **{"it": german, "it.en": english})
    told = [p.what for p in check(library, date(2026, 11, 20)) if p.file == "inn/it.en.md"]
    assert 'Say: "Unfortunately" justifies' in told
    assert "a step without its time" in told


# --- the times -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "soon", "tomorrow", "weekday", "day"),
    [
        ("en", "by 14:35", "by 14:35 tomorrow", "by 14:35 on Monday", "by 1 December"),
        (
            "de", "bis 14:35 Uhr", "bis morgen um 14:35 Uhr", "bis Montag um 14:35 Uhr",
            "bis zum 1. Dezember",
        ),
        (
            "es", "antes de las 14:35", "antes de las 14:35 de mañana",
            "antes de las 14:35 del lunes", "a más tardar el 1 de diciembre",
        ),
        (
            "fr", "avant 14:35", "demain avant 14:35", "lundi avant 14:35",
            "au plus tard le 1er décembre",
        ),
        (
            "it", "entro le 14:35", "entro domani alle 14:35", "entro lunedì alle 14:35",
            "entro il 1º dicembre",
        ),
        (
            "pt", "até às 14:35", "até amanhã às 14:35", "até segunda-feira às 14:35",
            "até 1º de dezembro",
        ),
    ],
)  # fmt: skip
def test_a_time_is_spoken_as_people_say_it(
    language: str, soon: str, tomorrow: str, weekday: str, day: str
) -> None:
    friday = datetime(2026, 11, 20, 14, 35, tzinfo=UTC)
    ahead = (timedelta(0), timedelta(days=1), timedelta(days=3), timedelta(days=11))
    told = [spoken(friday + span, friday, language) for span in ahead]
    assert told == [soon, tomorrow, weekday, day]


@pytest.mark.parametrize(
    ("language", "at", "said"),
    [
        ("es", datetime(2026, 11, 21, 1, 5, tzinfo=UTC), "antes de la 01:05"),
        ("pt", datetime(2026, 11, 21, 1, 5, tzinfo=UTC), "até à 01:05"),
        ("it", datetime(2026, 12, 8, 9, 0, tzinfo=UTC), "entro l'8 dicembre"),
        ("it", datetime(2026, 12, 11, 9, 0, tzinfo=UTC), "entro l'11 dicembre"),
        ("fr", datetime(2026, 12, 11, 9, 0, tzinfo=UTC), "au plus tard le 11 décembre"),
        ("it", datetime(2026, 12, 21, 9, 0, tzinfo=UTC), "entro il 21 dicembre"),
    ],
)
def test_one_oclock_and_some_days_have_an_article_of_their_own(
    language: str, at: datetime, said: str
) -> None:
    assert spoken(at, datetime(2026, 11, 20, 18, 0, tzinfo=UTC), language) == said


def test_every_language_has_its_days_months_and_somebody_who_may_approve() -> None:
    assert set(PHRASES) == set(LANGUAGES)
    for words in PHRASES.values():
        assert (len(words.days), len(words.months)) == (7, 12)
        assert "14:35" in words.clock.format(clock="14:35")
        assert words.somebody
