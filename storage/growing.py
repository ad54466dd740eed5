"""What people correct and what a site has learned, read and written inside one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from bot.conversations.growing import Correction, Decision, Growth, Publishing
from playbooks.engine.vocabulary import Heat, Kind, Stage
from storage import mapper
from storage.prepared import Session, Value


class Growing:
    """The corrections and growths of one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # --- corrections -------------------------------------------------------------------------

    def one(self, moment_id: str) -> Correction | None:
        """The correction of that moment."""
        row = self._session.row("correction", moment=moment_id)
        return correction_of(row) if row else None

    def of(self, site: str, state: Decision, limit: int) -> tuple[Correction, ...]:
        """Corrections of a site in that state, the oldest first."""
        rows = self._session.rows("corrections", site=site, state=state, limit=limit)
        return tuple(map(correction_of, rows))

    def counts(self, site: str) -> Mapping[str, int]:
        """How many there are in each state."""
        rows = self._session.rows("correction_counts", site=site)
        return {state: int(count) for state, count in rows}

    def write(self, correction: Correction) -> None:
        """Stores a correction as it now is. A dropped one keeps no word of the customer."""
        if correction.state == "waiting":
            self._session.put("correction_save", correction_row(correction))
        elif correction.state == "gone":
            self._session.changed("correction_gone", moment=correction.moment)
        else:
            row = correction_row(correction)
            self._session.put("correction_decide", row | {"corrected": row["at"]})

    def outlive(self, before: datetime) -> int:
        """Throws away what nobody kept as an example and was corrected before then."""
        return self._session.changed("corrections_outlived", before=mapper.ms(before))

    # --- what was learned --------------------------------------------------------------------

    def growth(self, site: str) -> Growth | None:
        """What the site has learned; None where nobody ever published."""
        row = self._session.row("growth", site=site)
        return growth_of(row) if row else None

    def marks(self) -> dict[str, int]:
        """For each site that has learned something, a number that changes with it."""
        return {site: int(made) for site, made in self._session.rows("growth_marks")}

    def ask(self, publishing: Publishing) -> None:
        """Notes that somebody wants what was kept to be learned."""
        growth = Growth(publishing.site, asked=publishing.at, asked_by=publishing.by)
        self._session.put("growth_ask", growth_row(growth))

    def take(self, now: datetime, lease: timedelta) -> list[Growth]:
        """The sites somebody waits for, claimed until the lease ends."""
        at = mapper.ms(now)
        if self._session.row("growth_waits", now=at) is None:
            return []
        rows = self._session.rows("growth_take", now=at, until=mapper.ms(now + lease))
        found = (self.growth(site) for (site,) in rows)
        return [each for each in found if each is not None]

    def make(self, growth: Growth) -> None:
        """Puts what was learned into use."""
        self._session.put("growth_make", growth_row(growth))

    def answered(self, growth: Growth) -> None:
        """Notes that a publishing is done; one asked for meanwhile still waits."""
        asked = _ms(growth.asked)
        self._session.changed("growth_answered", site=growth.site, was_asked=asked)


def correction_row(correction: Correction) -> dict[str, Value]:
    """The row of a correction."""
    return {
        "moment": correction.moment,
        "site": correction.site,
        "text": "" if correction.state == "dropped" else correction.text,
        "stage": correction.stage,
        "kind": correction.kind,
        "heat": correction.heat,
        "read_stage": correction.read_stage,
        "read_kind": correction.read_kind,
        "read_heat": correction.read_heat,
        "by": correction.by,
        "at": mapper.ms(correction.at),
        "state": correction.state,
        "decided_by": correction.decided_by,
        "decided_at": _ms(correction.decided_at),
    }


def correction_of(row: Sequence[Any]) -> Correction:
    """The correction of a row."""
    moment, site, text, stage, kind, heat, read_stage, read_kind, read_heat, *rest = row
    by, at, state, decided_by, decided_at = rest
    return Correction(
        moment,
        site,
        text,
        cast("Stage", stage),
        cast("Kind", kind),
        cast("Heat", heat),
        cast("Stage", read_stage),
        cast("Kind", read_kind),
        cast("Heat", read_heat),
        by,
        mapper.when(at),
        state,
        decided_by,
        _when(decided_at),
    )


def growth_row(growth: Growth) -> dict[str, Value]:
    """The row of what a site has learned; free to be taken at once where it is asked for."""
    return {
        "site": growth.site,
        "weights": growth.weights,
        "made": _ms(growth.made),
        "overlay": growth.overlay,
        "report": growth.report,
        "lessons": growth.lessons,
        "learned": _ms(growth.learned),
        "asked": _ms(growth.asked),
        "asked_by": growth.asked_by,
        "next_at": 0,
    }


def growth_of(row: Sequence[Any]) -> Growth:
    """What a site has learned, of a row."""
    site, weights, made, overlay, report, lessons, learned, asked, asked_by, _ = row
    return Growth(
        site, weights, _when(made), overlay, report, lessons, _when(learned), _when(asked), asked_by
    )


def _ms(at: datetime | None) -> int:
    return 0 if at is None else mapper.ms(at)


def _when(value: int) -> datetime | None:
    return mapper.when(value) if value else None
