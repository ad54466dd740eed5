"""The address Telegram calls: only with the secret, and answered only after the line is kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette

from tests.fakes.telegram_api.bench import ANA, Bench, bench

SECRET = "abcdefghijklmnopqrstuvwxyz-0123"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
PATH = "/telegram/webhook"
HOOK = f"https://fifteen.example{PATH}"


@asynccontextmanager
async def caller(hotel: Bench) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=hotel.sending.routes())
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://fifteen.example") as client:
        yield client


@pytest.fixture
async def hotel() -> AsyncIterator[Bench]:
    async with bench() as opened, opened.running(webhook_secret=SECRET, webhook_url=HOOK):
        yield opened


async def test_telegram_is_told_where_to_call_and_with_which_secret(hotel: Bench) -> None:
    assert hotel.api.webhook["url"] == HOOK
    assert hotel.api.webhook["secret_token"] == SECRET


async def test_a_call_with_the_secret_is_answered_after_its_line_is_kept(hotel: Bench) -> None:
    update = hotel.api.writes(ANA, "guest 412 room not ready")
    async with caller(hotel) as client:
        for _ in range(3):
            answer = await client.post(PATH, json=update, headers={HEADER: SECRET})
            assert answer.status_code == 200
    assert hotel.kept() == ["guest 412 room not ready"]


@pytest.mark.parametrize(
    "headers", [{}, {HEADER: ""}, {HEADER: SECRET[:-1]}, {HEADER: f"{SECRET}x"}, {HEADER: "é" * 31}]
)
async def test_a_call_without_the_secret_changes_nothing(
    hotel: Bench, headers: dict[str, str]
) -> None:
    update = hotel.api.writes(ANA, "guest 412 room not ready")
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    async with caller(hotel) as client:
        answer = await client.post(PATH, json=update, headers=raw)
    assert answer.status_code == 403
    assert hotel.events == []


async def test_what_was_not_kept_is_asked_for_again(hotel: Bench) -> None:
    update = hotel.api.writes(ANA, "guest 412 room not ready")
    hotel.trouble = OSError("disk")
    async with caller(hotel) as client:
        answer = await client.post(PATH, json=update, headers={HEADER: SECRET})
        assert answer.status_code == 503
        hotel.trouble = None
        answer = await client.post(PATH, json=update, headers={HEADER: SECRET})
    assert answer.status_code == 200
    assert hotel.kept() == ["guest 412 room not ready"]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[" * 100_000, 400), (b"null", 200), (b"x" * 300_000, 413), (b"\xff", 400)],
)
async def test_a_body_that_is_no_update_stops_nothing(
    hotel: Bench, body: bytes, status: int
) -> None:
    async with caller(hotel) as client:
        answer = await client.post(PATH, content=body, headers={HEADER: SECRET})
    assert answer.status_code == status
    assert hotel.events == []


async def test_before_it_runs_telegram_is_asked_to_call_again() -> None:
    async with bench() as closed:
        closed.sending = closed.channel(webhook_secret=SECRET, webhook_url=HOOK)
        async with caller(closed) as client:
            answer = await client.post(PATH, json={"update_id": 1}, headers={HEADER: SECRET})
        assert answer.status_code == 503


async def test_without_a_secret_there_is_no_address() -> None:
    async with bench() as closed:
        assert closed.channel().routes() == []
