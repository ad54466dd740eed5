"""What people corrected, on its way to be an example: a trainer looks at each line and decides.

Nothing is learned before a trainer keeps it. A lesson teaches the reader, which reads every later
line of the site by it; a slip of the thumb or one clerk's odd view must not.
"""

from dataclasses import replace
from typing import Final, TypeAlias

from bot.conversations.cards import clipped
from bot.conversations.growing import Correction, Decision, Growth, Publishing, Taught
from bot.conversations.taps import tap
from bot.conversations.types import Button, Card, Fact, Moment, Person
from bot.conversations.world import World
from playbooks.engine.vocabulary import HEAT_NAMES, KIND_NAMES, STAGE_NAMES, Heat, Kind, Stage

Reviewed: TypeAlias = "Card | tuple[Card, Correction] | tuple[Card, Publishing]"
DECISIONS: Final[dict[str, Decision]] = {"keep": "kept", "drop": "dropped"}
NAME: Final = "corrections"


def taught(moment: Moment, by: str, world: World) -> Taught:
    """That this person has just corrected the reading of the moment to what it is now."""
    reading = moment.reading
    notes = len(moment.notes)
    return Taught(reading.stage, reading.kind, reading.heat, by, world.now, notes)


def correction_of(moment: Moment) -> Correction | None:
    """What a correction of this moment would teach; None where none stands, the moment was logged
    by mistake or joined to another, or the person came back to what was read at first."""
    told, first = moment.taught, moment.first_reading
    if told is None or first is None or moment.status == "undone":
        return None
    if (told.stage, told.kind, told.heat) == (first.stage, first.kind, first.heat):
        return None
    lines = (moment.text, *(note.text for note in moment.notes[: told.notes]))
    return Correction(
        moment=moment.id,
        site=moment.site,
        text=" ".join(lines),
        stage=told.stage,
        kind=told.kind,
        heat=told.heat,
        read_stage=first.stage,
        read_kind=first.kind,
        read_heat=first.heat,
        by=told.by,
        at=told.at,
    )


def changed(was: Moment | None, now: Moment) -> tuple[Correction, ...]:
    """The correction a step made, replaced or took back."""
    old, new = correction_of(was) if was else None, correction_of(now)
    if old == new:
        return ()
    if new is not None:
        return (new,)
    return (replace(old, state="gone"),) if old else ()


def review(me: Person, world: World, argument: str) -> Reviewed:
    """The first correction that waits; or what became of the button pressed on the last one."""
    word, _, rest = argument.partition(":")
    if word == "publish":
        return _published(me, world)
    if word == "later":
        return _card(me, world, after=rest)
    if word in DECISIONS:
        return _decided(me, world, DECISIONS[word], rest)
    return _card(me, world)


def _decided(me: Person, world: World, decision: Decision, rest: str) -> Reviewed:
    moment_id, _, stamp = rest.partition(":")
    found = world.memory.correction(moment_id)
    if found is None or found.site != me.site or _stamp(found) != stamp:
        return _card(me, world, note="That one was taken back or corrected anew meanwhile.")
    if found.state != "waiting":
        return _card(me, world, note="That one was decided already.")
    now = replace(found, state=decision, decided_by=me.id, decided_at=world.now)
    said = "Kept as an example." if decision == "kept" else "Dropped; its words are thrown away."
    return _card(me, world, note=said, but=now), now


def _stamp(correction: Correction) -> str:
    return str(int(correction.at.timestamp() * 1000))


def _published(me: Person, world: World) -> Reviewed:
    growth = world.memory.growth(me.site)
    if not _fresh(world.memory.corrections(me.site, "kept"), growth):
        return _card(me, world, note="Nothing new was kept since the last publishing.")
    asked = Publishing(me.site, me.id, world.now)
    card = Card(
        "Publishing: the reader learns what you kept",
        "good",
        note="It takes up to a minute and nobody waits for it. I tell you here what came of it.",
        buttons=(Button("Corrections", tap(NAME)),),
    )
    return card, asked


def _card(
    me: Person, world: World, *, after: str = "", note: str = "", but: Correction | None = None
) -> Card:
    """The list, one line at a time. ``but`` was decided in this very turn: memory does not know."""
    memory = world.memory
    waiting = [
        x for x in memory.corrections(me.site, "waiting") if not but or x.moment != but.moment
    ]
    kept = [*memory.corrections(me.site, "kept"), *([but] if but and but.state == "kept" else [])]
    fresh = _fresh(kept, memory.growth(me.site))
    facts = (Fact("Kept", _kept(len(kept), fresh)),)
    publish = (Button("Publish", tap(NAME, "", "publish")),) if fresh else ()
    if not waiting:
        title = "No correction waits"
        return Card(title, "good", facts=facts, note=note or NOTHING, buttons=publish)
    shown = _next(waiting, after)
    title = "One correction waits" if len(waiting) == 1 else f"{len(waiting)} corrections wait"
    asked = _asked(shown, world)
    buttons = _buttons(shown, several=len(waiting) > 1)
    return Card(title, "ask", facts=(*asked, *facts), note=note, buttons=(*buttons, *publish))


NOTHING: Final = "When staff press “Not this” and say what it is rather, it comes here."


def _fresh(kept: "tuple[Correction, ...] | list[Correction]", growth: Growth | None) -> int:
    """How many were kept since the reader learned last."""
    learned = growth.learned if growth else None
    return sum(1 for x in kept if x.decided_at and (learned is None or x.decided_at > learned))


def _kept(count: int, fresh: int) -> str:
    if not fresh:
        return f"{count}, all of them learned" if count else "none so far"
    return f"{count}, {fresh} of them not learned yet: Publish teaches the reader"


def _next(waiting: list[Correction], after: str) -> Correction:
    """The first, or the one behind that of ``after``; behind the last stands the first."""
    places = [place for place, each in enumerate(waiting) if each.moment == after]
    return waiting[(places[0] + 1) % len(waiting)] if places else waiting[0]


def _asked(shown: Correction, world: World) -> tuple[Fact, ...]:
    who = world.memory.person(shown.by)
    when = world.clock(world.site(shown.site), shown.at)
    read = _named(shown.read_kind, shown.read_stage, shown.read_heat)
    rather = _named(shown.kind, shown.stage, shown.heat)
    return (
        Fact("Line", clipped(shown.text)),
        Fact("Read as", read),
        Fact("Corrected to", f"{rather} by {who.name if who else 'somebody'} ({when})"),
    )


def _named(kind: Kind, stage: Stage, heat: Heat) -> str:
    return f"{KIND_NAMES[kind]} · {STAGE_NAMES[stage]} · {HEAT_NAMES[heat]}"


def _buttons(shown: Correction, *, several: bool) -> tuple[Button, ...]:
    about = f"{shown.moment}:{_stamp(shown)}"
    buttons = (
        Button("Keep", tap(NAME, "", f"keep:{about}"), "primary"),
        Button("Drop", tap(NAME, "", f"drop:{about}")),
    )
    later = Button("Later", tap(NAME, "", f"later:{shown.moment}"))
    return (*buttons, later) if several else buttons
