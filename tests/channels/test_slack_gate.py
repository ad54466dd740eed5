"""HTTP events: only what Slack signed, lately and not too large, is read at all."""

import asyncio
import time
from io import BytesIO

import pytest
from aiohttp import ClientSession

from bot.channels.slack.gate import LARGEST, ForgeryError, check, sign
from tests.channels.slack_world import ANA, World, settings, world
from tests.fakes.slack_api.server import SECRET, SlackServer

BODY = b'{"type":"event_callback"}'


def signed(body: bytes = BODY, at: int = 1000, secret: str = SECRET) -> dict[str, str]:
    return {
        "content-type": "application/json",
        "x-slack-request-timestamp": str(at),
        "x-slack-signature": sign(secret, str(at), body),
    }


def test_what_slack_signed_passes() -> None:
    check(signed(), BODY, SECRET, now=1299.0)


def test_the_signature_is_that_of_slacks_own_example() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&"
        b"channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&"
        b"command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id="
        b"398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signature = sign("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body)
    assert signature == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"x-slack-signature": "v0=" + "0" * 64}, 401),
        ({"x-slack-signature": ""}, 401),
        ({"x-slack-signature": "v0=\u00e9"}, 401),
        ({"x-slack-request-timestamp": "1001"}, 401),
        ({"x-slack-request-timestamp": ""}, 401),
        ({"x-slack-request-timestamp": "-1000"}, 401),
        ({"content-type": "text/html"}, 415),
    ],
    ids=str,
)
def test_a_changed_request_is_refused(change: dict[str, str], status: int) -> None:
    with pytest.raises(ForgeryError) as no:
        check({**signed(), **change}, BODY, SECRET, now=1000.0)
    assert no.value.status == status


@pytest.mark.parametrize("now", [1301.0, 699.0])
def test_a_request_signed_more_than_five_minutes_away_is_refused(now: float) -> None:
    with pytest.raises(ForgeryError, match="too long ago"):
        check(signed(), BODY, SECRET, now=now)


def test_another_body_under_the_same_signature_is_refused() -> None:
    with pytest.raises(ForgeryError, match="not Slack's"):
        check(signed(), BODY + b" ", SECRET, now=1000.0)


@pytest.mark.parametrize(
    "how", [{"age": 400.0}, {"secret": "f" * 32}, {"x_slack_signature": "v0=1"}], ids=str
)
async def test_a_stale_or_forged_request_never_becomes_an_event(how: dict[str, object]) -> None:
    async with world(http=True) as slack:
        sending = slack.space.types(ANA, "guest 412 furious")
        status, _ = await slack.server.over_http(sending, slack.at, **how)  # type: ignore[arg-type]
        assert status == 401
        assert not slack.desk.events


async def _post(slack: World, body: bytes, **headers: str) -> int:
    sent = signed(body, int(time.time())) | headers
    async with (
        ClientSession() as session,
        session.post(slack.at, data=BytesIO(body), headers=sent) as reply,
    ):
        return reply.status


async def test_a_body_too_large_is_not_read_to_its_end() -> None:
    async with world(http=True) as slack:
        assert await _post(slack, b"x" * (LARGEST + 1)) == 413
        assert await _post(slack, b"x") in (200, 400, 404)


async def test_the_address_is_confirmed_to_slack() -> None:
    async with world(http=True) as slack:
        sending = ("events_api", {"type": "url_verification", "challenge": "abc"})
        status, body = await slack.server.over_http(sending, slack.at)
        assert (status, "abc" in body) == (200, True)


async def test_in_socket_mode_there_is_no_route() -> None:
    async with world() as slack:
        assert slack.channel.routes() == []


async def test_slack_out_of_reach_at_the_start_is_waited_for_and_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.channels.slack.socket_mode.WAIT", 0.01)
    async with SlackServer() as server:
        from bot.channels.slack import SlackChannel
        from tests.channels.slack_world import NOON, FakeDesk, FakeDoor

        server.fail["auth.test"] = ["internal_error", "invalid_auth"]
        server.fail["apps.connections.open"] = ["invalid_auth"]
        channel = SlackChannel(settings(server, http=False), FakeDoor(), lambda: NOON)
        running = asyncio.create_task(channel.run(FakeDesk().receive))
        await asyncio.wait_for(server.connected.wait(), 30)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await channel.close()
        assert server.calls["auth.test"] == 3
    assert "set SLACK_BOT_TOKEN anew" in caplog.text
    assert "set SLACK_APP_TOKEN anew" in caplog.text


async def test_a_connection_that_does_not_come_back_ends_the_run_so_that_it_begins_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.channels.slack.socket_mode.LOOK", 0.05)
    async with world() as slack:
        await slack.send(slack.space.types(ANA, "first"))
        slack.server.fail["apps.connections.open"] = ["invalid_auth"] * 99
        await slack.server.sockets[-1].close()
        with pytest.raises(ConnectionError, match="did not come back"):
            await asyncio.wait_for(asyncio.shield(slack.running), 60)


async def test_a_connection_slack_renews_goes_on_taking_events_in() -> None:
    async with world() as slack:
        assert await slack.send(slack.space.types(ANA, "first")) is not None
        await slack.server.disconnect()
        assert await slack.send(slack.space.types(ANA, "second")) is not None
        assert len(slack.desk.events) == 2
