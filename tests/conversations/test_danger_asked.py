"""Where a line may be about danger, a manager is told and the card asks before it advises."""

from bot.conversations.cards import DANGER
from tests.fakes.desk import FakeDesk, card, fact, labels

LINE = "guest 1000 smells something odd near the boiler"


def test_the_card_asks_first_whether_somebody_is_in_danger() -> None:
    turn = FakeDesk().say(LINE)
    assert fact(card(turn), "First") == DANGER
    assert card(turn).facts[0].label == "First"
    assert "Yes, danger" in labels(card(turn))
    assert "Marta Keller" in fact(card(turn), "Told")


def test_one_tap_for_yes_brings_the_card_for_danger() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    shown = card(desk.press("Yes, danger"))
    assert desk.moment().reading.kind == "safety"
    assert shown.tone == "stop"
    assert all(each.label != "First" for each in shown.facts)


def test_a_plain_failure_is_not_asked_about_danger() -> None:
    turn = FakeDesk().say("guest 412 angry room not ready")
    assert all(each.label != "First" for each in card(turn).facts)
