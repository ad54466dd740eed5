"""A play's words in another language: a file beside it that holds words and decides nothing."""

from pathlib import Path

import pytest

from playbooks.engine.library import Library
from playbooks.engine.load import load
from playbooks.engine.schema import Problem
from tests.fakes.pack import SHARED, german_text, loaded, play_text, write_pack

NO_PROMISE = play_text(promise="", say="Sorry.", do="1. Now: a.\n2. Now: b.\n3. Now: c.")


def both(tmp_path: Path, german: str, english: str = "") -> tuple[Library, list[Problem]]:
    return loaded(tmp_path, **{"it": english or play_text(), "it.de": german})


def refused(tmp_path: Path, german: str, words: str, english: str = "") -> Problem:
    """The fault that ``words`` are of; the play itself stays as it is."""
    library, problems = both(tmp_path, german, english)
    found = [problem for problem in problems if words in str(problem)]
    assert found, "\n".join(map(str, problems))
    assert found[0].file == "inn/it.de.md"
    assert not found[0].warning
    assert found[0].hint
    assert library.play("inn/it").translations == {}
    return found[0]


def test_a_translation_becomes_what_was_written(tmp_path: Path) -> None:
    text = german_text(examples="\n  - Zimmer 12 noch nicht fertig, Paar wartet")
    library, problems = both(tmp_path, text)
    german = library.play("inn/it").translations["de"]
    assert problems == []
    assert german.title == "Das Zimmer ist nicht fertig"
    assert (german.give, german.promise) == ("ein Getränk an der Bar", "sie haben ein Zimmer")
    assert (german.ask, german.ask_later) == ("Sind sie drin?", "Was haben sie gesagt?")
    assert german.examples == ("Zimmer 12 noch nicht fertig, Paar wartet",)
    assert len(german.do) == 3
    assert german.file == "inn/it.de.md"


def test_a_translation_leaves_the_plays_revision_and_has_its_own(tmp_path: Path) -> None:
    alone = loaded(tmp_path / "alone", it=play_text())[0].play("inn/it")
    play = both(tmp_path / "both", german_text())[0].play("inn/it")
    assert play.revision == alone.revision
    assert play.translations["de"].revision not in {"", play.revision}


@pytest.mark.parametrize(
    ("german", "words"),
    [
        (german_text(titel="x"), 'did you mean "title"?'),
        (german_text(title=""), '"title" is missing'),
        (german_text(title="x" * 61), "has 61 characters"),
        (german_text(when="{stage: smot, kind: slow}"), '"when" is decided in the play alone'),
        (german_text(tell="[housekeeping]"), '"tell" is decided in the play alone'),
        (german_text(reviewed="2026-11-01"), '"reviewed" is decided in the play alone'),
        (german_text(language="de"), '"language" is decided in the play alone'),
        (german_text(gesture="{give: etwas, amount: 9}"), '"gesture.amount" is decided'),
        (german_text(promise="{what: etwas, within: 9}"), '"promise.within" is decided'),
        (german_text(follow_up="{ask: Ja?, ask_later: Ja?, umot: 3}"), '"follow_up.umot" is'),
        (german_text(gesture=""), 'add "gesture: {give: ...}"'),
        (german_text(gesture="etwas"), '"gesture" must hold "key: value" lines'),
        (german_text(gesture="{giv: etwas}"), '"gesture.give" is missing'),
        (german_text(promise=""), 'add "promise: {what: ...}"'),
        (german_text(follow_up=""), 'add "follow_up: {ask: ..., ask_later: ...}"'),
        (german_text(follow_up="{ask: Ja?}"), '"follow_up.ask_later" is missing'),
        (german_text(examples="eine Zeile"), '"examples" must be a list'),
        (german_text(of="gestern"), "the ten characters of the play's revision"),
        (german_text(of="~"), '"of" is empty'),
        (german_text(do="1. Jetzt: setzen."), "1 steps in Do, and 3 in the play"),
        (german_text(do="Jetzt: setzen."), "a step without its number"),
        (german_text(say=""), "# Say is empty"),
        (german_text(say="Guten Tag {{ gast }}."), 'the variable "gast" is not known'),
        (german_text(say='{% include "sorry" %}'), 'no shared phrase "sorry" in German'),
        (german_text().replace("# Say", "# Sagen"), 'the section "# sagen" is not known'),
        ("# Say\nHallo", "does not begin with ---"),
        ("---\n- a\n---\n# Say\nx\n# Do\n1. Jetzt: y\n", 'no "key: value" here'),
    ],
)
def test_a_mistake_is_named_with_file_and_hint(tmp_path: Path, german: str, words: str) -> None:
    refused(tmp_path, german, words)


@pytest.mark.parametrize(
    ("english", "words"),
    [
        (play_text(gesture="none"), '"gesture" translates nothing: the play has none'),
        (NO_PROMISE, '"promise" translates nothing: the play has none'),
        (NO_PROMISE, '"by" has no value in this play'),
        (play_text(follow_up="{smot: 45}"), '"follow_up" translates nothing: the play has none'),
        (play_text(follow_up="{ask: Are they?}"), '"follow_up.ask_later" translates nothing'),
        (play_text(language="de"), "the play is in German itself"),
    ],
)  # fmt: skip
def test_a_translation_says_no_more_than_its_play(tmp_path: Path, english: str, words: str) -> None:
    refused(tmp_path, german_text(), words, english)


def test_a_mistake_has_the_line_it_stands_in(tmp_path: Path) -> None:
    text = german_text(do="1. Jetzt: a.\n2. Dann: {{ nobody }}.\n3. Später: b.")
    line = text.split("\n").index("2. Dann: {{ nobody }}.") + 1
    assert refused(tmp_path, text, '"nobody" is not known').line == line


def test_all_mistakes_of_play_and_translation_are_told_at_once(tmp_path: Path) -> None:
    german = german_text(when="{stage: smot}", title="")
    _, problems = both(tmp_path, german, play_text(loss="time"))
    files = {(problem.file, problem.what) for problem in problems}
    assert ("inn/it.md", '"time" is not a loss that is known') in files
    assert ("inn/it.de.md", '"title" is missing') in files
    assert ("inn/it.de.md", '"when" is decided in the play alone') in files


def test_a_translation_without_its_play_brings_the_nearest(tmp_path: Path) -> None:
    library, problems = loaded(tmp_path, **{"it": play_text(), "itt.de": german_text()})
    (problem,) = problems
    assert problem.file == "inn/itt.de.md"
    assert "there is no play inn/itt" in problem.what
    assert "inn/itt" not in library.plays


def test_a_translation_far_from_any_play_is_told_how_to_be_named(tmp_path: Path) -> None:
    (problem,) = loaded(tmp_path, **{"it": play_text(), "something_else.de": german_text()})[1]
    assert problem.hint == "name it as the play is named"


@pytest.mark.parametrize(
    ("name", "hint"), [("it.deu", 'did you mean "de"?'), ("it.nl", "use one of: de, en, es, fr")]
)
def test_a_language_that_is_not_known_is_told(tmp_path: Path, name: str, hint: str) -> None:
    (problem,) = loaded(tmp_path, **{"it": play_text(), name: german_text()})[1]
    assert "is not known" in problem.what
    assert hint in problem.hint
    assert not problem.warning


def test_a_translation_of_an_older_play_is_a_note_and_used(tmp_path: Path) -> None:
    library, (problem,) = both(tmp_path, german_text(of="0123456789"))
    revision = library.play("inn/it").revision
    assert problem.warning
    assert f"was 0123456789, is {revision}" in problem.what
    assert f"write of: {revision}" in problem.hint
    assert "de" in library.play("inn/it").translations
    assert both(tmp_path, german_text(of=revision))[1] == []


def test_phrases_of_a_language_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    folder = write_pack(
        tmp_path, **{"it": play_text(), "it.de": german_text(say='{% include "sorry" %} Bald.')}
    )
    (folder / "_shared.de.md").write_text("# sorry\nEs tut mir leid.\n", encoding="utf-8")
    library, problems = load(folder)
    german = library.play("inn/it").translations["de"]
    assert problems == []
    assert german.say == "Es tut mir leid. Bald."
    (folder / "_shared.de.md").write_text("# sorry\nVerzeihung.\n", encoding="utf-8")
    assert load(folder)[0].play("inn/it").translations["de"].revision != german.revision


def test_an_english_phrase_is_never_put_amid_german_words(tmp_path: Path) -> None:
    text = german_text(say='{% include "sorry" %}')
    problem = refused(tmp_path, text, 'no shared phrase "sorry" in German')
    assert problem.hint == "write it in _shared.de.md"


def test_a_play_may_be_written_in_german_and_translated_into_english(tmp_path: Path) -> None:
    german = play_text(language="de", say="Es tut mir leid. Sie haben es {{ by }}.")
    english = german_text(say="I am sorry. You have it {{ by }}.")
    library, problems = loaded(tmp_path, **{"it": german, "it.en": english})
    assert problems == []
    assert library.play("inn/it").language == "de"
    assert list(library.play("inn/it").translations) == ["en"]


def test_a_folder_above_may_translate_a_play_of_a_folder_below(tmp_path: Path) -> None:
    low = write_pack(tmp_path / "low", it=play_text())
    high = write_pack(tmp_path / "high", house="", shared="", **{"it.de": german_text()})
    library, problems = load(low, high)
    assert problems == []
    assert "de" in library.play("inn/it").translations


def test_a_translation_above_replaces_the_one_below(tmp_path: Path) -> None:
    low = write_pack(tmp_path / "low", **{"it": play_text(), "it.de": german_text()})
    other = german_text(title="Noch nicht fertig")
    high = write_pack(tmp_path / "high", house="", shared="", **{"it.de": other})
    library, problems = load(low, high)
    assert problems == []
    assert library.play("inn/it").translations["de"].title == "Noch nicht fertig"


def test_a_play_that_replaces_another_leaves_its_translations_behind(tmp_path: Path) -> None:
    """They say what the old one said; with the new one's amounts and times they would be wrong."""
    low = write_pack(tmp_path / "low", **{"it": play_text(), "it.de": german_text()})
    high = write_pack(tmp_path / "high", house="", shared="", it=play_text(title="Ours"))
    library, (problem,) = load(low, high)
    assert library.play("inn/it").translations == {}
    assert problem.warning
    assert problem.file == "inn/it.md"
    assert "the German of the play it replaces" in problem.what
    assert problem.hint == "write inn/it.de.md beside it"


def test_a_play_that_replaces_another_with_its_own_translation_needs_no_note(
    tmp_path: Path,
) -> None:
    both_texts = {"it": play_text(), "it.de": german_text()}
    low = write_pack(tmp_path / "low", **both_texts)
    high = write_pack(tmp_path / "high", house="", **both_texts)
    library, problems = load(low, high)
    assert problems == []
    assert "de" in library.play("inn/it").translations


def test_phrases_in_a_language_nobody_knows_are_worth_a_note(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    (folder / "_shared.dd.md").write_text(SHARED, encoding="utf-8")
    (problem,) = load(folder)[1]
    assert "_shared.dd.md is not read" in problem.what
    assert problem.warning


def outgrown(tmp_path: Path, german: str) -> list[Problem]:
    """What is told where a play of the folder below has a step more than its German above."""
    low = write_pack(tmp_path / "low", it=play_text())
    high = write_pack(tmp_path / "high", house="", shared="", **{"it.de": german})
    library, problems = load(low, high)
    assert library.play("inn/it").translations == {}
    return problems


def test_a_play_below_that_outgrew_its_translation_leaves_it_out_with_a_note(
    tmp_path: Path,
) -> None:
    """An upgrade that adds a step must not take a whole house's plays out of use over night."""
    two_steps = "1. Jetzt: setzen.\n2. Dann: {{ by }} holen."
    (problem,) = outgrown(tmp_path, german_text(do=two_steps))
    assert problem.warning
    assert "2 steps in Do, and 3 in the play, so it is not used" in problem.what


def test_what_is_wrong_with_the_translation_alone_stays_a_fault(tmp_path: Path) -> None:
    problems = outgrown(tmp_path, german_text(do="1. Jetzt: setzen.", titel="x"))
    assert {(problem.what[:7], problem.warning) for problem in problems} == {
        ('"titel"', False),
        ("1 steps", True),
    }


def test_a_play_changed_beside_its_dated_translation_leaves_it_out_with_a_note(
    tmp_path: Path,
) -> None:
    text = german_text(do="1. Jetzt: setzen.", of="0123456789")
    library, problems = both(tmp_path, text)
    assert library.play("inn/it").translations == {}
    assert all(problem.warning for problem in problems)
    assert len(problems) == 2


def test_a_translation_of_the_play_as_it_is_has_no_excuse(tmp_path: Path) -> None:
    revision = both(tmp_path / "a", german_text())[0].play("inn/it").revision
    problems = outgrown(tmp_path / "b", german_text(do="1. Jetzt: setzen.", of=revision))
    assert [problem.warning for problem in problems] == [False]
