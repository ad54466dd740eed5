"""The operator's list: who is on it comes in with the first line, guests and strangers never."""

import pytest

from bot.channels.slack.roll import FRESH, Roll
from bot.channels.slack.wire import Wire
from bot.conversations.types import Said
from tests.channels.slack_world import ANA, BO, NEW, World, settings, world
from tests.fakes.slack_api.server import SlackServer

GROUP = "S0DESK"
LINE = "room 412 no towels"
LISTS = ({"enrol_workspace": True}, {"enrol_usergroup": GROUP})


async def says(slack: World, text: str = LINE, who: str = NEW) -> None:
    await slack.send(slack.space.types(who, text))
    await slack.settle()


@pytest.mark.parametrize("listed", LISTS, ids=["workspace", "group"])
async def test_whoever_is_on_the_list_comes_in_and_her_first_line_counts(
    listed: dict[str, object],
) -> None:
    async with world(**listed) as slack:
        slack.space.groups[GROUP] = [NEW]
        await says(slack)
        assert slack.door.admitted == [(NEW, "Nia", LINE, "en")]
        assert isinstance(slack.desk.last, Said)
        assert slack.desk.last.text == LINE
        assert not slack.door.knocks


@pytest.mark.parametrize("way", ["command", "mentions"])
async def test_she_comes_in_wherever_she_types_first(way: str) -> None:
    async with world(enrol_workspace=True) as slack:
        line = "guest 412 furious room not ready"
        await slack.send(getattr(slack.space, way)(NEW, line))
        await slack.settle()
        assert isinstance(slack.desk.last, Said)


async def test_whoever_is_not_in_the_group_needs_a_code() -> None:
    async with world(enrol_usergroup=GROUP) as slack:
        slack.space.groups[GROUP] = [BO]
        await says(slack)
        assert not slack.desk.events
        assert not slack.door.admitted
        assert len(slack.door.knocks) == 1


@pytest.mark.parametrize("listed", LISTS, ids=["workspace", "group"])
@pytest.mark.parametrize(
    "flags",
    [
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_stranger": True},
        {"team_id": "T9"},
        {"deleted": True},
        {"is_bot": True},
    ],
    ids=lambda flags: next(iter(flags)),
)
async def test_guests_and_strangers_never_come_in_by_the_list(
    listed: dict[str, object], flags: dict[str, object]
) -> None:
    async with world(**listed) as slack:
        slack.space.groups[GROUP] = [NEW]
        slack.space.people[NEW].update(flags)
        await says(slack)
        await slack.send(slack.space.command(NEW, LINE))
        await slack.settle()
        assert not slack.desk.events
        assert not slack.door.admitted


async def test_whoever_an_admin_removed_is_not_let_in_again() -> None:
    async with world(enrol_workspace=True) as slack:
        slack.door.removed.add(NEW)
        await says(slack)
        assert not slack.desk.events
        assert len(slack.door.knocks) == 1


async def test_a_code_says_more_than_the_list() -> None:
    async with world(enrol_workspace=True) as slack:
        await says(slack, "CODE-1")
        assert [text for _, _, text, _ in slack.door.knocks] == ["CODE-1"]


async def test_without_a_list_nobody_comes_in_unasked() -> None:
    async with world() as slack:
        await says(slack)
        assert not slack.door.admitted


async def test_a_press_lets_nobody_in() -> None:
    async with world(enrol_workspace=True) as slack:
        await slack.send(slack.space.opens_home(NEW))
        await slack.send(slack.space.shortcut(NEW))
        await slack.settle()
        assert not slack.door.admitted


async def test_a_group_that_is_gone_lets_nobody_in_and_a_code_still_does() -> None:
    async with world(enrol_usergroup=GROUP) as slack:
        await says(slack)
        assert not slack.desk.events
        assert len(slack.door.knocks) == 1


async def test_where_slack_does_not_say_the_line_comes_again() -> None:
    async with world(enrol_usergroup=GROUP) as slack:
        slack.space.groups[GROUP] = [NEW]
        slack.server.fail["usergroups.users.list"] = ["internal_error"]
        line = slack.space.types(NEW, LINE)
        assert await slack.server.over_socket(line, 1.5) is None
        assert not slack.desk.events
        assert await slack.send(line) is not None
        assert isinstance(slack.desk.last, Said)


async def test_the_members_are_asked_for_once_a_minute() -> None:
    now = 0.0
    async with SlackServer() as server:
        server.workspace.groups[GROUP] = [ANA]
        wire = Wire(settings(server, http=True))
        roll = Roll(wire, GROUP, lambda: now)
        assert (await roll.names(ANA), await roll.names(BO)) == (True, False)
        server.workspace.groups[GROUP] = [BO]
        assert (await roll.names(ANA), await roll.names(BO)) == (True, False)
        now = FRESH
        assert (await roll.names(ANA), await roll.names(BO)) == (False, True)
        assert server.calls["usergroups.users.list"] == 2
        await wire.close()
