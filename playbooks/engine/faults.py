"""Mistakes of one file, gathered so that the trainer sees them all at once."""

from collections.abc import Iterable

from playbooks.engine.schema import Problem


class Faults:
    """The problems of ``file``; every one carries its line, what is wrong and what to write."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []

    def add(self, line: int, what: str, hint: str) -> None:
        """Keep a fault: the file cannot be used until it is mended."""
        self.found.append(Problem(self.file, line, what, hint))

    def note(self, line: int, what: str, hint: str) -> None:
        """Keep what is worth a look and stops nothing."""
        self.found.append(Problem(self.file, line, what, hint, warning=True))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The hint for a word that is not known: the nearest one, or all of them."""
    from difflib import get_close_matches  # for trainers' slips: no start waits for it

    words = sorted(known)
    near = get_close_matches(word.lower(), words, n=1, cutoff=0.6)
    if near:
        return f'did you mean "{near[0]}"?'
    return "use one of: " + ", ".join(words) if words else "leave it out"
