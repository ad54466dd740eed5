"""Nonsense from Slack's side: nothing ends, none of it is an event that cannot be kept, and the
next true line is answered."""

import asyncio
import logging
import random

import pytest

from bot.channels.slack.events import read
from bot.channels.slack.heard import Self
from tests.channels.slack_world import ANA, World, world
from tests.fakes.slack_api.workspace import BOT, BOT_USER, TEAM
from tests.faults.fuzz import JUNK, spoilt, true_payloads

ME = Self(TEAM, BOT_USER, BOT)


async def taken(slack: World, text: str) -> bool:
    """A true line, sent as Slack does: again, until it is acknowledged."""
    line = slack.space.types(ANA, text)
    for _ in range(20):
        if await slack.send(line) is not None:
            return True
    return False


async def test_spoilt_envelopes_do_not_stop_the_socket() -> None:
    dice = random.Random(412)
    async with world() as slack:
        good = await true_payloads(slack)
        sent = [slack.send((kind, spoilt(body, dice))) for kind, body in dice.choices(good, k=500)]
        waiting = [asyncio.create_task(each) for each in sent]
        assert await taken(slack, "a true line")
        await slack.settle()
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for raw in ("", "{", "[]", '{"type": 7}', '{"envelope_id": 1, "payload": 3}', "null"):
            await slack.server.sockets[-1].send_str(raw)
        assert await taken(slack, "another true line")


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
