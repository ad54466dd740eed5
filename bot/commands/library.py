"""The playbooks as a command needs them: loaded, or every fault told."""

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from bot.commands.words import USAGE, CommandError
from playbooks.engine.schema import Problem, Site, Staff
from playbooks.engine.vocabulary import ROLES

if TYPE_CHECKING:
    from bot.settings import Settings
    from playbooks.engine.library import Library

MOST_SHOWN: Final = 20
"""Faults shown at once: more than that scroll away unread."""


def open_library(settings: "Settings", own: Path | None = None) -> "Library":
    """The built-in plays with the trainers' own laid over them; ``own`` replaces PLAYBOOKS_DIR.

    Raises:
        CommandError: they cannot be used; the message names each fault with file and line.
    """
    library, problems = look_over(settings, own)
    faults = [problem for problem in problems if not problem.warning]
    if faults:
        raise CommandError(
            f"The playbooks cannot be used:\n{listed(faults)}\n"
            "Mend these lines; `fifteen playbooks check` shows what is left."
        )
    return library


def look_over(settings: "Settings", own: Path | None = None) -> "tuple[Library, list[Problem]]":
    """The library as far as it can be understood, and every problem in it."""
    from playbooks.engine.load import load, shipped

    folders = [shipped()]
    if own or settings.playbooks_dir:
        folders.append(own or cast("Path", settings.playbooks_dir))
    return load(*folders, keep=settings.shelf)


def listed(problems: Iterable[Problem]) -> str:
    """One line for each problem, the first twenty of them."""
    lines = [f"  {problem}" for problem in problems]
    more = len(lines) - MOST_SHOWN
    return "\n".join(lines[:MOST_SHOWN] + ([f"  and {more} more"] if more > 0 else []))


def site_of(library: "Library", wanted: str) -> Site:
    """The site asked for, or the house's first.

    Raises:
        CommandError: there is no such site.
    """
    sites = library.house.sites
    name = wanted or library.house.first
    if name not in sites:
        known = ", ".join(sorted(sites))
        close = difflib.get_close_matches(name, sites, n=1)
        guess = f"Did you mean {close[0]}? " if close else ""
        raise CommandError(
            f"There is no site “{name}”.", f"{guess}The sites are: {known}.", code=USAGE
        )
    return sites[name]


def staff_of(role: str) -> Staff:
    """Somebody of that role.

    Raises:
        CommandError: there is no such role.
    """
    if role not in ROLES:
        known = ", ".join(ROLES)
        raise CommandError(f"There is no role “{role}”.", f"The roles are: {known}.", code=USAGE)
    return Staff(name="", role=role)
