"""The core turn: read, choose, compose and card, with nothing stored. In milliseconds and ratios.

The floor is the same line through a bare template and a bare dictionary, in the same run.
"""

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.conversations.listening import line_said
from bot.conversations.types import Said
from playbooks.engine.load import load, shipped
from tests.fakes.desk import CLERK, FakeDesk, library

ROUNDS = 5


def lines() -> list[str]:
    """Distinct real lines: the shipped examples, each once."""
    library, _ = load(shipped())
    return [e for p in library.plays.values() for e in p.examples if p.pack == "hotel"][:400]


def main() -> None:
    texts = lines()
    desk = FakeDesk()
    best: list[float] = []
    for round_number in range(ROUNDS):
        took = []
        for number, text in enumerate(texts):
            said = Said(f"{round_number}:{number}", desk.now, "ana", CLERK.address, text)  # type: ignore[arg-type]
            start = time.perf_counter()
            line_said(said, CLERK, desk.world)
            took.append(time.perf_counter() - start)
        best.append(statistics.median(took))
    figure = f"{min(best) * 1e3:.3f} ms median of {len(texts)} lines, best of {ROUNDS}"
    print(f"core turn, {len(library().plays)} plays: {figure}")


if __name__ == "__main__":
    main()
