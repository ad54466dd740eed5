"""Small numbers are honest: intervals, and silence where there are too few."""

import pytest

from playbooks.engine import learn
from playbooks.engine.schema import Results


def test_the_interval_of_fourteen_in_seventeen() -> None:
    low, high = learn.wilson(14, 17)
    assert low == pytest.approx(0.5897, abs=1e-4)
    assert high == pytest.approx(0.9381, abs=1e-4)
    assert learn.evidence(Results(14, 17)) == "put right in 14 of 17 here (59 to 94 %)"


def test_an_interval_never_leaves_nought_to_one() -> None:
    assert learn.wilson(0, 0) == (0.0, 1.0)
    assert learn.wilson(0, 20)[0] == 0.0
    assert learn.wilson(20, 20)[1] == 1.0


def test_a_share_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="5 of 3 is no share"):
        learn.wilson(5, 3)


def test_below_ten_nothing_is_said() -> None:
    assert learn.evidence(None) == learn.evidence(Results(9, 9)) == "too few to say"
    assert learn.share_in_words(9, 9) == "too few to say"
    assert learn.share_in_words(10, 10) == "10 of 10 (72 to 100 %)"


def test_below_thirty_nothing_is_ranked() -> None:
    assert not learn.can_rank(29)
    assert learn.can_rank(30)


def test_net_promoters_with_their_error() -> None:
    score, error = learn.nps(50, 20, 100)
    assert score == pytest.approx(30)
    assert error == pytest.approx(7.8102, abs=1e-4)
    assert learn.nps(0, 0, 0) == (0.0, 100.0)


def test_a_play_counts_by_the_low_end_of_its_interval() -> None:
    assert learn.worth(None) == learn.worth(Results(9, 9)) == 0.0
    assert learn.worth(Results(90, 100)) > learn.worth(Results(10, 10))


def test_a_play_falls_only_where_the_intervals_part() -> None:
    assert learn.falls(Results(90, 100), Results(40, 100))
    assert not learn.falls(Results(90, 100), Results(85, 100))
    assert not learn.falls(Results(9, 9), Results(0, 100))
