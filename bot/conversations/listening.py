"""A line typed at the desk: cleaned, read, and answered."""

import unicodedata
from dataclasses import dataclass, replace
from typing import Final

from bot.conversations.cards import authority_fact, clipped, moment_card, why
from bot.conversations.press import main_post, main_slot, tell_posts
from bot.conversations.record import Belongs, add, belongs, new_moment
from bot.conversations.schedule import changed, end, put
from bot.conversations.taps import tap
from bot.conversations.team import duty_name
from bot.conversations.types import (
    TEXT_LIMIT,
    Button,
    Card,
    Fact,
    Moment,
    Person,
    Post,
    Said,
    Turn,
)
from bot.conversations.world import World
from playbooks.engine.languages import in_language
from playbooks.engine.schema import Reading

EMPTY: Final = Card(
    "Type what is happening",
    "quiet",
    note="One hurried line is enough: who, what, how they feel. Such as: "
    "guest 412 furious room not ready 2nd time.",
)
NOTHING_READ: Final = (
    "I did not read a customer moment in this, so nobody was told and nothing is asked."
)


def clean(text: str) -> str:
    """The line without control characters and doubled spaces; marks that turn the writing direction
    are taken out too, because they can make a card read as its opposite."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    letters = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    kept = "".join(
        c for c in letters if unicodedata.category(c) not in ("Cf", "Cs", "Co") or c == "\u200d"
    )
    return " ".join(kept.split())


@dataclass(frozen=True, slots=True)
class Heard:
    """A line at the moment it is read: who said it, what was understood, what to mention."""

    said: Said
    text: str
    me: Person
    reading: Reading
    world: World
    note: str


def line_said(said: Said, me: Person, world: World) -> Turn:
    """Logs the line as a moment, adds it to an open one, or says that it was not read as one."""
    text = clean(said.text)
    if not text:
        return Turn(posts=(Post(said.address, EMPTY, f"n:{said.key}", "live", me.id),))
    note = _notes(said, cut=len(text) > TEXT_LIMIT)
    text = text[:TEXT_LIMIT]
    reading = world.library.read(text, world.site(me.site))
    heard = Heard(said, text, me, reading, world, note)
    if me.role == "trainer":
        return _tried(heard)
    home = belongs(text, me, reading, world)
    if home.moment and home.sure:
        return _added(heard, home.moment)
    return _not_read(heard, home) if reading.abstain else _logged(heard, home)


def _notes(said: Said, *, cut: bool) -> str:
    notes = []
    if said.masked:
        hidden = " and ".join(said.masked)
        notes.append(f"I blacked out {hidden} before keeping this line.")
    if cut:
        notes.append(f"I kept the first {TEXT_LIMIT} characters.")
    return " ".join(notes)


def _logged(heard: Heard, home: Belongs) -> Turn:
    moment = new_moment(heard.said, heard.text, heard.me, heard.reading, heard.world)
    post = main_post(moment, heard.world, note=heard.note)
    if home.moment is not None:
        post = replace(post, card=_with_question(post.card, moment, home.moment))
    return Turn((moment,), (post, *_tells(moment, (), heard)), moment.follow_ups)


def _with_question(card: Card, moment: Moment, other: Moment) -> Card:
    """Asks, on the card and beside the answer, whether it is the same customer as before."""
    button = Button(f"Same as {other.place_name}", tap("same", moment.id, other.id))
    fact = Fact("Same customer?", f"It may belong to “{clipped(other.text)}”.", "amber")
    seen = [b for b in card.buttons if not b.more][:2]
    rest = [replace(b, more=True) for b in card.buttons if b not in seen]
    return replace(card, facts=(fact, *card.facts), buttons=(*seen, button, *rest))


def _tells(moment: Moment, known: tuple[str, ...], heard: Heard) -> tuple[Post, ...]:
    people = [
        person
        for told in moment.told
        if told.person not in known and (person := heard.world.memory.person(told.person))
    ]
    return tell_posts(moment, tuple(people), heard.me, heard.world)


def _added(heard: Heard, old: Moment) -> Turn:
    said, me, world = heard.said, heard.me, heard.world
    now = add(old, heard.text, me, heard.reading, world)
    now = replace(now, attached=(*now.attached, *said.attached))
    if now.person == me.id:
        now = replace(now, address=said.address)
    card = moment_card(now, world, note=f"Added to {old.place_name}. {heard.note}".strip())
    other = Button("It is another customer", tap("split", now.id), more=True)
    card = replace(card, buttons=(*card.buttons, other))
    posts = [Post(said.address, card, main_slot(now), "live", me.id, fresh=True)]
    if now.address != said.address:
        posts.append(main_post(now, world, note=f"{me.name} added a line."))
    # A second failure is news also to those who were told of the first.
    failed_again = now.failures > old.failures
    known = () if failed_again else tuple(t.person for t in old.told)
    tells = tuple(replace(p, fresh=failed_again) for p in _tells(now, known, heard))
    return Turn((now,), (*posts, *tells), changed(old, now))


def _not_read(heard: Heard, home: Belongs) -> Turn:
    """Kept aside, not thrown away: one tap logs it after all or adds it to the open moment."""
    moment = new_moment(heard.said, heard.text, heard.me, heard.reading, heard.world)
    moment = replace(moment, status="undone", told=())
    moment = put(moment, *end(moment, "smot", "promise", done=False))
    card = moment_card(moment, heard.world, note=NOTHING_READ)
    if home.moment is not None:
        button = Button(f"Add to {home.moment.place_name}", tap("same", moment.id, home.moment.id))
        card = replace(card, buttons=(*card.buttons, button))
    if heard.note:
        card = replace(card, note=f"{card.note} {heard.note}")
    post = Post(heard.said.address, card, main_slot(moment), "live", heard.me.id)
    return Turn((moment,), (post,), moment.follow_ups)


def _tried(heard: Heard) -> Turn:
    """A trainer's line is a try: she sees what staff would see, and which page it came from."""
    said, me, world, reading = heard.said, heard.me, heard.world, heard.reading
    moment = new_moment(said, heard.text, replace(me, role="staff"), reading, world)
    suggestion = moment.suggestion
    tells = ", ".join(duty_name(t.duty) for t in moment.told)
    play = world.library.plays.get(suggestion.play)
    read_as = f"{reading.kind}, {reading.stage}, heat {reading.heat}"
    facts = (
        authority_fact(moment),
        Fact("Tells", tells or "nobody"),
        Fact("Play", f"{suggestion.play}@{suggestion.revision}"),
        Fact("Page", in_language(play, suggestion.language).file if play else "built in"),
        Fact("Read", f"{read_as}, sure to {reading.confidence:.0%}"),
        Fact("Else", ", ".join(reading.kinds[1:]) or "nothing near"),
        Fact("Why this", why(moment)),
    )
    card = Card(
        suggestion.title,
        "quiet",
        suggestion.say,
        suggestion.do,
        facts,
        note=f"A try: nothing was logged and nobody was told. {heard.note}".strip(),
    )
    return Turn(posts=(Post(said.address, card, f"n:{said.key}", "live", me.id),))
