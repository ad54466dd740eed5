"""Growing in a process of its own: lessons come in on standard input, what was learned goes out.

``python -m playbooks.engine.teach``. Fifteen starts it and reads on: a thread would share the one
interpreter with the clerk's next line. It knows no database, no clock and no settings.
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from playbooks.engine.judge import Grown, Report, grown
from playbooks.engine.lessons import Lesson, known_of
from playbooks.engine.linear import shipped
from playbooks.engine.overlay import Overlay, OverlayError, from_text, to_text
from playbooks.engine.train import shipped_messages

NICE: Final = 15
"""Behind everything else on the machine: nobody waits for it."""
HERE: Final = Path(__file__).parent.parent.parent


def command() -> list[str]:
    """What starts the process."""
    return [sys.executable, "-m", "playbooks.engine.teach"]


def environment() -> dict[str, str]:
    """What it is started with: it must find this very engine, wherever Fifteen was started from."""
    found = os.environ.get("PYTHONPATH")
    return dict(os.environ) | {"PYTHONPATH": f"{HERE}{os.pathsep}{found}" if found else str(HERE)}


def asked(lessons: Sequence[Lesson], in_use: str) -> bytes:
    """What the process is told: the lessons, and the overlay in use as text or nothing."""
    told = {"lessons": [asdict(lesson) for lesson in lessons], "in_use": in_use}
    return json.dumps(told).encode()


@lru_cache(maxsize=1)
def shipped_lines() -> tuple[Lesson, ...]:
    """The labelled messages that come with the product; none where they were left out of an
    installation. Half a second for all of them."""
    return known_of(shipped_messages(Path(__file__).parent.parent / "training"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: the overlay as text, the weights it is for, whether it is worth taking into
    use with the reasons in whole sentences, and the report."""

    overlay: str
    weights: str
    taken: bool
    reasons: tuple[str, ...]
    report: Report


def answer(told: Grown) -> Answer:
    """What was learned, as it is told and stored."""
    verdict, overlay = told.verdict, told.overlay
    return Answer(to_text(overlay), overlay.weights, verdict.taken, verdict.reasons, told.report)


def heard(said: bytes) -> Answer:
    """What the process wrote.

    Raises:
        ValueError: it is anything else.
    """
    from msgspec import json as msgspec_json

    return msgspec_json.decode(said, type=Answer)


def taught(lessons: Sequence[Lesson], in_use: str) -> Answer:
    """What these lessons teach the shipped weights, beside the overlay in use."""
    return answer(grown(shipped(), lessons, shipped_lines(), overlay_of(in_use)))


def overlay_of(text: str) -> Overlay | None:
    """The overlay of a text, None where there is none or it cannot be read any more."""
    try:
        return from_text(text) if text else None
    except OverlayError:
        return None


def main() -> None:
    """Reads what ``asked`` made from standard input, writes an ``Answer`` to standard output."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    told = json.load(sys.stdin)
    lessons = [
        Lesson(**{**lesson, "industries": tuple(lesson["industries"])})
        for lesson in told["lessons"]
    ]
    json.dump(asdict(taught(lessons, told["in_use"])), sys.stdout)


if __name__ == "__main__":
    main()
