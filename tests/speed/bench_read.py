"""How fast and how well the reader reads. Run: ``python -m tests.speed.bench_read``.

The bare floor is what any reader must do: split the line and look each word up in a dict.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

FIXTURES = Path(__file__).parents[1] / "engine" / "fixtures"
ROUNDS = 7


def rows(name: str) -> list[dict[str, Any]]:
    lines = (FIXTURES / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def each(work: Callable[[str], object], lines: Sequence[str]) -> list[float]:
    """Best of the rounds for every line, in microseconds."""
    best = [float("inf")] * len(lines)
    for _ in range(ROUNDS):
        for place, line in enumerate(lines):
            start = time.perf_counter()
            work(line)
            best[place] = min(best[place], (time.perf_counter() - start) * 1e6)
    return best


def share(hits: Sequence[bool]) -> float:
    return sum(hits) / max(1, len(hits))


def calibration(readings: Sequence[Any], moments: Sequence[dict[str, Any]]) -> float:
    """Expected calibration error of ``kind`` in ten bins."""
    error = 0.0
    for tenth in range(10):
        inside = [
            (got.confidence, got.kind == want["kind"])
            for got, want in zip(readings, moments, strict=True)
            if min(9, int(got.confidence * 10)) == tenth
        ]
        error += abs(sum(sure for sure, _ in inside) - sum(right for _, right in inside))
    return error / len(moments)


def quality(reader: Any, moments: Sequence[dict[str, Any]]) -> None:
    readings = [reader.read(moment["text"]) for moment in moments]
    pairs = list(zip(readings, moments, strict=True))
    for field in ("stage", "kind", "heat", "value", "repeat"):
        right = share([getattr(got, field) == want[field] for got, want in pairs])
        print(f"  {field:9} {right:.3f}")
    print(f"  top three {share([want['kind'] in got.kinds for got, want in pairs]):.3f}")
    for field in ("escalate", "repeat"):
        said = share([want[field] for got, want in pairs if getattr(got, field)])
        found = share([getattr(got, field) for got, want in pairs if want[field]])
        print(f"  {field:9} precision {said:.3f} recall {found:.3f}")
    print(f"  taken for small talk {sum(got.abstain for got in readings)} of {len(readings)}")
    print(f"  calibration error {calibration(readings, moments):.3f}")


def speed(reader: Any, lines: Sequence[str]) -> None:
    known = {word: word for line in lines for word in line.split()}
    floor = statistics.median(each(lambda line: [known.get(w) for w in line.split()], lines))
    times = each(reader.read, lines)
    middle = statistics.median(times)
    high = sorted(times)[int(len(times) * 0.99)]
    print(f"  {middle:.1f} us a message median, {high:.1f} at the 99th of 100")
    print(f"  {middle / floor:.0f} x the bare floor of {floor:.2f} us (split and look up)")


def bulk(reader: Any, lines: Sequence[str]) -> None:
    from playbooks.engine.bulk import read_lines

    asked = [json.dumps({"id": place, "text": line}) for place, line in enumerate([*lines] * 10)]
    for name in ("first time", "second time"):
        start = time.perf_counter()
        count = sum(1 for _ in read_lines(reader, asked))
        print(f"  {count / (time.perf_counter() - start):,.0f} lines a second, {name}")


def main() -> None:
    start = time.perf_counter()
    from playbooks.engine.read import Reader

    imported = time.perf_counter()
    reader = Reader.shipped()
    reader.read("guest 412 furious room not ready 2nd time platinum")
    print(f"import {(imported - start) * 1e3:.1f} ms, ", end="")
    print(f"weights and first line {(time.perf_counter() - imported) * 1e3:.1f} ms")
    print(f"numpy loaded: {'numpy' in sys.modules}")
    moments = rows("dev.jsonl")
    lines = [moment["text"] for moment in moments]
    print("bulk (dev ten times, one process)")
    bulk(reader, lines)
    print("speed (dev)")
    speed(reader, lines)
    print("quality (dev, never trained on)")
    quality(reader, moments)
    hard = {row["id"] for row in rows("dev_hard.jsonl")}
    chosen = [moment for moment in moments if moment["id"] in hard]
    right = share([reader.read(moment["text"]).kind == moment["kind"] for moment in chosen])
    print(f"  kind on the hard ones {right:.3f} of {len(chosen)}")


if __name__ == "__main__":
    main()
