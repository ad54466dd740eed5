"""Every test, in two runs side by side, and one verdict.

The core is measured for its branches, which one process does best; alone it would leave the other
processors idle. The rest drives processes, servers and a browser, and often waits. What the core
and its coverage say is kept back and printed whole, so that two runs do not talk at once.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TextIO

from tests.house import browser

CORE = ("tests/engine", "tests/conversations")
CORE_CODE = "playbooks/engine,bot/conversations"
GATED = ("pytest", "-p", "tests.house.gate")
MEASURED = ("coverage", "run", "--branch", f"--source={CORE_CODE}", "-m", *GATED, *CORE)
FIRST = ("tests/app", "tests/browser", "tests/faults")
"""What waits most: begun last, one long file of it would be the end of the run, alone."""
TESTS = Path(__file__).resolve().parents[1]
HELD = (("coverage", "report"), ("tests.house.branches",))


def rest(workers: int) -> list[str]:
    """What pytest is told of everything else; without a browser, without its tests."""
    marks = [] if browser.found() else ["-m", "not browser"]
    spread = ["-n", str(workers), "--dist", "loadfile", "--no-loadscope-reorder"]
    return [*GATED, *spread, *marks, *FIRST, *others()]


def others() -> list[str]:
    """Every other folder with tests. Each by its name: beside ``tests`` as a whole pytest forgets
    in which order the first ones were named."""
    found = {f"tests/{file.parent.relative_to(TESTS)}" for file in TESTS.rglob("test_*.py")}
    return sorted(found.difference(CORE, FIRST))


def module(*words: str) -> list[str]:
    """The command line that runs a module with this Python."""
    return [sys.executable, "-m", *words]


def side_by_side(behind: Sequence[Sequence[str]], before: Sequence[str]) -> int:
    """Runs one after the other ``behind`` what runs ``before``; 1 where any failed. What those
    behind said comes after the other's; none outlives this."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "told.txt"
        with path.open("w", encoding="utf-8") as told, ThreadPoolExecutor(1) as beside:
            later = beside.submit(in_turn, behind, told)
            code = subprocess.run(before, check=False).returncode
            failed = later.result()
        print(f"\nMeanwhile:\n{path.read_text(encoding='utf-8')}", flush=True)
    return int(bool(code or failed))


def in_turn(commands: Sequence[Sequence[str]], told: TextIO) -> bool:
    """Runs each, whatever came of the one before; True where any failed."""
    codes = [
        subprocess.run(each, stdout=told, stderr=subprocess.STDOUT, check=False).returncode
        for each in commands
    ]
    return any(codes)


def main() -> int:
    """1 where anything failed, was left out, or the core's coverage is too low."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("-n", type=int, default=os.cpu_count() or 2, help="workers of the rest")
    workers = asked.parse_args().n
    if browser.main():
        return 1
    # Several runs share the processors: a second thread of linear algebra would only spin.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    core = [module(*words) for words in (MEASURED, *HELD)]
    return side_by_side(core, module(*rest(workers)))


if __name__ == "__main__":
    sys.exit(main())
