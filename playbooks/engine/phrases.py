"""``_shared.md``: phrases that several plays put in with ``{% include "name" %}``; in German,
``_shared.de.md``."""

import re
from typing import Final

from playbooks.engine import templates
from playbooks.engine.faults import Faults
from playbooks.engine.vocabulary import ENGLISH

SHARED: Final = "_shared"
_HEADING: Final = re.compile(r"#\s+(\S+)\s*")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


def shared_file(language: str) -> str:
    """Where the phrases of a language stand; ``_shared.md`` are the English ones."""
    return f"{SHARED}.md" if language == ENGLISH else f"{SHARED}.{language}.md"


def read_phrases(text: str, faults: Faults) -> dict[str, str]:
    """Name -> phrase. A phrase is the text below its heading and may not put in another one."""
    found: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    name = ""
    for number, line in enumerate(text.split("\n"), 1):
        heading = _HEADING.fullmatch(line)
        if heading:
            name = heading[1]
            if name in found or not _NAME.fullmatch(name):
                hint = "give each phrase a name of its own: small letters, digits and _"
                faults.add(number, f'"{name}" cannot be the name of this phrase', hint)
            found[name], lines[name] = [], number
        elif name:
            found[name].append(line)
        elif line.strip():
            faults.add(number, "words before the first phrase", 'begin with "# name"')
    return {name: _checked(name, "\n".join(found[name]), lines[name], faults) for name in found}


def _checked(name: str, text: str, line: int, faults: Faults) -> str:
    phrase = text.strip()
    if not phrase:
        faults.add(line, f'the phrase "{name}" is empty', "write one sentence below its name")
    for below, what, hint in templates.faults_in(phrase):
        faults.add(line + 1 + below, what, hint)
    return phrase
