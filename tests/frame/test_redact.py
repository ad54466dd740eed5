"""Canaries: tokens that sing if they ever reach a log."""

import io
import logging
from collections.abc import Iterator

import pytest

from bot.redact import BLACK, LIBRARIES, blacked, start_logging

TELEGRAM = "7203948571:AAGhw8-canary_canary_canary_canary12"
SLACK = "xoxb-canary-1234567890-abcdefghijkl"
CANARIES = {
    "a Telegram address": (f"POST https://t.example/bot{TELEGRAM}/sendMessage", TELEGRAM),
    "a Slack token": (f"auth failed for {SLACK}", SLACK),
    "a Slack app token": ("xapp-1-A0123-canary-0123456789", "canary"),
    "a bearer header": ("{'Authorization': 'Bearer canary.abc-123'}", "canary"),
    "a database address": ("postgresql://mara:canary@db.example/fifteen", "canary"),
    "a form field": ("token=canary&channel=C1", "canary"),
    "a JSON field": ('{"password": "canary"}', "canary"),
    "a Slack hook": ("https://hooks.slack.com/services/T0/B0/canary", "canary"),
}


class OursError(Exception):
    """An error of ours, written for people."""


OursError.__module__ = "storage.errors"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    start_logging("DEBUG", ["the-house-canary"], stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


@pytest.mark.parametrize("name", CANARIES)
def test_a_token_is_blacked_out_of_the_message(name: str, log: io.StringIO) -> None:
    line, canary = CANARIES[name]
    logging.getLogger("anybody").info(line)
    assert canary not in log.getvalue()
    assert BLACK in log.getvalue()


def test_a_token_is_blacked_out_of_arguments_and_tracebacks(log: io.StringIO) -> None:
    try:
        raise OursError(f"could not reach bot{TELEGRAM}")
    except OursError:
        logging.getLogger("anybody").exception("call %s failed", SLACK)
    assert TELEGRAM not in log.getvalue()
    assert SLACK not in log.getvalue()
    assert "could not reach" in log.getvalue()


def test_a_secret_of_no_known_shape_is_blacked_out_where_it_is_told(log: io.StringIO) -> None:
    logging.getLogger("anybody").warning("signed with the-house-canary")
    assert "the-house-canary" not in log.getvalue()


def test_plain_words_are_left_alone() -> None:
    line = "guest 412: room not ready, told 3 people at 14:35, order 88213"
    assert blacked(line) == line


def test_what_surrounds_a_password_is_kept() -> None:
    told = blacked("postgresql://mara:canary@db.example/fifteen")
    assert told == f"postgresql://mara:{BLACK}@db.example/fifteen"


def test_an_error_that_quotes_a_customer_is_logged_without_her_words(log: io.StringIO) -> None:
    line = "Mrs Kanarie in 412 cried"
    try:
        try:
            int(line)
        except ValueError as problem:
            raise OursError("the line was not kept") from problem
    except OursError:
        logging.getLogger("anybody").exception("turn failed")
    said = log.getvalue()
    assert "Kanarie" not in said.replace('line = "Mrs Kanarie', "")
    assert "ValueError" in said
    assert "OursError: the line was not kept" in said
    assert "test_redact.py" in said


def test_what_another_handler_left_on_the_record_is_not_taken_over(log: io.StringIO) -> None:
    seen = io.StringIO()
    plain = logging.StreamHandler(seen)
    logging.getLogger().handlers.insert(0, plain)
    try:
        int("Mrs Kanarie")
    except ValueError:
        logging.getLogger("anybody").exception("turn failed")
    assert "invalid literal" in seen.getvalue()
    assert "invalid literal" not in log.getvalue()


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_says_nothing_below_a_warning_whatever_level_is_set(
    name: str, log: io.StringIO
) -> None:
    below = logging.getLogger(f"{name}.Deep.Down")
    for logger in (logging.getLogger(name), below):
        before = logger.level
        logger.setLevel(logging.DEBUG)
        logger.debug("sendMessage with Mrs Kanarie")
        logger.info("sent Mrs Kanarie")
        logger.warning("the other side is slow")
        logger.setLevel(before)
    assert "Kanarie" not in log.getvalue()
    assert log.getvalue().count("the other side is slow") == 2
