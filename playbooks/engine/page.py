"""One Markdown page of a pack: front matter between ``---``, then Say and Do. Plays and their
translations are both such pages."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from playbooks.engine import templates
from playbooks.engine.faults import Faults, did_you_mean
from playbooks.engine.fields import Fields
from playbooks.engine.phrases import shared_file
from playbooks.engine.vocabulary import ENGLISH, LANGUAGES
from playbooks.engine.yaml_strict import parse

Shared = Mapping[str, Mapping[str, str]]
"""The phrases of each language by name."""

_STEP: Final = re.compile(r"(\d{1,2})[.)]\s+(.*)")
_HEADING: Final = re.compile(r"#\s+(\S.*)")


@dataclass(slots=True)
class Sections:
    """Lines below a heading, and the line the first of them stands in."""

    lines: dict[str, list[str]] = field(default_factory=dict)
    start: dict[str, int] = field(default_factory=dict)


def read_page(text: str, faults: Faults) -> tuple[Fields, Sections] | None:
    """What stands above and below the second ``---``; None where it cannot be told."""
    parts = _split(text, faults)
    if parts is None:
        return None
    head, body, body_line = parts
    table = parse(head, faults, first_line=2)
    sections = _sections(body, body_line, faults)
    return None if table is None else (Fields(table, faults), sections)


def _split(text: str, faults: Faults) -> tuple[str, str, int] | None:
    """Front matter, body, and the line the body begins at."""
    if not text.startswith("---\n"):
        faults.add(
            1, "the file does not begin with ---", "put the front matter between two --- lines"
        )
        return None
    end = text.find("\n---\n", 3)
    if end < 0:
        faults.add(1, "the front matter has no end", "close it with a line of --- before # Say")
        return None
    return text[4 : end + 1], text[end + 5 :], text.count("\n", 0, end + 5) + 1


def _sections(body: str, first_line: int, faults: Faults) -> Sections:
    made = Sections()
    current = ""
    for line_number, line in enumerate(body.split("\n"), first_line):
        heading = _HEADING.match(line)
        if heading:
            current = heading[1].strip().lower()
            _open(made, current, line_number, faults)
        elif current:
            made.lines[current].append(line)
        elif line.strip():
            faults.add(line_number, "words outside a section", "put them under # Say or # Do")
            current = "?"
            made.lines[current] = []
    return made


def _open(made: Sections, name: str, line: int, faults: Faults) -> None:
    if name not in {"say", "do"}:
        faults.add(line, f'the section "# {name}" is not known', did_you_mean(name, ["say", "do"]))
    elif name in made.start:
        faults.add(line, f'the section "# {name}" stands here a second time', "keep one of the two")
    made.start.setdefault(name, line + 1)
    made.lines.setdefault(name, [])


def revision(text: str, phrases: str = "") -> str:
    """Ten characters that change when a word of the play, or of a phrase it uses, changes."""
    return hashlib.sha256(f"{text}\0{phrases}".encode()).hexdigest()[:10]


def variables(promise: bool, gesture: bool) -> frozenset[str]:
    """What has a value in a play with or without a promise and a gesture."""
    without = frozenset() if promise else frozenset({"by", "minutes"})
    return templates.VARIABLES - without - (frozenset() if gesture else {"gesture"})


class Body:
    """Say and Do out of their sections, phrases spelled out, templates checked."""

    def __init__(
        self, sections: Sections, shared: Shared, language: str, known: frozenset[str],
        faults: Faults, lines: dict[str, int],
    ) -> None:  # fmt: skip
        self._sections = sections
        self._shared = shared
        self._language = language
        self._known = known
        self._faults = faults
        self._lines = lines
        self.used = ""

    def say(self) -> str:
        """Her words as one template."""
        lines, start = self._section("say")
        while lines and not lines[0].strip():
            lines, start = lines[1:], start + 1
        self._lines["say"] = start
        text = "\n".join(lines).strip()
        if "say" in self._sections.start and not text:
            self._faults.add(start, "# Say is empty", "write one or two sentences she can speak")
        return self._checked(text, start)

    def do(self) -> tuple[str, ...]:
        """Her steps, a template each."""
        lines, start = self._section("do")
        self._lines["do"] = start
        steps: list[tuple[str, int]] = []
        for number, line in enumerate(lines, start):
            self._step(line.strip(), number, steps)
        if "do" in self._sections.start and not steps:
            self._faults.add(start, "# Do is empty", 'write "1. Now: ..." and the next steps')
        self._lines |= {f"do.{index}": line for index, (_, line) in enumerate(steps)}
        return tuple(self._checked(text, line) for text, line in steps)

    def _step(self, line: str, number: int, steps: list[tuple[str, int]]) -> None:
        match = _STEP.match(line)
        if match:
            steps.append((match[2], number))
        elif line and steps:
            text, first = steps[-1]
            steps[-1] = (f"{text}\n{line}", first)
        elif line:
            self._faults.add(number, "a step without its number", 'write "1. Now: ..."')

    def _section(self, name: str) -> tuple[list[str], int]:
        if name not in self._sections.start:
            title = name.capitalize()
            self._faults.add(
                1, f'the section "# {title}" is missing', f'add "# {title}" below the ---'
            )
            return [], 1
        return self._sections.lines[name], self._sections.start[name]

    def _checked(self, text: str, line: int) -> str:
        spelled, missing = templates.spell_out(text, self._shared.get(self._language, {}))
        missing = [self._not_written(*each) for each in missing]
        if spelled != text:
            self.used += spelled
        for below, what, hint in missing + templates.faults_in(spelled, self._known):
            last = line + text.count("\n")
            self._faults.add(min(line + below, last), what, hint)
        return spelled

    def _not_written(self, below: int, what: str, hint: str) -> templates.Found:
        """A phrase that is missing, told with its language: English words amid German ones would
        be read aloud."""
        if self._language == ENGLISH:
            return below, what, hint
        near = hint if hint.startswith("did") else f"write it in {shared_file(self._language)}"
        return below, f"{what} in {LANGUAGES[self._language]}", near
