"""Words that stand apart have rows of their own: in their order, beside the others, uncounted."""

import pytest

from playbooks.engine import linear
from playbooks.engine.linear import FINER, LAID, Linear, far_keys, word_key
from playbooks.engine.read import Reader
from playbooks.engine.train import train
from playbooks.engine.weights import Columns, pack

COLUMNS = Columns({"kind": (0, ("a", "b"))}, (1.0, 1.0), (0.0, 0.0), {"kind": 1.0}, {}, (1.0,))
LINE = ("not", "quite", "ready")
"""Its only words that stand apart are *not* and *ready*."""


def far_key(one: str, other: str) -> int:
    (key,) = far_keys((one, "between", other))
    return key


def packed(near: dict[int, tuple[int, int]], far: dict[int, tuple[int, int]]) -> bytes:
    keys = [*sorted(near), *sorted(far)]
    rows = bytes(128 + step for key in keys for step in (far if key in far else near)[key])
    return pack(COLUMNS, keys, rows, len(far))


def model(far: tuple[int, int] = (0, 9)) -> Linear:
    return Linear.load(packed({word_key("ready"): (6, 0)}, {far_key("not", "ready"): far}))


def steps(made: Linear, line: tuple[str, ...], english: tuple[str, ...] = ()) -> list[int]:
    """The sum of a line's rows in whole steps."""
    _, count = made.lanes(line, (), english)
    return [round(each * count**0.5) for each in made.logits(line, (), english)]


def test_two_words_that_stand_apart_add_their_row() -> None:
    assert steps(model(), LINE) == [6, 9]


def test_a_line_is_read_the_same_the_second_time() -> None:
    made = model()
    assert made.logits(LINE) == made.logits(LINE)


def test_neighbours_do_not_stand_apart() -> None:
    assert far_keys(("not", "ready")) == set()
    assert steps(model(), ("not", "ready")) == [6, 0]


def test_the_order_of_words_that_stand_apart_counts() -> None:
    assert far_key("not", "ready") != far_key("ready", "not")
    assert steps(model(), LINE[::-1]) == [6, 0]


def test_a_word_said_twice_does_not_stand_apart_from_itself() -> None:
    assert far_keys(("ready", "now", "ready", "now")) == set()


def test_words_that_stand_apart_are_not_counted() -> None:
    assert model().lanes(LINE)[1] == 6, "three words and three pairs"


def test_a_line_in_another_language_stands_apart_in_english() -> None:
    assert steps(model(), ("nicht", "ganz", "fertig"), LINE) == [6, 9]
    assert steps(model(), LINE, ("something", "else", "entirely")) == [6, 0]


def test_the_row_of_words_apart_is_never_taken_for_that_of_a_word() -> None:
    only = Linear.load(packed({}, {word_key("ready"): (50, 50)}))
    assert steps(only, LINE) == [0, 0]


def test_the_memory_of_words_apart_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "REMEMBERED", 1)
    monkeypatch.setattr(linear, "BESIDE", 1)
    later = far_key("never", "warm")
    made = Linear.load(packed({}, {far_key("not", "ready"): (0, 9), later: (7, 0)}))
    cold = ("never", "really", "warm")
    assert [steps(made, line) for line in (LINE, cold, LINE)] == [[0, 9], [7, 0], [0, 9]]
    assert len(made._beside) == 1


def test_what_a_site_learned_is_added_to_words_apart() -> None:
    own = {word_key("quite"): (LAID, -LAID), word_key("ready"): (FINER, 2 * FINER)}
    assert steps(model().laid_over(own), LINE) == [6 + LAID // FINER + 1, 9 - LAID // FINER + 2]


def test_a_site_moves_a_row_by_less_than_a_step() -> None:
    made = model().laid_over({word_key("quite"): (FINER // 2, 0)})
    _, count = made.lanes(LINE)
    assert made.logits(LINE)[0] * count**0.5 == pytest.approx(6.5)


def test_what_a_site_learned_leaves_the_rows_below_alone() -> None:
    below = model()
    above = below.laid_over({word_key("quite"): (40 * FINER, 40 * FINER)})
    assert steps(above, LINE) == [46, 49]
    assert steps(below, LINE) == [6, 9]
    assert steps(above, LINE) == [46, 49]
    assert above.digest == below.digest


def test_two_words_that_share_a_mark_with_known_ones_have_no_row() -> None:
    known = far_key("not", "ready")
    made = Linear.load(packed({}, {known ^ 1: (5, 5)}))
    assert made._marks[known >> linear._MARK]
    assert steps(made, LINE) == [0, 0]
    assert steps(made, LINE) == [0, 0], "and that is remembered"


def test_a_yes_is_one_chance_and_labels_share_theirs() -> None:
    both = Columns({"kind": (0, ("a", "b")), "repeat": (2, (True,))}, (1.0,) * 3, (0.0,) * 3,
                   {"kind": 1.0, "repeat": 2.0}, {})  # fmt: skip
    made = Linear.load(pack(both, [word_key("twice")], bytes([130, 128, 132])))
    logits = made.logits(("twice",))
    assert sum(made.chances(logits, "kind")) == pytest.approx(1)
    assert made.chances(logits, "repeat") == [made.chance(logits, "repeat")]
    assert made.chance(logits, "repeat") > 0.5


FILLERS = ["blue", "green", "amber", "violet", "scarlet", "ivory", "copper", "maroon"]


def message(kind: str, one: str, other: str, place: int) -> dict[str, object]:
    first, second, third = (FILLERS[(place + shift) % len(FILLERS)] for shift in (0, 3, 5))
    text = f"guest {first} {one} {second} {other} {third}"
    return {"text": text, "kind": kind, "stage": "smot", "heat": 1, "escalate": False,
            "value": "unknown", "repeat": False}  # fmt: skip


@pytest.fixture(scope="module")
def learned() -> Linear:
    """The same words in two orders, never side by side: nothing but the order tells the kinds."""
    told = [message("slow", "before", "dinner", place) for place in range(len(FILLERS))]
    told += [message("defect", "dinner", "before", place) for place in range(len(FILLERS))]
    return Linear.load(train(told, rounds=12))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("guest pink before grey dinner beige", "slow"),
        ("guest pink dinner grey before beige", "defect"),
    ],
)
def test_what_only_the_order_of_words_apart_tells_is_learned(
    learned: Linear, line: str, kind: str
) -> None:
    assert Reader(learned).read(line).kind == kind


def test_words_seldom_met_apart_get_no_row(learned: Linear) -> None:
    shipped = learned._keys[learned._near :]
    assert far_key("before", "dinner") in shipped
    assert far_key("blue", "dinner") not in shipped


def test_a_site_may_overrule_what_was_learned_of_words_apart(learned: Linear) -> None:
    line = "guest pink before grey dinner beige"
    first, labels = learned.columns.fields["kind"]
    row = [0] * len(learned.columns.scales)
    row[first + labels.index("defect")] = LAID
    above = learned.laid_over({word_key("grey"): row})
    assert Reader(above).read(line).kind == "defect"
    assert Reader(learned).read(line).kind == "slow"
