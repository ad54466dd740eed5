"""Whether a line is about a customer whose moment is still open."""

from tests.fakes.desk import BOSS, CLERK, OTHER, FakeDesk, card, fact, labels, to_others

LINE = "guest 412 angry room not ready"


def test_the_same_reference_is_added_to_the_open_moment() -> None:
    desk = FakeDesk()
    first = desk.say(LINE).moments[0].id
    turn = desk.say("412 still waiting and shouting now")
    assert [m.id for m in turn.moments] == [first]
    assert turn.posts[0].fresh
    assert card(turn).note == "Added to 412."
    assert "still waiting" in desk.moment().notes[0].text


def test_heat_and_repeat_only_grow() -> None:
    desk = FakeDesk()
    desk.say("guest 412 furious room not ready 2nd time")
    desk.say("412 is calm again, still no room")
    assert desk.moment().reading.heat == 2
    assert desk.moment().reading.repeat


def test_danger_stays_danger_whatever_is_added() -> None:
    desk = FakeDesk()
    desk.say("guest 412 fell in the shower, bleeding")
    desk.say("412 waiting for an hour, room not ready, furious")
    assert desk.moment().reading.kind == "safety"


def test_a_failure_after_something_was_done_is_a_second_failure() -> None:
    desk = FakeDesk()
    shown = desk.say(LINE).moments[0].suggestion.play
    desk.press("Did it")
    desk.say("412 angry again, room still not ready")
    moment = desk.moment()
    assert (moment.status, moment.failures, moment.reading.repeat) == ("open", 1, True)
    assert moment.suggestion.play != shown


def test_a_nod_after_something_was_done_is_no_second_failure() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    desk.press("Did it")
    desk.say("412 ok")
    assert (desk.moment().status, desk.moment().failures) == ("acted", 0)


def test_a_colleagues_line_reaches_whoever_has_the_moment() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    turn = desk.say("412 has called down again, shouting", OTHER)
    assert card(turn).note == "Bo Lindt added a line."
    assert desk.moment().person == CLERK.id


def test_a_managers_line_leaves_the_clerk_her_own_limit() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    turn = desk.say("412 furious now, platinum, second time this stay", BOSS)
    assert desk.moment().suggestion.authority.limit == 4000
    assert "€250" not in fact(card(turn), "You may")


def test_a_question_of_an_angry_guest_is_asked_about() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    turn = desk.say("guest 412 wants to know when breakfast opens")
    assert len(desk.memory.moments) == 2
    assert "Same as 412" in labels(card(turn))
    assert len(labels(card(turn))) == 3


def test_a_line_that_goes_on_without_a_name_is_asked_about_only_for_ten_minutes() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    desk.wait(minutes=11)
    turn = desk.say("still no key and now the lift is out of order")
    assert "Same as 412" not in labels(card(turn))


def test_a_name_of_yesterday_is_a_new_moment_and_a_second_failure() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    desk.wait(hours=25)
    turn = desk.say("guest 412 angry, no towels")
    assert len(desk.memory.moments) == 2
    assert turn.moments[0].failures == 1


def test_joining_moves_the_line_the_gifts_and_the_tells() -> None:
    desk = FakeDesk()
    first = desk.say(LINE).moments[0].id
    second = desk.say("still furious, 2nd time, wants the manager, lawyer").moments[0].id
    desk.fill(f"gave.{second}", {"amount": "10", "what": "a drink"})
    turn = desk.tap(f"same.{second}.{first}")
    whole, gone = desk.memory.moments[first], desk.memory.moments[second]
    assert [g.what for g in whole.gifts] == ["a drink"]
    assert (gone.status, gone.joined, gone.gifts) == ("undone", first, ())
    assert desk.memory.spent(CLERK.id, gone.created) == 1000
    assert all(p.to.chat != "marta" or p.card.title for p in turn.posts)
    told = {t.person for t in whole.told if t.person}
    assert told <= {p.to.chat for p in to_others(turn)}
    assert "stands in the other moment" in card(desk.tap(f"keep.{second}")).note


def test_a_line_not_read_as_a_moment_can_be_added_to_the_open_one() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    desk.say("ok")
    desk.press("Add to 412")
    assert [n.text for n in desk.memory.moments[desk.turns[0].moments[0].id].notes] == ["ok"]


def test_a_line_is_only_noted_with_a_moment_that_is_settled() -> None:
    desk = FakeDesk()
    first = desk.say(LINE).moments[0].id
    desk.tap(f"smot.{first}.recovered")
    second = desk.say("lobby guest upset about the music").moments[0].id
    desk.tap(f"same.{second}.{first}")
    assert desk.memory.moments[first].status == "settled"
    assert len(desk.memory.moments[first].notes) == 1


def test_what_was_withdrawn_takes_no_lines() -> None:
    desk = FakeDesk()
    first = desk.say(LINE).moments[0].id
    desk.press("Logged by mistake")
    second = desk.say("lobby guest upset about the music").moments[0].id
    assert "was withdrawn" in card(desk.tap(f"same.{second}.{first}")).note
    assert "cannot be added" in card(desk.tap(f"same.{second}.{second}")).note
    assert desk.memory.moments[second].status == "open"


def test_another_customers_line_is_taken_out_whole() -> None:
    desk = FakeDesk()
    first = desk.say(LINE).moments[0].id
    desk.say("412 promised a bottle in 20 minutes, guest furious")
    turn = desk.press("It is another customer")
    rest, new = (desk.memory.moments[m.id] for m in turn.moments)
    assert (rest.id, rest.notes, rest.reading.heat) == (first, (), 1)
    assert new.reading.ref == ""
    told = {t.person for t in new.told if t.person}
    assert told <= {p.to.chat for p in turn.posts}
    assert "no added line" in card(desk.tap(f"split.{first}")).note


def test_a_second_failure_typed_in_is_news_to_the_manager() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    desk.press("Did it")
    told = to_others(desk.say("412 angry again, room still not ready"))[0]
    assert (told.to.chat, told.fresh) == ("marta", True)
    assert "still not ready" in fact(told.card, "Line")
