import asyncio
import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.channels.base import DeliveryError
from bot.channels.web import local_hosts, web_app
from bot.conversations.types import Address, Card, Filled, Said, Tapped
from tests.fakes.web_world import NOON, World

MIRA = Address("web", "mira")
PAGE = {"accept": "text/html"}


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    running = asyncio.create_task(world.channel.run(world.desk.receive))
    await asyncio.sleep(0)
    yield world
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    app = web_app(world.channel, allowed_hosts=local_hosts(8015))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8015") as client:
        await client.post("/who", data={"person": "mira"})
        yield client


class StoreIsFullError(Exception):
    """An error of ours, written for people."""


StoreIsFullError.__module__ = "storage.store"


async def test_a_line_becomes_what_was_said(client: httpx.AsyncClient, world: World) -> None:
    answer = await client.post("/say", json={"key": "k1", "text": "room 412 cold"})
    assert (answer.status_code, answer.json()) == (202, {"receipt": "new"})
    assert world.desk.events == {
        "web:mira:k1": Said("web:mira:k1", NOON, "mira", MIRA, "room 412 cold")
    }


async def test_a_plain_form_is_read_like_a_script_s_post(
    client: httpx.AsyncClient, world: World
) -> None:
    answer = await client.post("/say", data={"key": "k1", "text": "one\r\ntwo"})
    assert answer.status_code == 202
    said = world.desk.events["web:mira:k1"]
    assert isinstance(said, Said)
    assert said.text == "one\ntwo"


async def test_a_button_becomes_a_tap(client: httpx.AsyncClient, world: World) -> None:
    await client.post("/tap", json={"key": "k1", "tap": "did.m1"})
    assert world.desk.events["web:mira:k1"] == Tapped("web:mira:k1", NOON, "mira", MIRA, "did.m1")


async def test_a_form_keeps_its_own_fields_apart_from_ours(
    client: httpx.AsyncClient, world: World
) -> None:
    fields = {"amount": "15", "f.words": "lovely", "f.key": "room key"}
    await client.post("/form", json={"key": "k1", "tap": "given.m1", "who": "mira", **fields})
    filled = world.desk.events["web:mira:k1"]
    assert isinstance(filled, Filled)
    assert filled.tap == "given.m1"
    assert filled.fields == {"amount": "15", "words": "lovely", "key": "room key"}


async def test_the_same_key_again_is_said_to_be_known(
    client: httpx.AsyncClient, world: World
) -> None:
    await client.post("/say", json={"key": "k1", "text": "once"})
    again = await client.post("/say", json={"key": "k1", "text": "once"})
    assert (again.status_code, again.json()) == (202, {"receipt": "again"})
    assert len(world.desk.events) == 1


async def test_nothing_is_acknowledged_before_it_is_kept(
    client: httpx.AsyncClient, world: World
) -> None:
    world.desk.held = asyncio.Event()
    post = asyncio.create_task(client.post("/say", json={"key": "k1", "text": "hold"}))
    await world.desk.arrived.wait()
    assert not post.done()
    world.desk.held.set()
    assert (await post).status_code == 202


async def test_a_store_that_fails_tells_why_and_logs_no_words_of_the_customer(
    client: httpx.AsyncClient, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.desk.broken = StoreIsFullError("The disk is full. Free some space.")
    answer = await client.post("/say", json={"key": "k1", "text": "Mrs Canary cried"})
    assert answer.status_code == 503
    assert answer.json()["message"].startswith("The disk is full. Free some space.")
    assert "StoreIsFullError" in caplog.text
    assert "Canary" not in caplog.text


async def test_words_of_a_library_s_error_are_shown_to_nobody(
    client: httpx.AsyncClient, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.desk.broken = ValueError("insert 'Mrs Canary'")
    answer = await client.post("/say", json={"key": "k1", "text": "Mrs Canary cried"})
    assert answer.status_code == 503
    assert "Canary" not in answer.text + caplog.text
    assert "try again" in answer.json()["message"]


async def test_before_the_channel_runs_a_line_is_to_be_sent_again() -> None:
    app = web_app(World().channel, allowed_hosts=local_hosts(8015))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8015") as client:
        assert (await client.get("/health")).status_code == 503
        await client.post("/who", data={"person": "mira"})
        answer = await client.post("/say", json={"key": "k1", "text": "early"})
    assert answer.status_code == 503
    assert "starting" in answer.json()["message"]


async def test_health_is_ready_while_events_are_taken_in(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


@pytest.mark.parametrize(
    ("path", "sent", "status", "words"),
    [
        ("/say", {"key": "k1", "text": "  \n "}, 400, "Nothing was typed"),
        ("/say", {"key": "k1"}, 400, "Nothing was typed"),
        ("/say", {"key": "k1", "text": "é" * 20_001}, 413, "20,001 characters"),
        ("/say", {"text": "no key"}, 400, "Load it anew"),
        ("/say", {"key": "a b", "text": "odd key"}, 400, "Load it anew"),
        ("/tap", {"key": "k1"}, 400, "Load it anew"),
        ("/form", {"key": "k1", "amount": "3"}, 400, "Load it anew"),
        ("/say", ["key", "text"], 400, "Load it anew"),
        ("/say", {"key": "k1", "text": 5}, 400, "Load it anew"),
        ("/say", {"key": "k1", "text": "x", "who": "jonas"}, 409, "belongs to Mira Vogt"),
    ],
)
async def test_what_cannot_be_taken_is_refused_kindly(
    client: httpx.AsyncClient, world: World, path: str, sent: object, status: int, words: str
) -> None:
    answer = await client.post(path, json=sent)
    assert answer.status_code == status
    assert words in answer.json()["message"]
    assert world.desk.events == {}


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe=1", b"[" * 60_000])
async def test_a_body_that_is_no_text_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        answer = await client.post("/say", content=body, headers={"content-type": kind})
        assert answer.status_code == 400


async def test_twenty_thousand_characters_of_any_script_fit(
    client: httpx.AsyncClient, world: World
) -> None:
    for number, text in enumerate(("x" * 20_000, "話" * 20_000, "🙂" * 10_000)):
        body = f'{{"key":"k{number}","text":"{text}"}}'.encode()
        headers = {"content-type": "application/json"}
        assert (await client.post("/say", content=body, headers=headers)).status_code == 202
    assert len(world.desk.events) == 3


async def test_nobody_chosen_means_nothing_is_taken(
    client: httpx.AsyncClient, world: World
) -> None:
    client.cookies.clear()
    answer = await client.post("/say", json={"key": "k1", "text": "who am I"})
    assert answer.status_code == 401
    assert (await client.get("/events")).status_code == 401
    assert world.desk.events == {}


async def test_without_script_the_page_comes_back_with_its_card(
    client: httpx.AsyncClient, world: World
) -> None:
    sent = {"key": "k1", "text": "room 412 cold", "who": "mira"}
    answer = await client.post("/say", data=sent, headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat#end")
    assert "Room not ready, second time" in (await client.get("/chat")).text


async def test_without_script_a_late_card_is_waited_for(
    client: httpx.AsyncClient, world: World
) -> None:
    await client.post("/say", data={"key": "k1", "text": "one"})

    async def late(event: Said) -> None:
        world.book.put(event.address, event.key, text=event.text)

    world.desk.arrived.clear()
    world.desk.answer = late  # type: ignore[method-assign,assignment]
    post = asyncio.create_task(client.post("/say", data={"key": "k2", "text": "two"}, headers=PAGE))
    await world.desk.arrived.wait()
    await world.desk.show(MIRA, "late", Card("Late card"))
    assert (await post).status_code == 303
    again = await client.post("/say", data={"key": "k2", "text": "two"}, headers=PAGE)
    assert again.status_code == 303


async def test_without_script_the_page_comes_back_even_where_no_card_does(
    client: httpx.AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.web.routes.WAIT_FOR_CARD", 0.01)
    answer = await client.post("/tap", data={"key": "k1", "tap": "nothing"}, headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat#end")


async def test_without_script_a_failed_line_is_offered_again_under_its_key(
    client: httpx.AsyncClient, world: World
) -> None:
    world.desk.broken = StoreIsFullError("The disk is full. Free some space.")
    sent = {"key": "k1", "text": "a <b>bold</b> guest"}
    page = await client.post("/say", data=sent, headers=PAGE)
    assert page.status_code == 503
    assert 'name="key" value="k1"' in page.text
    assert "a &lt;b&gt;bold&lt;/b&gt; guest" in page.text
    assert "Send it again" in page.text


async def test_a_card_for_another_channel_is_refused_for_good(world: World) -> None:
    with pytest.raises(DeliveryError) as refused:
        await world.channel.deliver(Address("slack", "C1"), Card("x"))
    assert refused.value.permanent


async def test_a_delivered_card_keeps_the_id_it_replaces(world: World) -> None:
    first = await world.channel.deliver(MIRA, Card("x"))
    second = await world.channel.deliver(MIRA, Card("y"))
    assert first != second
    assert await world.channel.deliver(MIRA, Card("z"), first) == first


async def test_the_log_level_of_a_failure_is_error(
    client: httpx.AsyncClient, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.book.broken = ValueError("Mrs Canary")
    page = await client.get("/chat", headers=PAGE)
    assert page.status_code == 503
    assert "try again in a moment" in page.text
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "Canary" not in page.text + caplog.text
