"""Canaries over the whole suite: no token and no customer's word in any log, at DEBUG.

Every test runs with the root and every library told to log at DEBUG, behind the product's own
redaction; the test during which a canary is logged fails. Lines of customers in the tests are the
canaries, and every token of the tests has the word in it. What a started product wrote is looked
through by ``sung``.
"""

import logging
from collections.abc import Generator
from typing import Any, Final

import pytest

from bot.redact import LIBRARIES, BlackFormatter, hush

CANARIES: Final = ("canary", "room not ready", "furious", "no hot water", "late again", "no towels")
"""As every token of the tests has it, and as their customers speak; in small letters."""
LOUD: Final = (
    *LIBRARIES,
    "alembic",
    "uvicorn",
    "uvicorn.error",
    "telegram.Bot",
    "telegram.ext",
    "telegram.ext.ExtBot",
    "slack_bolt.AsyncApp",
    "slack_sdk.web.async_client",
    "slack_sdk.socket_mode.aiohttp",
    "aiohttp.client",
    "aiohttp.access",
    "sqlalchemy.engine",
    "sqlalchemy.pool",
)


def sung(text: str) -> list[str]:
    """The canaries in what was logged."""
    small = text.lower()
    return [canary for canary in CANARIES if canary in small]


class Listener(logging.Handler):
    """Hears what a log would hold, as the product would write it, without what it knows to be
    secret by name: shapes alone have to do."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(BlackFormatter("%(message)s"))
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        told = self.format(record)
        if found := sung(told):
            self.heard.append(f"{record.levelname} {record.name} logged {found}: {told[:300]}")

    def check(self) -> None:
        """Fails whatever test is running, where anything was heard."""
        heard, self.heard = self.heard, []
        if heard:
            raise AssertionError("a canary sang in the log\n" + "\n".join(heard[:5]))


class Canaries:
    """The plugin: loud loggers and a listener, and a look after every step of a test."""

    def __init__(self) -> None:
        self.listener = Listener()

    def pytest_sessionstart(self) -> None:
        """As the product does at its start; and then the worst an operator can set."""
        hush()
        logging.getLogger().addHandler(self.listener)
        for name in LOUD:
            logging.getLogger(name).setLevel(logging.DEBUG)

    def pytest_sessionfinish(self) -> None:
        """Listens no more."""
        logging.getLogger().removeHandler(self.listener)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Generator[None, Any, Any]:
        """Looks after what a fixture did."""
        self.listener.heard.clear()
        return (yield from self._looked())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, Any, Any]:
        """Looks after the test."""
        return (yield from self._looked())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, Any, Any]:
        """Looks after what was put away."""
        return (yield from self._looked())

    def _looked(self) -> Generator[None, Any, Any]:
        # Anew each time: pytest puts the level back after every step.
        logging.getLogger().setLevel(logging.DEBUG)
        done = yield
        self.listener.check()
        return done
