"""Bad days on Telegram: restarts, outages, floods, forged and broken updates."""

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator

import pytest

from bot.channels.base import DeliveryError, Receipt
from bot.channels.telegram import TelegramChannel
from bot.conversations.types import Address, Button, Card, Event, Said
from bot.settings import TelegramSettings
from tests.fakes.telegram_api.bench import ANA, BO, MARTA, Bench, bench, until
from tests.fakes.telegram_api.world import TOKEN

HERE = Address("telegram", str(ANA))
CARD = Card("Hello", buttons=(Button("Yes", "show.x"),))


@pytest.fixture
async def closed() -> AsyncIterator[Bench]:
    """A hotel whose channel does not run yet."""
    async with bench() as opened:
        yield opened


@pytest.fixture
async def hotel(closed: Bench) -> AsyncIterator[Bench]:
    async with closed.running():
        yield closed


# --- nothing lost, nothing doubled


async def test_what_was_fetched_and_not_kept_comes_again(closed: Bench) -> None:
    """The process dies between fetch and commit, over and over, at another line each time."""
    random.seed(7)
    lines = [f"guest {400 + n} room not ready" for n in range(40)]
    for number, line in enumerate(lines):
        closed.api.writes((ANA, BO, MARTA)[number % 3], line)
    kept: list[str] = []
    seen: set[str] = set()
    lives = left = 0
    died = asyncio.Event()

    async def receive(event: Event) -> Receipt:
        nonlocal left
        if event.key in seen:
            return "again"
        if left == 0:
            died.set()
            await asyncio.Event().wait()
        left -= 1
        assert isinstance(event, Said)
        seen.add(event.key)
        kept.append(event.text)
        return "new"

    while closed.api.confirmed <= closed.api.last_update:
        lives += 1
        died.clear()
        left = random.randint(0, 4)
        channel = closed.channel()
        task = asyncio.create_task(channel.run(receive))
        done = asyncio.create_task(closed.api.all_confirmed())
        dead = asyncio.create_task(died.wait())
        await asyncio.wait((done, dead), timeout=5, return_when=asyncio.FIRST_COMPLETED)
        for each in (task, done, dead):
            each.cancel()
        await asyncio.gather(task, done, dead, return_exceptions=True)
        await channel.close()
    assert lives > 5
    assert sorted(kept) == sorted(lines)
    for who in range(3):
        mine = [line for line in kept if lines.index(line) % 3 == who]
        assert mine == lines[who::3]


async def test_an_update_brought_again_changes_nothing(hotel: Bench) -> None:
    update = hotel.api.writes(ANA, "guest 412 room not ready")
    await hotel.settled()
    for _ in range(3):
        assert await hotel.sending.take(update)
    await hotel.sending.idle()
    assert len(hotel.events) == 1
    assert len(hotel.api.standing(ANA)) == 1


async def test_while_the_store_is_down_lines_wait_with_telegram(hotel: Bench) -> None:
    hotel.trouble = OSError("disk")
    hotel.api.writes(ANA, "guest 412 room not ready")
    hotel.api.writes(BO, "guest 413 room not ready")
    await _tries(hotel, 3)
    assert hotel.api.confirmed <= hotel.api.last_update - 1
    hotel.trouble = None
    await hotel.settled()
    assert sorted(hotel.kept()) == ["guest 412 room not ready", "guest 413 room not ready"]
    assert hotel.sending.intake.left_out == 0


async def test_a_line_that_can_never_be_kept_holds_nobody_up(hotel: Bench) -> None:
    hotel.poison = "poison"
    hotel.api.writes(ANA, "poison")
    hotel.api.writes(BO, "guest 413 room not ready")
    hotel.api.writes(ANA, "guest 412 room not ready")
    await _tries(hotel, 2)
    assert "guest 413 room not ready" in hotel.kept()
    for number in range(6):
        hotel.api.writes(BO, f"guest 5{number}0 room not ready")
        await asyncio.sleep(0.01)
    await hotel.settled()
    assert "guest 412 room not ready" in hotel.kept()
    assert hotel.sending.intake.left_out == 1
    assert hotel.left_out == [("telegram:5001", Address("telegram", str(ANA)), "ValueError")]


async def test_alone_in_its_chat_it_does_not_hold_that_chat_up_for_good(hotel: Bench) -> None:
    hotel.poison = "poison"
    for text in ("poison", "one", "two", "three", "four"):
        hotel.api.writes(ANA, text)
    await hotel.settled()
    assert hotel.kept() == ["one", "two", "three", "four"]


async def _tries(hotel: Bench, tries: int) -> None:
    trouble = hotel.sending.intake.trouble
    await until(lambda: any(t.tries >= tries for t in trouble.values()))


async def test_one_slow_chat_does_not_hold_up_the_others(closed: Bench) -> None:
    gate = asyncio.Event()
    through: list[str] = []

    async def receive(event: Event) -> Receipt:
        if event.address == HERE:
            await gate.wait()
        through.append(event.address.chat)
        return "new"

    for number in range(63):
        closed.api.person(2000 + number)
        closed.door.people[str(2000 + number)] = closed.door.people[str(BO)]
        closed.api.writes(2000 + number, "hello")
    closed.api.writes(ANA, "first")
    closed.api.writes(ANA, "second")
    channel = closed.channel()
    task = asyncio.create_task(channel.run(receive))
    await until(lambda: len(through) == 63)
    gate.set()
    await closed.api.all_confirmed()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await channel.close()
    assert through[-2:] == [str(ANA), str(ANA)]


# --- whatever comes in


@pytest.mark.parametrize("odd", [None, [], 7, "x", {}, {"update_id": "1"}, {"update_id": True}])
async def test_what_is_no_update_at_all_is_passed_over(hotel: Bench, odd: object) -> None:
    assert await hotel.sending.take(odd)


# --- what Telegram refuses


async def test_an_edit_that_changes_nothing_counts_as_shown(hotel: Bench) -> None:
    first = await hotel.sending.deliver(HERE, CARD)
    assert await hotel.sending.deliver(HERE, CARD, first) == first


async def test_a_message_that_is_gone_is_sent_anew(hotel: Bench) -> None:
    first = await hotel.sending.deliver(HERE, CARD)
    del hotel.api.messages[ANA, int(first)]
    again = await hotel.sending.deliver(HERE, CARD, first)
    assert again != first
    assert hotel.last(ANA).id == int(again)


async def test_a_card_of_several_messages_is_edited_and_shrinks(hotel: Bench) -> None:
    long = Card("Long", say="word " * 2000, buttons=CARD.buttons)
    first = await hotel.sending.deliver(HERE, long)
    assert first.count(",") >= 2
    standing = hotel.api.standing(ANA)
    assert [bool(m.keyboard) for m in standing] == [False] * (len(standing) - 1) + [True]
    assert await hotel.sending.deliver(HERE, long, first) == first
    await hotel.sending.deliver(HERE, CARD, first)
    assert [m.text for m in hotel.api.standing(ANA)] == ["Hello"]


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        ({"blocked": True}, {"permanent": True, "scope": "chat"}),
        ({"wait": 7}, {"permanent": False, "retry_after": 7.0}),
        ({"moved_to": -100777}, {"permanent": False, "moved_to": "-100777"}),
    ],
)
async def test_a_refusal_says_what_to_do(
    hotel: Bench, trouble: dict[str, int], expected: dict[str, object]
) -> None:
    for name, value in trouble.items():
        setattr(hotel.api.chats[ANA], name, value)
    with pytest.raises(DeliveryError) as caught:
        await hotel.sending.deliver(HERE, CARD)
    assert {name: getattr(caught.value, name) for name in expected} == expected


@pytest.mark.parametrize("chat", ["12345", "not-a-number"])
async def test_a_chat_that_is_not_there_is_not_tried_again(hotel: Bench, chat: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        await hotel.sending.deliver(Address("telegram", chat), CARD)
    assert caught.value.permanent


async def test_a_revoked_token_ends_the_whole_channel(closed: Bench) -> None:
    closed.api.token = TOKEN.replace("A", "B")
    channel = closed.channel()
    with pytest.raises(DeliveryError) as caught:
        await channel.deliver(HERE, CARD)
    await channel.close()
    assert (caught.value.permanent, caught.value.scope) == (True, "channel")


async def test_a_server_that_stumbles_may_have_shown_it(hotel: Bench) -> None:
    hotel.api.down = 502
    with pytest.raises(DeliveryError) as caught:
        await hotel.sending.deliver(HERE, CARD)
    assert (caught.value.permanent, caught.value.unknown) == (False, True)


async def test_a_server_not_reached_has_surely_not_shown_it(closed: Bench) -> None:
    settings = TelegramSettings(bot_token=TOKEN, base_url="http://127.0.0.1:9/bot")
    channel = TelegramChannel(
        settings, closed.door, lambda: closed.desk.now, closed.recall, closed.besides
    )
    with pytest.raises(DeliveryError) as caught:
        await channel.deliver(HERE, CARD)
    await channel.close()
    assert (caught.value.permanent, caught.value.unknown) == (False, False)


async def test_after_an_outage_it_goes_on(hotel: Bench) -> None:
    hotel.api.writes(ANA, "guest 412 room not ready")
    await hotel.settled()
    hotel.api.down = 502
    hotel.api._news.set()
    hotel.api.writes(ANA, "guest 413 room not ready")
    await asyncio.sleep(0.02)
    hotel.api.down = 0
    await hotel.settled()
    assert hotel.kept()[-1] == "guest 413 room not ready"


async def test_of_two_that_poll_each_line_is_kept_once(
    closed: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    async with closed.running() as first:
        other = closed.channel()
        task = asyncio.create_task(other.run(closed.receive))
        await until(lambda: closed.api.conflicts > 0)
        closed.api.writes(ANA, "guest 412 room not ready")
        await closed.settled()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await other.close()
        assert first.intake.left_out == 0
    assert closed.kept() == ["guest 412 room not ready"]
    assert "somebody else reads this bot's messages" in caplog.text


async def test_no_token_and_no_line_is_logged(
    hotel: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    ours = logging.getLogger("bot")
    caplog.set_level(logging.DEBUG, ours.name)
    hotel.api.writes(ANA, "canary line")
    await hotel.settled()
    hotel.api.down = 502
    with contextlib.suppress(DeliveryError):
        await hotel.sending.deliver(HERE, Card("canary card"))
    hotel.trouble = OSError("canary trouble")
    hotel.api.down = 0
    hotel.api.writes(ANA, "canary again")
    await _tries(hotel, 1)
    said = "\n".join(each.getMessage() for each in caplog.records if each.name.startswith("bot"))
    assert said
    assert "canary" not in said
    assert TOKEN.partition(":")[2] not in said
