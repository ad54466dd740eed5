"""A small, strict part of YAML: mappings, lists and words, each with its line; nothing else.

Values stay the words the trainer typed; what they mean is decided by the field that reads them. So
``kind: no`` is the word "no" and never a truth value, and 7:30 is never 450. The parser's events
are walked once (libyaml where it is built in), which also lets every duplicate key be named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from playbooks.engine.faults import Faults

DEEPEST: Final = 6
"""Levels of nesting; a house file needs five. More is a mistake or an attack on the stack."""


@dataclass(slots=True)
class Words:
    """One value as typed. ``plain`` is False where it stood in quotes."""

    text: str
    line: int
    plain: bool = True


@dataclass(slots=True)
class Listing:
    """Values under one key, in order."""

    items: list["Node"]
    line: int


@dataclass(slots=True)
class Table:
    """Keys and values; ``lines`` holds the line of each key."""

    entries: dict[str, "Node"]
    lines: dict[str, int]
    line: int


Node: TypeAlias = Words | Listing | Table
Event: TypeAlias = Any
"""The parser's own event; its fields depend on its type."""
Events: TypeAlias = Iterator[Event]


def parse(text: str, faults: Faults, first_line: int = 1) -> Table | None:
    """The mapping that ``text`` holds, or None where nothing can be read of it.

    ``first_line`` is the line of the file at which ``text`` begins. Every fault is added to
    ``faults``; a fault of syntax ends the reading, any other lets it go on.
    """
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    walk = _Walk(faults, first_line)
    try:
        return walk.document(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        faults.add(line, f"this cannot be read: {error.problem}", _SYNTAX_HINT)
    except yaml.reader.ReaderError as error:
        faults.add(first_line, f"a character that cannot be read: {error.reason}", _CHARACTER_HINT)
    except _TooDeepError as error:
        faults.add(error.line, "this is nested too deep", f"use at most {DEEPEST} levels")
    return None


_SYNTAX_HINT: Final = (
    'indent with spaces, one "key: value" a line, and put words that hold ": " or begin with a '
    "sign in quotes"
)
_CHARACTER_HINT: Final = "type the line again, or save the file as UTF-8"


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Walk:
    """Builds the nodes of one document from the parser's events."""

    def __init__(self, faults: Faults, first_line: int) -> None:
        self._faults = faults
        self._first = first_line

    def document(self, events: Events) -> Table | None:
        found: Node | None = None
        for event in events:
            name = type(event).__name__
            if name in _CONTENT:
                found = self._node(event, events, 1)
            elif name == "DocumentEndEvent" and event.explicit:
                break
        if isinstance(found, Table):
            return found
        line = found.line if found else self._first
        self._faults.add(line, 'there is no "key: value" here', "see the worked example of a pack")
        return None

    def _node(self, event: Event, events: Events, depth: int) -> Node:
        line = self._first + event.start_mark.line
        if depth > DEEPEST:
            raise _TooDeepError(line)
        name = type(event).__name__
        if name == "AliasEvent":
            self._refuse_anchor(line)
            return Words("", line)
        if event.anchor:
            self._refuse_anchor(line)
        if event.tag and event.tag != "!":
            self._faults.add(line, f'the tag "{event.tag}" is not used here', "leave it out")
        if name == "ScalarEvent":
            return Words(event.value, line, plain=not event.style)
        if name == "SequenceStartEvent":
            return self._listing(events, line, depth)
        return self._table(events, line, depth)

    def _listing(self, events: Events, line: int, depth: int) -> Listing:
        items: list[Node] = []
        for event in events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            items.append(self._node(event, events, depth + 1))
        return Listing(items, line)

    def _table(self, events: Events, line: int, depth: int) -> Table:
        table = Table({}, {}, line)
        for event in events:
            if type(event).__name__ == "MappingEndEvent":
                break
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            self._enter(table, key, value)
        return table

    def _enter(self, table: Table, key: Node, value: Node) -> None:
        if not isinstance(key, Words):
            self._faults.add(key.line, "a key must be one word", 'write "key: value"')
        elif key.text in table.entries:
            before = table.lines[key.text]
            what = f'"{key.text}" stands here a second time (first in line {before})'
            self._faults.add(key.line, what, "keep one of the two")
        else:
            table.entries[key.text] = value
            table.lines[key.text] = key.line

    def _refuse_anchor(self, line: int) -> None:
        what = "anchors and aliases (& and *) are not used here"
        self._faults.add(
            line, what, "write the words out; put words that begin with & or * in quotes"
        )


_CONTENT: Final = frozenset(
    {"ScalarEvent", "SequenceStartEvent", "MappingStartEvent", "AliasEvent"}
)
