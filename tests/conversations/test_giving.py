"""What was given: noted, weighed against the giver's own limit, never hidden."""

import pytest

from tests.fakes.desk import BOSS, CLERK, FakeDesk, card, fact, labels, to_others

LINE = "guest 412 angry, soup cold at dinner"


def given(desk: FakeDesk, **fields: str) -> str:
    mid = desk.moment().id
    return card(desk.fill(f"gave.{mid}", fields)).note


def test_the_cards_own_gesture_is_noted_in_one_tap() -> None:
    desk = FakeDesk()
    desk.say("table 7 soup cold, guest upset")
    offer = desk.moment().suggestion.offer
    assert offer is not None
    label = labels(card(desk.press("Gave something")))[0]
    turn = desk.press(label)
    gift = desk.moment().gifts[0]
    assert (gift.amount, gift.what, gift.over) == (offer.amount, offer.give, False)
    assert desk.moment().status == "acted"
    assert offer.give in fact(card(turn), "Given")


def test_the_card_shows_what_is_left_after_giving() -> None:
    desk = FakeDesk()
    desk.say("table 7 soup cold, guest upset")
    given(desk, amount="5", what="wine")
    offer = desk.moment().suggestion.offer
    assert offer is not None
    desk.tap(f"gave.{desk.moment().id}.{offer.amount}")
    left = 40 - 5 - offer.amount // 100
    assert (
        fact(card(desk.turns[-1]), "You may")
        == f"Up to €{left} more here is yours, if it needs it."
    )
    given(desk, amount=str(left), what="a drink")
    assert fact(card(desk.turns[-1]), "You may") == "Yours is used up on this moment."
    desk.say("guest 305 upset, breakfast was cold")
    assert desk.moment().suggestion.authority.left_today == 8000


def test_a_button_pressed_twice_is_one_gift() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    for _ in range(2):
        desk.fill(f"gave.{mid}", {"amount": "10", "what": "a drink"})
    assert len(desk.memory.moments[mid].gifts) == 1
    assert card(desk.turns[-1]).note == "Already noted."
    desk.wait(minutes=5)
    desk.fill(f"gave.{mid}", {"amount": "10", "what": "a drink"})
    assert len(desk.memory.moments[mid].gifts) == 2


def test_more_than_her_limit_is_noted_and_the_manager_told() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    note = given(desk, amount="90", what="dinner for all")
    assert note.endswith("over your own limit, so Marta Keller has been told.")
    told = to_others(desk.turns[-1])[0]
    assert told.fresh
    assert fact(told.card, "Given") == "€90 in all, over their own limit."
    assert desk.moment().gifts[0].over


def test_over_the_limit_with_no_manager_here_she_is_told_to_tell() -> None:
    desk = FakeDesk()
    desk.say("off", BOSS)
    desk.say(LINE)
    assert given(desk, amount="90").endswith("tell your manager today.")


def test_the_limit_is_the_givers_own() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    turn = desk.fill(f"gave.{mid}", {"amount": "90", "what": "dinner"}, BOSS)
    assert not desk.moment(turn).gifts[0].over
    assert desk.moment(turn).suggestion.authority.limit == 4000


def test_the_day_is_weighed_as_well_as_the_moment() -> None:
    desk = FakeDesk()
    for room in (301, 302, 303):
        desk.say(f"guest {room} angry, soup cold at dinner")
        given(desk, amount="40")
    desk.say("guest 304 angry, soup cold at dinner")
    assert "over your own limit" in given(desk, amount="1")


def test_money_in_danger_is_over_every_limit() -> None:
    desk = FakeDesk()
    desk.say("someone collapsed in the lobby, bleeding")
    assert "over your own limit" in given(desk, amount="5")


@pytest.mark.parametrize(
    ("amount", "hundredths"), [("12,50", 1250), ("€ 12.50", 1250), ("0", 0), ("£3", 300)]
)
def test_amounts_are_read_as_people_write_them(amount: str, hundredths: int) -> None:
    desk = FakeDesk()
    desk.say(LINE)
    given(desk, amount=amount, what="a drink")
    assert desk.moment().gifts[0].amount == hundredths


@pytest.mark.parametrize("amount", ["-3", "nan", "inf", "1e400", "ten", "99999999999"])
def test_what_is_no_amount_is_asked_again(amount: str) -> None:
    desk = FakeDesk()
    desk.say(LINE)
    assert "amount" in given(desk, amount=amount)
    assert not desk.memory.moments[desk.turns[0].moments[0].id].gifts


def test_an_empty_form_is_asked_again() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    assert given(desk, amount=" ", what=" ") == "Say what it was, or what it cost."
    assert card(desk.tap(f"gave.{mid}")).note == "Say what it was, or what it cost."
    assert card(desk.tap(f"gave.{mid}.99999999999")).note == "Say what it was, or what it cost."


def test_a_kind_word_is_given_too() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    assert (
        given(desk, amount="0", what="a hand-written card") == "Noted: a hand-written card given."
    )
    assert fact(card(desk.turns[-1]), "Given") == "a hand-written card"
    desk.tap(f"gave.{desk.moment().id}.0")
    assert desk.memory.spent(CLERK.id, desk.moment().created) == 0


def test_nothing_is_given_where_it_was_withdrawn() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.press("Logged by mistake")
    assert "withdrawn" in card(desk.fill(f"gave.{mid}", {"amount": "5"})).note
    assert "withdrawn" in card(desk.tap(f"give.{mid}")).note
    assert not desk.memory.moments[mid].gifts
