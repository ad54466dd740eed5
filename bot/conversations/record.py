"""A line typed becomes a moment, or is added to the one it belongs to."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.conversations import schedule, team
from bot.conversations.types import FollowUp, Moment, Note, Person, Said
from bot.conversations.world import World, first_name, moment_id, profile_language
from playbooks.engine.authority import Purse, authority, money
from playbooks.engine.schema import History, Reading, Site, Staff, Suggestion

SAME_CUSTOMER: Final = timedelta(hours=24)
"""A line with the same reference within a day belongs to the open moment."""
MORE: Final = "Up to {} more here is yours, if it needs it."
USED_UP: Final = "Yours is used up on this moment."
JUST_NOW: Final = timedelta(minutes=10)
NO_FAILURE: Final = frozenset({"question", "praise"})
GOES_ON: Final = (
    "she ", "he ", "they ", "still ", "now ", "also ", "and ", "same ", "again ", "update",
)  # fmt: skip


def suggestion_for(  # noqa: PLR0913 - by name, beside what every caller has
    world: World,
    site: Site,
    me: Person,
    reading: Reading,
    text: str,
    *,
    moment: Moment | None = None,
    failures: int = 0,
    another: bool = False,
) -> Suggestion:
    """The play for this reading, in this person's words and limits.

    ``failures`` counts those before a new moment; ``another`` leaves out what was shown before, as
    long as anything else fits.
    """
    failures = moment.failures if moment else failures
    shown = moment.shown if moment and another else ()
    history = History(shown, failures, world.memory.results(site.id))
    choice = world.library.choose(reading, history, site, text)
    boss = team.approver(world, site, me.id)
    return world.library.compose(
        choice,
        reading,
        site,
        Staff(first_name(me), me.role, profile_language(me)),
        now=world.now,
        spent_moment=team.own_gifts(moment, me) if moment else 0,
        spent_today=world.memory.spent(me.id, world.day_start(site)),
        manager=first_name(boss),
        place=reading.touchpoint,
        history=history,
    )


def failures_before(world: World, site: Site, reading: Reading) -> int:
    """Earlier failures of the same customer inside the site's window; at least one where the line
    itself says that it happened before."""
    counted = 0
    if reading.ref and reading.kind not in NO_FAILURE:
        since = world.now - timedelta(days=site.repeat_days)
        counted = world.memory.failures(site.id, reading.ref, since)
    return max(counted, 1 if reading.repeat else 0)


def duties_of(reading: Reading, suggestion: Suggestion) -> tuple[str, ...]:
    """Whom to tell: the play's list, led by the duty manager where it must not wait."""
    first = ("duty_manager",) if reading.escalate or reading.kind == "safety" else ()
    return first + tuple(d for d in suggestion.tell if d not in first)


def promise_of(world: World, suggestion: Suggestion) -> tuple[datetime | None, str]:
    """The time promised, in the line or else on the card, and what is to be true by then. The
    engine has weighed both; another sum here would put two times on one card."""
    if suggestion.promise:
        return world.now + timedelta(minutes=suggestion.promise.within), suggestion.promise.what
    return None, ""


def new_moment(said: Said, text: str, me: Person, reading: Reading, world: World) -> Moment:
    """Everything a line needs to be a moment: suggestion, who is told, promise, follow-ups."""
    site = world.site(me.site)
    failures = failures_before(world, site, reading)
    suggestion = suggestion_for(world, site, me, reading, text, failures=failures)
    promised, what = promise_of(world, suggestion)
    moment = Moment(
        id=moment_id(said.key, said.at),
        site=site.id,
        person=me.id,
        logged_by=me.id,
        address=said.address,
        status="open",
        text=text,
        reading=reading,
        suggestion=suggestion,
        created=said.at,
        updated=world.now,
        shown=(suggestion.play,),
        failures=failures,
        attached=said.attached,
        told=team.tell(world, site, duties_of(reading, suggestion), me),
        promised=promised,
        promise_what=what,
    )
    return schedule.with_first(moment, *schedule.booked(world, site, moment))


@dataclass(frozen=True, slots=True)
class Belongs:
    """Where a line goes: to ``moment`` for sure, or perhaps."""

    moment: Moment | None = None
    sure: bool = False


def belongs(text: str, me: Person, reading: Reading, world: World) -> Belongs:
    """Whether the line is about a customer whose moment is still open.

    Sure where the reference matches and the line is of the same sort (a failure on a failure). Only
    perhaps where the reference matches but a question follows a failure, or where there is no
    reference and the line goes on from the last one a few minutes ago: then it is asked.
    """
    if reading.ref:
        same = world.memory.open_by_ref(me.site, reading.ref, world.now - SAME_CUSTOMER)
        if not same:
            return Belongs()
        was_failure = same[0].reading.kind not in NO_FAILURE
        is_failure = reading.kind not in NO_FAILURE
        return Belongs(same[0], sure=was_failure == is_failure or reading.abstain)
    if not (text.lower().startswith(GOES_ON) or reading.abstain):
        return Belongs()
    last = next(iter(world.memory.open_of(me.id, 1)), None)
    if last is None or world.now - last.updated > JUST_NOW:
        return Belongs()
    return Belongs(last)


def joined_reading(old: Reading, new: Reading) -> Reading:
    """One reading of both lines: what happened first stays the kind unless the new line is surer of
    another failure, and danger stays danger; heat, escalation, value and repeat only ever grow."""
    turned = not new.abstain and new.kind not in NO_FAILURE and new.confidence > 0.5
    base = new if turned and old.kind != "safety" else old
    return replace(
        base,
        stage=old.stage if new.abstain else base.stage,
        heat=max(old.heat, new.heat) if not new.abstain else old.heat,
        escalate=old.escalate or new.escalate,
        value=max(old.value, new.value, key=("unknown", "regular", "vip").index),
        repeat=old.repeat or new.repeat,
        ref=old.ref or new.ref,
        language=new.language or old.language,
        promised=new.promised or old.promised,
        touchpoint=new.touchpoint or old.touchpoint,
        abuse=old.abuse or new.abuse,
    )


def add(moment: Moment, text: str, me: Person, reading: Reading, world: World) -> Moment:
    """The line added to an open moment. Where it changes what should be done, a new suggestion
    stands on the card; a failure after something was done counts as a second failure."""
    site = world.site(moment.site)
    joined = joined_reading(moment.reading, reading)
    failed_again = moment.status == "acted" and _is_failure(reading)
    if failed_again:
        joined = replace(joined, repeat=True)
    with_note = replace(
        moment,
        before=before(moment),
        notes=(*moment.notes, Note(world.now, me.id, text)),
        failures=moment.failures + (1 if failed_again else 0),
        status="open" if failed_again else moment.status,
        updated=world.now,
    )
    if _same_need(joined, moment.reading) and not failed_again:
        return replace(with_note, reading=joined)
    return reread(with_note, joined, me, site, world, another=failed_again)


def _is_failure(reading: Reading) -> bool:
    """Whether a further line says that it went wrong again. A calm line the reader is unsure of
    ("412 ok now") is not one: it would open the moment again and tell her to try something else."""
    heard = reading.heat > 0 or reading.confidence > 0.5
    return heard and reading.kind not in NO_FAILURE and not reading.abstain


def _same_need(one: Reading, other: Reading) -> bool:
    def need(r: Reading) -> tuple[object, ...]:
        return (r.stage, r.kind, r.heat, r.escalate, r.repeat, r.value, r.promised)

    return need(one) == need(other)


def reread(
    moment: Moment, reading: Reading, me: Person, site: Site, world: World, *, another: bool = False
) -> Moment:
    """The moment under another reading or with another idea: suggestion, tells and times anew."""
    text = " ".join([moment.text, *(n.text for n in moment.notes)])
    owner = world.memory.person(moment.person) or me
    suggestion = suggestion_for(world, site, owner, reading, text, moment=moment, another=another)
    told = team.tell(world, site, duties_of(reading, suggestion), me)
    promised, what = _promise_now(moment, suggestion, world)
    came_round = suggestion.play in moment.shown
    changed = replace(
        moment,
        reading=reading,
        suggestion=suggestion,
        shown=(suggestion.play,) if came_round else (*moment.shown, suggestion.play),
        told=team.merge_told(moment.told, told),
        promised=promised,
        promise_what=what,
        updated=world.now,
    )
    if promised is None:
        changed = schedule.put(changed, *schedule.end(changed, "promise", done=False))
    return schedule.put(changed, *_rebooked(changed, moment, world, site))


def _promise_now(
    moment: Moment, suggestion: Suggestion, world: World
) -> tuple[datetime | None, str]:
    """The promise that stands after a new suggestion: the old one where it was made, is still ahead
    and falls due first; where nothing was done yet nobody has heard it, and the new one counts."""
    promised, what = promise_of(world, suggestion)
    old, plan = moment.promised, moment.suggestion.promise
    if old is None or old <= world.now:
        return promised, what
    done = moment.before is not None and moment.before.status == "acted"
    made = done or plan is None or plan.what != moment.promise_what
    keeps = made and (promised is None or old < promised)
    return (old, moment.promise_what) if keeps else (promised, what)


def weighed(moment: Moment, world: World, just_given: int = 0) -> Moment:
    """The moment with what its owner may give as it is now: after a gift, and in other hands.

    ``just_given`` is what she gave in this very turn, which memory does not know yet.
    """
    owner = world.memory.person(moment.person)
    if owner is None:
        return moment
    site, suggestion = world.site(moment.site), moment.suggestion
    mine = sum(g.amount for g in moment.gifts if g.by == owner.id)
    today = world.memory.spent(owner.id, world.day_start(site)) + just_given
    purse = Purse(owner.role, site, mine, today)
    light = authority(suggestion.offer, moment.reading.kind, purse)
    offer = suggestion.offer
    had = offer is not None and any(g.what == offer.give for g in moment.gifts)
    if had or (moment.gifts and light.light in ("green", "none")):
        words = MORE.format(money(light.limit, site.currency)) if light.limit else USED_UP
        light = replace(light, light="green" if light.limit else "none", words=words)
    return replace(moment, suggestion=replace(suggestion, authority=light))


def _rebooked(now: Moment, was: Moment, world: World, site: Site) -> tuple[FollowUp, ...]:
    """Times anew for what has not been asked yet; what was asked stays as it is, but a new promise
    is pinged whatever became of the last one."""
    found = []
    for follow_up in schedule.booked(world, site, now):
        old = schedule.find(was, follow_up.purpose)
        promised_anew = follow_up.purpose == "promise" and now.promised != was.promised
        if old is None or old.state == "waiting" or promised_anew:
            found.append(follow_up)
    return tuple(found)


def before(moment: Moment) -> Moment:
    """The state to come back to, one step deep: deeper would double the row at every step."""
    return replace(moment, before=None)


def booked_again(moment: Moment, world: World, site: Site) -> Moment:
    """The moment with its questions booked as if it were new."""
    return schedule.put(moment, *schedule.booked(world, site, moment))


def restored(moment: Moment, world: World) -> Moment:
    """The state before the last step, with what cannot be taken back: who was told, what is asked
    of the manager, and questions that stand in the chat already.

    A question whose time has passed is due now: the same asking at the same time would be taken
    for a repeat, and never come.
    """
    was = moment.before or moment
    now_by_id = {f.id: f for f in moment.follow_ups}
    found = [_restored(f, now_by_id.get(f.id, f), world.now) for f in was.follow_ups]
    known = {f.id for f in was.follow_ups}
    found += [replace(f, state="dropped") for f in moment.follow_ups if f.id not in known]
    return replace(
        was,
        updated=world.now,
        version=moment.version,
        told=moment.told,
        request=moment.request,
        follow_ups=tuple(found),
    )


def _restored(was: FollowUp, now: FollowUp, at: datetime) -> FollowUp:
    if was.state == "waiting" and now.state == "asked":
        return now
    if was.state == "waiting":
        return replace(was, due=max(was.due, at))
    if was.state == "asked":
        return replace(was, due=max(was.due, at + schedule.AFTER_PROMISE))
    return was


def split_off(moment: Moment, me: Person, world: World) -> tuple[Moment, Moment]:
    """The moment as it was before its last line, and that line as a moment of its own."""
    note, name = moment.notes[-1], f"split:{moment.id}:{len(moment.notes)}"
    came = moment.attached[len(moment.before.attached) if moment.before else 0 :]
    said = Said(name, world.now, me.id, moment.address, note.text, attached=came)
    reading = replace(world.library.read(note.text, world.site(moment.site)), ref="")
    return restored(moment, world), new_moment(said, note.text, me, reading, world)
