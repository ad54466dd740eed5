"""The few words that are not moments."""

from datetime import timedelta

import pytest

from bot.conversations.commands import WORDS, command_of
from tests.fakes.desk import BOSS, OTHER, TRAINER, FakeDesk, card, fact, labels


@pytest.mark.parametrize("text", ["help", "HELP!", " /help ", "?", "hilfe", "my open  moments."])
def test_a_line_that_is_only_the_word_is_a_command(text: str) -> None:
    assert command_of(text) in ("helpme", "list")


@pytest.mark.parametrize("text", ["What can you do?", "hi", "Was kannst du?", "¿Qué puedes hacer?"])
def test_what_a_newcomer_types_first_is_answered_with_help(text: str) -> None:
    assert command_of(text) == "helpme"


@pytest.mark.parametrize("text", ["help guest 412 furious", "open the door for 412", "", "x" * 30])
def test_a_line_that_only_holds_the_word_is_a_moment(text: str) -> None:
    assert command_of(text) == ""


def test_every_command_answers_everybody() -> None:
    for who in (OTHER, BOSS, TRAINER):
        for word in WORDS:
            turn = FakeDesk().say(word, who)
            assert card(turn, who).title
            assert not turn.moments


def test_help_names_what_each_role_needs_and_who_is_here() -> None:
    desk = FakeDesk()
    clerk = card(desk.say("help"))
    assert "guest 412 furious" in fact(clerk, "A moment")
    assert fact(clerk, "At work now") == "Bo, Marta, Tom"
    assert not fact(clerk, "digest")
    assert fact(card(desk.say("help", BOSS), BOSS), "digest")
    assert "only a try" in fact(card(desk.say("help", TRAINER), TRAINER), "plays")
    for person in (OTHER, BOSS, TRAINER):
        desk.say("off", person)
    assert fact(card(desk.say("help")), "At work now") == "nobody else in Fifteen"


def test_open_moments_are_listed_newest_first_and_shown_anew() -> None:
    desk = FakeDesk()
    assert card(desk.say("open")).title == "Nothing open with you"
    for room in range(301, 314):
        desk.say(f"guest {room} angry room not ready")
        desk.wait(minutes=1)
    desk.press("Did it")
    shown = card(desk.say("open"))
    assert shown.title == "13 open with you. The newest 10 are shown."
    assert labels(shown)[0].startswith("313")
    assert len(labels(shown)) == 3
    assert len(shown.facts) == 10
    assert "done, not known how it went" in shown.facts[0].text
    assert "not answered yet" in shown.facts[1].text
    turn = desk.tap(shown.buttons[1].tap)
    assert turn.posts[0].fresh


def test_a_settled_moment_with_a_question_is_listed_with_its_outcome() -> None:
    desk = FakeDesk()
    mid = desk.say("guest 412 angry room not ready").moments[0].id
    desk.tap(f"smot.{mid}.partly")
    desk.tap(f"told.{mid}")
    assert "partly put right" in card(desk.say("open")).facts[0].text


def test_off_and_on_say_what_they_mean_and_for_how_long() -> None:
    desk = FakeDesk()
    desk.say("guest 412 angry room not ready")
    turn = desk.say("off")
    assert turn.person is not None
    assert (turn.person.shift, turn.person.shift_at) == ("off", desk.now)
    assert "For 14 hours" in card(turn).note
    assert "1 open with you" in card(turn).note
    assert card(desk.say("on")).note == "1 open with you."
    assert card(desk.say("on", OTHER), OTHER).note == "Nothing open with you."
    assert "open with you" not in card(desk.say("off", OTHER), OTHER).note


def test_the_playbook_is_told_in_numbers_and_what_is_stale() -> None:
    desk = FakeDesk()
    now = card(desk.say("plays"))
    assert "for Harbour House Hotel" in fact(now, "Plays")
    assert not fact(now, "Try")
    assert fact(card(desk.say("plays", TRAINER), TRAINER), "Try")
    desk.now += timedelta(days=2000)
    assert fact(card(desk.say("plays")), "Due for review") != "none"
