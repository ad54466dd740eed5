"""Who may come in without a code: a user group, or every member of the workspace."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from bot.channels.slack.faults import WireError
from bot.channels.slack.wire import Wire

if TYPE_CHECKING:
    from bot.settings import SlackSettings

log = logging.getLogger(__name__)

FRESH: Final = 60.0
"""Seconds a group's members are believed: Slack answers that question twenty times a minute."""
NO_GROUP: Final = frozenset({"no_such_subteam", "plan_upgrade_required", "subteam_not_found"})


class Roll:
    """The list of whom the operator lets in. Whether Slack calls somebody a member at all is asked
    before: a guest may stand in a user group too."""

    def __init__(
        self, wire: Wire, group: str = "", now: Callable[[], float] = time.monotonic
    ) -> None:
        self._wire = wire
        self._group = group
        self._now = now
        self._asking = asyncio.Lock()
        self._members: frozenset[str] = frozenset()
        self._asked_at: float | None = None

    @classmethod
    def of(cls, wire: Wire, settings: "SlackSettings") -> "Roll | None":
        """As the settings have it; None where nobody comes in but by a code."""
        if settings.enrol_workspace:
            return cls(wire)
        return cls(wire, settings.enrol_usergroup) if settings.enrol_usergroup else None

    async def names(self, user: str) -> bool:
        """Whether that member may come in.

        Raises:
            WireError: Slack did not say.
        """
        return not self._group or user in await self._now_in_it()

    async def _now_in_it(self) -> frozenset[str]:
        async with self._asking:
            if self._asked_at is None or self._now() - self._asked_at >= FRESH:
                self._members = await self._ask()
                self._asked_at = self._now()
            return self._members

    async def _ask(self) -> frozenset[str]:
        try:
            said = await self._wire.read("usergroups.users.list", usergroup=self._group)
        except WireError as problem:
            if not problem.permanent and problem.code not in NO_GROUP:
                raise
            # The door stays shut, as without a list: whoever was refused may still send a code.
            log.error("SLACK_ENROL_USERGROUP lets nobody in: %s", problem)
            return frozenset()
        users = said.get("users")
        return frozenset(str(each) for each in users) if isinstance(users, list) else frozenset()
