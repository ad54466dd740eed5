"""One Markdown file into the words of a play in another language: ``room_not_ready.de.md``."""

import re
from dataclasses import replace
from typing import Final

from playbooks.engine import templates
from playbooks.engine.faults import Faults
from playbooks.engine.fields import Fields
from playbooks.engine.page import Body, Sections, Shared, read_page, revision, variables
from playbooks.engine.schema import Play, Problem, Translation
from playbooks.engine.source import Source
from playbooks.engine.vocabulary import LANGUAGES

_DECIDED: Final = (
    "when", "loss", "tell", "touchpoint", "language", "owner", "reviewed", "review_by",
)  # fmt: skip
"""What a play decides, or somebody of it: a second place for it would soon say something else."""
_STANDS: Final = "is decided in the play alone"
_LEAVE: Final = "leave it out: a translation holds only words"
_OF: Final = re.compile("[0-9a-f]{10}")


def read_translation(
    source: Source, play: Play | None, shared: Shared, faults: Faults
) -> Translation | None:
    """The words of ``source``, or None where they cannot be used. All faults are added.

    ``play`` is the one it translates; None where that cannot be used itself: then only what the
    translation alone can tell is looked at. Where a play of a folder below, or one that has changed
    since, no longer has the same steps, the translation is left out and that is a note: an upgrade
    must not take a whole house's plays out of use over night.
    """
    beside = Faults(source.file)
    made = _read(source, play, shared, beside)
    sound = not _broken(beside)
    if made and play and not sound and _outgrown(made, play, source):
        alone = Faults(source.file)
        _read(source, None, shared, alone)
        beside.found = [_softer(problem, alone) for problem in beside.found]
    faults.found += beside.found
    return made if sound else None


def _outgrown(made: Translation, play: Play, source: Source) -> bool:
    return made.of != play.revision if made.of else source.below


def _softer(problem: Problem, alone: Faults) -> Problem:
    """A note, where it is no fault of the translation alone."""
    if problem.warning or problem in alone.found:
        return problem
    return replace(problem, what=f"{problem.what}, so it is not used", warning=True)


def _broken(faults: Faults) -> bool:
    return any(not problem.warning for problem in faults.found)


def _read(source: Source, play: Play | None, shared: Shared, faults: Faults) -> Translation | None:
    page = read_page(source.text, faults)
    if page is None:
        return None
    made = _translation(source, play, page, shared, faults)
    if play:
        _compare(made, play, source, faults)
    return made


def _translation(
    source: Source, play: Play | None, page: tuple[Fields, Sections], shared: Shared, faults: Faults
) -> Translation:
    front, sections = page
    lines: dict[str, int] = {key: front.line_of(key) for key in front.names()}
    known = variables(not play or play.promise is not None, not play or play.gesture is not None)
    body = Body(sections, shared, source.language, known, faults, lines)
    examples = front.lines("examples")
    lines |= {f"examples.{index}": line for index, (_, line) in enumerate(examples)}
    plan = play.follow_up if play else None
    asked = {key: bool(getattr(plan, key)) if plan else None for key in ("ask", "ask_later")}
    asks = _words(front, "follow_up", asked, 160, ("smot", "umot"))
    give = {"give": play.gesture is not None if play else None}
    promise = {"what": play.promise is not None if play else None}
    made = Translation(
        title=front.text("title", needed=True, longest=60),
        give=_words(front, "gesture", give, templates.LONGEST_VALUE, ("amount",))["give"],
        promise=_words(front, "promise", promise, 160, ("within",))["what"],
        ask=asks["ask"],
        ask_later=asks["ask_later"],
        examples=tuple(text for text, _ in examples),
        of=_of(front),
        say=body.say(),
        do=body.do(),
        revision=revision(source.text, body.used),
        file=source.file,
        lines=lines,
    )
    front.refuse(_DECIDED, _STANDS, _LEAVE)
    front.close()
    return made


def _words(
    front: Fields, key: str, wanted: dict[str, bool | None], longest: int, decided: tuple[str, ...]
) -> dict[str, str]:
    """The words under ``key``: each is needed where the play has it, and may not stand where it has
    not; None where nobody knows."""
    none = dict.fromkeys(wanted, "")
    needed = [word for word, has in wanted.items() if has]
    if set(wanted.values()) == {False}:
        front.refuse([key], "translates nothing: the play has none", "leave it out")
        return none
    if needed and not front.has(key):
        shape = ", ".join(f"{word}: ..." for word in needed)
        front.node(key)
        front.fault(key, f'"{key}" is missing: the play has one', f'add "{key}: {{{shape}}}"')
        return none
    inner = front.inner(key)
    if inner is None:
        return none
    absent = [word for word, has in wanted.items() if has is False]
    found = {
        word: "" if word in absent else inner.text(word, needed=word in needed, longest=longest)
        for word in wanted
    }
    inner.refuse(absent, "translates nothing: the play has none", "leave it out")
    inner.refuse(decided, _STANDS, _LEAVE)
    inner.close()
    return found


def _of(front: Fields) -> str:
    if not front.has("of"):
        front.text("of")
        return ""
    wanted = "the ten characters of the play's revision, such as e3545dcd29"
    return front.parsed("of", lambda text: text if _OF.fullmatch(text) else None, wanted) or ""


def _compare(made: Translation, play: Play, source: Source, faults: Faults) -> None:
    """What shows only beside the play."""
    name, lines = LANGUAGES[source.language], made.lines
    if source.language == play.language:
        hint = f"take this file away: its words belong into {play.file}"
        faults.add(1, f"the play is in {name} itself", hint)
    if made.do and len(made.do) != len(play.do):
        what = f"{len(made.do)} steps in Do, and {len(play.do)} in the play"
        faults.add(lines["do"], what, "write the same steps in the same order")
    if made.of and made.of != play.revision:
        what = f"the play has changed since it was translated (was {made.of}, is {play.revision})"
        hint = f"read it again beside {play.file}, then write of: {play.revision}"
        faults.note(lines["of"], what, hint)
