"""Where a line may be about danger, a manager is told and the card asks before it advises."""

from bot.conversations.cards import DANGER
from playbooks.engine.schema import Reading
from tests.fakes.desk import FakeDesk, card, fact, labels
from tests.fakes.pack import FixedReader

LINE = "guest 305 says the ceiling is coming down in the bathroom"
UNSURE = Reading(
    "smot", "defect", heat=1, escalate=True, ref="305", kinds=("defect", "safety"), doubt=True
)
"""As a reader has it who cannot rule danger out."""


def unsure() -> FakeDesk:
    return FakeDesk(readers={"hotel": FixedReader(UNSURE)})


def test_the_card_asks_before_it_advises_and_the_manager_knows_already() -> None:
    turn = unsure().say(LINE)
    assert card(turn).title == f"305 · {DANGER}"
    assert labels(card(turn)) == ["Yes, danger", "No danger"]
    assert (card(turn).say, card(turn).do) == ("", ())
    assert "Marta Keller" in fact(card(turn), "Told")


def test_one_tap_for_yes_brings_the_card_for_danger() -> None:
    desk = unsure()
    desk.say(LINE)
    shown = card(desk.press("Yes, danger"))
    assert (desk.moment().reading.kind, shown.tone) == ("safety", "stop")
    assert shown.say


def test_one_tap_for_no_brings_the_card_for_what_was_read() -> None:
    desk = unsure()
    desk.say(LINE)
    shown = card(desk.press("No danger"))
    assert shown.say
    assert "Did it" in labels(shown)
    assert desk.moment().reading.kind == "defect"
    assert desk.moment().first_reading is None, "an answer is no correction"


def test_undo_brings_the_question_back() -> None:
    desk = unsure()
    desk.say(LINE)
    desk.press("No danger")
    assert card(desk.press("Undo")).title == f"305 · {DANGER}"


def test_a_plain_failure_is_not_asked_about_danger() -> None:
    turn = FakeDesk().say("guest 412 angry room not ready")
    assert card(turn).say
