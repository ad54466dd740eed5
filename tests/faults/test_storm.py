"""Whatever is killed, whatever was acknowledged is there: once."""

import os
from pathlib import Path

import pytest

from tests.faults.storm import storm
from tests.house.canaries import sung


@pytest.mark.storm
def test_what_was_acknowledged_survives_every_kill_exactly_once(home: Path) -> None:
    cycles = int(os.environ.get("STORM_CYCLES", "4"))
    verdict = storm(cycles, home)
    assert verdict.acknowledged > cycles, verdict
    assert verdict.clean, verdict
    assert sung((home / "log.txt").read_text("utf-8")) == []
