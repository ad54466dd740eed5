"""One door for everything that happens: a line, a press, a form, the clock.

Theory of operation. ``handle`` is a function: the event, the moment it is about, and the world go
in; a ``Turn`` comes out, with everything that changes. It writes nothing and sends nothing. A press
is looked up in ``VERBS``: the step that answers it and the roles that may take it, as data, default
deny. A step returns the moment changed; the follow-ups to write are what differs from before.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.codes import HIDDEN
from bot.conversations import outcomes, reviewing, schedule, steps, together
from bot.conversations.cards import moment_card
from bot.conversations.commands import COMMANDS, command_of, obey
from bot.conversations.life import IllegalStepError
from bot.conversations.listening import line_said
from bot.conversations.press import Done, Press, main_slot
from bot.conversations.roles import BOSS, DESK
from bot.conversations.taps import Tap, parse
from bot.conversations.types import (
    Card,
    Due,
    Event,
    Filled,
    Moment,
    Person,
    Post,
    Said,
    Tapped,
    Turn,
)
from bot.conversations.world import World
from playbooks.engine.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Verb:
    """A step and who may take it."""

    step: Callable[[Moment, Press], Done]
    roles: frozenset[Role]


VERBS: Final[Mapping[str, Verb]] = {
    "show": Verb(steps.show, DESK),
    "did": Verb(steps.did, DESK),
    "another": Verb(steps.another, DESK),
    "fix": Verb(steps.fix, DESK),
    "kind": Verb(steps.kind, DESK),
    "safe": Verb(steps.safe, DESK),
    "stage": Verb(steps.stage, DESK),
    "heat": Verb(steps.heat, DESK),
    "give": Verb(steps.give, DESK),
    "gave": Verb(steps.gave, DESK),
    "undo": Verb(steps.undo, DESK),
    "keep": Verb(steps.keep, DESK),
    "same": Verb(steps.same, DESK),
    "split": Verb(steps.split, DESK),
    "help": Verb(together.get_help, DESK),
    "coming": Verb(together.coming, DESK),
    "seen": Verb(together.seen, DESK),
    "hand": Verb(together.hand, DESK),
    "handto": Verb(together.handto, DESK),
    "ask": Verb(together.ask, DESK),
    "grant": Verb(together.grant, BOSS),
    "refuse": Verb(together.refuse, BOSS),
    "smot": Verb(outcomes.smot, DESK),
    "umot": Verb(outcomes.umot, DESK),
    "told": Verb(outcomes.told_already, DESK),
    "who": Verb(outcomes.who, DESK),
    "detail": Verb(outcomes.detail, DESK),
    "kept": Verb(outcomes.kept, DESK),
    "later": Verb(outcomes.later, DESK),
    "snooze": Verb(outcomes.snooze, DESK),
    "again": Verb(outcomes.again, DESK),
}

NOT_ENROLLED: Final = "You are not enrolled here yet. Ask your manager to add you."
ENROLLED: Final = "You are enrolled already, so this code was not used."
OTHER_SITE: Final = "This moment belongs to another site, so it was left as it is."
NOT_YOURS: Final = "This button is for {whom}, so nothing was changed."
OLD_BUTTON: Final = "This button is no longer in use. Type “open” to see your open moments."


def moment_of(event: Event) -> str:
    """The id of the moment an event is about; empty for a line typed."""
    match event:
        case Said():
            return ""
        case Due():
            return event.moment
        case _:
            return parse(event.tap).moment


def handle(event: Event, moment: Moment | None, world: World) -> Turn:
    """What follows from the event. Never raises for anything a person can do."""
    if isinstance(event, Due):
        return _due(event, moment, world)
    me = world.memory.person(event.person)
    if me is None or not me.active:
        return Turn(posts=(_notice(event, NOT_ENROLLED),))
    if isinstance(event, Said):
        return _said(event, me, world)
    tapped = parse(event.tap)
    if tapped.verb in COMMANDS:
        return obey(tapped.verb, event, me, world, tapped.argument)
    return _pressed(event, tapped, moment, me, world)


def _said(event: Said, me: Person, world: World) -> Turn:
    if event.text == HIDDEN:
        return Turn(posts=(_notice(event, ENROLLED),))
    named = command_of(event.text)
    return obey(named, event, me, world) if named else line_said(event, me, world)


def _pressed(
    event: Tapped | Filled, tapped: Tap, moment: Moment | None, me: Person, world: World
) -> Turn:
    verb = VERBS.get(tapped.verb)
    if verb is None or moment is None:
        return Turn(posts=(_notice(event, OLD_BUTTON),))
    if me.site != moment.site and me.role != "admin":
        return Turn(posts=(_notice(event, OTHER_SITE),))
    if me.role not in verb.roles:
        whom = "managers" if verb.roles == BOSS else "the desk"
        return Turn(posts=(_notice(event, NOT_YOURS.format(whom=whom)),))
    fields = event.fields if isinstance(event, Filled) else {}
    press = Press(me, event.address, tapped.argument, world, world.site(moment.site), fields)
    try:
        done = verb.step(moment, press)
    except IllegalStepError as problem:
        card = moment_card(moment, world, note=str(problem))
        return Turn(posts=(Post(event.address, card, main_slot(moment), "live", me.id),))
    return _turn(moment, done, world)


def _turn(moment: Moment, done: Done, world: World) -> Turn:
    moments = [m for m in (done.moment, done.other) if m is not None]
    changed = schedule.changed(moment, done.moment)
    learned = reviewing.changed(moment, done.moment)
    if done.other is not None:
        was = world.memory.moment(done.other.id)
        changed += schedule.changed(was, done.other)
        learned += reviewing.changed(was, done.other)
    kept = tuple(m for m in moments if m is not moment)
    return Turn(kept, _one_a_slot(done.posts), changed, corrections=learned)


def _one_a_slot(posts: tuple[Post, ...]) -> tuple[Post, ...]:
    """The last card for each place: two edits of one message in a turn would only flicker."""
    last = {(p.to, p.slot): p for p in posts}
    freshened = {(p.to, p.slot) for p in posts if p.fresh}
    return tuple(replace(p, fresh=key in freshened) for key, p in last.items())


def _due(event: Due, moment: Moment | None, world: World) -> Turn:
    follow_up = (
        next((f for f in moment.follow_ups if f.id == event.follow_up), None) if moment else None
    )
    if moment is None or follow_up is None or follow_up.due > world.now:
        return Turn()
    now, posts = outcomes.due(moment, follow_up, world)
    moments = () if replace(now, follow_ups=moment.follow_ups) == moment else (now,)
    return Turn(moments, posts, schedule.changed(moment, now))


def _notice(event: Said | Tapped | Filled, words: str) -> Post:
    return Post(event.address, Card(words, "quiet"), f"n:{event.key}", "live", event.person)
