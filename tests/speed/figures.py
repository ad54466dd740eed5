"""What the benches share: one figure a line, the load of the machine, and contenders in turns."""

import itertools
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from playbooks.engine.library import Library
from playbooks.engine.schema import Play


def say(what: str, figure: float, unit: str = "", target: object = "", beside: str = "") -> None:
    """One figure as one line of JSON; ``target`` is the most, or ``at least N``."""
    line = {"what": what, "figure": figure, "unit": unit, "target": target, "beside": beside}
    print(json.dumps(line), flush=True)


def say_load() -> None:
    """How busy the machine was: on a shared one the ratios are to be trusted, not the figures."""
    one, five, _ = os.getloadavg()
    print(f"load {one:.1f} over one minute, {five:.1f} over five, {os.cpu_count()} processors")


def each(work: Callable[[int], object], count: int, clock: Callable[[], float]) -> list[float]:
    """What every call took by that clock."""
    took = []
    for number in range(count):
        start = clock()
        work(number)
        took.append(clock() - start)
    return took


def race(
    contenders: Mapping[str, Callable[[int], object]],
    count: int,
    rounds: int,
    clock: Callable[[], float] = time.thread_time,
) -> dict[str, float]:
    """Seconds of each contender: they take turns, and the middle of the rounds' medians counts."""
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            found[name].append(statistics.median(each(work, count, clock)))
    return {name: statistics.median(medians) for name, medians in found.items()}


def library_of(size: int, loaded: Library) -> Library:
    """The loaded library filled up to ``size`` plays by copies with examples of their own."""
    plays = dict(loaded.plays)
    for copy in _copies(loaded.plays.values()):
        if len(plays) >= size:
            break
        plays[copy.id] = copy
    made = Library(plays, loaded.house, "bench")
    made.warm()
    return made


def _copies(plays: Sequence[Play] | Mapping[str, Play] | object) -> Iterator[Play]:
    own = [play for play in plays if play.pack == "hotel"]  # type: ignore[attr-defined]
    for number in itertools.count(1):
        for play in own:
            lines = tuple(f"{line} no{number}" for line in play.examples)
            yield replace(play, id=f"{play.id}_{number}", examples=lines)
