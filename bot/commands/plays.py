"""``fifteen playbooks``: what a trainer asks while writing plays."""

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.library import listed, look_over, open_library, site_of
from bot.commands.words import FAULT, USAGE, CommandError, paint, say, say_json
from bot.settings import read_settings
from playbooks.engine.schema import Choice, History, Play, Problem, Reading

if TYPE_CHECKING:
    from playbooks.engine.library import Library


def check_plays(folder: Path | None, *, as_json: bool) -> None:
    """Names every mistake in the plays; ends with exit code 1 where there is a fault.

    Raises:
        CommandError: the folder is not there.
    """
    settings = read_settings()
    if folder and not folder.is_dir():
        raise CommandError(
            f"There is no folder {folder}.", "Name the folder of your plays.", code=USAGE
        )
    library, loading = look_over(settings, folder)
    problems = [*loading, *_judged(library)]
    problems.sort(key=lambda each: (each.file, each.line))
    faults = [problem for problem in problems if not problem.warning]
    if as_json:
        say_json({"plays": len(library.plays), "faults": len(faults), "problems": problems})
    else:
        _show_problems(len(library.plays), problems, len(faults))
    if faults:
        raise SystemExit(FAULT)


def _judged(library: "Library") -> list[Problem]:
    from datetime import UTC, datetime

    from playbooks.engine.check import check

    return list(check(library, today=datetime.now(UTC).date()))


def _show_problems(plays: int, problems: list[Problem], faults: int) -> None:
    if problems:
        say(listed(problems))
    notes = len(problems) - faults
    verdict = f"{plays} plays: {faults} faults, {notes} notes"
    say(paint(verdict, "red" if faults else "green"))


def try_plays(text: str, *, site: str, as_json: bool) -> None:
    """Shows which play a line gets, why, and which came close."""
    settings = read_settings()
    library = open_library(settings)
    place = site_of(library, site or settings.site)
    reading = library.read(text, place)
    choice = library.choose(reading, History(), place, text)
    if as_json:
        say_json({"reading": reading, "choice": choice})
    else:
        _show_choice(library, reading, choice)


def _show_choice(library: "Library", reading: Reading, choice: Choice) -> None:
    play = library.plays[choice.play]
    say(f"{paint(play.title, 'cyan', 'bold')}  ({play.id}, {play.file})")
    say(f"read as   {reading.stage}, {reading.kind}, heat {reading.heat}: {reading.because}")
    say(f"chosen    {choice.why}")
    say(f"next best {', '.join(choice.runners) or 'none'}")


def show_play(name: str, *, as_json: bool) -> None:
    """Shows one play as it stands.

    Raises:
        CommandError: there is no such play.
    """
    library = open_library(read_settings())
    play = library.plays.get(name) or _by_last_word(library, name)
    if as_json:
        say_json({"play": play})
    else:
        _show(play)


def _by_last_word(library: "Library", name: str) -> Play:
    """The play whose id ends in ``name``, where only one does."""
    ending = [play for play in library.plays.values() if play.id.split("/")[-1] == name]
    if len(ending) == 1:
        return ending[0]
    close = [play.id for play in ending] or difflib.get_close_matches(name, library.plays, n=3)
    guess = f"Did you mean {' or '.join(close)}?" if close else "See your PLAYBOOKS_DIR."
    raise CommandError(f"There is no play “{name}”.", guess, code=USAGE)


def _show(play: Play) -> None:
    say(paint(f"{play.title}  ({play.id}@{play.revision})", "cyan", "bold"))
    when = play.when
    say(f"serves    {', '.join(sorted(when.stages))}; {', '.join(sorted(when.kinds))}")
    say(f"say       {play.say}")
    for number, step in enumerate(play.do, 1):
        say(f"do {number}      {step}")
    given = play.gesture
    say(f"gesture   {f'{given.give} ({given.amount / 100:.2f})' if given else 'none'}")
    say(f"tell      {', '.join(play.tell) or 'nobody'}")
    say(f"examples  {len(play.examples)}, owner {play.owner or 'nobody'}, file {play.file}")
