import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from bot.conversations.types import Address, Card
from tests.browser.conftest import DESKTOP
from tests.fakes.web_world import ANSWER, GIVEN, OTHER, World

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
MIRA = Address("web", "mira")
LINE = "guest 412 furious room not ready 2nd time platinum"


def send(page: Page, text: str) -> None:
    page.get_by_label("What is happening?").fill(text)
    page.keyboard.press("Enter")


def wait_until_all_is_sent(page: Page) -> None:
    """Asked from outside: the page forbids the script that Playwright would wait with."""
    for _ in range(500):
        if page.evaluate("Object.keys(localStorage)") == []:
            return
        page.wait_for_timeout(10)
    raise AssertionError("a line still waits on the page")


def texts_received(world: World) -> list[str]:
    return [getattr(event, "text", "") for event in world.desk.events.values()]


def test_a_clerk_types_one_line_and_gets_a_card(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt")
    expect(page.get_by_label("What is happening?")).to_be_focused()
    send(page, LINE)
    expect(page.locator(".said")).to_have_text(re.compile(LINE))
    expect(page.locator(".card blockquote")).to_have_text(ANSWER.say)
    expect(page.get_by_label("What is happening?")).to_have_value("")
    expect(page.get_by_label("What is happening?")).to_be_focused()
    assert texts_received(world) == [LINE]


def test_the_line_stands_there_before_the_server_answers(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt")
    page.route("**/say", lambda _: None)
    send(page, LINE)
    expect(page.locator(".said[data-waiting]")).to_contain_text(LINE)
    assert world.desk.events == {}


def test_a_button_changes_its_card_in_place(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt", viewport=DESKTOP)
    send(page, LINE)
    page.get_by_text("More", exact=True).click()
    page.get_by_text(ANSWER.do[0]).click()
    page.get_by_role("button", name="Another idea").click()
    expect(page.locator(".card blockquote")).to_have_text(OTHER.say)
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator(".card details")).to_have_attribute("open", "")
    expect(page.get_by_role("checkbox").first).to_be_checked()
    expect(page.get_by_role("button", name="Another idea")).to_be_focused()


def test_a_pressed_button_waits_for_its_answer(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt")
    send(page, LINE)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/tap", hold)
    page.get_by_role("button", name="Did it").click()
    expect(page.get_by_role("button", name="Did it")).to_be_disabled()
    held.pop().continue_()
    expect(page.get_by_role("heading", name="Room not ready: done")).to_be_visible()
    expect(page.locator("button:disabled")).to_have_count(0)


def test_a_form_is_filled_with_big_choices_and_sent(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt")
    send(page, LINE)
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Gave something").click()
    page.get_by_label("How much, in EUR?").fill("15")
    page.get_by_text("Drink", exact=True).click()
    page.get_by_label("In the guest's words").fill("thanks")
    with page.expect_response("**/form") as answer:
        page.get_by_role("button", name="Save").click()
    assert answer.value.status == 202
    filled = list(world.desk.events.values())[-1]
    assert filled.fields == {"amount": "15", "what": "drink", "words": "thanks"}  # type: ignore[union-attr]


def test_a_half_filled_form_survives_an_edit_of_its_card(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt")
    world.show(MIRA, "form", GIVEN)
    page.get_by_label("How much, in EUR?").fill("15")
    page.get_by_text("Meal", exact=True).click()
    page.get_by_label("In the guest's words").fill("half a sen")
    world.show(MIRA, "form", Card("Still: what did you give?", form=GIVEN.form))
    expect(page.get_by_role("heading", name="Still: what did you give?")).to_be_visible()
    expect(page.get_by_label("How much, in EUR?")).to_have_value("15")
    expect(page.get_by_label("Meal")).to_be_checked()
    expect(page.get_by_label("In the guest's words")).to_be_focused()


def test_what_is_typed_while_the_server_is_away_is_sent_once_when_it_is_back(
    open_page: OpenPage, world: World
) -> None:
    page = open_page("Mira Vogt")
    send(page, LINE)
    expect(page.locator(".card")).to_have_count(1)
    world.stop()
    expect(page.get_by_role("status")).to_contain_text("Fifteen is away")
    send(page, "and now he wants the manager")
    send(page, "second thought")
    expect(page.locator(".said[data-waiting]")).to_have_count(2)
    expect(page.get_by_role("button", name="Send now")).to_have_count(2)
    world.start()
    expect(page.locator(".said[data-waiting]")).to_have_count(0)
    expect(page.get_by_role("status")).to_be_hidden()
    assert texts_received(world) == [LINE, "and now he wants the manager", "second thought"]
    expect(page.locator(".said")).to_have_count(3)
    order = page.locator("#lines > article").evaluate_all(
        "all => all.map(one => Number(one.dataset.position))"
    )
    assert order == sorted(order)


def test_a_line_survives_a_closed_page(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt")
    page.route("**/say", lambda route: route.abort())
    send(page, LINE)
    expect(page.get_by_role("button", name="Send now")).to_be_visible()
    page.unroute("**/say")
    page.reload()
    expect(page.locator(".card blockquote")).to_have_text(ANSWER.say)
    expect(page.locator(".said")).to_have_count(1)
    assert texts_received(world) == [LINE]


def test_an_answer_lost_on_the_way_doubles_nothing(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt")
    keys: list[str] = []
    page.on(
        "request",
        lambda sent: keys.append(sent.post_data_json["key"]) if sent.method == "POST" else None,
    )
    world.desk.lost_answers = 1
    send(page, LINE)
    expect(page.locator(".card")).to_have_count(1)
    expect(page.get_by_role("status")).to_be_hidden()
    wait_until_all_is_sent(page)
    expect(page.locator(".said")).to_have_count(1)
    assert texts_received(world) == [LINE]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_a_store_that_fails_is_told_and_the_line_goes_out_later(
    open_page: OpenPage, world: World
) -> None:
    page = open_page("Mira Vogt")
    # The page's own clock stands still: half a second later it would send the line by itself.
    page.clock.install(time=0)
    page.clock.pause_at(1)
    world.desk.broken = ValueError("locked")
    send(page, LINE)
    expect(page.get_by_role("status")).to_contain_text("stays on this page")
    world.desk.broken = None
    page.get_by_role("button", name="Send now").click()
    expect(page.locator(".card blockquote")).to_have_text(ANSWER.say)
    expect(page.get_by_role("status")).to_be_hidden()
    assert texts_received(world) == [LINE]


def test_a_line_not_sent_yet_can_be_taken_back(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt")
    world.desk.broken = ValueError("locked")
    send(page, LINE)
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_label("What is happening?")).to_have_value(LINE)
    expect(page.locator(".said")).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_line_too_long_stays_in_the_input(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt")
    send(page, "x" * 20_001)
    expect(page.locator("#told")).to_contain_text("20,001 characters")
    expect(page.get_by_label("What is happening?")).to_have_value("x" * 20_001)
    send(page, "   ")
    expect(page.locator("#told")).to_contain_text("Nothing was typed")
    assert world.desk.events == {}


def test_another_person_in_the_same_browser_takes_no_line_of_mine(
    open_page: OpenPage, world: World
) -> None:
    page = open_page("Mira Vogt")
    other = page.context.new_page()
    other.goto(world.url + "/who")
    other.get_by_role("button", name="Jonas Adeyemi").click()
    other.wait_for_url("**/chat")
    send(page, LINE)
    expect(page.get_by_role("status")).to_contain_text("belongs to Jonas Adeyemi")
    assert world.desk.events == {}


def test_markup_typed_is_shown_and_never_run(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt")
    send(page, LINE)
    nasty = "<img src=x onerror=\"document.title='owned'\"><script>1</script>"
    send(page, nasty)
    expect(page.locator(".said p").last).to_have_text(nasty)
    expect(page.locator(".card blockquote").last).to_contain_text("<script>")
    page.reload()
    expect(page.locator(".said p").last).to_have_text(nasty)
    assert page.title() == "Fifteen: Mira Vogt"


def test_a_second_page_of_the_same_person_shows_the_same(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt")
    second = page.context.new_page()
    second.goto(world.url)
    send(page, LINE)
    expect(second.locator(".said p")).to_have_text(LINE)
    expect(second.locator(".card")).to_have_count(1)


def test_who_has_scrolled_up_is_told_and_not_moved(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt")
    for number in range(5):
        world.show(MIRA, f"c{number}", ANSWER)
    expect(page.locator(".card")).to_have_count(5)
    page.locator("#log").evaluate("log => { log.scrollTop = 0; }")
    world.show(MIRA, "new", Card("A follow-up", "ask"))
    expect(page.get_by_role("button", name="New below")).to_be_visible()
    assert page.locator("#log").evaluate("log => log.scrollTop") == 0
    page.get_by_role("button", name="New below").click()
    expect(page.get_by_role("heading", name="A follow-up")).to_be_in_viewport()
    expect(page.get_by_role("button", name="New below")).to_be_hidden()


def test_a_new_card_is_shown_from_its_top(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt")
    for number in range(3):
        world.show(MIRA, f"c{number}", ANSWER)
    expect(page.locator(".card")).to_have_count(3)
    expect(page.locator(".card blockquote").last).to_be_in_viewport(ratio=1)


def test_shortcuts_and_the_shift_say_their_words(open_page: OpenPage, world: World) -> None:
    page = open_page("Jonas Adeyemi", viewport=DESKTOP)
    page.get_by_role("button", name="Off shift").click()
    expect(page.get_by_role("button", name="Off shift")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="This week").click()
    expect(page.get_by_role("row").first).to_contain_text("Waiting")
    assert texts_received(world) == ["off", "digest"]
    expect(page.get_by_role("button", name="Playbooks")).to_have_count(0)


def test_an_example_is_put_into_the_input(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt")
    page.get_by_role("button", name="table 7").click()
    expect(page.get_by_label("What is happening?")).to_have_value(re.compile("table 7"))
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator("#empty")).to_be_hidden()


def test_without_script_the_whole_way_works(open_page: OpenPage, world: World) -> None:
    page = open_page("Mira Vogt", java_script_enabled=False)
    page.get_by_label("What is happening?").fill(LINE)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".card blockquote")).to_have_text(ANSWER.say)
    page.get_by_role("button", name="Did it").click()
    expect(page.get_by_role("heading", name="Room not ready: done")).to_be_visible()
    assert len(world.desk.events) == 2
