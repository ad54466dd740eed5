"""Moments read and written inside one transaction, with all that is counted beside them."""

from datetime import datetime
from typing import Final

from bot.conversations.types import Moment
from storage import mapper
from storage.errors import Conflict
from storage.prepared import Session, Value

KNOWN: Final = frozenset(("recovered", "partly", "not_recovered"))
"""How a moment can have ended, where it is known."""


class Moments:
    """The moments of one transaction. It keeps what was read: a moment written back is checked
    against the version seen here, and what it adds to the counts is the difference to it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seen: dict[str, tuple[Moment, int]] = {}

    def one(self, moment_id: str) -> Moment | None:
        """The moment of that id, with its follow-ups."""
        found = self._found("moment", id=moment_id)
        return found[0] if found else None

    def open_by_ref(self, site: str, ref: str, since: datetime) -> tuple[Moment, ...]:
        """Moments of that customer still open or acted on, newest first.

        On PostgreSQL whoever asks first holds that customer until the end of the transaction: two
        lines about one guest at the same second would otherwise become two moments.
        """
        if not ref:
            return ()
        self._session.lock(f"ref {site} {ref}")
        return self._found("open_by_ref", site=site, ref=ref, since=mapper.ms(since))

    def open_of(self, person: str, limit: int) -> tuple[Moment, ...]:
        """Moments this person still has to finish, newest first."""
        return self._found("open_of", person=person, limit=limit)

    def history(self, site: str, ref: str, since: datetime, limit: int) -> tuple[Moment, ...]:
        """Everything known of that customer, newest first."""
        return self._found("history", site=site, ref=ref, since=mapper.ms(since), limit=limit)

    def failures(self, site: str, ref: str, since: datetime, but: str) -> int:
        """Earlier moments of that customer that were failures."""
        if not ref:
            return 0
        start = mapper.ms(since)
        return int(self._session.row("failures", site=site, ref=ref, since=start, but=but)[0])

    def spent(self, person: str, since: datetime) -> int:
        """What this person gave since then, in hundredths."""
        return int(self._session.row("spent", person=person, since=mapper.ms(since))[0])

    def write(self, moment: Moment) -> None:
        """Stores a moment, new or changed.

        Raises:
            Conflict: it was changed by somebody else since it was read.
        """
        was, version = self._before(moment)
        row = mapper.moment_row(moment, version + 1)
        if version:
            changed = self._session.put("moment_update", row | {"read_version": version})
        else:
            changed = self._session.put("moment_insert", row)
        if changed != 1:
            raise Conflict(f"Moment {moment.id} was changed by somebody else at the same time.")
        self._count_gifts(was, moment)
        self._count_results(was, moment)
        self._seen[moment.id] = moment, version + 1

    def _found(self, name: str, **values: Value) -> tuple[Moment, ...]:
        found = mapper.moments_of(self._session.rows(name, **values))
        for moment in found:
            self._seen[moment.id] = moment, moment.version
        return found

    def _before(self, moment: Moment) -> tuple[Moment | None, int]:
        """What is stored now and its version. Undo brings back an older state with its older
        version: so what was read in this transaction counts, not what the moment says."""
        if moment.id in self._seen:
            return self._seen[moment.id]
        if not moment.version:
            return None, 0
        row = self._session.row("moment_was", id=moment.id)
        return (mapper.moment_of(row[0]) if row else None), moment.version

    def _count_gifts(self, was: Moment | None, moment: Moment) -> None:
        new = mapper.gift_rows(moment)
        old = mapper.gift_rows(was) if was else []
        if new == old:
            return
        if old:
            self._session.changed("gifts_delete", moment=moment.id)
        for row in new:
            self._session.put("gift_insert", row)

    def _count_results(self, was: Moment | None, moment: Moment) -> None:
        before, after = outcome(was), outcome(moment)
        if before == after:
            return
        for known, sign in ((before, -1), (after, 1)):
            if known is not None:
                site, play, revision, well = known
                self._session.changed(
                    "result_add",
                    site=site,
                    play=play,
                    revision=revision,
                    well=sign * well,
                    known=sign,
                )


def outcome(moment: Moment | None) -> tuple[str, str, str, int] | None:
    """Site, play, revision and 1 where it was put right; None while the end is not known."""
    if moment is None or moment.smot is None or moment.status == "undone":
        return None
    if moment.smot.result not in KNOWN:
        return None
    play = moment.suggestion
    return moment.site, play.play, play.revision, int(moment.smot.result == "recovered")
