"""Whatever is typed or pressed, somebody in the room gets a clear answer."""

from dataclasses import replace
from itertools import product

import pytest

from bot.conversations.flow import NOT_ENROLLED, OLD_BUTTON, OTHER_SITE, VERBS
from bot.conversations.life import IllegalStepError, after
from bot.conversations.listening import NOTHING_READ, clean
from bot.conversations.taps import parse, tap
from bot.conversations.types import Moment
from bot.conversations.world import chat_of, first_name, moment_id
from tests.fakes.desk import AGENT, BOSS, CLERK, NOON, FakeDesk, card, fact, to_others

LINE = "guest 412 angry room not ready"


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u202e", "\n\t", "\x00"])
def test_an_empty_line_is_met_with_an_example(text: str) -> None:
    turn = FakeDesk().say(text)
    assert card(turn).title == "Type what is happening"
    assert not turn.moments


def test_ten_thousand_characters_are_kept_to_the_limit_and_it_is_said() -> None:
    turn = FakeDesk().say("guest 412 angry room not ready " * 400)
    assert len(turn.moments[0].text) == 2000
    assert "I kept the first 2000 characters." in card(turn).note
    assert len(card(turn).plain()) < 3000


def test_one_endless_word_makes_no_endless_title() -> None:
    desk = FakeDesk()
    desk.say("x" * 3000)
    for turn in desk.turns:
        assert all(len(p.card.title) < 120 for p in turn.posts)
    moment = desk.moment()
    assert len(moment.place_name) <= 40


def test_only_emoji_is_no_moment() -> None:
    turn = FakeDesk().say("🙂🙂🙂")
    assert card(turn).note == NOTHING_READ


def test_another_language_gets_a_card_and_never_an_apology_of_the_bot() -> None:
    for text in ("Gast 412 wütend, Zimmer nicht fertig", "客人412很生气 房间没准备好"):
        shown = card(FakeDesk().say(text))
        assert shown.say or shown.note == NOTHING_READ


def test_marks_that_turn_the_writing_are_taken_out() -> None:
    assert clean("guest\u202e 412\u0007  is\u2028here\ufeff") == "guest 412 is here"
    assert clean("family 👩\u200d👧") == "family 👩\u200d👧"
    assert clean("  plain words ") == "plain words"


def test_html_is_only_words() -> None:
    desk = FakeDesk()
    desk.say("<script>alert(1)</script> guest 412 furious")
    assert "<script>" in desk.moment().text


def test_abuse_of_staff_offers_relief() -> None:
    shown = card(FakeDesk().say("guest calls me a stupid bitch and threatens to hit me"))
    assert fact(shown, "You").startswith("You need not take abuse") or shown.tone == "stop"


def test_what_was_blacked_out_is_told() -> None:
    desk = FakeDesk()
    for text in (LINE, "hello how are you"):
        turn = desk.say(text, masked=("a card number", "a telephone number"))
        assert "I blacked out a card number and a telephone number" in card(turn).note


@pytest.mark.parametrize(
    "word", ["", ".", "did", "did.", "did.nothere", "nothing.x.y", "did.x.y.z", "é" * 80, "🙂.🙂"]
)
def test_a_button_nobody_knows_is_answered(word: str) -> None:
    desk = FakeDesk()
    desk.say(LINE)
    turn = desk.tap(word)
    assert card(turn).title == OLD_BUTTON
    assert not turn.moments


def test_a_forged_form_is_answered() -> None:
    desk = FakeDesk()
    assert card(desk.fill("gave.nothere", {"amount": "5"})).title == OLD_BUTTON


def test_strangers_are_told_how_to_come_in() -> None:
    desk = FakeDesk()
    stranger = replace(CLERK, id="mallory")
    assert desk.say(LINE, stranger).posts[0].card.title == NOT_ENROLLED
    desk.memory.everybody[CLERK.id] = replace(CLERK, active=False)
    assert card(desk.say(LINE)).title == NOT_ENROLLED


def test_another_sites_moment_is_left_as_it_is_save_by_an_admin() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    turn = desk.tap(f"did.{mid}", AGENT)
    assert card(turn, AGENT).title == OTHER_SITE
    assert not turn.moments
    desk.memory.everybody[AGENT.id] = replace(AGENT, role="admin")
    assert desk.tap(f"did.{mid}", AGENT).moments


def test_a_moment_of_another_site_takes_no_lines() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    other = desk.say("order 88213 furious, parcel lost", AGENT).moments[0].id
    assert "cannot be added" in card(desk.tap(f"same.{mid}.{other}")).note


def test_a_step_that_cannot_be_now_says_why_and_changes_nothing() -> None:
    with pytest.raises(IllegalStepError) as told:
        after("closed", "did")
    assert (told.value.status, told.value.step) == ("closed", "did")
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.tap(f"smot.{mid}.recovered")
    turn = desk.tap(f"did.{mid}")
    assert card(turn).note == "How it ended is already noted for this moment."
    assert not turn.moments


def test_did_it_pressed_twice_is_done_once() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.tap(f"did.{mid}")
    turn = desk.tap(f"did.{mid}")
    assert card(turn).note == "Already noted as done."
    assert not turn.moments


def test_every_step_on_every_status_is_answered_by_everybody() -> None:
    arguments = ("", "0", "x", "smot", "umot", "promise", "recovered", "promoter", "smot.saw", "bo")
    for status in ("open", "acted", "settled", "closed", "undone"):
        desk = FakeDesk()
        mid = _at(desk, status).id
        moments, rows = dict(desk.memory.moments), dict(desk.memory.rows)
        for verb, argument, who in product(VERBS, arguments, (CLERK, BOSS)):
            desk.memory.moments, desk.memory.rows = dict(moments), dict(rows)
            turn = desk.tap(tap(verb, mid, argument), who)
            mine = [p for p in turn.posts if p.to.chat == who.id]
            assert mine or verb == "handto", (status, verb, argument)


def _at(desk: FakeDesk, status: str) -> Moment:
    moment = desk.say(LINE).moments[0]
    steps = {
        "open": (),
        "acted": ("did.{}",),
        "settled": ("smot.{}.partly",),
        "closed": ("smot.{}.partly", "told.{}", "umot.{}.left"),
        "undone": ("undo.{}",),
    }
    for step in steps[status]:
        desk.tap(step.format(moment.id))
    assert desk.memory.moments[moment.id].status == status
    return moment


def test_a_button_holds_sixty_four_bytes() -> None:
    assert parse(tap("smot", "0" * 12, "recovered")).argument == "recovered"
    with pytest.raises(ValueError, match="64 bytes"):
        tap("handto", "0" * 12, "x" * 60)


def test_moment_ids_are_made_of_the_event_alone() -> None:
    assert moment_id("k", NOON) == moment_id("k", NOON)
    assert moment_id("k", NOON) != moment_id("l", NOON)
    assert len(moment_id("k", NOON)) == 12
    assert moment_id("k", NOON) < moment_id("k", NOON.replace(hour=13))


def test_somebody_without_a_name_is_called_nothing() -> None:
    assert first_name(None) == ""
    assert first_name(replace(CLERK, name="  ")) == ""
    assert chat_of(CLERK) == CLERK.address


def test_nobody_unreachable_gets_a_card() -> None:
    desk = FakeDesk()
    desk.memory.everybody["marta"] = replace(BOSS, address=None)
    assert not to_others(desk.say("guest 412 furious room not ready 2nd time platinum"))
