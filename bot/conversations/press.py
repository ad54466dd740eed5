"""What every step gets and gives: who pressed what, and what it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from bot.conversations.cards import moment_card
from bot.conversations.colleagues import told_card
from bot.conversations.life import after
from bot.conversations.types import Address, Card, Moment, Person, Post
from bot.conversations.world import World
from playbooks.engine.schema import Site

SCROLLED_AWAY: Final = timedelta(minutes=15)
"""A card older than this is no longer in sight: it is sent anew instead of edited far above."""


@dataclass(frozen=True, slots=True)
class Press:
    """One press of a button or one form sent, with everything needed to answer it."""

    me: Person
    address: Address
    argument: str
    world: World
    site: Site
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """What the press changes: the moment, cards, and perhaps a second moment."""

    moment: Moment
    posts: tuple[Post, ...] = ()
    other: Moment | None = None


def stepped(moment: Moment, step: str, press: Press) -> Moment:
    """The moment after a step of the table, with the way back kept.

    Raises:
        IllegalStepError: the step is not possible now.
    """
    status = after(moment.status, step)
    return replace(
        moment, status=status, before=replace(moment, before=None), updated=press.world.now
    )


def answered_now(moment: Moment, press: Press) -> Moment:
    """Notes when the customer was first answered; later steps leave it."""
    return moment if moment.answered else replace(moment, answered=press.world.now)


def main_slot(moment: Moment) -> str:
    """Where the card of the moment stands."""
    return f"m:{moment.id}"


def ask_slot(moment: Moment, purpose: str) -> str:
    """Where a follow-up's question stands."""
    return f"f:{moment.id}:{purpose}"


def main_post(moment: Moment, world: World, *, note: str = "", fresh: bool = False) -> Post:
    """The moment's card where it belongs."""
    card = moment_card(moment, world, note=note)
    return Post(moment.address, card, main_slot(moment), "live", moment.person, fresh)


def shown(moment: Moment, press: Press, note: str = "") -> tuple[Post, ...]:
    """The card after a step, edited in place: whoever pressed it has it before her.

    Somebody else's press also answers her where she pressed.
    """
    if press.address == moment.address:
        return (main_post(moment, press.world, note=note),)
    return (main_post(moment, press.world, note=note), *back(moment, press, note))


def back(moment: Moment, press: Press, note: str = "") -> tuple[Post, ...]:
    """Nothing was changed: the card as it stands, for nobody but whoever pressed."""
    return (view(moment, moment_card(moment, press.world, note=note), press),)


def news_post(moment: Moment, press: Press, note: str) -> Post:
    """A colleague's answer on the card of the person at the desk: below her last line where the
    card has scrolled away meanwhile, because an edit far above is not seen."""
    fresh = press.world.now - moment.created > SCROLLED_AWAY
    return main_post(moment, press.world, note=note, fresh=fresh)


def view(moment: Moment, card: Card, press: Press, slot: str = "") -> Post:
    """Another face of the card, for whoever pressed, in the same place."""
    return Post(press.address, card, slot or main_slot(moment), "live", press.me.id)


def tell_posts(
    moment: Moment,
    people: tuple[Person, ...],
    by: Person,
    world: World,
    *,
    asks: bool = False,
    fresh: bool = False,
) -> tuple[Post, ...]:
    """A card for each of these people about this moment; ``fresh`` where it is news to somebody
    who was told before: an edit of the old card rings no bell."""
    return tuple(
        Post(
            person.address,
            told_card(moment, person, by, world, asks=asks),
            f"t:{moment.id}:{person.id}",
            "live" if asks else "tell",
            person.id,
            fresh=asks or fresh,
        )
        for person in people
        if person.address
    )
