"""``fifteen read``: many lines at once, streamed, for reports and for measuring the reader."""

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from bot.commands.words import USAGE, CommandError, tell

if TYPE_CHECKING:
    from playbooks.engine.bulk import Count

EVERY: Final = 2.0
"""Seconds between two words of progress."""
LONG: Final = 500_000
"""Bytes from which a file is read by several processes; some two seconds of reading for one."""
MOST: Final = 8
"""Processes at most: each holds a reader of 30 MiB."""


def read_file(jsonl: str, out: str, *, site: str) -> None:
    """Reads ``{id, text}`` lines from ``jsonl`` and writes a reading for each to ``out``.

    A line that cannot be read becomes ``{id, err}`` in its place; the command then ends with 1.

    Raises:
        CommandError: a file cannot be opened, or the disk is full.
    """
    from playbooks.engine.bulk import Count

    industry = _industry(site)
    count = Count()
    began = time.monotonic()
    with _opened(jsonl, "r") as source, _opened(out, "w") as sink:
        try:
            for line in _readings(_watched(source), count, industry, _processes(jsonl)):
                sink.write(f"{line}\n")
        except BrokenPipeError:
            raise
        except OSError as error:
            raise CommandError(
                f"{out} takes no more after line {count.lines}: {error.strerror}.",
                "What came before is written.",
                "Free some space or name another file.",
            ) from None
    took = max(time.monotonic() - began, 1e-9)
    tell(f"{count.lines:,} lines in {took:.1f} s, {count.lines / took:,.0f} a second")
    if count.bad:
        raise CommandError(
            f"{count.bad:,} of {count.lines:,} lines could not be read.",
            'They stand in the answer as {"id": ..., "err": ...}.',
            'A line is a JSON object such as {"id": 1, "text": "room not ready"}.',
        )


def _readings(lines: Iterable[str], count: "Count", industry: str, processes: int) -> Iterator[str]:
    if processes > 1:
        from playbooks.engine.spread import read_spread

        return read_spread(lines, count, industry, processes=processes)
    from playbooks.engine.bulk import read_lines
    from playbooks.engine.read import Reader

    return read_lines(Reader.for_many(), lines, count, industry)


def _processes(jsonl: str) -> int:
    """How many read: one for what comes in line by line or is soon read, else one a processor."""
    file = Path(jsonl)
    if jsonl == "-" or not file.is_file() or file.stat().st_size < LONG:
        return 1
    return min(MOST, os.cpu_count() or 1)


def _industry(site: str) -> str:
    """The trade of the site, where one is named: without it no line is taken for a hotel's."""
    if not site:
        return ""
    from bot.commands.library import open_library, site_of
    from bot.settings import read_settings

    return next(iter(site_of(open_library(read_settings()), site).industries), "")


def _watched(lines: Iterable[str]) -> Iterator[str]:
    """The lines, with a word of progress every two seconds."""
    began = said = time.monotonic()
    for count, line in enumerate(lines, 1):
        yield line
        if not count % 500 and time.monotonic() - said > EVERY:
            said = time.monotonic()
            tell(f"{count:,} lines so far, {count / (said - began):,.0f} a second")


@contextmanager
def _opened(name: str, mode: str) -> Iterator[IO[str]]:
    if name == "-":
        yield sys.stdin if mode == "r" else sys.stdout
        return
    try:
        # A stray byte costs one letter, not the whole file.
        opened = Path(name).open(mode, encoding="utf-8", errors="replace")  # noqa: SIM115
    except OSError as error:
        what = "read" if mode == "r" else "written"
        why = error.strerror or "unknown reason"
        raise CommandError(
            f"{name} cannot be {what}: {why}.", "Name another file.", code=USAGE
        ) from None
    with opened:
        yield opened
