"""When a moment is asked about again: the promise, the second moment of truth, the ultimate one."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.conversations.hours import last_time_before, next_time
from bot.conversations.types import FollowUp, Moment, Purpose
from bot.conversations.world import World
from playbooks.engine.schema import Site

EXPIRES: Final = timedelta(days=14)
"""After that nobody is asked any more: it goes into the digest as not known."""
AFTER_PROMISE: Final = timedelta(minutes=15)
USUAL: Final = timedelta(minutes=60)
REMIND_AFTER: Final = timedelta(hours=2)
REMINDERS: Final = 2
UMOT_HOUR: Final = 10
SOON: Final = timedelta(minutes=2)
"""A promise nearer than this is not pinged: the ping would come after the deed."""
STALE: Final = timedelta(hours=2)
"""A promise that lapsed longer ago is no longer pinged."""


def ping_time(now: datetime, promised: datetime) -> datetime:
    """A fifth of the span before the promise lapses, between two and ten minutes ahead."""
    ahead = min(timedelta(minutes=10), max(SOON, (promised - now) / 5))
    return max(now, promised - ahead)


def smot_time(world: World, site: Site, moment: Moment) -> datetime:
    """A quarter of an hour after the promise, else the play's own time, else within the hour, and
    before the shift ends; never in quiet hours."""
    plan = moment.suggestion.follow_up
    wait = USUAL if plan.smot is None else timedelta(minutes=plan.smot)
    due = world.now + wait
    if moment.promised is not None:
        due = max(due, moment.promised + AFTER_PROMISE)
    allowed = next_time(site, due)
    if allowed == due:
        return due
    earliest = world.now + timedelta(minutes=10)
    if moment.promised is not None:
        earliest = max(earliest, moment.promised + SOON)
    return last_time_before(site, due, earliest) or allowed


def umot_time(world: World, site: Site, moment: Moment) -> datetime | None:
    """Some days later in the morning; None where the play never asks."""
    days = moment.suggestion.follow_up.umot
    days = site.umot_days if days is None else days
    if days == 0:
        return None
    morning = world.local(site) + timedelta(days=days)
    morning = morning.replace(hour=UMOT_HOUR, minute=0, second=0, microsecond=0)
    return next_time(site, morning.astimezone(world.now.tzinfo))


def book(moment: Moment, purpose: Purpose, due: datetime) -> FollowUp:
    """A follow-up of this moment, owned by whoever owns the moment."""
    return FollowUp(f"{moment.id}:{purpose}", moment.id, purpose, due, moment.person, moment.site)


def booked(world: World, site: Site, moment: Moment) -> tuple[FollowUp, ...]:
    """What follows a new moment: one question how it went, and a ping where a time was promised."""
    found = [book(moment, "smot", smot_time(world, site, moment))]
    if moment.promised is not None and moment.promised - world.now > SOON:
        found.append(book(moment, "promise", ping_time(world.now, moment.promised)))
    return tuple(found)


def with_first(moment: Moment, *booked: FollowUp) -> Moment:
    """A moment just made, which nobody else has seen yet, given its first follow-ups: to copy its
    thirty fields for that would cost as much as the sums behind them."""
    object.__setattr__(moment, "follow_ups", booked)
    return moment


def put(moment: Moment, *changed: FollowUp) -> Moment:
    """The moment with these follow-ups in place of those with the same id."""
    by_id = {f.id: f for f in moment.follow_ups} | {f.id: f for f in changed}
    return replace(moment, follow_ups=tuple(by_id.values()))


def find(moment: Moment, purpose: Purpose) -> FollowUp | None:
    """The follow-up of that purpose, in whatever state."""
    return next((f for f in moment.follow_ups if f.purpose == purpose), None)


def pending(moment: Moment, purpose: Purpose) -> FollowUp | None:
    """The follow-up of that purpose where something will still come of it."""
    found = find(moment, purpose)
    return found if found and found.state in ("waiting", "asked") else None


def end(moment: Moment, *purposes: Purpose, done: bool = True) -> tuple[FollowUp, ...]:
    """The follow-ups of these purposes brought to an end, where they are still pending."""
    pending_ones = (pending(moment, purpose) for purpose in purposes)
    return tuple(replace(f, state="done" if done else "dropped") for f in pending_ones if f)


def changed(before: Moment | None, now: Moment) -> tuple[FollowUp, ...]:
    """What has to be written: the follow-ups that are new or differ."""
    known = {f.id: f for f in before.follow_ups} if before else {}
    return tuple(f for f in now.follow_ups if known.get(f.id) != f)


def next_reminder(world: World, site: Site, follow_up: FollowUp, created: datetime) -> FollowUp:
    """Just asked: when to remind, or, after two reminders, when it expires."""
    expires = created + EXPIRES
    asked = replace(follow_up, state="asked")
    if follow_up.reminders >= REMINDERS:
        return replace(asked, due=max(expires, world.now + REMIND_AFTER))
    due = next_time(site, world.now + REMIND_AFTER)
    return replace(asked, due=min(due, max(expires, world.now + SOON)))
