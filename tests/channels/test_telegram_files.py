"""Pictures and files: what comes with a line is noted, a table goes out as a document."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.base import DeliveryError
from bot.conversations.types import Address, Attached, Card, Fact, File, Said
from tests.fakes.telegram_api.bench import ANA, MARTA, Bench, bench

LINE = "guest 412 furious room not ready"
HERE = Address("telegram", str(ANA))
PHOTO = [{"file_id": "AgACsmall", "width": 90}, {"file_id": "AgAClarge", "width": 1280}]
TABLE = File("hotel-2026-W47.csv", "group,what,value\r\nWeek,Site,Gäste & Co <b>\r\n")


@pytest.fixture
async def hotel() -> AsyncIterator[Bench]:
    async with bench() as made, made.running():
        yield made


def came(hotel: Bench) -> list[tuple[Attached, ...]]:
    return [event.attached for event in hotel.events if isinstance(event, Said)]


# --- in


async def test_a_picture_is_noted_by_its_largest_form(hotel: Bench) -> None:
    hotel.api.writes(ANA, "", text=None, photo=PHOTO, caption=LINE)
    await hotel.settled()
    assert hotel.kept() == [LINE]
    assert came(hotel) == [(Attached("picture", "telegram", "AgAClarge"),)]
    assert "Attached: 1 picture in Telegram" in hotel.last(ANA).text


@pytest.mark.parametrize(
    ("media", "sort"), [("image/png", "picture"), ("application/pdf", "file"), ("", "file")]
)
async def test_a_document_is_a_picture_or_a_file(hotel: Bench, media: str, sort: str) -> None:
    document = {"file_id": "BQACdoc", "file_name": "guest@mail.example.pdf", "mime_type": media}
    hotel.api.writes(ANA, "", text=None, document=document, caption=f"/moment {LINE}")
    await hotel.settled()
    assert hotel.kept() == [LINE]
    assert came(hotel) == [(Attached(sort, "telegram", "BQACdoc"),)]
    assert "guest@mail" not in hotel.last(ANA).text


async def test_a_line_in_reply_to_ones_own_picture_takes_it_along(hotel: Bench) -> None:
    hotel.api.writes(ANA, "", text=None, photo=PHOTO)
    await hotel.settled()
    assert "Reply to what you sent in one line" in hotel.last(ANA).text
    own = {"message_id": 1, "from": {"id": ANA, "is_bot": False}, "photo": PHOTO}
    hotel.api.writes(ANA, LINE, reply_to_message=own)
    hotel.api.writes(ANA, LINE, reply_to_message=own | {"from": {"id": MARTA, "is_bot": False}})
    await hotel.settled()
    assert came(hotel) == [(Attached("picture", "telegram", "AgAClarge"),), ()]


@pytest.mark.parametrize("ref", ["", "a b", "x" * 300, "<b>", 7, None, ["x"]])
async def test_an_id_that_is_none_is_not_kept(hotel: Bench, ref: object) -> None:
    hotel.api.writes(ANA, "", text=None, document={"file_id": ref}, caption=LINE)
    await hotel.settled()
    assert hotel.kept() == [LINE]
    assert came(hotel) == [()]


# --- out


async def test_a_table_goes_out_below_its_card_in_one_call(hotel: Bench) -> None:
    await hotel.sending.deliver(HERE, Card("The week as a table", "quiet", files=(TABLE,)))
    (message,) = hotel.api.standing(ANA)
    assert message.file
    assert (message.file.name, message.file.media) == (TABLE.name, "text/csv")
    assert message.file.content == TABLE.content
    assert message.text == "The week as a table"
    assert [method for method, _ in hotel.api.calls if method.startswith("send")] == [
        "sendDocument"
    ]


async def test_a_long_card_stands_before_its_files(hotel: Bench) -> None:
    long = Card("Long", facts=(Fact("Line", "x " * 900),), files=(TABLE, TABLE))
    number = await hotel.sending.deliver(HERE, long)
    first, *files = hotel.api.standing(ANA)
    assert number == str(first.id)
    assert [message.file is not None for message in files] == [True, True]


async def test_a_card_with_a_file_is_replaced_by_a_new_message(hotel: Bench) -> None:
    number = await hotel.sending.deliver(HERE, Card("Table", files=(TABLE,)))
    other = await hotel.sending.deliver(HERE, Card("Changed"), number)
    assert other != number
    assert hotel.last(ANA).text == "Changed"


async def test_a_manager_asks_for_the_week_and_gets_a_document_in_private(hotel: Bench) -> None:
    hotel.api.group(-1001)
    hotel.api.writes(MARTA, "table")
    await hotel.settled()
    file = hotel.last(MARTA).file
    assert file
    assert file.content.decode("utf-8-sig").startswith("group,what,value\r\n")
    hotel.api.writes(MARTA, "@fifteen_test_bot table", -1001)
    await hotel.settled()
    assert [message.file for message in hotel.api.standing(-1001)] == [None]


async def test_a_file_into_a_blocked_chat_ends_the_lane(hotel: Bench) -> None:
    hotel.api.person(ANA).blocked = True
    with pytest.raises(DeliveryError) as caught:
        await hotel.sending.deliver(HERE, Card("Table", files=(TABLE,)))
    assert (caught.value.permanent, caught.value.scope) == (True, "chat")
