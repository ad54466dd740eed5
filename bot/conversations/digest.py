"""A site's week for its manager: what happened, what became of it, and where too little is known.

Recovered outcomes and causes, never a table of persons: scores of people are gamed within weeks.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.conversations.card import Colour
from bot.conversations.cards import money
from bot.conversations.taps import tap
from bot.conversations.types import Bar, Button, Card, Fact, WeekNumbers
from bot.conversations.world import World
from playbooks.engine.learn import TOO_FEW, can_say, nps, share_in_words
from playbooks.engine.schema import Site
from playbooks.engine.vocabulary import KIND_NAMES, STAGE_NAMES, STAGES

SMOT_KNOWN: Final = ("recovered", "partly", "not_recovered")
UMOT_KNOWN: Final = ("promoter", "passive", "detractor")


def asked_week(world: World, site: Site, back: int = 0) -> tuple[datetime, datetime]:
    """The seven local days that end tonight, or ``back`` times seven days before, in UTC."""
    midnight = world.local(site).replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + timedelta(days=1 - 7 * back)
    return _utc(end - timedelta(days=7), world), _utc(end, world)


def past_iso_week(world: World, site: Site) -> tuple[datetime, datetime, str]:
    """The last whole week from Monday to Monday, local, and its ISO name such as 2026-W47."""
    midnight = world.local(site).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=midnight.weekday())
    start = monday - timedelta(days=7)
    year, week, _ = start.isocalendar()
    return _utc(start, world), _utc(monday, world), f"{year}-W{week:02d}"


def _utc(at: datetime, world: World) -> datetime:
    return at.astimezone(world.now.tzinfo)


def digest_card(week: WeekNumbers, site: Site, world: World, *, back: int = 0) -> Card:
    """The week on one card: numbers first, then where it hurts, then what to look at."""
    first, last = world.local(site, week.start), world.local(site, week.end) - timedelta(minutes=1)
    dates = f"{first.day} {first:%b} to {last.day} {last:%b}"
    if not week.moments:
        return Card(
            f"{site.name}: no moments, {dates}",
            "quiet",
            note="A quiet week, or a week nobody wrote down. Ask the desk which of the two.",
            buttons=_other_weeks(back),
        )
    facts = (
        Fact("Moments", f"{week.moments} ({week.before} the week before)"),
        Fact("First answer", _answer(week)),
        Fact("Still open", f"{week.still_open}; {week.overdue} questions overdue", _tone(week)),
        Fact("Put right", _smot(week.smot)),
        Fact("Told others", _umot(week.umot)),
        Fact("Who says so", _who(week.provenance)),
        Fact("Given", _given(week, site)),
        Fact("Came back", f"{week.repeats} of {week.moments} had happened to them before"),
    )
    return Card(
        f"{site.name}: {dates}",
        "quiet",
        facts=facts,
        bars=_bars(week),
        note=_look_at(week),
        buttons=(*_other_weeks(back), Button("As a table", tap("table", "", back))),
    )


def _other_weeks(back: int) -> tuple[Button, ...]:
    buttons = []
    if back < 4:
        buttons.append(Button("Week before", tap("week", "", back + 1)))
    if back:
        buttons.append(Button("Week after", tap("week", "", back - 1)))
    return tuple(buttons)


def _tone(week: WeekNumbers) -> Colour:
    return "amber" if week.overdue else "plain"


def _answer(week: WeekNumbers) -> str:
    if not can_say(week.answered) or week.answer_median is None or week.answer_p90 is None:
        return f"{TOO_FEW} ({week.answered} reported)"
    half, most = span(week.answer_median), span(week.answer_p90)
    return f"half within {half}, nine in ten within {most}, from the line typed to the first step"


def span(seconds: float) -> str:
    """A duration as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _smot(counts: Mapping[str, int]) -> str:
    known = sum(counts.get(k, 0) for k in SMOT_KNOWN)
    plain = (
        f"{counts.get('recovered', 0)} put right, {counts.get('partly', 0)} partly, "
        f"{counts.get('not_recovered', 0)} not, {counts.get('unknown', 0)} not known"
    )
    return f"{plain}: {share_in_words(counts.get('recovered', 0), known)}"


def _umot(counts: Mapping[str, int]) -> str:
    known = sum(counts.get(k, 0) for k in UMOT_KNOWN)
    good, bad = counts.get("promoter", 0), counts.get("detractor", 0)
    plain = f"{good} recommend us, {counts.get('passive', 0)} so-so, {bad} warn others"
    if counts.get("left"):
        plain += f", {counts['left']} left us"
    if not can_say(known):
        return f"{plain}: {TOO_FEW}"
    score, error = nps(good, bad, known)
    return f"{plain}: balance {score:+.0f} (give or take {1.96 * error:.0f})"


def _who(counts: Mapping[str, int]) -> str:
    parts = (
        ("customer", "the customer"),
        ("saw", "seen by us"),
        ("guess", "guessed"),
        ("", "not said"),
    )
    said = [f"{counts[code]} {words}" for code, words in parts if counts.get(code)]
    return ", ".join(said) or "no outcome yet"


def _given(week: WeekNumbers, site: Site) -> str:
    if not week.gifts:
        return "nothing"
    over = f"; {week.over_limit} over a limit" if week.over_limit else ""
    return f"{money(week.given, site.currency)} in {week.gifts} gestures{over}"


def _bars(week: WeekNumbers) -> tuple[Bar, ...]:
    kinds = sorted(week.by_kind.items(), key=lambda item: (-item[1], item[0]))[:6]
    stages = [(s, week.by_stage[s]) for s in STAGES if week.by_stage.get(s)]
    places = sorted(week.by_touchpoint.items(), key=lambda item: (-item[1], item[0]))
    named = [(p[0].upper() + p[1:], n) for p, n in places[:5] if p]
    return (
        *_group("What it was about", [(KIND_NAMES[k], n) for k, n in kinds]),
        *_group("Where in the journey", [(STAGE_NAMES[s], n) for s, n in stages]),
        *_group("At which touchpoint", named),
    )


def _group(heading: str, rows: list[tuple[str, int]]) -> tuple[Bar, ...]:
    most = max((n for _, n in rows), default=1)
    return tuple(Bar(label, n, n / most, group=heading) for label, n in rows)


def _look_at(week: WeekNumbers) -> str:
    """The one thing to ask about on Monday: what cannot wait, else the commonest failure."""
    lost = week.smot.get("not_recovered", 0)
    if lost:
        return f"Look first at the {lost} that were not put right: what would have helped the desk?"
    if week.overdue:
        return f"{week.overdue} questions wait for an answer: closed is not recovered."
    failures = {k: n for k, n in week.by_kind.items() if k not in ("question", "praise")}
    if not failures:
        return "No failures noted this week."
    kind = max(sorted(failures), key=lambda k: failures[k])
    name, count = KIND_NAMES[kind].lower(), failures[kind]
    return f"Most often: {name}, {count} times. What one change would mend its cause?"
