"""SQL text made ahead of time, and the one object that runs it.

Executing a Core statement through SQLAlchemy costs 100 to 200 µs each, and importing it a quarter
of a second at every start. Both are paid for building SQL that never changes. So the statements are
written once in Core (``statements``), compiled for both dialects into ``prepared.json`` by
``python -m storage.prepared``, and run here as plain text on the driver's cursor, about 4 µs each.
A test compiles them anew and compares: a forgotten run of the command cannot get past it.
"""

import sys
from collections.abc import Callable, Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeAlias

import msgspec

from storage.errors import StorageError

Dialect: TypeAlias = Literal["sqlite", "postgresql"]
Value: TypeAlias = str | int | None
Pick: TypeAlias = Callable[[Mapping[str, Value]], tuple[Value, ...]]

FILE: Final = "prepared.json"


class Ready(msgspec.Struct, frozen=True):
    """What one dialect needs: the schema as statements, and each statement with the names of its
    values in the order they stand in it."""

    schema: tuple[str, ...]
    statements: dict[str, tuple[str, tuple[str, ...]]]


class Cursor(Protocol):
    """What we use of a driver's cursor, as the database interface of Python names it."""

    rowcount: int
    description: Any
    execute: Callable[..., Any]
    fetchall: Callable[[], list[Any]]


class Session:
    """Runs prepared statements by name on one cursor. Values are given by name as well."""

    __slots__ = ("_execute", "_fault", "_statements", "_translate", "cursor", "dialect")

    def __init__(
        self,
        dialect: Dialect,
        cursor: Cursor,
        fault: type[Exception],
        translate: Callable[[Exception], StorageError],
    ) -> None:
        self.dialect: Dialect = dialect
        self.cursor = cursor
        self._execute = cursor.execute
        self._fault = fault
        self._translate = translate
        ready = load()[dialect].statements
        self._statements = {name: (sql, pick(names)) for name, (sql, names) in ready.items()}

    def run(self, name: str, values: Mapping[str, Value]) -> Cursor:
        """Runs one statement.

        Raises:
            StorageError: the database refused, with the reason in words.
        """
        sql, chosen = self._statements[name]
        try:
            self._execute(sql, chosen(values))
        except self._fault as error:
            raise self._translate(error) from error
        return self.cursor

    def control(self, sql: str) -> None:
        """Begins or ends a transaction."""
        try:
            self._execute(sql)
        except self._fault as error:
            raise self._translate(error) from error

    def rows(self, name: str, /, **values: Value) -> list[Any]:
        """All rows a statement finds."""
        self.run(name, values)
        return self._fetch(self.cursor.fetchall)

    def row(self, name: str, /, **values: Value) -> Any:  # noqa: ANN401 - a tuple of the columns
        """The first row, or None."""
        self.run(name, values)
        found = self._fetch(self.cursor.fetchall)
        return found[0] if found else None

    def rows_of(self, name: str, values: Mapping[str, Value]) -> list[Any]:
        """As ``rows``, the values in a mapping that may hold more than the statement needs."""
        self.run(name, values)
        return self._fetch(self.cursor.fetchall)

    def put(self, name: str, values: Mapping[str, Value]) -> int:
        """As ``changed``, the values in a mapping that may hold more than the statement needs."""
        return self.run(name, values).rowcount

    def changed(self, name: str, /, **values: Value) -> int:
        """How many rows a statement changed."""
        return self.run(name, values).rowcount

    def named(self, name: str, values: Mapping[str, Value]) -> list[dict[str, Any]]:
        """All rows by the names of their columns, for reports."""
        self.run(name, values)
        columns = [column[0] for column in self.cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in self._fetch(self.cursor.fetchall)]

    def version(self) -> int:
        """On SQLite a number that changes when another connection has written; else 0."""
        if self.dialect != "sqlite":
            return 0
        self.control("PRAGMA data_version")
        return int(self._fetch(self.cursor.fetchall)[0][0])

    def lock(self, name: str) -> None:
        """Until the end of the transaction nobody else holds that name; SQLite, which has one
        writer at a time, needs no more."""
        if self.dialect == "postgresql":
            self.rows("lock", name=name)

    def _fetch(self, read: Callable[[], list[Any]]) -> list[Any]:
        try:
            return read()
        except self._fault as error:
            raise self._translate(error) from error


def pick(names: tuple[str, ...]) -> Pick:
    """Puts named values in the order of a statement."""
    if len(names) > 1:
        return itemgetter(*names)
    if names:
        only = names[0]
        return lambda values: (values[only],)
    return lambda _: ()


_LOADED: dict[str, Ready] = {}


def load() -> Mapping[str, Ready]:
    """The prepared SQL of both dialects, read from the package once."""
    if not _LOADED:
        text = Path(__file__).with_name(FILE).read_bytes()
        _LOADED.update(msgspec.json.decode(text, type=dict[str, Ready]))
    return _LOADED


def build() -> bytes:
    """Compiles everything anew, as it belongs into ``prepared.json``."""
    from storage import compiled

    made = {"sqlite": compiled.ready("sqlite"), "postgresql": compiled.ready("postgresql")}
    return msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n"


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).with_name(FILE)).write_bytes(build())
