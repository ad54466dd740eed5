"""One step back, without loose ends."""

from tests.fakes.desk import BOSS, CLERK, FakeDesk, card, cards, labels, to_others

LINE = "guest 412 angry room not ready"


def test_the_last_step_is_taken_back() -> None:
    desk = FakeDesk()
    was = desk.say(LINE).moments[0]
    desk.press("Did it")
    turn = desk.press("Undo")
    assert card(turn).note == "Taken back."
    assert (desk.moment().status, desk.moment().before) == ("open", None)
    assert desk.moment().follow_ups == was.follow_ups


def test_with_no_step_left_the_whole_moment_is_withdrawn_and_whoever_was_told_knows() -> None:
    desk = FakeDesk()
    desk.say("guest 412 furious room not ready 2nd time platinum")
    turn = desk.press("Logged by mistake")
    assert desk.moment().status == "undone"
    assert {f.state for f in desk.moment().follow_ups} == {"dropped"}
    (told,) = to_others(turn)
    assert told.card.title == "Withdrawn: 412"
    assert "logged it by mistake" in told.card.note


def test_an_answer_taken_back_is_asked_again_where_it_was_asked() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    desk.press("Did it")
    desk.wait(hours=2)
    desk.run_due()
    desk.press("Not put right")
    turn = desk.press("Undo")
    question = next(c for c in cards(turn) if c.title == "412: was it put right?")
    assert labels(question) == ["Put right", "Partly", "Not put right"]
    assert desk.moment().smot is None


def test_an_answer_given_before_the_question_leaves_nothing_to_be_read() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    desk.press("Did it")
    desk.press("Put right")
    turn = desk.press("Undo")
    assert {c.title for c in cards(turn)} > {"412: taken back"}
    assert desk.moment().status == "acted"


def test_the_later_answer_is_taken_back_too() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.tap(f"smot.{mid}.recovered")
    desk.tap(f"told.{mid}")
    desk.tap(f"umot.{mid}.promoter")
    turn = desk.tap(f"undo.{mid}")
    assert desk.moment().status == "settled"
    assert any(c.title == "412: what do they say about us?" for c in cards(turn))


def test_a_question_whose_time_passed_meanwhile_still_comes() -> None:
    desk = FakeDesk()
    mid = desk.say("guest 305 upset, breakfast was cold").moments[0].id
    desk.press("Did it")
    desk.wait(hours=2)
    assert desk.run_due()
    desk.tap(f"smot.{mid}.recovered")
    desk.tap(f"undo.{mid}")
    desk.wait(hours=3)
    assert card(desk.run_due()[-1]).title == "305: was it put right?"


def test_a_step_before_the_question_taken_back_after_it_does_not_lose_it() -> None:
    desk = FakeDesk()
    mid = desk.say("guest 305 upset, breakfast was cold").moments[0].id
    desk.press("Did it")
    desk.wait(hours=2)
    assert desk.run_due()
    desk.tap(f"undo.{mid}")
    asked = desk.memory.rows[f"{mid}:smot"]
    assert asked.state == "asked"
    desk.now = asked.due
    assert card(desk.run_due()[0]).title == "305: was it put right?"


def test_a_gift_noted_by_mistake_is_gone_from_her_day() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.fill(f"gave.{mid}", {"amount": "30", "what": "dinner"})
    desk.press("Undo")
    assert desk.memory.spent(CLERK.id, desk.moment().created) == 0
    assert desk.moment().suggestion.authority.limit == 4000


def test_a_line_added_by_mistake_takes_its_promise_along() -> None:
    desk = FakeDesk()
    mid = desk.say("guest 301 upset about the pillow").moments[0].id
    before = {f.id for f in desk.memory.moments[mid].follow_ups if f.state == "waiting"}
    desk.say("301 furious now, told him manager comes in 40 minutes")
    desk.tap(f"undo.{mid}")
    now = {f.id for f in desk.memory.moments[mid].follow_ups if f.state == "waiting"}
    assert now == before
    assert not desk.memory.moments[mid].notes


def test_who_has_been_told_cannot_be_taken_back() -> None:
    desk = FakeDesk()
    mid = desk.say("guest 301 wants to know when breakfast opens").moments[0].id
    desk.tap(f"kind.{mid}.safety")
    desk.tap(f"undo.{mid}")
    assert [t.person for t in desk.moment().told if t.person] == [BOSS.id]


def test_what_was_withdrawn_is_not_withdrawn_again() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.press("Logged by mistake")
    turn = desk.tap(f"undo.{mid}")
    assert card(turn).note == "This moment was withdrawn; nothing was changed."
    assert not turn.moments


def test_the_typed_word_asks_which_moment_is_meant() -> None:
    desk = FakeDesk()
    assert card(desk.say("undo")).title == "Nothing open to take back"
    desk.say(LINE)
    desk.wait(minutes=5)
    desk.say("guest 305 upset, breakfast was cold")
    desk.wait(minutes=5)
    mid = desk.turns[1].moments[0].id
    desk.tap(f"did.{mid}")
    turn = desk.say("undo")
    assert labels(card(turn))[0].startswith("412")
    desk.tap(card(turn).buttons[0].tap)
    assert desk.memory.moments[mid].status == "open"
