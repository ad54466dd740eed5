"""The words ``fifteen`` understands. Thin: each errand lives in a module of its own.

Errands are imported when they are run, so that ``fifteen --help`` answers at once.
"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="fifteen",
    help="What to say, what to do and what you may give, while the customer is standing there.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
playbooks = typer.Typer(
    help="For trainers: check the plays, try one on a line, show one, teach the reader.",
    no_args_is_help=True,
)
app.add_typer(playbooks, name="playbooks")
people = typer.Typer(
    help="Who may do what: list them, let somebody in, change or remove somebody.",
    no_args_is_help=True,
)
app.add_typer(people, name="people")
letters = typer.Typer(
    help="Cards that did not arrive: list them, send them again.", no_args_is_help=True
)
app.add_typer(letters, name="letters")

Line = Annotated[str, typer.Argument(help="The line as typed at the desk.", metavar="TEXT")]
SiteName = Annotated[str, typer.Option("--site", help="Which site; without it, the first one.")]
Who = Annotated[str, typer.Argument(help="The id that `people list` shows.", metavar="PERSON")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


@app.command("try")
def try_line(
    text: Line,
    site: SiteName = "",
    role: Annotated[
        str, typer.Option(help="Whose limits: staff, manager, trainer or admin.")
    ] = "staff",
    as_json: AsJson = False,
) -> None:
    """Read one line and show the card it gets; nothing is stored."""
    from bot.commands.trying import try_it

    try_it(text, site=site, role=role, as_json=as_json)


@app.command("read")
def read_lines(
    jsonl: Annotated[str, typer.Option(help="Lines of {id, text}; - is standard input.")],
    out: Annotated[str, typer.Option(help="Where the readings go; - is standard output.")],
    site: SiteName = "",
) -> None:
    """Read many lines at once, from JSON lines to JSON lines."""
    from bot.commands.reading import read_file

    read_file(jsonl, out, site=site)


@app.command()
def run() -> None:
    """Start Fifteen and print its address; Ctrl-C stops it."""
    from bot.commands.running import run_app

    run_app()


@app.command()
def demo() -> None:
    """Start with three weeks of an invented hotel and a fast clock, in a database of its own."""
    from bot.commands.running import run_demo

    run_demo()


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Look everything over, one line each; exit code 1 if there is a fault."""
    from bot.commands.health import show_health

    show_health(as_json=as_json)


@app.command()
def migrate() -> None:
    """Bring the database to the form this version needs; run and demo do it by themselves."""
    from bot.commands.storing import migrate_database

    migrate_database()


@app.command()
def export(
    csv: Annotated[Path, typer.Option(help="The folder the CSV files are written to.")],
) -> None:
    """Write everything stored as CSV files, one per table."""
    from bot.commands.storing import export_csv

    export_csv(csv)


@app.command()
def digest(
    site: SiteName = "",
    week: Annotated[
        str, typer.Option(help="Such as 2026-W47; without it, the last full one.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show a site's week: moments, answers, outcomes, what was given."""
    from bot.commands.weekly import show_digest

    show_digest(site, week, as_json=as_json)


@playbooks.command("check")
def check(
    folder: Annotated[Path | None, typer.Argument(help="Without it: PLAYBOOKS_DIR.")] = None,
    as_json: AsJson = False,
) -> None:
    """Name every mistake with file and line.

    The built-in plays are looked at too; exit code 1 on a fault.
    """
    from bot.commands.plays import check_plays

    check_plays(folder, as_json=as_json)


@playbooks.command("results")
def results(site: SiteName = "", as_json: AsJson = False) -> None:
    """How each play ended here: used, acted on, put right, told others; by revision."""
    from bot.commands.outcomes import show_results

    show_results(site=site, as_json=as_json)


@playbooks.command("train")
def train(
    site: SiteName = "",
    report: Annotated[bool, typer.Option("--report", help="Every kind and every pair.")] = False,
    dry: Annotated[bool, typer.Option("--dry", help="Only say what it would change.")] = False,
    as_json: AsJson = False,
) -> None:
    """Teach the reader the corrections a trainer kept; a worse reader is not taken into use."""
    from bot.commands.training import train_site

    train_site(site=site, report=report, dry=dry, as_json=as_json)


@playbooks.command("try")
def try_play(text: Line, site: SiteName = "", as_json: AsJson = False) -> None:
    """Show which play a line gets, why, and which others came close."""
    from bot.commands.plays import try_plays

    try_plays(text, site=site, as_json=as_json)


@playbooks.command("show")
def show(
    play: Annotated[
        str, typer.Argument(help="Its id, such as hotel/room_not_ready, or the last word of it.")
    ],
    as_json: AsJson = False,
) -> None:
    """Show one play as it stands: when, what, follow-ups, file."""
    from bot.commands.plays import show_play

    show_play(play, as_json=as_json)


@people.command("list")
def list_(
    site: Annotated[str, typer.Option(help="Only this site; without it, all.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show everybody enrolled, with their accounts; also who was removed."""
    from bot.commands.people import list_people

    list_people(site, as_json=as_json)


@people.command("invite")
def invite(
    role: Annotated[str, typer.Option(help="staff, manager, trainer or admin.")],
    site: SiteName = "",
    name: Annotated[str, typer.Option(help="What to call them, else what the platform says.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print a one-time code, good for seven days."""
    from bot.commands.people import invite_somebody

    invite_somebody(role, site, name, as_json=as_json)


@people.command("change")
def change(
    person: Who,
    role: Annotated[str, typer.Option(help="staff, manager, trainer or admin.")] = "",
    site: Annotated[str, typer.Option(help="The site they work at from now on.")] = "",
    name: Annotated[str, typer.Option(help="What to call them.")] = "",
) -> None:
    """Give somebody another role, site or name."""
    from bot.commands.people import change_somebody

    change_somebody(person, role, site, name)


@people.command("remove")
def remove(person: Who) -> None:
    """End somebody's access at once; what they did stays."""
    from bot.commands.people import remove_somebody

    remove_somebody(person)


@letters.command("list")
def list_letters(as_json: AsJson = False) -> None:
    """Show what could not be delivered and what is in doubt, and why."""
    from bot.commands.letters import list_letters as show_letters

    show_letters(as_json=as_json)


@letters.command("resend")
def resend(
    ids: Annotated[
        list[int] | None, typer.Argument(help="Their numbers; without them, all dead ones.")
    ] = None,
    doubtful: Annotated[
        bool, typer.Option("--doubtful", help="Also all in doubt; they say that they are repeats.")
    ] = False,
) -> None:
    """Send dead letters again, by a running Fifteen or at the next start."""
    from bot.commands.letters import resend_letters

    resend_letters(ids or [], doubtful=doubtful)
