from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    expect,
    sync_playwright,
)

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
SEEN = {"viewport": PHONE, "color_scheme": "light", "reduced_motion": "no-preference"}
"""What a page that is already open can be told; anything else needs a context of its own."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium a file, closed after it: while it is open its event loop runs in this thread,
    and every asynchronous test that came later would be refused one."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def usual(browser: Browser) -> Page:
    """The page that one test after the other finds empty: to make one takes half a second."""
    return new_page(browser)


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    world.start()
    yield world
    world.stop()


def new_page(browser: Browser, **given: object) -> Page:
    """A page in a context of its own."""
    context = browser.new_context(**given)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    return context.new_page()


def dressed(page: Page, viewport: object, color_scheme: object, reduced_motion: object) -> Page:
    """``page`` as somebody else's screen, with nobody known on it."""
    page.set_viewport_size(viewport)  # type: ignore[arg-type]
    page.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)  # type: ignore[arg-type]
    page.context.clear_cookies()
    return page


class Faults:
    """What must not happen on a page: a fault of its script, a refusal by the content policy."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def heard_from(self, page: Page) -> None:
        page.on("pageerror", self.failed)
        page.on("console", self.said)

    def left(self, page: Page) -> None:
        page.remove_listener("pageerror", self.failed)
        page.remove_listener("console", self.said)

    def failed(self, fault: Error) -> None:
        self.told.append(str(fault))

    def said(self, words: ConsoleMessage) -> None:
        if "Content Security" in words.text:
            self.told.append(words.text)


def emptied(page: Page) -> None:
    """``page`` as the next test wants it: alone, online, and nowhere."""
    for other in page.context.pages:
        if other != page:
            other.close()
    page.unroute_all()
    page.context.set_offline(False)
    page.goto("about:blank")


@pytest.fixture
def open_page(browser: Browser, usual: Page, world: World) -> Iterator[Callable[..., Page]]:
    """Opens a page of one's own, as a phone unless told otherwise. A fault of the script, or a
    refusal by the content policy, fails the test."""
    contexts: list[BrowserContext] = []
    pages: list[Page] = []
    faults = Faults()

    def opened(person: str = "", **given: object) -> Page:
        if usual in pages or not SEEN.keys() >= given.keys():
            page = new_page(browser, **{**SEEN, **given})
            contexts.append(page.context)
        else:
            page = dressed(usual, **{**SEEN, **given})
        pages.append(page)
        faults.heard_from(page)
        if person:
            # By the form of the page, not on it: a page left for another costs Chromium a second.
            known = next(one.id for one in world.book.people_now if one.name == person)
            page.context.request.post(f"{world.url}/who", form={"person": known}, max_redirects=0)
        page.goto(world.url)
        assert page.url.endswith("/chat") == bool(person)
        if person:
            # The browser gives the focus a moment after the page is there: what is typed before
            # would lose its first letter.
            expect(page.get_by_label("What is happening?")).to_be_focused()
        return page

    yield opened
    for context in contexts:
        context.close()
    if usual in pages:
        faults.left(usual)
        emptied(usual)
    assert faults.told == []
