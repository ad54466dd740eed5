"""How soon Fifteen is ready and how much memory it takes, beside a bare Starlette and bare Python.

Each start is a process of its own, the first one left out: it fills the bytecode cache.
"""

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

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


def say(what: str, figure: float, unit: str, target: object = "", beside: str = "") -> None:
    """One figure as one line of JSON."""
    line = {"what": what, "figure": figure, "unit": unit, "target": target, "beside": beside}
    print(json.dumps(line), flush=True)


def ready(words: list[str], environ: dict[str, str]) -> tuple[float, float]:
    """Seconds until the first page was answered, and the most memory in MiB until then."""
    began = time.perf_counter()
    process = subprocess.Popen(words, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, "no address was printed"
        with urllib.request.urlopen(found[0], timeout=10) as page:  # noqa: S310 - our own
            page.read()
        took = time.perf_counter() - began
        return took, peak(process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def peak(pid: int) -> float:
    """The most memory a process ever held, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


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
    ready(ours, environ)
    pairs = [(ready(ours, environ), ready(bare, environ)) for _ in range(ROUNDS)]
    took = statistics.median(our[0] for our, _ in pairs) * 1e3
    floor = statistics.median(other[0] for _, other in pairs) * 1e3
    memory = statistics.median(our[1] for our, _ in pairs)
    least = statistics.median(other[1] for _, other in pairs)
    say("ready: first page answered, both packs", took, "ms", 400, f"bare Starlette {floor:.0f} ms")
    say("ready: beside bare Starlette", took / floor, "x")
    say("memory at the first page", memory, "MiB", 60, f"bare Starlette {least:.0f} MiB")


def main() -> None:
    """Everything, with a home of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "FIFTEEN_DATA_DIR": home, "FIFTEEN_PORT": "0"}
        starts(environ)
        python = sys.executable
        floor = median(lambda: command(python, "-c", "pass", environ=environ))
        beside = f"bare Python {floor:.0f} ms"
        for words in (["--help"], ["try", LINE, "--json"]):
            took = median(lambda words=words: command(python, "-m", "bot", *words, environ=environ))  # type: ignore[misc]
            say(f"fifteen {words[0]}", took, "ms", "", beside)


if __name__ == "__main__":
    main()
