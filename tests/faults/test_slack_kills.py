"""Behind Slack, too: whatever is killed, each acknowledged line is answered once."""

import os
from pathlib import Path

import pytest

from tests.faults.slack_kills import kills


@pytest.mark.storm
async def test_behind_slack_every_kill_leaves_one_answer_to_each_line(tmp_path: Path) -> None:
    verdict = await kills(int(os.environ.get("STORM_CYCLES", "3")), tmp_path)
    assert verdict.lines > verdict.kills
    assert not verdict.lost, verdict
    assert not verdict.repeated, verdict
