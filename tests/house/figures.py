"""House figures: how long functions and files are, beside what good codebases hold to.

Run by ``make check``. Medians and ninetieth percentiles are shown; a function body over 40 lines
or a file over 400 fails the check, because nobody reviews it well. A channel's file has 200: what
is longer has begun to hold a rule of the conversation.
"""

import ast
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PRODUCT = ("bot", "playbooks", "storage")
LONGEST_BODY = 40
LONGEST_FILE = 400
CHANNELS = "bot/channels/"
LONGEST_IN_CHANNELS = 200


@dataclass(frozen=True, slots=True)
class Length:
    """How many lines something has, and where it is."""

    where: str
    lines: int


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body, the docstring left out: from its first statement to its last line."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def bodies(path: Path, source: str) -> Iterator[Length]:
    """Every function of a file, inner ones too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Length(f"{path}:{node.lineno} {node.name}", body_lines(node))


def measured(folders: tuple[str, ...], root: Path) -> tuple[list[Length], list[Length]]:
    """The functions and the files of some folders; empty files say nothing and are left out."""
    functions: list[Length] = []
    files: list[Length] = []
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            where = path.relative_to(root)
            if source.strip():
                files.append(Length(str(where), len(source.splitlines())))
                functions.extend(bodies(where, source))
    return functions, files


def allowed(where: str) -> int:
    """Lines a file may have."""
    return LONGEST_IN_CHANNELS if where.startswith(CHANNELS) else LONGEST_FILE


def row(name: str, lengths: list[Length], median: int, p90: int, most: int) -> str:
    """One line of the report: what is, beside what is aimed at."""
    sizes = sorted(length.lines for length in lengths)
    high = sizes[min(len(sizes) - 1, int(len(sizes) * 0.9))]
    is_now = f"median {statistics.median(sizes):g}, p90 {high}, most {sizes[-1]}"
    return f"{name:<22} {len(sizes):>5}   {is_now:<32} aim: {median}, {p90}, {most}"


def report(root: Path) -> tuple[list[str], list[Length]]:
    """The lines to print, and what is too long."""
    lines = []
    too_long = []
    for name, folders in (("product", PRODUCT), ("tests", ("tests",))):
        functions, files = measured(folders, root)
        lines.append(row(f"{name}: function bodies", functions, 6, 20, LONGEST_BODY))
        lines.append(row(f"{name}: files", files, 120, LONGEST_FILE, LONGEST_FILE))
        too_long += [each for each in functions if each.lines > LONGEST_BODY]
        too_long += [each for each in files if each.lines > allowed(each.where)]
    return lines, too_long


def main() -> int:
    """Prints the figures; 1 where something is too long."""
    lines, too_long = report(Path(__file__).resolve().parents[2])
    print("House figures (lines)")
    for line in lines:
        print(f"  {line}")
    for each in too_long:
        print(f"  TOO LONG: {each.where}: {each.lines} lines")
    return 1 if too_long else 0


if __name__ == "__main__":
    sys.exit(main())
