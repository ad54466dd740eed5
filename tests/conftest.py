"""Every test runs with the canaries listening: see ``tests/house/canaries.py``."""

import pytest

from tests.house.canaries import Canaries


def pytest_configure(config: pytest.Config) -> None:
    """Lets the canaries in, once for each process that runs tests."""
    if not config.pluginmanager.has_plugin("fifteen-canaries"):
        config.pluginmanager.register(Canaries(), "fifteen-canaries")
