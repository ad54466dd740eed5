"""The steps at the card itself: done, another idea, not this, gave something, undo."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.conversations import schedule, team
from bot.conversations.asking import question
from bot.conversations.cards import clipped, fix_card, give_card, money
from bot.conversations.life import after
from bot.conversations.listening import clean
from bot.conversations.press import (
    Done,
    Press,
    answered_now,
    ask_slot,
    back,
    main_post,
    shown,
    stepped,
    tell_posts,
    view,
)
from bot.conversations.record import add, booked_again, reread, restored, split_off, weighed
from bot.conversations.reviewing import taught
from bot.conversations.types import Card, Fact, FollowUp, Gift, Moment, Note, Post, Purpose
from playbooks.engine.authority import Purse
from playbooks.engine.vocabulary import KINDS, STAGE_ALIASES

TWICE: Final = timedelta(seconds=60)
"""The same gift noted twice within it is one gift and a nervous thumb."""
MOST: Final = 100_000_00
"""No gesture at a desk is larger than this; more is a slip of the finger."""


def did(moment: Moment, press: Press) -> Done:
    """The steps were done; the question how it went is still to come."""
    if moment.status == "acted":
        return Done(moment, back(moment, press, "Already noted as done."))
    now = answered_now(stepped(moment, "did", press), press)
    ask = schedule.pending(now, "smot")
    when = ask and ask.state == "waiting" and press.world.when(press.site, ask.due)
    note = f"Noted as done. I will ask {when} how it went." if when else "Noted as done."
    return Done(now, shown(now, press, note))


def another(moment: Moment, press: Press) -> Done:
    """Another idea for the same reading; what was shown comes back only when nothing else fits."""
    kept = stepped(moment, "reread", press)
    now = reread(kept, moment.reading, press.me, press.site, press.world, another=True)
    same = now.suggestion.play == moment.suggestion.play
    note = "This is the one idea for it so far." if same else "Another idea."
    return Done(now, shown(now, press, note))


def show(moment: Moment, press: Press) -> Done:
    """The card as it stands, or the question a menu stood in the place of. From the list of open
    moments it is sent anew: it may stand far above."""
    follow_up = next((f for f in moment.follow_ups if f.purpose == press.argument), None)
    if follow_up and follow_up.state == "asked":
        return Done(moment, (question_post(moment, follow_up, press),))
    posts = back(moment, press)
    return Done(moment, tuple(replace(p, fresh=press.argument == "new") for p in posts))


def question_post(moment: Moment, follow_up: FollowUp, press: Press) -> Post:
    """The question where it stood, for whoever pressed."""
    card = question(moment, follow_up, press.world)
    return Post(press.address, card, ask_slot(moment, follow_up.purpose), "live", press.me.id)


def fix(moment: Moment, press: Press) -> Done:
    """What it is rather: every reading one tap away."""
    after(moment.status, "reread")
    return Done(moment, (view(moment, fix_card(moment), press),))


def kind(moment: Moment, press: Press) -> Done:
    """The kind corrected."""
    if press.argument not in KINDS:
        return Done(moment, back(moment, press, "That kind is not known any more."))
    return _corrected(moment, press, kind=press.argument)


def safe(moment: Moment, press: Press) -> Done:
    """Nobody is in danger: the card for what was read. Whoever was told stays told."""
    kept = stepped(moment, "reread", press)
    now = replace(kept, reading=replace(moment.reading, doubt=False))
    return Done(now, shown(now, press, ""))


def stage(moment: Moment, press: Press) -> Done:
    """The stage corrected; the third moment is another name for the ultimate one."""
    chosen = STAGE_ALIASES.get(press.argument)
    if chosen is None:
        return Done(moment, back(moment, press, "That stage is not known any more."))
    return _corrected(moment, press, stage=chosen)


def heat(moment: Moment, press: Press) -> Done:
    """The heat corrected."""
    if press.argument not in ("0", "1", "2"):
        return Done(moment, back(moment, press, "That heat is not known any more."))
    return _corrected(moment, press, heat=int(press.argument))


def _corrected(moment: Moment, press: Press, **change: object) -> Done:
    reading = replace(moment.reading, **change, confidence=1.0)  # type: ignore[arg-type]
    if reading.kind == "safety":
        reading = replace(reading, escalate=True)
    kept = stepped(moment, "reread", press)
    kept = replace(kept, first_reading=moment.first_reading or moment.reading)
    now = reread(kept, reading, press.me, press.site, press.world)
    now = replace(now, taught=taught(now, press.me.id, press.world))
    posts = shown(now, press, "Thank you, read again.")
    return Done(now, posts + told_now(moment, now, press))


def told_now(old: Moment, now: Moment, press: Press) -> tuple[Post, ...]:
    """A card for each of those whom this step added to the told."""
    people = team.new_to_tell(old, now, press.world)
    return tell_posts(now, people, press.me, press.world)


def give(moment: Moment, press: Press) -> Done:
    """Asks what was given."""
    after(moment.status, "gave")
    return Done(moment, (view(moment, give_card(moment, press.world), press),))


def gave(moment: Moment, press: Press) -> Done:
    """Notes what was given, also beyond the limit: then it is logged and the manager told.

    Refusing to note it would not bring it back; it would only be hidden.
    """
    after(moment.status, "gave")
    amount, what, wrong = _given(moment, press)
    if wrong:
        card = replace(give_card(moment, press.world), note=wrong)
        return Done(moment, (view(moment, card, press),))
    gift = _gift(moment, press, amount, what)
    if any(_pressed_twice(old, gift) for old in moment.gifts):
        return Done(moment, back(moment, press, "Already noted."))
    now = answered_now(stepped(moment, "gave", press), press)
    now = replace(now, gifts=(*moment.gifts, gift))
    now = weighed(now, press.world, amount if press.me.id == moment.person else 0)
    words = money(amount, press.site.currency) if amount else what or "a gesture"
    note = f"Noted: {words} given."
    boss = team.approver(press.world, press.site, press.me.id) if gift.over else None
    if gift.over:
        note += " That is over your own limit"
        note += f", so {boss.name} has been told." if boss else "; tell your manager today."
    tells = tell_posts(now, (boss,), press.me, press.world, fresh=True) if boss else ()
    return Done(now, shown(now, press, note) + tells)


def _gift(moment: Moment, press: Press, amount: int, what: str) -> Gift:
    """The gift, weighed against what its giver may give at this very minute, not at the time the
    card was written; money in danger is over every limit."""
    mine = sum(g.amount for g in moment.gifts if g.by == press.me.id)
    day = press.world.memory.spent(press.me.id, press.world.day_start(press.site))
    limit = Purse(press.me.role, press.site, mine, day).limit
    if moment.reading.kind == "safety":
        limit = 0
    yes = team.granted(moment) if amount > limit else None
    over = amount > max(limit, yes.amount if yes else 0)
    return Gift(press.world.now, press.me.id, amount, what, over, yes.to if yes else "")


def _pressed_twice(old: Gift, new: Gift) -> bool:
    same = (old.by, old.amount, old.what) == (new.by, new.amount, new.what)
    return same and new.at - old.at < TWICE


def _given(moment: Moment, press: Press) -> tuple[int, str, str]:
    """Amount in hundredths, what it was, and what is wrong with the input in plain words."""
    offer = moment.suggestion.offer
    request = moment.request
    if not press.fields:
        amount = int(press.argument) if press.argument.isdecimal() else 0
        if not press.argument or amount > MOST:
            return 0, "", "Say what it was, or what it cost."
        what = request.what if request and request.amount == amount else offer.give if offer else ""
        return amount, what, ""
    raw = press.fields.get("amount", "").strip().replace("€", "").replace("£", "").replace("$", "")
    what = clean(press.fields.get("what", ""))[:120]
    if not raw and not what:
        return 0, "", "Say what it was, or what it cost."
    try:
        amount = round(float(raw.replace(",", ".").strip() or "0") * 100)
    except (ValueError, OverflowError):
        return 0, what, f"“{raw[:20]}” is not an amount; write 15 or 12.50."
    if not 0 <= amount <= MOST:
        return 0, what, "That amount cannot be right; write what it cost, such as 15 or 12.50."
    return amount, what, ""


def undo(moment: Moment, press: Press) -> Done:
    """Takes the last step back; where there is none, the whole moment: it was logged by mistake."""
    if moment.before is None:
        return _withdraw(moment, press)
    now = restored(moment, press.world)
    asks: tuple[Post, ...] = ()
    if moment.smot and not now.smot:
        asks = _asked_again(now, press, "smot")
    elif moment.umot and not now.umot:
        asks = _asked_again(now, press, "umot")
    return Done(now, shown(now, press, "Taken back.") + asks)


def _asked_again(moment: Moment, press: Press, purpose: Purpose) -> tuple[Post, ...]:
    """The question back in its place; its old answer must not stay there to be read."""
    follow_up = schedule.pending(moment, purpose)
    if follow_up is None or follow_up.state != "asked":
        card = Card(f"{moment.place_name}: taken back", "quiet")
        return (Post(press.address, card, ask_slot(moment, purpose), "live", press.me.id),)
    return (question_post(moment, follow_up, press),)


def _withdraw(moment: Moment, press: Press) -> Done:
    now = stepped(moment, "withdraw", press)
    now = replace(now, before=None, request=None)
    now = schedule.put(now, *schedule.end(now, "smot", "umot", "promise", done=False))
    note = f"{press.me.name} logged it by mistake. Nothing to do."
    return Done(now, shown(now, press) + _called_off(moment, "Withdrawn", note, press))


def _called_off(moment: Moment, title: str, note: str, press: Press) -> tuple[Post, ...]:
    """Tells everybody who was told, and whoever was asked for a yes, that it is over for them."""
    card = Card(
        f"{title}: {moment.place_name}",
        "quiet",
        facts=(Fact("Line", clipped(moment.text)),),
        note=note,
    )
    slots = [(t.person, f"t:{moment.id}:{t.person}") for t in moment.told]
    if moment.request and moment.request.state == "pending":
        slots.append((moment.request.to, f"r:{moment.id}"))
    found = ((press.world.memory.person(person), slot) for person, slot in slots)
    return tuple(Post(p.address, card, slot, "tell", p.id) for p, slot in found if p and p.address)


def keep(moment: Moment, press: Press) -> Done:
    """Logged after all: a line that was not read as a moment, or one withdrawn. Read anew: its
    times have passed meanwhile, and nobody knows of it."""
    if moment.joined:
        return Done(moment, back(moment, press, "It stands in the other moment."))
    now = replace(stepped(moment, "keep", press), before=None, told=(), promised=None)
    reading = replace(moment.reading, abstain=False)
    now = reread(now, reading, press.me, press.site, press.world)
    now = replace(booked_again(now, press.world, press.site), shown=(now.suggestion.play,))
    return Done(now, shown(now, press) + told_now(replace(now, told=()), now, press))


def same(moment: Moment, press: Press) -> Done:
    """The line belongs to another open moment: it goes there, and this one is withdrawn."""
    target = press.world.memory.moment(press.argument)
    if target is None or target.id == moment.id or target.site != moment.site or moment.joined:
        return Done(moment, back(moment, press, "That moment cannot be added to any more."))
    if target.status == "undone":
        return Done(moment, back(moment, press, "That moment was withdrawn; this one stays."))
    # A line that was not read as a moment stands aside already: it has no step left to take.
    gone = moment if moment.status == "undone" else stepped(moment, "withdraw", press)
    gone = replace(gone, before=None, joined=target.id, gifts=(), request=None)
    gone = schedule.put(gone, *schedule.end(gone, "smot", "umot", "promise", done=False))
    whole = _taken_in(target, moment, press)
    note = f"It now stands with {target.place_name}."
    posts = (
        main_post(gone, press.world, note=note),
        main_post(whole, press.world, note="Your line was added.", fresh=True),
        *_called_off(moment, "Added to another moment", note, press),
        *told_now(target, whole, press),
    )
    return Done(gone, posts, other=whole)


def _taken_in(target: Moment, line: Moment, press: Press) -> Moment:
    """The other moment with this one's line and gifts; once settled the line is only noted."""
    if target.status in ("open", "acted"):
        now = add(target, line.text, press.me, line.reading, press.world)
    else:
        note = Note(press.world.now, press.me.id, line.text)
        now = replace(target, notes=(*target.notes, note), updated=press.world.now)
    attached = (*now.attached, *line.attached)
    return replace(now, gifts=(*now.gifts, *line.gifts), attached=attached)


def split(moment: Moment, press: Press) -> Done:
    """The line just added was about somebody else: it becomes a moment of its own."""
    just_added = moment.before is not None and len(moment.before.notes) < len(moment.notes)
    if not just_added or moment.status not in ("open", "acted"):
        return Done(moment, back(moment, press, "There is no added line to take out."))
    rest, new = split_off(moment, press.me, press.world)
    posts = (*shown(rest, press), main_post(new, press.world, fresh=True))
    return Done(rest, posts + told_now(replace(new, told=()), new, press), other=new)
