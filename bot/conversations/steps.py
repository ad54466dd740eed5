"""The steps at the card itself: done, another idea, not this, gave something, undo."""

from dataclasses import replace
from typing import Final

from bot.conversations import schedule, team
from bot.conversations.asking import question
from bot.conversations.cards import fix_card, give_card, money
from bot.conversations.press import (
    Done,
    Press,
    answered_now,
    ask_slot,
    main_post,
    shown,
    stepped,
    tell_posts,
    view,
)
from bot.conversations.record import add, booked_again, reread, split_off
from bot.conversations.types import Card, Fact, Gift, Moment, Note, Post, Purpose
from playbooks.engine.vocabulary import KINDS, STAGE_ALIASES

MOST: Final = 100_000_00
"""No gesture at a desk is larger than this; more is a slip of the finger."""


def did(moment: Moment, press: Press) -> Done:
    """The steps were done; the question how it went is still to come."""
    if moment.status == "acted":
        return Done(moment, shown(moment, press, "Already noted as done."))
    now = answered_now(stepped(moment, "did", press), press)
    ask = schedule.pending(now, "smot")
    when = f" I will ask at {press.world.clock(press.site, ask.due)} how it went." if ask else ""
    return Done(now, shown(now, press, f"Noted as done.{when}"))


def another(moment: Moment, press: Press) -> Done:
    """Another idea for the same reading; what was shown comes back only when nothing else fits."""
    if moment.status not in ("open", "acted"):
        return Done(moment, shown(moment, press))
    kept = replace(moment, before=replace(moment, before=None))
    now = reread(kept, moment.reading, press.me, press.site, press.world, another=True)
    same = now.suggestion.play == moment.suggestion.play
    note = "This is the one idea for it so far." if same else "Another idea."
    return Done(now, shown(now, press, note))


def show(moment: Moment, press: Press) -> Done:
    """The card as it stands."""
    return Done(moment, shown(moment, press))


def fix(moment: Moment, press: Press) -> Done:
    """What it is rather: every reading one tap away."""
    return Done(moment, (view(moment, fix_card(moment), press),))


def kind(moment: Moment, press: Press) -> Done:
    """The kind corrected."""
    if press.argument not in KINDS:
        return Done(moment, shown(moment, press, "That kind is not known any more."))
    return _corrected(moment, press, kind=press.argument)


def stage(moment: Moment, press: Press) -> Done:
    """The stage corrected; the third moment is another name for the ultimate one."""
    chosen = STAGE_ALIASES.get(press.argument)
    if chosen is None:
        return Done(moment, shown(moment, press, "That stage is not known any more."))
    return _corrected(moment, press, stage=chosen)


def heat(moment: Moment, press: Press) -> Done:
    """The heat corrected."""
    if press.argument not in ("0", "1", "2"):
        return Done(moment, shown(moment, press, "That heat is not known any more."))
    return _corrected(moment, press, heat=int(press.argument))


def _corrected(moment: Moment, press: Press, **change: object) -> Done:
    reading = replace(moment.reading, **change, confidence=1.0)  # type: ignore[arg-type]
    if reading.kind == "safety":
        reading = replace(reading, escalate=True)
    kept = replace(
        moment,
        before=replace(moment, before=None),
        first_reading=moment.first_reading or moment.reading,
    )
    now = reread(kept, reading, press.me, press.site, press.world)
    known = {t.person for t in moment.told}
    new_ones = tuple(
        p for t in now.told if t.person not in known if (p := press.world.memory.person(t.person))
    )
    posts = shown(now, press, "Thank you, read again.")
    return Done(now, posts + tell_posts(now, new_ones, press.me, press.world))


def give(moment: Moment, press: Press) -> Done:
    """Asks what was given."""
    return Done(moment, (view(moment, give_card(moment, press.world), press),))


def gave(moment: Moment, press: Press) -> Done:
    """Notes what was given, also beyond the limit: then it is logged and the manager told.

    Refusing to note it would not bring it back; it would only be hidden.
    """
    amount, what, wrong = _given(moment, press)
    if wrong:
        card = replace(give_card(moment, press.world), note=wrong)
        return Done(moment, (view(moment, card, press),))
    request = moment.request
    granted = request if request and request.state == "granted" else None
    allowed = granted.amount if granted else moment.suggestion.authority.limit
    over = amount > allowed
    gift = Gift(press.world.now, press.me.id, amount, what, over, granted.to if granted else "")
    now = answered_now(stepped(moment, "gave", press), press)
    now = replace(now, gifts=(*moment.gifts, gift))
    amount_words = money(amount, press.site.currency) if amount else what or "a gesture"
    note = f"Noted: {amount_words} given."
    boss = team.approver(press.world, press.site, press.me.id) if over else None
    if over:
        note += " That is over your own limit"
        note += f", so {boss.name} has been told." if boss else "; tell your manager today."
    tells = tell_posts(now, (boss,), press.me, press.world) if boss else ()
    return Done(now, shown(now, press, note) + tells)


def _given(moment: Moment, press: Press) -> tuple[int, str, str]:
    """Amount in hundredths, what it was, and what is wrong with the input in plain words."""
    offer = moment.suggestion.offer
    request = moment.request
    if not press.fields:
        amount = int(press.argument) if press.argument.isdecimal() else 0
        what = request.what if request and request.amount == amount else offer.give if offer else ""
        return min(amount, MOST), what, ""
    raw = press.fields.get("amount", "").strip().replace("€", "").replace("£", "").replace("$", "")
    what = " ".join(press.fields.get("what", "").split())[:120]
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
    was = moment.before
    known = {f.id for f in was.follow_ups}
    gone = tuple(replace(f, state="dropped") for f in moment.follow_ups if f.id not in known)
    now = replace(was, updated=press.world.now, version=moment.version, told=moment.told)
    now = replace(now, follow_ups=was.follow_ups + gone)
    asks: tuple[Post, ...] = ()
    if moment.smot and not now.smot:
        asks = _asked_again(now, press, "smot")
    elif moment.umot and not now.umot:
        asks = _asked_again(now, press, "umot")
    return Done(now, shown(now, press, "Taken back.") + asks)


def _asked_again(moment: Moment, press: Press, purpose: Purpose) -> tuple[Post, ...]:
    follow_up = schedule.pending(moment, purpose)
    if follow_up is None or follow_up.state != "asked":
        return ()
    card = question(moment, follow_up, press.world)
    return (Post(press.address, card, ask_slot(moment, purpose), "live", press.me.id),)


def _withdraw(moment: Moment, press: Press) -> Done:
    now = stepped(moment, "withdraw", press)
    now = replace(now, before=None)
    now = schedule.put(now, *schedule.end(now, "smot", "umot", "promise", done=False))
    people = tuple(p for t in moment.told if (p := press.world.memory.person(t.person)))
    withdrawn = Card(
        f"Withdrawn: {moment.place_name}",
        "quiet",
        facts=(Fact("Line", moment.text),),
        note=f"{press.me.name} logged it by mistake. Nothing to do.",
    )
    tells = tuple(
        Post(p.address, withdrawn, f"t:{moment.id}:{p.id}", "tell", p.id)
        for p in people
        if p.address
    )
    return Done(now, shown(now, press) + tells)


def keep(moment: Moment, press: Press) -> Done:
    """Logged after all: a line that was not read as a moment, or one withdrawn."""
    if moment.joined:
        return Done(moment, shown(moment, press, "It stands in the other moment."))
    now = booked_again(stepped(moment, "keep", press), press.world, press.site)
    now = replace(now, before=None)
    people = tuple(p for t in now.told if (p := press.world.memory.person(t.person)))
    return Done(now, shown(now, press) + tell_posts(now, people, press.me, press.world))


def same(moment: Moment, press: Press) -> Done:
    """The line belongs to another open moment: it goes there, and this one is withdrawn."""
    target = press.world.memory.moment(press.argument)
    if target is None or target.site != moment.site or moment.status == "undone":
        return Done(moment, shown(moment, press, "That moment cannot be added to any more."))
    gone = stepped(moment, "withdraw", press)
    gone = replace(gone, before=None, joined=target.id)
    gone = schedule.put(gone, *schedule.end(gone, "smot", "umot", "promise", done=False))
    if target.status in ("open", "acted"):
        target = add(target, moment.text, press.me, moment.reading, press.world)
    else:
        note = Note(press.world.now, press.me.id, moment.text)
        target = replace(target, notes=(*target.notes, note), updated=press.world.now)
    stub = main_post(gone, press.world, note=f"It now stands with {target.place_name}.")
    whole = main_post(target, press.world, note="Your line was added.", fresh=True)
    return Done(gone, (stub, whole), other=target)


def split(moment: Moment, press: Press) -> Done:
    """The line just added was about somebody else: it becomes a moment of its own."""
    if not moment.notes or moment.before is None:
        return Done(moment, shown(moment, press, "There is no added line to take out."))
    rest, new = split_off(moment, press.me, press.world)
    return Done(rest, (*shown(rest, press), main_post(new, press.world, fresh=True)), other=new)
