"""Correcting what was read, and another idea."""

from tests.fakes.desk import BOSS, FakeDesk, card, fact, labels, to_others

LINE = "guest 412 angry room not ready"


def test_a_corrected_kind_gives_a_new_card_in_place() -> None:
    desk = FakeDesk()
    moment = desk.say(LINE).moments[0]
    turn = desk.tap(f"kind.{moment.id}.slow")
    now = desk.moment(turn)
    assert (now.reading.kind, now.reading.confidence) == ("slow", 1.0)
    assert now.first_reading == moment.reading
    assert [p.slot for p in turn.posts if p.to.chat == "ana"] == [f"m:{moment.id}"]
    assert not turn.posts[0].fresh
    assert "You corrected the reading." in fact(card(turn), "Why this")


def test_the_first_reading_is_kept_through_further_corrections() -> None:
    desk = FakeDesk()
    moment = desk.say(LINE).moments[0]
    desk.tap(f"kind.{moment.id}.slow")
    desk.tap(f"heat.{moment.id}.2")
    assert desk.moment().first_reading == moment.reading
    assert desk.moment().reading.heat == 2


def test_the_third_moment_is_the_ultimate_one() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.tap(f"stage.{mid}.third")
    assert desk.moment().reading.stage == "umot"


def test_danger_said_by_a_person_is_told_at_once_and_money_ends() -> None:
    desk = FakeDesk()
    mid = desk.say("guest 301 wants to know when breakfast opens").moments[0].id
    turn = desk.tap(f"kind.{mid}.safety")
    assert [p.to.chat for p in to_others(turn)] == ["marta"]
    assert "No money" in fact(card(turn), "You may")
    assert "€" not in card(turn).plain()


def test_what_is_no_reading_is_said_to_whoever_pressed_and_changes_nothing() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    for word in ("kind.{}.nonsense", "stage.{}.nonsense", "heat.{}.7"):
        turn = desk.tap(word.format(mid), BOSS)
        assert "not known any more" in card(turn, BOSS).note
        assert not turn.moments
        assert {p.to.chat for p in turn.posts} == {"marta"}


def test_a_promise_of_the_wrong_card_is_not_pinged() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    assert desk.moment().promised
    desk.tap(f"kind.{mid}.praise")
    moment = desk.moment()
    assert moment.promised is None
    assert {f.purpose: f.state for f in moment.follow_ups}["promise"] == "dropped"
    desk.tap(f"kind.{mid}.unavailable")
    assert {f.purpose: f.state for f in desk.moment().follow_ups}["promise"] == "waiting"


def test_a_promise_made_stands_beside_a_later_one() -> None:
    desk = FakeDesk()
    desk.say("guest 233 furious shower leaks, told her plumber there in 30 minutes")
    promised = desk.moment().promised
    desk.press("Did it")
    desk.wait(minutes=5)
    desk.press("Not yet")
    assert desk.moment().promised == promised


def test_another_idea_shows_all_before_any_comes_round() -> None:
    desk = FakeDesk()
    seen = [desk.say(LINE).moments[0].suggestion.play]
    while len(seen) == len(set(seen)):
        desk.press("Another idea")
        seen.append(desk.moment().suggestion.play)
    assert len(seen) > 3
    again = seen[-1:]
    while len(again) == len(set(again)):
        desk.press("Another idea")
        again.append(desk.moment().suggestion.play)
    assert set(again) == set(seen)


def test_the_only_idea_is_said_to_be_the_only_one() -> None:
    desk = FakeDesk()
    mid = desk.say("someone collapsed in the lobby, bleeding").moments[0].id
    for _ in range(9):
        note = card(desk.tap(f"another.{mid}")).note
    assert note in ("Another idea.", "This is the one idea for it so far.")


def test_after_another_idea_it_is_open_again() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    desk.press("Did it")
    turn = desk.press("Not yet")
    assert desk.moment().status == "open"
    assert labels(card(turn))[0] == "Did it"
    assert card(turn).say


def test_nothing_is_corrected_once_it_is_settled() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.tap(f"smot.{mid}.recovered")
    for word in ("kind.{}.slow", "another.{}", "fix.{}", "ask.{}.4000"):
        turn = desk.tap(word.format(mid))
        assert not turn.moments
        assert "already noted" in card(turn).note


def test_a_corrected_reading_of_what_was_withdrawn_books_nothing() -> None:
    desk = FakeDesk()
    mid = desk.say("guest 305 says thank you").moments[0].id
    desk.press("Logged by mistake")
    turn = desk.tap(f"kind.{mid}.safety")
    assert not turn.follow_ups
    assert not to_others(turn)
