"""Time is brought in from outside, always aware."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import FastClock, SystemClock

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def test_the_systems_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_a_fast_clock_makes_an_hour_of_a_minute() -> None:
    seconds = iter([100.0, 160.0])
    clock = FastClock(MONDAY, 60, elapsed=lambda: next(seconds))
    assert clock.now() == MONDAY + timedelta(hours=1)
    assert clock.factor == 60


def test_a_fast_clock_never_runs_backwards_with_the_real_one() -> None:
    clock = FastClock(MONDAY, 1000)
    times = [clock.now() for _ in range(100)]
    assert times == sorted(times)


@pytest.mark.parametrize("factor", [0, 0.5, -1, 100_001, float("nan")])
def test_a_fast_clock_refuses_a_senseless_speed(factor: float) -> None:
    with pytest.raises(ValueError, match="as fast"):
        FastClock(MONDAY, factor)


def test_a_fast_clock_refuses_a_start_without_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FastClock(MONDAY.replace(tzinfo=None), 60)
