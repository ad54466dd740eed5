"""What lies in the outbox arrives: in order, once, and no chat waits for another."""

import asyncio
from datetime import timedelta

from bot.carrier import TRIES, wait_after
from bot.channels.base import DeliveryError
from bot.conversations.types import Address, Card, Lane, Parcel, Post, Turn
from bot.courier import Courier
from storage.store import Store
from tests.app.conftest import MovingClock, NotingChannel

ANA, BO = Address("web", "hotel-clerk"), Address("web", "hotel-colleague")


def write(store: Store, clock: MovingClock, *posts: tuple[Address, str, Lane]) -> list[Parcel]:
    made = tuple(Post(to, Card(title), title, lane) for to, title, lane in posts)
    return store.call(lambda book: book.save(Turn(posts=made), clock.now()))


def titles(channel: NotingChannel) -> list[str]:
    return [card.title for _, card, _ in channel.shown]


async def test_what_is_sent_is_not_sent_again(store: Store, clock: MovingClock) -> None:
    channel = NotingChannel()
    courier = Courier(store, {"web": channel}, clock.now)
    courier.send(write(store, clock, (ANA, "one", "live")))
    await courier.idle()
    assert await courier.sweep() == 0
    assert titles(channel) == ["one"]


async def test_a_live_answer_goes_before_a_digest(store: Store, clock: MovingClock) -> None:
    channel = NotingChannel()
    courier = Courier(store, {"web": channel}, clock.now)
    courier.send(
        write(
            store,
            clock,
            (ANA, "first", "live"),
            (ANA, "digest", "digest"),
            (ANA, "question", "follow_up"),
            (ANA, "answer", "live"),
        )
    )
    await courier.idle()
    assert titles(channel) == ["first", "answer", "question", "digest"]


async def test_a_chat_in_trouble_delays_no_other_and_is_tried_later(
    store: Store, clock: MovingClock
) -> None:
    channel = NotingChannel(trouble={ANA.chat: DeliveryError("too many", retry_after=30)})
    courier = Courier(store, {"web": channel}, clock.now)
    courier.send(write(store, clock, (ANA, "for ana", "live"), (BO, "for bo", "live")))
    await courier.idle()
    assert titles(channel) == ["for bo"]
    channel.trouble.clear()
    clock.wait(seconds=29)
    assert await courier.sweep() == 0
    clock.wait(seconds=2)
    assert await courier.sweep() == 1
    await courier.idle()
    assert titles(channel) == ["for bo", "for ana"]


async def test_what_can_never_arrive_becomes_a_dead_letter(
    store: Store, clock: MovingClock, blocked: DeliveryError
) -> None:
    channel = NotingChannel(trouble={ANA.chat: blocked})
    courier = Courier(store, {"web": channel}, clock.now)
    courier.send(write(store, clock, (ANA, "lost", "live")))
    await courier.idle()
    clock.wait(days=1)
    assert await courier.sweep() == 0
    assert len(store.call(lambda book: book.dead_letters(10))) == 1


async def test_a_channel_that_breaks_does_not_end_its_lane(
    store: Store, clock: MovingClock
) -> None:
    channel = NotingChannel(trouble={ANA.chat: KeyError("odd")})
    courier = Courier(store, {"web": channel}, clock.now)
    first, second = write(store, clock, (ANA, "one", "live"), (ANA, "two", "live"))
    seen: list[int] = []

    def once(to: Address) -> None:
        if seen:
            channel.trouble.clear()
        seen.append(1)

    channel.before = once
    courier.send([first, second])
    await courier.idle()
    assert titles(channel) == ["two"]
    clock.wait(minutes=1)
    assert await courier.sweep() == 1


async def test_after_the_last_try_it_is_a_dead_letter(store: Store, clock: MovingClock) -> None:
    channel = NotingChannel(trouble={ANA.chat: DeliveryError("no answer")})
    courier = Courier(store, {"web": channel}, clock.now)
    write(store, clock, (ANA, "never", "live"))
    for _ in range(TRIES + 2):
        clock.wait(minutes=20)
        await courier.sweep()
        await courier.idle()
    assert len(store.call(lambda book: book.dead_letters(10))) == 1


async def test_a_card_for_a_channel_that_is_not_set_up_waits(
    store: Store, clock: MovingClock
) -> None:
    courier = Courier(store, {}, clock.now)
    courier.send(write(store, clock, (ANA, "later", "live")))
    await courier.idle()
    channel = NotingChannel()
    clock.wait(minutes=1)
    whole = Courier(store, {"web": channel}, clock.now)
    assert await whole.sweep() == 1
    await whole.idle()
    assert titles(channel) == ["later"]


async def test_a_platform_that_may_show_twice_is_not_sent_what_a_newer_card_replaced(
    store: Store, clock: MovingClock
) -> None:
    channel = NotingChannel(shows_once=False)
    courier = Courier(store, {"web": channel}, clock.now)
    older = Post(ANA, Card("older"), "m:1", "live")
    newer = Post(ANA, Card("newer"), "m:1", "live")
    parcels = store.call(lambda book: book.save(Turn(posts=(older,)), clock.now()))
    parcels += store.call(lambda book: book.save(Turn(posts=(newer,)), clock.now()))
    courier.send(parcels)
    await courier.idle()
    assert titles(channel) == ["newer"]


async def test_an_edited_card_replaces_the_message_that_stands_there(
    store: Store, clock: MovingClock
) -> None:
    channel = NotingChannel()
    courier = Courier(store, {"web": channel}, clock.now)
    courier.send(write(store, clock, (ANA, "card", "live")))
    await courier.idle()
    courier.send(write(store, clock, (ANA, "card", "live")))
    await courier.idle()
    assert [replaces for _, _, replaces in channel.shown] == ["", "message-1"]


async def test_what_is_under_way_at_the_end_is_swept_up_at_the_next_start(
    store: Store, clock: MovingClock
) -> None:
    stuck = asyncio.Event()

    class Slow(NotingChannel):
        async def deliver(self, to: Address, card: Card, replaces: str = "") -> str:
            stuck.set()
            return await asyncio.Future()

    courier = Courier(store, {"web": Slow()}, clock.now)
    courier.send(write(store, clock, (ANA, "one", "live"), (ANA, "two", "live")))
    await stuck.wait()
    await courier.close()
    channel = NotingChannel()
    clock.wait(minutes=5)
    again = Courier(store, {"web": channel}, clock.now)
    await again.sweep()
    await again.idle()
    assert titles(channel) == ["one", "two"]


def test_waits_grow_and_never_fall_together() -> None:
    assert wait_after(0, lambda: 0.0) == timedelta(seconds=2)
    assert wait_after(0, lambda: 1.0) == timedelta(seconds=3)
    assert wait_after(20, lambda: 0.0) == timedelta(seconds=256)


async def test_what_the_sweep_took_is_sent_on_such_a_platform_too(
    store: Store, clock: MovingClock
) -> None:
    channel = NotingChannel(shows_once=False)
    courier = Courier(store, {"web": channel}, clock.now)
    write(store, clock, (ANA, "left over", "live"))
    assert await courier.sweep() == 1
    await courier.idle()
    assert titles(channel) == ["left over"]
