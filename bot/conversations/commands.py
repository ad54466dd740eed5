"""The few words that are not moments: help, open, on, off, digest, plays, undo, invite, people,
corrections."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from bot.conversations import enrol, reviewing
from bot.conversations.cards import smot_words, title_of
from bot.conversations.digest import asked_week, digest_card
from bot.conversations.growing import Correction, Publishing
from bot.conversations.roles import ADMIN, BOSS, EVERYBODY, TEACHER
from bot.conversations.table import week_table
from bot.conversations.taps import tap
from bot.conversations.team import present
from bot.conversations.types import (
    CODE_SLOT,
    Button,
    Card,
    Fact,
    Filled,
    Invite,
    Moment,
    Person,
    Post,
    Said,
    Tapped,
    Turn,
    WeekNumbers,
)
from bot.conversations.world import World, first_name
from playbooks.engine.schema import Site
from playbooks.engine.vocabulary import KIND_NAMES, Role

Answer: TypeAlias = (
    "Card | tuple[Card, Person] | tuple[Card, Invite] | tuple[Card, Correction] "
    "| tuple[Card, Publishing]"
)


@dataclass(frozen=True, slots=True)
class Command:
    """What answers a word, and who may use it; ``refused`` is what everybody else is shown."""

    answer: Callable[[Person, World, str], Answer]
    roles: frozenset[Role]
    refused: Card


WORDS: Final[Mapping[str, str]] = {
    "help": "helpme",
    "?": "helpme",
    "start": "helpme",
    "hilfe": "helpme",
    "ayuda": "helpme",
    "aide": "helpme",
    "aiuto": "helpme",
    "ajuda": "helpme",
    # What a newcomer types first: it read as a guest's question, and got a card with a promise.
    "what can you do": "helpme",
    "who are you": "helpme",
    "how does this work": "helpme",
    "hello": "helpme",
    "hi": "helpme",
    "was kannst du": "helpme",
    "hallo": "helpme",
    "qué puedes hacer": "helpme",
    "hola": "helpme",
    "que sais-tu faire": "helpme",
    "bonjour": "helpme",
    "cosa sai fare": "helpme",
    "ciao": "helpme",
    "o que você faz": "helpme",
    "olá": "helpme",
    "open": "list",
    "moments": "list",
    "my moments": "list",
    "open moments": "list",
    "my open moments": "list",
    "digest": "week",
    "week": "week",
    "this week": "week",
    "last week": "lastweek",
    "table": "table",
    "csv": "table",
    "plays": "plays",
    "playbook": "plays",
    "playbooks": "plays",
    "on": "on",
    "off": "off",
    "on shift": "on",
    "off shift": "off",
    "undo": "undolast",
    "invite": "invite",
    "link": "link",
    "people": "people",
    "corrections": reviewing.NAME,
    "lessons": reviewing.NAME,
}


def command_of(text: str) -> str:
    """The command a whole line is, or nothing: a line that only contains the word is a moment."""
    if len(text) > 20:
        return ""
    words = " ".join(text.lower().strip().lstrip("/¿").split())
    return WORDS.get(words.rstrip("!.? ") or words[:1], "")


def obey(
    name: str, event: Said | Tapped | Filled, me: Person, world: World, argument: str = ""
) -> Turn:
    """Answers a command in the chat it came from, a secret one in private. The role is looked at
    each time: a button may be older than what its reader is today."""
    command = COMMANDS[name]
    if me.role not in command.roles:
        return Turn(posts=(_posted(name, event, me, command.refused),))
    answer = command.answer(me, world, argument)
    card, change = answer if isinstance(answer, tuple) else (answer, None)
    if isinstance(change, Invite):
        return Turn(posts=_secretly(event, me, card, CODE_SLOT), invite=change)
    if card.files:
        return Turn(posts=_secretly(event, me, card, f"c:{name}:"))
    posts = (_posted(name, event, me, card),)
    if isinstance(change, Correction):
        return Turn(posts=posts, corrections=(change,))
    if isinstance(change, Publishing):
        return Turn(posts=posts, publishing=change)
    return Turn(posts=posts, person=change)


def _posted(name: str, event: Said | Tapped | Filled, me: Person, card: Card) -> Post:
    slot = f"c:{name}:{me.id}"
    return Post(event.address, card, slot, "live", me.id, fresh=isinstance(event, Said))


def _secretly(event: Said | Tapped | Filled, me: Person, card: Card, slot: str) -> tuple[Post, ...]:
    """A code or a file is for one person: it never stands in a channel or a group."""
    home = me.address or event.address
    post = Post(home, card, f"{slot}{event.key}", "live", me.id, fresh=True)
    if home.chat == event.address.chat:
        return (post,)
    told = Card("I sent it to you in our private chat", "quiet")
    return post, Post(event.address, told, f"n:{event.key}", "live", me.id)


def _help(me: Person, world: World, _: str) -> Card:
    facts = [
        Fact("A moment", "type one hurried line: guest 412 furious room not ready 2nd time"),
        Fact("Same guest", "name the room or order again: it is added to the open moment"),
        Fact("open", "what is still open with you"),
        Fact("on / off", "you are at work, or have gone home: open questions go to whoever is on"),
        Fact("undo", "takes the last step on a moment back"),
    ]
    if me.role in ("manager", "admin"):
        facts.append(
            Fact("digest", "the last seven days; “last week” the ones before; “table” as CSV")
        )
        facts.append(Fact("invite / people", "let somebody in; see who is enrolled"))
    if me.role == "trainer":
        facts.append(Fact("plays", "the playbook in numbers; a line typed by you is only a try"))
    if me.role in TEACHER:
        facts.append(Fact("corrections", "what staff corrected: keep it, and the reader learns it"))
    site = world.site(me.site)
    there = [first_name(p) for p in present(world, site) if p.id != me.id]
    facts.append(Fact("At work now", ", ".join(there) or "nobody else in Fifteen"))
    return Card(f"Fifteen at {site.name}", "quiet", facts=tuple(facts))


def _list(me: Person, world: World, _: str) -> Card:
    moments = world.memory.open_of(me.id)
    if not moments:
        return Card("Nothing open with you", "good", note="Type a line when something happens.")
    site = world.site(me.site)
    facts = tuple(Fact(world.clock(site, m.created), _state(m)) for m in moments[:10])
    buttons = tuple(
        Button(title_of(m)[:40].rstrip(), tap("show", m.id, "new"), more=number > 2)
        for number, m in enumerate(moments[:10])
    )
    many = f" The newest {len(facts)} are shown." if len(moments) > len(facts) else ""
    return Card(f"{len(moments)} open with you.{many}", "ask", facts=facts, buttons=buttons)


def _state(moment: Moment) -> str:
    states = {"open": "not answered yet", "acted": "done, not known how it went"}
    state = (
        states.get(moment.status)
        or smot_words(moment)[moment.smot.result if moment.smot else "unknown"]
    )
    return f"{title_of(moment)}: {state}"


def _week(me: Person, world: World, argument: str) -> Card:
    week, site, back = _numbers(me, world, argument)
    return digest_card(week, site, world, back=back)


def _table(me: Person, world: World, argument: str) -> Card:
    week, site, _ = _numbers(me, world, argument)
    file = week_table(week, site, world)
    return Card(f"{site.name}: the week as a table", "quiet", files=(file,))


def _numbers(me: Person, world: World, argument: str) -> tuple[WeekNumbers, Site, int]:
    back = int(argument) if argument in ("1", "2", "3", "4") else 0
    site = world.site(me.site)
    start, end = asked_week(world, site, back)
    return world.memory.week(site.id, start, end), site, back


def _last_week(me: Person, world: World, _: str) -> Card:
    return _week(me, world, "1")


def _plays(me: Person, world: World, _: str) -> Card:
    site = world.site(me.site)
    plays = [p for p in world.library.plays.values() if p.pack == site.pack]
    today = world.local(site).date()
    stale = sorted(p.title for p in plays if p.review_by and p.review_by < today)
    by_kind = Counter(k for p in plays for k in p.when.kinds)
    thin = [name.lower() for kind, name in KIND_NAMES.items() if by_kind[kind] < 2]
    facts = [
        Fact(
            "Plays", f"{len(plays)} for {site.name}, {sum(len(p.examples) for p in plays)} examples"
        ),
        Fact("Due for review", ", ".join(stale[:5]) or "none"),
        Fact("Only one play", ", ".join(thin) or "none: every kind has at least two"),
    ]
    if me.role == "trainer":
        facts.append(Fact("Try", "type any line: you see the card and the page it comes from"))
    return Card("The playbook", "quiet", facts=tuple(facts))


def _on(me: Person, world: World, _: str) -> tuple[Card, Person]:
    person = replace(me, shift="on", shift_at=world.now)
    open_now = len(world.memory.open_of(me.id))
    note = f"{open_now or 'Nothing'} open with you."
    return Card(f"You are on shift, {first_name(me)}", "good", note=note), person


def _off(me: Person, world: World, _: str) -> tuple[Card, Person]:
    person = replace(me, shift="off", shift_at=world.now)
    open_now = len(world.memory.open_of(me.id))
    note = "For 14 hours, or until you type “on”, questions go to whoever is at work."
    if open_now:
        note += f" {open_now} open with you: “open” shows what to hand over."
    return Card(f"You are off shift, {first_name(me)}", "quiet", note=note), person


def _undo_last(me: Person, world: World, _: str) -> Card:
    """Asks which: the step she means may lie on a moment that is settled and no longer listed, and
    a guess would withdraw another customer's moment."""
    moments = sorted(world.memory.open_of(me.id), key=lambda m: m.updated, reverse=True)[:3]
    note = "What is already settled has its own Undo, behind “More” on its card."
    if not moments:
        return Card("Nothing open to take back", "quiet", note=note)
    buttons = tuple(Button(title_of(m)[:40].rstrip(), tap("undo", m.id)) for m in moments)
    return Card("Take back the last step on which?", "ask", note=note, buttons=buttons)


_REFUSED: Final = Card("This is not for your role, so nothing was changed", "quiet")
_DIGEST: Final = Card("The digest is for managers", "quiet", note="“open” shows your own moments.")
_TRAINERS: Final = Card(
    "Corrections are looked at by trainers", "quiet", note="Yours reach them by themselves."
)
_MANAGERS: Final = Card("Only managers and admins let people in", "quiet", note="Ask your manager.")
_ADMINS: Final = Card("Only admins change who may do what", "quiet", note="Ask an admin.")

COMMANDS: Final[Mapping[str, Command]] = {
    "helpme": Command(_help, EVERYBODY, _REFUSED),
    "list": Command(_list, EVERYBODY, _REFUSED),
    "week": Command(_week, BOSS, _DIGEST),
    "lastweek": Command(_last_week, BOSS, _DIGEST),
    "table": Command(_table, BOSS, _DIGEST),
    "plays": Command(_plays, EVERYBODY, _REFUSED),
    "on": Command(_on, EVERYBODY, _REFUSED),
    "off": Command(_off, EVERYBODY, _REFUSED),
    "undolast": Command(_undo_last, EVERYBODY, _REFUSED),
    "invite": Command(enrol.invite, BOSS, _MANAGERS),
    "link": Command(enrol.link, EVERYBODY, _REFUSED),
    "people": Command(enrol.people, BOSS, _MANAGERS),
    "person": Command(enrol.person, ADMIN, _ADMINS),
    "role": Command(enrol.role, ADMIN, _ADMINS),
    "remove": Command(enrol.remove, ADMIN, _ADMINS),
    reviewing.NAME: Command(reviewing.review, TEACHER, _TRAINERS),
}
"""Everything a word or a button without a moment does, and the roles that may: default deny."""
