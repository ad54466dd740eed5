"""A store in a dictionary: the conversation's port, faked where the real one would be joined."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.conversations.growing import Correction, Decision, Growth
from bot.conversations.types import FollowUp, Moment, Person, Turn, WeekNumbers
from playbooks.engine.schema import Results

NO_FAILURE = ("question", "praise")


@dataclass
class FakeMemory:
    """Remembers turns; everything a conversation may ask is answered from what was kept."""

    everybody: dict[str, Person] = field(default_factory=dict)
    moments: dict[str, Moment] = field(default_factory=dict)
    rows: dict[str, FollowUp] = field(default_factory=dict)
    """Follow-ups as the store has them: only what a turn names is written, whatever its moments
    carry with them."""
    numbers: WeekNumbers | None = None
    asked: list[tuple[datetime, datetime]] = field(default_factory=list)
    corrected: dict[str, Correction] = field(default_factory=dict)
    growths: dict[str, Growth] = field(default_factory=dict)

    def keep(self, turn: Turn) -> None:
        if turn.person:
            self.everybody[turn.person.id] = turn.person
        for moment in turn.moments:
            old = self.moments.get(moment.id)
            version = (old.version if old else 0) + 1
            self.moments[moment.id] = replace(moment, version=version)
        for follow_up in turn.follow_ups:
            self.rows[follow_up.id] = follow_up
        for correction in turn.corrections:
            self.corrected.pop(correction.moment, None)
            if correction.state != "gone":
                self.corrected[correction.moment] = correction
        if asked := turn.publishing:
            growth = self.growths.get(asked.site) or Growth(asked.site)
            self.growths[asked.site] = replace(growth, asked=asked.at, asked_by=asked.by)
        for moment in turn.moments:
            self._load(moment.id)
        for follow_up in turn.follow_ups:
            self._load(follow_up.moment)

    def _load(self, moment_id: str) -> None:
        mine = tuple(f for f in self.rows.values() if f.moment == moment_id)
        self.moments[moment_id] = replace(self.moments[moment_id], follow_ups=mine)

    def moment(self, moment_id: str) -> Moment | None:
        return self.moments.get(moment_id)

    def _newest(self) -> list[Moment]:
        return sorted(self.moments.values(), key=lambda m: (m.created, m.id), reverse=True)

    def open_by_ref(self, site: str, ref: str, since: datetime) -> tuple[Moment, ...]:
        return tuple(
            m
            for m in self._newest()
            if m.site == site and m.reading.ref == ref and m.created >= since
            if m.status in ("open", "acted")
        )

    def open_of(self, person: str, limit: int = 20) -> tuple[Moment, ...]:
        mine = (m for m in self._newest() if m.person == person)
        still = [
            m
            for m in mine
            if m.status in ("open", "acted")
            or any(f.state == "asked" for f in m.follow_ups if m.status == "settled")
        ]
        return tuple(still[:limit])

    def failures(self, site: str, ref: str, since: datetime, but: str = "") -> int:
        return sum(
            m.site == site and m.reading.ref == ref and m.created >= since and m.id != but
            for m in self.moments.values()
            if m.reading.kind not in NO_FAILURE and m.status != "undone"
        )

    def spent(self, person: str, since: datetime) -> int:
        gifts = (g for m in self.moments.values() if m.status != "undone" for g in m.gifts)
        own = (g for g in gifts if g.by == person and not g.approved_by)
        return sum(g.amount for g in own if g.at >= since)

    def people(self, site: str) -> tuple[Person, ...]:
        return tuple(p for p in self.everybody.values() if p.site == site and p.active)

    def person(self, person_id: str) -> Person | None:
        return self.everybody.get(person_id)

    def results(self, site: str) -> Mapping[str, Results]:
        return {}

    def week(self, site: str, start: datetime, end: datetime) -> WeekNumbers:
        self.asked.append((start, end))
        return self.numbers or WeekNumbers(site, start, end)

    def correction(self, moment_id: str) -> Correction | None:
        return self.corrected.get(moment_id)

    def corrections(self, site: str, state: Decision, limit: int = 1000) -> tuple[Correction, ...]:
        mine = [c for c in self.corrected.values() if c.site == site and c.state == state]
        return tuple(sorted(mine, key=lambda c: (c.at, c.moment))[:limit])

    def correction_counts(self, site: str) -> Mapping[str, int]:
        return Counter(c.state for c in self.corrected.values() if c.site == site)

    def growth(self, site: str) -> Growth | None:
        return self.growths.get(site)
