"""The texts of all folders into plays and a house. Imported only where the shelf does not have it:
the parsers cost every start a twentieth of its time."""

from dataclasses import replace
from functools import lru_cache
from typing import Final

from playbooks.engine.faults import Faults
from playbooks.engine.house import check_house, lay_over, read_house
from playbooks.engine.kept import Found
from playbooks.engine.page import Shared
from playbooks.engine.phrases import read_phrases
from playbooks.engine.plays import read_play
from playbooks.engine.schema import House, Play, Problem, Translation
from playbooks.engine.source import Source, Texts
from playbooks.engine.translate import read_translation
from playbooks.engine.vocabulary import ENGLISH

KNOWN: Final = 1_000
"""Plays remembered by their text: twice the shipped ones. A trainer who saves one waits for that
one and not for all; without an end, every wording of a day would stay in memory."""

_Phrases = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def understood(texts: Texts) -> Found:
    """Every play and the house, and every problem beside those met on the way here."""
    problems = list(texts.problems)
    shared = _phrases(texts.shared, problems)
    phrases = tuple((language, tuple(said.items())) for language, said in shared.items())
    plays: dict[str, Play] = {}
    for name, source in texts.plays.items():
        play, found = _play(source, phrases)
        said = _translations(texts.translations.get(name, {}), play, shared, problems)
        if play:
            plays[name] = replace(play, translations=said) if said else play
        problems += found
    house = _house(texts.houses, {source.pack for source in texts.plays.values()}, problems)
    problems.sort(key=lambda problem: (problem.file, problem.line))
    return Found(plays, house, problems)


@lru_cache(maxsize=KNOWN)
def _play(source: Source, phrases: _Phrases) -> tuple[Play | None, tuple[Problem, ...]]:
    """The play of one text, and what is wrong with it. The same text is the same play."""
    faults = Faults(source.file)
    play = read_play(source, {language: dict(said) for language, said in phrases}, faults)
    return play, tuple(faults.found)


def _phrases(sources: list[Source], problems: list[Problem]) -> Shared:
    shared: dict[str, dict[str, str]] = {}
    for source in sources:
        faults = Faults(source.file)
        found = read_phrases(source.text, faults)
        shared.setdefault(source.language or ENGLISH, {}).update(found)
        problems += faults.found
    return shared


def _translations(
    sources: dict[str, Source], play: Play | None, shared: Shared, problems: list[Problem]
) -> dict[str, Translation]:
    said: dict[str, Translation] = {}
    for language, source in sources.items():
        faults = Faults(source.file)
        translation = read_translation(source, play, shared, faults)
        if translation:
            said[language] = translation
        problems += faults.found
    return said


def _house(houses: list[tuple[str, str]], packs: set[str], problems: list[Problem]) -> House:
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
