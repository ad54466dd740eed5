"""How a command speaks: mistakes in plain words, the answer as text or as one JSON object."""

import dataclasses
import json
import os
import sys
from collections.abc import Mapping
from typing import Final, NoReturn

FAULT: Final = 1
"""Something is wrong with what was looked at: a pack, the database, the settings."""
USAGE: Final = 2
"""The command was not understood."""
STYLES: Final = {"bold": 1, "red": 31, "green": 32, "yellow": 33, "cyan": 36, "white": 37}


class CommandError(Exception):
    """A command could not do its errand; told in one breath, without a traceback.

    Says what happened, what it means, and what to do. ``code`` is the exit code, 1 or 2.
    """

    def __init__(self, what: str, means: str = "", do: str = "", code: int = FAULT) -> None:
        super().__init__(" ".join(part for part in (what, means, do) if part))
        self.code = code


def paint(text: str, *styles: str) -> str:
    """The text in colour where a person reads it on a terminal, plain in a file or a pipe."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return "".join(f"\033[{STYLES[style]}m" for style in styles) + f"{text}\033[0m"


def say(text: str = "") -> None:
    """One line of the answer."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def tell(text: str) -> None:
    """One line on standard error: progress and remarks, never part of the answer."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def say_json(answer: Mapping[str, object]) -> None:
    """The whole answer as one JSON object on one line."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, default=_jsonable) + "\n")


def _jsonable(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)


def give_up(error: CommandError) -> NoReturn:
    """Tells the mistake and ends the program with its exit code."""
    tell(str(error))
    raise SystemExit(error.code)
