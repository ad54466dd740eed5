"""Cards about cards: who is told that somebody cannot be reached, and what a repeat says."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from bot.conversations.files import PLATFORMS
from bot.conversations.team import APPROVERS
from bot.conversations.types import Card, Fact, Parcel, Person, Post

UNREACHED: Final = "unreached:"
"""How the slot of such a card begins: that it cannot be delivered is told to nobody else."""


def channel_name(channel: str) -> str:
    """A channel as people call it."""
    return PLATFORMS.get(channel, channel)


def whom_to_tell(people: Iterable[Person], lost: Parcel, *, everywhere: bool) -> list[Person]:
    """Of a site's people those who look after it and can be reached themselves: its admins, else
    its managers. ``everywhere``: the whole channel is down, so nobody is reached on it."""
    able = [
        person
        for person in people
        if person.active
        and person.role in APPROVERS
        and person.address is not None
        and person.address.chat != lost.to.chat
        and not (everywhere and person.address.channel == lost.to.channel)
    ]
    admins = [person for person in able if person.role == "admin"]
    return admins or able


def unreached(lost: Parcel, name: str, why: str, to: Iterable[Person]) -> tuple[Post, ...]:
    """The cards that say that somebody cannot be reached; ``name`` is empty where it is a group."""
    where = channel_name(lost.to.channel)
    who = name or "A group"
    card = Card(
        f"{who} cannot be reached on {where}",
        "stop",
        facts=(Fact("Why", why), Fact("Not delivered", lost.card.title)),
        note="Tell them yourself what cannot wait. Once it is mended, whoever runs Fifteen can "
        "send what was missed: fifteen letters resend",
    )
    slot = f"{UNREACHED}{lost.to.channel}:{lost.to.chat}"
    return tuple(
        Post(person.address, card, slot, "tell", person.id, fresh=True)
        for person in to
        if person.address is not None
    )


def repeated(card: Card) -> Card:
    """A card that may stand there already, and says so: a clerk must not do a thing twice."""
    again = "Sent again: it could not be seen whether this had arrived before."
    return replace(card, note=f"{card.note}\n{again}" if card.note else again)
