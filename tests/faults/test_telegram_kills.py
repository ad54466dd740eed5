"""Behind Telegram, too: whatever is killed, no line is lost and a repeat says that it is one."""

import os
from pathlib import Path

import pytest

from tests.faults.telegram_kills import At, kills
from tests.house.canaries import sung


@pytest.mark.storm
@pytest.mark.parametrize("at", ["send"])
async def test_behind_telegram_no_kill_loses_a_line_or_repeats_one_unmarked(
    at: At, home: Path
) -> None:
    verdict = await kills(at, int(os.environ.get("STORM_CYCLES", "2")), home)
    assert verdict.lines > verdict.kills
    assert verdict.good, verdict
    assert sung((home / "log.txt").read_text("utf-8")) == []
