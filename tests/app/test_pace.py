"""The pacer: limits of a platform as arithmetic, held second by second without waiting for one."""

import random
from bisect import bisect_right

import pytest

from bot.channels.base import Pace
from bot.pace import Pacer, Second

LIVE, FOLLOW_UP, DIGEST = 0, 2, 3
TELEGRAM = Pace(total=29.5, gap=1.0, burst=3, groups="-", group_minute=20)
SLACK = Pace(gap=1.0, burst=1)


def run(pacer: Pacer[str], until: float, start: float = 0.0) -> list[tuple[float, str]]:
    """Everything that goes until then: time jumps to where the pacer says something may."""
    now, went = start, []
    while now <= until:
        card = pacer.take(now)
        if card is not None:
            went.append((now, card))
            pacer.done(card.split("/")[0], now)
            continue
        wait = pacer.wait(now)
        if wait is None:
            break
        now += wait
    return went


def most_within(times: list[float], span: float) -> int:
    ordered = sorted(times)
    return max(bisect_right(ordered, t) - bisect_right(ordered, t - span) for t in ordered)


def test_no_second_holds_more_than_the_channel_permits_and_little_is_wasted() -> None:
    pacer: Pacer[str] = Pacer(TELEGRAM)
    for n in range(300):
        pacer.put(f"c{n}", FOLLOW_UP, n, f"c{n}/x", 0.0)
    times = [at for at, _ in run(pacer, 60)]
    assert len(times) == 300
    assert most_within(times, 1.0) <= 30
    assert 299 / times[-1] == pytest.approx(29.5, rel=0.002)


def test_a_timer_that_fires_late_costs_no_rate_and_gives_no_burst() -> None:
    pacer: Pacer[str] = Pacer(TELEGRAM)
    chance = random.Random(15)
    for n in range(3000):
        pacer.put(f"c{n}", FOLLOW_UP, n, f"c{n}/x", 0.0)
    now, times = 0.0, []
    while (wait := pacer.wait(now)) is not None:
        now += wait + chance.uniform(0, 0.004)
        while (card := pacer.take(now)) is not None:
            times.append(now)
            pacer.done(card.split("/")[0], now)
    assert 2999 / (times[-1] - times[0]) >= 29.4
    assert most_within(times, 1.0) <= 30


def test_a_quiet_hour_does_not_end_in_a_burst() -> None:
    pacer: Pacer[str] = Pacer(TELEGRAM)
    pacer.put("a", LIVE, 1, "a/1", 0.0)
    run(pacer, 10)
    for n in range(60):
        pacer.put(f"c{n}", LIVE, n, f"c{n}/x", 3600.0)
    times = [at for at, _ in run(pacer, 3700, 3600.0)]
    assert most_within(times, 1.0) <= 30


def test_a_chat_gets_one_card_a_second() -> None:
    pacer: Pacer[str] = Pacer(SLACK)
    for n in range(4):
        pacer.put("C1", FOLLOW_UP, n, f"C1/{n}", 0.0)
    pacer.put("C2", FOLLOW_UP, 9, "C2/9", 0.0)
    assert run(pacer, 60) == [
        (0.0, "C1/0"),
        (0.0, "C2/9"),
        (1.0, "C1/1"),
        (2.0, "C1/2"),
        (3.0, "C1/3"),
    ]


def test_a_live_answer_may_run_ahead_of_the_gap_but_not_for_ever() -> None:
    pacer: Pacer[str] = Pacer(Pace(gap=1.0, burst=3))
    for n in range(6):
        pacer.put("c", LIVE, n, f"c/{n}", 0.0)
    assert [at for at, _ in run(pacer, 60)] == [0.0, 0.0, 0.0, 1.0, 2.0, 3.0]


def test_a_group_gets_twenty_in_any_minute_and_some_are_kept_for_live_answers() -> None:
    pacer: Pacer[str] = Pacer(TELEGRAM)
    for n in range(40):
        pacer.put("-100", FOLLOW_UP, n, f"-100/{n}", 0.0)
    went = run(pacer, 30)
    assert len(went) == 15, "a quarter of the minute is kept"
    for n in range(40, 50):
        pacer.put("-100", LIVE, n, f"-100/{n}", 30.0)
    went += run(pacer, 200, 30.0)
    assert [card for at, card in went if 30 <= at < 36] == [f"-100/{n}" for n in range(40, 45)]
    assert most_within([at for at, _ in went], 60.0) <= 20
    assert len(went) == 50


def test_a_private_chat_has_no_limit_by_the_minute() -> None:
    pacer: Pacer[str] = Pacer(TELEGRAM)
    for n in range(30):
        pacer.put("100", FOLLOW_UP, n, f"100/{n}", 0.0)
    assert len(run(pacer, 30)) == 30


def test_live_goes_before_follow_ups_before_digests_over_all_chats() -> None:
    pacer: Pacer[str] = Pacer(TELEGRAM)
    pacer.put("a", DIGEST, 1, "a/digest", 0.0)
    pacer.put("b", FOLLOW_UP, 2, "b/question", 0.0)
    pacer.put("b", FOLLOW_UP, 3, "b/later", 0.0)
    pacer.put("c", LIVE, 4, "c/answer", 0.0)
    pacer.put("b", LIVE, 5, "b/answer", 0.0)
    order = [card for _, card in run(pacer, 60)]
    assert order[:2] == ["c/answer", "b/answer"]
    assert order[2] == "a/digest", "b has just been written to: its question waits for the gap"
    assert order[3:] == ["b/question", "b/later"]


def test_one_card_of_a_chat_is_on_its_way_at_a_time() -> None:
    pacer: Pacer[str] = Pacer(Pace(gap=0.0))
    pacer.put("c", LIVE, 1, "c/1", 0.0)
    pacer.put("c", LIVE, 2, "c/2", 0.0)
    assert pacer.take(0.0) == "c/1"
    assert pacer.take(99.0) is None
    assert pacer.wait(99.0) is None, "nothing waits for time: the answer is waited for"
    pacer.done("c", 99.0)
    assert pacer.take(99.0) == "c/2"


def test_a_chat_that_must_wait_delays_no_other() -> None:
    pacer: Pacer[str] = Pacer(TELEGRAM)
    pacer.put("a", LIVE, 1, "a/1", 0.0)
    assert pacer.take(0.0) == "a/1"
    pacer.hold("a", 30.0)
    pacer.put("a", LIVE, 1, "a/1", 0.0)
    pacer.done("a", 0.0)
    pacer.put("a", LIVE, 2, "a/2", 0.0)
    pacer.put("b", DIGEST, 3, "b/3", 0.0)
    went = run(pacer, 60)
    assert went[0][1] == "b/3"
    assert went[0][0] < 0.05
    assert [(at, card) for at, card in went[1:]] == [
        (30.0, "a/1"),
        (pytest.approx(30.0, abs=0.05), "a/2"),
    ]


def test_a_channel_that_must_wait_is_left_alone_altogether() -> None:
    pacer: Pacer[str] = Pacer(TELEGRAM)
    pacer.hold_all(10.0)
    pacer.put("a", LIVE, 1, "a/1", 0.0)
    assert pacer.wait(0.0) == 10.0
    assert run(pacer, 60) == [(10.0, "a/1")]


def test_a_card_not_sent_after_all_costs_its_chat_nothing() -> None:
    pacer: Pacer[str] = Pacer(SLACK)
    pacer.put("c", FOLLOW_UP, 1, "c/1", 0.0)
    pacer.put("c", FOLLOW_UP, 2, "c/2", 0.0)
    assert pacer.take(0.0) == "c/1"
    pacer.unsent("c")
    pacer.done("c", 0.0)
    assert pacer.take(0.0) == "c/2"


def test_the_gap_begins_when_the_platform_is_called() -> None:
    pacer: Pacer[str] = Pacer(SLACK)
    pacer.put("c", FOLLOW_UP, 1, "c/1", 0.0)
    pacer.put("c", FOLLOW_UP, 2, "c/2", 0.0)
    assert pacer.take(0.0) == "c/1"
    pacer.called("c", 0.3)
    pacer.done("c", 0.4)
    assert pacer.wait(0.4) == pytest.approx(0.9)
    assert pacer.take(1.3) == "c/2"


def test_what_waits_for_a_chat_can_be_taken_away_in_order() -> None:
    pacer: Pacer[str] = Pacer(SLACK)
    pacer.put("c", DIGEST, 1, "c/digest", 0.0)
    pacer.put("c", LIVE, 2, "c/answer", 0.0)
    assert pacer.drain("c") == ["c/answer", "c/digest"]
    assert pacer.take(0.0) is None
    assert pacer.wait(0.0) is None
    assert pacer.drain("nobody") == []


def test_quiet_chats_are_forgotten_and_their_limits_are_not() -> None:
    pacer: Pacer[str] = Pacer(Pace(gap=1.0, burst=1, groups="-", group_minute=20))
    for n in range(20):
        pacer.put("-1", LIVE, n, f"-1/{n}", 0.0)
    run(pacer, 60)
    for n in range(2000):
        pacer.put(f"c{n}", LIVE, n, f"c{n}/x", 30.0 + n)
        run(pacer, 30.0 + n, 30.0 + n)
    assert len(pacer._chats) < 600
    pacer2: Pacer[str] = Pacer(Pace(gap=100.0))
    pacer2.put("kept", FOLLOW_UP, 1, "kept/1", 0.0)
    run(pacer2, 1)
    for n in range(2000):
        pacer2.put(f"c{n}", FOLLOW_UP, n, f"c{n}/x", 1.0)
        run(pacer2, 1.0, 1.0)
    pacer2.put("kept", FOLLOW_UP, 2, "kept/2", 2.0)
    assert run(pacer2, 200, 2.0)[0] == (100.0, "kept/2")


@pytest.mark.parametrize("seed", range(20))
def test_whatever_comes_everything_goes_once_in_order_and_within_the_limits(seed: int) -> None:
    chance = random.Random(seed)
    pacer: Pacer[str] = Pacer(TELEGRAM)
    chats = [f"{'-' if n % 5 == 0 else ''}{n}" for n in range(12)]
    now, put, went = 0.0, 0, []
    while put < 400 or pacer.wait(now) is not None:
        for _ in range(chance.randrange(12) if put < 400 else 0):
            put += 1
            chat, rank = chance.choice(chats), chance.choice([LIVE, FOLLOW_UP, DIGEST])
            pacer.put(chat, rank, put, f"{chat}/{rank}/{put}", now)
        while (card := pacer.take(now)) is not None:
            went.append((now, card))
            pacer.done(card.split("/")[0], now)
        now += min(pacer.wait(now) or 0.2, 0.2)
    assert sorted(int(card.split("/")[2]) for _, card in went) == list(range(1, put + 1))
    assert most_within([at for at, _ in went], 1.0) <= 30
    for chat in chats:
        times = [at for at, card in went if card.startswith(f"{chat}/")]
        assert most_within(times, 1.0) <= 4
        assert most_within(times, 60.0) <= (20 if chat.startswith("-") else 400)
        for rank in (LIVE, FOLLOW_UP, DIGEST):
            order = [int(c.split("/")[2]) for _, c in went if c.startswith(f"{chat}/{rank}/")]
            assert order == sorted(order)


# --- so many in a second, counted where they arrive ----------------------------------------------


def on_the_line(way: "list[tuple[float, float]]", step: float = 0.001) -> tuple[list[float], float]:
    """Calls as fast as they may go, each so long there and so long back; when each arrived, and how
    many a second went."""
    second, now, arrived = Second(30), 0.0, []
    back: list[tuple[float, object]] = []
    for there, home in way:
        now += step
        while (wait := second.wait(now)) > 0:
            coming = [at for at, _ in back if at > now]
            now = min([now + wait, *coming])
            for at, call in [each for each in back if each[0] <= now]:
                second.answered(call, at)  # type: ignore[arg-type]
                back.remove((at, call))
        arrived.append(now + there)
        back.append((now + there + home, second.made(now)))
    return arrived, len(way) / now


def test_on_a_quiet_line_thirty_a_second_go() -> None:
    arrived, rate = on_the_line([(0.04, 0.04)] * 900)
    assert most_within(arrived, 0.999) <= 30
    assert rate >= 29.9


@pytest.mark.parametrize("seed", range(5))
def test_however_long_each_is_on_its_way_no_second_has_more_than_it_may(seed: int) -> None:
    chance = random.Random(seed)
    way = [(0.01 + chance.expovariate(30), 0.01 + chance.expovariate(30)) for _ in range(900)]
    arrived, rate = on_the_line(way)
    assert most_within(arrived, 0.98) <= 30
    assert rate >= 26


def test_a_call_never_answered_holds_the_others_up_for_a_second_at_the_most() -> None:
    second = Second(2)
    second.made(0.0)
    second.made(0.1)
    assert second.wait(5.0) == 0.0
    assert second.wait(1.5) == pytest.approx(0.5)


def test_lost_time_is_made_up_for_while_more_waits() -> None:
    pacer: Pacer[str] = Pacer(TELEGRAM)
    for n in range(600):
        pacer.put(f"c{n}", FOLLOW_UP, n, f"c{n}/x", 0.0)
    now, times = 0.0, []
    while (wait := pacer.wait(now)) is not None:
        now += wait + (0.09 if len(times) % 30 == 29 else 0.0)
        card = pacer.take(now)
        if card is not None:
            times.append(now)
            pacer.done(card.split("/")[0], now)
    assert 599 / times[-1] >= 29.2
