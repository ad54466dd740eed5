"""The linter of plays: what makes a suggestion good is checked before anybody reads it aloud.

Each rule looks at one play and yields what it found; ``check`` runs all of them over a library.
Faults forbid a play, notes are worth a look. The rules are those of the field, see ``words``. Those
that know words know English ones: of a page in another language only what can be counted is looked
at.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import product
from typing import Final

from playbooks.engine import templates, words
from playbooks.engine.authority import money
from playbooks.engine.check_words import ENGLISH_RULES, Found, Rule
from playbooks.engine.faults import did_you_mean
from playbooks.engine.hours import spoken
from playbooks.engine.languages import PHRASES, in_language, spoken_in
from playbooks.engine.learn import falls
from playbooks.engine.library import Library
from playbooks.engine.likeness import tokens, topical
from playbooks.engine.load import HOUSE as HOUSE_FILE
from playbooks.engine.points import LAST
from playbooks.engine.schema import Play, Problem, Results, Site
from playbooks.engine.vocabulary import DUTY_MANAGER, ENGLISH, KINDS, STAGES, Kind
from playbooks.engine.words import check_say

__all__ = ["check", "check_say", "say_fillings"]

FEWEST_EXAMPLES: Final = 8
EXAMPLE_WORDS: Final = (3, 30)
STEPS: Final = (2, 4)
REVIEW_EVERY: Final = timedelta(days=180)
PRICE_CAP: Final = 150
"""Per cent of the price above which more money helps no further (Haesevoets 2017)."""
_CLOCK_ALONE: Final = timedelta(hours=12)
_NOW: Final = datetime(2026, 11, 16, 14, 35, tzinfo=UTC)
_WEDNESDAY: Final = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
"""The day that is longest to say, in most languages."""

Trends = Mapping[str, tuple[Results, Results]]
"""Play -> its results earlier and lately."""


def check(library: Library, today: date, trends: Trends | None = None) -> list[Problem]:
    """Every problem in the plays of ``library``, in order of file and line.

    ``today`` tells which reviews are overdue; ``trends`` which plays put right less than before.
    """
    found = list(_same_examples(library.plays.values()))
    for play in library.plays.values():
        sites = [site for site in library.house.sites.values() if site.pack == play.pack]
        for said in map(partial(in_language, play), spoken_in(play)):
            rules = RULES if said is play else TRANSLATED
            for rule in (*rules, *(ENGLISH_RULES if said.language == ENGLISH else ())):
                found += (_problem(said, fault) for fault in rule(said, sites))
        found += (_problem(play, fault) for fault in _overdue(play, today))
        found += (_problem(play, fault) for fault in _falling(play, trends or {}))
    found += _gaps(library.plays.values())
    found += _nobody_to_tell(library)
    return sorted(found, key=lambda problem: (problem.file, problem.line, problem.what))


def _problem(play: Play, found: Found) -> Problem:
    line = play.lines.get(found.where, play.lines.get(found.where.split(".")[0], 1))
    return Problem(play.file, line, found.what, found.hint, found.note)


# --- examples --------------------------------------------------------------------------------


def _examples(play: Play, _: list[Site]) -> Iterator[Found]:
    count = len(play.examples)
    if count < FEWEST_EXAMPLES:
        hint = f"add {FEWEST_EXAMPLES - count} more, as hurried staff would type them"
        yield Found("examples", f"{count} examples, at least {FEWEST_EXAMPLES} are needed", hint)


def _each_example(play: Play, _: list[Site]) -> Iterator[Found]:
    seen: set[tuple[str, ...]] = set()
    low, high = EXAMPLE_WORDS
    for index, text in enumerate(play.examples):
        length, line = len(text.split()), tuple(tokens(text))
        if not low <= length <= high:
            what = f"an example of {length} words"
            hint = f"{low} to {high} words, as staff would type it"
            yield Found(f"examples.{index}", what, hint)
        if line in seen:
            what = "the same example stands here twice"
            yield Found(f"examples.{index}", what, "write another cause, object or voice")
        seen.add(line)


def _own_words(play: Play, _: list[Site]) -> Iterator[Found]:
    """One of a play's own words brings its card: a word of every line would bring it always."""
    for text in play.words:
        line = tokens(text)
        if not 1 <= len(line) <= 2 or list(line) != topical(line):
            hint = (
                "one or two words staff would type, such as towel or key card, none of them small"
            )
            yield Found("words", f'"{text}" does not name a matter', hint)


def _same_examples(plays: Iterable[Play]) -> Iterator[Problem]:
    first: dict[tuple[str, tuple[str, ...]], Play] = {}
    pages = [in_language(play, each) for play in plays for each in spoken_in(play)]
    for play in pages:
        for index, text in enumerate(play.examples):
            other = first.setdefault((play.pack, tuple(tokens(text))), play)
            if other.id != play.id:
                what = f'this example stands in "{other.id}" too'
                hint = "keep it where it belongs: one line cannot lead to two plays"
                yield _problem(play, Found(f"examples.{index}", what, hint, note=True))


# --- what is said ------------------------------------------------------------------------------


def say_fillings(play: Play, sites: Iterable[Site] = ()) -> Iterator[str]:
    """The Say as it may be spoken: with and without reference, place, heat, VIP, second failure."""
    template = templates.template_of(templates.compiled(play.say))
    within, phrases = play.promise.within if play.promise else 0, PHRASES[play.language]
    due = _NOW if timedelta(minutes=within) <= _CLOCK_ALONE else _WEDNESDAY
    fixed = {
        "by": spoken(due, _NOW, play.language),
        "minutes": within,
        "me": "Ana",
        "gesture": play.gesture.give if play.gesture else "",
        "site": max((site.name for site in sites), key=len, default="the house"),
    }
    people = (
        ("412", "room 412", phrases.somebody),
        ("order 88213", "", "Alexandra"),
        ("", "", "Max"),
    )
    for (ref, place, manager), heat, vip, repeat in product(people, (0, 1, 2), (0, 1), (0, 1)):
        varied = {"ref": ref, "place": place, "manager": manager, "heat": heat}
        flags = {"vip": bool(vip), "repeat": bool(repeat)}
        yield templates.rendered(template, {**fixed, **varied, **flags})[0]


def _say(play: Play, sites: list[Site]) -> Iterator[Found]:
    faults: dict[str, None] = {}
    looked_at = check_say if play.language == ENGLISH else words.check_length
    for text in dict.fromkeys(say_fillings(play, sites)):
        faults |= dict.fromkeys(looked_at(text))
    longest = max((fault for fault in faults if fault.startswith("it has ")), default="")
    for fault in faults:
        if fault.startswith("it has ") and "words" in fault and fault != longest:
            continue
        yield Found("say", f"Say: {fault}", words.instead_of(fault))


def _steps(play: Play, _: list[Site]) -> Iterator[Found]:
    low, high = STEPS
    if not low <= len(play.do) <= high:
        yield Found("do", f"{len(play.do)} steps in Do", f"{low} to {high}, each with its time")


# --- what is given, told and asked ---------------------------------------------------------------

_UNPAID: Final[frozenset[Kind]] = frozenset({"customer_error"})
_SELDOM_PAID: Final[frozenset[Kind]] = frozenset({"question", "praise", "other_customers"})


def _gesture(play: Play, sites: list[Site]) -> Iterator[Found]:
    gesture = play.gesture
    if gesture is None:
        return
    for site in sites:
        if gesture.amount * 100 > site.price * PRICE_CAP:
            most = money(site.price * PRICE_CAP // 100, site.currency)
            what = f"the gesture costs more than {PRICE_CAP} % of the price at {site.id}"
            yield Found("gesture", what, f"at most {most}: more money helps no further")
    if play.loss == "none" and gesture.amount:
        yield Found("gesture", "money is given where nothing was lost", 'name the loss or "none"')
    if gesture.amount and play.when.kinds <= _UNPAID:
        yield Found("gesture", "we pay where the slip was theirs", "help at once and give nothing")
    elif gesture.amount and play.when.kinds <= _SELDOM_PAID:
        hint = "pay nothing where we are not responsible"
        yield Found("gesture", "money where nothing of ours failed", hint, note=True)
    if gesture.amount and play.when.repeat:
        hint = "a promise of no repeat, kept and followed up, does more"
        yield Found("gesture", "money is weak after a second failure", hint, note=True)


_NAMES_GESTURE: Final = re.compile(r"\{[{%][^}]*\bgesture\b")
_COMMON: Final = frozenset(
    {"back", "from", "have", "here", "into", "rather", "that", "their", "them", "there", "they"}
    | {"this", "until", "what", "when", "where", "which", "with", "would", "your"}
)


def _spoken_gesture(play: Play, sites: list[Site]) -> Iterator[Found]:
    """A Say is read aloud before anybody was asked: it must not promise what only a manager may
    give. Two words in common are taken for the same thing: one alone is often the trouble's name.
    A note, because it hangs on the house: the same play may be within another's limits."""
    gesture = play.gesture
    if gesture is None or not gesture.amount:
        return
    shared = _content(gesture.give) & _content(play.say) if play.language == ENGLISH else ()
    if len(shared) < 2 and not _NAMES_GESTURE.search(play.say):
        return
    for site in sites:
        limit = site.limits.get("staff")
        if limit is None or gesture.amount > limit.per_moment:
            own = money(limit.per_moment if limit else 0, site.currency)
            what = f"Say speaks of the gesture, which is above the desk's own {own} at {site.id}"
            hint = "say what they hear and by when; the card asks the manager for the gesture"
            yield Found("say", what, hint, note=True)


def _content(text: str) -> frozenset[str]:
    return frozenset(word for word in tokens(text) if len(word) > 3) - _COMMON


def _safety(play: Play, _: list[Site]) -> Iterator[Found]:
    if "safety" not in play.when.kinds:
        return
    if play.gesture is not None:
        yield Found("gesture", "money or a gesture in a moment of safety", 'write "gesture: none"')
    if DUTY_MANAGER not in play.tell:
        what = "the duty manager is not told of a moment of safety"
        yield Found("tell", what, f"add {DUTY_MANAGER}")


def _told(play: Play, sites: list[Site]) -> Iterator[Found]:
    if play.when.repeat and DUTY_MANAGER not in play.tell:
        what = "the duty manager is not told of a second failure"
        yield Found("tell", what, f"add {DUTY_MANAGER}")
    if play.when.kinds == {"praise"} and "colleague" not in play.tell:
        yield Found("tell", "praise does not reach the colleague", "add colleague")
    for site in sites:
        for duty in play.tell:
            if _misspelt(duty, site):
                what = f'"{duty}" is no duty of the site {site.id}'
                yield Found("tell", what, did_you_mean(duty, site.duties))
        if play.touchpoint and site.touchpoints and play.touchpoint not in site.touchpoints:
            what = f'"{play.touchpoint}" is no touchpoint of the site {site.id}'
            hint = did_you_mean(play.touchpoint, site.touchpoints)
            yield Found("touchpoint", what, hint)


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


def _follow_up(play: Play, _: list[Site]) -> Iterator[Found]:
    if not play.follow_up.ask:
        hint = 'add follow_up with ask: "Is it put right for them?" in your words'
        yield Found("follow_up", "nobody is asked how it ended", hint)
    if play.follow_up.umot != 0 and not play.follow_up.ask_later:
        hint = 'add ask_later, such as "What did they say about it since?"'
        yield Found("follow_up", "nobody is asked what was said later", hint)
    if not play.owner:
        yield Found("title", "the play has no owner", "add owner: who keeps it true", note=True)


def _overdue(play: Play, today: date) -> Iterator[Found]:
    hint = "read it with those who use it, then set reviewed to today"
    if play.reviewed is None:
        yield Found("title", "nobody has reviewed this play", hint, note=True)
    elif today - play.reviewed > REVIEW_EVERY:
        days = (today - play.reviewed).days
        yield Found("reviewed", f"not reviewed for {days} days", hint, note=True)
    if play.review_by and play.review_by < today:
        yield Found("review_by", f"its review was due on {play.review_by}", hint, note=True)


def _falling(play: Play, trends: Trends) -> Iterator[Found]:
    earlier, lately = trends.get(play.id, (Results(), Results()))
    if falls(earlier, lately):
        before, now = f"{earlier.well} of {earlier.known}", f"{lately.well} of {lately.known}"
        what = f"it puts right less than it did: {now} lately, {before} before"
        yield Found("title", what, "ask those who use it what has changed", note=True)


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
    _examples, _each_example, _own_words, _say, _steps, _gesture, _spoken_gesture, _safety, _told,
    _follow_up,
)  # fmt: skip
TRANSLATED: Final[tuple[Rule, ...]] = (_each_example, _say, _spoken_gesture)
"""What is looked at in a translation: the rest is decided, and was looked at, in the play."""
