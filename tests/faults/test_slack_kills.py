"""Behind Slack, too: whatever is killed, each acknowledged line is answered once."""

import os
from pathlib import Path

import pytest

from tests.faults.slack_kills import Mode, kills
from tests.house.canaries import sung


@pytest.mark.storm
@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_behind_slack_every_kill_leaves_one_answer_to_each_line(
    home: Path, mode: Mode
) -> None:
    aims = ("send", "ack") if mode == "http" else ("ack", "send")
    cycles = int(os.environ.get("STORM_CYCLES", "2"))
    verdict = await kills(cycles, home, mode, aims)
    assert verdict.lines > verdict.kills
    assert not verdict.lost, verdict
    assert not verdict.repeated, verdict
    assert sung((home / "log.txt").read_text("utf-8")) == []
