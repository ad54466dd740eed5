"""Typed values out of a table of words: each reader says in plain words what it wanted."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Final, TypeVar

from playbooks.engine.faults import Faults, did_you_mean
from playbooks.engine.yaml_strict import Listing, Node, Table, Words

T = TypeVar("T")

_MONEY: Final = re.compile(r"(\d{1,7})(?:\.(\d{1,2}))?")
_FLAGS: Final = {"true": True, "yes": True, "false": False, "no": False}
LONGEST_TEXT: Final = 300


class Fields:
    """One table under reading. Ask for every field that may stand there, then ``close``."""

    def __init__(self, table: Table, faults: Faults, where: str = "") -> None:
        self._table = table
        self._faults = faults
        self._where = where
        self._asked: set[str] = set()
        self.line = table.line

    def line_of(self, key: str) -> int:
        """The line ``key`` stands in, or that of the table where it is missing."""
        return self._table.lines.get(key, self._table.line)

    def has(self, key: str) -> bool:
        """True where ``key`` was typed, whatever follows it."""
        return key in self._table.entries

    def node(self, key: str, *, needed: bool = False) -> Node | None:
        """What stands under ``key``, unread. A missing one is a fault where it is ``needed``."""
        self._asked.add(key)
        found = self._table.entries.get(key)
        empty = isinstance(found, Words) and found.plain and found.text in {"", "~", "null"}
        if found is not None and not empty:
            return found
        if empty:
            self.fault(key, f'"{self._name(key)}" is empty', "fill it in or leave the line out")
        elif needed:
            self.fault(key, f'"{self._name(key)}" is missing', f'add a line "{key}: ..."')
        return None

    def text(self, key: str, *, needed: bool = False, longest: int = LONGEST_TEXT) -> str:
        """Plain words on one line; empty where there are none."""
        found = self.node(key, needed=needed)
        return "" if found is None else self.words_of(found, key, longest)

    def words_of(self, node: Node, key: str, longest: int = LONGEST_TEXT) -> str:
        """The words of ``node``, which belongs to ``key``; a fault where it is anything else."""
        if not isinstance(node, Words):
            hint = 'write words only; with ": " in them, put the whole in quotes'
            self._faults.add(node.line, f'"{self._name(key)}" must be plain words', hint)
            return ""
        text = " ".join(node.text.split())
        if not text.isprintable():
            self._faults.add(
                node.line, "there is a character here that cannot be shown", "retype it"
            )
        if len(text) > longest:
            what = f'"{self._name(key)}" has {len(text)} characters'
            self._faults.add(node.line, what, f"say it in at most {longest}")
        return text

    def whole(self, key: str, low: int, high: int, *, needed: bool = False) -> int | None:
        """A whole number from ``low`` to ``high``."""

        def number(text: str) -> int | None:
            value = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
            return value if value is not None and low <= value <= high else None

        return self._typed(key, number, f"a whole number from {low} to {high}", needed=needed)

    def money(self, key: str, *, needed: bool = False) -> int | None:
        """An amount such as 18 or 12.50, in hundredths."""

        def amount(text: str) -> int | None:
            match = _MONEY.fullmatch(text)
            if not match:
                return None
            return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))

        return self._typed(key, amount, "an amount such as 18 or 12.50, no sign", needed=needed)

    def flag(self, key: str) -> bool | None:
        """``true`` or ``false``; None where it is left out."""
        return self._typed(key, lambda text: _FLAGS.get(text.lower()), "true or false")

    def day(self, key: str) -> date | None:
        """A day such as 2026-11-01; None where it is left out."""

        def iso(text: str) -> date | None:
            try:
                return date.fromisoformat(text)
            except ValueError:
                return None

        return self._typed(key, iso, "a day such as 2026-11-01")

    def parsed(self, key: str, read: Callable[[str], T | None], wanted: str) -> T | None:
        """What ``read`` makes of the words; None from it is a fault that asks for ``wanted``."""
        return self._typed(key, read, wanted, needed=True)

    def lines(self, key: str, *, needed: bool = False) -> list[tuple[str, int]]:
        """A list of plain words, each with its line."""
        found = self.node(key, needed=needed)
        if found is None:
            return []
        if not isinstance(found, Listing):
            what, hint = f'"{self._name(key)}" must be a list', 'write one "- ..." a line'
            self._faults.add(found.line, what, hint)
            return []
        return [(self.words_of(item, key), item.line) for item in found.items]

    def choices(
        self, key: str, known: Collection[str], *, needed: bool = False,
        also: Mapping[str, str] | None = None,
    ) -> list[str]:  # fmt: skip
        """One or several of ``known``; ``also`` maps other accepted words to known ones."""
        found = self.node(key, needed=needed)
        if found is None:
            return []
        chosen: list[str] = []
        for item in found.items if isinstance(found, Listing) else [found]:
            word = self.words_of(item, key)
            value = (also or {}).get(word.lower(), word)
            if value in known:
                chosen.append(value)
            elif word:
                what = f'"{word}" is not a {key} that is known'
                self._faults.add(item.line, what, did_you_mean(word, [*known, *(also or {})]))
        return chosen

    def inner(self, key: str, *, needed: bool = False) -> "Fields | None":
        """The table under ``key``."""
        found = self.node(key, needed=needed)
        if found is None:
            return None
        if isinstance(found, Table):
            return Fields(found, self._faults, self._name(key))
        what = f'"{self._name(key)}" must hold "key: value" lines of its own'
        self._faults.add(found.line, what, "see the worked example of a pack")
        return None

    def names(self) -> list[str]:
        """All keys in order, for a table whose keys are the trainer's own names."""
        return list(self._table.entries)

    def fault(self, key: str, what: str, hint: str) -> None:
        """Add a fault at the line of ``key``."""
        self._faults.add(self.line_of(key), what, hint)

    def refuse(self, keys: Collection[str], what: str, hint: str) -> None:
        """Fault each of ``keys`` that was typed, for a reason better than that it is not known."""
        for key in keys:
            if key in self._table.entries:
                self._asked.add(key)
                self.fault(key, f'"{self._name(key)}" {what}', hint)

    def close(self) -> None:
        """Name every key nobody asked for."""
        for key, line in self._table.lines.items():
            if key not in self._asked:
                left = self._asked - set(self._table.entries) or self._asked
                near = did_you_mean(key, self._asked)
                hint = near if near.startswith("did") else did_you_mean(key, left)
                self._faults.add(line, f'"{self._name(key)}" is not known', hint)

    def _typed(
        self, key: str, read: Callable[[str], T | None], wanted: str, *, needed: bool = False
    ) -> T | None:
        found = self.node(key, needed=needed)
        if found is None:
            return None
        value = read(found.text.strip()) if isinstance(found, Words) else None
        if value is None:
            shown = f', not "{found.text}"' if isinstance(found, Words) else ""
            what = f'"{self._name(key)}" must be {wanted}{shown}'
            self._faults.add(found.line, what, f"write {key}: {wanted}")
        return value

    def _name(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key
