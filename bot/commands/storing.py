"""``fifteen migrate`` and ``fifteen export``: the database for its operator."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, get_args

from bot.clock import SystemClock
from bot.commands.looking import looking
from bot.commands.words import CommandError, say
from bot.settings import read_settings

OPENERS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes text that begins with one of these for a formula."""


def migrate_database() -> None:
    """Brings the tables up to date and says whether anything had to be done."""
    from storage.engine import database, migrate

    settings = read_settings()
    changed = migrate(settings.database)
    name = database(settings.database).name
    say(f"The database {name} {'was brought up to date' if changed else 'is up to date'}.")


def export_csv(folder: Path) -> None:
    """Writes one CSV file for each table; older files of the same names are replaced.

    Raises:
        CommandError: a file cannot be written.
    """
    from storage.views import ExportTable

    with looking(read_settings(), SystemClock()) as book:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for table in get_args(ExportTable):
                count = _write(folder / f"{table}.csv", book.export(table))
                say(f"{folder / table}.csv: {count} rows")
        except OSError as error:
            raise CommandError(
                f"{error.filename or folder} cannot be written: {error.strerror}.",
                "The export is not complete.",
                "Name another folder, or free some space.",
            ) from None


def _write(path: Path, rows: Iterable[Mapping[str, str | int | None]]) -> int:
    """How many rows were written. A table without rows gives an empty file."""
    count = 0
    draft = path.with_suffix(".csv.draft")
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer: csv.DictWriter[str] | None = None
        for row in rows:
            count += 1
            if writer is None:
                writer = csv.DictWriter(file, list(row))
                writer.writeheader()
            writer.writerow({name: _harmless(value) for name, value in row.items()})
    # Only a whole file takes the name: a spreadsheet never opens half an export.
    draft.replace(path)
    return count


def _harmless(value: str | int | None) -> str | int | None:
    """Text a customer may have worded never becomes a formula in a manager's spreadsheet."""
    return f"'{value}" if isinstance(value, str) and value.startswith(OPENERS) else value
