"""What anybody may type or paste, for tests that must hold for any text."""

from typing import Final

from hypothesis import strategies as st

CHARACTERS: Final = st.characters(exclude_categories=("Cs",))
"""Every character but halves of one. Named by category: left to its defaults a strategy asks the
encoder about a million characters first, which is five to thirty seconds on a fresh clone."""
