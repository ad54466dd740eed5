"""The linter of plays: what makes a suggestion good is checked before anybody reads it aloud.

Each rule looks at one play and yields what it found; ``check`` runs all of them over a library.
Faults forbid a play, notes are worth a look. The rules are those of the field, see ``words``.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Final

from playbooks.engine import templates, words
from playbooks.engine.authority import money
from playbooks.engine.choose import LAST
from playbooks.engine.faults import did_you_mean
from playbooks.engine.learn import falls
from playbooks.engine.library import Library
from playbooks.engine.likeness import tokens
from playbooks.engine.load import HOUSE as HOUSE_FILE
from playbooks.engine.schema import Play, Problem, Results, Site
from playbooks.engine.vocabulary import DUTY_MANAGER, KINDS, STAGES, Kind
from playbooks.engine.words import check_say

__all__ = ["check", "check_say", "say_fillings"]

FEWEST_EXAMPLES: Final = 8
EXAMPLE_WORDS: Final = (3, 30)
STEPS: Final = (2, 4)
REVIEW_EVERY: Final = timedelta(days=180)
PRICE_CAP: Final = 150
"""Per cent of the price above which more money helps no further (Haesevoets 2017)."""
_CLOCK_HOURS: Final = 12 * 60

Trends = Mapping[str, tuple[Results, Results]]
"""Play -> its results earlier and lately."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Something to mend at a field of a play; ``note`` where the play can be used meanwhile."""

    where: str
    what: str
    hint: str
    note: bool = False


Rule = Callable[[Play, list[Site]], Iterator[_Found]]


def check(library: Library, today: date, trends: Trends | None = None) -> list[Problem]:
    """Every problem in the plays of ``library``, in order of file and line.

    ``today`` tells which reviews are overdue; ``trends`` which plays put right less than before.
    """
    found = list(_same_examples(library.plays.values()))
    for play in library.plays.values():
        sites = [site for site in library.house.sites.values() if site.pack == play.pack]
        for rule in RULES:
            found += (_problem(play, fault) for fault in rule(play, sites))
        found += (_problem(play, fault) for fault in _overdue(play, today))
        found += (_problem(play, fault) for fault in _falling(play, trends or {}))
    found += _gaps(library.plays.values())
    found += _nobody_to_tell(library)
    return sorted(found, key=lambda problem: (problem.file, problem.line, problem.what))


def _problem(play: Play, found: _Found) -> Problem:
    line = play.lines.get(found.where, play.lines.get(found.where.split(".")[0], 1))
    return Problem(play.file, line, found.what, found.hint, found.note)


# --- examples --------------------------------------------------------------------------------


def _examples(play: Play, _: list[Site]) -> Iterator[_Found]:
    count = len(play.examples)
    if count < FEWEST_EXAMPLES:
        hint = f"add {FEWEST_EXAMPLES - count} more, as hurried staff would type them"
        yield _Found("examples", f"{count} examples, at least {FEWEST_EXAMPLES} are needed", hint)
    seen: set[tuple[str, ...]] = set()
    low, high = EXAMPLE_WORDS
    for index, text in enumerate(play.examples):
        length, line = len(text.split()), tuple(tokens(text))
        if not low <= length <= high:
            what = f"an example of {length} words"
            hint = f"{low} to {high} words, as staff would type it"
            yield _Found(f"examples.{index}", what, hint)
        if line in seen:
            what = "the same example stands here twice"
            yield _Found(f"examples.{index}", what, "write another cause, object or voice")
        seen.add(line)


def _same_examples(plays: Iterable[Play]) -> Iterator[Problem]:
    first: dict[tuple[str, tuple[str, ...]], Play] = {}
    for play in plays:
        for index, text in enumerate(play.examples):
            other = first.setdefault((play.pack, tuple(tokens(text))), play)
            if other is not play:
                what = f'this example stands in "{other.id}" too'
                hint = "keep it where it belongs: one line cannot lead to two plays"
                yield _problem(play, _Found(f"examples.{index}", what, hint, note=True))


# --- what is said ------------------------------------------------------------------------------


def say_fillings(play: Play, sites: Iterable[Site] = ()) -> Iterator[str]:
    """The Say as it may be spoken: with and without reference, place, heat, VIP, second failure."""
    template = templates.template_of(templates.compiled(play.say))
    within = play.promise.within if play.promise else 0
    by = "by 14:35" if within <= _CLOCK_HOURS else "by 09:00 on Wednesday"
    fixed = {
        "by": by,
        "minutes": within,
        "me": "Ana",
        "gesture": play.gesture.give if play.gesture else "",
        "site": max((site.name for site in sites), key=len, default="the house"),
    }
    people = (
        ("412", "room 412", "the duty manager"),
        ("order 88213", "", "Alexandra"),
        ("", "", "Max"),
    )
    for (ref, place, manager), heat, vip, repeat in product(people, (0, 1, 2), (0, 1), (0, 1)):
        varied = {"ref": ref, "place": place, "manager": manager, "heat": heat}
        flags = {"vip": bool(vip), "repeat": bool(repeat)}
        yield templates.rendered(template, {**fixed, **varied, **flags})[0]


def _say(play: Play, sites: list[Site]) -> Iterator[_Found]:
    faults: dict[str, None] = {}
    for spoken in dict.fromkeys(say_fillings(play, sites)):
        faults |= dict.fromkeys(check_say(spoken))
    longest = max((fault for fault in faults if fault.startswith("it has ")), default="")
    for fault in faults:
        if fault.startswith("it has ") and "words" in fault and fault != longest:
            continue
        yield _Found("say", f"Say: {fault}", words.instead_of(fault))
    if play.promise is None and words.NAMES_TIME.search(play.say):
        hint = "add a promise with what and within, so that somebody is pinged before it lapses"
        yield _Found("say", "Say names a time that is promised nowhere", hint)


def _steps(play: Play, _: list[Site]) -> Iterator[_Found]:
    low, high = STEPS
    if not low <= len(play.do) <= high:
        yield _Found("do", f"{len(play.do)} steps in Do", f"{low} to {high}, each with its time")
    for index, step in enumerate(play.do):
        if not words.STEP_TIME.match(step):
            yield _Found(f"do.{index}", "a step without its time", 'begin "Within 5 minutes: ..."')
    if play.do and not play.do[0].lower().startswith("now"):
        yield _Found("do.0", "the first step cannot be done now", 'begin it "Now: ..."')
    if play.promise is None and any(words.NAMES_TIME.search(part) for part in _asked(play)):
        hint = "add a promise or leave the time out of the question"
        yield _Found("follow_up", "the follow-up names a time that is promised nowhere", hint)


def _asked(play: Play) -> tuple[str, str]:
    return play.follow_up.ask, play.follow_up.ask_later


def _reviews(play: Play, _: list[Site]) -> Iterator[_Found]:
    hint = "ask everyone, openly, for an honest review"
    for where, text in _parts(play):
        gated = words.gates_reviews(text)
        if gated:
            yield _Found(where, f'review gating: "{gated}"', hint)
        elif words.REVIEW.search(text) and not words.REVIEW.search(_unconditional(text)):
            yield _Found(where, "review gating: it is asked only under a condition", hint)
    invites = any(words.REVIEW.search(text) for _, text in _parts(play))
    if invites and play.when.heat == frozenset({0}):
        yield _Found(
            "when", "review gating: only the calm are asked for a review", "leave heat out"
        )


def _parts(play: Play) -> Iterator[tuple[str, str]]:
    yield "say", play.say
    for index, step in enumerate(play.do):
        yield f"do.{index}", step
    yield "follow_up", " ".join(_asked(play))
    if play.gesture:
        yield "gesture", play.gesture.give


def _unconditional(text: str) -> str:
    """What is said whatever the variables: the text outside every if."""
    depth, kept = 0, []
    for part in text.replace("{%", "\0{%").replace("%}", "%}\0").split("\0"):
        if part.startswith("{%"):
            word = part.strip("{%- }").split(" ")[0]
            depth += {"if": 1, "endif": -1}.get(word, 0)
        elif depth == 0:
            kept.append(part)
    return "".join(kept)


# --- what is given, told and asked ---------------------------------------------------------------

_GIFT: Final = re.compile(r"\b(?:voucher|discount|cash|gift card|money)\b", re.IGNORECASE)
_MONEY_BACK: Final = re.compile(
    r"\b(?:back|refund\w*|credit|off|fees?|price|charges?|bill|sum|amount|pay|paid|difference|"
    r"deposit|waiv\w+|costs?|rate|free)\b",
    re.IGNORECASE,
)
_UNPAID: Final[frozenset[Kind]] = frozenset({"customer_error"})
_SELDOM_PAID: Final[frozenset[Kind]] = frozenset({"question", "praise", "other_customers"})


def _gesture(play: Play, sites: list[Site]) -> Iterator[_Found]:
    gesture = play.gesture
    if gesture is None:
        return
    for site in sites:
        if gesture.amount * 100 > site.price * PRICE_CAP:
            most = money(site.price * PRICE_CAP // 100, site.currency)
            what = f"the gesture costs more than {PRICE_CAP} % of the price at {site.id}"
            yield _Found("gesture", what, f"at most {most}: more money helps no further")
    if play.loss == "none" and gesture.amount:
        yield _Found("gesture", "money is given where nothing was lost", 'name the loss or "none"')
    if play.loss == "money" and not _MONEY_BACK.search(gesture.give):
        yield _Found(
            "gesture", "money was lost and no money goes back", "give the money back first"
        )
    if play.loss in {"attention", "product"} and _GIFT.search(gesture.give):
        better = "an apology in person" if play.loss == "attention" else "an exchange"
        yield _Found("gesture", "money does not fit this loss", f"give {better} first")
    if gesture.amount and play.when.kinds <= _UNPAID:
        yield _Found("gesture", "we pay where the slip was theirs", "help at once and give nothing")
    elif gesture.amount and play.when.kinds <= _SELDOM_PAID:
        hint = "pay nothing where we are not responsible"
        yield _Found("gesture", "money where nothing of ours failed", hint, note=True)
    if gesture.amount and play.when.repeat:
        hint = "a promise of no repeat, kept and followed up, does more"
        yield _Found("gesture", "money is weak after a second failure", hint, note=True)


_NAMES_GESTURE: Final = re.compile(r"\{[{%][^}]*\bgesture\b")
_COMMON: Final = frozenset(
    {"back", "from", "have", "here", "into", "rather", "that", "their", "them", "there", "they"}
    | {"this", "until", "what", "when", "where", "which", "with", "would", "your"}
)


def _spoken_gesture(play: Play, sites: list[Site]) -> Iterator[_Found]:
    """A Say is read aloud before anybody was asked: it must not promise what only a manager may
    give. Two words in common are taken for the same thing: one alone is often the trouble's name.
    A note, because it hangs on the house: the same play may be within another's limits."""
    gesture = play.gesture
    if gesture is None or not gesture.amount:
        return
    shared = _content(gesture.give) & _content(play.say)
    if len(shared) < 2 and not _NAMES_GESTURE.search(play.say):
        return
    for site in sites:
        limit = site.limits.get("staff")
        if limit is None or gesture.amount > limit.per_moment:
            own = money(limit.per_moment if limit else 0, site.currency)
            what = f"Say speaks of the gesture, which is above the desk's own {own} at {site.id}"
            hint = "say what they hear and by when; the card asks the manager for the gesture"
            yield _Found("say", what, hint, note=True)


def _content(text: str) -> frozenset[str]:
    return frozenset(word for word in tokens(text) if len(word) > 3) - _COMMON


def _safety(play: Play, _: list[Site]) -> Iterator[_Found]:
    if "safety" not in play.when.kinds:
        return
    if play.gesture is not None:
        yield _Found("gesture", "money or a gesture in a moment of safety", 'write "gesture: none"')
    if DUTY_MANAGER not in play.tell:
        what = "the duty manager is not told of a moment of safety"
        yield _Found("tell", what, f"add {DUTY_MANAGER}")
    for where, text in _parts(play):
        for pattern, what in ((words.PAYS, "money talk"), (words.GUESSES, "a guess at the cause")):
            match = pattern.search(text)
            if match and where != "gesture":
                what_found = f'"{match[0]}" is {what} in a moment of safety'
                yield _Found(where, what_found, "people first, then facts")


def _told(play: Play, sites: list[Site]) -> Iterator[_Found]:
    if play.when.repeat and DUTY_MANAGER not in play.tell:
        what = "the duty manager is not told of a second failure"
        yield _Found("tell", what, f"add {DUTY_MANAGER}")
    if play.when.kinds == {"praise"} and "colleague" not in play.tell:
        yield _Found("tell", "praise does not reach the colleague", "add colleague")
    for site in sites:
        for duty in play.tell:
            if _misspelt(duty, site):
                what = f'"{duty}" is no duty of the site {site.id}'
                yield _Found("tell", what, did_you_mean(duty, site.duties))
        if play.touchpoint and site.touchpoints and play.touchpoint not in site.touchpoints:
            what = f'"{play.touchpoint}" is no touchpoint of the site {site.id}'
            hint = did_you_mean(play.touchpoint, site.touchpoints)
            yield _Found("touchpoint", what, hint)


def _misspelt(duty: str, site: Site) -> bool:
    """A duty the site has not, but one that reads nearly the same: else the house has no such
    people, which one note tells of."""
    return duty not in site.duties and "did you mean" in did_you_mean(duty, site.duties)


def _nobody_to_tell(library: Library) -> Iterator[Problem]:
    """One note per site that names the duties plays tell and the house has nobody for."""
    for site in library.house.sites.values():
        own = [play for play in library.plays.values() if play.pack == site.pack]
        missing = {
            duty: sum(duty in play.tell for play in own)
            for duty in sorted({duty for play in own for duty in play.tell} - set(site.duties))
            if not _misspelt(duty, site)
        }
        if missing:
            told = ", ".join(f"{duty} ({_plays(count)})" for duty, count in missing.items())
            what = f"the site {site.id} has nobody for {told}"
            hint = "add them under duties, with how they are reached; until then nobody is told"
            yield Problem(HOUSE_FILE, 1, what, hint, warning=True)


def _plays(count: int) -> str:
    return "1 play" if count == 1 else f"{count} plays"


def _follow_up(play: Play, _: list[Site]) -> Iterator[_Found]:
    if not play.follow_up.ask:
        hint = 'add follow_up with ask: "Is it put right for them?" in your words'
        yield _Found("follow_up", "nobody is asked how it ended", hint)
    if play.follow_up.umot != 0 and not play.follow_up.ask_later:
        hint = 'add ask_later, such as "What did they say about it since?"'
        yield _Found("follow_up", "nobody is asked what was said later", hint)
    if not play.owner:
        yield _Found("title", "the play has no owner", "add owner: who keeps it true", note=True)


def _overdue(play: Play, today: date) -> Iterator[_Found]:
    hint = "read it with those who use it, then set reviewed to today"
    if play.reviewed is None:
        yield _Found("title", "nobody has reviewed this play", hint, note=True)
    elif today - play.reviewed > REVIEW_EVERY:
        days = (today - play.reviewed).days
        yield _Found("reviewed", f"not reviewed for {days} days", hint, note=True)
    if play.review_by and play.review_by < today:
        yield _Found("review_by", f"its review was due on {play.review_by}", hint, note=True)


def _falling(play: Play, trends: Trends) -> Iterator[_Found]:
    earlier, lately = trends.get(play.id, (Results(), Results()))
    if falls(earlier, lately):
        before, now = f"{earlier.well} of {earlier.known}", f"{lately.well} of {lately.known}"
        what = f"it puts right less than it did: {now} lately, {before} before"
        yield _Found("title", what, "ask those who use it what has changed", note=True)


def _gaps(plays: Iterable[Play]) -> Iterator[Problem]:
    """One note per pack and kind that names the stages no play was written for."""
    served: dict[str, set[tuple[str, str]]] = {}
    for play in plays:
        own = product(play.when.stages, play.when.kinds)
        served.setdefault(play.pack, set()).update(own)
    for pack, cells in served.items():
        for kind in KINDS:
            missing = [stage for stage in STAGES if (stage, kind) not in cells]
            if pack != LAST and missing:
                what = f'no play for "{kind}" at {", ".join(missing)}'
                hint = "the nearest play serves meanwhile; write one where it happens"
                yield Problem(pack, 1, what, hint, warning=True)


RULES: Final[tuple[Rule, ...]] = (
    _examples, _say, _steps, _reviews, _gesture, _spoken_gesture, _safety, _told, _follow_up,
)  # fmt: skip
