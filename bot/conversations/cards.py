"""The card of a moment and its views. Words for somebody with a customer before her."""

from typing import Final

from bot.conversations import schedule, team
from bot.conversations.card import Colour
from bot.conversations.files import attached_words
from bot.conversations.record import NO_FAILURE
from bot.conversations.taps import tap
from bot.conversations.types import (
    Button,
    Card,
    Fact,
    Field,
    Form,
    Moment,
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
    UNSURE,
    Kind,
    Light,
)

LIGHT_TONE: Final[dict[Light, Colour]] = {
    "green": "green",
    "amber": "amber",
    "red": "red",
    "none": "plain",
}
BUTTON: Final = 70
"""Letters a button shows; Slack refuses more than 75."""
QUOTED: Final = 280
"""Characters of a line that a card quotes: chats refuse long cards, and nobody reads them."""
DANGER: Final = "First: is anybody hurt or in danger?"


def money(amount: int, currency: str) -> str:
    """An amount in hundredths as people write it: ``€18``, ``£4.50``, ``CHF 20``."""
    sign = {"EUR": "€", "GBP": "£", "USD": "$"}.get(currency, f"{currency} ")
    whole, rest = divmod(abs(amount), 100)
    text = f"{sign}{whole:,}" + (f".{rest:02d}" if rest else "")
    return f"-{text}" if amount < 0 else text


def clipped(text: str) -> str:
    """A line as a card quotes it: whole where it is hurried, cut where somebody wrote a letter."""
    return text if len(text) <= QUOTED else f"{text[:QUOTED].rstrip()}…"


def title_of(moment: Moment) -> str:
    """The customer and the trouble in one line."""
    ref = moment.reading.ref
    return f"{ref} · {moment.suggestion.title}" if ref else moment.suggestion.title


def moment_card(moment: Moment, world: World, *, note: str = "") -> Card:
    """The card as it stands now: the suggestion while it is open, what became of it later."""
    if moment.status == "undone":
        return _undone_card(moment, note)
    if asks_danger(moment):
        return _danger_card(moment, world, note)
    site = world.site(moment.site)
    done = moment.status in ("settled", "closed")
    suggestion = moment.suggestion
    return Card(
        title=title_of(moment),
        tone=_tone(moment),
        say=suggestion.say if moment.status == "open" else "",
        do=() if done else suggestion.do,
        facts=tuple(_facts(moment, site, world, done=done)),
        note=note,
        buttons=_buttons(moment, site, world),
        language=suggestion.language,
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
        facts=(Fact("Your line", clipped(moment.text)),),
        note=note or "Nothing is asked about it and nobody was told.",
        buttons=(Button("Log it after all", tap("keep", moment.id), "primary"),),
    )


def _facts(moment: Moment, site: Site, world: World, *, done: bool) -> list[Fact]:
    facts: list[Fact] = []
    if moment.reading.abuse and not done:
        care = "You need not take abuse. Say once that you will end this; then you may. "
        facts.append(Fact("You", care + "“Get help” brings relief.", "amber"))
    if not done:
        facts.append(authority_fact(moment))
    facts += _told(moment, world, site)
    if moment.gifts:
        given = sum(g.amount for g in moment.gifts)
        what = ", ".join(g.what for g in moment.gifts if g.what)
        by_hand = money(given, site.currency) if given else ""
        facts.append(Fact("Given", " · ".join(p for p in (by_hand, what) if p) or "a gesture"))
    facts += _times(moment, site, world, done=done)
    facts += _outcomes(moment)
    if moment.attached:
        facts.append(Fact("Attached", attached_words(moment.attached)))
    if moment.status == "open":
        facts.append(Fact("Why this", why(moment)))
    return facts


def authority_fact(moment: Moment) -> Fact:
    """What the person at the desk may give on this moment now."""
    request = moment.request
    authority = moment.suggestion.authority
    granted = team.granted(moment)
    if granted:
        amount = money(granted.amount, authority.currency)
        return Fact(
            "You may", f"Granted: {amount} for {granted.what}. Give it, then note it.", "green"
        )
    if request and request.state == "refused":
        own = money(authority.limit, authority.currency)
        return Fact(
            "You may", f"{money(request.amount, authority.currency)} was declined. "
            f"Up to {own} here is yours.", "amber"
        )  # fmt: skip
    if request and request.state == "pending":
        asked = money(request.amount, authority.currency)
        return Fact("You may", f"{authority.words} Asked for {asked}, no answer yet.", "amber")
    tone = LIGHT_TONE[authority.light]
    return Fact("You may", authority.words, tone)


def _told(moment: Moment, world: World, site: Site) -> list[Fact]:
    known, by_hand = [], []
    for told in moment.told:
        if not told.person:
            how = told.how.removeprefix("tell them yourself").strip(", ")
            by_hand.append(team.duty_name(told.duty) + (f" ({how})" if how else ""))
            continue
        still = moment.status in ("open", "acted")
        state = "is coming" if told.coming else "has seen it" if told.seen else "has been told"
        state = state if still else "was told"
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
        if ping and ping.state == "waiting":
            text += f" I remind you {world.when(site, ping.due)}."
        facts.append(Fact("Promise", text))
    ask = schedule.pending(moment, "smot")
    if ask and ask.state == "waiting":
        whether = "how it went" if went(moment) else "whether it was put right"
        facts.append(Fact("I will ask", f"{world.when(site, ask.due)} {whether}."))
    later = schedule.pending(moment, "umot")
    if later and later.state == "waiting":
        facts.append(Fact("I will ask", f"{world.when(site, later.due)} what they say about us."))
    return facts


SMOT_WORDS: Final = {
    "recovered": "put right",
    "partly": "partly put right",
    "not_recovered": "not put right",
    "unknown": "not known",
}
WENT_WORDS: Final = {
    "recovered": "went well",
    "partly": "partly well",
    "not_recovered": "did not go well",
    "unknown": "not known",
}
"""The same where nothing had gone wrong: a question or a word of thanks is not put right."""
UMOT_WORDS: Final = {
    "promoter": "recommends us",
    "passive": "so-so",
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


def went(moment: Moment) -> bool:
    """Whether it is asked how it went, and not whether it was put right."""
    return moment.reading.kind in NO_FAILURE


def smot_words(moment: Moment) -> dict[str, str]:
    """How the second moment of truth ended, in words that fit this moment."""
    return WENT_WORDS if went(moment) else SMOT_WORDS


def _outcomes(moment: Moment) -> list[Fact]:
    facts = []
    for label, outcome, words in (
        ("It went" if went(moment) else "Put right?", moment.smot, smot_words(moment)),
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
        well = "Went well" if went(moment) else "Put right"
        first = [Button(well, tap("smot", mid, "recovered"), "primary")]
        first += [
            Button("Not yet", tap("another", mid)),
            Button("Get help", tap("help", mid)),
        ]
    else:
        first = [Button("Did it", tap("did", mid), "primary")]
        first += _second_and_third(moment, site, world)
    rest = (
        ("Another idea", "another"),
        ("Get help", "help"),
        ("Not this", "fix"),
        ("Gave something", "give"),
        ("Hand over", "hand"),
        ("Undo" if moment.before else "Logged by mistake", "undo"),
    )
    seen = {b.tap for b in first}
    taps = ((label, tap(verb, mid)) for label, verb in rest)
    more = [Button(label, word, more=True) for label, word in taps if word not in seen]
    return (*first, *more)


def _second_and_third(moment: Moment, site: Site, world: World) -> list[Button]:
    """The two buttons beside *Did it*: what this moment is likeliest to need next."""
    mid, request, granted = moment.id, moment.request, team.granted(moment)
    buttons: list[Button] = []
    offer, authority = moment.suggestion.offer, moment.suggestion.authority
    asked = request and offer and request.what == offer.give
    if granted:
        buttons.append(Button("Gave it", tap("gave", mid, granted.amount)))
    elif authority.light == "amber" and offer and not asked:
        boss = team.approver(world, site, moment.person)
        if boss:
            sum_ = money(offer.amount, offer.currency)
            label = f"Ask {first_name(boss)[:20]} for {sum_}"
            buttons.append(Button(label, tap("ask", mid, offer.amount)))
    if moment.reading.escalate:
        buttons.append(Button("Get help", tap("help", mid)))
    rival = second_kind(moment)
    if rival and moment.reading.confidence < UNSURE and not moment.first_reading:
        buttons.append(Button(f"Rather: {KIND_NAMES[rival]}", tap("kind", mid, rival)))
    buttons += [Button("Another idea", tap("another", mid)), Button("Not this", tap("fix", mid))]
    return buttons[:2]


def asks_danger(moment: Moment) -> bool:
    """Whether the card first asks about danger: a manager was told because the line may be about
    it, and the wrong help would harm. Where a person corrected the reading nothing is asked."""
    return moment.reading.doubt and moment.status == "open" and not moment.first_reading


def _danger_card(moment: Moment, world: World, note: str) -> Card:
    """Asks before it advises. Who was told stands there already: nobody waits for the answer."""
    ref = moment.reading.ref
    return Card(
        f"{ref} · {DANGER}" if ref else DANGER,
        "stop",
        facts=(
            *_told(moment, world, world.site(moment.site)),
            Fact("Your line", clipped(moment.text)),
        ),
        note=note,
        buttons=(
            Button("Yes, danger", tap("kind", moment.id, "safety"), "danger"),
            Button("No danger", tap("safe", moment.id), "primary"),
        ),
    )


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
        facts=(Fact("Your line", clipped(moment.text)), Fact("I read", read_as)),
        buttons=(Button("Back", tap("show", mid)), *kinds, *stages, *heats),
    )


def give_card(moment: Moment, world: World) -> Card:
    """What was given: the card's own gesture in one tap, or anything else in a form."""
    site = world.site(moment.site)
    offer, authority = moment.suggestion.offer, moment.suggestion.authority
    buttons = [Button("Back", tap("show", moment.id))]
    if offer and authority.light != "red":
        price = f" ({money(offer.amount, site.currency)})" if offer.amount else ""
        room = BUTTON - len(price)
        label = offer.give[:1].upper() + offer.give[1:room] + price
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
