"""More than one's own limit: one tap to somebody who may grant it."""

from dataclasses import replace

from tests.fakes.desk import BOSS, OTHER, FakeDesk, card, fact, labels, to_others

LINE = "overbooked by two, gentleman with prepaid booking and we have no bed for him"


def asked() -> tuple[FakeDesk, str]:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.press("Ask Marta for €160")
    return desk, mid


def test_the_manager_reads_what_for_and_how_far_it_goes_beyond() -> None:
    desk, mid = asked()
    (post,) = to_others(desk.turns[-1])
    assert post.slot == f"r:{mid}"
    assert post.card.title.startswith("Ana asks for €160:")
    assert fact(post.card, "Own limit") == "€40 on this moment, €120 left today"
    assert labels(post.card) == ["Yes, €160", "No"]
    assert "Asked for €160, no answer yet." in fact(card(desk.turns[-1]), "You may")


def test_it_is_asked_once() -> None:
    desk, mid = asked()
    assert "asked already" in card(desk.tap(f"ask.{mid}.16000")).note
    assert not any(b.startswith("Ask Marta") for b in labels(card(desk.tap(f"show.{mid}"))))


def test_only_what_stands_on_the_card_can_be_asked_for() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    for amount in ("999999", "", "x"):
        assert "no longer on the card" in card(desk.tap(f"ask.{mid}.{amount}")).note
    safety = desk.say("someone collapsed in the lobby, bleeding").moments[0].id
    assert "no longer on the card" in card(desk.tap(f"ask.{safety}.16000")).note


def test_a_yes_is_good_for_one_gift() -> None:
    desk, mid = asked()
    desk.press("Yes, €160", who=BOSS)
    assert fact(card(desk.turns[-1]), "You may").startswith("Granted: €160 for")
    desk.press("Gave it")
    gift = desk.moment().gifts[0]
    assert (gift.amount, gift.over, gift.approved_by) == (16000, False, "marta")
    desk.wait(minutes=5)
    turn = desk.tap(f"gave.{mid}.16000")
    assert desk.moment(turn).gifts[1].over
    assert "Gave it" not in labels(card(turn))


def test_a_yes_that_comes_late_is_seen_below_the_last_line() -> None:
    desk, _ = asked()
    request = desk.turns[-1]
    desk.wait(minutes=30)
    turn = desk.press("Yes, €160", request, BOSS)
    assert next(p for p in turn.posts if p.to.chat == "ana").fresh


def test_a_no_says_what_is_hers_all_the_same() -> None:
    desk, _ = asked()
    desk.press("No", who=BOSS)
    assert card(desk.turns[-1]).note == "Marta Keller says no: €160."
    words = fact(card(desk.turns[-1]), "You may")
    assert words == "€160 was declined. Up to €40 here is yours."


def test_the_first_decision_stands() -> None:
    desk, mid = asked()
    desk.tap(f"grant.{mid}", BOSS)
    turn = desk.tap(f"refuse.{mid}", BOSS)
    assert card(turn, BOSS).note == "This was decided before."
    assert not turn.moments


def test_nobody_decides_on_her_own_request() -> None:
    desk, mid = asked()
    desk.memory.everybody["ana"] = replace(desk.memory.everybody["ana"], role="manager")
    assert "Somebody else has to decide" in card(desk.tap(f"grant.{mid}")).note


def test_a_clerk_cannot_grant() -> None:
    desk, mid = asked()
    turn = desk.tap(f"grant.{mid}", OTHER)
    assert card(turn, OTHER).title == "This button is for managers, so nothing was changed."


def test_without_a_request_there_is_nothing_to_decide() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    turn = desk.tap(f"grant.{mid}", BOSS)
    assert "Nothing is asked for here" in card(turn, BOSS).note
    assert {p.to.chat for p in turn.posts} == {"marta"}


def test_with_no_manager_at_work_it_says_how_to_reach_one() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.say("off", BOSS)
    assert card(desk.tap(f"ask.{mid}.16000")).note == "Nobody here can grant it just now: dial 9."
    assert "Ask Marta" not in str(labels(card(desk.tap(f"show.{mid}"))))


def test_a_withdrawn_moment_takes_its_request_back() -> None:
    desk, mid = asked()
    desk.memory.moments[mid] = replace(desk.memory.moments[mid], before=None)
    turn = desk.tap(f"undo.{mid}")
    assert f"r:{mid}" in {p.slot for p in turn.posts if p.to.chat == "marta"}
    assert "Nothing is asked for" in card(desk.tap(f"grant.{mid}", BOSS), BOSS).note


def test_a_step_taken_back_leaves_the_request_standing() -> None:
    desk, mid = asked()
    desk.tap(f"did.{mid}")
    desk.tap(f"grant.{mid}", BOSS)
    turn = desk.tap(f"undo.{mid}")
    assert fact(card(turn), "You may").startswith("Granted: €160")


def test_an_unreachable_manager_is_not_asked() -> None:
    desk = FakeDesk()
    mid = desk.say(LINE).moments[0].id
    desk.memory.everybody["marta"] = replace(BOSS, address=None)
    assert "Nobody here can grant it" in card(desk.tap(f"ask.{mid}.16000")).note
