"""Cards for colleagues: who takes over, what somebody told reads, a request for more."""

from typing import Final

from bot.conversations.cards import clipped, money, smot_words, title_of
from bot.conversations.files import attached_words
from bot.conversations.taps import tap
from bot.conversations.types import Button, Card, Fact, Moment, Person, Tone
from bot.conversations.world import World, first_name
from playbooks.engine.schema import Site
from playbooks.engine.vocabulary import HEAT_NAMES, KIND_NAMES

SEEN_AT_FIRST: Final = 3
"""Colleagues named before *More*: with *Back* as many buttons as a thumb finds."""


def hand_card(moment: Moment, people: tuple[Person, ...], purpose: str = "") -> Card:
    """Who takes over: those who are here now. ``purpose`` names the question it was asked from, so
    that *Back* brings the question back."""
    buttons = [
        Button(p.name, tap("handto", moment.id, p.id), more=n >= SEEN_AT_FIRST)
        for n, p in enumerate(people[:8])
    ]
    note = "They get the whole card, and I ask them how it went." if buttons else ""
    return Card(
        "Who takes over?",
        "ask",
        note=note
        or "Nobody else of this site is at work in Fifteen just now. “Get help” still works.",
        buttons=(*buttons, Button("Back", tap("show", moment.id, purpose))),
    )


def told_card(moment: Moment, to: Person, by: Person, world: World, *, asks: bool = False) -> Card:
    """What somebody told reads: who needs what, since when, and one tap that she has seen it."""
    mine = next((t for t in moment.told if t.person == to.id), None)
    facts = _told_facts(moment, world.site(moment.site), by, world)
    buttons: tuple[Button, ...] = ()
    if moment.person == to.id:
        facts.append(Fact("You", "have taken it over.", "green"))
    elif mine and mine.coming:
        facts.append(Fact("You", "said you are coming.", "green"))
    elif moment.status in ("open", "acted") or (asks and moment.status != "undone"):
        coming = Button("I am coming", tap("coming", moment.id), "primary")
        seen = () if mine and mine.seen else (Button("Seen", tap("seen", moment.id)),)
        take = Button("I take it over", tap("handto", moment.id, to.id), more=True)
        buttons = (coming, *seen, take)
    head = f"{first_name(by)} needs you now" if asks else "You should know"
    tone: Tone = "stop" if asks or moment.reading.kind == "safety" else "now"
    return Card(f"{head}: {title_of(moment)}", tone, facts=tuple(facts), buttons=buttons)


def _told_facts(moment: Moment, site: Site, by: Person, world: World) -> list[Fact]:
    reading = moment.reading
    mood = f"{HEAT_NAMES[reading.heat]}, {KIND_NAMES[reading.kind].lower()}"
    extra = [w for w, on in (("VIP", reading.value == "vip"), ("again", reading.repeat)) if on]
    lines = [moment.text, *(n.text for n in moment.notes)]
    facts = [
        Fact("From", f"{by.name}, {world.clock(site, moment.created)}"),
        Fact("Line", " / ".join(clipped(line) for line in lines[-4:])),
        Fact("It is", ", ".join([mood, *extra])),
    ]
    if moment.attached:
        facts.append(Fact("Attached", f"{attached_words(moment.attached)}, with {first_name(by)}"))
    if moment.promised and moment.status in ("open", "acted"):
        by_when = world.clock(site, moment.promised)
        facts.append(Fact("Promised", f"by {by_when}: {moment.promise_what}"))
    if moment.smot:
        facts.append(Fact("Now", f"{smot_words(moment)[moment.smot.result]}.", "amber"))
    if any(g.over for g in moment.gifts):
        given = money(sum(g.amount for g in moment.gifts), site.currency)
        facts.append(Fact("Given", f"{given} in all, over their own limit.", "amber"))
    return facts


def request_card(moment: Moment, by: Person, world: World) -> Card:
    """Somebody asks for more than her limit: one tap to say yes or no."""
    site, request = world.site(moment.site), moment.request
    amount = money(request.amount, site.currency) if request else ""
    what = request.what if request else ""
    state = request.state if request else "pending"
    authority = moment.suggestion.authority
    own, left = (money(n, site.currency) for n in (authority.limit, authority.left_today))
    facts = (
        Fact("Line", clipped(moment.text)),
        Fact("For", what),
        Fact("Own limit", f"{own} on this moment, {left} left today"),
    )
    if state != "pending":
        word = "Granted" if state == "granted" else "Refused"
        return Card(f"{word}: {amount} for {moment.place_name}", "good", facts=facts[:2])
    return Card(
        f"{first_name(by)} asks for {amount}: {title_of(moment)}",
        "ask",
        facts=facts,
        buttons=(
            Button(f"Yes, {amount}", tap("grant", moment.id), "primary"),
            Button("No", tap("refuse", moment.id)),
        ),
    )
