import httpx
import pytest

from bot.channels.web import BindError, check_bind, listen, local_hosts, web_app
from bot.channels.web.guard import BODY_LIMIT
from tests.fakes.web_world import World

HOSTS = local_hosts(8015)
EVERYWHERE = "0.0.0.0"  # noqa: S104 - the address that must be refused


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = web_app(World().channel, allowed_hosts=HOSTS)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8015"
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]"])
def test_the_loopback_address_is_allowed(host: str) -> None:
    check_bind(host)


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.168.1.5", "example.org", "", "127.0.0.2"])
def test_any_other_address_is_refused_with_what_to_do(host: str) -> None:
    with pytest.raises(BindError, match=r"Set the host to 127\.0\.0\.1"):
        check_bind(host)
    with pytest.raises(BindError):
        listen(host, 0)


def test_a_taken_port_is_told() -> None:
    with listen("127.0.0.1", 0) as first, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", first.getsockname()[1])


def test_on_port_80_browsers_leave_the_port_out() -> None:
    assert "127.0.0.1" in local_hosts(80)
    assert "127.0.0.1" not in local_hosts(8015)


@pytest.mark.parametrize("host", ["127.0.0.1:8015", "localhost:8015", "[::1]:8015"])
async def test_each_name_of_this_machine_is_answered(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/", headers={"host": host})).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:81", "a.localhost:8015"])
async def test_a_foreign_host_is_refused_in_plain_words(
    client: httpx.AsyncClient, host: str
) -> None:
    answer = await client.get("/", headers={"host": host})
    assert answer.status_code == 403
    assert "Open it as http://127.0.0.1" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9000"},
        {"origin": "http://localhost:8015"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_another_page_cannot_act_here(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    for answer in (
        await client.post("/who", data={"person": "mira"}, headers=headers),
        await client.get("/events", headers=headers),
        await client.get("/static/chat.css", headers=headers),
    ):
        assert answer.status_code == 403
        assert "answers its own pages only" in answer.text
        assert "set-cookie" not in answer.headers


async def test_our_own_page_and_the_address_bar_are_let_in(client: httpx.AsyncClient) -> None:
    own = {"origin": "http://127.0.0.1:8015", "sec-fetch-site": "same-origin"}
    assert (await client.post("/who", data={"person": "mira"}, headers=own)).status_code == 303
    assert (await client.get("/", headers={"sec-fetch-site": "none"})).status_code == 303


@pytest.mark.parametrize("path", ["/", "/health", "/static/chat.js", "/nowhere"])
async def test_every_answer_forbids_foreign_script_frames_and_keeping(
    client: httpx.AsyncClient, path: str
) -> None:
    headers = (await client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"


async def test_a_refusal_carries_the_same_headers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/", headers={"host": "evil.example"})
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_an_announced_body_over_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/say", content=b"x" * (BODY_LIMIT + 1))
    assert answer.status_code == 413
    assert "Send the first part" in answer.text


async def test_a_body_that_does_not_say_its_length_is_bounded_too(
    client: httpx.AsyncClient,
) -> None:
    async def endless():  # noqa: ANN202
        for _ in range(BODY_LIMIT // 1024 + 1):
            yield b"x" * 1024

    answer = await client.post("/say", content=endless())
    assert answer.status_code == 413


async def test_what_is_not_there_is_told_in_words(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.json() == {"message": "There is nothing here. The chat is at /"}
    assert (await client.get("/say")).status_code == 405
