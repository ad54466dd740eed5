"""A card in the language of its line, else of her profile, else of her site; kept on the moment."""

from dataclasses import replace

from bot.conversations.record import joined_reading
from bot.conversations.types import Person
from bot.conversations.world import profile_language
from playbooks.engine.schema import Reading
from storage.mapper import moment_body, moment_of
from tests.fakes.desk import AGENT, CLERK, FakeDesk, card, in_german

LINE = "412 zimmer nicht fertig, der gast wartet"
UNCLEAR = "412 sauer"
GERMAN, ENGLISH = "Das Zimmer ist noch nicht fertig", "The room is not ready"


def desk(who: Person = CLERK) -> FakeDesk:
    made = FakeDesk(plays=in_german)
    made.memory.everybody[who.id] = who
    return made


def test_two_clerks_of_one_site_each_read_their_own_language() -> None:
    assert card(desk().say(LINE)).title == f"412 · {GERMAN}"
    assert card(desk().say("room 412 not ready")).title == f"412 · {ENGLISH}"


def test_a_line_that_does_not_tell_is_answered_as_the_site_wants() -> None:
    assert card(desk().say(UNCLEAR)).title == "412 · Sich darum kümmern und wiederkommen"


def test_a_profile_in_spanish_goes_before_a_site_that_wants_german() -> None:
    carmen = replace(CLERK, language="es")
    shown = card(desk(carmen).say(UNCLEAR, carmen))
    assert shown.title == "412 · Hacerse cargo y volver con una respuesta"
    assert card(desk(carmen).say(LINE, carmen)).title == f"412 · {GERMAN}"


def test_a_profile_in_english_says_nothing() -> None:
    """It also stands where a platform tells no language, and in workspaces nobody ever set."""
    assert profile_language(CLERK) == ""
    assert profile_language(replace(CLERK, language="fr")) == "fr"


def test_a_play_nobody_translated_comes_as_it_was_written() -> None:
    moment = desk().say("512 fragt ob das Frühstück inklusive ist").moments[0]
    assert (moment.reading.language, moment.suggestion.language) == ("de", "en")


def test_another_idea_is_wanted_in_the_same_language() -> None:
    hotel = desk()
    hotel.say(LINE)
    hotel.press("Another idea")
    now = hotel.moment()
    assert now.suggestion.title == "Worauf sie gezählt haben, ist nicht da"
    assert now.reading.language == "de"


def test_a_further_line_that_does_not_tell_leaves_the_language() -> None:
    german, unclear = Reading("smot", "slow", language="de"), Reading("smot", "slow")
    assert joined_reading(german, unclear).language == "de"
    assert joined_reading(unclear, german).language == "de"
    assert joined_reading(german, replace(unclear, language="en")).language == "en"


def test_what_she_read_is_kept_with_the_moment() -> None:
    moment = desk().say(LINE).moments[0]
    kept = moment_of(moment_body(moment))
    assert (kept.suggestion.language, kept.reading.language) == ("de", "de")
    assert kept.suggestion.wording == moment.suggestion.wording != ""


def test_a_moment_kept_before_there_were_languages_is_read_as_it_was() -> None:
    moment = FakeDesk().say("room 412 not ready").moments[0]
    body = moment_body(moment)
    old = body.replace(',"language":"en","wording":""', "").replace(',"language":"en"', "")
    assert "language" not in old
    kept = moment_of(old)
    assert (kept.suggestion.language, kept.suggestion.wording) == ("en", "")
    assert kept.reading == replace(moment.reading, language="")


def test_at_a_site_that_wants_nothing_the_line_alone_tells() -> None:
    for line, language in (
        ("der kunde ist sehr verärgert über uns", "de"),
        ("bill sauer", "en"),
    ):
        turn = desk(AGENT).say(line, AGENT)
        assert turn.moments[0].suggestion.language == language
