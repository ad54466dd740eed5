"""Help, and the moment in other hands."""

from dataclasses import replace

from tests.fakes.desk import (
    BOSS,
    CLERK,
    OTHER,
    TRAINER,
    FakeDesk,
    card,
    cards,
    fact,
    labels,
    to_others,
)

LINE = "guest 305 upset, breakfast was cold"


def test_help_reaches_a_manager_below_everything_else() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    turn = desk.press("Get help")
    (post,) = to_others(turn)
    assert (post.to.chat, post.lane, post.fresh) == ("marta", "live", True)
    assert post.card.title.startswith("Ana needs you now: 305")
    assert desk.moment().answered == desk.now


def test_where_nobody_can_come_the_card_says_what_to_do() -> None:
    desk = FakeDesk()
    desk.say("off", BOSS)
    desk.say(LINE)
    turn = desk.press("Get help")
    assert card(turn).note == "No manager is at work in Fifteen just now: dial 9."
    assert not turn.moments


def test_the_clerk_sees_at_once_who_is_coming() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    help_turn = desk.press("Get help")
    desk.wait(minutes=20)
    turn = desk.press("I am coming", help_turn, BOSS)
    news = next(p for p in turn.posts if p.to.chat == "ana")
    assert news.card.note == "Marta Keller is coming."
    assert news.fresh
    desk.wait(minutes=20)
    asked_again = desk.tap(f"help.{mid}")
    assert "I am coming" in labels(to_others(asked_again)[0].card)


def test_seen_is_shown_and_not_offered_again() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    help_turn = desk.press("Get help")
    turn = desk.press("Seen", help_turn, BOSS)
    assert labels(card(turn, BOSS)) == ["I am coming"]
    assert "has seen it (13:00)" in fact(card(turn), "Told")


def test_whoever_comes_unasked_is_named_too() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.tap(f"coming.{mid}", OTHER)
    assert "Bo Lindt, colleague, is coming" in fact(card(desk.tap(f"show.{mid}")), "Told")


def test_the_other_one_gets_the_whole_card_and_the_questions() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.press("Hand over")
    turn = desk.press("Bo Lindt")
    moment = desk.moment(turn)
    assert (moment.person, moment.address.chat, moment.before) == ("bo", "bo", None)
    assert {f.person for f in turn.follow_ups} == {"bo"}
    assert card(turn).title == "305: handed to Bo Lindt"
    assert not card(turn).buttons
    assert card(turn, OTHER).note == "Now yours, from Ana Weber."
    assert "already with Bo Lindt" in card(desk.tap(f"handto.{mid}.bo", OTHER), OTHER).note


def test_a_question_already_asked_goes_along() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.wait(hours=2)
    desk.run_due()
    menu = desk.press("Hand over")
    assert menu.posts[0].slot == f"f:{mid}:smot"
    back = desk.press("Back")
    assert card(back).title == "305: was it put right?"
    turn = desk.tap(f"handto.{mid}.bo")
    slots = {p.slot for p in turn.posts if p.to.chat == "ana"}
    assert slots == {f"m:{mid}", f"f:{mid}:smot", f"f:{mid}:promise"}
    (asked,) = [f for f in turn.follow_ups if f.purpose == "smot"]
    assert (asked.state, asked.reminders, asked.person) == ("waiting", 0, "bo")


def test_in_other_hands_it_is_another_limit() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.press("Get help")
    turn = desk.tap(f"handto.{mid}.marta", BOSS)
    assert desk.moment(turn).suggestion.authority.limit == 25000
    assert card(turn, BOSS).note == "Now yours, you took it over."
    told = next(c for c in cards(turn, BOSS) if c.title.startswith("You should know"))
    assert fact(told, "You") == "have taken it over."
    assert not told.buttons


def test_a_manager_hands_it_from_one_to_another() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    turn = desk.tap(f"handto.{mid}.bo", BOSS)
    assert card(turn, BOSS).title == "305: handed to Bo Lindt"


def test_it_goes_to_nobody_who_cannot_take_it() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.memory.everybody[OTHER.id] = replace(OTHER, address=None)
    for who in ("bo", "tom", "lee", "nobody", ""):
        assert "cannot take it" in card(desk.tap(f"handto.{mid}.{who}")).note
    desk.memory.everybody[OTHER.id] = replace(OTHER, active=False)
    assert "cannot take it" in card(desk.tap(f"handto.{mid}.bo")).note


def test_where_nobody_else_is_here_the_menu_says_so() -> None:
    desk = FakeDesk()
    for who in (OTHER, BOSS):
        desk.say("off", who)
    mid = desk.say(LINE).moments[0].id
    menu = card(desk.tap(f"hand.{mid}"))
    assert menu.note.startswith("Nobody else of this site is at work")
    assert labels(menu) == ["Back"]
    assert TRAINER.name not in str(menu)


def test_many_colleagues_stand_behind_more() -> None:
    desk = FakeDesk()
    for n in range(12):
        person = replace(OTHER, id=f"p{n}", name=f"Person {n}")
        desk.memory.everybody[person.id] = person
    mid = desk.say(LINE).moments[0].id
    menu = card(desk.tap(f"hand.{mid}"))
    assert len(labels(menu)) == 4
    assert len(menu.buttons) == 9


def test_what_was_withdrawn_calls_nobody() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.press("Logged by mistake")
    for word, who in (("help", CLERK), ("hand", CLERK), ("seen", BOSS), ("handto", BOSS)):
        turn = desk.tap(f"{word}.{mid}" + (".bo" if word == "handto" else ""), who)
        assert "withdrawn" in card(turn, who).note
        assert {p.to.chat for p in turn.posts} == {who.id}


def test_by_hand_is_struck_out_once_somebody_has_been_told() -> None:
    desk = FakeDesk()
    desk.say("off", BOSS)
    mid = desk.say("guest 412 furious room not ready 2nd time").moments[0].id
    desk.say("on", BOSS)
    shown = card(desk.tap(f"help.{mid}"))
    assert "Marta Keller" in fact(shown, "Told")
    assert "duty manager" not in fact(shown, "Tell yourself")


def test_whoever_is_on_the_way_is_not_called_a_second_time() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.press("Get help")
    desk.press("I am coming", who=BOSS)
    turn = desk.tap(f"help.{mid}")
    assert card(turn).note == "Marta Keller has said they are coming."
    assert not to_others(turn)


def test_a_colleague_notes_a_gift_for_somebody_who_has_left() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    del desk.memory.everybody["ana"]
    turn = desk.fill(f"gave.{mid}", {"amount": "5", "what": "a drink"}, OTHER)
    assert desk.moment(turn).gifts[0].by == "bo"


def test_one_colleague_with_two_duties_is_told_once() -> None:
    desk = FakeDesk()
    desk.memory.everybody["marta"] = replace(BOSS, duties=("duty_manager", "security"))
    turn = desk.say("someone collapsed in the lobby, bleeding")
    assert fact(card(turn), "Told").count("Marta Keller") == 1
    assert len(to_others(turn)) == 1
