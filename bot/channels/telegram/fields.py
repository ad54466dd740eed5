"""Single fields of an update, whatever came: any JSON may stand there."""

from typing import Any, Final

MOST: Final = 2**53


def slice_of(text: str, start: int, length: int) -> str:
    """Some of a text; Telegram counts places in UTF-16."""
    if start < 0 or length <= 0:
        return ""
    units = text.encode("utf-16-le")[2 * start : 2 * (start + length)]
    return units.decode("utf-16-le", "ignore")


def part_of(of: object, name: str) -> dict[str, Any]:
    """What is inside under that name; empty where there is none."""
    part = of.get(name) if isinstance(of, dict) else None
    return part if isinstance(part, dict) else {}


def list_of(of: dict[str, Any], name: str) -> list[Any]:
    """A list; empty where there is none."""
    part = of.get(name)
    return part if isinstance(part, list) else []


def text_of(of: object, name: str) -> str:
    """A text, without what no store keeps: zero bytes and halves of pairs."""
    value = of.get(name) if isinstance(of, dict) else None
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode("utf-8", "ignore").decode()


def number_of(of: object, name: str) -> int | None:
    """A whole number that fits any store; else None."""
    value = of.get(name) if isinstance(of, dict) else None
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < MOST
    return value if whole else None
