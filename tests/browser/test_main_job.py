"""The whole product, started as a person starts it, in a real browser: one line, one card, both
questions, both outcomes. With ``SCREENSHOTS`` set to a folder it leaves pictures there."""

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.house.canaries import sung

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
LINE = "guest 412 furious room not ready 2nd time platinum"
SIZES: dict[str, Any] = {"phone": PHONE, "desk": DESKTOP}


def started(folder: Path, *words: str) -> tuple[subprocess.Popen[str], str]:
    environment = {**os.environ, "FIFTEEN_DATA_DIR": str(folder), "FIFTEEN_PORT": "0"}
    environment["FIFTEEN_LOG_LEVEL"] = "DEBUG"
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *words],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            return process, found.group()
    ended(process)
    raise AssertionError("it did not start")


def ended(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(20)
    if process.stdout:
        process.stdout.close()


@pytest.fixture
def address(home: Path) -> Iterator[str]:
    process, url = started(home, "run")
    yield url
    ended(process)
    assert sung((home / "log.txt").read_text("utf-8")) == []


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, understood: Path) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("demo")
    (folder / "shelf").symlink_to(understood)
    process, url = started(folder, "demo")
    yield url
    ended(process)
    assert sung((folder / "log.txt").read_text("utf-8")) == []


def chat(browser: Browser, address: str, person: str, size: str = "desk", **more: Any) -> Page:
    # Without motion, so that a picture never catches a card half faded in.
    still: dict[str, Any] = {"viewport": SIZES[size], "reduced_motion": "reduce", **more}
    page = browser.new_context(**still).new_page()
    page.set_default_timeout(15_000)
    page.goto(address)
    page.get_by_role("button", name=person).click()
    page.wait_for_url("**/chat")
    return page


def send(page: Page, text: str) -> None:
    page.get_by_label("What is happening?").fill(text)
    page.keyboard.press("Enter")


def picture(page: Page, name: str) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def exported(folder: Path, *tables: str) -> Iterator[list[dict[str, str]]]:
    """The rows of each table, as one export writes them."""
    environment = {**os.environ, "FIFTEEN_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "bot", "export", "--csv", str(folder / "out")]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    for table in tables:
        with (folder / "out" / f"{table}.csv").open(newline="", encoding="utf-8") as file:
            yield list(csv.DictReader(file))


def test_one_line_gets_a_card_that_owns_it_and_both_outcomes_are_recorded(
    browser: Browser, address: str, home: Path
) -> None:
    page = chat(browser, address, "Ana Weber")
    send(page, LINE)
    card = page.locator("article.card").last
    expect(card.locator("blockquote")).to_contain_text(re.compile("sorry", re.IGNORECASE))
    expect(card.locator("li").first).to_contain_text("Now")
    expect(card).to_contain_text(re.compile(r"By \d\d:\d\d"))
    expect(card).to_contain_text(re.compile(r"€40 here is yours, €120 left today"))
    expect(card).to_contain_text("Marta Keller, duty manager, has been told")
    expect(card).to_contain_text("whether it was put right")
    card.get_by_role("button", name="Did it").click()
    card.get_by_role("button", name="Put right").click()
    page.get_by_role("button", name="The customer said so").click()
    page.get_by_role("button", name="They told others").click()
    page.get_by_role("button", name="Recommends us").click()
    page.get_by_role("button", name="The customer said so").click()
    expect(page.get_by_text("recommends us · the customer said so")).to_be_visible()
    (moment,), asked = exported(home, "moments", "follow_ups")
    assert (moment["smot"], moment["smot_by"]) == ("recovered", "customer")
    assert (moment["umot"], moment["umot_by"]) == ("promoter", "customer")
    assert moment["status"] == "closed"
    purposes = sorted(row["purpose"] for row in asked)
    assert purposes == ["promise", "smot", "umot"]


def test_the_duty_manager_reads_it_and_the_clerk_sees_that_she_is_coming(
    browser: Browser, address: str
) -> None:
    clerk, boss = chat(browser, address, "Ana Weber"), chat(browser, address, "Marta Keller")
    send(clerk, LINE)
    boss.get_by_role("button", name="I am coming").click()
    expect(clerk.locator("article.card").last).to_contain_text("is coming")


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_card_is_whole_at_every_size(browser: Browser, demo: str, size: str) -> None:
    page = chat(browser, demo, "Bo Lindt", size)
    send(page, LINE if size == "desk" else LINE.replace("412", "214"))
    card = page.locator("article.card").last
    expect(card.get_by_role("button", name="Did it")).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    picture(page, f"card-{size}")


def test_the_demo_asks_a_newcomer_within_a_minute(browser: Browser, demo: str) -> None:
    page = chat(browser, demo, "Ana Weber", "phone")
    expect(page.get_by_text(re.compile("Demo data")).first).to_be_visible()
    question = page.get_by_text("was it put right?").last
    expect(question).to_be_visible(timeout=60_000)
    picture(page, "question-phone")
    page.get_by_role("button", name="Put right", exact=True).last.click()
    expect(page.get_by_role("button", name="The customer said so").last).to_be_visible()


def test_the_manager_reads_the_week_and_the_trainer_tries_a_line(
    browser: Browser, demo: str
) -> None:
    boss = chat(browser, demo, "Marta Keller")
    send(boss, "digest")
    expect(boss.locator("article.card").last).to_contain_text("put right")
    picture(boss, "digest-desk")
    trainer = chat(browser, demo, "Tom Reiss")
    send(trainer, "wedding party of 12, cake arrived with the wrong names")
    expect(trainer.locator("article.card").last).to_contain_text("nothing was logged")
    picture(trainer, "try-desk")
    dark = chat(browser, demo, "Bo Lindt", "phone", color_scheme="dark")
    send(dark, "open")
    expect(dark.locator("article.card").last).to_contain_text("with you")
    picture(dark, "open-phone-dark")
