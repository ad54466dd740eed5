"""The texts of all folders into plays and a house. Imported only where the shelf does not have it:
the parsers cost every start a twentieth of its time."""

from collections.abc import Iterable

from playbooks.engine.faults import Faults
from playbooks.engine.house import check_house, lay_over, read_house
from playbooks.engine.kept import Found
from playbooks.engine.phrases import read_phrases
from playbooks.engine.plays import read_play
from playbooks.engine.schema import House, Play, Problem
from playbooks.engine.source import Source

Texts = Iterable[tuple[str, str]]
"""File and text, the lower folder first."""


def understood(
    sources: Iterable[Source], shared: Texts, houses: Texts, problems: list[Problem]
) -> Found:
    """Every play and the house; ``problems`` are those found on the way here."""
    problems, sources = list(problems), list(sources)
    phrases: dict[str, str] = {}
    for file, text in shared:
        faults = Faults(file)
        phrases |= read_phrases(text, faults)
        problems += faults.found
    plays: dict[str, Play] = {}
    for source in sources:
        faults = Faults(source.file)
        play = read_play(source, phrases, faults)
        if play:
            plays[play.id] = play
        problems += faults.found
    house = _house(houses, {source.pack for source in sources}, problems)
    problems.sort(key=lambda problem: (problem.file, problem.line))
    return Found(plays, house, problems)


def _house(houses: Texts, packs: set[str], problems: list[Problem]) -> House:
    house, file = House({}, ""), "_house.yaml"
    for file, text in houses:
        faults = Faults(file)
        found = read_house(text, faults)
        problems += faults.found
        house = lay_over(house, found) if found else house
    faults = Faults(file)
    check_house(house, packs, faults)
    problems += faults.found
    return house
