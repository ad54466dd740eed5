from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.fakes.web_world import World

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium a file, closed after it: while it is open its event loop runs in this thread,
    and every asynchronous test that came later would be refused one."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    world.start()
    yield world
    world.stop()


@pytest.fixture
def open_page(browser: Browser, world: World) -> Iterator[Callable[..., Page]]:
    """Opens a page of one's own, as a phone unless told otherwise. A fault of the script, or a
    refusal by the content policy, fails the test."""
    contexts, faults = [], []

    def opened(person: str = "", **given: object) -> Page:
        context = browser.new_context(**{"viewport": PHONE, **given})  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on(
            "console",
            lambda said: faults.append(said.text) if "Content Security" in said.text else None,
        )
        if person:
            # By the form of the page, not on it: a page left for another costs Chromium a second.
            known = next(one.id for one in world.book.people_now if one.name == person)
            context.request.post(f"{world.url}/who", form={"person": known}, max_redirects=0)
        page.goto(world.url)
        assert page.url.endswith("/chat") == bool(person)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []
