"""The card of a moment and its views. Words for somebody with a customer before her."""

from typing import Final

from bot.conversations import schedule, team
from bot.conversations.card import Colour
from bot.conversations.taps import tap
from bot.conversations.types import (
    Button,
    Card,
    Fact,
    Field,
    Form,
    Moment,
    Person,
    Tone,
)
from bot.conversations.world import World, first_name
from playbooks.engine.schema import Site
from playbooks.engine.vocabulary import (
    HEAT_NAMES,
    KIND_NAMES,
    KINDS,
    STAGE_NAMES,
    STAGES,
    Kind,
    Light,
)

LIGHT_TONE: Final[dict[Light, Colour]] = {
    "green": "green",
    "amber": "amber",
    "red": "red",
    "none": "plain",
}
UNSURE: Final = 0.45
"""Below this confidence the second likeliest kind stands on the card as one tap."""


def money(amount: int, currency: str) -> str:
    """An amount in hundredths as people write it: ``€18``, ``£4.50``, ``CHF 20``."""
    sign = {"EUR": "€", "GBP": "£", "USD": "$"}.get(currency, f"{currency} ")
    whole, rest = divmod(abs(amount), 100)
    text = f"{sign}{whole:,}" + (f".{rest:02d}" if rest else "")
    return f"-{text}" if amount < 0 else text


def title_of(moment: Moment) -> str:
    """The customer and the trouble in one line."""
    ref = moment.reading.ref
    return f"{ref} · {moment.suggestion.title}" if ref else moment.suggestion.title


def moment_card(moment: Moment, world: World, *, note: str = "") -> Card:
    """The card as it stands now: the suggestion while it is open, what became of it later."""
    if moment.status == "undone":
        return _undone_card(moment, note)
    site = world.site(moment.site)
    done = moment.status in ("settled", "closed")
    suggestion = moment.suggestion
    return Card(
        title=title_of(moment),
        tone=_tone(moment),
        say="" if done else suggestion.say,
        do=() if done else suggestion.do,
        facts=tuple(_facts(moment, site, world, done=done)),
        note=note,
        buttons=_buttons(moment, site, world),
    )


def _tone(moment: Moment) -> Tone:
    if moment.smot:
        return "stop" if moment.smot.result == "not_recovered" else "good"
    if moment.reading.kind == "safety":
        return "stop"
    return "good" if moment.status == "acted" else "now"


def _undone_card(moment: Moment, note: str) -> Card:
    if moment.joined:
        return Card("Added to the other moment", "quiet", note=note)
    return Card(
        "Not kept as a moment",
        "quiet",
        facts=(Fact("Your line", moment.text),),
        note=note or "Nothing is asked about it and nobody was told.",
        buttons=(Button("Log it after all", tap("keep", moment.id), "primary"),),
    )


def _facts(moment: Moment, site: Site, world: World, *, done: bool) -> list[Fact]:
    facts: list[Fact] = []
    if moment.reading.abuse and not done:
        care = "You need not take abuse. Say once that you will end this; then you may. "
        facts.append(Fact("You", care + "“Get help” brings relief.", "amber"))
    if not done:
        facts.append(_authority(moment))
    facts += _told(moment, world, site)
    if moment.gifts:
        given = sum(g.amount for g in moment.gifts)
        what = ", ".join(g.what for g in moment.gifts if g.what)
        by_hand = money(given, site.currency) if given else ""
        facts.append(Fact("Given", " · ".join(p for p in (by_hand, what) if p) or "a gesture"))
    facts += _times(moment, site, world, done=done)
    facts += _outcomes(moment)
    if not done:
        facts.append(Fact("Why this", why(moment)))
    return facts


def _authority(moment: Moment) -> Fact:
    request = moment.request
    authority = moment.suggestion.authority
    if request and request.state == "granted":
        amount = money(request.amount, authority.currency)
        return Fact(
            "You may", f"Granted: {amount} for {request.what}. Give it, then note it.", "green"
        )
    if request and request.state == "refused":
        return Fact("You may", f"The larger gesture was declined. {authority.words}", "amber")
    if request:
        asked = money(request.amount, authority.currency)
        return Fact("You may", f"{authority.words} Asked for {asked}, no answer yet.", "amber")
    tone = LIGHT_TONE[authority.light]
    return Fact("You may", authority.words, tone)


def _told(moment: Moment, world: World, site: Site) -> list[Fact]:
    known, by_hand = [], []
    for told in moment.told:
        if not told.person:
            by_hand.append(f"{team.duty_name(told.duty)} ({told.how})")
            continue
        state = "is coming" if told.coming else "has seen it" if told.seen else "has been told"
        when = world.clock(site, told.seen or told.at)
        known.append(f"{told.name}, {team.duty_name(told.duty)}, {state} ({when})")
    facts = [Fact("Told", "; ".join(known) + ".", "green")] if known else []
    if by_hand and moment.status == "open":
        facts.append(Fact("Tell yourself", "; ".join(by_hand) + ".", "amber"))
    return facts


def _times(moment: Moment, site: Site, world: World, *, done: bool) -> list[Fact]:
    facts = []
    if moment.promised and not done:
        what = moment.promise_what or "what you promised"
        text = f"by {world.clock(site, moment.promised)}: {what}."
        ping = schedule.pending(moment, "promise")
        if ping:
            text += f" I remind you at {world.clock(site, ping.due)}."
        facts.append(Fact("Promise", text))
    ask = schedule.pending(moment, "smot")
    if ask:
        facts.append(
            Fact("I will ask", f"at {world.clock(site, ask.due)} whether it was put right.")
        )
    later = schedule.pending(moment, "umot")
    if later:
        facts.append(Fact("I will ask", f"{world.clock(site, later.due)} what they say about us."))
    return facts


SMOT_WORDS: Final = {
    "recovered": "put right",
    "partly": "partly put right",
    "not_recovered": "not put right",
    "unknown": "not known",
}
UMOT_WORDS: Final = {
    "promoter": "recommends us",
    "passive": "nothing either way",
    "detractor": "warns others",
    "none": "said nothing",
    "left": "left us",
    "unknown": "not known",
}
PROVENANCE_WORDS: Final = {
    "customer": "the customer said so",
    "saw": "seen by staff",
    "guess": "a guess",
    "": "",
}


def _outcomes(moment: Moment) -> list[Fact]:
    facts = []
    for label, outcome, words in (
        ("Put right?", moment.smot, SMOT_WORDS),
        ("Told others", moment.umot, UMOT_WORDS),
    ):
        if outcome is None:
            continue
        stars = f"{outcome.rating} of 5" if outcome.rating else ""
        quote = f"“{outcome.words}”" if outcome.words else ""
        parts = [words[outcome.result], PROVENANCE_WORDS[outcome.provenance], stars, quote]
        facts.append(Fact(label, " · ".join(p for p in [*parts, outcome.link] if p)))
    return facts


def why(moment: Moment) -> str:
    """Stage, kind and the reason, and how often this worked here, in one line."""
    suggestion = moment.suggestion
    fixed = "You corrected the reading. " if moment.first_reading else ""
    evidence = f" Here before: {suggestion.evidence}." if suggestion.evidence else ""
    return f"{fixed}{suggestion.because.rstrip('.')}.{evidence}"


def _buttons(moment: Moment, site: Site, world: World) -> tuple[Button, ...]:
    mid = moment.id
    if moment.status in ("settled", "closed"):
        return _later_buttons(moment)
    if moment.status == "acted":
        first = [Button("Put right", tap("smot", mid, "recovered"), "primary")]
        first += [
            Button("More is wrong", tap("another", mid)),
            Button("Get help", tap("help", mid)),
        ]
    else:
        first = [Button("Did it", tap("did", mid), "primary")]
        first += _second_and_third(moment, site, world)
    rest = [
        Button("Another idea", tap("another", mid)),
        Button("Get help", tap("help", mid)),
        Button("Not this", tap("fix", mid)),
        Button("Gave something", tap("give", mid)),
        Button("Hand over", tap("hand", mid)),
        Button("Undo" if moment.before else "Logged by mistake", tap("undo", mid)),
    ]
    seen = {b.tap for b in first}
    more = [Button(b.label, b.tap, b.style, more=True) for b in rest if b.tap not in seen]
    return (*first, *more)


def _second_and_third(moment: Moment, site: Site, world: World) -> list[Button]:
    """The two buttons beside *Did it*: what this moment is likeliest to need next."""
    mid, request = moment.id, moment.request
    buttons: list[Button] = []
    offer, authority = moment.suggestion.offer, moment.suggestion.authority
    if request and request.state == "granted":
        buttons.append(Button("Gave it", tap("gave", mid, request.amount)))
    elif authority.light == "amber" and offer and not request:
        boss = team.approver(world, site, moment.person)
        if boss:
            asked = money(offer.amount, offer.currency)
            buttons.append(
                Button(f"Ask {first_name(boss)} for {asked}", tap("ask", mid, offer.amount))
            )
    if moment.reading.escalate:
        buttons.append(Button("Get help", tap("help", mid)))
    rival = second_kind(moment)
    if rival and moment.reading.confidence < UNSURE and not moment.first_reading:
        buttons.append(Button(f"Rather: {KIND_NAMES[rival]}", tap("kind", mid, rival)))
    buttons += [Button("Another idea", tap("another", mid)), Button("Not this", tap("fix", mid))]
    return buttons[:2]


def second_kind(moment: Moment) -> Kind | None:
    """The likeliest kind that was not taken."""
    return next((k for k in moment.reading.kinds if k != moment.reading.kind), None)


def _later_buttons(moment: Moment) -> tuple[Button, ...]:
    mid = moment.id
    buttons = []
    if moment.smot and moment.smot.result != "recovered":
        buttons.append(Button("Try again", tap("again", mid), "primary"))
        buttons.append(Button("Get help", tap("help", mid)))
    if schedule.pending(moment, "umot"):
        buttons.append(Button("They told others", tap("told", mid)))
    buttons.append(Button("Gave something", tap("give", mid), more=True))
    if moment.before:
        buttons.append(Button("Undo", tap("undo", mid), more=True))
    return tuple(buttons)


def fix_card(moment: Moment) -> Card:
    """Every reading one tap away: the likeliest kinds first, the rest behind *More*."""
    mid, reading = moment.id, moment.reading
    likely = [k for k in reading.kinds if k != reading.kind][:2]
    kinds = [Button(KIND_NAMES[k], tap("kind", mid, k)) for k in likely]
    kinds += [
        Button(KIND_NAMES[k], tap("kind", mid, k), more=True)
        for k in KINDS
        if k not in likely and k != reading.kind
    ]
    stages = [
        Button(STAGE_NAMES[s], tap("stage", mid, s), more=True)
        for s in STAGES
        if s != reading.stage
    ]
    heats = [
        Button(HEAT_NAMES[h], tap("heat", mid, h), more=True)
        for h in HEAT_NAMES
        if h != reading.heat
    ]
    read_as = (
        f"{KIND_NAMES[reading.kind]} · {STAGE_NAMES[reading.stage]} · {HEAT_NAMES[reading.heat]}"
    )
    return Card(
        "What is it rather?",
        "ask",
        facts=(Fact("Your line", moment.text), Fact("I read", read_as)),
        buttons=(Button("Back", tap("show", mid)), *kinds, *stages, *heats),
    )


def give_card(moment: Moment, world: World) -> Card:
    """What was given: the card's own gesture in one tap, or anything else in a form."""
    site = world.site(moment.site)
    offer, authority = moment.suggestion.offer, moment.suggestion.authority
    buttons = [Button("Back", tap("show", moment.id))]
    if offer and authority.light != "red":
        price = f" ({money(offer.amount, site.currency)})" if offer.amount else ""
        label = f"{offer.give[0].upper()}{offer.give[1:]}{price}"
        buttons.insert(0, Button(label, tap("gave", moment.id, offer.amount), "primary"))
    fields = (
        Field("amount", f"What it cost us, in {site.currency} (0 for a kind word)", "number"),
        Field("what", "What it was", "text"),
    )
    return Card(
        "What did you give?",
        "ask",
        facts=(Fact("You may", authority.words, LIGHT_TONE[authority.light]),),
        buttons=tuple(buttons),
        form=Form(tap("gave", moment.id), fields, "Note it"),
    )


def hand_card(moment: Moment, people: tuple[Person, ...]) -> Card:
    """Who takes over: those who are here now."""
    buttons = [Button(p.name, tap("handto", moment.id, p.id)) for p in people[:8]]
    note = "They get the whole card, and I ask them how it went." if buttons else ""
    return Card(
        "Who takes over?",
        "ask",
        note=note
        or "Nobody else of this site is at work in Fifteen just now. “Get help” still works.",
        buttons=(*buttons, Button("Back", tap("show", moment.id))),
    )


def told_card(moment: Moment, to: Person, by: Person, world: World, *, asks: bool = False) -> Card:
    """What somebody told reads: who needs what, since when, and one tap that she has seen it."""
    site, reading = world.site(moment.site), moment.reading
    mood = f"{HEAT_NAMES[reading.heat]}, {KIND_NAMES[reading.kind].lower()}"
    extra = [w for w, on in (("VIP", reading.value == "vip"), ("again", reading.repeat)) if on]
    facts = [
        Fact("From", f"{by.name}, {world.clock(site, moment.created)}"),
        Fact("Line", " / ".join([moment.text, *(n.text for n in moment.notes)])),
        Fact("It is", ", ".join([mood, *extra])),
    ]
    if moment.promised:
        facts.append(
            Fact("Promised", f"{moment.promise_what} by {world.clock(site, moment.promised)}")
        )
    mine = next((t for t in moment.told if t.person == to.id), None)
    buttons: tuple[Button, ...] = ()
    if mine and mine.coming:
        facts.append(Fact("You", "said you are coming.", "green"))
    elif moment.status in ("open", "acted") or asks:
        coming = Button("I am coming", tap("coming", moment.id), "primary")
        seen = () if mine and mine.seen else (Button("Seen", tap("seen", moment.id)),)
        take = Button("I take it over", tap("handto", moment.id, to.id), more=True)
        buttons = (coming, *seen, take)
    head = f"{first_name(by)} needs you now" if asks else "You should know"
    tone: Tone = "stop" if asks or reading.kind == "safety" else "now"
    return Card(f"{head}: {title_of(moment)}", tone, facts=tuple(facts), buttons=buttons)


def request_card(moment: Moment, by: Person, world: World) -> Card:
    """Somebody asks for more than her limit: one tap to say yes or no."""
    site, request = world.site(moment.site), moment.request
    amount = money(request.amount, site.currency) if request else ""
    what = request.what if request else ""
    state = request.state if request else "pending"
    facts = (
        Fact("Line", moment.text),
        Fact("For", what),
        Fact("Her limit", moment.suggestion.authority.words),
    )
    if state != "pending":
        word = "You said yes" if state == "granted" else "You said no"
        return Card(f"{word}: {amount} for {moment.place_name}", "good", facts=facts)
    return Card(
        f"{first_name(by)} asks for {amount}: {title_of(moment)}",
        "ask",
        facts=facts,
        buttons=(
            Button(f"Yes, {amount}", tap("grant", moment.id), "primary"),
            Button("No", tap("refuse", moment.id)),
        ),
    )
