"""Say and Do as templates: a short allow-list, bounded output, no way out of the sandbox."""

import pytest

from playbooks.engine import templates

VALUES = {
    "by": "by 14:35", "minutes": 30, "ref": "412", "place": "", "site": "The Inn", "manager": "Max",
    "gesture": "a drink", "me": "Ana", "heat": 2, "vip": True, "repeat": False,
}  # fmt: skip


def shown(say: str, *do: str) -> tuple[str, tuple[str, ...]]:
    code = templates.compiled(templates.join(say, do))
    return templates.rendered(templates.template_of(code), VALUES)


def test_a_card_is_filled_in_with_one_rendering() -> None:
    say, do = shown(
        'Room {{ ref or "yours" }} {{ by }}.', "{{ by|capitalize }}:\n  go.", "Now: sit."
    )
    assert say == "Room 412 by 14:35."
    assert do == ("By 14:35: go.", "Now: sit.")


def test_a_step_that_says_nothing_is_left_out() -> None:
    assert shown("Hello.", "{% if repeat %}Now: call.{% endif %}", "Now: sit.")[1] == ("Now: sit.",)


@pytest.mark.parametrize(
    "source",
    [
        "plain words", "{{ by }}", '{{ ref or "the room" }}', "{{ me|default('you')|lower }}",
        "{% if heat == 2 and not vip %}a{% elif repeat or vip %}b{% else %}c{% endif %}",
        "{# a note to trainers #}words", "{{ ref|upper }}",
    ],
)  # fmt: skip
def test_what_a_play_needs_is_allowed(source: str) -> None:
    assert templates.faults_in(source) == []
    shown(source)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{% for a in ref %}x{% endfor %}", "a loop"),
        ("{{ ref() }}", "a call"),
        ("{{ ref.__class__ }}", "a dot"),
        ("{{ ref['a'] }}", "a bracket"),
        ("{{ ref * 9 }}", "mul"),
        ("{{ 'x' ~ ref }}", "concat"),
        ("{{ -heat }}", "neg"),
        ("{{ [ref] }}", "list"),
        ("{{ ref is string }}", "test"),
        ("{{ 'a' if vip }}", "condexpr"),
        ("{% set x = 1 %}", "set may not"),
        ("{% macro m() %}{% endmacro %}", "a macro"),
        ("{% include ref %}", "this form of include"),
        ("{% extends 'a' %}", "extends"),
        ("{{ ref|center(999999999) }}", 'the filter "center"'),
        ("{{ nam }}", 'the variable "nam" is not known'),
        ("{{ ref", "the template is broken"),
        ("{% if vip %}a", "the template is broken"),
        ("{{ ref|uper }}", 'the filter "uper"'),
        ("x" * 2_001, "2001 characters are too many"),
    ],
)
def test_everything_else_is_refused(source: str, words: str) -> None:
    found = templates.faults_in(source)
    assert any(words in what for _, what, _ in found), found
    assert all(hint for _, _, hint in found)


def test_one_mistake_is_told_once_with_its_line() -> None:
    found = templates.faults_in("first\nsecond {{ ref.a.b.c() }}")
    assert [(line, what) for line, what, _ in found] == [(1, "a call may not stand in a play")]


def test_a_value_put_in_is_short_and_on_one_line() -> None:
    assert templates.short("412") == "412"
    assert templates.short("a\x1eb\nc") == "a b c"
    assert len(templates.short("x" * 5_000)) == templates.LONGEST_VALUE


def test_a_value_is_never_read_as_a_template() -> None:
    code = templates.compiled("{{ ref }}")
    values = {**VALUES, "ref": "{{ 9 * 9 }}"}
    assert templates.rendered(templates.template_of(code), values)[0] == "{{ 9 * 9 }}"


def test_nothing_of_the_engine_can_be_reached_from_a_template() -> None:
    made = templates.environment()
    assert not made.globals
    assert not made.tests
    assert set(made.filters) == templates.FILTERS


def test_code_is_kept_and_comes_back() -> None:
    kept = templates.to_bytes(templates.compiled("{{ by }}"))
    assert templates.rendered(templates.from_bytes(kept), VALUES) == ("by 14:35", ())


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("by 09:00 on Wednesday", "By 09:00 on Wednesday"),
        ("bis Mittwoch um 09:00 Uhr", "Bis Mittwoch um 09:00 Uhr"),
        ("étage 3", "Étage 3"),
        ("", ""),
    ],
)
def test_a_word_that_begins_a_sentence_keeps_its_other_letters(value: str, shown: str) -> None:
    template = templates.template_of(templates.compiled("{{ by|capitalize }}"))
    assert templates.rendered(template, {"by": value})[0] == shown
