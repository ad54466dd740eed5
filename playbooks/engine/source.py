"""What a pack consists of before any of it is understood: files by name, bounded in size."""

import re
from dataclasses import dataclass
from typing import Final

SLUG: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
"""What a pack, a play, a site or a duty may be called."""
LONGEST_PLAY: Final = 64 * 1024
"""Bytes of one play; the worked example has 2,000."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file as it lies in a pack."""

    file: str
    """Its path as the trainer knows it, for messages."""
    pack: str
    slug: str
    text: str
