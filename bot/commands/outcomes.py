"""``fifteen playbooks results``: what became of the moments each play was used on."""

from typing import Any, Final

from bot.clock import SystemClock
from bot.commands.looking import looking
from bot.commands.words import paint, say, say_json
from bot.settings import read_settings

FEWEST: Final = 10
"""Outcomes known before a share is told: of fewer it would say more than is known."""
TOO_FEW: Final = "too few to say"
SMOT: Final = ("recovered", "partly", "not_recovered")
UMOT: Final = ("promoter", "passive", "detractor")


def show_results(*, site: str = "", as_json: bool) -> None:
    """Prints a line for each play and revision that was used, the most used first.

    Raises:
        StorageError: the database cannot be used.
    """
    with looking(read_settings(), SystemClock()) as book:
        rows = book.play_outcomes()
    found = [_counted(row) for row in rows if row["play"] and site in ("", row["site"])]
    found.sort(key=lambda row: (row["site"], -row["used"], row["play"]))
    if as_json:
        say_json({"results": found})
    else:
        _show(found)


def _counted(row: dict[str, Any]) -> dict[str, Any]:
    """One play's numbers, with how many outcomes are known of each kind."""
    smot, umot = (sum(row[name] for name in names) for names in (SMOT, UMOT))
    return {**row, "smot_known": smot, "umot_known": umot}


def _show(found: list[dict[str, Any]]) -> None:
    if not found:
        say("No play was used yet.")
        return
    site = ""
    for row in found:
        if row["site"] != site:
            site = row["site"]
            say(paint(site, "cyan", "bold"))
        say(f"  {row['play']}@{row['revision']}")
        say(f"    used {row['used']}, did it {_share(row['acted'], row['used'])}")
        say(f"    put right {_share(row['recovered'], row['smot_known'])}")
        say(f"    recommends us {_share(row['promoter'], row['umot_known'])}")


def _share(part: int, known: int) -> str:
    """``14 of 17 (82 %)``; the share only where enough is known."""
    told = f"{100 * part / known:.0f} %" if known >= FEWEST else TOO_FEW
    return f"{part} of {known} ({told})"
