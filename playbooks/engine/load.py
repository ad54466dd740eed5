"""Folders of packs into one library: strict, and every mistake told at once.

A folder holds ``_house.yaml`` (sites), ``_shared.md`` (phrases) and one folder per pack with one
Markdown file per play, and ``play.de.md`` beside it for its German. Later folders lie over earlier
ones: a play of the same id replaces, sites of the same id replace, phrases of the same name
replace. So an upgrade never overwrites a trainer's work. A play that replaces another leaves the
translations below it behind: they say what the old one said.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from playbooks.engine.faults import did_you_mean
from playbooks.engine.kept import Found, from_bytes, to_bytes
from playbooks.engine.library import Library, shelf_names, topics_name
from playbooks.engine.schema import Problem
from playbooks.engine.shelf import Shelf
from playbooks.engine.source import LONGEST_PLAY, SLUG, Source, Texts
from playbooks.engine.vocabulary import LANGUAGES

MOST_PLAYS: Final = 2_000
HOUSE: Final = "_house.yaml"
SHARED: Final = "_shared.md"
_SHARED: Final = {f"_shared.{language}.md": language for language in LANGUAGES} | {SHARED: ""}
_PASSED_OVER: Final = frozenset({"readme.md", "changelog.md", "license", "license.md"})


def shipped() -> Path:
    """The folder of the packs that come with the product."""
    return Path(__file__).resolve().parent.parent / "packs"


def _last() -> Path:
    """The folder of the built-in last plays: even an empty pack answers."""
    return Path(__file__).resolve().parent / "builtin"


def load(*folders: Path, keep: Path | None = None) -> tuple[Library, list[Problem]]:
    """The library of ``folders`` and every problem in them, in order of file and line.

    The library holds what could be understood; whoever calls decides whether faults (a problem
    that is no ``warning``) forbid its use. With ``keep``, a folder of our own, the second start
    on the same content is several times faster.
    """
    gathered = Texts()
    for folder in (_last(), *folders):
        _gather(folder, gathered)
    digest = gathered.digest(_engine_mark())
    shelf = Shelf(keep) if keep else None
    found = _from_shelf(shelf, digest)
    if found is None:
        from playbooks.engine.understand import understood

        found = understood(gathered)
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
    plays = found.plays.values()
    topics = (topics_name(digest, play.pack) for play in plays)
    shelf.keep_only({name, *topics, *(each for play in plays for each in shelf_names(play))})


# --- files ---------------------------------------------------------------------------------


def _gather(folder: Path, gathered: Texts) -> None:
    shown = folder.name
    if not folder.is_dir():
        what = f"there is no folder {folder}" if not folder.exists() else f"{folder} is a file"
        _fault(gathered, str(folder), what, "make the folder, or name another one")
        return
    before = len(gathered.plays) + len(gathered.houses) + len(gathered.shared)
    for path in sorted(folder.iterdir()):
        if path.name == HOUSE:
            text = _text(path, f"{shown}/{HOUSE}", gathered)
            gathered.houses += [] if text is None else [(f"{shown}/{HOUSE}", text)]
        elif path.name in _SHARED:
            _gather_phrases(path, f"{shown}/{path.name}", gathered)
        elif path.is_dir() and not path.name.startswith((".", "_")):
            _gather_pack(path, gathered)
        elif not _passed_over(path):
            hint = f"a folder of packs holds {HOUSE}, {SHARED} and a folder for each pack"
            what = f"{path.name} is not read" + _meant(path.name, (HOUSE, *_SHARED))
            _note(gathered, f"{shown}/{path.name}", what, hint)
    seen = len(gathered.plays) + len(gathered.houses) + len(gathered.shared)
    if seen == before and not any(folder.glob("*/*.md")):
        hint = "put a pack in it, such as hotel/room_not_ready.md"
        _fault(gathered, str(folder), f"the folder {folder} holds no play and no house", hint)


def _gather_phrases(path: Path, shown: str, gathered: Texts) -> None:
    text = _text(path, shown, gathered)
    if text is not None:
        gathered.shared.append(Source(shown, "", path.name, text, _SHARED[path.name]))


def _gather_pack(folder: Path, gathered: Texts) -> None:
    if not SLUG.fullmatch(folder.name):
        hint = "use small letters, digits and _"
        _fault(gathered, folder.name, f'"{folder.name}" cannot be the name of a pack', hint)
        return
    plays: list[Path] = []
    translations: list[Path] = []
    for path in sorted(folder.iterdir()):
        if _passed_over(path):
            continue
        if path.suffix == ".md":
            (translations if "." in path.stem else plays).append(path)
        else:
            what, hint = f"{path.name} is not a play", "a play is a file ending in .md"
            _note(gathered, f"{folder.name}/{path.name}", what, hint)
    left = [each for path in plays for each in _gather_play(path, folder.name, gathered)]
    here = {path.stem for path in plays}
    for path in translations:
        _gather_translation(path, folder.name, here, gathered)
    for old in left:
        _left_behind(old, gathered)


def _gather_play(path: Path, pack: str, gathered: Texts) -> list[Source]:
    """Gathers a play; gives the translations of the one it replaces."""
    name, shown = f"{pack}/{path.stem}", f"{pack}/{path.name}"
    if not SLUG.fullmatch(path.stem):
        hint = "use small letters, digits and _"
        _fault(gathered, shown, f'"{path.stem}" cannot be the name of a play', hint)
        return []
    text = _text(path, shown, gathered)
    if text is None:
        return []
    if len(gathered.plays) >= MOST_PLAYS and name not in gathered.plays:
        hint = "take plays out that nobody uses"
        _fault(gathered, shown, f"there are more than {MOST_PLAYS} plays", hint)
        return []
    gathered.plays[name] = Source(shown, pack, path.stem, text)
    return list(gathered.translations.pop(name, {}).values())


def _gather_translation(path: Path, pack: str, here: Collection[str], gathered: Texts) -> None:
    """Gathers a translation; ``here`` are the plays of its own folder."""
    slug, _, language = path.stem.partition(".")
    name, shown = f"{pack}/{slug}", f"{pack}/{path.name}"
    if language not in LANGUAGES:
        hint = did_you_mean(language, LANGUAGES)
        _fault(gathered, shown, f'the language "{language}" is not known', hint)
    elif name not in gathered.plays:
        plays = (each.slug for each in gathered.plays.values() if each.pack == pack)
        near = did_you_mean(slug, plays)
        hint = near if near.startswith("did") else "name it as the play is named"
        _fault(gathered, shown, f"there is no play {name} that it could translate", hint)
    elif (text := _text(path, shown, gathered)) is not None:
        found = Source(shown, pack, slug, text, language, below=slug not in here)
        gathered.translations.setdefault(name, {})[language] = found


def _left_behind(old: Source, gathered: Texts) -> None:
    """Notes a translation of a play that a folder above has replaced, unless that folder translates
    its own: words of the old play would go with what the new one decides."""
    name = f"{old.pack}/{old.slug}"
    if old.language not in gathered.translations.get(name, {}):
        what = (
            f"the {LANGUAGES[old.language]} of the play it replaces is of the old words: not used"
        )
        _note(gathered, gathered.plays[name].file, what, f"write {old.file} beside it")


def _text(path: Path, shown: str, gathered: Texts) -> str | None:
    """One file, bounded, as UTF-8 with Unix line ends; a fault and None where that cannot be."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LONGEST_PLAY + 1)
        if len(content) <= LONGEST_PLAY:
            return content.decode("utf-8-sig").replace("\r\n", "\n")
        hint = f"at most {LONGEST_PLAY // 1024} KiB"
        _fault(gathered, shown, "the file is too long for a person to keep in hand", hint)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        what, hint = "there is a character here that is not UTF-8", "save the file as UTF-8"
        gathered.problems.append(Problem(shown, line, what, hint))
    except OSError as error:
        _fault(gathered, shown, f"it cannot be read: {error.strerror}", "check its permissions")
    return None


def _passed_over(path: Path) -> bool:
    """Editors' leftovers and a folder's own papers are nobody's mistake."""
    name = path.name.lower()
    return name.startswith(".") or name.endswith(("~", ".bak", ".swp")) or name in _PASSED_OVER


def _meant(name: str, known: tuple[str, ...]) -> str:
    hint = did_you_mean(name, known)
    return f" ({hint})" if hint.startswith("did") else ""


def _fault(gathered: Texts, file: str, what: str, hint: str) -> None:
    gathered.problems.append(Problem(file, 1, what, hint))


def _note(gathered: Texts, file: str, what: str, hint: str) -> None:
    gathered.problems.append(Problem(file, 1, what, hint, warning=True))


def _engine_mark() -> str:
    """Sizes and times of the engine's own files: an upgraded engine reads everything anew."""
    own = sorted(Path(__file__).parent.glob("*.py"))
    stats = [(path.name, path.stat()) for path in own]
    return repr([(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats])
