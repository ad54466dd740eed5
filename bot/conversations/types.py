"""What passes between the conversation and the world around it. All frozen, all plain values.

Times are aware datetimes in UTC. Money is in hundredths of the site's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, Protocol, TypeAlias

from bot.conversations.card import Bar as Bar
from bot.conversations.card import Button as Button
from bot.conversations.card import Card as Card
from bot.conversations.card import Fact as Fact
from bot.conversations.card import Field as Field
from bot.conversations.card import Form as Form
from bot.conversations.card import Tone as Tone
from bot.conversations.files import Attached as Attached
from bot.conversations.files import File as File
from bot.conversations.growing import Correction, Lessons, Publishing, Taught
from playbooks.engine.schema import Reading, Results, Suggestion
from playbooks.engine.vocabulary import Heat, Kind, Role, Stage

Status: TypeAlias = Literal["open", "acted", "settled", "closed", "undone"]
"""open: answered by a card; acted: a step was taken; settled: the second moment of truth is known;
closed: nothing more will be asked; undone: logged by mistake or joined to another moment."""
Purpose: TypeAlias = Literal["promise", "smot", "umot"]
SmotResult: TypeAlias = Literal["recovered", "partly", "not_recovered", "unknown"]
UmotResult: TypeAlias = Literal["promoter", "passive", "detractor", "none", "left", "unknown"]
Provenance: TypeAlias = Literal["customer", "saw", "guess", ""]
"""Who says so: the customer said it, I saw it, my guess, or not asked yet."""
Lane: TypeAlias = Literal["live", "tell", "follow_up", "digest"]
"""Order of delivery: live answers before tells before follow-ups before digests."""

LANES: Final[tuple[Lane, ...]] = ("live", "tell", "follow_up", "digest")
CODE_SLOT: Final = "code:"
"""How the slot of a card begins that holds a one-time code: its text goes once it was sent."""
TEXT_LIMIT: Final = 2000
"""Longest line kept, in characters; what is longer is cut and the person is told."""


# --- people and places -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """Where cards for somebody go: a chat on a channel, and a thread in it where there is one."""

    channel: str
    chat: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody enrolled. ``shift`` is what she said of herself, at ``shift_at``; empty: the site's
    working hours decide."""

    id: str
    name: str
    role: Role
    site: str
    address: Address | None = None
    duties: tuple[str, ...] = ()
    language: str = "en"
    shift: Literal["on", "off", ""] = ""
    shift_at: datetime | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Invite:
    """A one-time code, as its fingerprint. It enrols somebody as ``role`` at ``site``; one for a
    ``person`` links a further account to her and keeps her role."""

    code_hash: str
    role: Role
    site: str
    by: str
    expires: datetime
    name: str = ""
    person: str = ""


# --- what comes in ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """A line typed. ``key`` names the event for good: a redelivery carries the same one."""

    key: str
    at: datetime
    person: str
    address: Address
    text: str
    masked: tuple[str, ...] = ()
    """What was blacked out before the line was stored, in words."""
    attached: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button pressed: ``tap`` is the button's own word, ``verb.moment.argument``."""

    key: str
    at: datetime
    person: str
    address: Address
    tap: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A form sent: ``tap`` as of a button, and its fields by name."""

    key: str
    at: datetime
    person: str
    address: Address
    tap: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Due:
    """A follow-up whose time has come, or a digest: ``follow_up`` is its id."""

    key: str
    at: datetime
    follow_up: str
    moment: str


Event: TypeAlias = Said | Tapped | Filled | Due


# --- the moment ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question to come. ``id`` is ``moment:purpose``: one row a purpose, however often asked.

    waiting: not asked yet; asked: waiting for her answer, ``due`` is the next reminder or the
    expiry; done and dropped: nothing will be posted any more.
    """

    id: str
    moment: str
    purpose: Purpose
    due: datetime
    person: str
    site: str
    state: Literal["waiting", "asked", "done", "dropped"] = "waiting"
    reminders: int = 0
    snoozes: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended, and who says so. ``rating`` is 1 to 5."""

    result: str
    at: datetime
    by: str
    provenance: Provenance = ""
    rating: int | None = None
    link: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A further line about the same customer, or something that happened to the moment."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Gift:
    """Something given. ``over`` is true where it went beyond the giver's own limit."""

    at: datetime
    by: str
    amount: int
    what: str = ""
    over: bool = False
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Who knows. ``person`` is empty where nobody of that duty is here: ``how`` says what to do."""

    duty: str
    person: str
    name: str
    at: datetime
    how: str = ""
    seen: datetime | None = None
    coming: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """More than one's own limit, asked of somebody who may grant it."""

    at: datetime
    by: str
    to: str
    amount: int
    what: str
    state: Literal["pending", "granted", "refused"] = "pending"


@dataclass(frozen=True, slots=True)
class Moment:
    """One live moment, from the line typed to what was told to others."""

    id: str
    site: str
    person: str
    """Whose it is now; changes when it is handed over."""
    logged_by: str
    address: Address
    status: Status
    text: str
    reading: Reading
    suggestion: Suggestion
    created: datetime
    updated: datetime
    shown: tuple[str, ...] = ()
    """Plays shown so far, the current one last."""
    failures: int = 0
    first_reading: Reading | None = None
    """What the engine read before a person corrected it."""
    taught: Taught | None = None
    notes: tuple[Note, ...] = ()
    attached: tuple[Attached, ...] = ()
    told: tuple[Told, ...] = ()
    gifts: tuple[Gift, ...] = ()
    request: Request | None = None
    answered: datetime | None = None
    """When the first step was reported: done, given, help asked or an outcome."""
    promised: datetime | None = None
    promise_what: str = ""
    smot: Outcome | None = None
    umot: Outcome | None = None
    joined: str = ""
    """The id of the moment this one was joined to."""
    before: "Moment | None" = None
    """The state before the last step, one step deep: what Undo brings back."""
    follow_ups: tuple[FollowUp, ...] = ()
    version: int = 0

    @property
    def place_name(self) -> str:
        """How staff name it in one word: the reference, else the first words of the line."""
        return self.reading.ref or " ".join(self.text.split()[:4])[:40]


# --- what goes out ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Post:
    """A card to be shown. What stands in the same ``slot`` of that chat is edited in place; with
    ``fresh`` it is sent anew, so that it is seen below the line just typed."""

    to: Address
    card: Card
    slot: str
    lane: Lane = "live"
    person: str = ""
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything an event changes. Why ``moments`` is a tuple and ``person`` exists is written in
    docs/architecture.md: joining two moments, and going off shift."""

    moments: tuple[Moment, ...] = ()
    posts: tuple[Post, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    person: Person | None = None
    invite: Invite | None = None
    corrections: tuple[Correction, ...] = ()
    publishing: Publishing | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """A post on its way: a row of the outbox. ``replaces`` is the platform's id of the message it
    edits, empty where a new one is sent. ``doubts`` is how often it was handed to the platform and
    no answer came: it may stand there already."""

    id: int
    to: Address
    card: Card
    slot: str
    lane: Lane
    person: str = ""
    replaces: str = ""
    attempts: int = 0
    doubts: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chat as the built-in page shows it: either what was said or a card.

    ``seq`` grows with every change, so a page that was away asks for what is newer; ``position`` is
    where it stands: an edited card keeps the place of the one it replaces.
    """

    seq: int
    position: int
    at: datetime
    slot: str
    text: str = ""
    card: Card | None = None


# --- what the conversation may ask of the store ------------------------------------------------


@dataclass(frozen=True, slots=True)
class WeekNumbers:
    """One site's week. ``answer_seconds`` are the times from the line typed to the first step
    reported: median and ninetieth percentile over ``answered`` moments."""

    site: str
    start: datetime
    end: datetime
    moments: int = 0
    by_stage: Mapping[Stage, int] = field(default_factory=dict)
    by_kind: Mapping[Kind, int] = field(default_factory=dict)
    by_heat: Mapping[Heat, int] = field(default_factory=dict)
    by_touchpoint: Mapping[str, int] = field(default_factory=dict)
    answered: int = 0
    answer_median: float | None = None
    answer_p90: float | None = None
    still_open: int = 0
    overdue: int = 0
    """Follow-ups asked or due and not answered."""
    smot: Mapping[str, int] = field(default_factory=dict)
    umot: Mapping[str, int] = field(default_factory=dict)
    provenance: Mapping[str, int] = field(default_factory=dict)
    gifts: int = 0
    given: int = 0
    over_limit: int = 0
    corrected: int = 0
    repeats: int = 0
    before: int = 0
    """Moments of the week before, to compare."""


class Memory(Lessons, Protocol):
    """What is remembered: read-only, inside the transaction of the turn."""

    def moment(self, moment_id: str) -> Moment | None:
        """The moment of that id, with its follow-ups."""
        ...

    def open_by_ref(self, site: str, ref: str, since: datetime) -> tuple[Moment, ...]:
        """Moments of that customer still open or acted on, newest first."""
        ...

    def open_of(self, person: str, limit: int = 20) -> tuple[Moment, ...]:
        """Moments this person still has to finish, newest first (open, acted, or asked)."""
        ...

    def failures(self, site: str, ref: str, since: datetime, but: str = "") -> int:
        """Earlier moments of that customer that were failures (not question, not praise)."""
        ...

    def spent(self, person: str, since: datetime) -> int:
        """What this person gave since then, in hundredths."""
        ...

    def people(self, site: str) -> tuple[Person, ...]:
        """Everybody active at the site."""
        ...

    def person(self, person_id: str) -> Person | None:
        """Somebody enrolled, active or not."""
        ...

    def results(self, site: str) -> Mapping[str, Results]:
        """Recovered of known outcomes by ``play@revision``; may be a minute old."""
        ...

    def week(self, site: str, start: datetime, end: datetime) -> WeekNumbers:
        """One site's numbers between two times."""
        ...
