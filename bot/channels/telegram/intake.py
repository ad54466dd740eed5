"""One update from Telegram to a kept event: who it is, what it says, and nothing twice.

An update is settled when its event is kept, when it was refused or passed over, or when it failed
again and again while others were kept. Only then may Telegram forget it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from bot.channels.base import LAST, Besides, Door, OnceAMinute, Receive
from bot.channels.telegram import keyboard
from bot.channels.telegram.beside import Beside
from bot.channels.telegram.events import NAME, Incoming, Me, chat_of, read, update_id
from bot.channels.telegram.forms import asked
from bot.conversations.types import Address, Card, Filled, Lane, Person, Said, Tapped

log = logging.getLogger(__name__)

Recall: TypeAlias = Callable[[Address, str], Awaitable[Card | None]]
"""The card that stands in a message, by the chat and the message's number."""

STRIKES: Final = 5
"""How often an update may fail while others are kept, before it is left out."""
NOT_ENROLLED: Final = "You are not enrolled here yet. Ask your manager for an invitation."
PRIVATELY: Final = "Answered in our private chat."
FIRST_PRIVATELY: Final = (
    "You are not enrolled here yet. Open a private chat with me and send the code you were given."
)
TOO_OLD: Final = "This card is no longer known. Type “open” to see your open moments."


@dataclass(slots=True)
class Trouble:
    """An update that could not be kept: how often, how much was kept before its first try, and how
    often it failed although others were kept since."""

    kept_before: int
    tries: int = 0
    strikes: int = 0


class Intake:
    """Takes updates in, one at a time or many; keeps no order, which is the callers' work."""

    def __init__(
        self,
        beside: Beside,
        door: Door,
        recall: Recall,
        clock: Callable[[], datetime],
        besides: Besides,
    ) -> None:
        self._beside = beside
        self._besides = besides
        self._told = OnceAMinute()
        self._door = door
        self._recall = recall
        self._clock = clock
        self._kept = 0
        self.trouble: dict[int, Trouble] = {}
        self.left_out = 0
        """Updates given up, since the start."""

    async def take(self, update: object, me: Me, receive: Receive) -> bool:
        """Whether the update is settled; false: it has to come again."""
        number = update_id(update)
        try:
            incoming = read(update, me)
            if incoming is not None:
                await self._take(incoming, me, receive)
        except Exception as problem:  # noqa: BLE001 - one update must not stop the others
            return number is None or await self._failed(number, update, problem)
        self.trouble.pop(number or 0, None)
        self._kept += incoming is not None
        return True

    async def _failed(self, number: int, update: object, problem: Exception) -> bool:
        trouble = self.trouble.setdefault(number, Trouble(self._kept))
        trouble.tries += 1
        trouble.strikes += trouble.kept_before < self._kept
        name = type(problem).__name__
        if trouble.strikes < STRIKES:
            log.warning("update %s not kept (%s), it stays with Telegram", number, name)
            return False
        chat = chat_of(update)
        try:
            to = Address(NAME, str(chat)) if chat else None
            await self._besides.leave_out(_key(number), to, name)
        except Exception as again:  # noqa: BLE001 - the store may be away just now
            log.warning("update %s cannot be left out (%s)", number, type(again).__name__)
            return False
        del self.trouble[number]
        self.left_out += 1
        log.error("update %s left out: it failed %s times (%s)", number, trouble.tries, name)
        return True

    async def _take(self, it: Incoming, me: Me, receive: Receive) -> None:
        refused: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        if it.callback:
            self._beside.heard(it.callback, refused)
        words = ""
        try:
            words = await self._handled(it, me, receive)
        finally:
            refused.set_result(words)
        if words and not it.callback:
            self._tell(it, it.place, Card(words, "quiet"), "tell" if words == PRIVATELY else LAST)

    async def _handled(self, it: Incoming, me: Me, receive: Receive) -> str:
        """Does what is asked; a sentence where it is refused, or answered elsewhere."""
        if it.refusal:
            return it.refusal
        person = None if it.code else await self._door.who(NAME, it.account)
        if person is None:
            return await self._stranger(it)
        if it.tap:
            return await self._pressed(it, person, me, receive)
        if it.ask:
            return await self._replied(it, person, me, receive)
        await receive(
            Said(_key(it.update), self._clock(), person.id, it.home, it.text, attached=it.attached)
        )
        return _where(it)

    async def _stranger(self, it: Incoming) -> str:
        if not it.private:
            return FIRST_PRIVATELY
        if it.tap:
            return NOT_ENROLLED
        text = it.text if it.code is None else it.code
        card = await self._door.knock(NAME, it.account, it.name, text, it.language)
        self._tell(it, it.home, card, "live" if card.tone == "good" else LAST)
        return ""

    def _tell(self, it: Incoming, to: Address, card: Card, lane: Lane) -> None:
        """Says what stands in no outbox, in its turn; a refusal once a minute: whoever hammers at
        the door must not use up what the platform permits to us."""
        if lane != LAST or self._told.now(f"{it.account} {card.title}", self._clock()):
            self._besides.say(to, card, lane)

    async def _pressed(self, it: Incoming, person: Person, me: Me, receive: Receive) -> str:
        if it.tap[:1] not in (keyboard.MORE[0], keyboard.CHOSEN):
            await receive(Tapped(_key(it.update), self._clock(), person.id, it.home, it.tap))
            return _where(it)
        card = await self._recall(it.place, str(it.message))
        if it.tap.startswith(keyboard.CHOSEN):
            return await self._chosen(it, person, card, me, receive)
        if card is None or (it.tap == keyboard.WRITE and card.form is None):
            return TOO_OLD
        if card.form and it.tap == keyboard.WRITE:
            ask = asked(card.form)
            if ask:
                self._beside.ask(it.home, ask, me.username, at_once=True)
            return _where(it)
        self._beside.unfold(it.place, it.message, card, all_of_it=it.tap == keyboard.MORE)
        return ""

    async def _chosen(
        self, it: Incoming, person: Person, card: Card | None, me: Me, receive: Receive
    ) -> str:
        """A choice is kept at once; the words that go with it may follow in a reply."""
        name, _, rest = it.tap[1:].partition(keyboard.CHOSEN)
        value, _, tap = rest.partition(keyboard.CHOSEN)
        if not (name and tap):
            return TOO_OLD
        event = Filled(_key(it.update), self._clock(), person.id, it.home, tap, {name: value})
        more = asked(card.form) if card and card.form and card.form.tap == tap else None
        if await receive(event) == "new" and more:
            self._beside.ask(it.home, more, me.username, at_once=False)
        return _where(it)

    async def _replied(self, it: Incoming, person: Person, me: Me, receive: Receive) -> str:
        """An answer to a field: the next field is asked for, or the form is sent."""
        if it.ask is None:
            return ""
        ask = it.ask.answered(it.text)
        if not ask.done(me.username):
            self._beside.ask(it.home, ask, me.username, at_once=True)
            return _where(it)
        now = self._clock()
        await receive(Filled(_key(it.update), now, person.id, it.home, ask.tap, ask.answers))
        return _where(it)


def _where(it: Incoming) -> str:
    """What is said where she is: what is about a customer is answered in private alone."""
    return "" if it.private else PRIVATELY


def _key(update: int) -> str:
    """The same for every redelivery: Telegram numbers its updates."""
    return f"{NAME}:{update}"
