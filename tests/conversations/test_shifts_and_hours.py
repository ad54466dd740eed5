"""When people may be asked, and who is there to be asked."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.conversations import team
from bot.conversations.hours import last_time_before, may_ask, next_time, on_shift, within
from bot.conversations.schedule import smot_time, umot_time
from playbooks.engine.schema import Hours, Site
from tests.fakes.desk import BOSS, CLERK, NOON, OTHER, FakeDesk, card, fact, library

DAY = Hours(time(8), time(20))
ALWAYS = Hours(time(0), time(0))


def site(working: Hours = DAY, quiet: Hours | None = None) -> Site:
    return replace(library().house.sites["hotel"], working=working, quiet=quiet)


def utc(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_hours_may_hold_midnight_and_equal_ends_mean_always() -> None:
    night = Hours(time(22), time(6))
    assert within(night, time(23))
    assert within(night, time(5, 59))
    assert not within(night, time(6))
    assert within(ALWAYS, time(4))
    assert not within(DAY, time(20))


def test_open_is_not_enough_in_quiet_hours() -> None:
    hotel = site(ALWAYS, Hours(time(23), time(7)))
    assert may_ask(hotel, utc(11, 18, 12))
    assert not may_ask(hotel, utc(11, 18, 22, 30))
    assert next_time(hotel, utc(11, 18, 23)) == utc(11, 19, 6)


def test_the_first_time_is_now_where_now_is_allowed() -> None:
    assert next_time(site(), NOON) == NOON


def test_a_site_that_is_never_open_is_asked_all_the_same() -> None:
    never = site(DAY, DAY)
    assert next_time(never, NOON) == NOON


def test_in_spring_the_site_opens_an_hour_earlier_on_the_utc_line() -> None:
    assert next_time(site(), utc(3, 28, 20)) == utc(3, 29, 6)
    assert next_time(site(), utc(3, 27, 20)) == utc(3, 28, 7)


def test_in_autumn_the_site_opens_an_hour_later_on_the_utc_line() -> None:
    assert next_time(site(), utc(10, 24, 20)) == utc(10, 25, 7)
    assert next_time(site(), utc(10, 23, 20)) == utc(10, 24, 6)


def test_the_hour_left_out_in_spring_is_no_gap() -> None:
    early = site(Hours(time(2, 30), time(20)))
    assert next_time(early, utc(3, 29, 0, 30)) == utc(3, 29, 1)


def test_the_hour_repeated_in_autumn_is_open_both_times() -> None:
    early = site(Hours(time(2), time(3)))
    assert may_ask(early, utc(10, 25, 0, 30))
    assert may_ask(early, utc(10, 25, 1, 30))


def test_the_later_question_is_asked_at_ten_on_both_sides_of_a_clock_change() -> None:
    for start, due in ((utc(3, 28, 12), utc(3, 30, 8)), (utc(10, 24, 12), utc(10, 26, 9))):
        desk = FakeDesk(now=start)
        moment = desk.say("guest 412 angry room not ready").moments[0]
        plan = replace(moment.suggestion.follow_up, umot=2)
        asked = replace(moment, suggestion=replace(moment.suggestion, follow_up=plan))
        assert umot_time(desk.world, desk.world.site("hotel"), asked) == due


def test_what_would_fall_into_the_night_is_asked_before_it() -> None:
    shop = site()
    assert last_time_before(shop, utc(11, 18, 19, 30), utc(11, 18, 18)) == utc(11, 18, 18, 40)
    assert last_time_before(shop, utc(11, 18, 22), utc(11, 18, 21)) is None


def test_nobody_is_asked_whether_it_was_put_right_before_the_time_promised() -> None:
    desk = FakeDesk(now=utc(11, 18, 20, 30))
    moment = desk.say("guest 412 angry room not ready").moments[0]
    late = replace(moment, promised=utc(11, 18, 22, 30))
    due = smot_time(desk.world, desk.world.site("hotel"), late)
    assert due == utc(11, 19, 6)


def test_a_question_never_comes_in_quiet_hours_even_if_it_was_booked_there() -> None:
    desk = FakeDesk()
    mid = desk.say("guest 305 upset, breakfast was cold").moments[0].id
    row = desk.memory.rows[f"{mid}:smot"]
    desk.memory.rows[row.id] = replace(row, due=utc(11, 18, 23))
    desk.memory._load(mid)
    desk.now = utc(11, 18, 23)
    assert not [p for t in desk.run_due() for p in t.posts]
    assert desk.memory.rows[row.id].due == utc(11, 19, 6)


def test_what_she_said_of_her_shift_counts_fourteen_hours() -> None:
    hotel = site()
    gone = replace(CLERK, shift="off", shift_at=NOON)
    assert not on_shift(gone, hotel, NOON + timedelta(minutes=1))
    assert on_shift(gone, hotel, NOON + timedelta(hours=21))
    here = replace(CLERK, shift="on", shift_at=NOON)
    assert on_shift(here, hotel, NOON + timedelta(hours=9))
    assert not on_shift(CLERK, hotel, NOON + timedelta(hours=9))
    assert not on_shift(replace(here, active=False), hotel, NOON)


def test_the_duty_manager_is_asked_before_any_other() -> None:
    desk = FakeDesk()
    duty = replace(BOSS, id="zoe", name="Zoe Zander", duties=("duty_manager",))
    desk.memory.everybody["zoe"] = duty
    hotel = desk.world.site("hotel")
    assert team.approver(desk.world, hotel) == duty
    assert team.holder(desk.world, hotel, "duty_manager", "zoe") == BOSS


def test_a_colleague_at_the_desk_stands_in_before_a_manager_and_never_a_trainer() -> None:
    desk = FakeDesk()
    hotel = desk.world.site("hotel")
    assert team.stand_in(desk.world, hotel, "ana") == OTHER
    desk.say("off", OTHER)
    assert team.stand_in(desk.world, hotel, "ana") == BOSS
    desk.say("off", BOSS)
    assert team.stand_in(desk.world, hotel, "ana") is None


def test_where_nobody_is_at_work_the_question_waits() -> None:
    desk = FakeDesk()
    desk.say("guest 305 upset, breakfast was cold")
    for person in (CLERK, OTHER, BOSS):
        desk.say("off", person)
    desk.wait(hours=2)
    assert not [p for t in desk.run_due() for p in t.posts]
    assert desk.moment().person == "ana"
    desk.say("on")
    desk.wait(minutes=35)
    assert card(desk.run_due()[0]).title == "305: was it put right?"


def test_whoever_stands_in_has_it_from_then_on_with_her_own_limit() -> None:
    desk = FakeDesk()
    mid = desk.say("guest 305 upset, breakfast was cold").moments[0].id
    desk.press("Did it")
    desk.say("off")
    desk.say("off", OTHER)
    desk.wait(hours=2)
    turn = desk.run_due()[0]
    moment = desk.memory.moments[mid]
    assert (moment.person, moment.address.chat, moment.before) == ("marta", "marta", None)
    assert moment.suggestion.authority.limit == 25000
    assert fact(card(turn, BOSS), "From") == "Ana Weber, who logged it."


def test_the_question_of_somebody_who_left_goes_to_a_colleague() -> None:
    desk = FakeDesk()
    mid = desk.say("guest 305 upset, breakfast was cold").moments[0].id
    del desk.memory.everybody["ana"]
    desk.wait(hours=2)
    turn = desk.run_due()[0]
    assert fact(card(turn, OTHER), "From") == "a colleague, who logged it."
    assert desk.memory.moments[mid].person == "bo"


def test_what_stays_with_whoever_went_home_has_no_buttons() -> None:
    desk = FakeDesk()
    desk.say("guest 305 upset, breakfast was cold")
    desk.wait(hours=2)
    desk.run_due()
    desk.say("off")
    desk.wait(hours=3)
    turn = desk.run_due()[0]
    assert card(turn).title == "305: Bo Lindt has been asked instead"
    assert not card(turn).buttons


def test_a_night_shift_does_not_get_two_days_money_at_midnight() -> None:
    desk = FakeDesk(now=utc(11, 18, 1))
    hotel = desk.world.site("hotel")
    assert desk.world.day_start(hotel) == utc(11, 17, 4)
    desk.now = utc(11, 18, 4)
    assert desk.world.day_start(hotel) == utc(11, 18, 4)
