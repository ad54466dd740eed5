"""What people corrected, on its way to be an example: a trainer looks at each line and decides.

Nothing is learned before a trainer keeps it. A lesson teaches the reader, which reads every later
line of the site by it; a slip of the thumb or one clerk's odd view must not.
"""

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from bot.conversations.cards import clipped
from bot.conversations.growing import Correction, Decision, Publishing, Taught
from bot.conversations.taps import tap
from bot.conversations.types import Button, Card, Fact, Moment, Person
from bot.conversations.world import World
from playbooks.engine.vocabulary import HEAT_NAMES, KIND_NAMES, STAGE_NAMES, Heat, Kind, Stage

Reviewed: TypeAlias = "Card | tuple[Card, Correction] | tuple[Card, Publishing]"
DECISIONS: Final[dict[str, tuple[Decision, Decision]]] = {
    "keep": ("waiting", "kept"),
    "drop": ("waiting", "dropped"),
    "forget": ("kept", "dropped"),
}
"""What a button makes of which state: an old one beside a decision made since changes nothing."""
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
    if word in ("later", "kept"):
        return _card(_Desk(me, world), word == "kept", after=rest)
    if word in DECISIONS:
        return _decided(_Desk(me, world), word, rest)
    return _card(_Desk(me, world))


@dataclass(frozen=True, slots=True)
class _Desk:
    """What lies before a trainer. ``but`` was decided in this very turn: memory does not know."""

    me: Person
    world: World
    but: Correction | None = None

    def of(self, state: Decision) -> list[Correction]:
        """The corrections in that state, the oldest first."""
        found = self.world.memory.corrections(self.me.site, state)
        if self.but is None:
            return list(found)
        rest = [each for each in found if each.moment != self.but.moment]
        return [*rest, self.but] if self.but.state == state else rest

    def unlearned(self) -> int:
        """Examples kept or taken away since the reader learned last."""
        kept, growth = self.of("kept"), self.world.memory.growth(self.me.site)
        if growth is None or growth.learned is None:
            return len(kept)
        since = growth.learned
        fresh = sum(1 for each in kept if each.decided_at and each.decided_at > since)
        return fresh + max(0, growth.lessons - (len(kept) - fresh))


def _decided(desk: _Desk, word: str, rest: str) -> Reviewed:
    was, decision = DECISIONS[word]
    moment_id, _, stamp = rest.partition(":")
    found = desk.world.memory.correction(moment_id)
    if found is None or found.site != desk.me.site or _stamp(found) != stamp:
        return _card(desk, note="That one was taken back or corrected anew meanwhile.")
    if found.state != was:
        return _card(desk, note="That one was decided already.")
    now = replace(found, state=decision, decided_by=desk.me.id, decided_at=desk.world.now)
    said = "Kept as an example." if decision == "kept" else "Dropped; its words are thrown away."
    return _card(replace(desk, but=now), was == "kept", note=said), now


def _stamp(correction: Correction) -> str:
    return str(int(correction.at.timestamp() * 1000))


def _published(me: Person, world: World) -> Reviewed:
    if not _Desk(me, world).unlearned():
        return _card(_Desk(me, world), note="Nothing new was kept since the last publishing.")
    asked = Publishing(me.site, me.id, world.now)
    card = Card(
        "Publishing: the reader learns what you kept",
        "good",
        note="It takes up to a minute and nobody waits for it. I tell you here what came of it.",
        buttons=(Button("Corrections", tap(NAME)),),
    )
    return card, asked


def _card(desk: _Desk, kept: bool = False, *, after: str = "", note: str = "") -> Card:
    """The list, one line at a time: of what waits, or of what was kept."""
    examples, unlearned = desk.of("kept"), desk.unlearned()
    facts: tuple[Fact, ...] = (Fact("Kept", _kept(len(examples), unlearned)),)
    publish = (Button("Publish", tap(NAME, "", "publish")),) if unlearned else ()
    shown = examples if kept else desk.of("waiting")
    if not shown:
        title = "No example is kept" if kept else "No correction waits"
        more = (Button("Show kept", tap(NAME, "", "kept"), more=True),) if examples else ()
        return Card(title, "good", facts=facts, note=note or NOTHING, buttons=(*publish, *more))
    one = _next(shown, after)
    several = len(shown) > 1
    buttons = _kept_buttons(one, several=several) if kept else _buttons(one, several=several)
    facts = (*_asked(one, desk.world), *facts)
    return Card(
        _titled(len(shown), kept=kept), "ask", facts=facts, note=note, buttons=(*buttons, *publish)
    )


NOTHING: Final = "When staff press “Not this” and say what it is rather, it comes here."


def _titled(count: int, *, kept: bool) -> str:
    if kept:
        return "One example is kept" if count == 1 else f"{count} examples are kept"
    return "One correction waits" if count == 1 else f"{count} corrections wait"


def _kept(count: int, unlearned: int) -> str:
    if unlearned:
        return f"{count}; {unlearned} changed since the reader learned last: Publish teaches it"
    return f"{count}, all of them learned" if count else "none so far"


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


def _kept_buttons(shown: Correction, *, several: bool) -> tuple[Button, ...]:
    drop = Button("Drop", tap(NAME, "", f"forget:{shown.moment}:{_stamp(shown)}"))
    following = Button("Next", tap(NAME, "", f"kept:{shown.moment}"))
    back = Button("Corrections", tap(NAME))
    return (drop, following, back) if several else (drop, back)


def _buttons(shown: Correction, *, several: bool) -> tuple[Button, ...]:
    about = f"{shown.moment}:{_stamp(shown)}"
    buttons = (
        Button("Keep", tap(NAME, "", f"keep:{about}"), "primary"),
        Button("Drop", tap(NAME, "", f"drop:{about}")),
    )
    later = Button("Later", tap(NAME, "", f"later:{shown.moment}"))
    return (*buttons, later) if several else buttons
