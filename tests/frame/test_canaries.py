"""The canaries of the suite are alive: what would leak makes the test fail that leaked it."""

import logging
from collections.abc import Iterator

import pytest

from tests.house.canaries import Canaries, sung

pytest_plugins = ["pytester"]
PLAYED = """
import logging

log = logging.getLogger("bot.somewhere")
LINE = "guest 412 room not ready"

def test_quiet():
    log.debug("parcel 7 has to wait")
    logging.getLogger("telegram.Bot").debug("sendMessage: room not ready")

def test_a_line():
    log.debug("kept: %s", "guest 412 furious, again")

def test_a_token():
    logging.getLogger("somebody.else").info("signed with %s", "the-canary-of-no-known-shape")

def test_a_token_of_a_known_shape():
    log.warning("https://t.example/bot7001001:AACanaryTokenOfTheTests0123456789abc/getMe")

def test_an_error():
    try:
        int(LINE)
    except ValueError:
        log.exception("turn failed")
"""


@pytest.fixture
def deaf(request: pytest.FixtureRequest) -> Iterator[None]:
    """What is logged here is meant to be; the suite's own listener would fail this test for it."""
    ours = request.config.pluginmanager.get_plugin("fifteen-canaries").listener
    logging.getLogger().removeHandler(ours)
    yield
    logging.getLogger().addHandler(ours)


@pytest.mark.usefixtures("deaf")
def test_a_test_that_logs_a_line_or_a_token_fails_and_says_what_was_said(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(PLAYED)
    run = pytester.inline_run("-p", "no:cacheprovider", "-p", "no:asyncio", plugins=[Canaries()])
    passed, skipped, failed = run.listoutcomes()
    assert [report.nodeid.partition("::")[2] for report in failed] == [
        "test_a_line",
        "test_a_token",
    ]
    assert "bot.somewhere logged ['furious']" in str(failed[0].longrepr)
    assert (len(passed), len(skipped)) == (3, 0)


def test_what_a_started_product_wrote_is_looked_through() -> None:
    assert sung("parcel 7 has to wait until 12:00") == []
    assert sung("INFO kept: guest 412 Room Not Ready, FURIOUS") == ["room not ready", "furious"]
