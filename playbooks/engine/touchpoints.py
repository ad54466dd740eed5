"""Where it happens: the touchpoint that a line names in so many words.

Every play says where such moments mostly happen. A line that names another place knows better: a
cold coffee *at breakfast* belongs to breakfast, whichever play answers it, or the manager's digest
counts it where no energy was lost.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from playbooks.engine.normalise import taken_apart, wordset

_MATTERS: Final = wordset(
    """room table seat order case flight call bill booking quote fix delivery transfer advert
    cancellation survey"""
)
"""What it is about as often as where it happens: *room not ready* happens on arrival, and the play
for it says so."""


def named(line: Sequence[str], touchpoints: tuple[str, ...]) -> str:
    """The one of ``touchpoints`` whose name stands in ``line``, the words of a message as the
    reader counts them; empty where none does, or more than one."""
    together = f" {' '.join(line)} "
    found = {name for words, name in _names(touchpoints) if words in together}
    return found.pop() if len(found) == 1 else ""


@lru_cache(maxsize=64)
def _names(touchpoints: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each name as it stands among words, also written together, and the name itself."""
    apart = [(taken_apart(name).words, name) for name in touchpoints]
    places = [(words, name) for words, name in apart if _is_a_place(words)]
    return [(f" {gap.join(words)} ", name) for words, name in places for gap in (" ", "")]


def _is_a_place(words: tuple[str, ...]) -> bool:
    said = [word for word in words if word != "the"]
    return bool(said) and not (len(said) == 1 and said[0] in _MATTERS)
