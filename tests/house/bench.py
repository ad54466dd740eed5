"""Runs every ``tests/speed/bench_*.py`` and prints one table of what they measured.

A bench is a program of its own, run in a process of its own so that one does not warm another. For
each figure it prints one line of JSON, ``{"what": ..., "figure": ..., "unit": ..., "target": ...,
"beside": ...}``: ``target`` is the most (or ``"at least N"``), ``beside`` the floor it is compared
with, in words. Other lines are shown as they are. Nothing fails on a slow day: figures are read,
not asserted; only a bench that breaks fails the run.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WIDTHS = (58, 14, 22)


def rows(output: str) -> Iterator[dict[str, object] | str]:
    """What a bench printed: a figure, or a remark."""
    for line in output.splitlines():
        try:
            figure = json.loads(line)
        except json.JSONDecodeError:
            figure = None
        yield figure if isinstance(figure, dict) and "what" in figure else line


def shown(figure: dict[str, object]) -> str:
    """One row of the table."""
    value = figure.get("figure", "")
    words = f"{value:,.4g}" if isinstance(value, int | float) else str(value)
    target = figure.get("target")
    aim = "" if target in {None, ""} else f"{target}"
    cells = (str(figure["what"]), f"{words} {figure.get('unit', '')}".strip(), aim)
    padded = "  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    return f"{padded}  {figure.get('beside', '')}".rstrip()


def run(bench: Path) -> bool:
    """Runs one bench and prints its rows; False where it broke."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, str(bench)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    print(f"\n{bench.stem.removeprefix('bench_')} ({time.monotonic() - began:.0f} s)")
    for each in rows(done.stdout):
        print(f"  {each if isinstance(each, str) else shown(each)}")
    if done.returncode:
        print(f"  BROKEN, exit {done.returncode}:\n{done.stderr[-2000:]}")
    return done.returncode == 0


def main() -> int:
    """Runs them all, or those named on the command line; 1 if one broke."""
    named = sys.argv[1:]
    benches = sorted((ROOT / "tests" / "speed").glob("bench_*.py"))
    chosen = [each for each in benches if not named or any(name in each.stem for name in named)]
    print(
        "  ".join(
            word.ljust(width)
            for word, width in zip(("what", "figure", "target"), WIDTHS, strict=True)
        )
        + "  beside"
    )
    whole = [run(bench) for bench in chosen]
    return 0 if all(whole) else 1


if __name__ == "__main__":
    sys.exit(main())
