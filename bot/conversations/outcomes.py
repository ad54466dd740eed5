"""How it ended: the second moment of truth, then the ultimate one, each with who says so."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversations import schedule, team
from bot.conversations.asking import answered, kept_card, question
from bot.conversations.hours import next_time, on_shift
from bot.conversations.life import after
from bot.conversations.listening import clean
from bot.conversations.press import (
    Done,
    Press,
    answered_now,
    ask_slot,
    main_post,
    stepped,
    tell_posts,
)
from bot.conversations.record import before, reread, weighed
from bot.conversations.types import (
    Card,
    FollowUp,
    Moment,
    Note,
    Outcome,
    Person,
    Post,
    Purpose,
)
from bot.conversations.world import World
from playbooks.engine.schema import Site, Suggestion

SMOT_RESULTS = ("recovered", "partly", "not_recovered", "unknown")
UMOT_RESULTS = ("promoter", "passive", "detractor", "none", "left", "unknown")
ASKED = ("smot", "umot")
WORDS_LIMIT = 500


def smot(moment: Moment, press: Press) -> Done:
    """Whether it was put right. Books the later question; where it was not, the manager knows."""
    if press.argument not in SMOT_RESULTS:
        return _unknown(moment, press, "smot")
    if moment.smot:
        return Done(moment, (_ask_post(moment, "smot", press, "Already noted."),))
    now = answered_now(stepped(moment, "smot", press), press)
    now = replace(now, smot=Outcome(press.argument, press.world.now, press.me.id))
    now = schedule.put(now, *schedule.end(now, "smot", "promise"))
    now = book_umot(now, press.world, press.site)
    posts: tuple[Post, ...] = (_ask_post(now, "smot", press), main_post(now, press.world))
    if press.argument == "not_recovered":
        boss = team.approver(press.world, press.site, press.me.id)
        if boss:
            posts += tell_posts(now, (boss,), press.me, press.world, fresh=True)
    return Done(now, posts)


def book_umot(moment: Moment, world: World, site: Site) -> Moment:
    """The later question booked, or the moment closed where the play never asks it, or where it was
    answered before the moment was opened again."""
    due = schedule.umot_time(world, site, moment)
    if due is None or moment.umot is not None:
        return replace(moment, status=after(moment.status, "close"))
    return schedule.put(moment, schedule.book(moment, "umot", due))


def told_already(moment: Moment, press: Press) -> Done:
    """The customer told others before we asked: the later question comes at once."""
    follow_up = schedule.pending(moment, "umot")
    if follow_up is None:
        return _unknown(moment, press, "umot")
    asked = schedule.next_reminder(
        press.world, press.site, follow_up, _clock_start(moment, follow_up, press.world)
    )
    now = schedule.put(replace(moment, updated=press.world.now), asked)
    card = question(now, asked, press.world)
    slot = ask_slot(moment, "umot")
    return Done(now, (Post(press.address, card, slot, "live", press.me.id, fresh=True),))


def umot(moment: Moment, press: Press) -> Done:
    """What the customer told others. After that nothing more is asked."""
    if press.argument not in UMOT_RESULTS:
        return _unknown(moment, press, "umot")
    if moment.umot:
        return Done(moment, (_ask_post(moment, "umot", press, "Already noted."),))
    now = stepped(moment, "umot", press)
    now = replace(now, umot=Outcome(press.argument, press.world.now, press.me.id))
    now = schedule.put(now, *schedule.end(now, "umot", "smot", "promise"))
    return Done(now, (_ask_post(now, "umot", press), main_post(now, press.world)))


def _unknown(moment: Moment, press: Press, purpose: str) -> Done:
    return Done(moment, (_ask_post(moment, purpose, press, "That answer is not known any more."),))


def _ask_post(moment: Moment, purpose: str, press: Press, note: str = "") -> Post:
    card = answered(moment, purpose, press.world, note)
    return Post(press.address, card, ask_slot(moment, purpose), "live", press.me.id)


def who(moment: Moment, press: Press) -> Done:
    """Who says so: the customer, I saw it, my guess."""
    purpose, _, said = press.argument.partition(".")
    outcome = moment.smot if purpose == "smot" else moment.umot
    if outcome is None or purpose not in ASKED or said not in ("customer", "saw", "guess"):
        return _unknown(moment, press, purpose)
    now = _with(moment, purpose, replace(outcome, provenance=said), press.world)  # type: ignore[arg-type]
    return Done(now, (_ask_post(now, purpose, press), main_post(now, press.world)))


def _with(moment: Moment, purpose: str, outcome: Outcome, world: World) -> Moment:
    now = replace(moment, updated=world.now)
    return replace(now, smot=outcome) if purpose == "smot" else replace(now, umot=outcome)


def detail(moment: Moment, press: Press) -> Done:
    """What may be added: a rating of 1 to 5, the customer's words, a link to the review."""
    purpose = press.argument
    outcome = moment.smot if purpose == "smot" else moment.umot
    if outcome is None or purpose not in ASKED:
        return _unknown(moment, press, purpose)
    rating, words = press.fields.get("rating", ""), clean(press.fields.get("words", ""))
    link = clean(press.fields.get("link", "")).replace(" ", "")[:WORDS_LIMIT]
    if not (rating or words or link):
        return Done(moment, (_ask_post(moment, purpose, press, "There was nothing to add."),))
    note = "Added. Thank you."
    if link and not link.startswith(("https://", "http://")):
        link, note = "", "The link was left out: it has to start with https://."
    now = replace(
        outcome,
        rating=int(rating) if rating in ("1", "2", "3", "4", "5") else outcome.rating,
        words=words[:WORDS_LIMIT] or outcome.words,
        link=link or outcome.link,
    )
    changed = _with(moment, purpose, now, press.world)
    return Done(
        changed, (_ask_post(changed, purpose, press, note), main_post(changed, press.world))
    )


def kept(moment: Moment, press: Press) -> Done:
    """The promise was kept."""
    if schedule.pending(moment, "promise") is None:
        return Done(moment, (_promise_post(moment, press, "already answered"),))
    now = answered_now(stepped(moment, "kept", press), press)
    now = schedule.put(now, *schedule.end(now, "promise"))
    return Done(now, (_promise_post(now, press, "promise kept"), main_post(now, press.world)))


def later(moment: Moment, press: Press) -> Done:
    """The promise needs longer: a new time, and the customer has to hear it from her first."""
    minutes = int(press.argument) if press.argument in ("15", "30") else 15
    if moment.status not in ("open", "acted") or moment.promised is None:
        return Done(moment, (_promise_post(moment, press, "no longer open"),))
    promised = press.world.now + timedelta(minutes=minutes)
    now = replace(
        moment,
        before=before(moment),
        promised=promised,
        suggestion=_with_new_time(moment, promised, press),
        updated=press.world.now,
        notes=(
            *moment.notes,
            Note(press.world.now, press.me.id, f"promise moved by {minutes} min"),
        ),
    )
    again = schedule.book(now, "promise", schedule.ping_time(press.world.now, promised))
    moved = [again]
    ask = schedule.pending(now, "smot")
    if ask and ask.due < promised + schedule.AFTER_PROMISE:
        moved.append(replace(ask, due=promised + schedule.AFTER_PROMISE))
    now = schedule.put(now, *moved)
    text = f"new time {press.world.clock(press.site, promised)}. Tell them now"
    return Done(now, (_promise_post(now, press, text), main_post(now, press.world)))


def _with_new_time(moment: Moment, promised: datetime, press: Press) -> Suggestion:
    """The card's words with the new time where they name the old one: two times on one card would
    have her promise the wrong one."""
    world, site, card = press.world, press.site, moment.suggestion
    old = f"{world.local(site, moment.promised):%H:%M}"
    new = f"{world.local(site, promised):%H:%M}"
    steps = tuple(step.replace(old, new) for step in card.do)
    return replace(card, say=card.say.replace(old, new), do=steps)


def _promise_post(moment: Moment, press: Press, note: str) -> Post:
    slot = ask_slot(moment, "promise")
    return Post(press.address, kept_card(moment, note), slot, "live", press.me.id)


def snooze(moment: Moment, press: Press) -> Done:
    """Not now: in half an hour, one, two, or tomorrow at the same time; it is counted. A promise
    cannot be put off in silence: for that there is ``later``, and the customer hears of it."""
    word, _, span = press.argument.partition(".")
    purpose = _purpose(word)
    follow_up = schedule.pending(moment, purpose)
    if follow_up is None or word == "promise":
        return _unknown(moment, press, purpose)
    wait = timedelta(days=1) if span == "day" else timedelta(minutes=_minutes(span))
    due = next_time(press.site, press.world.now + wait)
    moved = replace(follow_up, state="waiting", due=due, snoozes=follow_up.snoozes + 1)
    now = schedule.put(replace(moment, updated=press.world.now), moved)
    if _expired(moment, follow_up, replace(press.world, now=due)):
        note = "That is too late to ask: unanswered, it is noted as not known."
        return Done(moment, (_late(moment, follow_up, note, press),))
    when = press.world.when(press.site, due)
    card = Card(f"{moment.place_name}: I will ask again {when}", "quiet")
    return Done(now, (Post(press.address, card, ask_slot(moment, purpose), "live", press.me.id),))


def _late(moment: Moment, follow_up: FollowUp, note: str, press: Press) -> Post:
    card = replace(question(moment, follow_up, press.world), note=note)
    return Post(press.address, card, ask_slot(moment, follow_up.purpose), "live", press.me.id)


def _minutes(span: str) -> int:
    return int(span) if span in ("30", "60", "120") else 60


def _purpose(word: str) -> Purpose:
    return "umot" if word == "umot" else "smot"


def again(moment: Moment, press: Press) -> Done:
    """It was not put right: another try, as a second failure, with what fits that."""
    now = stepped(moment, "again", press)
    reading = replace(moment.reading, repeat=True)
    now = replace(now, smot=None, failures=moment.failures + 1, promised=None, promise_what="")
    dropped = schedule.end(now, "umot", done=False)
    now = schedule.put(now, *dropped)
    now = reread(now, reading, press.me, press.site, press.world, another=True)
    fresh: FollowUp = schedule.book(now, "smot", schedule.smot_time(press.world, press.site, now))
    now = schedule.put(now, fresh)
    # A second failure is news to everybody, also to those who were told of the first.
    now = replace(
        now, told=tuple(replace(t, at=press.world.now, seen=None, coming=False) for t in now.told)
    )
    people = team.new_to_tell(replace(moment, told=()), now, press.world)
    card = Card(f"{moment.place_name}: open again", "quiet", note="The new idea is below.")
    done_with = Post(press.address, card, ask_slot(moment, "smot"), "live", press.me.id)
    posts = (done_with, main_post(now, press.world, note="Second try.", fresh=True))
    return Done(now, posts + tell_posts(now, people, press.me, press.world, fresh=True))


def due(moment: Moment, follow_up: FollowUp, world: World) -> tuple[Moment, tuple[Post, ...]]:
    """A follow-up's time has come: ask, remind, hand to whoever is on, wait, or let it expire."""
    site = world.site(moment.site)
    if not _matters(moment, follow_up) or _too_late(moment, follow_up, world):
        return schedule.put(moment, replace(follow_up, state="dropped")), ()
    if follow_up.purpose != "promise" and _expired(moment, follow_up, world):
        return _expire(moment, follow_up, world)
    allowed = next_time(site, world.now)
    if follow_up.purpose != "promise" and allowed > world.now:
        return schedule.put(moment, replace(follow_up, due=allowed)), ()
    return _put_question(moment, follow_up, world, site)


def _too_late(moment: Moment, follow_up: FollowUp, world: World) -> bool:
    """Whether a ping about a promise helps nobody any more, as after a machine stood still: the
    question how it went comes all the same."""
    if follow_up.purpose != "promise" or moment.promised is None:
        return False
    return world.now - moment.promised > schedule.STALE


def _put_question(
    moment: Moment, follow_up: FollowUp, world: World, site: Site
) -> tuple[Moment, tuple[Post, ...]]:
    owner = world.memory.person(moment.person)
    here = owner is not None and on_shift(owner, site, world.now)
    to = owner if here else team.stand_in(world, site, moment.person)
    if to is None:
        wait = next_time(site, world.now + timedelta(minutes=30))
        return schedule.put(moment, replace(follow_up, due=wait)), ()
    posts: tuple[Post, ...] = ()
    if not here:
        posts = _moved_on(moment, follow_up, to)
        moment = replace(moment, person=to.id, address=to.address or moment.address, before=None)
        moment = weighed(replace(moment, updated=world.now), world)
        follow_up = replace(follow_up, person=to.id)
    again_asked = follow_up.state == "asked"
    counted = replace(follow_up, reminders=follow_up.reminders + (1 if again_asked else 0))
    asked = (
        replace(counted, state="asked", due=moment.created + schedule.EXPIRES)
        if follow_up.purpose == "promise"
        else schedule.next_reminder(world, site, counted, _clock_start(moment, follow_up, world))
    )
    card = question(moment, asked, world)
    slot = ask_slot(moment, follow_up.purpose)
    post = Post(moment.address, card, slot, "follow_up", to.id, fresh=again_asked)
    return schedule.put(moment, asked), (*posts, post)


def _moved_on(moment: Moment, follow_up: FollowUp, to: Person) -> tuple[Post, ...]:
    """What stays with whoever went home: no buttons, so that nothing is answered twice."""
    if follow_up.state != "asked" or to.address == moment.address:
        return ()
    card = Card(f"{moment.place_name}: {to.name} has been asked instead", "quiet")
    slot = ask_slot(moment, follow_up.purpose)
    return (Post(moment.address, card, slot, "follow_up", moment.person),)


def _clock_start(moment: Moment, follow_up: FollowUp, world: World) -> datetime:
    """From when fourteen days are counted: from the line or the time promised, or from the day the
    later question was first due. What comes after three weeks must not expire before it is asked.
    """
    if follow_up.purpose != "umot" or moment.smot is None:
        return max(moment.created, moment.promised or moment.created)
    days = moment.suggestion.follow_up.umot
    days = world.site(moment.site).umot_days if days is None else days
    return moment.smot.at + timedelta(days=days)


def _matters(moment: Moment, follow_up: FollowUp) -> bool:
    if follow_up.state not in ("waiting", "asked") or moment.status in ("closed", "undone"):
        return False
    if follow_up.purpose == "promise":
        asked = follow_up.state == "asked"
        return moment.status in ("open", "acted") and moment.promised is not None and not asked
    return (moment.smot if follow_up.purpose == "smot" else moment.umot) is None


def _expired(moment: Moment, follow_up: FollowUp, world: World) -> bool:
    return world.now >= _clock_start(moment, follow_up, world) + schedule.EXPIRES


def _expire(moment: Moment, follow_up: FollowUp, world: World) -> tuple[Moment, tuple[Post, ...]]:
    """Nobody answered in fourteen days: noted as not known, and nobody is asked again."""
    unknown = Outcome("unknown", world.now, "")
    now = replace(moment, status=after(moment.status, "close"), before=None)
    now = _with(now, follow_up.purpose, unknown, world)
    now = schedule.put(now, *schedule.end(now, "smot", "umot", "promise"))
    was_asked = follow_up.state == "asked"
    slot = ask_slot(moment, follow_up.purpose)
    card = answered(now, follow_up.purpose, world, "Not asked any more; noted as not known.")
    return now, (Post(moment.address, card, slot, "follow_up", moment.person),) if was_asked else ()
