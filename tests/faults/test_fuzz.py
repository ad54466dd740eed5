"""Nonsense from a platform: nothing ends, and the next true line is answered."""

import pytest

from tests.faults.fuzz import fuzz


@pytest.mark.parametrize("platform", ["slack", "telegram"])
async def test_spoilt_payloads_break_nothing(platform: str) -> None:
    assert await fuzz(platform, 1000) == []
