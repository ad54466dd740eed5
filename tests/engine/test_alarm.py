"""Whether a manager is told at once is weighed from several fields, never from one alone."""

import pytest

from playbooks.engine.alarm import EVIDENCE, alarmed, evidence

CALM = {
    "escalate": 0.1,
    "safety": 0.01,
    "umot": 0.0,
    "furious": 0.0,
    "vip": 0.0,
    "again": 0.0,
    "grave": 0.0,
}
WEIGHTS = (1.0, 0.5, 1.0, 1.0, 2.0, 3.0, -1.0)


def chance(**changed: float) -> float:
    return alarmed(evidence(**(CALM | changed)), WEIGHTS)


def test_there_is_one_number_for_each_piece_of_evidence() -> None:
    assert len(evidence(**CALM)) == len(EVIDENCE)


@pytest.mark.parametrize("field", ["escalate", "safety", "umot", "furious", "grave"])
def test_every_piece_of_evidence_raises_the_alarm(field: str) -> None:
    assert chance(**{field: 0.9}) > chance()


def test_a_tier_or_a_repetition_alone_is_no_evidence_but_both_are() -> None:
    assert chance(vip=1.0) == chance(again=1.0) == chance()
    assert chance(vip=1.0, again=1.0) > chance()


def test_an_even_chance_weighs_nothing() -> None:
    assert evidence(**(CALM | {"escalate": 0.5}))[0] == 0


def test_odds_of_a_certainty_are_bounded_on_both_sides() -> None:
    never, always = (evidence(**(CALM | {"escalate": sure}))[0] for sure in (0.0, 1.0))
    assert never == pytest.approx(-always)
    assert always == pytest.approx(9.21, abs=0.01)


def test_the_constant_alone_decides_where_nothing_weighs() -> None:
    nothing = [0.0] * len(EVIDENCE)
    assert alarmed(evidence(**CALM), [*nothing, 0.0]) == 0.5
    assert alarmed(evidence(**CALM), [*nothing, 2.0]) == pytest.approx(0.8808, abs=1e-4)


def test_the_models_own_word_alone_is_handed_on_as_it_is() -> None:
    own = [1.0, *[0.0] * (len(EVIDENCE) - 1), 0.0]
    assert alarmed(evidence(**(CALM | {"escalate": 0.37})), own) == pytest.approx(0.37)


@pytest.mark.parametrize(("constant", "least", "most"), [(1e6, 0.99, 1.0), (-1e6, 0.0, 0.01)])
def test_weights_beyond_measure_still_give_a_chance(
    constant: float, least: float, most: float
) -> None:
    assert least <= alarmed(evidence(**CALM), [*WEIGHTS[:-1], constant]) <= most


def test_weights_for_other_evidence_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        alarmed(evidence(**CALM), WEIGHTS[1:])
