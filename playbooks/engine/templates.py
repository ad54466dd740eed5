"""Say and Do as templates: a small allow-list of Jinja's syntax, checked at load, rendered safely.

Jinja's sandbox alone is not enough: a play of one line could print a gigabyte. So only output, if
and four filters pass (no loop, no call, no arithmetic): what comes out can be no longer than what
was typed plus the values put in, and those are short. ``include`` of a shared phrase is spelled out
before anything is parsed, so a play carries its whole text.

Jinja is imported on first use: a start from the shelf does not need it.
"""

import marshal
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import CodeType
from typing import TYPE_CHECKING, Final

from playbooks.engine.faults import did_you_mean

if TYPE_CHECKING:
    from jinja2 import Environment, Template, nodes

VARIABLES: Final = frozenset({
    "by", "minutes", "ref", "place", "site", "manager", "gesture", "me", "heat", "vip", "repeat",
})  # fmt: skip
FILTERS: Final = frozenset({"capitalize", "lower", "upper", "default"})
LONGEST_SOURCE: Final = 2_000
"""Characters of one Say or one step."""
LONGEST_VALUE: Final = 120
"""Characters of one value put in; a longer reference is no reference."""

_BREAK: Final = "\x1e"
"""Between Say and the steps, so that one rendering gives the whole card; cannot be typed."""
_INCLUDE: Final = re.compile(r"""\{%-?\s*include\s+["']([^"'{}]*)["']\s*-?%\}""")
_SYNTAX: Final = frozenset({
    "Template", "Output", "TemplateData", "Name", "Const", "Filter", "If", "Or", "And", "Not",
    "Compare", "Operand",
})  # fmt: skip

Found = tuple[int, str, str]
"""Lines below the first, what is wrong, what to write instead."""


@lru_cache(maxsize=1)
def environment() -> "Environment":
    """The one place templates are parsed and compiled: nothing in it but the four filters."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,  # words for people; each channel escapes for itself
        auto_reload=False,
    )
    made.globals.clear()
    made.tests.clear()
    made.filters = {name: made.filters[name] for name in FILTERS} | {"capitalize": _capitalised}
    return made


def _capitalised(value: object) -> str:
    """The first letter large, all others as they are: Jinja's own makes a small *wednesday* of a
    day, and of every German noun."""
    text = str(value)
    return text[:1].upper() + text[1:]


def spell_out(source: str, phrases: Mapping[str, str]) -> tuple[str, list[Found]]:
    """``source`` with every shared phrase put in, and a fault for each that is not known."""
    if "include" not in source:
        return source, []
    found: list[Found] = []

    def phrase(match: re.Match[str]) -> str:
        if match[1] in phrases:
            return phrases[match[1]]
        line = source.count("\n", 0, match.start())
        found.append(
            (line, f'there is no shared phrase "{match[1]}"', did_you_mean(match[1], phrases))
        )
        return ""

    return _INCLUDE.sub(phrase, source), found


def faults_in(source: str, known: frozenset[str] = VARIABLES) -> list[Found]:
    """Everything in ``source`` that may not stand there; ``known`` are the variables of this play.

    The tree is checked and nothing is compiled: at load that would cost 3 ms a play.
    """
    if len(source) > LONGEST_SOURCE:
        return [(0, f"{len(source)} characters are too many", f"at most {LONGEST_SOURCE}")]
    if _is_simple(source, known):
        return []
    from jinja2 import TemplateSyntaxError

    try:
        tree = environment().parse(source)
    except TemplateSyntaxError as error:
        return [(error.lineno - 1, f"the template is broken: {error.message}", _FORM_HINT)]
    return [fault for node in _all(tree) for fault in _fault(node, known)]


def _is_simple(source: str, known: frozenset[str]) -> bool:
    """True where only known variables stand alone in braces: most steps need no parser."""
    if "{" not in source:
        return True
    return "{" not in _ALONE.sub("", source) and known.issuperset(_ALONE.findall(source))


_ALONE: Final = re.compile(r"\{\{ ?(\w+)(?:\|(?:capitalize|lower|upper))? ?\}\}")
_FORM_HINT: Final = 'write {{ name }}, {{ name or "words" }} or {% if name %} ... {% endif %}'


def _all(tree: "nodes.Node") -> "list[nodes.Node]":
    """Every node, a refused one without what it holds: one mistake, one fault."""
    found = [tree]
    for node in found:
        if type(node).__name__ in _SYNTAX:
            found.extend(node.iter_child_nodes())
    return found


def _fault(node: "nodes.Node", known: frozenset[str]) -> list[Found]:
    kind, name = type(node).__name__, getattr(node, "name", "")
    line = (node.lineno or 1) - 1
    if kind not in _SYNTAX:
        what = f"{_SHOWN.get(kind, kind.lower())} may not stand in a play"
        return [(line, what, _FORM_HINT)]
    if kind == "Name" and name not in known:
        if name in VARIABLES:
            return [(line, f'"{name}" has no value in this play', _MISSING[name])]
        return [(line, f'the variable "{name}" is not known', did_you_mean(name, known))]
    if kind == "Filter" and name not in FILTERS:
        return [(line, f'the filter "{name}" is not known', did_you_mean(name, FILTERS))]
    return []


_SHOWN: Final = {
    "Call": "a call", "For": "a loop", "Getattr": "a dot", "Getitem": "a bracket",
    "Include": "this form of include", "Assign": "set", "Macro": "a macro",
}  # fmt: skip
_MISSING: Final = {
    "by": "the play promises nothing: add a promise to it, or do not name a time",
    "minutes": "the play promises nothing: add a promise to it, or do not name a time",
    "gesture": "the play gives nothing: take the variable out, or add a gesture to it",
}


@lru_cache(maxsize=1)
def version() -> str:
    """The version of Jinja here: code compiled by one is not rendered by another."""
    from importlib.metadata import version as installed

    return installed("jinja2")


def join(say: str, do: Sequence[str]) -> str:
    """Say and steps as one source, so that a card costs one rendering."""
    return _BREAK.join((say, *do))


@lru_cache(maxsize=512)
def compiled(source: str) -> CodeType:
    """The code object of ``source``; it can be marshalled and kept. Remembered, because a trainer
    who saves one play has all of them checked again: 2 ms for each that did not change."""
    return environment().compile(source)


def template_of(code: CodeType) -> "Template":
    """A template that renders ``code``."""
    made = environment()
    return made.template_class.from_code(made, code, {})


def to_bytes(code: CodeType) -> bytes:
    """``code`` for the shelf."""
    return marshal.dumps(code)


def from_bytes(kept: bytes) -> "Template":
    """The template kept by ``to_bytes``; the shelf has vouched for every byte of it."""
    return template_of(marshal.loads(kept))  # noqa: S302


def rendered(template: "Template", values: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
    """Say and steps with ``values`` put in, each on one line. Empty steps are left out."""
    say, *do = template.render(values).split(_BREAK)
    steps = (" ".join(step.split()) for step in do)
    return " ".join(say.split()), tuple(step for step in steps if step)


def short(value: str) -> str:
    """``value`` as it may be put in: one line, no marks of ours, bounded."""
    if len(value) > LONGEST_VALUE or not value.isprintable():
        value = "".join(c if c.isprintable() else " " for c in value[:LONGEST_VALUE])
    return value
