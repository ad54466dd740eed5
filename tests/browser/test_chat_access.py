"""Keyboard, contrast, size of what is pressed: measured on the page as Chromium draws it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.conversations.types import Address, Button, Card, Fact
from tests.browser.conftest import DESKTOP, PHONE
from tests.fakes.web_world import ANSWER, DIGEST, GIVEN, OTHER, World

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
MIRA = Address("web", "mira")
CONTRAST = Path(__file__).with_name("contrast.js").read_text()


def fill_with_everything(world: World, page: Page) -> None:
    page.get_by_label("What is happening?").fill("one line")
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_count(1)
    world.show(MIRA, "form", GIVEN)
    world.show(MIRA, "digest", DIGEST)
    lights = tuple(Fact("You may", "See.", tone) for tone in ("green", "amber", "red", "plain"))
    told = tuple(Fact("Told", "See.", tone) for tone in ("green", "amber", "red"))
    for tone in ("now", "ask", "good", "stop", "quiet"):
        card = Card(
            f"Tone {tone}",
            tone,
            facts=lights + told,
            note="A note.",
            buttons=(Button("Send", "a", "primary"), Button("Stop", "b", "danger")),
        )
        world.show(MIRA, tone, card)
    expect(page.get_by_role("heading", name="Tone quiet")).to_be_visible()
    page.locator(".card details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    page.locator("[data-step]").first.check(force=True)
    page.get_by_text("Drink", exact=True).click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_a_contrast_of_at_least_4_5(
    open_page: OpenPage, world: World, scheme: str
) -> None:
    page = open_page("Mira Vogt", color_scheme=scheme, reduced_motion="reduce")
    fill_with_everything(world, page)
    checked = page.evaluate(CONTRAST)
    assert len(checked) > 60
    assert [one for one in checked if one["ratio"] < 4.5] == []
    page.goto(world.url + "/who")
    assert [one for one in page.evaluate(CONTRAST) if one["ratio"] < 4.5] == []


def test_dark_is_dark_and_light_is_light(open_page: OpenPage) -> None:
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = open_page(color_scheme="light").evaluate(ground)
    dark = open_page(color_scheme="dark").evaluate(ground)
    assert sum(map(int, light[4:-1].split(","))) > 600
    assert sum(map(int, dark[4:-1].split(","))) < 100


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_what_is_pressed_is_large_enough_and_nothing_runs_off_the_page(
    open_page: OpenPage, world: World, size: dict[str, int]
) -> None:
    page = open_page("Mira Vogt", viewport=size)
    fill_with_everything(world, page)
    heights = page.locator(".card button, #composer button, .pick span, summary").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 44
    width = page.evaluate(
        "[document.documentElement.scrollWidth, log.scrollWidth - log.clientWidth]"
    )
    assert width == [size["width"], 0]


def test_the_words_to_say_are_the_largest_on_the_page(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt")
    fill_with_everything(world, page)
    sizes = page.evaluate(
        "[...document.querySelectorAll('body *')].filter(one => one.checkVisibility()).map(one => "
        "[parseFloat(getComputedStyle(one).fontSize), one.tagName])"
    )
    assert max(sizes)[1] == "BLOCKQUOTE"


def test_the_whole_way_works_by_keyboard(open_page: OpenPage, world: World) -> None:
    page = open_page(viewport=DESKTOP)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/chat")
    expect(page.get_by_label("What is happening?")).to_be_focused()
    page.keyboard.type("room cold")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("and loud")
    page.keyboard.press("Enter")
    expect(page.locator(".said p")).to_have_text("room cold\nand loud")
    expect(page.locator(".card")).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("What is happening?")).to_have_value("room cold\nand loud")
    page.get_by_label("What is happening?").fill("")
    idea = page.get_by_role("button", name="Another idea")
    for _ in range(40):
        if idea.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab")
    expect(idea).to_be_focused()
    assert idea.evaluate("one => parseFloat(getComputedStyle(one).outlineWidth)") >= 2
    page.keyboard.press("Enter")
    expect(page.locator(".card blockquote")).to_have_text(OTHER.say)
    expect(page.get_by_role("button", name="Another idea")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("What is happening?")).to_be_focused()
    expect(page.get_by_label("What is happening?")).to_have_value("")


def test_a_slash_inside_a_line_is_only_a_slash(open_page: OpenPage) -> None:
    page = open_page("Mira Vogt")
    page.keyboard.type("2/3 keys lost")
    expect(page.get_by_label("What is happening?")).to_have_value("2/3 keys lost")


def test_new_lines_are_announced_and_everything_has_a_name(
    open_page: OpenPage, world: World
) -> None:
    page = open_page("Mira Vogt")
    fill_with_everything(world, page)
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    nameless = page.evaluate(
        "Array.from(document.querySelectorAll('button, input:not([type=hidden]), textarea'))"
        ".filter(one => !(one.textContent.trim() || one.labels?.length)).map(one => one.outerHTML)"
    )
    assert nameless == []
    expect(page.get_by_role("checkbox", name=ANSWER.do[0])).to_be_visible()
    expect(page.get_by_role("group", name="What was it?")).to_be_visible()


def test_who_wants_less_motion_gets_none(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt", reduced_motion="reduce")
    world.show(MIRA, "m1", ANSWER)
    expect(page.locator(".card")).to_have_css("animation-name", "none")
