"""Her own limit, in the moment: green is hers, amber one tap away, red not ours to give."""

from pathlib import Path

import pytest

from playbooks.engine.authority import NONE_WORDS, Purse, authority, money
from playbooks.engine.schema import Authority, Gesture, Site
from playbooks.engine.vocabulary import Kind, Role
from tests.fakes.pack import inn, loaded


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return inn(loaded(tmp_path)[0])


def weigh(
    site: Site,
    amount: int,
    role: Role = "staff",
    moment: int = 0,
    today: int = 0,
    kind: Kind = "slow",
) -> Authority:
    return authority(Gesture("a drink", amount), kind, Purse(role, site, moment, today))


def test_what_is_within_her_limit_is_green_and_shows_the_limit(site: Site) -> None:
    found = weigh(site, 1800)
    assert (found.light, found.limit, found.left_today) == ("green", 4000, 12000)
    assert found.words == "Yours to give: a drink (€18). Up to €40 here is yours, €120 left today."


def test_what_she_gave_before_lowers_both_limits(site: Site) -> None:
    found = weigh(site, 1800, moment=1000, today=5000)
    assert (found.limit, found.left_today, found.light) == (3000, 7000, "green")


def test_the_day_may_hold_less_than_the_moment(site: Site) -> None:
    found = weigh(site, 1800, today=10_000)
    assert (found.limit, found.left_today) == (2000, 2000)
    assert found.words.endswith("€20 is yours and left today.")


def test_exactly_the_limit_is_still_hers(site: Site) -> None:
    assert weigh(site, 4000).light == "green"
    assert weigh(site, 4001).light == "amber"


def test_above_her_limit_is_one_tap_to_the_manager(site: Site) -> None:
    found = weigh(site, 6000)
    assert (found.light, found.approver) == ("amber", "manager")
    assert found.words == (
        "One tap to the manager: a drink (€60). Up to €40 here is yours, €120 left today."
    )


def test_a_limit_used_up_is_said_so(site: Site) -> None:
    moment = weigh(site, 1800, moment=4000, today=4000)
    assert moment.words.endswith("Yours is used up on this moment, €80 left today.")
    day = weigh(site, 1800, today=12_000)
    assert day.words.endswith("Yours is used up today.")
    assert (day.light, day.limit, day.left_today) == ("amber", 0, 0)


def test_spending_more_than_the_limit_never_makes_it_negative(site: Site) -> None:
    found = weigh(site, 1800, moment=9_000, today=90_000)
    assert (found.limit, found.left_today) == (0, 0)


def test_what_the_manager_may_not_give_goes_to_who_may(site: Site) -> None:
    assert weigh(site, 30_000).approver == "admin"
    assert weigh(site, 30_000, role="manager").approver == "admin"


def test_what_was_given_before_counts_for_the_approver_too(site: Site) -> None:
    assert weigh(site, 20_000, moment=6_000, today=6_000).approver == "admin"


def test_more_than_anyone_may_give_is_red(site: Site) -> None:
    found = weigh(site, 90_000)
    assert (found.light, found.approver) == ("red", None)
    assert "more than anyone may give" in found.words


def test_a_gesture_without_money_is_hers_and_her_limit_is_shown(site: Site) -> None:
    found = weigh(site, 0)
    assert found.light == "green"
    assert found.words == (
        "Yours to give: a drink. Nobody to ask. Up to €40 here is yours, €120 left today."
    )


def test_a_role_without_authority_asks_first_but_may_always_be_kind(site: Site) -> None:
    assert weigh(site, 100, role="trainer").light == "red"
    kind = weigh(site, 0, role="trainer")
    assert (kind.light, kind.words) == ("green", "Yours to give: a drink. Nobody to ask.")


def test_safety_is_red_whatever_the_gesture(site: Site) -> None:
    for gesture in (None, Gesture("a drink", 0), Gesture("a drink", 100)):
        found = authority(gesture, "safety", Purse("admin", site))
        assert found.light == "red"
        assert found.words.startswith("Not ours to give here: people first.")


def test_nothing_to_give_is_said_kindly(site: Site) -> None:
    found = authority(None, "question", Purse("staff", site))
    assert (found.light, found.words, found.limit) == ("none", NONE_WORDS, 4000)


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (1800, "EUR", "€18"), (450, "GBP", "£4.50"), (5, "USD", "$0.05"), (1800, "CHF", "CHF 18"),
        (123_456_700, "EUR", "€1,234,567"), (0, "EUR", "€0"), (-450, "GBP", "-£4.50"),
    ],
)  # fmt: skip
def test_money_is_written_as_people_write_it(amount: int, currency: str, words: str) -> None:
    assert money(amount, currency) == words
