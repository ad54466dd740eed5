"""How fast and how well the reader reads. Run: ``make bench-read``.

The bare floor of speed is what any reader must do: split the line and look each word up in a dict.
The floor of quality is what anybody gets from a library in an afternoon, learned from the same
messages in the same run: TF-IDF of words and letters and a linear support vector machine
(scikit-learn). ``READING_SETS=folder`` measures public sets too, of which nothing was learned but,
from three of them, whether a line is a moment; ``--trained`` measures those that allow it after
learning from half of them.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.speed.public_sets import macro_f1, measured, scope_learned, sets_in, share

ROOT = Path(__file__).resolve().parents[2]
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
        said = [getattr(got, field) for got, want in pairs if field in want]
        wanted = [want[field] for _, want in pairs if field in want]
        right = share([s == w for s, w in zip(said, wanted, strict=True)])
        print(f"  {field:9} {right:.3f} (macro-F1 {macro_f1(wanted, said):.3f})")
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


HELD = """
import sys
from pathlib import Path

def held():
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(told.split("VmHWM:")[1].split()[0]) / 1024

lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
bare = held()
from playbooks.engine.read import Reader

reader = Reader.shipped()
for line in lines:
    reader.read(line)
print(len(lines), held() - bare)
"""
"""The most memory a process held after reading lines, less what it held before the reader came."""


def memory(lines: Sequence[str]) -> None:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as asked:
        asked.write("\n".join(" ".join(line.split()) for line in lines))
        asked.flush()
        command = [sys.executable, "-c", HELD, asked.name]
        told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    count, more = told.stdout.split()
    print(f"  {float(more):.1f} MiB more than bare Python after {int(count):,} lines")


def baseline(told: Sequence[dict[str, Any]], moments: Sequence[dict[str, Any]]) -> None:
    """TF-IDF and a linear support vector machine, learned from what the reader learned from."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    for field in ("stage", "kind", "heat"):
        known = [message for message in told if field in message]
        model = make_pipeline(
            make_union(
                TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2),
                TfidfVectorizer(
                    sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5), min_df=3
                ),
            ),
            LinearSVC(C=0.3),
        )
        model.fit([m["text"] for m in known], [m[field] for m in known])
        said = list(model.predict([moment["text"] for moment in moments]))
        right = [moment[field] for moment in moments]
        hits = share([s == r for s, r in zip(said, right, strict=True)])
        print(f"  {field:9} {hits:.3f} (macro-F1 {macro_f1(right, said):.3f})")


def taught() -> list[dict[str, Any]]:
    """All that the shipped weights were learned from."""
    from playbooks.engine.load import load, shipped
    from playbooks.engine.train import example_messages, shipped_messages

    library, _ = load(shipped())
    folder = shipped().parent / "training"
    return shipped_messages(folder) + example_messages(library.plays.values())


def after_learning(rows: Sequence[dict[str, Any]]) -> str:
    """A public set measured on one half after learning from the other half beside our own."""
    from playbooks.engine.linear import Linear
    from playbooks.engine.load import shipped
    from playbooks.engine.read import Reader
    from playbooks.engine.train import train
    from playbooks.engine.vectors import Vectors

    half = [row for place, row in enumerate(rows) if place % 2]
    more = [{"text": row["text"], "kind": row["kind"]} for row in half if row.get("kind")]
    vectors = Vectors.load(shipped().parent / "training" / "vectors.bin")
    blob = train([*taught(), *more], vectors, rounds=30)
    return measured(Reader(Linear.load(blob)), rows[::2])


SCOPE = "public_scope.jsonl"


def scope(rows: Sequence[dict[str, Any]]) -> str:
    """Moment or not, measured on rows of a set the shipped weights learned it from."""
    from playbooks.engine.load import shipped
    from playbooks.engine.vectors import Vectors

    folder = shipped().parent / "training"
    lines = (folder / SCOPE).read_text(encoding="utf-8").splitlines()
    public = {json.loads(line)["text"] for line in lines}
    own = [message for message in taught() if message["text"] not in public]
    return scope_learned(own, rows, Vectors.load(folder / "vectors.bin"))


def public(reader: Any) -> None:
    folder = os.environ.get("READING_SETS")
    if not folder:
        print("public sets: not measured, READING_SETS does not name their folder")
        return
    for name, rows in sets_in(Path(folder)).items():
        print(f"{name}: {measured(reader, rows)}")
        if any("oos" in row for row in rows):
            print(f"{name}, moment or not learned from the other half: {scope(rows)}")
        if "--trained" in sys.argv and name in {"banking77", "nlupp_hotel_bank"}:
            print(f"{name}, learned from the other half: {after_learning(rows)}")


def main() -> None:
    start = time.perf_counter()
    from playbooks.engine import linear
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
    print("memory of the reader alone (dev, then our own notes too)")
    memory(lines)
    memory([*lines, *(row["text"] for row in rows("set_aside.jsonl"))])
    print("quality (dev, never trained on)")
    quality(reader, moments)
    hard = {row["id"] for row in rows("dev_hard.jsonl")}
    chosen = [moment for moment in moments if moment["id"] in hard]
    right = share([reader.read(moment["text"]).kind == moment["kind"] for moment in chosen])
    print(f"  kind on the hard ones {right:.3f} of {len(chosen)}")
    print("quality (notes of our own set aside)")
    quality(reader, rows("set_aside.jsonl"))
    size = (Path(linear.__file__).with_name("weights.bin")).stat().st_size
    print(f"  weights {size / 1e6:.2f} MB")
    print("the same messages, TF-IDF and a linear support vector machine (dev)")
    baseline(taught(), moments)
    public(reader)


if __name__ == "__main__":
    main()
