"""A trainer's line is a try."""

from tests.fakes.desk import TRAINER, FakeDesk, card, fact

LINE = "guest 412 furious room not ready 2nd time platinum"


def test_a_try_logs_nothing_tells_nobody_and_asks_nothing() -> None:
    desk = FakeDesk()
    turn = desk.say(LINE, TRAINER)
    assert not turn.moments
    assert not turn.follow_ups
    assert {p.to.chat for p in turn.posts} == {"tom"}
    assert not desk.memory.moments


def test_a_try_shows_the_card_its_page_and_how_sure_the_reader_is() -> None:
    shown = card(FakeDesk().say(LINE, TRAINER), TRAINER)
    assert shown.say
    assert shown.do
    assert fact(shown, "Play").startswith("hotel/")
    assert fact(shown, "Page").endswith(".md")
    assert "heat 2, sure to" in fact(shown, "Read")
    assert fact(shown, "Else")


def test_a_try_says_what_was_blacked_out() -> None:
    shown = card(FakeDesk().say(LINE, TRAINER, masked=("a card number",)), TRAINER)
    assert shown.note.endswith("I blacked out a card number before keeping this line.")


def test_a_trainer_presses_nothing_on_a_live_moment() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    turn = desk.tap(f"did.{mid}", TRAINER)
    assert card(turn, TRAINER).title == "This button is for the desk, so nothing was changed."
    assert not turn.moments
