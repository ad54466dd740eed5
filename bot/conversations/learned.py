"""What came of publishing, told to the trainer who asked: one card, in plain words."""

from typing import Final

from bot.conversations.cards import clipped
from bot.conversations.taps import tap
from bot.conversations.types import Button, Card, Fact
from playbooks.engine.judge import Compared, Report

MOST: Final = 3
"""Lines named on a card; all of them stand in the report of the command line."""
NOT_NOW: Final = Card(
    "The reader could not learn just now",
    "stop",
    note="Nothing was changed and nothing is lost. Press Publish again later; if it happens again, "
    "ask whoever runs this machine to try “fifteen playbooks train”.",
)

FORGOTTEN: Final = Card(
    "No example is kept: lines are read as shipped",
    "good",
    note="Staff get it from now on.",
)


def learned_card(report: Report, reasons: tuple[str, ...], *, taken: bool) -> Card:
    """Before and after where it was taken into use, else why not."""
    if not taken:
        return _refused(report, reasons)
    learned, known = report.learned, report.known["kind"]
    facts = [Fact("Your examples", f"{learned.after} of {learned.of} read right; {_was(learned)}")]
    if report.unseen:
        new = report.unseen
        told = f"{new.after} of {new.of} read right by what the others taught; {_was(new)}"
        facts.append(Fact("Lines like them", told))
    facts.append(Fact("All else", f"{known.after} of {known.of} test lines; {_was(known)}"))
    return Card(
        f"The reader has learned: {_counted(learned.of)}",
        "good",
        facts=(*facts, *_looked_at(report)),
        note="Staff get it from now on.",
    )


def _refused(report: Report, reasons: tuple[str, ...]) -> Card:
    why = tuple(Fact("Why not", reason, "red") for reason in reasons[:MOST])
    return Card(
        "Not taken into use: it would read worse",
        "stop",
        facts=(*why, *_looked_at(report)),
        note="Staff get the reading from before and your examples stay. Keep some more and publish "
        "again; “fifteen playbooks train --report” shows all of it.",
        buttons=(Button("Corrections", tap("corrections")),),
    )


def _looked_at(report: Report) -> tuple[Fact, ...]:
    """What somebody who knows the house should look at."""
    against = [f"“{clipped(each.text)}”: {each.why}" for each in report.hurting[:MOST]]
    still = [f"“{clipped(text)}” is still read otherwise" for text in report.not_learned[:MOST]]
    return tuple(Fact("Look at", words, "amber") for words in (*against, *still))


def _was(compared: Compared) -> str:
    return f"before {compared.before}"


def _counted(count: int) -> str:
    return "one example" if count == 1 else f"{count} examples"
