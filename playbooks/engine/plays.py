"""One Markdown file into one play: front matter, Say and Do. Every mistake has its line."""

from typing import Final, cast, get_args

from playbooks.engine import templates
from playbooks.engine.faults import Faults
from playbooks.engine.fields import Fields
from playbooks.engine.page import Body, Sections, Shared, read_page, revision, variables
from playbooks.engine.schema import FollowUpPlan, Gesture, Play, Promise, When
from playbooks.engine.source import Source
from playbooks.engine.vocabulary import (
    ENGLISH,
    KINDS,
    LANGUAGES,
    STAGE_ALIASES,
    STAGES,
    VALUES,
    Heat,
    Kind,
    Loss,
    Stage,
    Value,
)
from playbooks.engine.yaml_strict import Words

DAY_MINUTES: Final = 24 * 60

_LOSSES: Final = get_args(Loss)
_HEATS: Final = {"0": "0", "1": "1", "2": "2", "calm": "0", "upset": "1", "furious": "2"}


def read_play(source: Source, shared: Shared, faults: Faults) -> Play | None:
    """The play of ``source``, or None where a fault forbids its use. All faults are added."""
    before = len(faults.found)
    page = read_page(source.text, faults)
    if page is None:
        return None
    play = _play(source, *page, shared, faults)
    broken = any(not problem.warning for problem in faults.found[before:])
    return None if broken else play


def _play(
    source: Source, front: Fields, sections: Sections, shared: Shared, faults: Faults
) -> Play:
    lines: dict[str, int] = {key: front.line_of(key) for key in front.names()}
    promise, gesture = _promise(front), _gesture(front)
    known = variables(promise is not None, gesture is not None)
    language = (front.choices("language", LANGUAGES) or [ENGLISH])[0]
    body = Body(sections, shared, language, known, faults, lines)
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
        words=tuple(text for text, _ in front.lines("words")),
        owner=front.text("owner"),
        reviewed=front.day("reviewed"),
        review_by=front.day("review_by"),
        lines=lines,
        language=language,
    )
    front.close()
    return made


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
        any_matter=bool(when.choices("matter", ("any",))),
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
