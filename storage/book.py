"""The store inside one transaction: everything the conversation, the courier and the jobs may ask.

A Book lives as long as its transaction; nothing it gave out is bound to it. It implements
``bot.conversations.types.Memory``.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bot.conversations.growing import Correction, Decision, Growth
from bot.conversations.types import (
    Address,
    Card,
    Due,
    Event,
    FollowUp,
    Invite,
    Line,
    Moment,
    Parcel,
    Person,
    Post,
    Said,
    Turn,
    WeekNumbers,
)
from playbooks.engine.schema import Results
from storage import claims, doors, leftover, mapper, outbox, views
from storage.growing import Growing
from storage.leftover import LeftOut
from storage.moments import Moments
from storage.outbox import Outbox
from storage.people import Enrolled, People
from storage.prepared import Session

KEPT_FOR: Final = timedelta(days=7)
FEW: Final = 500
"""Cards thrown away in one go: no turn waits long for it."""
"""How long a key is remembered: no platform repeats an event later than that."""
RESULTS_FOR: Final = timedelta(seconds=60)
WEB: Final = "web"
"""The channel whose page shows what was said from our own rows: it keeps no chat of its own."""

ResultsKept = dict[str, tuple[datetime, Mapping[str, Results]]]


class Book:
    """One transaction."""

    def __init__(
        self,
        session: Session,
        clock: Callable[[], datetime],
        results: ResultsKept,
        enrolled: Enrolled | None = None,
    ) -> None:
        self.session = session
        self._clock = clock
        self._results = results
        self._moments = Moments(session)
        self._outbox = Outbox(session)
        self._people = People(session, enrolled or Enrolled())
        self.growing = Growing(session)

    # --- what is remembered (Memory) ---------------------------------------------------------

    def moment(self, moment_id: str) -> Moment | None:
        """The moment of that id, with its follow-ups."""
        return self._moments.one(moment_id)

    def open_by_ref(self, site: str, ref: str, since: datetime) -> tuple[Moment, ...]:
        """Moments of that customer still open or acted on, newest first."""
        return self._moments.open_by_ref(site, ref, since)

    def open_of(self, person: str, limit: int = 20) -> tuple[Moment, ...]:
        """Moments this person still has to finish, newest first: hers and open or acted on, or
        with a question to her that waits for its answer."""
        return self._moments.open_of(person, limit)

    def history(self, site: str, ref: str, since: datetime, limit: int = 20) -> tuple[Moment, ...]:
        """Everything known of that customer, newest first."""
        return self._moments.history(site, ref, since, limit)

    def failures(self, site: str, ref: str, since: datetime, but: str = "") -> int:
        """Earlier moments of that customer that were failures (not question, not praise)."""
        return self._moments.failures(site, ref, since, but)

    def spent(self, person: str, since: datetime) -> int:
        """What this person gave since then, in hundredths."""
        return self._moments.spent(person, since)

    def people(self, site: str) -> tuple[Person, ...]:
        """Everybody active at the site."""
        return self._people.of(site)

    def person(self, person_id: str) -> Person | None:
        """Somebody enrolled, active or not."""
        return self._people.one(person_id)

    def results(self, site: str) -> Mapping[str, Results]:
        """Recovered of known outcomes by ``play@revision``; may be a minute old."""
        now = self._clock()
        read, found = self._results.get(site, (None, {}))
        if read is None or not timedelta(0) <= now - read < RESULTS_FOR:
            found = views.results(self.session, site)
            self._results[site] = now, found
        return found

    def week(self, site: str, start: datetime, end: datetime) -> WeekNumbers:
        """One site's numbers between two times."""
        return views.week(self.session, site, start, end, self._clock())

    def correction(self, moment_id: str) -> Correction | None:
        """The correction of that moment."""
        return self.growing.one(moment_id)

    def corrections(self, site: str, state: Decision, limit: int = 1000) -> tuple[Correction, ...]:
        """Corrections of a site in that state, the oldest first."""
        return self.growing.of(site, state, limit)

    def correction_counts(self, site: str) -> Mapping[str, int]:
        """How many there are in each state."""
        return self.growing.counts(site)

    def growth(self, site: str) -> Growth | None:
        """What the site has learned; None where nobody ever published."""
        return self.growing.growth(site)

    # --- events ------------------------------------------------------------------------------

    def keep(self, event: Event, *, done: bool = False) -> bool:
        """Takes an event in; false where its key was seen before and nothing is to be done.

        ``done``: it is handled in this very transaction, and so is settled as it is kept.
        """
        return self.session.put("keep", mapper.event_row(event, self._clock(), done=done)) == 1

    def settle(self, key: str, error: str = "", retry_at: datetime | None = None) -> bool:
        """Notes an event as done, or as failed: to be tried again at that time or given up.

        Returns whether it was still to do. Settle first and go on only if it was: then an event
        handled by two workers at once changes something once.
        """
        if not error:
            return self.session.changed("settle", key=key) == 1
        state = "kept" if retry_at else "failed"
        at = mapper.ms(retry_at or self._clock())
        changed = self.session.changed(
            "settle_failed", key=key, why=error, new_state=state, retry_at=at
        )
        return changed == 1

    def attempts(self, key: str) -> int:
        """How often handling an event has failed so far."""
        row = self.session.row("attempts", key=key)
        return int(row[0]) if row else 0

    def unsettled(self, now: datetime, limit: int, grace: timedelta = timedelta(0)) -> list[Event]:
        """Events kept, not settled and due, oldest first. ``grace``: leave out what came in so
        recently that its handling may still be on its way."""
        before = mapper.ms(now - grace)
        rows = self.session.rows("unsettled", now=mapper.ms(now), before=before, limit=limit)
        return [mapper.event_of(kind, body) for kind, body in rows]

    def leave_out(self, left: LeftOut) -> None:
        """Notes something that came in and never became an event; its key counts as seen."""
        leftover.leave_out(self.session, left)

    def left_out(self, limit: int) -> list[LeftOut]:
        """What came in and was given up, newest first, for seven days."""
        return leftover.left_out(self.session, limit)

    # --- a turn ------------------------------------------------------------------------------

    def save(self, turn: Turn, now: datetime, event: Event | None = None) -> list[Parcel]:
        """Stores everything an event changed, and returns the cards to be sent now.

        Raises:
            Conflict: one of its moments was changed by somebody else; the store runs the job again.
        """
        if turn.person is not None:
            self.save_person(turn.person)
        if turn.invite is not None:
            doors.invite(self.session, turn.invite)
        # In the order of their ids: two turns that change the same two moments would otherwise
        # wait for each other on PostgreSQL.
        for moment in sorted(turn.moments, key=lambda each: each.id):
            self._moments.write(moment)
        for follow_up in turn.follow_ups:
            self.session.put("follow_up_save", mapper.follow_up_row(follow_up))
        for correction in turn.corrections:
            self.growing.write(correction)
        if turn.publishing is not None:
            self.growing.ask(turn.publishing)
        if isinstance(event, Said) and event.address.channel == WEB:
            self._outbox.say(event, now)
        return self._outbox.post([p for p in turn.posts if self._may_read(p, event)], now)

    def _may_read(self, post: Post, event: Event | None) -> bool:
        """Whether a card may still go to its reader. Whoever was removed is told so on the spot and
        reads nothing else: a colleague's step would else reach the chat they kept."""
        if event is not None and not isinstance(event, Due) and post.to == event.address:
            return True
        reader = self._people.one(post.person) if post.person else None
        return reader is None or reader.active

    # --- what goes out -----------------------------------------------------------------------

    def parcels(self, now: datetime, limit: int, lease: timedelta = outbox.LEASE) -> list[Parcel]:
        """Cards due, and those whose courier has died, in the order of their lanes; they are
        marked as being sent until the lease ends."""
        return outbox.take(self.session, now, limit, lease)

    def sending(
        self, parcel_id: int, now: datetime, lease: timedelta = outbox.LEASE, doubts: int = 0
    ) -> Parcel | None:
        """Puts one parcel on the wire as it stands now, with the message it replaces; None where it
        need not be sent (superseded by a newer card, sent) or somebody else has it there.

        ``doubts`` is what whoever holds it knows of them (``Parcel.doubts``): a parcel that came
        into doubt since is left to whoever knows that.
        """
        return outbox.start(self.session, parcel_id, now, lease, doubts)

    def sent(self, parcel_id: int, message_id: str, now: datetime) -> None:
        """Notes that a parcel arrived as that message of the platform."""
        outbox.sent(self.session, parcel_id, message_id, now)

    def failed(self, parcel_id: int, why: str, retry_at: datetime | None) -> None:
        """Notes that a parcel did not arrive: tried again at that time, None for a dead letter."""
        outbox.failed(self.session, parcel_id, why, retry_at)

    def delayed(self, parcel_id: int, why: str, until: datetime) -> None:
        """Notes that a parcel has to wait until then; that is no failed try."""
        outbox.delayed(self.session, parcel_id, why, until)

    def unsure(self, parcel_id: int, ask_at: datetime) -> None:
        """Notes that a parcel may have arrived: at that time it is handed out in doubt."""
        outbox.unsure(self.session, parcel_id, ask_at)

    def doubt(self, parcel_id: int, why: str) -> None:
        """Notes that nobody can say whether a parcel arrived: it is not sent a second time."""
        outbox.end(self.session, parcel_id, "in_doubt", why)

    def dead_letters(self, limit: int) -> list[outbox.DeadLetter]:
        """What could not be delivered, newest first."""
        return outbox.dead_letters(self.session, limit)

    def doubtful_letters(self, limit: int) -> list[outbox.DeadLetter]:
        """What nobody can say of whether it arrived, newest first."""
        return outbox.doubtful_letters(self.session, limit)

    def resend(self, parcel_id: int, now: datetime) -> bool:
        """Puts a card that could not be delivered, or is in doubt, back on its way; false where
        there is none of that id, a newer card has taken its place, or its reader was removed."""
        return outbox.resend(self.session, parcel_id, now)

    def move(self, channel: str, old: str, new: str, now: datetime) -> None:
        """Notes for good that a chat goes by another name on its platform. What was written for the
        old one keeps its address here and is sent to the new one; messages that stood there cannot
        be edited from it."""
        if claims.once(self.session, claims.moved(channel, old, new), now):
            outbox.forget_messages(self.session, channel, old)

    def moves(self) -> dict[tuple[str, str], str]:
        """The present name of every chat that moved, by channel and old name."""
        return claims.moves(self.session)

    def card_at(self, address: Address, message: str) -> Card | None:
        """The card that stands in a message of a platform's chat, by the number of the message."""
        return outbox.card_at(self.session, address, message) if message.isdecimal() else None

    def transcript(self, address: Address, after: int = 0, limit: int = 200) -> list[Line]:
        """The chat as the built-in page shows it: the last lines, or all that changed after."""
        return outbox.transcript(self.session, address, after, limit)

    # --- people ------------------------------------------------------------------------------

    def people_all(self) -> list[Person]:
        """Everybody enrolled, active or not, at any site."""
        return self._people.everybody()

    def save_person(self, person: Person) -> None:
        """Enrols somebody, or changes what is known of them. What was on its way to somebody who
        is not active any more is not sent."""
        self._people.save(person)
        if not person.active:
            self.session.changed("outbox_withdraw", person=person.id)

    def person_at(self, channel: str, chat: str) -> Person | None:
        """Who is reached in that chat; somebody active before somebody who left."""
        return self._people.at(channel, chat)

    # --- who may come in ---------------------------------------------------------------------

    def who(self, channel: str, account: str) -> Person | None:
        """Whose account that is on that platform, active or not."""
        return doors.who(self.session, channel, account)

    def accounts(self, person_id: str) -> tuple[doors.Account, ...]:
        """The accounts of a person as channel and account, the first one linked in front."""
        return doors.accounts(self.session, person_id)

    def link(self, channel: str, account: str, person_id: str, now: datetime) -> None:
        """Makes an account a person's; the one she had on that channel before loses its access."""
        doors.link(self.session, (channel, account), person_id, now)

    def unlink(self, channel: str, account: str) -> None:
        """Takes an account's access away."""
        doors.unlink(self.session, (channel, account))

    def admins_linked(self) -> int:
        """How many accounts of active admins there are."""
        return int(self.session.row("admins_linked")[0])

    def invite(self, new: Invite) -> None:
        """Keeps a one-time code."""
        doors.invite(self.session, new)

    def withdraw_invites(self, by: str) -> None:
        """Takes back every unused code of that giver."""
        self.session.changed("invites_withdraw", by=by)

    def redeem(self, code_hash: str, channel: str, account: str, now: datetime) -> Invite | None:
        """Uses a code up, once and for one account; None where it is unknown, used or too old."""
        return doors.redeem(self.session, code_hash, (channel, account), now)

    # --- work to share -----------------------------------------------------------------------

    def take(self, now: datetime, worker: str, lease: timedelta, limit: int) -> list[FollowUp]:
        """Follow-ups due, claimed for that worker until the lease ends; none goes to two."""
        return claims.take(self.session, now, worker, lease, limit)

    def once(self, name: str, now: datetime) -> bool:
        """Claims a name for good: true for the first caller only."""
        return claims.once(self.session, name, now)

    def free_leases(self, now: datetime) -> None:
        """Ends every lease: to be called at the start of the one process that has the database to
        itself. Whoever held them is dead, and their cards would wait two minutes for nobody."""
        self.session.changed("follow_ups_freed")
        self.session.changed("growths_freed")
        self.session.changed("outbox_freed", now=mapper.ms(now))

    # --- for the operator --------------------------------------------------------------------

    def counts(self) -> dict[str, int]:
        """How much there is: moments, follow_ups_open, inbox_unsettled, inbox_failed, and
        outbox_ready, outbox_sending, outbox_in_doubt, outbox_dead, outbox_superseded."""
        return views.counts(self.session)

    def export(self, table: views.ExportTable) -> Iterator[dict[str, str | int | None]]:
        """Flat rows of a table. To be read to its end inside the job: outside, ``Store.export``."""
        return views.export(self.session, table)

    def play_outcomes(self) -> list[dict[str, Any]]:
        """How each play ended, by site and revision."""
        return views.play_outcomes(self.session)

    def forget_cards(self, before: datetime, limit: int = FEW) -> int:
        """Throws away lines and cards shown before then, the oldest first, at most ``limit`` at
        once; returns how many. What is on its way stays, and so do moments and their numbers.
        Corrections of before then that no trainer kept go with them."""
        when = mapper.ms(before)
        self.growing.outlive(before)
        return self.session.changed("outbox_outlived", before=when, limit=limit)

    def forget_old(self, now: datetime) -> None:
        """Throws away what nobody will ask for: keys of settled events after seven days, cards
        that were superseded, and stale ones whose courier died."""
        self.session.changed("inbox_forget", before=mapper.ms(now - KEPT_FOR))
        self.session.changed("invites_forget", before=mapper.ms(now - KEPT_FOR))
        self.session.changed("outbox_give_up", now=mapper.ms(now))
        self.session.changed("outbox_forget")
