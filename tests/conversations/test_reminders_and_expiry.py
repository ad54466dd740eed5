"""Two reminders at most, then silence; after fourteen days it is noted as not known."""

from datetime import timedelta

from bot.conversations.flow import handle
from bot.conversations.types import Due
from tests.fakes.desk import FakeDesk, card, fact

LINE = "guest 305 upset, breakfast was cold"


def run(desk: FakeDesk, days: float) -> list[str]:
    """Titles of what was posted in that time, each asked when it is due."""
    titles: list[str] = []
    end = desk.now + timedelta(days=days)
    while (due := desk.next_due()) is not None and due <= end:
        desk.now = max(due, desk.now)
        titles += [p.card.title for t in desk.run_due() for p in t.posts]
    desk.now = end
    return titles


def test_it_is_asked_once_and_reminded_twice() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    titles = run(desk, 13)
    assert titles.count("305: was it put right?") == 3


def test_a_reminder_is_seen_below_everything_else() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    run(desk, 1)
    posts = [p for t in desk.turns for p in t.posts if p.slot.endswith("smot")]
    assert [p.fresh for p in posts] == [False, True, True]
    assert len({p.slot for p in posts}) == 1


def test_after_fourteen_days_it_is_not_known_and_nothing_is_asked_any_more() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    titles = run(desk, 15)
    assert titles[-1] == "305: not known"
    moment = desk.memory.moments[mid]
    assert moment.status == "closed"
    assert moment.smot is not None
    assert (moment.smot.result, moment.smot.by) == ("unknown", "")
    assert run(desk, 3) == []
    assert card(desk.tap(f"undo.{mid}")).note.startswith("This moment is closed")


def test_a_machine_that_stood_still_for_weeks_asks_nothing_late() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.wait(days=20)
    assert not [p for t in desk.run_due() for p in t.posts]
    assert desk.memory.moments[mid].status == "closed"


def test_the_later_question_expires_too() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.tap(f"smot.{mid}.recovered")
    titles = run(desk, 25)
    assert titles.count("305: what do they say about us?") == 3
    outcome = desk.memory.moments[mid].umot
    assert outcome is not None
    assert outcome.result == "unknown"


def test_snoozing_is_counted_and_asked_anew() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    desk.wait(hours=2)
    desk.run_due()
    turn = desk.press("In 30 min")
    asked = next(f for f in turn.follow_ups)
    assert (asked.state, asked.snoozes, asked.due) == (
        "waiting", 1, desk.now + timedelta(minutes=30),
    )  # fmt: skip
    assert card(turn).title == "305: I will ask again at 15:30"
    assert fact(card(desk.tap(f"show.{desk.moment().id}")), "I will ask").startswith("at 15:30")


def test_a_snooze_never_falls_into_quiet_hours() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.wait(hours=9, minutes=30)
    desk.run_due()
    turn = desk.tap(f"snooze.{mid}.smot.60")
    assert card(turn).title == "305: I will ask again tomorrow at 07:00"


def test_a_snooze_of_any_other_length_is_an_hour() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    turn = desk.tap(f"snooze.{mid}.nonsense.7")
    assert turn.posts[0].slot == f"f:{mid}:smot"
    assert turn.follow_ups[0].due == desk.now + timedelta(hours=1)


def test_the_later_question_can_wait_as_well_and_a_promise_cannot() -> None:
    desk = FakeDesk()
    mid = desk.say("guest 412 angry room not ready").moments[0].id
    assert not desk.tap(f"snooze.{mid}.promise.30").follow_ups
    desk.tap(f"smot.{mid}.recovered")
    assert desk.tap(f"snooze.{mid}.umot.day").follow_ups[0].purpose == "umot"
    assert "not known any more" in card(desk.tap(f"snooze.{mid}.smot.30")).note


def test_a_snooze_past_the_end_is_not_promised() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.wait(hours=2)
    desk.run_due()
    desk.wait(days=13, hours=12)
    turn = desk.tap(f"snooze.{mid}.smot.day")
    assert "too late to ask" in card(turn).note
    assert not turn.follow_ups


def test_what_no_longer_matters_posts_nothing() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    row = desk.memory.rows[f"{mid}:smot"]
    early = handle(Due("k", desk.now, row.id, mid), desk.memory.moments[mid], desk.world)
    assert not early.posts
    desk.press("Logged by mistake")
    desk.wait(days=1)
    late = handle(Due("k2", desk.now, row.id, mid), desk.memory.moments[mid], desk.world)
    assert not late.posts
    assert not late.moments
    assert handle(Due("k3", desk.now, "x:smot", "x"), None, desk.world).posts == ()
    assert handle(Due("k4", desk.now, "x:y", mid), desk.memory.moments[mid], desk.world).posts == ()
