"""Whom Slack does not call a member of this workspace presses nothing, whatever her role here."""

import pytest

from bot.conversations.commands import COMMANDS
from bot.conversations.flow import VERBS
from bot.conversations.taps import tap
from playbooks.engine.vocabulary import ROLES, Role
from tests.channels.slack_world import ANA, World, person, world
from tests.fakes.slack_api.workspace import Sending

HANDLERS = (*VERBS, *COMMANDS)
FLAGS: dict[str, dict[str, object]] = {
    "guest": {"is_restricted": True},
    "guest of one channel": {"is_ultra_restricted": True},
    "visitor of another workspace": {"team_id": "T9"},
    "Slack Connect stranger": {"is_stranger": True},
    "deactivated": {"deleted": True},
    "bot": {"is_bot": True},
}


def press(slack: World, handler: str) -> Sending:
    word = tap(handler, "m1") if handler in VERBS else tap(handler)
    action = {"type": "button", "action_id": "tap0", "value": word}
    message = {"ts": slack.space.stamp(), "text": "x", "blocks": []}
    return slack.space.acts(ANA, slack.space.dm(ANA), message, action)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", FLAGS)
async def test_no_handler_is_open_to_whom_slack_calls_no_member(kind: str, role: Role) -> None:
    async with world() as slack:
        slack.space.people[ANA].update(FLAGS[kind])
        for handler in HANDLERS:
            slack.door.people[ANA] = person(ANA, "Ana", role)
            await slack.send(press(slack, handler))
        slack.door.people[ANA] = person(ANA, "Ana", role)
        await slack.send(slack.space.types(ANA, "guest 412 furious"))
        await slack.send(slack.space.command(ANA, "guest 412 furious"))
        await slack.settle()
        assert slack.desk.events == {}


async def test_no_handler_is_open_to_whom_nobody_enrolled() -> None:
    async with world() as slack:
        del slack.door.people[ANA]
        for handler in HANDLERS:
            await slack.send(press(slack, handler))
        await slack.send(slack.space.command(ANA, "guest 412 furious"))
        await slack.settle()
        assert slack.desk.events == {}


@pytest.mark.parametrize("role", ROLES)
async def test_a_member_who_is_enrolled_is_heard_at_every_handler(role: Role) -> None:
    async with world() as slack:
        slack.door.people[ANA] = person(ANA, "Ana", role)
        for handler in HANDLERS:
            await slack.send(press(slack, handler))
        assert len(slack.desk.events) == len(HANDLERS)
