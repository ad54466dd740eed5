"""What staff correct waits for a trainer; what a trainer keeps is learned when she publishes."""

from dataclasses import replace

from bot.conversations.growing import Correction, Growth
from bot.conversations.types import Address, Person
from tests.fakes.desk import AGENT, BOSS, CLERK, TRAINER, FakeDesk, card, fact, labels

LINE = "guest 412 angry room not ready"
ADMIN = Person("root", "Ada Wirth", "admin", "hotel", Address("web", "root"))


def corrected(desk: FakeDesk, line: str = LINE, word: str = "kind.{}.policy") -> str:
    mid = desk.say(line).moments[0].id
    desk.tap(word.format(mid))
    return mid


def waiting(desk: FakeDesk) -> list[Correction]:
    return list(desk.memory.corrections("hotel", "waiting"))


def test_what_a_clerk_corrects_waits_with_what_was_read() -> None:
    desk = FakeDesk()
    mid = corrected(desk)
    (one,) = waiting(desk)
    first = desk.moment().first_reading
    assert first is not None
    assert (one.moment, one.text, one.by, one.kind) == (mid, LINE, CLERK.id, "policy")
    assert (one.read_kind, one.read_stage) == (first.kind, first.stage)


def test_a_later_correction_of_the_same_moment_takes_the_place_of_the_first() -> None:
    desk = FakeDesk()
    mid = corrected(desk)
    desk.tap(f"heat.{mid}.2")
    (one,) = waiting(desk)
    assert (one.kind, one.heat) == ("policy", 2)


def test_undo_takes_a_correction_back() -> None:
    desk = FakeDesk()
    mid = corrected(desk)
    desk.tap(f"undo.{mid}")
    assert waiting(desk) == []


def test_undo_of_the_second_correction_brings_the_first_one_back() -> None:
    desk = FakeDesk()
    mid = corrected(desk)
    desk.tap(f"heat.{mid}.2")
    desk.tap(f"undo.{mid}")
    (one,) = waiting(desk)
    assert one.heat == desk.moment().reading.heat != 2


def test_undo_of_another_step_leaves_the_correction() -> None:
    desk = FakeDesk()
    mid = corrected(desk)
    desk.tap(f"did.{mid}")
    desk.tap(f"undo.{mid}")
    assert len(waiting(desk)) == 1


def test_who_comes_back_to_what_was_read_has_corrected_nothing() -> None:
    desk = FakeDesk()
    mid = corrected(desk)
    first = desk.moment().first_reading
    assert first is not None
    desk.tap(f"kind.{mid}.{first.kind}")
    assert waiting(desk) == []


def test_a_line_logged_by_mistake_teaches_nothing() -> None:
    desk = FakeDesk()
    mid = corrected(desk)
    desk.memory.moments[mid] = replace(desk.moment(), before=None)
    desk.tap(f"undo.{mid}")
    assert waiting(desk) == []


def test_a_further_line_changes_nothing_of_what_was_corrected() -> None:
    desk = FakeDesk()
    corrected(desk)
    was = waiting(desk)
    desk.say("412 now furious, shouting in the lobby")
    assert waiting(desk) == was


def test_the_trainer_sees_the_line_what_was_read_and_who_corrected_it() -> None:
    desk = FakeDesk()
    corrected(desk)
    shown = card(desk.say("corrections", TRAINER), TRAINER)
    assert shown.title == "One correction waits"
    assert fact(shown, "Line") == LINE
    assert "Against a rule" in fact(shown, "Corrected to")
    assert "by Ana Weber" in fact(shown, "Corrected to")
    assert labels(shown) == ["Keep", "Drop"]


def test_nothing_is_learned_before_a_trainer_keeps_it() -> None:
    desk = FakeDesk()
    corrected(desk)
    assert "Publish" not in labels(card(desk.say("corrections", TRAINER), TRAINER))
    turn = desk.tap("corrections..publish", TRAINER)
    assert turn.publishing is None
    assert "Nothing new was kept" in card(turn, TRAINER).note


def test_what_is_kept_can_be_published_once() -> None:
    desk = FakeDesk()
    corrected(desk)
    desk.say("corrections", TRAINER)
    kept = desk.press("Keep", who=TRAINER)
    assert labels(card(kept, TRAINER)) == ["Publish"]
    asked = desk.press("Publish", who=TRAINER).publishing
    assert asked is not None
    assert (asked.site, asked.by) == ("hotel", TRAINER.id)


def test_a_dropped_one_is_gone_from_the_list() -> None:
    desk = FakeDesk()
    corrected(desk)
    desk.say("corrections", TRAINER)
    shown = card(desk.press("Drop", who=TRAINER), TRAINER)
    assert shown.title == "No correction waits"
    assert "Publish" not in labels(shown)


def test_later_shows_the_next_one_and_comes_round() -> None:
    desk = FakeDesk()
    corrected(desk)
    corrected(desk, "guest 7 upset, tv dead")
    seen = [fact(card(desk.say("corrections", TRAINER), TRAINER), "Line")]
    seen += [fact(card(desk.press("Later", who=TRAINER), TRAINER), "Line") for _ in range(2)]
    assert seen == [LINE, "guest 7 upset, tv dead", LINE]


def test_a_button_on_what_was_corrected_anew_decides_nothing() -> None:
    desk = FakeDesk()
    mid = corrected(desk)
    shown = desk.say("corrections", TRAINER)
    desk.wait(minutes=1)
    desk.tap(f"heat.{mid}.2")
    turn = desk.press("Keep", shown, TRAINER)
    assert turn.corrections == ()
    assert "taken back or corrected anew" in card(turn, TRAINER).note


def test_a_second_press_decides_nothing_more() -> None:
    desk = FakeDesk()
    corrected(desk)
    shown = desk.say("corrections", TRAINER)
    desk.press("Keep", shown, TRAINER)
    turn = desk.press("Drop", shown, TRAINER)
    assert turn.corrections == ()
    assert len(desk.memory.corrections("hotel", "kept")) == 1


def test_what_was_kept_can_be_looked_at_and_dropped_later() -> None:
    desk = FakeDesk()
    corrected(desk)
    desk.say("corrections", TRAINER)
    desk.press("Keep", who=TRAINER)
    shown = card(desk.press("Show kept", who=TRAINER), TRAINER)
    assert shown.title == "One example is kept"
    assert fact(shown, "Line") == LINE
    dropped = desk.press("Drop", who=TRAINER)
    assert [c.state for c in dropped.corrections] == ["dropped"]
    assert card(dropped, TRAINER).title == "No example is kept"


def test_dropping_what_was_learned_can_be_published_too() -> None:
    desk = FakeDesk()
    corrected(desk)
    desk.say("corrections", TRAINER)
    desk.press("Keep", who=TRAINER)
    desk.memory.growths["hotel"] = Growth("hotel", made=desk.now, lessons=1, learned=desk.now)
    shown = desk.say("corrections", TRAINER)
    assert labels(card(shown, TRAINER)) == []
    desk.press("Show kept", who=TRAINER)
    assert labels(card(desk.press("Drop", who=TRAINER), TRAINER)) == ["Publish"]


def test_a_trainer_decides_for_her_own_site_alone() -> None:
    desk = FakeDesk()
    mid = desk.say("caller upset, router dead again", AGENT).moments[0].id
    desk.tap(f"kind.{mid}.policy", AGENT)
    (one,) = desk.memory.corrections("call_centre", "waiting")
    stamp = int(one.at.timestamp() * 1000)
    assert card(desk.say("corrections", TRAINER), TRAINER).title == "No correction waits"
    assert desk.tap(f"corrections..keep:{mid}:{stamp}", TRAINER).corrections == ()


def test_an_admin_reviews_too_and_nobody_else_does() -> None:
    desk = FakeDesk()
    desk.memory.everybody["root"] = ADMIN
    corrected(desk)
    assert card(desk.say("corrections", ADMIN), ADMIN).title == "One correction waits"
    for who in (CLERK, BOSS):
        shown = card(desk.say("corrections", who), who)
        assert shown.title == "Corrections are looked at by trainers"
        assert LINE not in shown.plain()


def test_a_button_nobody_made_changes_nothing() -> None:
    desk = FakeDesk()
    for word in ("keep", "keep:", "keep:x:y", "drop:::", "later:nobody", "burn", "publish:x"):
        turn = desk.tap(f"corrections..{word}", TRAINER)
        assert (turn.corrections, turn.publishing) == ((), None)
        assert card(turn, TRAINER).title == "No correction waits"
