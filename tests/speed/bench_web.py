"""How soon the card stands in the browser after Enter, in the real product and in a real browser.

The floor is a bare Starlette echo with a page that does the same round: a post, then a line over
server-sent events put into the page. What differs is Fifteen: reading, plays, store, flush, card.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import DESKTOP, FLAGS
from tests.speed.figures import say, say_load

ROOT = Path(__file__).resolve().parents[2]
ROUNDS, LINES = 5, 12
LINE = "guest {} furious room not ready 2nd time platinum"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ECHO = '''
import asyncio, json, socket, uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, StreamingResponse
from starlette.routing import Route

PAGE = """<!doctype html><meta charset="utf-8"><form id="f"><label>What is happening?
<input id="t" autofocus></label></form><div id="lines"></div><script>
f.onsubmit = (e) => {
  e.preventDefault(); fetch("/say", {method: "POST", body: t.value}); t.value = ""; };
new EventSource("/events").addEventListener("line", (e) => {
  lines.insertAdjacentHTML("beforeend", JSON.parse(e.data).html); });
</script>"""
lines = asyncio.Queue()

async def told(request):
    async def each():
        while True:
            yield f"event: line\\ndata: {json.dumps({'html': await lines.get()})}\\n\\n"
    return StreamingResponse(each(), media_type="text/event-stream")

async def said(request):
    text = (await request.body()).decode()
    lines.put_nowait(f"<article class='card'><h2>{text}</h2></article>")
    return JSONResponse({"receipt": "new"}, 202)

class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(f"http://127.0.0.1:{sockets[0].getsockname()[1]}", flush=True)

routes = [Route("/", lambda request: HTMLResponse(PAGE)), Route("/events", told),
          Route("/say", said, methods=["POST"])]
config = uvicorn.Config(Starlette(routes=routes), log_config=None, lifespan="off", ws="none",
                        timeout_graceful_shutdown=1)
Server(config).run([socket.create_server(("127.0.0.1", 0))])
'''
WATCH = """(words) => {
  window.seenAt = new Promise((seen) => {
    const look = () => {
      if (!document.body.textContent.includes(words)) return false;
      const inside = performance.now();
      // The frame after the one that shows it: then it is on the screen.
      requestAnimationFrame(() => requestAnimationFrame(() => seen([inside, performance.now()])));
      return true;
    };
    const watch = new MutationObserver(() => look() && watch.disconnect());
    watch.observe(document.body, {childList: true, subtree: true, characterData: true});
  });
  document.addEventListener("keydown", (press) => {
    if (press.key === "Enter") window.pressedAt = performance.now();
  }, {capture: true, once: true});
}"""


@contextmanager
def running(words: list[str], environ: dict[str, str]) -> Iterator[str]:
    """A server as a process of its own, and its address."""
    process = subprocess.Popen(
        words, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, "no address was printed"
        yield found[0]
    finally:
        process.terminate()
        process.communicate(timeout=20)


def typed(page: Page, text: str, wanted: str) -> tuple[float, float]:
    """Milliseconds from Enter until the wanted words are in the page, and on the screen."""
    page.get_by_label("What is happening?").fill(text)
    page.evaluate(WATCH, wanted)
    page.keyboard.press("Enter")
    inside, seen = page.evaluate("() => window.seenAt.then((at) => at.map((t) => t - pressedAt))")
    return inside, seen


def ours(browser: Browser, address: str) -> Page:
    """The chat of the first clerk."""
    page = browser.new_context(viewport=DESKTOP).new_page()  # type: ignore[arg-type]
    page.goto(address)
    page.get_by_role("button", name="Ana Weber").click()
    page.wait_for_url("**/chat")
    return page


def bare(browser: Browser, address: str) -> Page:
    """The echo's page."""
    page = browser.new_context(viewport=DESKTOP).new_page()  # type: ignore[arg-type]
    page.goto(address)
    page.wait_for_timeout(500)
    return page


Times = list[tuple[float, float]]


def measured(chat: Page, echo: Page) -> tuple[Times, Times]:
    """Both in turns, the first of each left out: it opens what is opened once."""
    took: tuple[Times, Times] = ([], [])
    numbers = iter(range(1000, 10_000))
    for _ in range(ROUNDS * LINES + 1):
        number = next(numbers)
        took[0].append(typed(chat, LINE.format(number), f"{number} ·"))
        took[1].append(typed(echo, LINE.format(number), f"guest {number} "))
    return took[0][1:], took[1][1:]


def main() -> None:
    with tempfile.TemporaryDirectory() as home, sync_playwright() as play:
        environ = {**os.environ, "FIFTEEN_DATA_DIR": home, "FIFTEEN_PORT": "0"}
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with (
            running([sys.executable, "-m", "bot", "run"], environ) as address,
            running([sys.executable, "-c", ECHO], environ) as other,
        ):
            chat, echo = measured(ours(browser, address), bare(browser, other))
        browser.close()
    (inside, seen), (bare_inside, bare_seen) = (
        map(statistics.median, zip(*times, strict=True)) for times in (chat, echo)
    )
    late = sorted(at for _, at in chat)[int(len(chat) * 0.95)]
    beside = f"bare Starlette echo, same page round: {bare_seen:.0f} ms"
    say("card on the screen after Enter", seen, "ms", 100, beside)
    say("  at the 95th of 100", late, "ms")
    say("  in the page, before it is painted", inside, "ms", "", f"bare echo {bare_inside:.0f} ms")
    say("  in the page, beside the bare echo", inside / bare_inside, "x")
    say_load()


if __name__ == "__main__":
    main()
