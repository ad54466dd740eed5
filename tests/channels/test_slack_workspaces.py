"""Several workspaces: each answered by its own bot, and nobody of one is somebody in another."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.base import DeliveryError
from bot.channels.slack import SlackChannel
from bot.conversations.types import Address, Button, Card, Filled, Said, Tapped
from tests.channels.slack_world import ANA, NEW, NOON, FakeDoor, World, person, settings, world
from tests.fakes.slack_api.server import BOT_TOKEN, SlackServer
from tests.fakes.slack_api.workspace import TEAM, Workspace, readable

OTHER, TOKEN = "T0OTHER", "xoxb-9876543210-canary-other"
THERE = f"{OTHER}/{ANA}"
CARD = Card("412 · Room not ready", buttons=(Button("Did it", "did.m1"),))


def second(server: SlackServer) -> SlackServer:
    """Another workspace of the same app. Somebody there has Ana's very id."""
    made = server.others[TOKEN] = SlackServer(Workspace(team=OTHER))
    made.workspace.join(ANA, "Anna of the other")
    return made


@pytest.fixture(params=["socket", "http"])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with world(http=request.param == "http", more=((OTHER, TOKEN),)) as made:
        second(made.server)
        yield made


def enrolled(slack: World) -> Workspace:
    """Ana's namesake, enrolled under her own name."""
    slack.door.people[THERE] = person(THERE, "Anna")
    return slack.server.others[TOKEN].workspace


async def test_somebody_enrolled_here_is_nobody_there(slack: World) -> None:
    there = slack.server.others[TOKEN].workspace
    await slack.send(there.types(ANA, "room 412 no towels"))
    await slack.settle()
    assert not slack.desk.events
    assert [account for account, *_ in slack.door.knocks] == [THERE]
    assert "not enrolled" in readable(there.cards("D0ANA")[0]["blocks"])
    assert not slack.space.cards("D0ANA")


async def test_whoever_is_enrolled_in_both_is_two_people(slack: World) -> None:
    there = enrolled(slack)
    await slack.send(there.types(ANA, "room 412 no towels"))
    await slack.send(slack.space.types(ANA, "room 500 no towels"))
    said = list(slack.desk.events.values())
    assert [each.person for each in said if isinstance(each, Said)] == ["anna", "ana"]
    assert [each.address.chat for each in said if isinstance(each, Said)] == [THERE, ANA]
    assert len({each.key for each in said}) == 2


async def test_each_workspace_is_answered_by_its_own_bot(slack: World) -> None:
    there = enrolled(slack)
    first = await slack.channel.deliver(Address("slack", THERE), CARD, mark="1-a")
    await slack.channel.deliver(Address("slack", ANA), CARD, mark="2-a")
    assert len(there.cards("D0ANA")) == len(slack.space.cards("D0ANA")) == 1
    assert await slack.channel.find(Address("slack", THERE), "1-a") == first
    assert await slack.channel.find(Address("slack", ANA), "1-a") is None
    again = await slack.channel.deliver(Address("slack", THERE), CARD, first, mark="3-a")
    assert again == first


async def test_a_press_a_form_and_a_mention_there_carry_the_workspace(slack: World) -> None:
    there = enrolled(slack)
    await slack.channel.deliver(Address("slack", THERE), CARD)
    (card,) = there.cards("D0ANA")
    await slack.send(there.presses(ANA, "D0ANA", card, "Did it"))
    assert isinstance(slack.desk.last, Tapped)
    assert slack.desk.last.address == Address("slack", THERE)
    await slack.send(there.shortcut(ANA))
    await slack.settle()
    (view,) = there.views.values()
    await slack.send(there.submits(ANA, view, {"text": "room 412 no towels"}))
    assert isinstance(slack.desk.last, Said | Filled)
    assert slack.desk.last.address == Address("slack", THERE)
    await slack.send(there.mentions(ANA, "guest 412 furious room not ready"))
    assert slack.desk.last.address.chat == f"{OTHER}/C0DESK"
    await slack.channel.deliver(slack.desk.last.address, CARD)
    assert len(there.cards("C0DESK")) == 1


async def test_the_home_tab_there_is_published_there(slack: World) -> None:
    there = enrolled(slack)
    await slack.send(there.opens_home(ANA))
    assert isinstance(slack.desk.last, Tapped)
    await slack.channel.deliver(slack.desk.last.address, CARD)
    assert ANA in there.homes
    assert not slack.space.homes


async def test_whoever_is_shut_out_there_is_shut_out_there_alone(slack: World) -> None:
    there = enrolled(slack)
    gone = {**there.people[ANA], "deleted": True}
    await slack.send(there.event({"type": "user_change", "user": gone}))
    assert slack.door.gone == [THERE]


async def test_a_workspace_nobody_set_up_is_not_heard(slack: World) -> None:
    third = Workspace(team="T0THIRD")
    third.join(ANA, "Ana elsewhere")
    await slack.send(third.types(ANA, "room 412 no towels"))
    gone = {**third.people[ANA], "deleted": True}
    await slack.send(third.event({"type": "user_change", "user": gone}))
    await slack.settle()
    assert not slack.desk.events
    assert not slack.door.gone
    assert not slack.door.knocks


async def test_a_command_of_a_workspace_nobody_set_up_is_refused_in_words(slack: World) -> None:
    third = Workspace(team="T0THIRD")
    third.join(NEW, "Nia elsewhere")
    said = await slack.send(third.command(NEW, "room 412 no towels"))
    assert said
    assert "members of this workspace" in str(said["text"])


async def test_a_token_that_is_revoked_in_one_workspace_stops_no_other(slack: World) -> None:
    enrolled(slack)
    await slack.channel.deliver(Address("slack", THERE), CARD)
    slack.server.others[TOKEN].fail["chat.postMessage"] = ["token_revoked"]
    with pytest.raises(DeliveryError) as problem:
        await slack.channel.deliver(Address("slack", THERE), CARD)
    assert (problem.value.permanent, problem.value.scope) == (True, "chat")
    await slack.channel.deliver(Address("slack", ANA), CARD)


async def test_home_named_once_more_stays_home() -> None:
    async with world(more=((TEAM, BOT_TOKEN),)) as slack:
        await slack.send(slack.space.types(ANA, "room 412 no towels"))
        assert isinstance(slack.desk.last, Said)
        assert slack.desk.last.address.chat == ANA


@pytest.mark.parametrize("team", ["T0WRONG", "T0GONE"])
async def test_a_workspace_that_is_not_what_it_was_is_told_in_words(team: str) -> None:
    async with SlackServer() as server:
        second(server)
        told = settings(server, http=True, more=(("T0WRONG", TOKEN),))
        channel = SlackChannel(told, FakeDoor(), lambda: NOON)
        with pytest.raises(DeliveryError) as problem:
            await channel.deliver(Address("slack", f"{team}/{ANA}"), CARD)
        assert (problem.value.permanent, problem.value.scope) == (True, "chat")
        assert "SLACK_BOT_TOKENS" in str(problem.value)
        assert TOKEN not in str(problem.value)
        await channel.close()
