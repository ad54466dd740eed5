"""The second moment of truth: was it put right, and who says so."""

import pytest

from tests.fakes.desk import BOSS, OTHER, FakeDesk, card, cards, fact, labels, to_others

LINE = "guest 412 angry room not ready"


def asked() -> tuple[FakeDesk, str]:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.press("Did it")
    desk.wait(hours=2)
    desk.run_due()
    return desk, mid


def test_it_is_asked_after_the_promise() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    moment = desk.moment()
    due = {f.purpose: f.due for f in moment.follow_ups}
    assert moment.promised is not None
    assert due["smot"] > moment.promised


@pytest.mark.parametrize("result", ["recovered", "partly", "not_recovered", "unknown"])
def test_each_answer_settles_it_and_books_the_later_question(result: str) -> None:
    desk, mid = asked()
    turn = desk.tap(f"smot.{mid}.{result}")
    moment = desk.moment(turn)
    assert moment.status == "settled"
    assert moment.smot is not None
    assert moment.smot.result == result
    states = {f.purpose: f.state for f in moment.follow_ups}
    assert (states["smot"], states["umot"]) == ("done", "waiting")


def test_not_knowing_needs_no_source() -> None:
    desk, _ = asked()
    shown = cards(desk.press("I do not know"))[0]
    assert shown.title == "412: not known"
    assert "who" not in str([b.tap for b in shown.buttons])
    assert shown.form is None


@pytest.mark.parametrize(
    ("label", "words"),
    [("The customer said so", "the customer"), ("I saw it", "seen by us"), ("My guess", "a guess")],
)
def test_who_says_so_is_one_tap(label: str, words: str) -> None:
    desk, _ = asked()
    desk.press("Put right")
    turn = desk.press(label)
    assert fact(cards(turn)[0], "Who says so") == words
    assert cards(turn)[0].form is not None


def test_where_it_was_not_put_right_the_manager_knows_and_it_is_tried_again() -> None:
    desk, mid = asked()
    turn = desk.press("Not put right")
    told = to_others(turn)[0]
    assert told.fresh
    assert fact(told.card, "Now") == "not put right."
    assert not told.card.buttons
    shown = desk.memory.moments[mid].suggestion.play
    desk.press("My guess")
    assert labels(cards(desk.turns[-1])[0]) == ["Try again", "Get help"]
    desk.press("Try again")
    moment = desk.memory.moments[mid]
    assert (moment.status, moment.smot, moment.failures) == ("open", None, 1)
    assert moment.reading.repeat
    assert moment.suggestion.play != shown
    states = {f.purpose: f.state for f in moment.follow_ups}
    assert (states["smot"], states["umot"]) == ("waiting", "dropped")


def test_without_a_manager_not_put_right_is_still_noted() -> None:
    desk, _ = asked()
    desk.say("off", BOSS)
    turn = desk.tap(f"smot.{desk.moment().id}.not_recovered")
    assert not to_others(turn)


def test_it_is_noted_once() -> None:
    desk, mid = asked()
    desk.tap(f"smot.{mid}.recovered")
    turn = desk.tap(f"smot.{mid}.partly")
    assert card(turn).note == "Already noted."
    assert not turn.moments


def test_details_may_be_added_and_never_have_to_be() -> None:
    desk, mid = asked()
    desk.press("Put right")
    desk.press("I saw it")
    turn = desk.fill(f"detail.{mid}.smot", {})
    assert cards(turn)[0].note == "There was nothing to add."
    turn = desk.fill(f"detail.{mid}.smot", {"rating": "4", "words": " so\u202e kind "})
    outcome = desk.moment(turn).smot
    assert outcome is not None
    assert (outcome.rating, outcome.words) == (4, "so kind")
    assert cards(turn)[0].form is None


def test_answers_nobody_offers_change_nothing() -> None:
    desk, mid = asked()
    for word in ("smot.{}.brilliant", "who.{}.smot.customer", "who.{}.x.saw", "detail.{}.smot"):
        turn = desk.tap(word.format(mid))
        assert not turn.moments
        assert "not known any more" in card(turn).note
    desk.tap(f"smot.{mid}.recovered")
    for word in ("who.{}.smot.everybody", "detail.{}.x"):
        assert "not known any more" in card(desk.tap(word.format(mid))).note


def test_a_colleagues_answer_is_shown_to_both() -> None:
    desk, mid = asked()
    turn = desk.tap(f"smot.{mid}.recovered", OTHER)
    assert cards(turn)
    assert cards(turn, OTHER)


def test_a_question_is_asked_how_it_went() -> None:
    desk = FakeDesk()
    desk.say("guest 301 wants to know when breakfast opens")
    assert "how it went" in fact(card(desk.turns[-1]), "I will ask")
    desk.press("Did it")
    desk.wait(hours=4)
    shown = card(desk.run_due()[-1])
    assert shown.title == "301: how did it go?"
    assert labels(shown) == ["Went well", "Partly", "Not well"]


def test_a_second_try_is_news_also_to_whoever_knew_of_the_first() -> None:
    desk, _ = asked()
    desk.press("Partly")
    desk.press("My guess")
    turn = desk.press("Try again")
    told = to_others(turn)[0]
    assert (told.to.chat, told.fresh) == ("marta", True)
    assert "again" in fact(told.card, "It is")
    assert "has been told (15:00)" in fact(cards(turn)[-1], "Told")
