"""Whom the operator's list lets in without a code, and whom it does not."""

import asyncio

from bot.conversations.types import Address
from bot.door import StoreDoor
from tests.app.doorway import ADMIN, BOSS, Doorway
from tests.fakes.desk import library


def test_whoever_is_on_the_list_comes_in_as_staff_and_is_welcomed(house: Doorway) -> None:
    eve = house.admit("U1")
    assert eve is not None
    assert (eve.role, eve.site, eve.language) == ("staff", "hotel", "de")
    assert house.who("U1") == eve
    (sent,) = house.sent
    assert (sent.to, sent.card.title) == (Address("slack", "U1"), "Welcome, Eve")


def test_the_site_is_the_one_for_newcomers(house: Doorway) -> None:
    door = StoreDoor(
        house.store, lambda: library().house, house.clock.now, house.sent.extend, "call_centre"
    )
    eve = asyncio.run(door.admit("slack", "U1", "Eve Ott", "room 412 no towels"))
    assert eve is not None
    assert eve.site == "call_centre"


def test_a_site_that_is_gone_is_no_reason_to_let_nobody_in(house: Doorway) -> None:
    door = StoreDoor(house.store, lambda: library().house, house.clock.now, house.sent.extend, "x")
    assert asyncio.run(door.admit("slack", "U1", "Eve Ott", "room 412 no towels"))


def test_whoever_is_in_already_stays_as_she_is(house: Doorway) -> None:
    assert house.admit("U0BOSS") == house.who("U0BOSS")
    assert not house.sent


def test_a_code_is_left_to_the_door(house: Doorway) -> None:
    code = house.code("manager", by="root")
    assert house.admit("U1", code) is None
    house.knock("U1", code)
    eve = house.who("U1")
    assert eve is not None
    assert eve.role == "manager"


def test_whoever_an_admin_removed_stays_out(house: Doorway) -> None:
    eve = house.admit("U1")
    assert eve is not None
    house.press(ADMIN, f"remove..{eve.id}")
    assert house.admit("U1") is None
    assert house.who("U1") is None


def test_whoever_left_the_workspace_and_came_back_is_let_in_as_staff(house: Doorway) -> None:
    house.left("U0BOSS")
    assert house.who("U0BOSS") is None
    again = house.admit("U0BOSS")
    assert again is not None
    assert again.role == "staff"


def test_an_account_another_one_took_the_place_of_lets_nobody_in(house: Doorway) -> None:
    eve = house.admit("U1")
    assert eve is not None
    house.knock("U2", house.code(person=eve.id))
    assert house.who("U2") is not None
    assert house.admit("U1") is None
    assert house.who("U1") is None


def test_nobody_becomes_two_people(house: Doorway) -> None:
    assert house.admit("U1") == house.admit("U1")
    assert BOSS.id != getattr(house.who("U1"), "id", "")
