"""The questions that come afterwards, and what they look like once answered."""

from typing import Final

from bot.conversations.card import Style
from bot.conversations.cards import UMOT_WORDS, clipped, smot_words, title_of, went
from bot.conversations.taps import tap
from bot.conversations.types import (
    Button,
    Card,
    Fact,
    Field,
    FollowUp,
    Form,
    Moment,
    Outcome,
)
from bot.conversations.world import World

SNOOZES: Final = (
    ("30", "In 30 min"),
    ("60", "In 1 hour"),
    ("120", "In 2 hours"),
    ("day", "Tomorrow"),
)
ASK_UMOT: Final = "What did they tell others about us: a review, a survey, a word at the door?"
SMOT_CHOICES: Final[tuple[tuple[str, str, Style, bool], ...]] = (
    ("recovered", "Put right", "primary", False),
    ("partly", "Partly", "plain", False),
    ("not_recovered", "Not put right", "danger", False),
    ("unknown", "I do not know", "plain", True),
)
WENT_LABELS: Final = {"recovered": "Went well", "partly": "Partly", "not_recovered": "Not well"}
"""The same buttons where nothing had gone wrong."""
UMOT_CHOICES: Final[tuple[tuple[str, str, Style, bool], ...]] = (
    ("promoter", "Recommends us", "primary", False),
    ("passive", "So-so", "plain", False),
    ("detractor", "Warns others", "danger", False),
    ("none", "Said nothing", "plain", True),
    ("left", "Left us", "plain", True),
    ("unknown", "I do not know", "plain", True),
)
RATINGS: Final = tuple((str(n), f"{n} of 5") for n in range(1, 6))


def question(moment: Moment, follow_up: FollowUp, world: World) -> Card:
    """The card that asks, for each purpose its own."""
    facts = [Fact("Then", _then(moment, world))]
    if moment.logged_by != moment.person:
        logger = world.memory.person(moment.logged_by)
        facts.append(Fact("From", f"{logger.name if logger else 'a colleague'}, who logged it."))
    if follow_up.purpose == "promise":
        return _promise(moment, world, facts)
    first = follow_up.purpose == "smot"
    fine = first and went(moment)
    title = "how did it go?" if fine else "was it put right?"
    title = title if first else "what do they say about us?"
    plan = moment.suggestion.follow_up
    ask = plan.ask if first else (plan.ask_later or ASK_UMOT)
    buttons = tuple(
        Button(
            WENT_LABELS.get(result, label) if fine else label,
            tap(follow_up.purpose, moment.id, result),
            style,
            more=more,
        )
        for result, label, style, more in (SMOT_CHOICES if first else UMOT_CHOICES)
    )
    return Card(
        f"{moment.place_name}: {title}",
        "ask",
        facts=tuple(facts),
        note=ask,
        buttons=buttons + snoozes(moment.id, follow_up.purpose),
    )


def snoozes(moment_id: str, purpose: str) -> tuple[Button, ...]:
    """Not now: half an hour, one, two, or tomorrow; all behind *More*."""
    waits = (
        Button(label, tap("snooze", moment_id, f"{purpose}.{minutes}"), more=True)
        for minutes, label in SNOOZES
    )
    return (*waits, Button("Hand over", tap("hand", moment_id, purpose), more=True))


def _then(moment: Moment, world: World) -> str:
    site = world.site(moment.site)
    return f"{world.clock(site, moment.created)}, “{clipped(moment.text)}”"


def _promise(moment: Moment, world: World, facts: list[Fact]) -> Card:
    site = world.site(moment.site)
    by = world.clock(site, moment.promised) if moment.promised else ""
    left = int((moment.promised - world.now).total_seconds() // 60) if moment.promised else 0
    when = (
        f"is due in {left} minutes" if left > 1 else "is due now" if left > -2 else f"was due {by}"
    )
    mid = moment.id
    return Card(
        f"{moment.place_name}: your promise {when}",
        "ask",
        facts=(Fact("Promised", f"by {by}: {moment.promise_what}", "amber"), *facts),
        note="If it will be late, tell them before the time, not after it."
        if left >= 0
        else "It is late: tell them now, before they ask.",
        buttons=(
            Button("Kept", tap("kept", mid), "primary"),
            Button("15 min more", tap("later", mid, 15)),
            Button("Get help", tap("help", mid)),
            Button("30 min more", tap("later", mid, 30), more=True),
        ),
    )


def kept_card(moment: Moment, note: str) -> Card:
    """The promise after it was answered."""
    return Card(
        f"{moment.place_name}: {note}", "good", facts=(Fact("Promise", moment.promise_what),)
    )


def answered(moment: Moment, purpose: str, world: World, note: str = "") -> Card:
    """The question once answered: what was noted, who says so, and room for more."""
    outcome = moment.smot if purpose == "smot" else moment.umot
    if outcome is None:
        return Card(title_of(moment), "quiet", note=note or "This question is no longer open.")
    words = (smot_words(moment) if purpose == "smot" else UMOT_WORDS)[outcome.result]
    facts = [Fact("Noted", world.when(world.site(moment.site), outcome.at), "green")]
    if outcome.provenance:
        facts.append(Fact("Who says so", _who(outcome)))
    facts += _detail(outcome)
    asks_who = not outcome.provenance and outcome.result != "unknown"
    return Card(
        f"{moment.place_name}: {words}",
        "ask" if asks_who else "good",
        facts=tuple(facts),
        note=note or ("Who says so?" if asks_who else ""),
        buttons=_who_buttons(moment.id, purpose) if asks_who else _after_buttons(moment, purpose),
        form=None if asks_who else detail_form(moment.id, purpose, outcome),
    )


def _who(outcome: Outcome) -> str:
    return {"customer": "the customer", "saw": "seen by us", "guess": "a guess"}[outcome.provenance]


def _detail(outcome: Outcome) -> list[Fact]:
    rows = (
        ("Rating", f"{outcome.rating} of 5" if outcome.rating else ""),
        ("Their words", outcome.words),
        ("Link", outcome.link),
    )
    return [Fact(label, text) for label, text in rows if text]


def _who_buttons(moment_id: str, purpose: str) -> tuple[Button, ...]:
    def who(label: str, code: str, style: Style = "plain") -> Button:
        return Button(label, tap("who", moment_id, f"{purpose}.{code}"), style)

    return (
        who("The customer said so", "customer", "primary"),
        who("I saw it", "saw"),
        who("My guess", "guess"),
    )


def _after_buttons(moment: Moment, purpose: str) -> tuple[Button, ...]:
    buttons = []
    if purpose == "smot" and moment.smot and moment.smot.result in ("partly", "not_recovered"):
        buttons = [
            Button("Try again", tap("again", moment.id), "primary"),
            Button("Get help", tap("help", moment.id)),
        ]
    return (*buttons, Button("Undo", tap("undo", moment.id), more=True))


def detail_form(moment_id: str, purpose: str, outcome: Outcome) -> Form | None:
    """What may be added and never has to be: a rating, the words, a link to the review."""
    if outcome.result == "unknown" or outcome.words or outcome.rating or outcome.link:
        return None
    fields = [
        Field("rating", "Rating, if they gave one", "choice", RATINGS),
        Field("words", "Their own words", "long"),
    ]
    if purpose == "umot":
        fields.append(Field("link", "Link to the review", "text"))
    return Form(tap("detail", moment_id, purpose), tuple(fields), "Add")
