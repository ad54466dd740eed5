"""Every test runs with the canaries listening: see ``tests/house/canaries.py``."""

import os
from pathlib import Path

import pytest

from tests.house.canaries import Canaries


def pytest_configure(config: pytest.Config) -> None:
    """Lets the canaries in, once for each process that runs tests."""
    if not config.pluginmanager.has_plugin("fifteen-canaries"):
        config.pluginmanager.register(Canaries(), "fifteen-canaries")


@pytest.fixture(scope="session")
def understood(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shelf of all workers: the built-in plays, understood by the first start of any test."""
    own = tmp_path_factory.getbasetemp()
    kept = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "understood"
    kept.mkdir(exist_ok=True)
    return kept


@pytest.fixture
def home(tmp_path: Path, understood: Path) -> Path:
    """A data folder of one's own, as on a machine that ran before: each first start would take a
    second of its processor."""
    (tmp_path / "shelf").symlink_to(understood)
    return tmp_path
