"""What every channel is: it receives events, and it delivers cards. Nothing else."""

from collections.abc import Awaitable, Callable
from typing import Literal, Protocol, TypeAlias

from bot.conversations.types import Address, Card, Event, Person

Receipt: TypeAlias = Literal["new", "again"]
"""new: taken in and kept; again: this key was seen before, nothing was done."""
Receive: TypeAlias = Callable[[Event], Awaitable[Receipt]]
"""Keeps the event before it returns: a channel acknowledges to its platform only after that."""


class DeliveryError(Exception):
    """A card could not be delivered.

    ``permanent``: trying again is of no use (blocked, chat gone); ``retry_after``: seconds the
    platform asks us to wait, None where it said nothing.
    """

    def __init__(
        self, why: str, *, permanent: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(why)
        self.permanent = permanent
        self.retry_after = retry_after


class Channel(Protocol):
    """One platform. Adding one means writing one of these and nothing in the conversation."""

    name: str
    shows_once: bool
    """True where delivering a parcel twice shows it once. Else the outbox row is marked as being
    sent before the platform is called, so that a crash in between is known of."""

    async def run(self, receive: Receive) -> None:
        """Takes events in until cancelled."""
        ...

    async def deliver(self, to: Address, card: Card, replaces: str = "") -> str:
        """Shows the card, in place of message ``replaces`` where given; returns the message's id.

        Raises:
            DeliveryError: it could not be shown; says whether trying again makes sense.
        """
        ...


class Door(Protocol):
    """Who somebody is, and who may come in. Nobody may do anything until enrolled.

    ``account`` is the platform's own id of a person (Slack ``U…``, Telegram the user's number), and
    never a name: names can be chosen.
    """

    async def who(self, channel: str, account: str) -> Person | None:
        """Whoever is linked to that account and active; None for everybody else."""
        ...

    async def knock(
        self, channel: str, account: str, name: str, text: str, language: str = ""
    ) -> Card:
        """Answers somebody not enrolled: a valid one-time code in the text lets them in as what the
        code says, anything else is refused in a plain sentence. Never raises for a person's
        mistake. Also answers somebody enrolled who types a code, to link a second account.

        Whoever calls makes sure that it is a person of this workspace, writing in private.
        """
        ...

    async def left(self, channel: str, account: str) -> None:
        """The account has left the workspace or was shut: its access ends at once."""
        ...
