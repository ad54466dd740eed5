"""What a play, a site and a reading are. Frozen; made by ``load``, ``read`` and ``compose`` only.

All money is in hundredths of the site's currency (``amount=1500`` is 15.00): whole numbers add up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from playbooks.engine.vocabulary import Heat, Kind, Light, Loss, Role, Stage, Value


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a pack, told to the trainer: where, what is wrong, what to write instead."""

    file: str
    line: int
    what: str
    hint: str
    warning: bool = False

    def __str__(self) -> str:
        word = "note" if self.warning else "fault"
        return f"{self.file}:{self.line}: {word}: {self.what} -> {self.hint}"


# --- what trainers write -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class When:
    """The moments a play serves. Empty heat or value and ``repeat=None`` mean: any.

    ``any_matter``: it serves where a line speaks of no play; the others need to be spoken of.
    """

    stages: frozenset[Stage]
    kinds: frozenset[Kind]
    heat: frozenset[Heat] = frozenset()
    value: frozenset[Value] = frozenset()
    repeat: bool | None = None
    any_matter: bool = False


@dataclass(frozen=True, slots=True)
class Gesture:
    """What may be given. ``amount`` is its cost to us, 0 for a gesture that is not money."""

    give: str
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Promise:
    """What the card lets her promise, and within how many minutes it must be true."""

    what: str
    within: int


@dataclass(frozen=True, slots=True)
class FollowUpPlan:
    """Minutes until the second moment of truth is asked about (None: the house's rule), days until
    the ultimate one (None: the site's default, 0: never), and the two questions in plain words."""

    smot: int | None = None
    umot: int | None = None
    ask: str = ""
    ask_later: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """The words of a play in another language, and nothing else: what a play decides stands in one
    place. ``of`` is the play's revision it was made from, where it says so."""

    revision: str
    file: str
    title: str
    say: str
    do: tuple[str, ...]
    give: str = ""
    promise: str = ""
    ask: str = ""
    ask_later: str = ""
    examples: tuple[str, ...] = ()
    of: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Play:
    """One page of the playbook. ``revision`` is a hash of its text: two revisions can be compared.

    ``say`` and each of ``do`` are template sources; ``lines`` maps a field to its line in ``file``.
    ``translations`` are by language, without the one the play itself is in. ``words`` name its
    matter: a line of its stage and kind with one of them is taken to speak of it.
    """

    id: str
    pack: str
    title: str
    revision: str
    file: str
    when: When
    examples: tuple[str, ...]
    loss: Loss
    gesture: Gesture | None
    say: str
    do: tuple[str, ...]
    tell: tuple[str, ...] = ()
    promise: Promise | None = None
    follow_up: FollowUpPlan = FollowUpPlan()
    touchpoint: str = ""
    owner: str = ""
    reviewed: date | None = None
    review_by: date | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    language: str = "en"
    translations: Mapping[str, Translation] = field(default_factory=dict)
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """What a role may give without asking: per moment and per working day, in hundredths."""

    per_moment: int
    per_day: int


@dataclass(frozen=True, slots=True)
class Hours:
    """From opening to closing, wall-clock in the site's zone; equal times mean round the clock."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Site:
    """A place where customers are met, with its own clock, limits and people to tell."""

    id: str
    name: str
    pack: str
    timezone: str
    currency: str
    price: int
    """A typical price of one stay or order in hundredths: the 150 % lint is measured against it."""
    limits: Mapping[Role, Limit]
    working: Hours
    quiet: Hours | None
    """No follow-up is asked in these hours, even when the site is open."""
    duties: Mapping[str, str]
    """Whom a play may tell -> how they are reached by hand when nobody of that duty is on Fifteen,
    such as ``{"housekeeping": "ext. 21"}``."""
    repeat_days: int = 30
    umot_days: int = 2
    digest_day: int = 0
    """0 is Monday."""
    digest_hour: int = 8
    touchpoints: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    language: str = ""
    """Of its cards where a line does not tell; empty: as each play was written."""


@dataclass(frozen=True, slots=True)
class House:
    """All sites of one company, and the site a newcomer starts at."""

    sites: Mapping[str, Site]
    first: str


# --- what the engine understood --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Promised:
    """A time somebody promised, as typed: ``minutes`` from now, or a ``clock`` such as 15:30."""

    words: str
    minutes: int | None = None
    clock: time | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the engine understood of one line. ``confidence``, 0 to 1, is the chance that it is a
    customer moment at all and of this ``kind``."""

    stage: Stage
    kind: Kind
    heat: Heat = 1
    escalate: bool = False
    value: Value = "unknown"
    repeat: bool = False
    ref: str = ""
    """The customer as staff name them, normalised: ``412``, ``order 88213``, ``table 7``."""
    confidence: float = 1.0
    because: str = ""
    kinds: tuple[Kind, ...] = ()
    """The three likeliest, best first."""
    chances: tuple[float, ...] = ()
    """How likely each of ``kinds`` is, until what the line speaks of has been weighed with it."""
    stage_chances: tuple[float, ...] = ()
    """Likewise of every stage, in their order."""
    abstain: bool = False
    """True where the line does not look like a customer moment at all."""
    touchpoint: str = ""
    promised: Promised | None = None
    abuse: bool = False
    """True where the customer abuses staff: offer relief."""
    doubt: bool = False
    """True where a manager must know and it may be about danger, though it is read as something
    else: the card asks before it advises."""
    language: str = ""
    """Such as ``de``: what the card is written in where the play has it. Empty where the line does
    not tell, and on moments kept before anybody asked: then the site's counts."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Probabilities of every kind beside a reading, ``moment``, the one that it is a customer
    moment at all, and ``failure``, that it is one and something went wrong; for reports, never for
    the card."""

    reading: Reading
    kinds: Mapping[Kind, float]
    moment: float = 1.0
    failure: float = 0.0


@dataclass(frozen=True, slots=True)
class Results:
    """How often a play ended well here: ``well`` recovered of ``known`` outcomes."""

    well: int = 0
    known: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """What choosing may know beside the reading: plays already shown, earlier failures, results."""

    shown: tuple[str, ...] = ()
    failures: int = 0
    """Earlier failures of the same customer inside the site's window."""
    results: Mapping[str, Results] = field(default_factory=dict)
    """By ``play@revision``."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The play, why it was taken, and the runners-up in order. ``step`` is 0 for an exact fit and
    grows along the fallback chain."""

    play: str
    why: str
    runners: tuple[str, ...] = ()
    step: int = 0


@dataclass(frozen=True, slots=True)
class Staff:
    """The person as the engine needs her: role and first name, nothing more. ``language`` is that
    of her profile, empty where it says nothing."""

    name: str
    role: Role
    language: str = ""


@dataclass(frozen=True, slots=True)
class Authority:
    """The heart of the card: what this person may give on this moment without asking anyone.

    ``limit`` is what is hers on this moment now (the smaller of the moment's and the day's rest),
    ``left_today`` what the day still holds; ``approver`` the role asked when the light is amber.
    """

    light: Light
    limit: int
    left_today: int
    currency: str
    approver: Role | None
    words: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A gesture fitted to one moment: words ready to read, amount in hundredths."""

    give: str
    amount: int
    currency: str
    loss: Loss


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the person at the desk gets. ``say`` is speakable in 15 seconds: at most 40 words."""

    play: str
    revision: str
    title: str
    say: str
    do: tuple[str, ...]
    offer: Offer | None
    authority: Authority
    tell: tuple[str, ...]
    """Duties, such as ``duty_manager``; who that is today is the conversation's to know."""
    promise: Promise | None
    because: str
    evidence: str
    """Such as ``put right in 14 of 17 here (59 to 94 %)`` or ``too few to say``."""
    follow_up: FollowUpPlan
    touchpoint: str = ""
    language: str = "en"
    wording: str = ""
    """The revision of the translation she reads; empty where the words are the play's own. Results
    are those of ``play@revision`` in every language: one play in six would never have enough."""
