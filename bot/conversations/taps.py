"""What a button carries: ``verb.moment.argument``, at most 64 bytes: Telegram allows no more."""

from dataclasses import dataclass
from typing import Final

LIMIT: Final = 64


@dataclass(frozen=True, slots=True)
class Tap:
    """A button's word, taken apart."""

    verb: str
    moment: str = ""
    argument: str = ""


def tap(verb: str, moment: str = "", argument: object = "") -> str:
    """The word a button carries.

    Raises:
        ValueError: it would not fit a button; the programmer's mistake, never a person's.
    """
    word = f"{verb}.{moment}.{argument}".rstrip(".")
    size = len(word) if word.isascii() else len(word.encode())
    if size > LIMIT:
        raise ValueError(f"a button holds {LIMIT} bytes, {word!r} has more")
    return word


def parse(word: str) -> Tap:
    """Takes any word apart, also one nobody made: unknown verbs are answered, not raised."""
    verb, _, rest = word[:LIMIT].partition(".")
    moment, _, argument = rest.partition(".")
    return Tap(verb, moment, argument)
