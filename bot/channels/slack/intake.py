"""What was heard, handed on: who it is, whether she may, and one event kept before it is answered.

Slack sends an event again that was not acknowledged within three seconds, but never a command, a
press or a form. So an event we are slow with is left unacknowledged and taken at its next coming,
and whoever typed a command or sent a form is told in words that it is not written down yet.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bot.channels.base import DeliveryError, Door, Receive
from bot.channels.slack.delivery import Deliveries
from bot.channels.slack.events import read
from bot.channels.slack.faults import WireError
from bot.channels.slack.heard import HOME, Ask, Gone, Heard, Home, Line, Place, Press, Refusal
from bot.channels.slack.payload import escaped
from bot.channels.slack.people import People, Profile
from bot.channels.slack.wire import Wire
from bot.conversations.types import Address, Filled, Person, Said, Tapped
from playbooks.engine.vocabulary import Role

log = logging.getLogger(__name__)

NAME: Final = "slack"
PATIENCE: Final = 0.9
"""Seconds until Slack gets its answer, whatever the database does."""
REMEMBERED: Final = 2000

HOME_TAPS: Final[dict[Role, str]] = {
    "staff": "list",
    "manager": "week",
    "admin": "week",
    "trainer": "plays",
}
"""What each role sees on the Home tab: a command of the conversation."""

LATE: Final = (
    "This is not written down yet, it takes longer than it should. Help the customer first; if no "
    "card comes within a minute, send it again."
)
NOT_ENROLLED: Final = (
    "You are not enrolled here yet, so nothing was kept. Write to me in a direct message: there "
    "your manager's code lets you in."
)
FORM_TOO_LATE: Final = "The form did not open in time. Press the button once more."


class NotTakenError(Exception):
    """Not kept, or not known to be: Slack is to send it again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the acknowledgement says: a sentence to a command, a fault of a form, or nothing."""

    text: str = ""
    errors: dict[str, str] = field(default_factory=dict)


class Intake:
    """Takes payloads in. ``receive`` is set while events are taken."""

    def __init__(
        self, wire: Wire, cards: Deliveries, door: Door, clock: Callable[[], datetime]
    ) -> None:
        self.receive: Receive | None = None
        self.patience = PATIENCE
        self._wire = wire
        self._cards = cards
        self._door = door
        self._clock = clock
        self._people = People(wire)
        self._answered: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def take(self, body: dict[str, Any]) -> Answer:
        """Takes one payload in; returns once it is kept, within a second.

        Raises:
            NotTakenError: it is not kept yet; it has to come again.
        """
        task = self._start(self._take(body))
        await asyncio.wait({task}, timeout=self.patience)
        if task.done() and task.exception() is None:
            return Answer(task.result()) if body.get("command") else Answer()
        if body.get("command"):
            return Answer(LATE)
        if body.get("type") == "view_submission":
            return Answer(errors={_first_field(body): LATE})
        raise NotTakenError("not kept within the time Slack gives")

    async def close(self) -> None:
        """Lets what is under way come to its end."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self, body: dict[str, Any]) -> str:
        """Keeps it; the sentence a command is answered with."""
        heard = read(body, await self._wire.who_am_i())
        if heard is None:
            return ""
        command = bool(body.get("command"))
        words, chat = await self._heard(heard, _name_of(body))
        if words and not command:
            self._start(self._tell(heard.user, words, chat))
        return words

    async def _heard(self, heard: Heard, name: str) -> tuple[str, str]:
        """What is to be told to the person, and where."""
        match heard:
            case Line():
                return await self._line(heard)
            case Press():
                return await self._press(heard)
            case Home():
                return await self._home(heard)
            case Ask():
                return await self._ask(heard)
            case Gone():
                self._people.forget(heard.user)
                await self._door.left(NAME, heard.user)
            case Refusal() if self._once(name):
                return heard.words, heard.chat
        return "", ""

    async def _line(self, line: Line) -> tuple[str, str]:
        person, words = await self._known(line.user)
        if person is None:
            private = not line.place.chat and line.typed
            return await self._stranger(line, words) if private else (words, line.heard_in)
        to, came = _address(line.user, line.place), line.attached
        said = Said(line.key, self._clock(), person.id, to, line.text, attached=came)
        if await self._keep(said) == "again" or self._cards.is_room(line.user, line.heard_in):
            return "", ""
        return line.hint, line.heard_in

    async def _press(self, press: Press) -> tuple[str, str]:
        person, words = await self._known(press.user)
        if person is None:
            return words, press.place.chat
        to, now = _address(press.user, press.place), self._clock()
        if press.fields is None:
            await self._keep(Tapped(press.key, now, person.id, to, press.tap))
        else:
            await self._keep(Filled(press.key, now, person.id, to, press.tap, press.fields))
        return "", ""

    async def _home(self, home: Home) -> tuple[str, str]:
        person, _ = await self._known(home.user)
        if person is not None:
            to = Address(NAME, home.user, HOME)
            tap = HOME_TAPS[person.role]
            await self._keep(Tapped(home.key, self._clock(), person.id, to, tap))
        return "", ""

    async def _ask(self, ask: Ask) -> tuple[str, str]:
        person, words = await self._known(ask.user)
        if person is None:
            return words, ""
        try:
            await self._wire.write("views.open", trigger_id=ask.trigger, view=ask.view)
        except WireError as problem:
            log.warning("a form was not opened: %s", problem)
            return FORM_TOO_LATE, ""
        return "", ""

    async def _known(self, account: str) -> tuple[Person | None, str]:
        """Whoever is enrolled and still a member; else why not."""
        person = await self._door.who(NAME, account)
        if person is None:
            return None, NOT_ENROLLED
        profile = await self._people.standing(account)
        if profile.left:
            await self._door.left(NAME, account)
        if profile.refused:
            return None, profile.refused
        return person, ""

    async def _keep(self, event: Said | Tapped | Filled) -> str:
        if self.receive is None:
            raise NotTakenError("starting or stopping")
        return await self.receive(event)

    async def _stranger(self, line: Line, words: str) -> tuple[str, str]:
        """Somebody not enrolled, in private: a code lets her in, if Slack calls her a member."""
        if not self._once(line.key):
            return "", ""
        try:
            profile = await self._people.profile(line.user)
        except WireError:
            self._answered.pop(line.key, None)
            raise
        if profile.refused or words != NOT_ENROLLED:
            return "" if profile.silent else profile.refused or words, line.heard_in
        self._start(self._knock(line, profile))
        return "", ""

    async def _knock(self, line: Line, profile: Profile) -> None:
        card = await self._door.knock(NAME, line.user, profile.name, line.text, profile.language)
        try:
            await self._cards.deliver(Address(NAME, line.user), card)
        except DeliveryError as problem:
            log.warning("somebody at the door was not answered: %s", problem)

    async def _tell(self, user: str, words: str, chat: str) -> None:
        """Says it to her alone: where she is, or in private."""
        text = {"text": escaped(words), "parse": "none"}
        try:
            if chat and not chat.startswith("D"):
                await self._wire.write("chat.postEphemeral", channel=chat, user=user, **text)
            else:
                await self._wire.write("chat.postMessage", channel=user, **text)
        except WireError as problem:
            log.warning("a sentence was not delivered: %s", problem)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()):
            log.error("not taken in: %s", type(problem).__name__)

    def _once(self, name: str) -> bool:
        """True the first time: what is not kept as an event is answered once all the same."""
        if name in self._answered:
            return False
        self._answered[name] = None
        while len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        return True

    def _start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task


def _address(user: str, place: Place) -> Address:
    return Address(NAME, place.chat, place.thread) if place.chat else Address(NAME, user)


def _name_of(body: dict[str, Any]) -> str:
    """The payload's own name, the same when it comes again."""
    return str(body.get("event_id") or body.get("trigger_id") or id(body))


def _first_field(body: dict[str, Any]) -> str:
    view = body.get("view")
    blocks = view.get("blocks") if isinstance(view, dict) else None
    first = blocks[0] if isinstance(blocks, list) and blocks else {}
    return str(first.get("block_id", "")) if isinstance(first, dict) else ""
