"""``fifteen try``: one line in, the card it would get out. Nothing is stored."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.clock import Clock, SystemClock
from bot.commands.library import open_library, site_of, staff_of
from bot.commands.looking import as_learned
from bot.commands.words import USAGE, CommandError, paint, say, say_json
from playbooks.engine.schema import History, Reading, Site, Staff, Suggestion
from playbooks.engine.vocabulary import LANGUAGES

if TYPE_CHECKING:
    from playbooks.engine.library import Library

PERHAPS_DANGER = "Is anybody hurt or in danger? The chat asks this before it shows the card below."
NO_MOMENT = "the line does not look like a moment: in the chat it would be asked about"


def try_it(text: str, *, site: str, role: str, as_json: bool, clock: Clock | None = None) -> None:
    """Reads the line, composes the card for that role, prints it.

    Raises:
        CommandError: no such site or role, an empty line, or faulty playbooks.
    """
    from bot.settings import read_settings

    if not text.strip():
        raise CommandError("The line is empty.", "Type what happened, in quotes.", code=USAGE)
    settings = read_settings()
    staff = staff_of(role)
    library = open_library(settings)
    place = site_of(library, site or settings.site)
    library = as_learned(library, settings, place)
    now = (clock or SystemClock()).now()
    reading, suggestion = answered(library, text, place, staff, now)
    if as_json:
        say_json(as_answer(reading, suggestion, place, now))
    else:
        show(reading, suggestion, place, now)


def answered(
    library: "Library", text: str, site: Site, staff: Staff, now: datetime
) -> tuple[Reading, Suggestion]:
    """What the line says and what the playbook answers, for a customer never seen before."""
    reading = library.read(text, site)
    history = History(failures=1 if reading.repeat else 0)
    choice = library.choose(reading, history, site, text)
    suggestion = library.compose(
        choice,
        reading,
        site,
        staff,
        now=now,
        spent_moment=0,
        spent_today=0,
        place=reading.touchpoint,
        history=history,
    )
    return reading, suggestion


def as_answer(
    reading: Reading, suggestion: Suggestion, site: Site, now: datetime
) -> dict[str, Any]:
    """The stable contract of ``--json``. Money is in hundredths, times are ISO 8601 in UTC."""
    fields = [
        "stage",
        "kind",
        "heat",
        "escalate",
        "value",
        "repeat",
        "ref",
        "confidence",
        "because",
    ]
    offer = suggestion.offer
    return {
        "reading": {name: getattr(reading, name) for name in fields},
        "play": suggestion.play,
        "revision": suggestion.revision,
        "say": suggestion.say,
        "do": list(suggestion.do),
        "gesture": {
            "give": offer.give if offer else "",
            "amount": offer.amount if offer else 0,
            "currency": offer.currency if offer else site.currency,
            "loss": offer.loss if offer else "none",
        },
        "authority": suggestion.authority,
        "tell": list(told(reading, suggestion)),
        "follow_ups": follow_ups(reading, suggestion, site, now),
    }


def follow_ups(
    reading: Reading, suggestion: Suggestion, site: Site, now: datetime
) -> list[dict[str, str]]:
    """What would be asked later and when, by the conversation's own rules."""
    from bot.commands.rehearsal import rehearsed

    plan = suggestion.follow_up
    asks = {"smot": plan.ask, "umot": plan.ask_later, "promise": promised(suggestion)}
    return [
        {"purpose": purpose, "due": due.isoformat(timespec="seconds"), "ask": asks[purpose]}
        for purpose, due in rehearsed(reading, suggestion, site, now)
    ]


def told(reading: Reading, suggestion: Suggestion) -> tuple[str, ...]:
    """The duties that would be told."""
    from bot.conversations.record import duties_of

    return duties_of(reading, suggestion)


def promised(suggestion: Suggestion) -> str:
    """What was promised, in the play's words."""
    return suggestion.promise.what if suggestion.promise else ""


def show(reading: Reading, suggestion: Suggestion, site: Site, now: datetime) -> None:
    """The card as a person reads it on a terminal."""
    colours = {"green": "green", "amber": "yellow", "red": "red", "none": "white"}
    authority = suggestion.authority
    if reading.doubt:
        say(f"{paint('First', 'bold')}    {PERHAPS_DANGER}")
    say(paint(suggestion.title, "cyan", "bold"))
    say(f"{paint('Say', 'bold')}      “{suggestion.say}”")
    for number, step in enumerate(suggestion.do, 1):
        say(f"{paint('Do', 'bold') if number == 1 else '  '}       {number}. {step}")
    say(f"{paint('You may', 'bold')}  {paint(authority.words, colours[authority.light])}")
    duties = told(reading, suggestion)
    if duties:
        say(f"{paint('Tell', 'bold')}     {', '.join(duties).replace('_', ' ')}")
    if suggestion.promise:
        within = f"within {suggestion.promise.within} min"
        say(f"{paint('Promise', 'bold')}  {suggestion.promise.what}, {within}")
    for each in follow_ups(reading, suggestion, site, now):
        when = datetime.fromisoformat(each["due"]).astimezone(ZoneInfo(site.timezone))
        words = f"{when:%a %d %b, %H:%M}: {each['ask'] or each['purpose']}"
        say(f"{paint('Later', 'bold')}    {words}")
    say(f"{paint('Why', 'bold')}      {reading.stage}, {reading.kind}: {reading.because}")
    say(f"         {suggestion.play}@{suggestion.revision}, {suggestion.evidence}")
    if suggestion.wording:
        words = f"{LANGUAGES[suggestion.language]} ({suggestion.wording})"
        say(f"{paint('Words', 'bold')}    {words}")
    if reading.abstain:
        say(f"{paint('Beware', 'bold')}   {NO_MOMENT}")
