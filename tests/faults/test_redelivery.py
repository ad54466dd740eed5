"""A platform brings the same lines several times, in any order, over restarts."""

from pathlib import Path

import pytest

from tests.faults.redelivery import on


@pytest.mark.parametrize("platform", ["slack", "telegram"])
async def test_each_line_is_one_moment_and_one_card(platform: str, home: Path) -> None:
    verdict = await on(platform, 80, home)
    assert verdict.brought > verdict.lines
    assert verdict.clean, verdict
