"""Values to store, made with as few words as a test needs."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.conversations.types import (
    Address,
    Bar,
    Button,
    Card,
    Fact,
    Field,
    FollowUp,
    Form,
    Gift,
    Moment,
    Note,
    Outcome,
    Person,
    Post,
    Request,
    Said,
    Told,
)
from playbooks.engine.schema import (
    Authority,
    FollowUpPlan,
    Offer,
    Promise,
    Promised,
    Reading,
    Suggestion,
)

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
CHAT = Address("web", "ana")
SLACK = Address("slack", "C1", "17.5")


class Clock:
    """Time that stands still until told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **some: float) -> datetime:
        self.now += timedelta(**some)
        return self.now


def reading(**changes: Any) -> Reading:
    return replace(Reading("smot", "slow", ref="412", touchpoint="check-in"), **changes)


def suggestion(**changes: Any) -> Suggestion:
    authority = Authority("green", 1500, 4000, "EUR", None, "Up to 15.00 is yours.")
    made = Suggestion(
        play="slow",
        revision="r1",
        title="They wait",
        say="I am sorry you had to wait; I will see to it myself.",
        do=("Call housekeeping", "Offer a seat"),
        offer=None,
        authority=authority,
        tell=(),
        promise=None,
        because="waiting",
        evidence="too few to say",
        follow_up=FollowUpPlan(),
    )
    return replace(made, **changes)


def moment(name: str = "m1", **changes: Any) -> Moment:
    made = Moment(
        id=name,
        site="inn",
        person="ana",
        logged_by="ana",
        address=CHAT,
        status="open",
        text="412 waits for the room",
        reading=reading(),
        suggestion=suggestion(),
        created=NOON,
        updated=NOON,
    )
    return replace(made, **changes)


def rich_moment() -> Moment:
    """Every field filled, so that a round trip can lose nothing unseen."""
    later = NOON + timedelta(minutes=7, microseconds=12)
    promised = Promised("by half past three", minutes=20, clock=time(15, 30))
    read = reading(
        heat=2,
        escalate=True,
        value="vip",
        repeat=True,
        abstain=True,
        confidence=0.71,
        because="2nd time",
        kinds=("slow", "attitude", "policy"),
        promised=promised,
        abuse=True,
    )
    full = moment(
        status="acted",
        reading=read,
        suggestion=suggestion(
            offer=Offer("a drink", 800, "EUR", "service"),
            tell=("duty_manager", "housekeeping"),
            promise=Promise("the room", 20),
            follow_up=FollowUpPlan(30, 2, "Is it good?", "And now?"),
            touchpoint="lobby",
        ),
        shown=("slow", "slow_again"),
        failures=2,
        first_reading=reading(kind="defect"),
        notes=(Note(later, "ana", "still “waiting” ☕ …"),),
        told=(Told("duty_manager", "max", "Max", later, "ext. 9", later, coming=True),),
        gifts=(Gift(later, "ana", 800, "a drink", over=True, approved_by="max"),),
        request=Request(later, "ana", "max", 5000, "a night", "granted"),
        answered=later,
        promised=later,
        promise_what="the room",
        smot=Outcome("recovered", later, "ana", "saw", 5, "https://example.org/r", "fine now"),
        umot=Outcome("promoter", later, "ana", "customer"),
        joined="m0",
    )
    return replace(full, before=replace(full, status="open", follow_ups=(follow_up("m1"),)))


def follow_up(of: str = "m1", purpose: Any = "smot", **changes: Any) -> FollowUp:
    due = NOON + timedelta(minutes=30)
    return replace(FollowUp(f"{of}:{purpose}", of, purpose, due, "ana", "inn"), **changes)


def rich_card() -> Card:
    return Card(
        "412 waits",
        "ask",
        "I am sorry.",
        ("Call", "Sit"),
        (Fact("You may", "15.00", "green"),),
        (Bar("slow", 3, 0.5, "half"),),
        "a note",
        (Button("Did it", "did.m1", "primary", more=True),),
        Form("gave.m1", (Field("amount", "How much", "number", (("1", "one"),), "5", True),), "Go"),
    )


def post(title: str = "412 waits", slot: str = "m:m1", **changes: Any) -> Post:
    return replace(Post(CHAT, Card(title), slot), **changes)


def person(name: str = "ana", **changes: Any) -> Person:
    made = Person(name, name.title(), "staff", "inn", Address("web", name))
    return replace(made, **changes)


def said(key: str = "k1", text: str = "412 waits", **changes: Any) -> Said:
    return replace(Said(key, NOON, "ana", CHAT, text), **changes)
