"""Whom Slack calls a member: guests, bots, visitors and accounts that were shut are not."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from bot.channels.slack.faults import WireError
from bot.channels.slack.heard import Self
from bot.channels.slack.wire import Wire

FRESH: Final = 3600.0
"""Seconds a profile is believed; a change in between is told to us by ``user_change``."""
PATIENCE: Final = 0.4
"""Seconds a profile is waited for before an event of somebody enrolled goes on without it."""
MOST: Final = 10_000

GUEST: Final = (
    "You are a guest in this workspace, and Fifteen is for its members only, so nothing was kept. "
    "Ask your manager."
)
SHUT: Final = "This account was deactivated, so nothing was kept. Ask your manager."
VISITOR: Final = (
    "You are a visitor from another workspace, and Fifteen is for members of this one, so nothing "
    "was kept. Please tell a colleague here."
)


@dataclass(frozen=True, slots=True)
class Profile:
    """Somebody as Slack knows her. ``refused`` says why she may not come in; empty: a member.
    ``silent`` is true for bots, which are answered nothing; ``left`` for whoever is a member no
    longer."""

    name: str
    language: str
    refused: str = ""
    silent: bool = False
    left: bool = False


class People:
    """Profiles, each asked once an hour."""

    def __init__(self, wire: Wire, now: Callable[[], float] = time.monotonic) -> None:
        self._wire = wire
        self._now = now
        self._asked: dict[str, asyncio.Future[Profile]] = {}
        self._kept: dict[str, tuple[float, Profile]] = {}

    async def profile(self, account: str) -> Profile:
        """Who that is.

        Raises:
            WireError: Slack did not say.
        """
        kept = self._kept.get(account)
        if kept and self._now() - kept[0] < FRESH:
            return kept[1]
        asked = self._asked.get(account)
        if asked is None:
            asked = asyncio.ensure_future(self._ask(account))
            self._asked[account] = asked
            asked.add_done_callback(lambda done: self._told(account, done))
        return await asyncio.shield(asked)

    def _told(self, account: str, asked: asyncio.Future[Profile]) -> None:
        self._asked.pop(account, None)
        if not asked.cancelled():
            asked.exception()  # Whoever waited may have gone on without it.

    async def _ask(self, account: str) -> Profile:
        """Asked once for all that wait: they go on in the order they came, so that two lines typed
        one after the other stay so."""
        me = await self._wire.who_am_i()
        said = await self._wire.read("users.info", user=account, include_locale=True)
        found = _profile(said.get("user"), me)
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[account] = (self._now(), found)
        return found

    async def standing(self, account: str) -> Profile:
        """The profile of somebody enrolled. Where Slack is too slow to say, she is believed: a
        customer is waiting, and whoever is shut out of Slack could not have typed."""
        try:
            return await asyncio.wait_for(self.profile(account), PATIENCE)
        except (WireError, TimeoutError):
            return Profile("", "")

    def forget(self, account: str) -> None:
        """The profile has changed."""
        self._kept.pop(account, None)


def _profile(user: object, me: Self) -> Profile:
    if not isinstance(user, dict):
        return Profile("", "", refused=VISITOR)
    shown = user.get("profile")
    names = shown if isinstance(shown, dict) else {}
    name = next(
        (str(n) for n in (names.get("display_name"), user.get("real_name"), user.get("name")) if n),
        "",
    )
    language = str(user.get("locale") or "").partition("-")[0]
    if user.get("is_bot") or user.get("id") == "USLACKBOT":
        return Profile(name, language, refused=VISITOR, silent=True)
    if user.get("deleted"):
        return Profile(name, language, refused=SHUT, left=True)
    if user.get("is_stranger") or not _ours(user, me):
        return Profile(name, language, refused=VISITOR)
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Profile(name, language, refused=GUEST, left=True)
    return Profile(name, language)


def _ours(user: dict[str, Any], me: Self) -> bool:
    """Of this workspace, or of the organisation it belongs to."""
    wider = user.get("enterprise_user")
    organisation = wider.get("enterprise_id") if isinstance(wider, dict) else ""
    if me.enterprise and organisation == me.enterprise:
        return True
    return user.get("team_id") in (None, "", me.team)
