"""What every step gets and gives: who pressed what, and what it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from bot.conversations.cards import moment_card, told_card
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
    """The card after a step: edited in place, or sent anew where it has scrolled away.

    Somebody else's press also answers her where she pressed.
    """
    fresh = press.world.now - moment.created > SCROLLED_AWAY and press.address == moment.address
    posts = [main_post(moment, press.world, note=note, fresh=fresh)]
    if press.address != moment.address:
        posts.append(view(moment, moment_card(moment, press.world, note=note), press))
    return tuple(posts)


def view(moment: Moment, card: Card, press: Press, slot: str = "") -> Post:
    """Another face of the card, for whoever pressed, in the same place."""
    return Post(press.address, card, slot or main_slot(moment), "live", press.me.id)


def tell_posts(
    moment: Moment, people: tuple[Person, ...], by: Person, world: World, *, asks: bool = False
) -> tuple[Post, ...]:
    """A card for each of these people about this moment."""
    return tuple(
        Post(
            person.address,
            told_card(moment, person, by, world, asks=asks),
            f"t:{moment.id}:{person.id}",
            "live" if asks else "tell",
            person.id,
            fresh=asks,
        )
        for person in people
        if person.address
    )
