"""Whom Telegram does not call a person writing for herself is heard nowhere, whatever her role."""

from dataclasses import replace

import pytest

from bot.conversations.commands import COMMANDS
from bot.conversations.flow import VERBS
from bot.conversations.taps import tap
from bot.conversations.types import Card
from playbooks.engine.vocabulary import ROLES, Role
from tests.fakes.telegram_api.bench import ACCOUNTS, STRANGER, Bench, bench
from tests.fakes.telegram_api.world import BOT

HANDLERS = (*VERBS, *COMMANDS)
LINE = "guest 412 furious room not ready"
GROUP = -1001
ANA = ACCOUNTS["ana"]
NAMELESS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
KINDS: dict[str, dict[str, object]] = {
    "bot": {"from": {"id": ANA, "is_bot": True, "first_name": "Ana"}},
    "ourselves": {"from": BOT},
    "nobody": {"from": None},
    "forwarded": {"forward_origin": {"type": "user"}},
    "through another bot": {"via_bot": {"id": 5, "is_bot": True}},
    "anonymous administrator": {
        "from": NAMELESS,
        "sender_chat": {"id": GROUP, "type": "supergroup"},
    },
}


def enrolled(hotel: Bench, role: Role) -> None:
    hotel.door.people[str(ANA)] = replace(hotel.door.people[str(ANA)], role=role)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", KINDS)
async def test_no_word_is_taken_from_whom_telegram_calls_no_person(kind: str, role: Role) -> None:
    async with bench() as hotel, hotel.running():
        enrolled(hotel, role)
        hotel.api.group(GROUP)
        for words in (LINE, "/open", "/digest", "/help", "invite", "link", "people"):
            hotel.api.writes(ANA, words, **KINDS[kind])
            hotel.api.writes(ANA, f"/moment {words}", GROUP, **KINDS[kind])
        await hotel.settled()
        assert hotel.events == []


async def test_no_handler_is_open_to_whom_nobody_enrolled() -> None:
    async with bench() as hotel, hotel.running() as channel:
        to = hotel.door.people[str(ANA)].address
        assert to is not None
        await channel.deliver(to, Card("Hello"))
        hotel.api.person(STRANGER)
        for handler in HANDLERS:
            word = tap(handler, "m1") if handler in VERBS else tap(handler)
            hotel.api.presses_word(STRANGER, hotel.last(ANA), word)
        await hotel.settled()
        assert hotel.events == []


@pytest.mark.parametrize("role", ROLES)
async def test_somebody_enrolled_is_heard_at_every_handler(role: Role) -> None:
    async with bench() as hotel, hotel.running() as channel:
        enrolled(hotel, role)
        to = hotel.door.people[str(ANA)].address
        assert to is not None
        await channel.deliver(to, Card("Hello"))
        for handler in HANDLERS:
            word = tap(handler, "m1") if handler in VERBS else tap(handler)
            hotel.api.presses_word(ANA, hotel.last(ANA), word)
        await hotel.settled()
        assert len(hotel.events) == len(HANDLERS)
