"""Nonsense from Slack's side: nothing ends, none of it is an event that cannot be kept, and the
next true line is answered."""

import asyncio
import copy
import json
import logging
import random
from urllib.parse import urlencode

import pytest

from bot.channels.slack.events import read
from bot.channels.slack.heard import Self
from bot.conversations.types import Button, Card, Field, Form
from tests.channels.slack_world import ANA, World, world
from tests.fakes.slack_api.workspace import BOT, BOT_USER, TEAM, Node, Sending

ME = Self(TEAM, BOT_USER, BOT)
JUNK: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    1e308,
    "",
    "x" * 5000,
    "\x00\ud800\u202e",
    "<!channel>",
    [],
    [[[[]]]],
    [None],
    {},
    {"type": "message"},
    {"id": {"id": {}}},
    "block_actions",
    "view_submission",
    "event_callback",
    "slack:T:1",
)
CARD = Card(
    "412",
    buttons=(Button("Did it", "did.m1"), Button("Later", "snooze.m1.day", more=True)),
    form=Form("detail.m1.smot", (Field("words", "Words", "long"),)),
)


async def true_payloads(slack: World) -> list[Sending]:
    """One of each kind that Slack sends."""
    from bot.conversations.types import Address

    chat, _, stamp = (await slack.channel.deliver(Address("slack", ANA), CARD)).partition(":")
    message = slack.space.messages[chat][stamp]
    view = {"id": "V1", "callback_id": "line", "private_metadata": '["","","gave.m1"]'}
    blocks: list[Node] = [{"block_id": "text", "element": {"type": "x", "action_id": "v"}}]
    return [
        slack.space.types(ANA, "guest 412 furious"),
        slack.space.mentions(ANA, "guest 412 furious, room not ready"),
        slack.space.command(ANA, "guest 412 furious"),
        slack.space.shortcut(ANA),
        slack.space.logs_message(ANA, chat, message),
        slack.space.opens_home(ANA),
        slack.space.presses(ANA, chat, message, "Did it"),
        slack.space.presses(ANA, chat, message, "Later"),
        slack.space.presses(ANA, chat, message, "Save…"),
        slack.space.submits(ANA, {**view, "blocks": blocks}, {"text": "no towels"}),
        slack.space.submits(ANA, {**view, "callback_id": "form", "blocks": blocks}, {"text": "7"}),
        slack.space.event({"type": "user_change", "user": {"id": "U9", "deleted": True}}),
    ]


def spoilt(payload: Node, dice: random.Random) -> Node:
    """The payload with one to four of its parts replaced, taken away or moved."""
    found = copy.deepcopy(payload)
    for _ in range(dice.randint(1, 4)):
        node: object = found
        while True:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))  # type: ignore[arg-type]
            if not keys:
                break
            key = dice.choice(keys)
            inner = node[key]  # type: ignore[index]
            if isinstance(inner, dict | list) and inner and dice.random() < 0.7:
                node = inner
                continue
            if isinstance(node, dict) and dice.random() < 0.3:
                del node[key]
            else:
                node[key] = copy.deepcopy(dice.choice(JUNK))  # type: ignore[index]
            break
    return found


async def test_thousands_of_spoilt_payloads_crash_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    dice = random.Random(2026)
    async with world(http=True) as slack:
        good = await true_payloads(slack)
        with caplog.at_level(logging.DEBUG):
            for number in range(5000):
                kind, payload = dice.choice(good)
                bad = spoilt(payload, dice)
                form = kind != "events_api" and number % 2
                fields = bad if kind == "slash_commands" else {"payload": json.dumps(bad)}
                body = urlencode(fields, errors="ignore") if form else json.dumps(bad)
                mime = "application/x-www-form-urlencoded" if form else "application/json"
                status, _, _ = await slack.channel._dispatch(body, {"content-type": mime})
                assert status in (200, 400, 404, 500, 503)
        await slack.settle()
        assert await slack.send(slack.space.types(ANA, "a true line")) is not None
        for event in slack.desk.events.values():
            assert event.key.startswith(f"slack:{TEAM}:")
            kept = repr(event)
            assert "\\x00" not in kept
            assert "\\ud800" not in kept
    assert not [r for r in caplog.records if r.exc_info and r.name.startswith("bot.")]


async def test_spoilt_envelopes_do_not_stop_the_socket() -> None:
    dice = random.Random(412)
    async with world() as slack:
        good = await true_payloads(slack)
        sent = [slack.send((kind, spoilt(body, dice))) for kind, body in dice.choices(good, k=500)]
        waiting = [asyncio.create_task(each) for each in sent]
        assert await slack.send(slack.space.types(ANA, "a true line")) is not None
        await slack.settle()
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for raw in ("", "{", "[]", '{"type": 7}', '{"envelope_id": 1, "payload": 3}', "null"):
            await slack.server.sockets[-1].send_str(raw)
        assert await slack.send(slack.space.types(ANA, "another true line")) is not None


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_what_is_no_payload_is_nobodys_event(junk: object) -> None:
    assert read(junk, ME) is None
    assert read({"type": "event_callback", "event": junk}, ME) is None
    assert read({"type": "block_actions", "actions": junk, "user": junk}, ME) is None
    assert read({"type": "view_submission", "view": junk, "user": junk}, ME) is None
    assert read({"command": junk, "user_id": junk}, ME) is None


async def test_no_customers_words_and_no_token_reach_a_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    canary = "canary-customer-words"
    for http in (True, False):
        async with world(http=http) as slack:
            with caplog.at_level(logging.DEBUG):
                await slack.send(slack.space.types(ANA, canary))
                await slack.send(slack.space.command(ANA, canary))
                slack.server.fail["chat.postMessage"] = ["invalid_blocks"]
                slack.desk.broken = RuntimeError(canary)
                await slack.send(slack.space.command(ANA, canary))
                await slack.settle()
    told = "\n".join(record.getMessage() for record in caplog.records)
    assert canary not in told
    assert "canary" not in told
