"""A line typed becomes a moment."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from tests.fakes.desk import AGENT, BOSS, CLERK, FakeDesk, card, fact, labels, to_others

LINE = "guest 412 furious room not ready 2nd time platinum"


def test_one_line_gives_one_moment_with_what_was_read() -> None:
    desk = FakeDesk()
    turn = desk.say(LINE)
    (moment,) = turn.moments
    reading = moment.reading
    assert (reading.ref, reading.heat, reading.value, reading.repeat) == ("412", 2, "vip", True)
    assert moment.status == "open"
    assert [f.purpose for f in turn.follow_ups] == ["smot", "promise"]


def test_the_same_event_twice_is_one_moment() -> None:
    one, two = FakeDesk(), FakeDesk()
    assert one.say(LINE).moments[0].id == two.say(LINE).moments[0].id


def test_whoever_the_card_says_was_told_gets_a_card() -> None:
    turn = FakeDesk().say(LINE)
    assert "Marta Keller, duty manager, has been told" in fact(card(turn), "Told")
    assert [p.to.chat for p in to_others(turn)] == ["marta"]


def test_where_no_manager_is_at_work_the_card_says_how_to_reach_one() -> None:
    desk = FakeDesk()
    desk.say("off", BOSS)
    turn = desk.say(LINE)
    assert fact(card(turn), "Told") == ""
    assert "duty manager (dial 9)" in fact(card(turn), "Tell yourself")
    assert not to_others(turn)


def test_a_manager_is_not_told_of_her_own_line() -> None:
    turn = FakeDesk().say(LINE, BOSS)
    assert {p.to.chat for p in turn.posts} == {"marta"}
    assert fact(card(turn, BOSS), "Told") == ""


def test_whoever_has_the_duty_herself_need_not_tell_it_by_hand() -> None:
    desk = FakeDesk()
    cook = replace(CLERK, duties=("kitchen",))
    desk.memory.everybody[CLERK.id] = cook
    assert "kitchen" not in fact(card(desk.say("table 7 soup cold, guest upset")), "Tell yourself")


def test_somebody_of_the_duty_is_told_before_the_telephone() -> None:
    desk = FakeDesk()
    chef = replace(BOSS, id="karl", name="Karl Roth", role="staff", duties=("kitchen",))
    chef = replace(chef, address=replace(BOSS.address or CLERK.address, chat="karl"))  # type: ignore[type-var]
    desk.memory.everybody["karl"] = chef
    turn = desk.say("table 7 soup cold, guest upset")
    assert "Karl Roth, kitchen, has been told" in fact(card(turn), "Told")


def test_small_talk_is_set_aside_and_asked_about_by_nobody() -> None:
    turn = FakeDesk().say("hello how are you")
    assert turn.moments[0].status == "undone"
    assert all(f.state == "dropped" for f in turn.follow_ups)
    assert labels(card(turn)) == ["Log it after all"]


def test_logging_after_all_tells_and_asks_as_if_it_were_new() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    desk.press("Logged by mistake")
    desk.wait(minutes=40)
    turn = desk.press("Log it after all")
    moment = desk.moment(turn)
    assert moment.status == "open"
    assert moment.promised is not None
    assert moment.promised > desk.now
    assert {f.state for f in moment.follow_ups} == {"waiting"}
    assert [p.to.chat for p in to_others(turn)] == ["marta"]


def test_each_site_has_its_own_pack_clock_and_money() -> None:
    desk = FakeDesk()
    turn = desk.say("caller on order 88213 furious, parcel lost, third call", AGENT)
    assert turn.moments[0].suggestion.play.startswith("call_centre/")
    assert "£" in fact(card(turn, AGENT), "You may")
    due = turn.moments[0].follow_ups[0].due.astimezone(ZoneInfo("Europe/London"))
    assert f"at {due:%H:%M}" in fact(card(turn, AGENT), "I will ask")


def test_a_site_taken_out_of_the_house_falls_back_to_the_first() -> None:
    desk = FakeDesk()
    desk.memory.everybody[CLERK.id] = replace(CLERK, site="gone")
    assert desk.say(LINE).moments[0].site == "hotel"
