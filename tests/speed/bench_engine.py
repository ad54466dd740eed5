"""Loading, choosing at 1,000 plays, composing, sandboxed against plain rendering.

Every figure is processor time beside a floor measured in the same run, rounds interleaved, the best
of each kept: on a shared machine only the ratios mean anything.
"""

import itertools
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from jinja2 import Environment, StrictUndefined

from playbooks.engine import templates
from playbooks.engine.library import Library
from playbooks.engine.load import load, shipped
from playbooks.engine.schema import History, Play, Reading, Site, Staff

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 9
LINE = "guest 412 furious room not ready second time, waits two hours in the lobby with kids"
READING = Reading("smot", "unavailable", heat=2, ref="412", because="said so")
VALUES = {
    "by": "by 14:35", "minutes": 30, "ref": "412", "place": "", "site": "Harbour House",
    "manager": "Max", "gesture": "a drink", "me": "Ana", "heat": 2, "vip": True, "repeat": True,
}  # fmt: skip
START = """
import sys, time
began = time.process_time()
from pathlib import Path
from playbooks.engine.load import load, shipped
imported = time.process_time()
load(shipped(), keep=Path(sys.argv[1]) if sys.argv[1:] else None)
print(imported - began, time.process_time() - imported)
"""


def race(**contenders: Callable[[], object]) -> dict[str, float]:
    """Processor seconds a call of each, best of all rounds, taking turns."""
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(ROUNDS):
        for name, call in contenders.items():
            start = time.process_time()
            for _ in range(300):
                call()
            best[name] = min(best[name], (time.process_time() - start) / 300)
    return best


def thousand(library: Library) -> Library:
    """The shipped hotel plays, again and again with words of their own, up to 1,000."""
    own = [play for play in library.plays.values() if play.pack != "call_centre"]
    plays: dict[str, Play] = {}
    for copy, play in itertools.islice(
        ((copy, play) for copy in itertools.count() for play in own), 1_000
    ):
        examples = tuple(f"{line} no{copy}" for line in play.examples)
        plays[f"{play.id}{copy}"] = replace(play, id=f"{play.id}{copy}", examples=examples)
    return Library(plays, library.house, "bench")


def show(name: str, took: float, floor: float, of: str) -> None:
    print(f"{name:<44}{took * 1e6:9.1f} us  {took / floor:5.2f} x {of} ({floor * 1e6:.1f} us)")


def loading() -> None:
    with tempfile.TemporaryDirectory() as keep:
        runs: dict[str, list[tuple[float, float]]] = {"cold": [], "shelf": []}
        for _ in range(ROUNDS):
            for name, extra in (("cold", []), ("shelf", [keep])):
                command = [sys.executable, "-c", START, *extra]
                out = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
                first, second = map(float, out.stdout.split())
                runs[name].append((first, second))
    for name, took in runs.items():
        importing, load_took = (min(part) * 1e3 for part in zip(*took, strict=True))
        print(f"load, both packs, {name:<26}{load_took:9.1f} ms  (imports {importing:.1f} ms)")


def deciding(library: Library, site: Site) -> None:
    big = thousand(library)
    words = LINE.split()
    history = History()
    # Each time another line: what the last one was near to is kept.
    small, large = (itertools.cycle([LINE, f"{LINE} again", f"guest {LINE}"]) for _ in "ab")
    took = race(
        floor=lambda: sum(len(word) for word in words),
        small=lambda: library.choose(READING, history, site, next(small)),
        big=lambda: big.choose(READING, history, site, next(large)),
    )
    cell = sum(
        READING.stage in play.when.stages and READING.kind in play.when.kinds
        for play in big.plays.values()
    )
    print(f"1,000 plays, {cell} of them for this stage and kind")
    show("choose, shipped packs", took["small"], took["floor"], "a look at each word")
    show("choose, 1,000 plays", took["big"], took["small"], "choose, shipped packs")


def composing(library: Library, site: Site) -> None:
    choice = library.choose(READING, History(), site, LINE)
    play = library.play(choice.play)
    source = templates.join(play.say, play.do)
    plain = Environment(undefined=StrictUndefined, autoescape=False).from_string(source)  # noqa: S701
    ours = templates.template_of(templates.compiled(source))
    staff, now = Staff("Ana", "staff"), datetime.now(UTC)
    took = race(
        plain=lambda: plain.render(VALUES),
        sandboxed=lambda: ours.render(VALUES),
        compose=lambda: library.compose(
            choice, READING, site, staff, now=now, spent_moment=0, spent_today=0
        ),
    )
    show("rendering, sandboxed", took["sandboxed"], took["plain"], "plain rendering")
    show("compose", took["compose"], took["plain"], "plain rendering")


def main() -> None:
    loading()
    library, _ = load(shipped())
    library.warm()
    site = library.house.sites["hotel"]
    deciding(library, site)
    composing(library, site)


if __name__ == "__main__":
    main()
