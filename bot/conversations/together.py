"""Steps with colleagues: help, hand over, ask for more than one's own limit."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.conversations import schedule, team
from bot.conversations.cards import money
from bot.conversations.colleagues import hand_card, request_card, told_card
from bot.conversations.life import SAID, after
from bot.conversations.press import (
    Done,
    Press,
    answered_now,
    ask_slot,
    back,
    main_post,
    main_slot,
    news_post,
    shown,
    tell_posts,
    view,
)
from bot.conversations.record import weighed
from bot.conversations.types import Card, FollowUp, Moment, Person, Post, Request, Told

ON_THE_WAY: Final = timedelta(minutes=15)
"""Who said so longer ago is asked once more."""


def get_help(moment: Moment, press: Press) -> Done:
    """Calls the manager who is here now; where nobody is, says how to reach one by hand."""
    status = after(moment.status, "help")
    boss = team.approver(press.world, press.site, press.me.id)
    if boss is None:
        how = press.site.duties.get("duty_manager", "fetch the nearest colleague")
        note = f"No manager is at work in Fifteen just now: {how}."
        return Done(moment, back(moment, press, note))
    if any(t.person == boss.id and t.coming and _lately(t, press) for t in moment.told):
        return Done(moment, back(moment, press, f"{boss.name} has said they are coming."))
    asked = Told("duty_manager", boss.id, boss.name, press.world.now)
    told = team.merge_told(tuple(t for t in moment.told if t.person != boss.id), (asked,))
    now = replace(moment, status=status, told=told, updated=press.world.now)
    now = answered_now(now, press)
    note = f"{boss.name} has been asked to come. I tell you when they answer."
    return Done(
        now, shown(now, press, note) + tell_posts(now, (boss,), press.me, press.world, asks=True)
    )


def _lately(told: Told, press: Press) -> bool:
    return told.seen is not None and press.world.now - told.seen < ON_THE_WAY


def coming(moment: Moment, press: Press) -> Done:
    """Somebody told is on the way: the person at the desk sees it at once."""
    return _noticed(moment, press, on_the_way=True)


def seen(moment: Moment, press: Press) -> Done:
    """Somebody told has read it."""
    return _noticed(moment, press, on_the_way=False)


def _noticed(moment: Moment, press: Press, *, on_the_way: bool) -> Done:
    if moment.status == "undone":
        return Done(moment, back(moment, press, SAID["undone"]))
    now = team.seen_by(moment, press.me, press.world, coming=on_the_way)
    owner = press.world.memory.person(moment.person) or press.me
    mine = told_card(now, press.me, owner, press.world)
    slot = f"t:{moment.id}:{press.me.id}"
    note = f"{press.me.name} is coming." if on_the_way else ""
    posts = [Post(press.address, mine, slot, "live", press.me.id)]
    if moment.status in ("open", "acted") and press.me.id != moment.person:
        post = news_post(now, press, note) if note else main_post(now, press.world)
        posts.append(post)
    return Done(now, tuple(posts))


def hand(moment: Moment, press: Press) -> Done:
    """Who takes over; asked from the card, or from a follow-up (then answered there)."""
    people = tuple(
        p
        for p in team.present(press.world, press.site)
        if p.id != moment.person and p.role != "trainer"
    )
    after(moment.status, "hand")
    purpose = press.argument if press.argument in ("promise", "smot", "umot") else ""
    slot = ask_slot(moment, purpose) if purpose else main_slot(moment)
    return Done(moment, (view(moment, hand_card(moment, people, purpose), press, slot),))


def handto(moment: Moment, press: Press) -> Done:
    """Handed over: the other one gets the whole card, and is asked from now on."""
    to = press.world.memory.person(press.argument)
    status = after(moment.status, "hand")
    if to is None or not team.can_take(to, moment):
        return Done(moment, back(moment, press, "That colleague cannot take it just now."))
    if to.id == moment.person:
        return Done(moment, back(moment, press, f"It is already with {to.name}."))
    now = replace(owned(moment, to, press), status=status)
    gone = Card(
        f"{moment.place_name}: handed to {to.name}",
        "quiet",
        note="They have the whole card and are asked how it went.",
    )
    posts = [Post(moment.address, gone, main_slot(moment), "live", moment.person)]
    posts += [
        Post(moment.address, gone, ask_slot(moment, f.purpose), "live", moment.person)
        for f in moment.follow_ups
        if f.state == "asked"
    ]
    posts += _elsewhere(now, gone, to, press)
    by = "you took it over" if to.id == press.me.id else f"from {press.me.name}"
    posts.append(main_post(now, press.world, note=f"Now yours, {by}.", fresh=True))
    return Done(now, tuple(posts))


def _elsewhere(now: Moment, gone: Card, to: Person, press: Press) -> list[Post]:
    """The other cards of it: what whoever pressed has before her, what the new owner was told."""
    posts = []
    if press.me.id not in (to.id, now.person) and press.address != to.address:
        posts.append(Post(press.address, gone, main_slot(now), "live", press.me.id))
    if to.address and any(t.person == to.id for t in now.told):
        card = told_card(now, to, press.me, press.world)
        posts.append(Post(to.address, card, f"t:{now.id}:{to.id}", "tell", to.id))
    return posts


def owned(moment: Moment, to: Person, press: Press) -> Moment:
    """The moment and its questions in another's hands; what was asked already is asked anew."""
    now = replace(
        moment,
        person=to.id,
        address=to.address or moment.address,
        updated=press.world.now,
        before=None,
    )
    moved: list[FollowUp] = []
    for follow_up in moment.follow_ups:
        if follow_up.state == "waiting":
            moved.append(replace(follow_up, person=to.id))
        elif follow_up.state == "asked":
            due = press.world.now + schedule.AFTER_PROMISE
            if follow_up.purpose == "promise" and moment.promised:
                due = min(due, max(press.world.now, moment.promised - schedule.SOON))
            moved.append(replace(follow_up, person=to.id, state="waiting", due=due, reminders=0))
    return weighed(schedule.put(now, *moved), press.world)


def ask(moment: Moment, press: Press) -> Done:
    """More than one's own limit, asked of the manager who is here."""
    after(moment.status, "ask")
    offer = moment.suggestion.offer
    boss = team.approver(press.world, press.site, press.me.id)
    if moment.request and moment.request.state == "pending":
        return Done(moment, back(moment, press, "You have asked already; no answer yet."))
    if offer is None or not offer.amount or press.argument != str(offer.amount):
        return Done(moment, back(moment, press, "That offer is no longer on the card."))
    if boss is None:
        how = press.site.duties.get("duty_manager", "fetch the nearest manager")
        return Done(moment, back(moment, press, f"Nobody here can grant it just now: {how}."))
    amount, what = offer.amount, offer.give
    request = Request(press.world.now, press.me.id, boss.id, amount, what)
    now = replace(moment, request=request, updated=press.world.now)
    note = f"{boss.name} has been asked for {money(amount, press.site.currency)}."
    return Done(now, (*shown(now, press, note), *_request_posts(now, boss, press.me, press)))


def _request_posts(moment: Moment, boss: Person, by: Person, press: Press) -> tuple[Post, ...]:
    if boss.address is None:
        return ()
    card = request_card(moment, by, press.world)
    return (Post(boss.address, card, f"r:{moment.id}", "live", boss.id, fresh=True),)


def grant(moment: Moment, press: Press) -> Done:
    """Yes: the clerk's card says so at once."""
    return _decided(moment, press, granted=True)


def refuse(moment: Moment, press: Press) -> Done:
    """No: the clerk's card says so, and what she may give all the same."""
    return _decided(moment, press, granted=False)


def _decided(moment: Moment, press: Press, *, granted: bool) -> Done:
    request = moment.request
    asker = press.world.memory.person(request.by) if request else None
    if request is None or asker is None:
        return Done(moment, back(moment, press, "Nothing is asked for here."))
    if request.by == press.me.id:
        note = "Somebody else has to decide on your own request."
        return Done(moment, back(moment, press, note))
    now = moment
    note = "This was decided before."
    if request.state == "pending":
        state = replace(request, state="granted" if granted else "refused", to=press.me.id)
        now = replace(moment, request=state, updated=press.world.now)
        word = "yes" if granted else "no"
        note = f"{press.me.name} says {word}: {money(request.amount, press.site.currency)}."
    card = replace(request_card(now, asker, press.world), note="" if now is not moment else note)
    posts = [Post(press.address, card, f"r:{moment.id}", "live", press.me.id)]
    if now is not moment:
        posts.append(news_post(now, press, note))
    return Done(now, tuple(posts))
