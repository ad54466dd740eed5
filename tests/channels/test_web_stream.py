import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import httpx
import pytest

from bot.channels.web import listen
from bot.conversations.types import Address, Card
from tests.fakes.web_world import PEOPLE, World, running

MIRA = Address("web", "mira")


@dataclass
class Told:
    """One server-sent event, or a comment."""

    name: str = ""
    number: str = ""
    data: dict[str, str] = field(default_factory=dict)
    comment: str = ""
    retry: str = ""


@contextmanager
def listening(world: World, path: str = "/events", **headers: str) -> Iterator[Iterator[Told]]:
    with httpx.Client(base_url=world.url, timeout=10, trust_env=False) as client:
        client.post("/who", data={"person": "mira"})
        with client.stream("GET", path, headers=headers) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield events(answer.iter_lines())


def events(lines: Iterator[str]) -> Iterator[Told]:
    told = Told()
    for line in lines:
        name, _, value = line.partition(": ")
        if not line:
            yield told
            told = Told()
        elif name == "event":
            told.name = value
        elif name == "id":
            told.number = value
        elif name == "data":
            told.data = json.loads(value)
        elif name == "retry":
            told.retry = value
        else:
            told.comment = value


def until(stream: Iterator[Told], name: str) -> Told:
    return next(told for told in stream if told.name == name)


@pytest.fixture
def world() -> Iterator[World]:
    with running() as world:
        yield world


def test_an_open_page_is_told_of_a_new_card(world: World) -> None:
    with listening(world) as stream:
        assert next(stream).retry == "1000"
        world.show(MIRA, "m1", Card("Cold room <1>"))
        told = until(stream, "line")
        assert 'data-slot="m1"' in told.data["html"]
        assert "Cold room &lt;1&gt;" in told.data["html"]
        assert told.number == "1"


def test_another_person_s_card_wakes_nobody_else(world: World) -> None:
    with listening(world) as stream:
        until(stream, "shift")
        world.show(Address("web", "jonas"), "m1", Card("For Jonas"))
        world.show(MIRA, "m2", Card("For Mira"))
        assert "For Mira" in until(stream, "line").data["html"]


def test_a_page_that_was_away_gets_exactly_what_is_newer(world: World) -> None:
    for number in range(1, 6):
        world.show(MIRA, f"m{number}", Card(f"Card {number}"))
    with listening(world, "/events?after=1", **{"last-event-id": "3"}) as stream:
        assert [until(stream, "line").number for _ in range(2)] == ["4", "5"]
        world.show(MIRA, "m6", Card("Card 6"))
        assert until(stream, "line").number == "6"


def test_the_first_page_names_the_last_line_it_holds(world: World) -> None:
    world.show(MIRA, "m1", Card("Card 1"))
    world.show(MIRA, "m2", Card("Card 2"))
    with listening(world, "/events?after=1") as stream:
        assert until(stream, "line").number == "2"


def test_an_edited_card_comes_again_in_its_old_place(world: World) -> None:
    world.show(MIRA, "m1", Card("First"))
    world.show(MIRA, "m2", Card("Second"))
    world.show(MIRA, "m1", Card("First, edited"))
    with listening(world, "/events?after=2") as stream:
        told = until(stream, "line")
        assert told.number == "3"
        assert 'data-position="1"' in told.data["html"]


def test_an_unreadable_number_counts_as_none(world: World) -> None:
    world.show(MIRA, "m1", Card("Card 1"))
    with listening(world, "/events", **{"last-event-id": "x"}) as stream:
        assert until(stream, "line").number == "1"


def test_too_much_to_catch_up_on_loads_the_page_anew(world: World) -> None:
    for number in range(201):
        world.book.put(MIRA, f"k{number}", text="line")
    with listening(world) as stream:
        assert until(stream, "reload").data == {}
        assert list(stream) == []


def test_somebody_taken_off_the_list_is_sent_to_the_door(world: World) -> None:
    with listening(world) as stream:
        until(stream, "shift")
        world.book.people_now[0] = replace(PEOPLE[0], active=False)
        world.show(MIRA, "m1", Card("Too late"))
        until(stream, "reload")


def test_going_off_shift_shows_at_once(world: World) -> None:
    with listening(world) as stream:
        assert until(stream, "shift").data == {"shift": ""}
        world.book.people_now[0] = replace(PEOPLE[0], shift="off")
        world.show(MIRA, "m1", Card("You are off shift"))
        assert until(stream, "shift").data == {"shift": "off"}


def test_silence_is_broken_by_heartbeats_which_bring_what_was_missed() -> None:
    with running(heartbeat=0.02) as world, listening(world) as stream:
        until(stream, "shift")
        assert next(stream).comment == "here"
        world.do(lambda: world.book.put(MIRA, "m1", text="written by another process"))
        assert "written by another process" in until(stream, "line").data["html"]


def test_a_store_that_fails_ends_the_stream_so_that_the_page_asks_again(world: World) -> None:
    with listening(world) as stream:
        until(stream, "shift")
        world.book.broken = ValueError("locked")
        world.show(MIRA, "m1", Card("Back"))
        assert list(stream) == []
    world.book.broken = None
    with listening(world) as stream:
        assert "Back" in until(stream, "line").data["html"]


def test_a_page_of_somebody_else_gets_nothing(world: World) -> None:
    with httpx.Client(base_url=world.url, trust_env=False) as client:
        client.post("/who", data={"person": "mira"})
        assert client.get("/events?who=jonas").status_code == 401


def test_a_server_that_stops_lets_its_pages_go() -> None:
    world = World()
    world.start()
    with listening(world) as stream:
        until(stream, "shift")
        world.stop()
        assert list(stream) == []


async def test_a_small_piece_does_not_wait_for_the_page_to_acknowledge_the_last() -> None:
    at_once: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def accepted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ours = writer.get_extra_info("socket")
        at_once.set_result(ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(accepted, sock=listen("127.0.0.1", 0)) as server:
        _, page = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await at_once
        page.close()
        await page.wait_closed()
