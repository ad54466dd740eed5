"""The core turn: read, choose, compose and card with 200 plays, and nothing stored.

The floor is what no answer could do without: every word of the line looked up once, and a bare
template of the same size filled in. All figures are processor time of this thread.
"""

import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from jinja2 import Environment, StrictUndefined

from bot.conversations.cards import moment_card
from bot.conversations.colleagues import told_card
from bot.conversations.listening import line_said
from bot.conversations.record import belongs, new_moment, suggestion_for
from bot.conversations.types import Moment, Said
from bot.conversations.world import World
from playbooks.engine import templates
from playbooks.engine.library import Library
from playbooks.engine.schema import History
from tests.fakes.desk import BOSS, CLERK, FakeDesk, library
from tests.speed.figures import library_of, race, say, say_load

PLAYS = 200
ROUNDS = 7
MOST = 0.6
VALUES = {
    "by": "by 14:35", "minutes": 30, "ref": "412", "place": "", "site": "Harbour House",
    "manager": "Max", "gesture": "a drink", "me": "Ana", "heat": 2, "vip": True, "repeat": True,
}  # fmt: skip


def lines(of: Library) -> list[str]:
    """Distinct real lines: the shipped examples of the hotel, each once."""
    plays = (play for play in of.plays.values() if play.pack == "hotel")
    return [example for play in plays for example in play.examples][:400]


class Turns:
    """The lines, and everything their parts need, made before the clock runs."""

    def __init__(self) -> None:
        desk = FakeDesk()
        self.library = library_of(PLAYS, library())
        self.desk, self.memory = desk, desk.memory
        self.texts = lines(library())
        self.site = self.library.house.sites["hotel"]
        world = self.world()
        self.readings = [self.library.read(text, self.site) for text in self.texts]
        self.choices = [
            self.library.choose(reading, History(), self.site, text)
            for text, reading in zip(self.texts, self.readings, strict=True)
        ]
        self.moments = [self.moment(n, world) for n in range(len(self.texts))]

    def world(self) -> World:
        """As the desk makes it: a new one for each turn."""
        return World(self.desk.now, self.library, self.memory)

    def said(self, n: int) -> Said:
        """The event of a line."""
        address = CLERK.address
        assert address is not None
        return Said(f"bench:{n}", self.desk.now, CLERK.id, address, self.texts[n])

    def moment(self, n: int, world: World) -> Moment:
        """The moment of a line."""
        return new_moment(self.said(n), self.texts[n], CLERK, self.readings[n], world)

    def parts(self) -> dict[str, Any]:
        """Each part by itself, of the nth line."""
        texts, readings, site, read = self.texts, self.readings, self.site, self.library.read
        return {
            "read": lambda n: read(texts[n], site),
            "choose": lambda n: self.library.choose(readings[n], History(), site, texts[n]),
            "choose and compose, with authority": lambda n: suggestion_for(
                self.world(), site, CLERK, readings[n], texts[n], failures=0
            ),
            "whose customer": lambda n: belongs(texts[n], CLERK, readings[n], self.world()),
            "moment, with the two before": lambda n: self.moment(n, self.world()),
            "card": lambda n: moment_card(self.moments[n], self.world()),
            "card of somebody told": lambda n: told_card(
                self.moments[n], BOSS, CLERK, self.world()
            ),
        }

    def whole(self, n: int) -> object:
        """The turn: a line typed becomes a moment and its cards."""
        return line_said(self.said(n), CLERK, self.world())


def bare(turns: Turns, n: int, known: dict[str, int], filled: list[Any]) -> object:
    """The floor: each word looked up, a plain template filled in."""
    return sum(map(known.__getitem__, turns.texts[n].split())), filled[n].render(VALUES)


def floor(turns: Turns) -> Any:
    """The bare answer to each line."""
    words = {word for text in turns.texts for word in text.split()}
    plain = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - not for a page
    plays = [turns.library.plays[choice.play] for choice in turns.choices]
    made = {p.id: plain.from_string(templates.join(p.say, p.do)) for p in plays}
    known = dict.fromkeys(words, 1)
    return partial(bare, turns, known=known, filled=[made[p.id] for p in plays])


def main() -> None:
    turns = Turns()
    count = len(turns.texts)
    contenders = {"floor": floor(turns), "whole": turns.whole, **turns.parts()}
    took = race(contenders, count, ROUNDS)
    wall = race({"whole": turns.whole}, count, 3, time.perf_counter)["whole"]
    least = took.pop("floor")
    whole = took.pop("whole")
    beside = f"bare words and template: {least * 1e6:.0f} us"
    say(f"core turn, {PLAYS} plays", whole * 1e3, "ms CPU", MOST, f"{wall * 1e3:.3f} ms wall")
    say("core turn / bare words and template", whole / least, "x", "", beside)
    for name, part in took.items():
        say(f"  of it: {name}", part * 1e6, "us", "", f"{part / least:.1f} x bare")
    say_load()


if __name__ == "__main__":
    main()
