"""Public, human-labelled sets as a second yardstick: customers' own words, other labels mapped to
ours. The sets are not part of the project: ``READING_SETS`` names the folder they lie in.

A row has ``id`` and ``text`` and any of ``kind`` (the one right kind), ``kinds_ok`` (all that
count as right), ``upset``, ``is_failure``, ``oos`` (out of scope) and ``conf`` (how far the crowd
agreed).
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from playbooks.engine.bulk import failure
from playbooks.engine.read import Reader
from playbooks.engine.schema import Scores
from playbooks.engine.train import MARKS, ROUNDS, fitted, sums
from playbooks.engine.trainset import taken_in
from playbooks.engine.vectors import Vectors

Row = dict[str, Any]
_AGREED = 0.99
COUNTS = 3.0
"""How often a line of CLINC counts among the lessons, as in those that are shipped."""


def sets_in(folder: Path) -> dict[str, list[Row]]:
    """Every set of the folder, the parts of one joined."""
    found: dict[str, list[Row]] = {}
    for file in sorted(folder.glob("*.jsonl")):
        lines = file.read_text(encoding="utf-8").splitlines()
        found.setdefault(file.name.split(".")[0], []).extend(map(json.loads, lines))
    return found


def share(hits: Iterable[bool]) -> float:
    """The share that is true; 0 of none."""
    told = list(hits)
    return sum(told) / max(1, len(told))


def macro_f1(right: Sequence[Any], said: Sequence[Any]) -> float:
    """The mean over the labels of twice the hits by all said and all right (van Rijsbergen)."""
    labels = sorted(set(right), key=str)
    total = 0.0
    for label in labels:
        hits = sum(r == s == label for r, s in zip(right, said, strict=True))
        total += 2 * hits / max(1, right.count(label) + list(said).count(label))
    return total / max(1, len(labels))


def area(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """The chance that a positive one scores above a negative one (Mann and Whitney 1947)."""
    order = sorted(range(len(scores)), key=scores.__getitem__)
    rank: dict[int, float] = {}
    start = 0
    while start < len(order):
        stop = start
        while stop + 1 < len(order) and scores[order[stop + 1]] == scores[order[start]]:
            stop += 1
        rank.update(dict.fromkeys(order[start : stop + 1], (start + stop) / 2 + 1))
        start = stop + 1
    ones = sum(positive)
    above = sum(rank[place] for place, is_one in enumerate(positive) if is_one)
    return (above - ones * (ones + 1) / 2) / max(1, ones * (len(scores) - ones))


def _kinds(rows: Sequence[Row], found: Sequence[Scores]) -> list[str]:
    both = [(row, got) for row, got in zip(rows, found, strict=True) if row.get("kind")]
    if not both:
        return []
    right = [row["kind"] for row, _ in both]
    among = sorted(set(right))
    closed = [max(among, key=lambda kind, got=got: got.kinds[kind]) for _, got in both]  # type: ignore[misc]
    hits = [r == c for r, c in zip(right, closed, strict=True)]
    told = [
        f"kind of 15 {share(got.reading.kind == row['kind'] for row, got in both):.3f}",
        f"of {len(among)} {share(hits):.3f} (macro-F1 {macro_f1(right, closed):.3f})",
    ]
    sure = [
        hit
        for hit, (row, _) in zip(hits, both, strict=True)
        if row["kind"] != "praise" and ((row.get("conf") or {}).get("reason") or 0) >= _AGREED
    ]
    return [*told, f"all agreed {share(sure):.3f}"] if sure else told


def measured(reader: Reader, rows: Sequence[Row]) -> str:
    """What the reader makes of one set, in one line."""
    found = [reader.scores(row["text"]) for row in rows]
    both = list(zip(rows, found, strict=True))
    told = _kinds(rows, found)
    if lenient := [got.reading.kind in row["kinds_ok"] for row, got in both if row.get("kinds_ok")]:
        told.append(f"lenient {share(lenient):.3f}")
    if upset := [(got.reading.heat > 0) == row["upset"] for row, got in both if "upset" in row]:
        told.append(f"upset {share(upset):.3f}")
    failed = [failure(got) == row["is_failure"] for row, got in both if "is_failure" in row]
    if failed:
        told.append(f"complaint or not {share(failed):.3f}")
    if any("oos" in row for row in rows):
        scope = [(got.reading.confidence, not row["oos"]) for row, got in both if "oos" in row]
        told.append(f"out of scope AUROC {area(*map(list, zip(*scope, strict=True))):.3f}")
    return ", ".join(told)


def scope_learned(taught: Sequence[Row], rows: Sequence[Row], vectors: Vectors) -> str:
    """How well the field that tells a moment from small talk tells the lines in scope from those
    out of it, learned from ``taught`` and from every second row, measured on the others."""
    # Here, not above: the bench says whether reading alone loads it.
    import numpy as np

    lessons = [{"text": row["text"], "moment": not row["oos"], "weight": COUNTS} for row in rows]
    told = taken_in([*taught, *lessons], vectors)
    places = np.arange(len(told.known))
    asked = places[len(taught) :: 2]
    learned = fitted(told, "moment", np.setdiff1d(places, asked), ROUNDS)
    chances = 1 / (1 + np.exp(-sums(told, asked, learned)[:, 0]))
    within = [not row["oos"] for row in rows[::2]]
    kept = share(
        chance >= MARKS["moment"] for chance, yes in zip(chances, within, strict=True) if yes
    )
    caught = share(
        chance < MARKS["moment"] for chance, yes in zip(chances, within, strict=True) if not yes
    )
    found = area(chances.tolist(), within)
    return f"out of scope AUROC {found:.3f}, caught {caught:.3f}, of the others kept {kept:.3f}"
