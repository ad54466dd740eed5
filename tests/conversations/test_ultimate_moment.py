"""The ultimate moment of truth: what they told others."""

from dataclasses import replace

import pytest

from tests.fakes.desk import FakeDesk, card, cards, fact, labels

LINE = "guest 412 angry room not ready"


def settled(line: str = LINE) -> tuple[FakeDesk, str]:
    desk = FakeDesk()
    mid = desk.say(line).moments[0].id
    desk.tap(f"smot.{mid}.recovered")
    return desk, mid


def asked() -> tuple[FakeDesk, str]:
    desk, mid = settled()
    desk.now = desk.memory.rows[f"{mid}:umot"].due
    assert desk.run_due()
    return desk, mid


def test_it_is_asked_some_days_later_in_the_morning() -> None:
    desk, mid = settled()
    later = next(f for f in desk.memory.moments[mid].follow_ups if f.purpose == "umot")
    local = later.due.astimezone(desk.world.local(desk.world.site("hotel")).tzinfo)
    assert (local.hour, local.minute) == (10, 0)
    assert later.due > desk.now


@pytest.mark.parametrize("result", ["promoter", "passive", "detractor", "none", "left", "unknown"])
def test_each_answer_closes_it(result: str) -> None:
    desk, mid = asked()
    moment = desk.moment(desk.tap(f"umot.{mid}.{result}"))
    assert moment.status == "closed"
    assert moment.umot is not None
    assert moment.umot.result == result
    assert {f.state for f in moment.follow_ups} == {"done"}


def test_what_was_told_before_we_asked_is_noted_at_once() -> None:
    desk, _ = settled()
    turn = desk.press("They told others")
    assert turn.posts[0].fresh
    assert labels(card(turn)) == ["Recommends us", "So-so", "Warns others"]
    desk.press("Recommends us")
    assert desk.moment().status == "closed"


def test_there_is_nothing_to_tell_before_it_is_settled() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    assert "not known any more" in str(card(desk.tap(f"told.{mid}")).note)
    assert "still open" in card(desk.tap(f"umot.{mid}.promoter")).note
    assert not desk.memory.moments[mid].umot


def test_a_link_has_to_be_one() -> None:
    desk, mid = asked()
    desk.press("Recommends us")
    desk.press("I saw it")
    turn = desk.fill(f"detail.{mid}.umot", {"link": "javascript:alert(1)", "rating": "9"})
    assert "has to start with https://" in cards(turn)[0].note
    assert desk.memory.moments[mid].umot is not None
    desk.fill(f"detail.{mid}.umot", {"link": "https://reviews.example/1", "rating": "5"})
    outcome = desk.memory.moments[mid].umot
    assert outcome is not None
    assert (outcome.link, outcome.rating) == ("https://reviews.example/1", 5)


def test_it_is_noted_once_and_only_as_offered() -> None:
    desk, mid = asked()
    assert "not known any more" in card(desk.tap(f"umot.{mid}.delighted")).note
    desk.press("Warns others", desk.turns[-2])
    turn = desk.tap(f"umot.{mid}.promoter")
    assert card(turn).note == "Already noted."
    assert not turn.moments


def test_where_the_play_never_asks_it_is_closed_once_settled() -> None:
    desk = FakeDesk()
    moment = desk.say(LINE).moments[0]
    plan = replace(moment.suggestion.follow_up, umot=0)
    suggestion = replace(moment.suggestion, follow_up=plan)
    desk.memory.moments[moment.id] = replace(moment, suggestion=suggestion)
    turn = desk.tap(f"smot.{moment.id}.recovered")
    assert desk.moment(turn).status == "closed"
    assert fact(card(turn), "I will ask") == ""


def test_opened_again_after_it_was_told_it_is_not_asked_a_second_time() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.tap(f"smot.{mid}.partly")
    desk.tap(f"told.{mid}")
    desk.tap(f"umot.{mid}.detractor")
    desk.press("Try again")
    desk.tap(f"smot.{mid}.recovered")
    moment = desk.memory.moments[mid]
    assert moment.status == "closed"
    assert {f.state for f in moment.follow_ups} <= {"done", "dropped"}
