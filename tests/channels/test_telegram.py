"""A day on Telegram: lines, presses, forms, groups, strangers."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.channels.base import LAST
from bot.conversations.types import Filled
from tests.fakes.telegram_api.bench import ANA, CODE, STRANGER, Bench, bench
from tests.fakes.telegram_api.world import BOT

LINE = "guest 412 furious room not ready 2nd time"


@pytest.fixture
async def hotel() -> AsyncIterator[Bench]:
    async with bench() as opened, opened.running():
        yield opened


async def test_a_line_is_answered_with_its_card(hotel: Bench) -> None:
    hotel.api.writes(ANA, LINE)
    await hotel.settled()
    card = hotel.last(ANA)
    assert card.text.startswith("412 · ")
    assert "Say: “" in card.text
    assert "Did it" in card.buttons()


async def test_a_press_edits_the_card_in_place_and_stops_the_spinning(hotel: Bench) -> None:
    hotel.api.writes(ANA, LINE)
    await hotel.settled()
    before = hotel.last(ANA)
    hotel.api.presses_button(ANA, before, "Did it")
    await hotel.settled()
    after = hotel.last(ANA)
    assert after.id == before.id
    assert "Put right" in after.buttons()
    assert list(hotel.api.presses.values()) == [""]


async def test_more_shows_the_other_buttons_and_less_hides_them(hotel: Bench) -> None:
    hotel.api.writes(ANA, LINE)
    await hotel.settled()
    few = set(hotel.last(ANA).buttons())
    assert "Hand over" not in few
    hotel.api.presses_button(ANA, hotel.last(ANA), "More …")
    await hotel.settled()
    assert {"Gave something", "Hand over", "Less"} <= set(hotel.last(ANA).buttons())
    hotel.api.presses_button(ANA, hotel.last(ANA), "Less")
    await hotel.settled()
    assert set(hotel.last(ANA).buttons()) == few


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (f"/moment {LINE}", LINE),
        (f"/moment@{BOT['username']} {LINE}", LINE),
        (f"/moment\n{LINE}", LINE),
        ("/moment", ""),
        ("/open", "open"),
        ("/digest last week", "digest"),
        ("/help", "help"),
        ("/start", "help"),
        ("/opne", "help"),
        (f"/open@{BOT['username']}", "open"),
    ],
)
async def test_a_command_says_what_it_names(hotel: Bench, typed: str, said: str) -> None:
    hotel.api.writes(ANA, typed)
    await hotel.settled()
    assert hotel.kept() == [said]


async def test_the_menu_holds_the_commands(hotel: Bench) -> None:
    hotel.api.writes(ANA, "/help")
    await hotel.settled()
    names = [each["command"] for each in hotel.api.commands]
    assert {"moment", "open", "digest", "help"} <= set(names)


async def test_the_words_under_a_picture_are_a_line(hotel: Bench) -> None:
    hotel.api.writes(ANA, "", text=None, photo=[{"file_id": "x"}], caption=LINE)
    hotel.api.writes(ANA, "", text=None, document={"file_id": "x"}, caption="and again")
    await hotel.settled()
    assert hotel.kept() == [LINE, "and again"]


async def test_a_picture_without_words_is_refused_in_a_sentence(hotel: Bench) -> None:
    hotel.api.writes(ANA, "", text=None, voice={"file_id": "x"})
    hotel.api.writes(ANA, "", text=None, photo=[{"file_id": "x"}], media_group_id="7")
    await hotel.settled()
    assert hotel.events == []
    (told,) = hotel.api.standing(ANA)
    assert told.text.startswith("I can only read words. Reply to what you sent in one line")


# --- forms


async def test_a_form_is_asked_for_field_by_field(hotel: Bench) -> None:
    hotel.api.writes(ANA, LINE)
    await hotel.settled()
    hotel.api.presses_button(ANA, hotel.last(ANA), "More …")
    await hotel.settled()
    hotel.api.presses_button(ANA, hotel.last(ANA), "Gave something")
    await hotel.settled()
    hotel.api.presses_button(ANA, hotel.last(ANA), "✎ Note it")
    await hotel.settled()
    first = hotel.last(ANA)
    assert first.force_reply
    assert "What it cost us" in first.text
    hotel.api.replies(ANA, first, "12.50")
    await hotel.settled()
    second = hotel.last(ANA)
    assert "What it was" in second.text
    hotel.api.replies(ANA, second, "dessert & <b>coffee</b>")
    await hotel.settled()
    filled = hotel.events[-1]
    assert isinstance(filled, Filled)
    assert filled.tap.startswith("gave.")
    assert filled.fields == {"amount": "12.50", "what": "dessert & <b>coffee</b>"}


async def test_a_dash_leaves_a_field_out(hotel: Bench) -> None:
    await _to_the_detail(hotel)
    hotel.api.presses_button(ANA, _with(hotel, "✎ Their own words"), "✎ Their own words")
    await hotel.settled()
    hotel.api.replies(ANA, hotel.last(ANA), "-")
    await hotel.settled()
    filled = hotel.events[-1]
    assert isinstance(filled, Filled)
    assert filled.fields == {}


async def test_a_choice_is_one_press_and_its_words_may_follow(hotel: Bench) -> None:
    await _to_the_detail(hotel)
    hotel.api.presses_button(ANA, _with(hotel, "5 of 5"), "5 of 5")
    await hotel.settled()
    assert isinstance(hotel.events[-1], Filled)
    asked = hotel.last(ANA)
    assert asked.text.lstrip("\u200b").startswith("Their own words?")
    hotel.api.replies(ANA, asked, "so kind")
    await hotel.settled()
    card = next(m for m in hotel.api.standing(ANA) if m.text.startswith("✅ 412 ·"))
    assert "5 of 5 · “so kind”" in card.text


async def _to_the_detail(hotel: Bench) -> None:
    for step in (LINE, "Did it", "Put right", "The customer said so"):
        if step == LINE:
            hotel.api.writes(ANA, step)
        else:
            hotel.api.presses_button(ANA, _with(hotel, step), step)
        await hotel.settled()


def _with(hotel: Bench, label: str):  # noqa: ANN202 - a message of the fake
    return next(m for m in reversed(hotel.api.standing(ANA)) if label in m.buttons())


# --- who may


async def test_a_stranger_comes_in_with_a_code(hotel: Bench) -> None:
    hotel.api.writes(STRANGER, f"/start {CODE}")
    await hotel.settled()
    assert hotel.last(STRANGER).text == f"✅ Welcome, Person {STRANGER}"
    hotel.api.writes(STRANGER, LINE)
    await hotel.settled()
    assert hotel.kept() == [LINE]


async def test_a_stranger_without_a_code_is_told_so_and_nothing_is_kept(hotel: Bench) -> None:
    hotel.api.writes(STRANGER, LINE)
    await hotel.settled()
    assert "You are not enrolled here" in hotel.last(STRANGER).text
    assert hotel.events == []


async def test_a_stranger_who_hammers_is_told_once_a_minute_and_last(hotel: Bench) -> None:
    for number in range(30):
        hotel.api.writes(STRANGER, f"let me in {number}")
        hotel.api.writes(STRANGER, "forwarded", forward_origin={"type": "user"})
        hotel.api.writes(STRANGER, "", text=None, voice={"file_id": "x"})
    await hotel.settled()
    told = Counter(m.text.partition("\n")[0] for m in hotel.api.standing(STRANGER))
    assert len(told) == 3
    assert set(told.values()) == {1}
    assert set(hotel.lanes) == {LAST}
    hotel.desk.now += timedelta(minutes=1)
    hotel.api.writes(STRANGER, "let me in")
    await hotel.settled()
    assert len(hotel.api.standing(STRANGER)) == 4


async def test_somebody_who_comes_in_is_welcomed_at_once(hotel: Bench) -> None:
    hotel.api.writes(STRANGER, "let me in")
    hotel.api.writes(STRANGER, CODE)
    await hotel.settled()
    assert hotel.lanes == [LAST, "live"]


async def test_a_strangers_press_is_refused_with_a_word(hotel: Bench) -> None:
    hotel.api.writes(ANA, LINE)
    await hotel.settled()
    hotel.api.person(STRANGER)
    hotel.api.presses_button(STRANGER, hotel.last(ANA), "Did it")
    await hotel.settled()
    assert "not enrolled" in str(list(hotel.api.presses.values())[-1])
    assert len(hotel.events) == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"from": {"id": 5, "is_bot": True, "first_name": "Other"}}, None),
        ({"from": BOT}, None),
        ({"from": None}, None),
        ({"forward_origin": {"type": "user"}}, "Forwarded messages are not taken"),
        ({"via_bot": {"id": 5, "is_bot": True}}, "Forwarded messages are not taken"),
    ],
)
async def test_what_is_not_from_a_person_is_not_taken(
    hotel: Bench, more: dict[str, object], words: str | None
) -> None:
    hotel.api.writes(ANA, LINE, **more)
    await hotel.settled()
    assert hotel.events == []
    shown = [m.text for m in hotel.api.standing(ANA)]
    assert len(shown) == (1 if words else 0)
    assert not words or words in shown[0]


async def test_an_edit_changes_nothing(hotel: Bench) -> None:
    told = hotel.api.writes(ANA, LINE)
    body = told["message"] | {"text": "other", "edit_date": 1}
    hotel.api.update(edited_message=body)
    hotel.api.update(channel_post=body)
    await hotel.settled()
    assert hotel.kept() == [LINE]
