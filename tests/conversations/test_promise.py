"""A time promised: pinged before it lapses, kept, or moved in time."""

from dataclasses import replace
from datetime import timedelta

from bot.conversations.schedule import ping_time
from tests.fakes.desk import NOON, OTHER, FakeDesk, card, fact, labels

LINE = "guest 233 furious shower leaks, told her plumber there in 30 minutes"


def pinged(line: str = LINE) -> tuple[FakeDesk, str]:
    desk = FakeDesk()
    mid = desk.say(line).moments[0].id
    desk.wait(minutes=24)
    assert desk.run_due()
    return desk, mid


def test_the_ping_comes_a_fifth_before_and_two_to_ten_minutes_ahead() -> None:
    for span, ahead in ((5, 2), (30, 6), (600, 10), (1, 1)):
        promised = NOON + timedelta(minutes=span)
        assert promised - ping_time(NOON, promised) == timedelta(minutes=ahead)


def test_a_promise_nearer_than_two_minutes_is_not_pinged() -> None:
    desk = FakeDesk()
    desk.say("guest 233 furious shower leaks, told her plumber there in 2 minutes")
    assert [f.purpose for f in desk.moment().follow_ups] == ["smot"]
    assert "I remind you" not in fact(card(desk.turns[-1]), "Promise")


def test_the_ping_says_how_long_is_left() -> None:
    desk, _ = pinged()
    shown = card(desk.turns[-1])
    assert shown.title == "233: your promise is due in 6 minutes"
    assert labels(shown) == ["Kept", "15 min more", "Get help"]


def test_a_ping_that_comes_late_says_so() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    desk.wait(minutes=40)
    desk.run_due()
    pings = [c for t in desk.turns[1:] for c in [p.card for p in t.posts] if "promise" in c.title]
    assert pings[0].title == "233: your promise was due 13:30"
    assert pings[0].note.startswith("It is late")


def test_kept_ends_it_and_counts_as_the_first_answer() -> None:
    desk, mid = pinged()
    desk.press("Kept")
    moment = desk.moment()
    assert (moment.status, moment.answered) == ("acted", desk.now)
    assert {f.purpose: f.state for f in moment.follow_ups}["promise"] == "done"
    assert card(desk.tap(f"kept.{mid}")).title == "233: already answered"


def test_more_time_moves_the_promise_the_question_and_the_words() -> None:
    desk, _ = pinged()
    desk.press("15 min more")
    moment = desk.moment()
    assert moment.promised == desk.now + timedelta(minutes=15)
    due = {f.purpose: f.due for f in moment.follow_ups}
    assert due["promise"] < moment.promised
    assert due["smot"] >= moment.promised + timedelta(minutes=15)
    assert "13:39" in fact(card(desk.turns[-1]), "Promise")
    assert "13:30" not in card(desk.turns[-1]).plain()
    assert moment.notes[-1].text == "promise moved by 15 min"


def test_thirty_minutes_more_is_behind_more() -> None:
    desk, _ = pinged()
    desk.press("30 min more")
    assert desk.moment().promised == desk.now + timedelta(minutes=30)


def test_a_moved_promise_can_be_taken_back() -> None:
    desk, _ = pinged()
    was = desk.moment().promised
    desk.press("15 min more")
    desk.press("Undo")
    assert desk.moment().promised == was


def test_a_promise_is_not_moved_once_it_is_settled_or_where_there_is_none() -> None:
    desk, mid = pinged()
    desk.tap(f"smot.{mid}.recovered")
    assert card(desk.tap(f"later.{mid}.15")).title == "233: no longer open"
    desk.say("guest 305 says thank you")
    other = desk.moment().id
    assert "no longer open" in card(desk.tap(f"later.{other}.15")).title


def test_a_ping_is_not_repeated() -> None:
    desk, _ = pinged()
    desk.wait(days=20)
    shown = [p.card.title for t in desk.run_due() for p in t.posts]
    assert not [title for title in shown if "your promise" in title]


def test_a_promise_goes_to_whoever_is_on_when_she_has_gone() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    desk.say("off")
    desk.wait(minutes=24)
    turn = desk.run_due()[0]
    assert {p.to.chat for p in turn.posts} == {"bo"}
    assert fact(card(turn, OTHER), "From") == "Ana Weber, who logged it."


def test_a_promise_of_three_weeks_is_asked_about_after_it_not_noted_as_unknown() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    moment = desk.memory.moments[mid]
    far = NOON + timedelta(days=21)
    desk.memory.moments[mid] = replace(moment, promised=far)
    for row in list(desk.memory.rows.values()):
        desk.memory.rows[row.id] = replace(row, due=far + timedelta(minutes=15))
    desk.memory._load(mid)
    desk.wait(days=21, minutes=20)
    asked = [p.card.title for t in desk.run_due() for p in t.posts]
    assert "233: was it put right?" in asked
    assert desk.memory.moments[mid].smot is None


def test_a_missed_promise_typed_by_the_guest_is_no_timer() -> None:
    desk = FakeDesk()
    moment = desk.say("guest 412 furious, promised the room by 11:00, still not ready").moments[0]
    assert moment.promised is None or moment.promised > desk.now


def test_a_ping_handed_over_reaches_the_other_one_before_the_time() -> None:
    desk, mid = pinged()
    turn = desk.tap(f"handto.{mid}.bo")
    promised = desk.moment(turn).promised
    assert promised is not None
    ping = next(f for f in turn.follow_ups if f.purpose == "promise")
    assert (ping.person, ping.state) == ("bo", "waiting")
    assert ping.due < promised
