"""A platform that counts: refuses what comes too fast, and shows what arrived when."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.channels.base import DeliveryError, Pace, Receive
from bot.conversations.types import Address, Card
from tests.fakes.hours import Hours

TELEGRAM_LIKE = Pace(total=29.5, gap=1.0, burst=3, groups="-", group_minute=20)
GROUP_MINUTE = 20


@dataclass
class Platform:
    """Permits ``limit`` messages in any second, and three to a chat (a short burst); a group 20 in
    any minute. Answers ``answer`` seconds after it was called."""

    hours: Hours
    limit: int = 30
    answer: float = 0.04
    name: str = "telegram"
    shows_once: bool = False
    pace: Pace | None = TELEGRAM_LIKE
    shown: list[tuple[float, Address, Card]] = field(default_factory=list)
    refused: list[tuple[float, Address]] = field(default_factory=list)
    trouble: dict[str, Callable[[], DeliveryError | None]] = field(default_factory=dict)
    """By chat: what to raise instead of showing a card, None to show it after all."""
    called: list[float] = field(default_factory=list)
    by_chat: dict[str, list[float]] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    strict: bool = True
    """Whether it refuses what comes too fast."""

    async def run(self, receive: Receive) -> None:
        raise NotImplementedError

    async def deliver(self, to: Address, card: Card, replaces: str = "") -> str:
        return await self._take_in(to, card, replaces)

    async def _take_in(self, to: Address, card: Card, replaces: str, mark: str = "") -> str:
        """What was taken in is shown, whether or not the caller lives to hear of it."""
        now = self.hours.passed
        if self.strict and self._too_fast(to, now):
            self.refused.append((now, to))
            raise DeliveryError("Too Many Requests", retry_after=5, scope="chat")
        self.called.append(now)
        self.by_chat.setdefault(to.chat, []).append(now)
        problem = self.trouble[to.chat]() if to.chat in self.trouble else None
        message = ""
        if problem is None:
            self.shown.append((now, to, card))
            message = self.marks[mark] = replaces or f"{to.chat}:{len(self.shown)}"
        await self.hours.sleep(self.answer)
        if problem is not None:
            raise problem
        return message

    def _too_fast(self, to: Address, now: float) -> bool:
        here = self.by_chat.get(to.chat, [])
        too_many = _within(self.called, now, 1.0) >= self.limit
        too_close = _within(here, now, 1.0) >= 3
        group = to.chat.startswith("-") and _within(here, now, 60.0) >= GROUP_MINUTE
        return too_many or too_close or group


def _within(times: list[float], now: float, span: float) -> int:
    """How many of these ascending times lie within the span that ends now."""
    return len(times) - bisect_right(times, now - span)


@dataclass
class LookingPlatform(Platform):
    """One that keeps the mark of each message and can look it up."""

    name: str = "slack"
    looked: int = 0

    async def deliver(self, to: Address, card: Card, replaces: str = "", mark: str = "") -> str:
        return await self._take_in(to, card, replaces, mark)

    async def find(self, to: Address, mark: str) -> str | None:
        self.looked += 1
        return self.marks.get(mark)
