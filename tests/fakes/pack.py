"""A small pack to write, break and load: one site, two phrases, plays as a trainer writes them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from playbooks.engine.library import Library
from playbooks.engine.load import load, shipped
from playbooks.engine.schema import Play, Problem, Reading, Site

HOUSE = """\
first: inn
sites:
  inn:
    name: The Inn
    pack: inn
    industries: [hotel]
    timezone: Europe/Berlin
    currency: EUR
    price: 100
    working: 00:00-00:00
    quiet: 23:00-07:00
    limits:
      staff: {moment: 40, day: 120}
      manager: {moment: 250, day: 800}
      trainer: {moment: 0, day: 0}
      admin: {moment: 400, day: 900}
    duties:
      duty_manager: dial 9
      housekeeping: dial 21
      colleague: tell them yourself
    digest: monday 08:00
    touchpoints: [arrival, room]
"""
SHARED = """\
# back_by
I will be back {{ by }}.

# sorry
I am sorry.
"""
FRONT = {
    "title": "The room is not ready",
    "when": "{stage: smot, kind: unavailable}",
    "touchpoint": "arrival",
    "examples": """
  - room 12 not done yet, couple waits
  - suite still occupied at four
  - no key for her because the room is blocked
  - he has a booking and we have no bed
  - room promised for noon, not there
  - family of five, one of two rooms clean
  - overbooked tonight, lady in the lobby
  - early arrival and nothing free""",
    "loss": "service",
    "gesture": "{give: a drink at the bar, amount: 18}",
    "tell": "[housekeeping]",
    "promise": "{what: they have a room, within: 30}",
    "follow_up": "{smot: 45, umot: 2, ask: Are they in?, ask_later: What did they say?}",
    "owner": "front office",
    "reviewed": "2026-11-01",
    "review_by": "2027-05-01",
}
SAY = "I am sorry, your room is not ready. You have one {{ by }}."
DO = """1. Now: seat them.
2. Within 3 minutes: call and ask for {{ ref or "the room" }}.
3. {{ by|capitalize }}: hand over the key."""


@lru_cache(maxsize=1)
def built_in() -> Library:
    """The shipped packs, loaded once for all tests of a process: they are immutable."""
    library, problems = load(shipped())
    assert not [str(problem) for problem in problems if not problem.warning]
    return library


def play_text(say: str = SAY, do: str = DO, **front: str) -> str:
    """The text of one play; a field given as an empty string is left out."""
    return page_text(say, do, {**FRONT, **front})


def page_text(say: str, do: str, fields: Mapping[str, str]) -> str:
    """A page of a pack: front matter, Say and Do."""
    head = "\n".join(f"{key}: {value}" for key, value in fields.items() if value)
    return f"---\n{head}\n---\n# Say\n{say}\n\n# Do\n{do}\n"


GERMAN_FRONT = {
    "title": "Das Zimmer ist nicht fertig",
    "gesture": "{give: ein Getränk an der Bar}",
    "promise": "{what: sie haben ein Zimmer}",
    "follow_up": "{ask: Sind sie drin?, ask_later: Was haben sie gesagt?}",
}
GERMAN_SAY = "Es tut mir leid, Ihr Zimmer ist nicht fertig. Sie haben eines {{ by }}."
GERMAN_DO = """1. Jetzt: einen Platz anbieten.
2. Innerhalb von 3 Minuten: anrufen und {{ ref or "das Zimmer" }} verlangen.
3. {{ by|capitalize }}: den Schlüssel übergeben, sonst {{ manager }} holen."""


def german_text(say: str = GERMAN_SAY, do: str = GERMAN_DO, **front: str) -> str:
    """The German of ``play_text``; a field given as an empty string is left out."""
    return page_text(say, do, {**GERMAN_FRONT, **front})


def write_pack(folder: Path, house: str = HOUSE, shared: str = SHARED, **plays: str) -> Path:
    """A folder of packs with the pack ``inn``; ``plays`` maps a slug, such as ``it`` or ``it.de``,
    to its text."""
    (folder / "inn").mkdir(parents=True, exist_ok=True)
    if house:
        (folder / "_house.yaml").write_text(house, encoding="utf-8")
    if shared:
        (folder / "_shared.md").write_text(shared, encoding="utf-8")
    for slug, text in (plays or {"room_not_ready": play_text()}).items():
        (folder / "inn" / f"{slug}.md").write_text(text, encoding="utf-8")
    return folder


def loaded(folder: Path, **plays: str) -> tuple[Library, list[Problem]]:
    """The library of a written pack."""
    return load(write_pack(folder, **plays))


def one_play(folder: Path, text: str) -> Play:
    """The only play of a pack that must be sound."""
    library, problems = loaded(folder, it=text)
    assert problems == []
    return library.play("inn/it")


def inn(library: Library) -> Site:
    """The site of the small pack."""
    return library.house.sites["inn"]


class FixedReader:
    """Reads every line the same way and remembers for which industries it was asked."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.asked: list[tuple[str, ...]] = []

    def read(self, text: str, *, industries: tuple[str, ...] = ()) -> Reading:
        self.asked.append(industries)
        return self.reading


def read_by(library: Library, reading: Reading) -> tuple[Library, FixedReader]:
    """The same library with a reader that always says ``reading``."""
    reader = FixedReader(replace(reading))
    return Library(library.plays, library.house, library.digest, reader=reader), reader
