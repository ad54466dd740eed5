"""A platform with limits, a bad line and a memory: everything arrives, once, and who matters first.

Time passes only when everybody waits for it, so none of this takes as long as it tells of.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest

from bot.carrier import TRIES
from bot.channels.base import DeliveryError, Pace, Scope
from bot.conversations.types import Address, Card, Lane, Parcel, Person, Post, Turn
from bot.courier import Courier
from storage.errors import StorageError
from storage.store import Store
from tests.app.conftest import MovingClock, NotingChannel
from tests.fakes.hours import Hours, PatientStore
from tests.fakes.platform import LookingPlatform, Platform

Problem = Callable[[], DeliveryError | None]


class Office:
    """A courier, its platforms and a clock."""

    def __init__(self, store: Store) -> None:
        self.hours = Hours()
        self.store = store
        self.telegram = Platform(self.hours)
        self.slack = LookingPlatform(self.hours, pace=Pace())
        self.page = NotingChannel()
        self.courier = self.new_courier()

    def new_courier(self) -> Courier:
        """As after a start anew."""
        patient = PatientStore(self.store, self.hours)
        channels = {c.name: c for c in (self.telegram, self.slack, self.page)}
        return Courier(
            patient,  # type: ignore[arg-type]
            channels,
            self.hours.now,
            sleep=self.hours.sleep,
            ticks=self.hours.ticks,
        )

    def write(self, *posts: Post) -> list[Parcel]:
        return self.store.call(lambda book: book.save(Turn(posts=posts), self.hours.now()))

    async def send(self, *posts: Post) -> None:
        self.courier.send(self.write(*posts))
        await self.hours.pass_until(self.courier.idle())

    async def sweep(self, *, after: float = 0.0) -> int:
        self.hours.passed += after
        swept = await self.hours.pass_until(self.courier.sweep())
        await self.hours.pass_until(self.courier.idle())
        return swept

    def shown(self, platform: Platform | None = None) -> list[str]:
        return [card.title for _, _, card in (platform or self.telegram).shown]

    def counts(self) -> dict[str, int]:
        found = self.store.call(lambda book: book.counts())
        return {n.removeprefix("outbox_"): c for n, c in found.items() if c and "outbox" in n}


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def card(chat: str, title: str, lane: Lane = "follow_up", channel: str = "telegram") -> Post:
    return Post(Address(channel, chat), Card(title), title, lane)


def once(problem: DeliveryError) -> Problem:
    return times([problem])


def times(problems: Iterable[DeliveryError | None]) -> Problem:
    left = iter(problems)
    return lambda: next(left, None)


async def test_a_chat_told_to_wait_keeps_its_order_and_delays_no_other(office: Office) -> None:
    office.telegram.trouble["1"] = once(DeliveryError("slow down", retry_after=20))
    await office.send(card("1", "one"), card("1", "two"), card("2", "other"))
    assert [(title, at >= 20) for title, at in zip(office.shown(), at(office), strict=True)] == [
        ("other", False),
        ("one", True),
        ("two", True),
    ]
    assert at(office)[0] < 0.1


def at(office: Office) -> list[float]:
    return [when for when, _, _ in office.telegram.shown]


async def test_to_be_told_to_wait_is_no_failed_try(office: Office) -> None:
    slow = [DeliveryError("slow down", retry_after=3) for _ in range(TRIES * 3)]
    office.telegram.trouble["1"] = times(slow)
    await office.send(card("1", "one"))
    assert office.shown() == ["one"]
    assert office.counts() == {}


async def test_a_wait_outlives_a_restart(office: Office) -> None:
    office.telegram.trouble["1"] = once(DeliveryError("slow down", retry_after=60))
    parcels = office.write(card("1", "one"))
    office.courier.send(parcels)
    await office.hours.pass_until(until(office, lambda: office.counts() == {"ready": 1}))
    await office.hours.pass_until(office.courier.close())
    office.courier = office.new_courier()
    assert await office.sweep() == 0
    assert await office.sweep(after=61) == 1
    assert office.shown() == ["one"]


async def until(office: Office, so: Callable[[], bool]) -> None:
    while not so():
        await office.hours.sleep(0.05)


async def test_a_channel_told_to_wait_is_left_alone_and_no_other(office: Office) -> None:
    office.telegram.trouble["1"] = once(DeliveryError("slow down", retry_after=20, scope="channel"))
    await office.send(
        card("1", "one"),
        card("2", "two"),
        card("2", "three"),
        card("C1", "on slack", channel="slack"),
    )
    assert at(office)[0] < 1, "what was on the wire already arrives"
    assert [when >= 20 for when in at(office)[1:]] == [True, True]
    assert [when < 1 for when, _, _ in office.slack.shown] == [True]


async def test_many_chats_told_to_wait_at_once_mean_the_whole_channel(office: Office) -> None:
    def slow() -> DeliveryError | None:
        full = office.hours.passed < 10
        return DeliveryError("slow down", retry_after=10) if full else None

    office.telegram.trouble = {str(n): slow for n in range(100)}
    await office.send(*(card(str(n), f"question {n}") for n in range(100)))
    in_vain = [when for when in office.telegram.called if when < 10]
    assert len(in_vain) < 10, "not one call for each chat"
    assert len(office.shown()) == 100


async def test_a_live_answer_overtakes_all_that_waits(office: Office) -> None:
    follow_ups = [card(str(n % 50), f"question {n}") for n in range(200)]
    office.courier.send(office.write(*follow_ups))
    await office.hours.pass_until(office.hours.sleep(2))
    before = len(office.telegram.shown)
    office.courier.send(office.write(card("99", "answer", "live")))
    await office.hours.pass_until(office.courier.idle())
    assert "answer" in office.shown()[before : before + 3]
    assert len(office.shown()) == 201
    assert office.telegram.refused == []


async def test_a_group_is_not_written_to_more_than_twenty_times_a_minute(office: Office) -> None:
    await office.send(*(card("-100", f"question {n}") for n in range(45)))
    assert len(office.shown()) == 45
    assert office.telegram.refused == []
    assert 120 < office.hours.passed < 200


@pytest.mark.parametrize("scope", ["chat", "channel"])
async def test_a_chat_that_is_gone_ends_its_lane(office: Office, scope: Scope) -> None:
    called: list[int] = []

    def blocked() -> DeliveryError:
        called.append(1)
        return DeliveryError("blocked by the person", permanent=True, scope=scope)

    office.telegram.trouble["1"] = blocked
    await office.send(card("1", "one"), card("1", "two"), card("1", "three"), card("2", "other"))
    assert office.shown() == ["other"]
    assert office.counts() == {"dead": 3}
    assert len(called) == 1, "the platform is not asked again for each card"


async def test_a_card_refused_for_itself_does_not_end_its_lane(office: Office) -> None:
    office.telegram.trouble["1"] = once(DeliveryError("cannot be shown", permanent=True))
    await office.send(card("1", "odd"), card("1", "two"))
    assert office.shown() == ["two"]
    assert office.counts() == {"dead": 1}


def enrol(office: Office, *people: Person) -> None:
    office.store.call(lambda book: [book.save_person(p) for p in people])


ANA = Person("ana", "Ana Weber", "staff", "harbour", Address("telegram", "1"))
MARTA = Person("marta", "Marta Keller", "manager", "harbour", Address("web", "marta"))
ADA = Person("ada", "Ada Admin", "admin", "harbour", Address("telegram", "7"))


async def test_a_manager_is_told_once_a_day_whom_nothing_reaches(office: Office) -> None:
    enrol(office, ANA, MARTA)
    gone = DeliveryError("blocked by the person", permanent=True, scope="chat")
    office.telegram.trouble["1"] = lambda: gone
    for title in ("one", "two"):
        await office.send(card("1", title))
    assert [(chat, told.title) for chat, told, _ in office.page.shown] == [
        ("marta", "Ana Weber cannot be reached on Telegram")
    ]
    assert "blocked by the person" in office.page.shown[0][1].plain()
    office.hours.passed += timedelta(days=1).total_seconds()
    await office.send(card("1", "three"))
    assert len(office.page.shown) == 2


async def test_an_admin_is_told_before_a_manager(office: Office) -> None:
    enrol(office, ANA, MARTA, ADA)
    gone = DeliveryError("chat not found", permanent=True, scope="chat")
    office.telegram.trouble["1"] = lambda: gone
    await office.send(card("1", "one"))
    assert [to.chat for _, to, _ in office.telegram.shown] == ["7"]
    assert office.page.shown == []


async def test_nobody_is_told_on_a_channel_that_is_down(office: Office) -> None:
    enrol(office, ANA, MARTA, ADA)
    revoked = DeliveryError("the token was revoked", permanent=True, scope="channel")
    office.telegram.trouble |= {"1": lambda: revoked, "7": lambda: revoked}
    await office.send(card("1", "one"), card("7", "for ada"))
    assert [chat for chat, _, _ in office.page.shown] == ["marta"]


async def test_that_a_tell_does_not_arrive_is_told_to_nobody(office: Office) -> None:
    enrol(office, ANA, ADA, MARTA)
    gone = DeliveryError("blocked", permanent=True, scope="chat")
    office.telegram.trouble |= {"1": lambda: gone, "7": lambda: gone}
    await office.send(card("1", "one"))
    assert office.counts() == {"dead": 2}
    assert office.page.shown == []


async def test_a_group_that_moved_takes_its_cards_along_for_good(office: Office) -> None:
    office.telegram.trouble["-5"] = lambda: DeliveryError("moved", moved_to="-1005")
    await office.send(card("-5", "one"), card("-5", "two"))
    assert [(to.chat, c.title) for _, to, c in office.telegram.shown] == [
        ("-1005", "one"),
        ("-1005", "two"),
    ]
    await office.send(card("-5", "three"))
    asked = len(office.telegram.by_chat["-5"])
    office.courier = office.new_courier()
    office.write(card("-5", "four"))
    assert await office.sweep() == 1
    assert office.telegram.shown[-1][1] == Address("telegram", "-1005")
    assert len(office.telegram.by_chat["-5"]) == asked == 1, "it is not asked under its old name"


async def test_a_card_edited_in_a_group_that_moved_edits_the_new_message(office: Office) -> None:
    office.telegram.trouble["-5"] = lambda: DeliveryError("moved", moved_to="-1005")
    slot = Post(Address("telegram", "-5"), Card("card"), "m:1")
    await office.send(slot)
    [again] = office.write(Post(Address("telegram", "-5"), Card("edited"), "m:1"))
    assert again.replaces.startswith("-1005:")


async def test_a_lost_answer_is_repeated_once_and_says_so(office: Office) -> None:
    office.telegram.trouble["1"] = once(DeliveryError("timed out", unknown=True))
    await office.send(card("1", "one"))
    assert office.counts() == {"sending": 1}
    assert await office.sweep(after=10) == 1
    [(_, _, shown)] = office.telegram.shown
    assert "Sent again" in shown.plain()
    assert office.counts() == {}


async def test_an_answer_lost_twice_is_left_in_doubt(office: Office) -> None:
    office.telegram.trouble["1"] = lambda: DeliveryError("timed out", unknown=True)
    await office.send(card("1", "one"))
    for _ in range(5):
        await office.sweep(after=300)
    assert len(office.telegram.by_chat["1"]) == 2
    assert office.counts() == {"in_doubt": 1}


async def test_an_edit_whose_answer_was_lost_is_simply_made_again(office: Office) -> None:
    await office.send(card("1", "one"))
    lost = [DeliveryError("timed out", unknown=True) for _ in range(3)]
    office.telegram.trouble["1"] = times(lost)
    await office.send(Post(Address("telegram", "1"), Card("edited"), "one"))
    for _ in range(4):
        await office.sweep(after=300)
    assert office.shown() == ["one", "edited"]
    assert "Sent again" not in office.telegram.shown[-1][2].plain()


async def test_a_platform_that_can_look_is_asked_before_a_repeat(office: Office) -> None:
    class LosesAnswers(LookingPlatform):
        async def deliver(self, to: Address, card: Card, replaces: str = "", mark: str = "") -> str:
            await super().deliver(to, card, replaces, mark)
            raise DeliveryError("the answer was lost", unknown=True)

    office.slack = LosesAnswers(office.hours, pace=Pace())
    office.courier = office.new_courier()
    await office.send(card("C1", "one", channel="slack"))
    await office.sweep(after=10)
    assert office.shown(office.slack) == ["one"]
    assert office.counts() == {}
    [edit] = office.write(Post(Address("slack", "C1"), Card("edited"), "one"))
    assert edit.replaces == "C1:1", "what was found can be edited"


async def test_what_is_not_found_is_sent_without_a_word_about_it(office: Office) -> None:
    office.slack.trouble["C1"] = times([DeliveryError("timed out", unknown=True) for _ in range(3)])
    await office.send(card("C1", "one", channel="slack"))
    for _ in range(3):
        await office.sweep(after=300)
    assert office.slack.looked == 3
    [(_, _, shown)] = office.slack.shown
    assert "Sent again" not in shown.plain()


async def test_what_another_process_has_on_the_wire_is_left_alone(office: Office) -> None:
    parcels = office.write(card("1", "one"))
    other = office.new_courier()
    office.courier.send(parcels)
    other.send(parcels)
    await office.hours.pass_until(office.courier.idle())
    await office.hours.pass_until(other.idle())
    assert office.shown() == ["one"]


async def test_a_superseded_card_costs_its_chat_no_turn(office: Office) -> None:
    chat = Address("telegram", "1")
    old = [office.write(Post(chat, Card(f"v{n}"), "m:1", "follow_up")) for n in range(5)]
    office.courier.send([p for each in old for p in each])
    await office.hours.pass_until(office.courier.idle())
    assert office.shown() == ["v4"]
    assert at(office)[0] < 0.2


async def test_a_stop_waits_for_what_is_on_the_wire_and_starts_nothing(office: Office) -> None:
    office.courier.send(office.write(card("1", "on the wire"), card("1", "waits")))
    await office.hours.pass_until(office.hours.sleep(0.01))
    await office.hours.pass_until(office.courier.close())
    assert office.shown() == ["on the wire"]
    office.courier.send(office.write(card("2", "too late")))
    assert office.counts() == {"ready": 2}


async def test_a_stop_does_not_wait_for_ever(office: Office) -> None:
    office.telegram.answer = 10_000.0
    office.courier.send(office.write(card("1", "stuck")))
    await office.hours.pass_until(office.hours.sleep(0.01))
    await office.hours.pass_until(office.courier.close())
    assert office.hours.passed < 6
    assert office.counts() == {"sending": 1}


async def test_a_store_that_stumbles_once_costs_no_repeat(office: Office) -> None:
    class Stumbles(PatientStore):
        left = 2

        async def submit(self, job):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            if self.left and "_arrived" in job.__qualname__:
                self.left -= 1
                raise StorageError("disk full", retry=True)
            return await super().submit(job)

    office.courier._carrier._store = Stumbles(office.store, office.hours)  # type: ignore[assignment]
    await office.send(card("1", "one"))
    await office.sweep(after=600)
    assert office.shown() == ["one"]
    assert office.counts() == {}


async def test_a_channel_that_breaks_oddly_may_have_sent_it(office: Office) -> None:
    def odd() -> DeliveryError:
        raise KeyError("message_id")

    office.telegram.trouble["1"] = odd
    await office.send(card("1", "one"), card("1", "two"))
    del office.telegram.trouble["1"]
    await office.sweep(after=30)
    assert [("Sent again" in c.plain()) for _, _, c in office.telegram.shown] == [True, True]


async def test_dead_letters_sent_again_arrive(office: Office, clock: MovingClock) -> None:
    office.telegram.trouble["1"] = once(DeliveryError("blocked", permanent=True, scope="chat"))
    [parcel] = office.write(card("1", "one"))
    office.courier.send([parcel])
    await office.hours.pass_until(office.courier.idle())
    assert office.store.call(lambda book: book.resend(parcel.id, office.hours.now()))
    assert await office.sweep() == 1
    assert office.shown() == ["one"]
