"""One contract for all channels: the same cards, the same presses, the same bad days, the same end.

What only one platform does stands in its own tests; what stands here a new channel has to do too.
"""

import ast
import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

import bot.channels
from bot.channels.base import DeliveryError, Finds
from bot.conversations.commands import COMMANDS
from bot.conversations.types import (
    Address,
    Bar,
    Button,
    Card,
    Fact,
    Parcel,
    Post,
    Said,
    Tapped,
    Turn,
)
from bot.courier import Courier
from storage.engine import migrate
from storage.store import Store, open_store
from tests.app.conftest import MovingClock
from tests.channels.rigs import RIGS, PlatformRig, Rig

FULL = Card(
    "412 · Room not ready, second time",
    say="Mr Haas, this is the second time and that is on us.",
    do=("Walk him to the bar", "Ring housekeeping on 21"),
    facts=(Fact("You may", "Up to €25 without asking", "green"), Fact("", "No label here")),
    bars=(Bar("Waiting", 14, 1.0, "6 put right", "What went wrong"),),
    note="Put right in 14 of 17 here.",
    buttons=(
        Button("Did it", "did.m1", "primary"),
        Button("Get help", "help.m1", "danger"),
        Button("Gave something", "gave.m1", more=True),
        Button("Hand over", "hand.m1.x-1", more=True),
    ),
)
HOSTILE = (
    "<!channel> <!here> @everyone @channel <@U0ANA>",
    "https://evil.example/x?a=1&b=2 www.evil.example mail@evil.example",
    "<b>bold</b> <script>alert(1)</script> <a href='//evil.example'>x</a> &amp; & &lt;",
    "*bold* _sly_ ~gone~ `code` ```block``` [here](https://evil.example) > quote",
    "/digest #tag $USD 7001:AAFake",
    "\u202eright to left\u202c \u2066left\u2069 \u200fmark",
    "room 412 " * 1111,
    "<&*_" * 2500,
)
TURNS = dict.fromkeys(map(ord, "\u202e\u202c\u2066\u2069\u200f"))
"""Marks that turn text round: a channel may leave them out, because they can forge a card."""


@pytest.fixture(params=list(RIGS))
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    async with RIGS[request.param]() as made:
        yield made


@pytest.fixture(params=["slack", "telegram"])
async def platform(request: pytest.FixtureRequest) -> AsyncIterator[PlatformRig]:
    async with RIGS[request.param]() as made:
        assert isinstance(made, PlatformRig)
        yield made


def squeezed(text: str) -> str:
    """Without white space: a page may break a line where it stood."""
    return "".join(text.translate(TURNS).split())


async def read(rig: Rig, to: Address) -> str:
    """All that stands in a chat."""
    return squeezed("\n".join(seen.words for seen in await rig.standing(to)))


def parts(card: Card) -> list[str]:
    facts = [part for fact in card.facts for part in (fact.label, fact.text)]
    bars = [part for bar in card.bars for part in (bar.group, bar.label, str(bar.count), bar.note)]
    return [card.title, card.say, *card.do, *facts, *bars, card.note]


# --- cards --------------------------------------------------------------------------------------


async def test_a_card_is_shown_whole(rig: Rig) -> None:
    await rig.show(rig.ana, FULL)
    words = await read(rig, rig.ana)
    for part in parts(FULL):
        assert squeezed(part) in words, part
    assert await rig.standing(rig.bo) == []


async def test_a_card_is_changed_in_its_place(rig: Rig) -> None:
    first = await rig.show(rig.ana, FULL)
    await rig.show(rig.ana, Card("Another"))
    second = await rig.show(rig.ana, Card("412 · done", "good", note="Noted."), first)
    changed, other = await rig.standing(rig.ana)
    assert second == first
    assert squeezed("412 · done") in squeezed(changed.words)
    assert "Room not ready" not in changed.words
    assert changed.buttons == []
    assert "Another" in other.words


async def test_the_same_card_again_changes_nothing_and_is_no_fault(rig: Rig) -> None:
    first = await rig.show(rig.ana, FULL)
    before = await rig.standing(rig.ana)
    assert await rig.show(rig.ana, FULL, first) == first
    assert [s.words for s in await rig.standing(rig.ana)] == [s.words for s in before]


async def test_a_card_too_long_is_split_and_never_cut(rig: Rig) -> None:
    words = " ".join(f"word{number}" for number in range(1_500))
    long = replace(FULL, say=words, note=words)
    first = await rig.show(rig.ana, long)
    shown = await read(rig, rig.ana)
    assert shown.count(squeezed(words)) == 2
    again = await rig.show(rig.ana, Card("Short again"), first)
    assert squeezed(words) not in await read(rig, rig.ana)
    (left,) = await rig.standing(rig.ana)
    assert "Short again" in left.words
    assert again


async def test_what_people_wrote_is_complete_and_stays_text(rig: Rig) -> None:
    made = ""
    for text in HOSTILE:
        fact = Fact(text[:200], text, "red")
        bar = Bar(text[:100], 3, 0.5, text[:100], text[:100])
        card = Card(text[:900], "stop", text, (text,), (fact, Fact("", text)), (bar,), text)
        made = await rig.show(rig.ana, card, made)
        assert [seen.live for seen in await rig.standing(rig.ana) if seen.live] == [], text[:40]
        assert (await read(rig, rig.ana)).count(squeezed(text)) >= 5, text[:40]


async def test_a_card_for_another_channel_is_refused_for_good(rig: Rig) -> None:
    with pytest.raises(DeliveryError) as refused:
        await rig.channel.deliver(Address("fax", "1"), FULL)
    assert refused.value.permanent


# --- what people do -----------------------------------------------------------------------------


async def test_every_button_comes_back_as_the_same_tap_from_the_same_person(rig: Rig) -> None:
    await rig.show(rig.ana, FULL)
    for button in FULL.buttons:
        await rig.press(button.label)
        event = rig.ears.last
        assert isinstance(event, Tapped)
        assert (event.tap, event.address) == (button.tap, rig.ana)
    assert len(rig.ears.events) == len(FULL.buttons)
    assert len({event.person for event in rig.ears.events.values()}) == 1  # type: ignore[union-attr]


async def test_a_press_brought_three_times_is_one_event(rig: Rig) -> None:
    await rig.show(rig.ana, FULL)
    await rig.press("Did it", times=3)
    (event,) = rig.ears.events.values()
    assert event.key.startswith(f"{rig.channel.name}:")


async def test_what_is_about_one_person_never_goes_to_a_group(platform: PlatformRig) -> None:
    assert platform.group
    for command in COMMANDS:
        await platform.types_in_group(command)
    for event in platform.ears.events.values():
        assert isinstance(event, Said)
        assert event.address == platform.ana, event.text
    assert len(platform.ears.events) == len(COMMANDS)
    assert all(not seen.buttons for seen in await platform.standing(platform.group))


async def test_a_code_said_before_everybody_lets_nobody_in(platform: PlatformRig) -> None:
    await platform.types_in_group("moment ABCD-EFGH-JKLM", enrolled=False)
    assert platform.knocks == 0
    assert platform.ears.events == {}


# --- bad days -----------------------------------------------------------------------------------


@dataclass
class Pause:
    """Time for the courier: short waits are kept, of the long ones the test says when they end."""

    skipped: float = 0.0
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def ticks(self) -> float:
        return time.monotonic() + self.skipped

    async def sleep(self, seconds: float) -> None:
        if seconds < 0.5:
            await asyncio.sleep(seconds)
            return
        await self.over.wait()
        self.skipped += seconds
        await asyncio.sleep(0)


@dataclass
class House:
    """A courier with a real outbox before the channel."""

    rig: PlatformRig
    store: Store
    clock: MovingClock = field(default_factory=MovingClock)
    pause: Pause = field(default_factory=Pause)

    def __post_init__(self) -> None:
        channels = {self.rig.channel.name: self.rig.channel}
        self.courier = Courier(
            self.store, channels, self.clock.now, sleep=self.pause.sleep, ticks=self.pause.ticks
        )

    def send(self, *cards: tuple[Address, str]) -> list[Parcel]:
        posts = tuple(Post(to, Card(title, "quiet"), title) for to, title in cards)
        parcels = self.store.call(lambda book: book.save(Turn(posts=posts), self.clock.now()))
        self.courier.send(parcels)
        return parcels

    async def titles(self, to: Address) -> list[str]:
        return [seen.words.splitlines()[0] for seen in await self.rig.standing(to)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    address = f"sqlite:///{tmp_path / 'fifteen.db'}"
    migrate(address)
    with open_store(address, clock=MovingClock().now) as opened:
        yield opened


async def test_a_dead_chat_ends_its_lane_and_no_other(platform: PlatformRig, store: Store) -> None:
    house = House(platform, store)
    platform.dies(platform.ana)
    house.pause.over.set()
    house.send((platform.ana, "one"), (platform.ana, "two"), (platform.bo, "for Bo"))
    house.send((platform.ana, "three"))
    await house.courier.idle()
    assert await house.titles(platform.bo) == ["for Bo"]
    assert len(store.call(lambda book: book.dead_letters(10))) == 3
    assert platform.attempts(platform.ana) == 1


async def test_a_busy_chat_waits_as_long_as_it_is_told_and_delays_no_other(
    platform: PlatformRig, store: Store
) -> None:
    house = House(platform, store)
    platform.slows_down(platform.ana)
    house.send((platform.ana, "for Ana"))
    async with asyncio.timeout(60):
        while not platform.attempts(platform.ana):  # noqa: ASYNC110 - it happens on the far side
            await asyncio.sleep(0.005)
        house.send((platform.bo, "for Bo"))
        while not await platform.standing(platform.bo):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert await platform.standing(platform.ana) == []
    platform.lets_go(platform.ana)
    house.pause.over.set()
    await house.courier.idle()
    assert await house.titles(platform.ana) == ["for Ana"]
    assert await house.titles(platform.bo) == ["for Bo"]


async def test_a_card_whose_answer_was_lost_is_looked_up_or_marked_as_sent_again(
    platform: PlatformRig, store: Store
) -> None:
    house = House(platform, store)
    house.pause.over.set()
    platform.loses_an_answer()
    house.send((platform.ana, "in doubt"))
    await house.courier.idle()
    assert await house.courier.sweep() == 0
    house.clock.wait(seconds=10)
    assert await house.courier.sweep() == 1
    await house.courier.idle()
    first, *more = await platform.standing(platform.ana)
    assert "Sent again" not in first.words
    if isinstance(platform.channel, Finds):
        assert more == []
    else:
        assert ["Sent again" in seen.words for seen in more] == [True]
    house.clock.wait(hours=1)
    assert await house.courier.sweep() == 0


async def test_a_channel_says_whether_it_can_show_a_card_twice(rig: Rig) -> None:
    paced = rig.channel.pace is not None
    assert rig.channel.shows_once is not paced
    assert isinstance(rig, PlatformRig) is paced


# --- what they are made of ----------------------------------------------------------------------

FILES = sorted(Path(bot.channels.__path__[0]).rglob("*.py"))
MOST_LINES = 200
PASSED = {"bot.conversations.types", "bot.conversations.card"}
"""What passes between a channel and the conversation; everything else of it is a rule."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_channel_holds_no_rule_of_the_conversation(file: Path) -> None:
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} | {f"{node.module}.{n.name}" for n in node.names}
        elif isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
    ours = {name for name in found if name.startswith("bot.conversations")}
    rules = {n for n in ours if not any(n == p or n.startswith(f"{p}.") for p in PASSED)}
    assert rules == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_file_of_a_channel_is_read_in_one_go(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= MOST_LINES
