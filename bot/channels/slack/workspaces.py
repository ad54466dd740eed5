"""The workspaces served: each with its own line, its own people, and a place in every address.

The workspace of ``SLACK_BOT_TOKEN`` is home: its people and channels stand in an address as Slack
names them. Those of any other carry their workspace in front, ``T0OTHER/U1``: Slack promises that
an id is one person's within a workspace only, so who is somebody here is nobody there.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.channels.base import DeliveryError
from bot.channels.slack.delivery import Deliveries
from bot.channels.slack.faults import WireError
from bot.channels.slack.heard import NAME, Place, Self
from bot.channels.slack.payload import teams_of
from bot.channels.slack.people import People
from bot.channels.slack.roll import Roll
from bot.channels.slack.wire import Wire
from bot.conversations.types import Address

if TYPE_CHECKING:
    from bot.settings import SlackSettings

log = logging.getLogger(__name__)

APART: Final = "/"
"""Stands between a workspace and whom or what it names there."""


class Workspace:
    """One of them. ``team`` is its id, and empty for home: Slack says that one itself."""

    def __init__(self, settings: "SlackSettings", team: str = "") -> None:
        self.team = team
        self.wire = Wire(settings)
        self.cards = Deliveries(self.wire)
        self.people = People(self.wire)
        self.roll = None if team else Roll.of(self.wire, settings)

    def account(self, user: str) -> str:
        """What somebody of this workspace is known by everywhere else."""
        return f"{self.team}{APART}{user}" if self.team else user

    def address(self, user: str, place: Place | None = None) -> Address:
        """Where she is answered: in private, or where something happened."""
        chat = place.chat if place and place.chat else user
        return Address(NAME, self.account(chat), place.thread if place and place.chat else "")

    async def me(self) -> Self:
        """Who we are there.

        Raises:
            WireError: Slack did not say, or the token is of another workspace.
        """
        me = await self.wire.who_am_i()
        if self.team and me.team != self.team:
            why = f"the token given for {self.team} is of {me.team}: set SLACK_BOT_TOKENS anew"
            raise WireError(why, permanent=True, scope="chat")
        return me


class Workspaces:
    """Home and all others."""

    def __init__(self, settings: "SlackSettings") -> None:
        self.home = Workspace(settings)
        self._warned = False
        self._others = {
            team: Workspace(replace(settings, bot_token=token, more=()), team)
            for team, token in settings.more
        }

    def __iter__(self) -> Iterator[Workspace]:
        yield self.home
        yield from self._others.values()

    async def of(self, body: dict[str, Any]) -> Workspace:
        """The workspace a payload came through; home, where it names none of the others.

        Raises:
            WireError: Slack did not say which one home is.
        """
        home = (await self.home.me()).team
        if home in self._others and not self._warned:
            self._warned = True
            log.warning("%s is home by SLACK_BOT_TOKEN: in SLACK_BOT_TOKENS it is not used", home)
        named = (self._others.get(team) for team in teams_of(body) if team != home)
        return next((each for each in named if each), self.home)

    def team(self, team: str | None) -> Workspace:
        """The workspace of that id; home for any id that is no other's."""
        return self._others.get(team or "", self.home)

    async def at(self, to: Address) -> tuple[Workspace, Address]:
        """The workspace of an address, and the address as it is named there.

        Raises:
            DeliveryError: that workspace is not served any more.
        """
        team, apart, chat = to.chat.partition(APART)
        if not apart:
            return self.home, to
        if team not in self._others:
            why = f"the workspace {team} is not in SLACK_BOT_TOKENS any more"
            raise DeliveryError(why, permanent=True, scope="chat")
        await self._others[team].me()
        return self._others[team], replace(to, chat=chat)

    def narrowed(self, problem: DeliveryError) -> DeliveryError:
        """The problem as far as it reaches: what is wrong with one workspace stops no other."""
        if self._others and problem.scope == "channel":
            problem.scope = "chat"
        return problem

    def open(self) -> None:
        """Takes calls again, after ``close``."""
        for each in self:
            each.wire.open()

    async def close(self) -> None:
        """Closes every line."""
        for each in self:
            await each.wire.close()
