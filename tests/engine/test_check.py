"""The linter: each rule of the field has a play that breaks it and one that keeps it."""

from datetime import date
from pathlib import Path

import pytest

from playbooks.engine.check import check, check_say, say_fillings
from playbooks.engine.load import load
from playbooks.engine.schema import Problem, Results
from playbooks.engine.words import gates_reviews, instead_of, word_count
from tests.fakes.pack import HOUSE, loaded, play_text, write_pack

TODAY = date(2026, 11, 20)
FREE = "none"
SAFE = {
    "when": "{stage: smot, kind: safety}",
    "tell": "[duty_manager]",
    "gesture": FREE,
    "loss": "none",
}
PRAISE = {
    "when": "{stage: umot, kind: praise}",
    "tell": "[colleague]",
    "gesture": FREE,
    "loss": "none",
}


def found(tmp_path: Path, text: str, today: date = TODAY) -> list[Problem]:
    library, problems = loaded(tmp_path, it=text)
    assert problems == []
    return [p for p in check(library, today) if p.file == "inn/it.md"]


def faults(tmp_path: Path, text: str) -> str:
    return "\n".join(str(p) for p in found(tmp_path, text) if not p.warning)


def notes(tmp_path: Path, text: str, today: date = TODAY) -> str:
    return "\n".join(str(p) for p in found(tmp_path, text, today) if p.warning)


def test_a_good_play_passes_in_silence(tmp_path: Path) -> None:
    assert found(tmp_path, play_text()) == []


def test_a_good_play_of_danger_and_one_of_praise_pass(tmp_path: Path) -> None:
    say = "Thank you. We ask every guest for an honest review, and I would love yours."
    assert found(tmp_path / "a", play_text(**SAFE)) == []
    assert found(tmp_path / "b", play_text(say=say, **PRAISE)) == []


# --- examples ----------------------------------------------------------------------------------


def test_fewer_than_eight_examples_are_too_few(tmp_path: Path) -> None:
    text = play_text(examples="\n  - room not ready at all\n  - suite is not ready")
    assert "2 examples, at least 8" in faults(tmp_path, text)


def test_an_example_is_a_line_staff_would_type(tmp_path: Path) -> None:
    long = " ".join(["word"] * 31)
    text = play_text().replace("  - suite still occupied at four", f"  - too short\n  - {long}")
    told = found(tmp_path, text)
    assert [p.what for p in told] == ["an example of 2 words", "an example of 31 words"]
    assert told[0].line == text.split("\n").index("  - too short") + 1


@pytest.mark.parametrize("word", ["the guest", "very angry", "a long queue at checkout"])
def test_a_word_that_names_no_matter_is_refused(tmp_path: Path, word: str) -> None:
    assert f'"{word}" does not name a matter' in faults(tmp_path, play_text(words=f"[{word}]"))
    assert faults(tmp_path, play_text(words="[towel, key card]")) == ""


def test_the_same_example_twice_is_refused_in_a_play(tmp_path: Path) -> None:
    text = play_text().replace("examples: ", "examples: \n  - Suite STILL occupied, at four")
    assert "the same example stands here twice" in faults(tmp_path, text)


def test_the_same_example_in_two_plays_is_noted(tmp_path: Path) -> None:
    library, _ = loaded(tmp_path, one=play_text(), two=play_text())
    told = [p for p in check(library, TODAY) if 'stands in "inn/one" too' in p.what]
    assert len(told) == 8
    assert {(p.file, p.warning) for p in told} == {("inn/two.md", True)}


# --- Say -----------------------------------------------------------------------------------------


def test_a_say_is_spoken_in_fifteen_seconds(tmp_path: Path) -> None:
    say = "I am sorry. " + "word " * 38
    assert "it has 41 words, at most 40" in faults(tmp_path, play_text(say=say))


def test_the_length_is_taken_with_every_variable_filled_in(tmp_path: Path) -> None:
    say = "I am sorry {{ manager }} {% if vip %}" + "word " * 37 + "{% endif %}."
    told = faults(tmp_path, play_text(say=say))
    assert told.count("at most 40") == 1
    assert "it has 43 words" in told


def test_fillings_cover_vip_heat_second_failure_and_no_reference(tmp_path: Path) -> None:
    flags = "".join(f"{{% if {name} %}} {name}{{% endif %}}" for name in ("vip", "heat", "repeat"))
    say = f'Sorry {{{{ ref or "you" }}}}{flags}'
    library, _ = loaded(tmp_path, it=play_text(say=say))
    fillings = set(say_fillings(library.play("inn/it")))
    assert {"Sorry you", "Sorry 412 vip heat repeat", "Sorry order 88213 vip"} <= fillings


def test_a_long_promise_is_measured_with_its_day(tmp_path: Path) -> None:
    promise = "{what: an answer, within: 2880}"
    library, _ = loaded(tmp_path, it=play_text(promise=promise))
    assert any("by 09:00 on Wednesday" in say for say in say_fillings(library.play("inn/it")))


@pytest.mark.parametrize(
    ("say", "words"),
    [
        ("The room is being cleaned.", "neither owns it nor thanks"),
        ("Our policy on rooms is clear, sorry.", "begins with policy"),
        ("Hotel rules: check-in is at three. I am sorry.", "begins with policy"),
        ("I am sorry, our policy is three o'clock.", "policy talk"),
        ("I am sorry, the system won't let me.", "policy talk"),
        ("I am sorry, I am not allowed to.", "policy talk"),
        ("Unfortunately I am late.", "justifies"),
        ("I am sorry, as I said.", "justifies"),
        ("I am sorry, we are very busy.", "justifies"),
        ("I am sorry, due to high demand it took long.", "justifies"),
        ("I am sorry, you should have called.", "blames"),
        ("I am sorry, you must wait.", "blames"),
        ("I am sorry, you did not read it.", "blames"),
        ("I am sorry, my colleague forgot.", "blames"),
        ("I am sorry, please calm down.", "call-centre phrase"),
        ("I understand how you feel, sorry.", "call-centre phrase"),
        ("Sorry for any inconvenience.", "call-centre phrase"),
        ("I am so sorry!", "no exclamation mark"),
        ("Thank you \U0001f600", "emoji"),
        ("Thank you None", "left unfilled"),
    ],
)
def test_what_must_never_be_said(say: str, words: str) -> None:
    assert any(words in fault for fault in check_say(say)), check_say(say)


@pytest.mark.parametrize(
    "say",
    [
        "Thank you!",
        "I am sorry you have to ask. You must be tired. What you did not agree to comes off.",
        "That was our mistake. You have me now.",
        "Let me see, I'll be back.",
    ],
)
def test_kind_words_are_not_mistaken_for_the_forbidden(say: str) -> None:
    assert check_say(say) == []


def test_every_forbidden_phrase_comes_with_what_to_say_instead(tmp_path: Path) -> None:
    assert "neighbour" in faults(tmp_path, play_text(say="I am sorry, please calm down."))
    assert instead_of("anything else").startswith("accept it")


def test_words_are_counted_as_they_are_spoken() -> None:
    assert word_count("It is - here, by 14:35.") == 5


@pytest.mark.parametrize(
    "say", ["I will be back in ten minutes.", "I will call tomorrow.", "I will ring at 15:30."]
)
def test_a_time_in_the_say_is_promised_in_the_front_matter(tmp_path: Path, say: str) -> None:
    do = "1. Now: sit.\n2. Today: write."
    assert "promised nowhere" in faults(tmp_path / "a", play_text(say=say, do=do, promise=""))
    assert faults(tmp_path / "b", play_text(say=say, do=do)) == ""


# --- Do ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("do", "words"),
    [
        ("1. Now: sit.", "1 steps in Do"),
        ("1. Now: a.\n2. Today: b.\n3. Today: c.\n4. Today: d.\n5. Today: e.", "5 steps in Do"),
        ("1. Now: sit.\n2. Call somebody.", "a step without its time"),
        ("1. Today: sit.\n2. Today: write.", "the first step cannot be done now"),
    ],
)
def test_two_to_four_steps_each_with_its_time_the_first_now(
    tmp_path: Path, do: str, words: str
) -> None:
    assert words in faults(tmp_path, play_text(do=do))


# --- reviews ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "If you enjoyed your stay, please write a review.",
        "If they are happy, ask for a rating.",
        "A review would be lovely if you were happy.",
        "Ask only happy guests.",
        "Please give us five stars.",
        "Leave us a good review.",
        "Do not ask the unhappy for a review.",
        "For a review you get a voucher.",
    ],
)
def test_review_gating_is_refused(tmp_path: Path, words: str) -> None:
    assert gates_reviews(words)
    do = f"1. Now: listen.\n2. Today: {words}"
    assert "review gating" in faults(tmp_path, play_text(do=do, promise="", say="Thank you."))


@pytest.mark.parametrize(
    "words",
    [
        "Ask everyone for a review, never only the happy.",
        "The link that every guest gets, a review with nothing in return.",
        "I am glad you enjoyed it.",
    ],
)
def test_asking_everyone_is_not_gating(words: str) -> None:
    assert gates_reviews(words) == ""


def test_a_review_asked_only_under_a_condition_is_gating(tmp_path: Path) -> None:
    gated = "Thank you. {% if not heat %}I would love to read your review.{% endif %}"
    openly = "Thank you{% if vip %} again{% endif %}. I would love to read your review."
    assert "only under a condition" in faults(tmp_path / "a", play_text(say=gated))
    assert faults(tmp_path / "b", play_text(say=openly)) == ""


def test_a_play_for_the_calm_alone_may_not_ask_for_reviews(tmp_path: Path) -> None:
    calm = {**PRAISE, "when": "{stage: umot, kind: praise, heat: 0}"}
    say = "Thank you. I would love to read your review."
    assert "only the calm are asked" in faults(tmp_path, play_text(say=say, **calm))


# --- gestures ----------------------------------------------------------------------------------


def test_a_gesture_costs_at_most_one_and_a_half_times_the_price(tmp_path: Path) -> None:
    at = "{give: a drink, amount: 150}"
    over = "{give: a drink, amount: 150.01}"
    assert faults(tmp_path / "a", play_text(gesture=at)) == ""
    assert "more than 150 % of the price" in faults(tmp_path / "b", play_text(gesture=over))


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ({"loss": "none"}, "given where nothing was lost"),
        ({"loss": "money"}, "no money goes back"),
        ({"loss": "attention", "gesture": "{give: a voucher}"}, "an apology in person first"),
        ({"loss": "product", "gesture": "{give: a discount}"}, "an exchange first"),
        ({"when": "{stage: smot, kind: customer_error}"}, "the slip was theirs"),
    ],
)
def test_the_gesture_fits_the_loss(tmp_path: Path, front: dict[str, str], words: str) -> None:
    assert words in faults(tmp_path, play_text(**front))


def test_money_goes_back_where_money_was_lost(tmp_path: Path) -> None:
    front = {"loss": "money", "gesture": "{give: the sum back now, amount: 20}"}
    assert found(tmp_path, play_text(**front)) == []


def test_no_gesture_needs_no_price(tmp_path: Path) -> None:
    assert found(tmp_path, play_text(gesture=FREE)) == []


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("{stage: smot, kind: [question, other_customers]}", "nothing of ours failed"),
        ("{stage: smot, kind: slow, repeat: true}", "weak after a second failure"),
    ],
)
def test_money_where_it_helps_little_is_noted(tmp_path: Path, when: str, words: str) -> None:
    text = play_text(when=when, tell="[duty_manager]")
    assert words in notes(tmp_path, text)
    assert faults(tmp_path, text) == ""


# --- safety, praise, second failure, duties ---------------------------------------------------


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ({"gesture": "{give: a quiet seat}"}, "a gesture in a moment of safety"),
        ({"tell": "[housekeeping]"}, "the duty manager is not told of a moment of safety"),
    ],
)
def test_danger_is_told_and_nothing_is_given(
    tmp_path: Path, front: dict[str, str], words: str
) -> None:
    assert words in faults(tmp_path, play_text(**{**SAFE, **front}))


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("offer a refund", '"refund" is money talk'),
        ("say €50 will come", "is money talk"),
        ("tell her it was probably the stairs", '"probably" is a guess at the cause'),
    ],
)
def test_danger_knows_no_money_and_no_guess(tmp_path: Path, step: str, words: str) -> None:
    do = f"1. Now: sit.\n2. Today: {step}."
    assert words in faults(tmp_path / "a", play_text(do=do, **SAFE))
    assert faults(tmp_path / "b", play_text(do=do)) == ""


def test_a_second_failure_is_told_to_the_duty_manager(tmp_path: Path) -> None:
    when = "{stage: smot, kind: slow, repeat: true}"
    assert "not told of a second failure" in faults(tmp_path, play_text(when=when))


def test_praise_reaches_the_colleague(tmp_path: Path) -> None:
    text = play_text(**{**PRAISE, "tell": "[]"})
    assert "does not reach the colleague" in faults(tmp_path, text)


def test_only_duties_and_touchpoints_of_the_site_are_named(tmp_path: Path) -> None:
    told = faults(tmp_path, play_text(tell="[house_keeping]", touchpoint="lift"))
    assert '"house_keeping" is no duty of the site inn -> did you mean "housekeeping"?' in told
    assert '"lift" is no touchpoint of the site inn' in told


def test_a_site_without_touchpoints_takes_any(tmp_path: Path) -> None:
    house = HOUSE.replace("    touchpoints: [arrival, room]\n", "")
    library, problems = load(write_pack(tmp_path, house=house, it=play_text(touchpoint="lift")))
    assert problems == []
    assert [str(p) for p in check(library, TODAY) if not p.warning] == []


# --- follow-up and care --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ("", "nobody is asked how it ended"),
        ("{ask: Are they in?}", "nobody is asked what was said later"),
        ("{ask: Are they in after two hours?, umot: 0}", ""),
    ],
)
def test_every_play_has_its_questions(tmp_path: Path, plan: str, words: str) -> None:
    told = faults(tmp_path, play_text(follow_up=plan))
    assert words in told
    assert bool(told) == bool(words)


def test_a_time_in_a_question_is_promised_too(tmp_path: Path) -> None:
    plan = "{ask: Are they in within two hours?, umot: 0}"
    do = "1. Now: sit.\n2. Today: write."
    bare = play_text(say="I am sorry.", do=do, promise="", follow_up=plan)
    assert "the follow-up names a time" in faults(tmp_path, bare)


def test_a_play_not_reviewed_for_180_days_is_noted(tmp_path: Path) -> None:
    assert notes(tmp_path, play_text(), date(2027, 4, 30)) == ""
    assert "not reviewed for 181 days" in notes(tmp_path, play_text(), date(2027, 5, 1))
    assert "due on 2027-05-01" in notes(tmp_path, play_text(), date(2027, 5, 2))


def test_a_play_without_owner_or_review_is_noted(tmp_path: Path) -> None:
    told = notes(tmp_path, play_text(owner="", reviewed="", review_by=""))
    assert "no owner" in told
    assert "nobody has reviewed" in told


def test_a_play_whose_results_fall_is_noted(tmp_path: Path) -> None:
    library, _ = loaded(tmp_path, it=play_text())
    falling = {"inn/it": (Results(90, 100), Results(40, 100))}
    steady = {"inn/it": (Results(90, 100), Results(88, 100))}
    assert any("40 of 100 lately" in p.what for p in check(library, TODAY, falling))
    assert not any("lately" in p.what for p in check(library, TODAY, steady))


def test_the_gaps_of_a_pack_are_one_note_a_kind(tmp_path: Path) -> None:
    library, _ = loaded(tmp_path, it=play_text(when="{stage: smot, kind: slow}"))
    gaps = [p for p in check(library, TODAY) if p.file == "inn"]
    assert len(gaps) == 15
    assert all(p.warning for p in gaps)
    assert any(p.what == 'no play for "slow" at pre, zmot, fmot, umot' for p in gaps)


def test_the_built_in_plays_keep_the_rules(tmp_path: Path) -> None:
    library, _ = loaded(tmp_path)
    assert [str(p) for p in check(library, TODAY) if p.file.startswith("last/")] == []
