"""Numbers for people and rows for spreadsheets: reads only."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from bot.conversations.types import WeekNumbers
from playbooks.engine.schema import Results
from storage import mapper
from storage.prepared import Session, Value

ExportTable: TypeAlias = Literal["moments", "follow_ups", "gifts", "people"]
PAGE: Final = 1000
"""Rows of an export read at once."""
TIMES: Final = frozenset(("created", "answered", "updated", "at", "due", "shift_at"))
INSIDE: Final = frozenset(("body", "next_at", "worker", "version"))
"""Columns that mean nothing outside the store."""
STARTS: Final[Mapping[ExportTable, Mapping[str, Value]]] = {
    "moments": {"id": ""},
    "follow_ups": {"id": ""},
    "gifts": {"moment": "", "n": -1},
    "people": {"id": ""},
}
"""The key of each table and a value before the first row."""


def week(session: Session, site: str, start: datetime, end: datetime, now: datetime) -> WeekNumbers:
    """One site's numbers between two times, ``end`` not included. Moments logged by mistake or
    joined to another one do not count. Overdue is as of now, whatever the week."""
    span: dict[str, Value] = {"site": site, "start": mapper.ms(start), "end": mapper.ms(end)}
    rows = session.rows("week", **span)
    earlier = span | {"start": mapper.ms(start - (end - start)), "end": mapper.ms(start)}
    return WeekNumbers(
        site=site,
        start=start,
        end=end,
        moments=len(rows),
        before=int(session.row("week_before", **earlier)[0]),
        overdue=_overdue(session, site, now),
        **(_counted(list(zip(*rows, strict=True))) if rows else {}),
    )


def _overdue(session: Session, site: str, now: datetime) -> int:
    asked = session.row("follow_ups_asked", site=site)[0]
    return int(asked + session.row("follow_ups_late", site=site, now=mapper.ms(now))[0])


def _counted(columns: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    created, answered, status, stage, kind, heat, touchpoint, *rest = columns
    smot, smot_by, umot, umot_by, gift_count, given, over_limit, corrected, repeat = rest
    states = Counter(status)
    return {
        "by_stage": Counter(stage),
        "by_kind": Counter(kind),
        "by_heat": Counter(heat),
        "by_touchpoint": named(touchpoint),
        **_answers(created, answered),
        "still_open": states["open"] + states["acted"],
        "smot": named(smot),
        "umot": named(umot),
        "provenance": named(smot_by) + named(umot_by),
        "gifts": sum(gift_count),
        "given": sum(given),
        "over_limit": sum(over_limit),
        "corrected": sum(corrected),
        "repeats": sum(repeat),
    }


def named(column: Sequence[str]) -> Counter[str]:
    """How often each word stands in a column; what is empty is not known and not counted."""
    counts = Counter(column)
    del counts[""]
    return counts


def _answers(created: Sequence[int], answered: Sequence[int | None]) -> dict[str, Any]:
    pairs = zip(created, answered, strict=True)
    seconds = sorted((end - start) / 1000 for start, end in pairs if end is not None)
    if not seconds:
        return {}
    return {
        "answered": len(seconds),
        "answer_median": quantile(seconds, 0.5),
        "answer_p90": quantile(seconds, 0.9),
    }


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which that share lies, by straight lines between neighbours (Hyndman and Fan
    1996, type 7, as most spreadsheets do)."""
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def results(session: Session, site: str) -> dict[str, Results]:
    """Recovered of known outcomes by ``play@revision``."""
    rows = session.rows("results", site=site)
    return {f"{play}@{revision}": Results(well, known) for play, revision, well, known in rows}


def counts(session: Session) -> dict[str, int]:
    """How much there is of everything that somebody may have to look after. Cards already sent are
    not counted: that would read the whole table."""
    states = dict.fromkeys(("ready", "sending", "in_doubt", "dead", "superseded"), 0)
    states |= dict(session.rows("count_on_its_way")) | dict(session.rows("count_left_over"))
    return {
        "moments": session.row("count_moments")[0],
        "follow_ups_open": session.row("count_follow_ups")[0],
        "inbox_unsettled": session.row("count_inbox")[0],
        **{f"outbox_{state}": count for state, count in states.items()},
    }


def export(session: Session, table: ExportTable) -> Iterator[dict[str, str | int | None]]:
    """All rows of a table, flat, times in ISO 8601 and money in hundredths."""
    key = dict(STARTS[table])
    while rows := export_page(session, table, key):
        yield from map(flat, rows)
        key = {name: rows[-1][name] for name in key}


def export_page(
    session: Session, table: ExportTable, after: Mapping[str, Value]
) -> list[dict[str, Any]]:
    """The next rows after a key, as they are stored."""
    last = {f"last_{name}": value for name, value in after.items()}
    return session.named(f"export_{table}", {**last, "limit": PAGE})


def flat(row: Mapping[str, Any]) -> dict[str, str | int | None]:
    """A row as it goes into a spreadsheet; of a moment also the line typed and what was said."""
    out: dict[str, str | int | None] = {
        name: mapper.when(value).isoformat() if name in TIMES and value is not None else value
        for name, value in row.items()
        if name not in INSIDE
    }
    if "body" in row:
        moment = mapper.moment_of(row["body"])
        out |= {"text": moment.text, "say": moment.suggestion.say}
    return out
