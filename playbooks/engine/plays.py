"""One Markdown file into one play: front matter, Say and Do. Every mistake has its line."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast, get_args

from playbooks.engine import templates
from playbooks.engine.faults import Faults, did_you_mean
from playbooks.engine.fields import Fields
from playbooks.engine.schema import FollowUpPlan, Gesture, Play, Promise, When
from playbooks.engine.source import Source
from playbooks.engine.vocabulary import (
    KINDS,
    STAGE_ALIASES,
    STAGES,
    VALUES,
    Heat,
    Kind,
    Loss,
    Stage,
    Value,
)
from playbooks.engine.yaml_strict import Words, parse

DAY_MINUTES: Final = 24 * 60

_STEP: Final = re.compile(r"(\d{1,2})[.)]\s+(.*)")
_HEADING: Final = re.compile(r"#\s+(\S.*)")
_LOSSES: Final = get_args(Loss)
_HEATS: Final = {"0": "0", "1": "1", "2": "2", "calm": "0", "upset": "1", "furious": "2"}


@dataclass(slots=True)
class _Sections:
    """Lines below a heading, and the line the first of them stands in."""

    lines: dict[str, list[str]] = field(default_factory=dict)
    start: dict[str, int] = field(default_factory=dict)


def read_play(source: Source, phrases: Mapping[str, str], faults: Faults) -> Play | None:
    """The play of ``source``, or None where a fault forbids its use. All faults are added."""
    before = len(faults.found)
    parts = _split(source.text, faults)
    if parts is None:
        return None
    head, body, body_line = parts
    table = parse(head, faults, first_line=2)
    sections = _sections(body, body_line, faults)
    if table is None:
        return None
    play = _play(source, Fields(table, faults), sections, phrases, faults)
    broken = any(not problem.warning for problem in faults.found[before:])
    return None if broken else play


def _split(text: str, faults: Faults) -> tuple[str, str, int] | None:
    """Front matter, body, and the line the body begins at."""
    if not text.startswith("---\n"):
        faults.add(
            1, "the play does not begin with ---", "put the front matter between two --- lines"
        )
        return None
    end = text.find("\n---\n", 3)
    if end < 0:
        faults.add(1, "the front matter has no end", "close it with a line of --- before # Say")
        return None
    return text[4 : end + 1], text[end + 5 :], text.count("\n", 0, end + 5) + 1


def _sections(body: str, first_line: int, faults: Faults) -> _Sections:
    made = _Sections()
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


def _open(made: _Sections, name: str, line: int, faults: Faults) -> None:
    if name not in {"say", "do"}:
        faults.add(line, f'the section "# {name}" is not known', did_you_mean(name, ["say", "do"]))
    elif name in made.start:
        faults.add(line, f'the section "# {name}" stands here a second time', "keep one of the two")
    made.start.setdefault(name, line + 1)
    made.lines.setdefault(name, [])


def _play(
    source: Source, front: Fields, sections: _Sections, phrases: Mapping[str, str], faults: Faults
) -> Play:
    lines: dict[str, int] = {key: front.line_of(key) for key in front.names()}
    promise, gesture = _promise(front), _gesture(front)
    known = templates.VARIABLES
    if promise is None:
        known -= {"by", "minutes"}
    if gesture is None:
        known -= {"gesture"}
    body = _Body(sections, phrases, known, faults, lines)
    examples = front.lines("examples", needed=True)
    lines |= {f"examples.{index}": line for index, (_, line) in enumerate(examples)}
    made = Play(
        id=f"{source.pack}/{source.slug}",
        pack=source.pack,
        file=source.file,
        title=front.text("title", needed=True, longest=60),
        when=_when(front),
        examples=tuple(text for text, _ in examples),
        loss=cast("Loss", (front.choices("loss", _LOSSES, needed=True) or ["none"])[0]),
        gesture=gesture,
        promise=promise,
        say=body.say(),
        do=body.do(),
        revision=revision(source.text, body.used),
        tell=tuple(text for text, _ in front.lines("tell")),
        follow_up=_follow_up(front),
        touchpoint=front.text("touchpoint"),
        owner=front.text("owner"),
        reviewed=front.day("reviewed"),
        review_by=front.day("review_by"),
        lines=lines,
    )
    front.close()
    return made


def revision(text: str, phrases: str = "") -> str:
    """Ten characters that change when a word of the play, or of a phrase it uses, changes."""
    return hashlib.sha256(f"{text}\0{phrases}".encode()).hexdigest()[:10]


def _when(front: Fields) -> When:
    when = front.inner("when", needed=True)
    if when is None:
        return When(frozenset(), frozenset())
    made = When(
        stages=cast(
            "frozenset[Stage]",
            frozenset(when.choices("stage", STAGES, needed=True, also=STAGE_ALIASES)),
        ),
        kinds=cast("frozenset[Kind]", frozenset(when.choices("kind", KINDS, needed=True))),
        heat=cast(
            "frozenset[Heat]", frozenset(int(h) for h in when.choices("heat", "012", also=_HEATS))
        ),
        value=cast("frozenset[Value]", frozenset(when.choices("value", VALUES))),
        repeat=when.flag("repeat"),
    )
    when.close()
    return made


def _gesture(front: Fields) -> Gesture | None:
    node = front.node("gesture", needed=True)
    if node is None or (isinstance(node, Words) and node.text.strip().lower() == "none"):
        return None
    inner = front.inner("gesture")
    if inner is None:
        return None
    made = Gesture(
        give=inner.text("give", needed=True, longest=templates.LONGEST_VALUE),
        amount=inner.money("amount") or 0,
    )
    inner.close()
    return made


def _promise(front: Fields) -> Promise | None:
    inner = front.inner("promise")
    if inner is None:
        return None
    within = inner.whole("within", 1, 60 * DAY_MINUTES, needed=True)
    made = Promise(what=inner.text("what", needed=True, longest=160), within=within or 1)
    inner.close()
    return made


def _follow_up(front: Fields) -> FollowUpPlan:
    inner = front.inner("follow_up")
    if inner is None:
        return FollowUpPlan()
    made = FollowUpPlan(
        smot=inner.whole("smot", 1, 30 * DAY_MINUTES),
        umot=inner.whole("umot", 0, 60),
        ask=inner.text("ask", longest=160),
        ask_later=inner.text("ask_later", longest=160),
    )
    inner.close()
    return made


class _Body:
    """Say and Do out of their sections, phrases spelled out, templates checked."""

    def __init__(
        self, sections: _Sections, phrases: Mapping[str, str], known: frozenset[str],
        faults: Faults, lines: dict[str, int],
    ) -> None:  # fmt: skip
        self._sections = sections
        self._phrases = phrases
        self._known = known
        self._faults = faults
        self._lines = lines
        self.used = ""

    def say(self) -> str:
        lines, start = self._section("say")
        while lines and not lines[0].strip():
            lines, start = lines[1:], start + 1
        self._lines["say"] = start
        text = "\n".join(lines).strip()
        if "say" in self._sections.start and not text:
            self._faults.add(start, "# Say is empty", "write one or two sentences she can speak")
        return self._checked(text, start)

    def do(self) -> tuple[str, ...]:
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
        spelled, missing = templates.spell_out(text, self._phrases)
        if spelled != text:
            self.used += spelled
        for below, what, hint in missing + templates.faults_in(spelled, self._known):
            last = line + text.count("\n")
            self._faults.add(min(line + below, last), what, hint)
        return spelled
