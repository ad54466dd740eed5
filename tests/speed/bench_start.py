"""How soon Fifteen is ready and how much memory it takes, beside a bare Starlette and bare Python.

Each start is a process of its own, the first one left out: it fills the bytecode cache. Ready is
the first page answered; memory is taken once the first line typed has its card and all
is ready for the next.
"""

import os
import re
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.speed.figures import say, say_load

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 5
LINE = "guest 412 furious room not ready 2nd time platinum"
BARE = """
import socket, uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(f"http://127.0.0.1:{sockets[0].getsockname()[1]}", flush=True)

listening = socket.create_server(("127.0.0.1", 0))
app = Starlette(routes=[Route("/", lambda request: PlainTextResponse("hello"))])
Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none")).run([listening])
"""


class Start(NamedTuple):
    """Seconds until the address was printed, the first page and the first line answered; MiB."""

    printed: float
    page: float
    line: float
    memory: float


def started(words: list[str], environ: dict[str, str], *, talks: bool = False) -> Start:
    """One start; a line is typed at once where it ``talks``."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    browser.addheaders = [("Accept", "text/html")]
    began = time.perf_counter()
    process = subprocess.Popen(
        words, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, "no address was printed"
        printed = time.perf_counter() - began
        browser.open(found[0], timeout=10).read()
        page = time.perf_counter() - began
        line = first_line(browser, found[0]) if talks else 0.0
        return Start(printed, page, line, peak(process.pid))
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def first_line(browser: urllib.request.OpenerDirector, address: str) -> float:
    """Seconds from the first line sent to the page with its card."""
    browser.open(f"{address}/who", b"person=hotel-clerk", timeout=10).read()
    typed = urllib.parse.urlencode({"key": secrets.token_hex(8), "text": LINE}).encode()
    began = time.perf_counter()
    shown = browser.open(f"{address}/say", typed, timeout=10).read()
    took = time.perf_counter() - began
    assert b"You may" in shown or b"Yours" in shown, "the first line got no card"
    return took


def peak(pid: int) -> float:
    """The most memory a process ever held, in MiB, once it holds no more for a second: after the
    first line it still makes ready for the others."""
    most, now = -1.0, 0.0
    for _ in range(30):
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        most, now = now, int(status.split("VmHWM:")[1].split()[0]) / 1024
        if most == now:
            break
        time.sleep(1)
    return now


def command(*words: str, environ: dict[str, str]) -> float:
    """Seconds until a command has answered."""
    began = time.perf_counter()
    subprocess.run(words, cwd=ROOT, env=environ, check=True, capture_output=True)
    return time.perf_counter() - began


def median(measure: Callable[[], float]) -> float:
    """The middle of some rounds, the first left out, in milliseconds."""
    measure()
    return statistics.median(measure() for _ in range(ROUNDS)) * 1e3


def starts(environ: dict[str, str]) -> None:
    """Fifteen and the bare server in turns, so that a busy moment falls on both."""
    ours, bare = [sys.executable, "-m", "bot", "run"], [sys.executable, "-c", BARE]
    started(ours, environ, talks=True)
    pairs = [(started(ours, environ, talks=True), started(bare, environ)) for _ in range(ROUNDS)]
    our, least = (Start(*map(statistics.median, zip(*each))) for each in zip(*pairs))  # noqa: B905
    beside = f"bare Starlette {least.page * 1e3:.0f} ms"
    say("ready: address printed", our.printed * 1e3, "ms", "", f"{least.printed * 1e3:.0f} ms")
    say("ready: first page answered, both packs", our.page * 1e3, "ms", 400, beside)
    say("ready: beside bare Starlette", our.page / least.page, "x")
    say("first line typed at once, until its card", our.line * 1e3, "ms")
    beside = f"bare Starlette {least.memory:.0f} MiB"
    say("memory, first line answered", our.memory, "MiB", 60, beside)


def main() -> None:
    """Everything, with a home of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "FIFTEEN_DATA_DIR": home, "FIFTEEN_PORT": "0"}
        starts(environ)
        python = sys.executable
        floor = median(lambda: command(python, "-c", "pass", environ=environ))
        beside = f"bare Python {floor:.0f} ms"
        say_load()
        for words in (["--help"], ["try", LINE, "--json"]):
            took = median(lambda words=words: command(python, "-m", "bot", *words, environ=environ))  # type: ignore[misc]
            say(f"fifteen {words[0]}", took, "ms", "", beside)


if __name__ == "__main__":
    main()
