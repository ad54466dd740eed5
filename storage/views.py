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
    earlier = span | {"start": mapper.ms(start - (end - start)), "end": mapper.ms(start)}
    return WeekNumbers(
        site=site,
        start=start,
        end=end,
        before=int(session.row("week_before", **earlier)[0]),
        overdue=_overdue(session, site, now),
        **_sums(session, span),
        **_kinds(session, span),
        **_outcomes(session, span),
        **_answers(session, span),
    )


def _overdue(session: Session, site: str, now: datetime) -> int:
    """Everything due by now, and what was asked and has its reminder still to come."""
    at = mapper.ms(now)
    late = session.row("follow_ups_late", site=site, now=at)[0]
    return int(late + session.row("follow_ups_asked", site=site, now=at)[0])


def _sums(session: Session, span: Mapping[str, Value]) -> dict[str, Any]:
    names = ("moments", "still_open", "gifts", "given", "over_limit", "corrected", "repeats")
    return dict(zip(names, map(int, session.row("week_sums", **span)), strict=True))


def _kinds(session: Session, span: Mapping[str, Value]) -> dict[str, Any]:
    columns = ("by_stage", "by_kind", "by_heat", "by_touchpoint")
    return tallied(columns, session.rows("week_kinds", **span))


def _outcomes(session: Session, span: Mapping[str, Value]) -> dict[str, Any]:
    columns = ("smot", "smot_by", "umot", "umot_by")
    found = tallied(columns, session.rows("week_outcomes", **span))
    provenance = found["smot_by"] + found["umot_by"]
    return {"smot": found["smot"], "umot": found["umot"], "provenance": provenance}


def tallied(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Counter[Any]]:
    """How often each word stands in each column, from rows of words and the count of their like;
    an empty word means not known and is not counted."""
    counts: dict[str, Counter[Any]] = {column: Counter() for column in columns}
    for *words, count in rows:
        for column, word in zip(columns, words, strict=True):
            if word != "":
                counts[column][word] += count
    return counts


def _answers(session: Session, span: Mapping[str, Value]) -> dict[str, Any]:
    seconds = sorted(took / 1000 for (took,) in session.rows("week_answers", **span))
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


def play_outcomes(session: Session) -> list[dict[str, Any]]:
    """How each play ended, by site and revision: site, play, revision, used, acted, and how many
    came to each result."""
    rows = session.named("play_outcomes", {})
    words = ("site", "play", "revision")
    return [{n: v if n in words else int(v or 0) for n, v in row.items()} for row in rows]


def counts(session: Session) -> dict[str, int]:
    """How much there is of everything that somebody may have to look after. Cards already sent are
    not counted: that would read the whole table."""
    states = dict.fromkeys(("ready", "sending", "in_doubt", "dead", "superseded"), 0)
    states |= dict(session.rows("count_on_its_way")) | dict(session.rows("count_left_over"))
    return {
        "moments": session.row("count_moments")[0],
        "follow_ups_open": session.row("count_follow_ups")[0],
        "inbox_unsettled": session.row("count_inbox")[0],
        "inbox_failed": session.row("count_failed")[0],
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
