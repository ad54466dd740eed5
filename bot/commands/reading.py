"""``fifteen read``: many lines at once, streamed, for reports and for measuring the reader."""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from bot.commands.words import USAGE, CommandError, tell

EVERY: Final = 2.0
"""Seconds between two words of progress."""


def read_file(jsonl: str, out: str, *, site: str) -> None:
    """Reads ``{id, text}`` lines from ``jsonl`` and writes a reading for each to ``out``.

    Raises:
        CommandError: a file cannot be opened, or a line is not what is asked for.
    """
    industries = _industries(site)
    with _opened(jsonl, "r") as source, _opened(out, "w") as sink:
        began = time.monotonic()
        count = _through(_counted(source, began), sink, industries)
        took = max(time.monotonic() - began, 1e-9)
    tell(f"{count:,} lines in {took:.1f} s, {count / took:,.0f} a second")


def _through(lines: Iterable[str], sink: IO[str], industries: tuple[str, ...]) -> int:
    from playbooks.engine.bulk import read_lines

    count = 0
    try:
        for count, line in enumerate(read_lines(lines, industries), 1):  # noqa: B007
            sink.write(line)
            sink.write("\n")
    except ValueError as error:
        raise CommandError(
            f"Line {count + 1} cannot be read: {error}.",
            f"The {count} lines before it are written.",
            'Each line is a JSON object such as {"id": 1, "text": "room not ready"}.',
        ) from None
    return count


def _industries(site: str) -> tuple[str, ...]:
    """The trades of the site, where one is named: without it no line is taken for a hotel's."""
    if not site:
        return ()
    from bot.commands.library import open_library, site_of
    from bot.settings import read_settings

    return site_of(open_library(read_settings()), site).industries


def _counted(lines: Iterable[str], began: float) -> Iterator[str]:
    """The lines, with a word of progress now and then where somebody watches."""
    watched = sys.stderr.isatty()
    said = began
    for count, line in enumerate(lines, 1):
        yield line
        if watched and not count % 500 and time.monotonic() - said > EVERY:
            said = time.monotonic()
            tell(f"{count:,} lines, {count / (said - began):,.0f} a second")


@contextmanager
def _opened(name: str, mode: str) -> Iterator[IO[str]]:
    if name == "-":
        yield sys.stdin if mode == "r" else sys.stdout
        return
    try:
        opened = Path(name).open(mode, encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError as error:
        what = "read" if mode == "r" else "written"
        why = error.strerror or "unknown reason"
        raise CommandError(
            f"{name} cannot be {what}: {why}.", "Name another file.", code=USAGE
        ) from None
    with opened:
        yield opened
