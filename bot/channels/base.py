"""What every channel is: it receives events, and it delivers cards. Nothing else."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol, TypeAlias, runtime_checkable

from bot.conversations.types import LANES, Address, Card, Event, Lane, Person

MINUTE: Final = timedelta(minutes=1)

Receipt: TypeAlias = Literal["new", "again"]
"""new: taken in and kept; again: this key was seen before, nothing was done."""
Receive: TypeAlias = Callable[[Event], Awaitable[Receipt]]
"""Keeps the event before it returns: a channel acknowledges to its platform only after that."""


Scope: TypeAlias = Literal["card", "chat", "channel"]


class DeliveryError(Exception):
    """A card could not be delivered.

    ``permanent``: trying again is of no use (blocked, chat gone); ``retry_after``: seconds the
    platform asks us to wait, None where it said nothing; ``unknown``: it may have arrived (the
    answer was lost), so that sending it again may show it twice; ``moved_to``: the chat has another
    name by now. ``scope`` is how far it reaches: this card alone, everything for this chat
    (blocked, chat gone), or the whole channel (token revoked, told to slow down everywhere).
    A wait always holds at least the chat: its cards keep their order.
    """

    def __init__(
        self,
        why: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        unknown: bool = False,
        moved_to: str = "",
        scope: Scope = "card",
    ) -> None:
        super().__init__(why)
        self.permanent = permanent
        self.retry_after = retry_after
        self.unknown = unknown
        self.moved_to = moved_to
        self.scope = scope


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a platform lets us write, over all threads of a chat.

    ``total``: messages a second over all chats, None for no such limit; ``gap``: seconds from one
    message of a chat to the next; ``burst``: how many live answers may go at once to a chat that
    was quiet, before the gap holds for them too; ``groups``: how the name of a group begins, empty
    where the platform does not tell; ``group_minute``: messages a group takes in a minute, 0 for no
    such limit.
    """

    total: float | None = None
    gap: float = 1.0
    burst: int = 3
    groups: str = ""
    group_minute: int = 0


LAST: Final[Lane] = LANES[-1]
"""The lane of refusals: whatever else waits goes first."""
Say: TypeAlias = Callable[[Address, Card, Lane], None]
"""Says something that stands in no outbox, in its turn among the cards; at once returns."""
LeaveOut: TypeAlias = Callable[[str, Address | None, str], Awaitable[None]]
"""Notes that what came in under that key, there, could not be taken, and why, for a person."""


@dataclass(frozen=True, slots=True)
class Besides:
    """What a channel hands on besides events."""

    say: Say
    leave_out: LeaveOut


class OnceAMinute:
    """What is said to somebody at most once a minute, however often there is reason to."""

    def __init__(self, remembered: int = 10_000) -> None:
        self._said: OrderedDict[str, datetime] = OrderedDict()
        self._remembered = remembered

    def now(self, what: str, at: datetime) -> bool:
        """Whether it may be said at that time; if so it counts as said."""
        last = self._said.get(what)
        if last is not None and last <= at < last + MINUTE:
            return False
        self._said[what] = at
        self._said.move_to_end(what)
        if len(self._said) > self._remembered:
            self._said.popitem(last=False)
        return True


class Channel(Protocol):
    """One platform. Adding one means writing one of these and nothing in the conversation."""

    name: str
    shows_once: bool
    """True where delivering a parcel twice shows it once. Else the outbox row is marked as being
    sent before the platform is called, so that a crash in between is known of."""
    pace: Pace | None
    """None: as fast as it goes."""

    async def run(self, receive: Receive) -> None:
        """Takes events in until cancelled."""
        ...

    async def deliver(self, to: Address, card: Card, replaces: str = "") -> str:
        """Shows the card, in place of message ``replaces`` where given; returns the message's id.

        Raises:
            DeliveryError: it could not be shown; says whether trying again makes sense.
        """
        ...


@runtime_checkable
class Finds(Protocol):
    """A channel that can look up whether a card arrived. It is given a ``mark`` with every card and
    keeps it on the message, out of people's sight; ``find`` says which message carries it."""

    async def deliver(self, to: Address, card: Card, replaces: str = "", mark: str = "") -> str:
        """As ``Channel.deliver``; ``mark`` is at most 64 plain characters."""
        ...

    async def find(self, to: Address, mark: str) -> str | None:
        """The id of the message with that mark; None where there is none.

        Raises:
            DeliveryError: it could not be looked up now.
        """
        ...


@runtime_checkable
class Links(Protocol):
    """A channel with links that open its chat and send a word."""

    @property
    def entrance(self) -> str:
        """The link, ending where a one-time code goes on; empty while it is not known."""
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

    async def admit(
        self, channel: str, account: str, name: str, text: str, language: str = ""
    ) -> Person | None:
        """Lets in, as staff, somebody new whom the operator's own list names; a card welcomes her.
        None where she was removed before, or where the text holds a code: that may say more.

        Whoever calls makes sure that the list names her, and that she is a member.
        """
        ...

    async def left(self, channel: str, account: str) -> None:
        """The account has left the workspace or was shut: its access ends at once."""
        ...
