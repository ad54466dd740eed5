"""What was heard in one workspace: who it is, whether she may, and one event to be kept."""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from bot.channels.base import LAST, Door, OnceAMinute, Say
from bot.channels.slack.faults import WireError
from bot.channels.slack.heard import HOME, NAME, Ask, Gone, Heard, Home, Line, Press, Refusal
from bot.channels.slack.payload import escaped
from bot.channels.slack.people import Profile
from bot.channels.slack.workspaces import Workspace
from bot.conversations.types import Address, Card, Filled, Person, Said, Tapped
from playbooks.engine.vocabulary import Role

log = logging.getLogger(__name__)

REMEMBERED: Final = 2000

HOME_TAPS: Final[dict[Role, str]] = {
    "staff": "list",
    "manager": "week",
    "admin": "week",
    "trainer": "plays",
}
"""What each role sees on the Home tab: a command of the conversation."""

NOT_ENROLLED: Final = (
    "You are not enrolled here yet, so nothing was kept. Write to me in a direct message: there "
    "your manager's code lets you in."
)
FORM_TOO_LATE: Final = "The form did not open in time. Press the button once more."

Keep: TypeAlias = Callable[[Said | Tapped | Filled], Awaitable[str]]
Start: TypeAlias = Callable[[Coroutine[Any, Any, None]], object]


@dataclass(frozen=True, slots=True)
class Hands:
    """What every hearing needs of the house: ``keep`` an event, ``start`` what need not be waited
    for, ``say`` what stands in no outbox, know the time and the door."""

    keep: Keep
    start: Start
    say: Say
    clock: Callable[[], datetime]
    door: Door


class Hearing:
    """Takes in what was heard in a workspace."""

    def __init__(self, workspace: Workspace, hands: Hands) -> None:
        self._at = workspace
        self._hands = hands
        self._door = hands.door
        self._told = OnceAMinute()
        self._answered: OrderedDict[str, None] = OrderedDict()

    async def take(self, heard: Heard, name: str) -> tuple[str, str]:
        """Keeps it; what is to be told to the person, and where."""
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
                self._at.people.forget(heard.user)
                await self._door.left(NAME, self._at.account(heard.user))
            case Refusal() if self._once(name):
                return heard.words, heard.chat
        return "", ""

    async def tell(self, user: str, words: str, chat: str) -> None:
        """Says it to her alone: where she is, or in private when its turn comes."""
        if not self._may_say(user, words):
            return
        if not chat or chat.startswith("D"):
            self._hands.say(self._at.address(user), Card(words, "quiet"), LAST)
            return
        text = {"text": escaped(words), "parse": "none"}
        try:
            await self._at.wire.write("chat.postEphemeral", channel=chat, user=user, **text)
        except WireError as problem:
            log.warning("a sentence was not delivered: %s", problem)

    async def _line(self, line: Line) -> tuple[str, str]:
        person, words = await self._known(line.user)
        if person is None and words == NOT_ENROLLED:
            person = await self._listed(line)
        if person is None:
            private = not line.place.chat and line.typed
            return await self._stranger(line, words) if private else (words, line.heard_in)
        to, now = self._at.address(line.user, line.place), self._hands.clock()
        said = Said(line.key, now, person.id, to, line.text, attached=line.attached)
        known = await self._hands.keep(said) == "again"
        if known or self._at.cards.is_room(line.user, line.heard_in):
            return "", ""
        return line.hint, line.heard_in

    async def _press(self, press: Press) -> tuple[str, str]:
        person, words = await self._known(press.user)
        if person is None:
            return words, press.place.chat
        to, now = self._at.address(press.user, press.place), self._hands.clock()
        if press.fields is None:
            await self._hands.keep(Tapped(press.key, now, person.id, to, press.tap))
        else:
            await self._hands.keep(Filled(press.key, now, person.id, to, press.tap, press.fields))
        return "", ""

    async def _home(self, home: Home) -> tuple[str, str]:
        person, _ = await self._known(home.user)
        if person is not None:
            to = Address(NAME, self._at.account(home.user), HOME)
            tap = HOME_TAPS[person.role]
            await self._hands.keep(Tapped(home.key, self._hands.clock(), person.id, to, tap))
        return "", ""

    async def _ask(self, ask: Ask) -> tuple[str, str]:
        person, words = await self._known(ask.user)
        if person is None:
            return words, ""
        try:
            await self._at.wire.write("views.open", trigger_id=ask.trigger, view=ask.view)
        except WireError as problem:
            log.warning("a form was not opened: %s", problem)
            return FORM_TOO_LATE, ""
        return "", ""

    async def _known(self, user: str) -> tuple[Person | None, str]:
        """Whoever is enrolled and still a member; else why not."""
        person = await self._door.who(NAME, self._at.account(user))
        if person is None:
            return None, NOT_ENROLLED
        profile = await self._at.people.standing(user)
        if profile.left:
            await self._door.left(NAME, self._at.account(user))
        if profile.refused:
            return None, profile.refused
        return person, ""

    async def _listed(self, line: Line) -> Person | None:
        """Somebody new whom the operator's list lets in: her first line counts already."""
        if self._at.roll is None:
            return None
        profile = await self._at.people.profile(line.user)
        if profile.refused or not await self._at.roll.names(line.user):
            return None
        account = self._at.account(line.user)
        return await self._door.admit(NAME, account, profile.name, line.text, profile.language)

    async def _stranger(self, line: Line, words: str) -> tuple[str, str]:
        """Somebody not enrolled, in private: a code lets her in, if Slack calls her a member."""
        if not self._once(line.key):
            return "", ""
        try:
            profile = await self._at.people.profile(line.user)
        except WireError:
            self._answered.pop(line.key, None)
            raise
        if profile.refused or words != NOT_ENROLLED:
            return "" if profile.silent else profile.refused or words, line.heard_in
        self._hands.start(self._knock(line, profile))
        return "", ""

    async def _knock(self, line: Line, profile: Profile) -> None:
        account = self._at.account(line.user)
        card = await self._door.knock(NAME, account, profile.name, line.text, profile.language)
        welcome = card.tone == "good"
        if welcome or self._may_say(line.user, card.title):
            self._hands.say(self._at.address(line.user), card, "live" if welcome else LAST)

    def _may_say(self, user: str, words: str) -> bool:
        """The same words once a minute: nobody hammering may use up what Slack permits to us."""
        return self._told.now(f"{user} {words}", self._hands.clock())

    def _once(self, name: str) -> bool:
        """True the first time: what is not kept as an event is answered once all the same."""
        if name in self._answered:
            return False
        self._answered[name] = None
        while len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        return True
