"""Folders of packs into one library: strict, and every mistake told at once.

A folder holds ``_house.yaml`` (sites), ``_shared.md`` (phrases) and one folder per pack with one
Markdown file per play. Later folders lie over earlier ones: a play of the same id replaces, sites
of the same id replace, phrases of the same name replace. So an upgrade never overwrites a
trainer's work.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playbooks.engine.faults import did_you_mean
from playbooks.engine.kept import Found, from_bytes, to_bytes
from playbooks.engine.library import Library, shelf_name
from playbooks.engine.schema import Problem
from playbooks.engine.shelf import Shelf
from playbooks.engine.source import LONGEST_PLAY, SLUG, Source

MOST_PLAYS: Final = 2_000
HOUSE: Final = "_house.yaml"
SHARED: Final = "_shared.md"
_PASSED_OVER: Final = frozenset({"readme.md", "changelog.md", "license", "license.md"})


def shipped() -> Path:
    """The folder of the packs that come with the product."""
    return Path(__file__).resolve().parent.parent / "packs"


def _last() -> Path:
    """The folder of the built-in last plays: even an empty pack answers."""
    return Path(__file__).resolve().parent / "builtin"


@dataclass(slots=True)
class _Gathered:
    """The texts of all folders, before any is understood."""

    houses: list[tuple[str, str]] = field(default_factory=list)
    shared: list[tuple[str, str]] = field(default_factory=list)
    plays: dict[str, Source] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def digest(self) -> str:
        """Changes with every byte that was gathered, and with the engine that reads it."""
        total = hashlib.sha256(_engine_mark().encode())
        for file, text in self.houses + self.shared:
            total.update(f"\0{file}\0{text}".encode())
        for name, source in self.plays.items():
            total.update(f"\0{name}\0{source.file}\0{source.text}".encode())
        for problem in self.problems:
            total.update(f"\0{problem}".encode())
        return total.hexdigest()[:16]


def load(*folders: Path, keep: Path | None = None) -> tuple[Library, list[Problem]]:
    """The library of ``folders`` and every problem in them, in order of file and line.

    The library holds what could be understood; whoever calls decides whether faults (a problem
    that is no ``warning``) forbid its use. With ``keep``, a folder of our own, the second start
    on the same content is several times faster.
    """
    gathered = _Gathered()
    for folder in (_last(), *folders):
        _gather(folder, gathered)
    digest = gathered.digest()
    shelf = Shelf(keep) if keep else None
    found = _from_shelf(shelf, digest)
    if found is None:
        from playbooks.engine.understand import understood

        found = understood(
            gathered.plays.values(), gathered.shared, gathered.houses, gathered.problems
        )
        if shelf and found.sound:
            _shelve(shelf, digest, found)
    library = Library(found.plays, found.house, digest, shelf=shelf)
    return library, found.problems


def _from_shelf(shelf: Shelf | None, digest: str) -> Found | None:
    kept = shelf.get(f"{digest}.plays") if shelf else None
    return None if kept is None else from_bytes(kept)


def _shelve(shelf: Shelf, digest: str, found: Found) -> None:
    name = f"{digest}.plays"
    shelf.put(name, to_bytes(found))
    shelf.keep_only({name, *map(shelf_name, found.plays.values())})


# --- files ---------------------------------------------------------------------------------


def _gather(folder: Path, gathered: _Gathered) -> None:
    shown = folder.name
    if not folder.is_dir():
        what = f"there is no folder {folder}" if not folder.exists() else f"{folder} is a file"
        _fault(gathered, str(folder), what, "make the folder, or name another one")
        return
    before = len(gathered.plays) + len(gathered.houses) + len(gathered.shared)
    for path in sorted(folder.iterdir()):
        if path.name == HOUSE:
            _text(path, f"{shown}/{HOUSE}", gathered.houses, gathered)
        elif path.name == SHARED:
            _text(path, f"{shown}/{SHARED}", gathered.shared, gathered)
        elif path.is_dir() and not path.name.startswith((".", "_")):
            _gather_pack(path, gathered)
        elif not _passed_over(path):
            hint = f"a folder of packs holds {HOUSE}, {SHARED} and a folder for each pack"
            what = f"{path.name} is not read" + _meant(path.name, (HOUSE, SHARED))
            _note(gathered, f"{shown}/{path.name}", what, hint)
    seen = len(gathered.plays) + len(gathered.houses) + len(gathered.shared)
    if seen == before and not any(folder.glob("*/*.md")):
        hint = "put a pack in it, such as hotel/room_not_ready.md"
        _fault(gathered, str(folder), f"the folder {folder} holds no play and no house", hint)


def _gather_pack(folder: Path, gathered: _Gathered) -> None:
    if not SLUG.fullmatch(folder.name):
        hint = "use small letters, digits and _"
        _fault(gathered, folder.name, f'"{folder.name}" cannot be the name of a pack', hint)
        return
    for path in sorted(folder.iterdir()):
        shown = f"{folder.name}/{path.name}"
        if path.suffix != ".md" or _passed_over(path):
            if not _passed_over(path):
                _note(
                    gathered, shown, f"{path.name} is not a play", "a play is a file ending in .md"
                )
            continue
        if not SLUG.fullmatch(path.stem):
            hint = "use small letters, digits and _"
            _fault(gathered, shown, f'"{path.stem}" cannot be the name of a play', hint)
            continue
        found: list[tuple[str, str]] = []
        _text(path, shown, found, gathered)
        for _, text in found:
            _place(Source(shown, folder.name, path.stem, text), gathered)


def _place(source: Source, gathered: _Gathered) -> None:
    name = f"{source.pack}/{source.slug}"
    if len(gathered.plays) >= MOST_PLAYS and name not in gathered.plays:
        hint = "take plays out that nobody uses"
        _fault(gathered, source.file, f"there are more than {MOST_PLAYS} plays", hint)
    else:
        gathered.plays[name] = source


def _text(path: Path, shown: str, found: list[tuple[str, str]], gathered: _Gathered) -> None:
    """Read one file, bounded, as UTF-8 with Unix line ends; a fault where that cannot be."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LONGEST_PLAY + 1)
        if len(content) > LONGEST_PLAY:
            hint = f"at most {LONGEST_PLAY // 1024} KiB"
            _fault(gathered, shown, "the file is too long for a person to keep in hand", hint)
            return
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        what, hint = "there is a character here that is not UTF-8", "save the file as UTF-8"
        gathered.problems.append(Problem(shown, line, what, hint))
    except OSError as error:
        _fault(gathered, shown, f"it cannot be read: {error.strerror}", "check its permissions")
    else:
        found.append((shown, text))


def _passed_over(path: Path) -> bool:
    """Editors' leftovers and a folder's own papers are nobody's mistake."""
    name = path.name.lower()
    return name.startswith(".") or name.endswith(("~", ".bak", ".swp")) or name in _PASSED_OVER


def _meant(name: str, known: tuple[str, ...]) -> str:
    hint = did_you_mean(name, known)
    return f" ({hint})" if hint.startswith("did") else ""


def _fault(gathered: _Gathered, file: str, what: str, hint: str) -> None:
    gathered.problems.append(Problem(file, 1, what, hint))


def _note(gathered: _Gathered, file: str, what: str, hint: str) -> None:
    gathered.problems.append(Problem(file, 1, what, hint, warning=True))


def _engine_mark() -> str:
    """Sizes and times of the engine's own files: an upgraded engine reads everything anew."""
    own = sorted(Path(__file__).parent.glob("*.py"))
    stats = [(path.name, path.stat()) for path in own]
    return repr([(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats])
