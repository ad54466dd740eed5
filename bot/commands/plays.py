"""``fifteen playbooks``: what a trainer asks while writing plays."""

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.library import listed, look_over, open_library, site_of, staff_of
from bot.commands.looking import as_learned
from bot.commands.trying import NO_MOMENT
from bot.commands.words import FAULT, USAGE, CommandError, paint, say, say_json
from bot.playbooks import own_plays
from bot.settings import read_settings
from playbooks.engine.languages import in_language, language_for
from playbooks.engine.schema import Choice, FollowUpPlan, History, Play, Problem, Reading
from playbooks.engine.vocabulary import (
    HEAT_NAMES,
    KIND_NAMES,
    KINDS,
    LANGUAGES,
    STAGE_NAMES,
    STAGES,
    VALUES,
)

if TYPE_CHECKING:
    from playbooks.engine.library import Library


def check_plays(folder: Path | None, *, as_json: bool) -> None:
    """Names every mistake in the plays; ends with exit code 1 where there is a fault.

    Raises:
        CommandError: the folder is not there.
    """
    from playbooks.engine.missing import coverage

    settings = read_settings()
    if folder and not folder.is_dir():
        raise CommandError(
            f"There is no folder {folder}.", "Name the folder of your plays.", code=USAGE
        )
    library, loading = look_over(settings, folder)
    problems = [*loading, *_judged(library)]
    problems.sort(key=lambda each: (each.file, each.line))
    faults = [problem for problem in problems if not problem.warning]
    spoken = coverage(library)
    if as_json:
        told = {"plays": len(library.plays), "faults": len(faults), "problems": problems}
        say_json({**told, "languages": spoken})
    else:
        _show_problems(library, folder or settings.playbooks_dir, problems, len(faults))
        for each in spoken:
            say(str(each))
    if faults:
        raise SystemExit(FAULT)


def _judged(library: "Library") -> list[Problem]:
    from datetime import UTC, datetime

    from playbooks.engine.check import check

    return list(check(library, today=datetime.now(UTC).date()))


def _show_problems(
    library: "Library", own: Path | None, problems: list[Problem], faults: int
) -> None:
    if problems:
        say(listed(problems))
    mine = f"{len(own_plays(library, own))} from {own}" if own else "all built in"
    verdict = f"{_counted(faults, 'fault')}, {_counted(len(problems) - faults, 'note')}"
    means = "Mend the faults; notes stop nothing." if faults else "Ready to use."
    told = f"{_counted(len(library.plays), 'play')} ({mine}): {verdict}. {means}"
    say(paint(told, "red" if faults else "green"))


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def try_plays(text: str, *, site: str, as_json: bool) -> None:
    """Shows which play a line gets, why, and which came close.

    Raises:
        CommandError: an empty line, no such site, or faulty playbooks.
    """
    if not text.strip():
        raise CommandError("The line is empty.", "Type what happened, in quotes.", code=USAGE)
    settings = read_settings()
    library = open_library(settings)
    place = site_of(library, site or settings.site)
    reading = as_learned(library, settings, place).read(text, place)
    choice = library.choose(reading, History(), place, text)
    if as_json:
        say_json({"reading": reading, "choice": choice})
    else:
        play = library.plays[choice.play]
        whose = _whose(library, settings.playbooks_dir, play)
        language = language_for(play, reading, staff_of("staff"), place)
        said = in_language(play, language)
        say(f"{paint(said.title, 'cyan', 'bold')}  ({play.id}, {whose})")
        _show_choice(reading, choice)
        if said is not play:
            say(f"words     {LANGUAGES[language]}, in the file {said.file}")


def _show_choice(reading: Reading, choice: Choice) -> None:
    stage, kind = STAGE_NAMES[reading.stage], KIND_NAMES[reading.kind]
    heat = HEAT_NAMES[reading.heat].lower()
    say(f"read as   {stage} ({reading.stage}), {kind} ({reading.kind}), {heat} ({reading.heat})")
    say(f"because   {reading.because}")
    say(f"chosen    {choice.why}")
    say(f"next best {', '.join(choice.runners) or 'none'}")
    if reading.abstain:
        say(f"beware    {NO_MOMENT}")


def _whose(library: "Library", own: Path | None, play: Play) -> str:
    return "yours" if play.id in own_plays(library, own) else "built in"


def show_play(name: str, *, as_json: bool) -> None:
    """Shows one play as it stands.

    Raises:
        CommandError: there is no such play.
    """
    settings = read_settings()
    library = open_library(settings)
    play = library.plays.get(name) or _by_last_word(library, name)
    if as_json:
        say_json({"play": play})
    else:
        _show(play, _whose(library, settings.playbooks_dir, play))


def _by_last_word(library: "Library", name: str) -> Play:
    """The play whose id ends in ``name``, where only one does."""
    ending = [play for play in library.plays.values() if play.id.split("/")[-1] == name]
    if len(ending) == 1:
        return ending[0]
    close = [play.id for play in ending] or difflib.get_close_matches(name, library.plays, n=3)
    guess = f"Did you mean {' or '.join(close)}?" if close else "See your PLAYBOOKS_DIR."
    raise CommandError(f"There is no play “{name}”.", guess, code=USAGE)


def _show(play: Play, whose: str) -> None:
    say(paint(f"{play.title}  ({play.id}@{play.revision}, {whose})", "cyan", "bold"))
    say(f"serves    {_served(play)}")
    say(f"say       {play.say}")
    for number, step in enumerate(play.do, 1):
        say(f"do {number}      {step}")
    given, promise = play.gesture, play.promise
    price = f" ({given.amount / 100:.2f})" if given and given.amount else ""
    say(f"loss      {play.loss}")
    say(f"gesture   {f'{given.give}{price}' if given else 'none'}")
    say(f"tell      {', '.join(play.tell) or 'nobody'}")
    say(f"promise   {f'{promise.what}, within {promise.within} min' if promise else 'none'}")
    for line in _asked(play.follow_up):
        say(f"asks      {line}")
    for language, translation in play.translations.items():
        old = ", older than the play" if translation.of not in {"", play.revision} else ""
        say(f"words     {LANGUAGES[language]}, in the file {translation.file}{old}")
    say(f"examples  {len(play.examples)}, in the file {play.file}")
    dates = f"reviewed {play.reviewed or 'never'}, next review by {play.review_by or 'no day set'}"
    say(f"owner     {play.owner or 'nobody'}, {dates}")


def _served(play: Play) -> str:
    """Stages, kinds and the conditions that were typed."""
    when = play.when
    parts = [
        ", ".join(stage for stage in STAGES if stage in when.stages),
        ", ".join(kind for kind in KINDS if kind in when.kinds),
        " or ".join(HEAT_NAMES[heat].lower() for heat in sorted(when.heat)),
        " or ".join(value for value in VALUES if value in when.value),
        {None: "", True: "second failure only", False: "first failure only"}[when.repeat],
        f"touchpoint {play.touchpoint}" if play.touchpoint else "",
    ]
    return "; ".join(part for part in parts if part)


def _asked(plan: FollowUpPlan) -> list[str]:
    after = "by the house rule" if plan.smot is None else f"after {plan.smot} min"
    later = "as the site sets it" if plan.umot is None else f"{_counted(plan.umot, 'day')} later"
    asked = [f"{after}: {plan.ask or 'whether it was put right'}"]
    never = plan.umot == 0
    return asked if never else [*asked, f"{later}: {plan.ask_later or 'what was said about us'}"]
