"""Growing: a site's lessons over the weights below, and what must not be read worse for them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest

from playbooks.engine import judge, teach
from playbooks.engine.grow import Nursery, grow
from playbooks.engine.judge import Compared, Paper, Report, grown, worth_taking
from playbooks.engine.lessons import Lesson, hurting, known_of, parted
from playbooks.engine.linear import Linear
from playbooks.engine.overlay import Overlay, OverlayError, from_text, to_text
from playbooks.engine.read import Reader
from playbooks.engine.train import train

WORDS = {
    "slow": ("queue", "waiting", "hour", "line", "wait", "ages", "delay", "stood"),
    "praise": ("loved", "great", "lovely", "thanks", "superb", "kind", "happy", "best"),
    "defect": ("broken", "cracked", "leaking", "stained", "faulty", "torn", "rusty", "dead"),
    "policy": ("rule", "deposit", "refused", "forbidden", "terms", "limit", "denied", "closed"),
    "safety": ("smoke", "fire", "bleeding", "hurt", "injury", "burn", "unconscious", "danger"),
}
PLACES = ("lobby", "bar", "pool", "room", "lift", "desk", "gym", "hall")
LESSON = Lesson("guest says the carillon jangles", ("hotel",), "smot", "policy", 1, "m1")


def messages() -> list[dict[str, Any]]:
    """Short lines of four kinds, each a few words of its own."""
    return [
        {
            "id": f"{kind} {word} {other}",
            "text": f"guest {word} {other} {place}",
            "industry": "hotel",
            "kind": kind,
            "stage": "smot",
            "heat": 0 if kind == "praise" else 1,
        }
        for kind, words in WORDS.items()
        for place, word in zip(PLACES, words, strict=True)
        for other in (*words[:3], *WORDS["slow"][3:5])
    ]


@lru_cache(maxsize=1)
def base() -> Linear:
    """Weights of our own: what is shipped changes from version to version."""
    return Linear.load(train(messages(), rounds=8))


@lru_cache(maxsize=1)
def known() -> tuple[Lesson, ...]:
    return known_of(messages())


def learned(*lessons: Lesson) -> Reader:
    return Reader(grow(base(), lessons, parted(lessons, known())).over(base()))


def test_a_lesson_is_read_as_it_was_taught() -> None:
    assert not LESSON.read_right(Reader(base()).read(LESSON.text, ("hotel",)))
    assert LESSON.read_right(learned(LESSON).read(LESSON.text, ("hotel",)))


def test_a_line_like_the_lesson_is_read_like_it_too() -> None:
    assert learned(LESSON).read("guest says carillon jangles again").kind == "policy"


def test_a_field_nobody_told_is_left_alone() -> None:
    only = replace(LESSON, stage=None, heat=None)
    before = Reader(base()).read(LESSON.text, ("hotel",))
    after = learned(only).read(LESSON.text, ("hotel",))
    assert (after.kind, after.stage, after.heat) == ("policy", before.stage, before.heat)


def test_known_lines_are_read_as_before() -> None:
    reader, was = learned(LESSON), Reader(base())
    for line in known():
        assert reader.read(line.text).kind == was.read(line.text).kind, line.text


def test_a_line_about_danger_that_lessons_would_lose_is_taught_along() -> None:
    texts = ("guest hurt carillon jangles", "guest carillon jangles")
    lessons = [Lesson(text, (), None, "policy", None, text) for text in texts]
    danger = Lesson("guest hurt carillon jangles lobby", (), None, "safety", None, "k")
    nursery = Nursery(base(), lessons, parted(lessons, known()))
    paper = Paper(base(), base(), lessons, [danger])
    assert paper.missed_danger(Reader(nursery.whole().over(base()))) == [danger]
    reader = Reader(judge._careful(nursery, paper).over(base()))
    assert paper.missed_danger(reader) == []
    assert reader.read(texts[1]).kind == "policy", "what does not stand against it is learned"


def test_the_same_lessons_give_the_same_rows() -> None:
    one, two = (grow(base(), [LESSON], parted([LESSON], known())) for _ in range(2))
    assert to_text(one) == to_text(two)


def test_words_of_every_line_move_less_than_words_of_this_one() -> None:
    rows = grow(base(), [LESSON], parted([LESSON], known())).rows
    assert size(rows, "guest") < size(rows, "carillon")


def size(rows: Mapping[int, tuple[int, ...]], word: str) -> int:
    from playbooks.engine.linear import word_key

    return max(map(abs, rows.get(word_key(word), (0,))))


def test_what_was_learned_comes_back_from_its_text_as_it_was() -> None:
    overlay = grow(base(), [LESSON], parted([LESSON], known()))
    assert from_text(to_text(overlay)) == overlay


def test_nothing_learned_reads_as_before() -> None:
    empty = Overlay(base().digest, {})
    text = LESSON.text
    assert Reader(from_text(to_text(empty)).over(base())).read(text) == Reader(base()).read(text)


def test_what_was_learned_over_other_weights_is_not_used() -> None:
    overlay = replace(grow(base(), [LESSON], parted([LESSON], known())), weights="others")
    with pytest.raises(OverlayError, match="fifteen playbooks train"):
        overlay.over(base())


@pytest.mark.parametrize("text", ["", "AAAA", "not base64!", to_text(Overlay("x", {}))[:-6]])
def test_a_spoilt_text_is_refused_in_words(text: str) -> None:
    with pytest.raises(OverlayError, match="read as shipped"):
        from_text(text)
    assert teach.overlay_of(text) is None


def test_a_measured_line_is_never_held_and_a_lesson_is_neither() -> None:
    taught = known()[0]
    lines = parted([taught], known())
    assert lines.replayed
    assert lines.measured
    assert not {x.id for x in lines.replayed} & {x.id for x in lines.measured}
    assert taught.id not in {x.id for x in (*lines.replayed, *lines.measured)}


# --- the report ------------------------------------------------------------------------------


def test_the_report_says_what_it_was_and_what_it_is() -> None:
    made = grown(base(), [LESSON], known())
    assert (made.report.learned, made.verdict.taken) == (Compared(0, 1, 1), True)
    assert made.report.unseen is None
    again = grown(base(), [LESSON], known(), made.overlay)
    assert again.report.learned == Compared(1, 1, 1)


def test_from_ten_lessons_on_each_is_read_by_what_the_others_taught() -> None:
    lessons = [
        replace(LESSON, text=f"{LESSON.text} {place}{n}") for n in (1, 2) for place in PLACES
    ]
    unseen = grown(base(), lessons, known()).report.unseen
    assert unseen is not None
    assert (unseen.of, unseen.after) == (16, 16)


def test_lessons_that_contradict_each_other_are_named() -> None:
    other = replace(LESSON, text=f"{LESSON.text} now", kind="slow", id="m2")
    found = hurting([LESSON, other], known())
    assert {each.id for each in found} == {"m1", "m2"}
    assert "another lesson says slow" in found[0].why


def test_a_lesson_against_most_known_lines_like_it_is_named() -> None:
    odd = Lesson("guest loved great lobby bar pool", ("hotel",), kind="slow", id="m3")
    told = [replace(odd, text=f"guest loved great {place}", kind="praise") for place in PLACES]
    (found,) = hurting([odd], told)
    assert found.why == "3 known lines like it are praise"
    assert hurting([replace(odd, kind="praise")], told) == ()


def report(**changes: Any) -> Report:
    fine = Compared(900, 900, 1000)
    made = Report(
        lessons=20,
        learned=Compared(2, 20, 20),
        unseen=Compared(2, 5, 20),
        known={"kind": fine, "stage": fine, "heat": fine},
        shipped={"kind": 900, "stage": 900, "heat": 900},
        kinds={"safety": Compared(50, 50, 60), "slow": Compared(70, 70, 80)},
        confused=(),
        hurting=(),
        not_learned=(),
        calibration_before=0.05,
        calibration_after=0.05,
    )
    return replace(made, **changes)


def test_a_better_model_is_taken() -> None:
    assert worth_taking(report()).taken
    assert worth_taking(report()).reasons == (
        "It reads 20 of 20 lessons right, before it was 2, and the known lines as well as before.",
    )


@pytest.mark.parametrize(
    ("worse", "why"),
    [
        ({"learned": Compared(0, 0, 0)}, "nothing to learn from"),
        ({"learned": Compared(9, 8, 20)}, "8 of 20 lessons right"),
        ({"unseen": Compared(5, 4, 20)}, "not taught it reads 4 of 20"),
        ({"known": {"kind": Compared(900, 894, 1000)}}, "kind of 894 of 1000"),
        ({"known": {"kind": Compared(894, 894, 1000)}}, "before it was 900"),
        ({"known": {"kind": Compared(0, 0, 0)}, "shipped": {"kind": 0}}, "install Fifteen anew"),
        ({"kinds": {"safety": Compared(50, 49, 60)}}, "misses danger in 1 more"),
        ({"kinds": {"slow": Compared(70, 67, 80)}}, "3 fewer of 80 known lines about slow"),
    ],
)
def test_a_worse_model_is_not_taken(worse: dict[str, Any], why: str) -> None:
    verdict = worth_taking(report(**worse))
    assert not verdict.taken
    assert any(why in reason for reason in verdict.reasons)


def test_a_line_or_two_among_many_speaks_against_nothing() -> None:
    fine = {"known": {"kind": Compared(900, 896, 1000)}, "kinds": {"slow": Compared(70, 68, 80)}}
    assert worth_taking(report(**fine)).taken


def test_without_lessons_the_report_is_of_the_model_in_use() -> None:
    made = grown(base(), [], known())
    assert made.report.known["kind"].of > 0
    assert made.report.known["kind"].before == made.report.known["kind"].after
    assert made.overlay.rows == {}


def test_what_the_process_says_is_heard_as_it_was_meant() -> None:
    import json
    from dataclasses import asdict

    said = teach.answer(grown(base(), [LESSON], known()))
    assert teach.heard(json.dumps(asdict(said)).encode()) == said
    with pytest.raises(ValueError, match=r".+"):
        teach.heard(b"{}")
