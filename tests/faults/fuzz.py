"""Brings spoilt payloads of a platform, as many as asked for, and looks what they broke.

Run by hand: ``python -m tests.faults.fuzz slack 100000`` (or ``telegram``). Each is a true payload
of some kind with parts of it replaced, taken away or moved. None may end anything, none may become
an event that cannot be kept, and the true line after them is answered.
"""

import argparse
import asyncio
import copy
import json
import logging
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from bot.conversations.types import Address, Button, Card, Field, Form
from tests.channels.slack_world import ANA as SLACK_ANA
from tests.channels.slack_world import World, world
from tests.fakes.slack_api.workspace import TEAM, Node, Sending
from tests.fakes.telegram_api.bench import ANA, BO, MARTA, Bench, bench
from tests.fakes.telegram_api.world import BOT

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
"""What Slack never sends."""
ODD = (
    *(None, True, 0, -1, 101, 2**70, 1.5, "", "/", "/start", "/moment", "@", "x" * 500, [], {}),
    *("private", "\ud800", "\x00", "text_link", "/\x00", "https://t.me/x?ask=["),
)
"""What Telegram never sends."""
ASKING = Card(
    "412",
    buttons=(Button("Did it", "did.m1"), Button("Later", "snooze.m1.day", more=True)),
    form=Form("detail.m1.smot", (Field("words", "Words", "long"),)),
)
BATCH = 1000
LAST = "guest 999 no towels"


# --- Slack


async def true_payloads(slack: World) -> list[Sending]:
    """One of each kind that Slack sends."""
    here = Address("slack", SLACK_ANA)
    chat, _, stamp = (await slack.channel.deliver(here, ASKING)).partition(":")
    space, message = slack.space, slack.space.messages[chat][stamp]
    view = {"id": "V1", "callback_id": "line", "private_metadata": '["","","gave.m1"]'}
    blocks: list[Node] = [{"block_id": "text", "element": {"type": "x", "action_id": "v"}}]
    form = {**view, "callback_id": "form", "blocks": blocks}
    return [
        space.types(SLACK_ANA, "guest 412 furious"),
        space.mentions(SLACK_ANA, "guest 412 furious, room not ready"),
        space.command(SLACK_ANA, "guest 412 furious"),
        space.shortcut(SLACK_ANA),
        space.logs_message(SLACK_ANA, chat, message),
        space.opens_home(SLACK_ANA),
        space.presses(SLACK_ANA, chat, message, "Did it"),
        space.presses(SLACK_ANA, chat, message, "Later"),
        space.presses(SLACK_ANA, chat, message, "Save…"),
        space.submits(SLACK_ANA, {**view, "blocks": blocks}, {"text": "no towels"}),
        space.submits(SLACK_ANA, form, {"text": "7"}),
        space.event({"type": "user_change", "user": {"id": "U9", "deleted": True}}),
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


def posted(kind: str, bad: Node, *, form: bool) -> tuple[str, str]:
    """Body and type of a payload as HTTP carries it, or as it never would."""
    if not form:
        return json.dumps(bad), "application/json"
    fields = bad if kind == "slash_commands" else {"payload": json.dumps(bad)}
    return urlencode(fields, errors="ignore"), "application/x-www-form-urlencoded"


async def slack(count: int, seed: int) -> list[str]:
    """What so many payloads over HTTP broke; empty where nothing."""
    dice, broke = random.Random(seed), list[str]()
    async with world(http=True) as here:
        good = await true_payloads(here)
        for number in range(count):
            kind, payload = dice.choice(good)
            form = kind != "events_api" and bool(number % 2)
            body, mime = posted(kind, spoilt(payload, dice), form=form)
            status, _, _ = await here.channel._dispatch(body, {"content-type": mime})
            if status not in (200, 400, 404, 500, 503):
                broke.append(f"status {status} for {body}")
        await here.settle()
        if await here.send(here.space.types(SLACK_ANA, LAST)) is None:
            broke.append("the true line after them was not taken")
        for event in here.desk.events.values():
            kept = repr(event)
            if not event.key.startswith(f"slack:{TEAM}:") or "\\x00" in kept or "\\ud800" in kept:
                broke.append(f"an event that cannot be kept: {kept}")
    return broke


# --- Telegram


def junk(dice: random.Random, depth: int = 0) -> object:
    """Something that may stand in an update, and nothing in its right place."""
    if depth < 3 and dice.random() < 0.5:
        names = (
            "message_id", "from", "chat", "id", "text", "entities", "is_bot", "type", "data", "url",
            "reply_to_message", "caption", "photo", "sender_chat", "offset", "length", "user",
        )  # fmt: skip
        if dice.random() < 0.8:
            return {name: junk(dice, depth + 1) for name in dice.sample(names, 5)}
        return [junk(dice, depth + 1) for _ in range(3)]
    return dice.choice(ODD)


def broken(update: dict[str, object], dice: random.Random) -> object:
    """A real update with some of it replaced, at any depth."""
    spots = [(update, name) for name in update if name != "update_id"]
    for holder, name in spots:
        inner = holder[name]
        if isinstance(inner, dict):
            spots += [(inner, each) for each in inner]
    for _ in range(dice.randint(1, 3)):
        holder, name = dice.choice(spots)
        holder[name] = junk(dice)
    return update


def odd_updates(hotel: Bench, numbers: range, dice: random.Random) -> None:
    """So many broken updates of four kinds wait with Telegram."""
    api, standing = hotel.api, hotel.last(ANA)
    for number in numbers:
        kind = number % 4
        if kind == 0:
            update = api.writes(ANA, dice.choice(("guest 412", "/open", "/start x", "@")))
        elif kind == 1:
            update = api.presses_word(BO, standing, dice.choice(("*more", "=a=b=c", "show.x")))
        elif kind == 2:
            update = api.replies(MARTA, standing, f"@{BOT['username']} x")
        else:
            update = api.update(**{dice.choice(("message", "callback_query", "x")): {}})
        api.updates[-1] = broken(copy.deepcopy(update), dice)  # type: ignore[assignment]


async def telegram(count: int, seed: int) -> list[str]:
    """What so many updates fetched by polling broke; empty where nothing."""
    dice = random.Random(seed)
    async with bench() as hotel, hotel.running():
        hotel.light = True
        hotel.api.group(-1001)
        await hotel.sending.deliver(Address("telegram", str(ANA)), ASKING)
        for first in range(0, count, BATCH):
            odd_updates(hotel, range(first, min(first + BATCH, count)), dice)
            await hotel.settled(600)
        hotel.api.writes(ANA, LAST)
        await hotel.settled(60)
        kept = hotel.kept()
    return [] if kept[-1] == LAST else ["the true line after them was not taken"]


# --- both


@contextmanager
def told() -> Iterator[list[str]]:
    """Every fault that our own code logs meanwhile, in one line each."""
    found: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info and record.name.startswith("bot."):
                found.append(f"logged: {record.getMessage()}: {record.exc_info[1]!r}")

    listener = Listener(logging.DEBUG)
    logging.getLogger().addHandler(listener)
    try:
        yield found
    finally:
        logging.getLogger().removeHandler(listener)


async def fuzz(platform: str, count: int, seed: int = 2026) -> list[str]:
    """All that broke on a platform by its name."""
    with told() as logged:
        broke = await (slack if platform == "slack" else telegram)(count, seed)
    return broke + logged


def main() -> int:
    """1 where anything broke."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("platform", choices=("slack", "telegram"))
    asked.add_argument("payloads", type=int)
    given = asked.parse_args()
    broke = asyncio.run(fuzz(given.platform, given.payloads))
    print(f"{given.platform}: {given.payloads} spoilt payloads, {len(broke)} faults")
    for fault in broke[:10]:
        print(" ", fault[:300])
    return int(bool(broke))


if __name__ == "__main__":
    sys.exit(main())
