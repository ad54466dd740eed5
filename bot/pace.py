"""Who may be written to next, and when: the limits of a platform as plain arithmetic.

Theory of operation. Three limits hold at once: one for the channel, one gap for each chat and, for
groups, so many in any minute. The first is kept as the time of the next free slot (even pacing: a
platform that counts by the second never sees a burst), with a quarter of a slot of tolerance, so
that a timer that fires late costs no rate. Gaps are kept the same way, with room for a few live
answers. Chats stand in two heaps: those that may be written to, best card first, and those that may
later. So one step costs the logarithm of how many chats wait, not how much waits.

Nothing here knows a clock: every method is told the time, in seconds that only grow.
"""

import heapq
from collections import deque
from dataclasses import dataclass, field
from itertools import count
from typing import Final, Generic, TypeVar

from bot.channels.base import Pace

T = TypeVar("T")

LIVE: Final = 0
MINUTE: Final = 60.0
TOLERANCE: Final = 0.25
"""Of a slot. With a third or more, 31 could fall into a second of 29.5."""
CATCH_UP: Final = 3.0
"""Slots of lost time that are made up for while there is more to send."""
SECOND: Final = 1.0
RECENT: Final = 100
"""Calls whose time on the way is remembered."""
RESERVED: Final = 4
"""One in so many of a group's minute is kept for live answers."""


ROOM: Final = 256
"""Chats remembered before the quiet ones are looked for."""


@dataclass(slots=True)
class _Chat(Generic[T]):
    """One chat: its cards by rank, and what it was sent of late."""

    name: str
    cards: list[tuple[int, int, int, T]] = field(default_factory=list)
    next: float = 0.0
    """When the gap since its last card ends; live answers may run ahead of it."""
    held: float = 0.0
    """Before this the platform takes nothing: the answer to a 429."""
    busy: bool = False
    taken: float = 0.0
    most: int = 0
    """Messages in any minute; 0 for no such limit."""
    minute: deque[float] = field(default_factory=deque)


class Pacer(Generic[T]):
    """Cards waiting for one channel. One card of a chat is on its way at a time."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._slot = 1 / pace.total if pace.total else 0.0
        self._free = float("-inf")
        self._held = float("-inf")
        self._crowded = False
        """Whether there was more to send after the last card."""
        self._chats: dict[str, _Chat[T]] = {}
        self._ready: list[tuple[int, int, str]] = []
        self._later: list[tuple[float, str]] = []
        self._turns = count()
        self._many = ROOM

    def put(self, chat: str, rank: int, order: int, card: T, now: float) -> None:
        """Lets a card wait: lower ranks go first (0 is a live answer), then lower orders."""
        lane = self._chats.get(chat) or self._open_lane(chat, now)
        entry = (rank, order, next(self._turns), card)
        heapq.heappush(lane.cards, entry)
        if lane.cards[0] is entry:
            self._line_up(lane, now)

    def take(self, now: float) -> T | None:
        """The card that may go now, of all chats the one of lowest rank and order; None where
        none may. Its chat is busy until ``done``."""
        if now < self._gate():
            return None
        while self._later and self._later[0][0] <= now:
            self._line_up(self._chats.get(heapq.heappop(self._later)[1]), now)
        while self._ready:
            rank, order, name = heapq.heappop(self._ready)
            lane = self._chats.get(name)
            if lane is None or not _waits(lane) or lane.cards[0][:2] != (rank, order):
                continue  # an entry overtaken: the chat has lined up again since
            if self._when(lane) > now:
                self._line_up(lane, now)
                continue
            self._went(lane, now)
            return heapq.heappop(lane.cards)[3]
        return None

    def wait(self, now: float) -> float | None:
        """Seconds until ``take`` is worth a try; None where nothing waits for time to pass."""
        while self._later and not _waits(self._chats.get(self._later[0][1])):
            heapq.heappop(self._later)
        if self._ready:
            return max(0.0, self._gate() - now)
        if self._later:
            return max(0.0, self._later[0][0] - now, self._gate() - now)
        return None

    def done(self, chat: str, now: float) -> None:
        """The chat's card has arrived or failed: the next one may go."""
        lane = self._chats[chat]
        lane.busy = False
        self._line_up(lane, now)

    def called(self, chat: str, now: float) -> None:
        """The platform is called only now with the card taken before: the gap begins here."""
        lane = self._chats[chat]
        lane.next += now - lane.taken
        if lane.minute:
            lane.minute[-1] = now

    def unsent(self, chat: str) -> None:
        """The chat's card was not sent after all: its turn is not to be waited for."""
        lane = self._chats[chat]
        lane.next -= self._pace.gap
        self._free -= self._slot
        if lane.minute:
            lane.minute.pop()

    def hold(self, chat: str, until: float) -> None:
        """The platform asks us to leave that chat alone until then."""
        if chat in self._chats:
            self._chats[chat].held = max(self._chats[chat].held, until)

    def hold_all(self, until: float) -> None:
        """The platform asks us to leave it alone altogether until then."""
        self._held = max(self._held, until)

    def drain(self, chat: str) -> list[T]:
        """Takes away everything that waits for that chat, in order."""
        lane = self._chats.get(chat)
        if lane is None:
            return []
        cards, lane.cards = sorted(lane.cards, key=lambda each: each[:3]), []
        return [card for *_, card in cards]

    def _open_lane(self, chat: str, now: float) -> _Chat[T]:
        if len(self._chats) >= self._many:
            self._forget_quiet(now)
            self._many = 2 * len(self._chats) + ROOM
        group = bool(self._pace.groups) and chat.startswith(self._pace.groups)
        lane = self._chats[chat] = _Chat(chat, most=self._pace.group_minute if group else 0)
        return lane

    def _forget_quiet(self, now: float) -> None:
        """Chats that have nothing waiting and nothing to wait for."""
        for name, lane in list(self._chats.items()):
            quiet = not lane.busy and not lane.cards and max(lane.next, lane.held) <= now
            if quiet and not (lane.minute and lane.minute[-1] > now - MINUTE):
                del self._chats[name]

    def _gate(self) -> float:
        return max(self._held, self._free - self._slot * TOLERANCE)

    def _line_up(self, lane: _Chat[T] | None, now: float) -> None:
        """Puts the chat into the heap where its best card belongs."""
        if lane is None or not _waits(lane):
            return
        rank, order = lane.cards[0][:2]
        when = self._when(lane)
        if when <= now:
            heapq.heappush(self._ready, (rank, order, lane.name))
        else:
            heapq.heappush(self._later, (when, lane.name))

    def _when(self, lane: _Chat[T]) -> float:
        """From when on the chat's best card may go, the channel's own limit left out."""
        live = lane.cards[0][0] == LIVE
        ahead = self._pace.gap * (self._pace.burst - 1) if live else 0.0
        when = max(lane.next - ahead, lane.held)
        if lane.most:
            most = lane.most if live else lane.most - lane.most // RESERVED
            if len(lane.minute) >= most:
                when = max(when, lane.minute[-most] + MINUTE)
        return when

    def _went(self, lane: _Chat[T], now: float) -> None:
        lane.busy, lane.taken = True, now
        lane.next = max(lane.next, now) + self._pace.gap
        if lane.most:
            lane.minute.append(now)
            while lane.minute[0] <= now - MINUTE:
                lane.minute.popleft()
        # A late timer is made up for only while more is waiting: what a quiet hour did not use of
        # the rate is gone, or it would end in a burst.
        lost = self._slot * CATCH_UP if self._crowded else 0.0
        self._free = max(self._free, now - lost) + self._slot
        self._crowded = bool(self._ready)


def _waits(lane: _Chat[T] | None) -> bool:
    """Whether a card of the chat waits for its turn."""
    return lane is not None and not lane.busy and bool(lane.cards)


@dataclass(slots=True)
class Call:
    """One call to a platform: when it was made, and when its answer came."""

    made: float
    answered: float | None = None


class Second:
    """Holds calls to ``most`` in any second, counted where they arrive.

    Nobody here knows when a call arrives; only that it is after it was made and before it was
    answered. Two calls may come nearer than they were made, by as much as the first was held up on
    its way. So the call after ``most`` others waits until the first of them was answered, less the
    shortest time a call took of late, and a second more. On a quiet line that is a second from call
    to call and costs nothing; on an unsteady one it costs what keeps a 429 away.
    """

    def __init__(self, most: int) -> None:
        self._calls: deque[Call] = deque(maxlen=most)
        self._took: deque[float] = deque(maxlen=RECENT)

    def wait(self, now: float) -> float:
        """Seconds until the next call may be made. One not answered yet is taken to have been on
        its way for a second at the most: a lost one must not stop all others."""
        if len(self._calls) < (self._calls.maxlen or 0):
            return 0.0
        first, least = self._calls[0], min(self._took, default=0.0)
        answered = min(first.answered or now, first.made + SECOND)
        return max(0.0, max(answered - least, first.made) + SECOND - now)

    def made(self, now: float) -> Call:
        """A call is made."""
        call = Call(now)
        self._calls.append(call)
        return call

    def answered(self, call: Call, now: float) -> None:
        """Its answer has come, or it failed."""
        if call.answered is None:
            call.answered = now
            self._took.append(now - call.made)
