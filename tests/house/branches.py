"""Holds the core to its coverage: of each part at least 95 % of the branches, and of the lines.

Read from the last coverage run. The usual total mixes lines and branches: many easy lines hide a
branch that nobody has been down.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PARTS = ("bot/conversations", "playbooks/engine")
LEAST = 95.0


def shares(files: dict[str, Any], part: str) -> tuple[float, float]:
    """Per cent of the branches and of the lines of one part that were run; 0 where it has none."""
    found = [each["summary"] for name, each in files.items() if name.startswith(f"{part}/")]

    def share(covered: str, all_of: str) -> float:
        whole = sum(each[all_of] for each in found)
        return 100 * sum(each[covered] for each in found) / whole if whole else 0.0

    return (
        share("covered_branches", "num_branches"),
        share("covered_lines", "num_statements"),
    )


def measured() -> dict[str, Any]:
    """Every file of the last run, as coverage tells it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        words = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", str(path)]
        subprocess.run(words, check=True)
        files: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["files"]
    return files


def main() -> int:
    """Prints the shares; 1 where one is too low."""
    files = measured()
    low = False
    for part in PARTS:
        branches, lines = shares(files, part)
        low |= min(branches, lines) < LEAST
        print(f"{part}: {branches:.1f} % of branches, {lines:.1f} % of lines (at least {LEAST:g})")
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
