"""Nobody but an enrolled member gets anything done, by whatever way: default deny."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
import yaml

from bot.channels.slack import forms
from bot.channels.slack.events import ELSEWHERE, SHORT
from bot.channels.slack.hearing import HOME_TAPS
from bot.conversations.commands import COMMANDS, WORDS
from bot.conversations.types import Address, Button, Card, Field, Form
from bot.settings import SLACK_PATH
from playbooks.engine.vocabulary import Role
from tests.channels.slack_world import ANA, NEW, World, person, world
from tests.fakes.slack_api.workspace import Node, Sending

ROOT = Path(__file__).parents[2]
FORM = Form("detail.m1.smot", (Field("words", "Words", "long"),))
CARD = Card("412", buttons=(Button("Did it", "did.m1"),), form=FORM)
VIEW: Node = {"id": "V7", **forms.form_view(FORM, json.dumps(["", "", "detail.m1.smot"]))}
LINE_VIEW: Node = {"id": "V8", **forms.line_view()}

KINDS: dict[str, dict[str, object]] = {
    "guest": {"is_restricted": True},
    "single-channel guest": {"is_ultra_restricted": True},
    "deactivated": {"deleted": True},
    "bot": {"is_bot": True},
    "visitor": {"is_stranger": True},
    "member of another workspace": {"team_id": "T9"},
}
WAYS: dict[str, Callable[[World, str, Node], Sending]] = {
    "line": lambda w, u, _: w.space.types(u, "guest 412 furious"),
    "command": lambda w, u, _: w.space.command(u, "guest 412 furious"),
    "mention": lambda w, u, _: w.space.mentions(u, "guest 412 furious, room not ready"),
    "short mention": lambda w, u, _: w.space.mentions(u, "open"),
    "shortcut": lambda w, u, _: w.space.shortcut(u),
    "form of the shortcut": lambda w, u, _: w.space.submits(u, LINE_VIEW, {"text": "412"}),
    "message shortcut": lambda w, u, m: w.space.logs_message(u, "C0DESK", m),
    "button": lambda w, u, m: w.space.presses(u, "C0DESK", m, "Did it"),
    "button of a form": lambda w, u, m: w.space.presses(u, "C0DESK", m, "Save…"),
    "form": lambda w, u, _: w.space.submits(u, VIEW, {"words": "so kind"}),
    "home": lambda w, u, _: w.space.opens_home(u),
}


async def card_in_channel(slack: World) -> Node:
    root = slack.space.put("C0DESK", {"user": ANA, "text": "guest 412"})["ts"]
    made = await slack.channel.deliver(Address("slack", "C0DESK", root), CARD)
    return slack.space.messages["C0DESK"][made.partition(":")[2]]


@pytest.mark.parametrize("enrolled", [False, True], ids=["never enrolled", "once enrolled"])
@pytest.mark.parametrize("kind", KINDS)
async def test_whoever_is_no_member_gets_nothing_done(kind: str, enrolled: bool) -> None:
    async with world() as slack:
        message = await card_in_channel(slack)
        slack.space.people[NEW].update(KINDS[kind])
        for way, sent in WAYS.items():
            if enrolled:
                slack.door.people[NEW] = person(NEW, "Nia")
            assert await slack.send(sent(slack, NEW, message)) is not None, way
            await slack.settle()
            assert not slack.desk.events, way
            assert not slack.space.views, way
            assert not slack.door.knocks, way
        assert ELSEWHERE not in str(slack.space.ephemeral)


async def test_a_member_not_enrolled_gets_nothing_done_and_is_told_how() -> None:
    async with world() as slack:
        message = await card_in_channel(slack)
        for way, sent in WAYS.items():
            assert await slack.send(sent(slack, NEW, message)) is not None, way
            await slack.settle()
            assert not slack.desk.events, way
            assert not slack.space.views, way
        assert "not enrolled" in str(slack.space.ephemeral)


async def test_an_enrolled_member_gets_everything_done() -> None:
    async with world() as slack:
        message = await card_in_channel(slack)
        for sent in WAYS.values():
            assert await slack.send(sent(slack, ANA, message)) is not None
        await slack.settle()
        assert len(slack.desk.events) == len(WAYS) - 2
        assert len(slack.space.views) == 2


def test_the_manifest_asks_for_what_is_used_and_for_no_more() -> None:
    manifest = yaml.safe_load((ROOT / "docs/slack-manifest.yaml").read_text("utf-8"))
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == {
        "app_mentions:read",  # app_mention
        "channels:history",  # looking a card up in a channel
        "chat:write",  # chat.*
        "commands",  # /moment and both shortcuts
        "files:read",  # that something came with a line, and its link
        "files:write",  # a week as a table
        "groups:history",  # looking a card up in a private channel
        "im:history",  # message.im, and looking a card up
        "im:write",  # conversations.open
        "usergroups:read",  # SLACK_ENROL_USERGROUP
        "users:read",  # users.info, user_change
    }
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == [
        "app_home_opened",
        "app_mention",
        "message.im",
        "user_change",
    ]
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert [each["type"] for each in manifest["features"]["shortcuts"]] == ["global", "message"]
    assert SLACK_PATH in (ROOT / "docs/slack.md").read_text("utf-8")


def test_the_home_tab_asks_for_commands_the_conversation_knows() -> None:
    assert set(HOME_TAPS) == set(get_args(Role))
    assert set(HOME_TAPS.values()) <= set(COMMANDS)


def test_no_command_is_too_long_to_be_answered_in_private() -> None:
    assert max(map(len, WORDS)) <= SHORT
