"""Where it happens: what the line names, else what the play says."""

import pytest

from playbooks.engine.library import Library
from playbooks.engine.normalise import taken_apart
from playbooks.engine.touchpoints import named
from tests.fakes.pack import built_in

HOTEL = ("booking", "arrival", "check-in", "room", "breakfast", "bar", "bill", "after the stay")


@pytest.fixture
def library() -> Library:
    return built_in()


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("coffee cold at breakfast, gst in 12 upset", "breakfast"),
        ("40 min in the check-in line", "check-in"),
        ("queue at checkin out of the door", "check-in"),
        ("rated us 2 after the stay", "after the stay"),
        ("barman was rude", ""),
        ("guest 412 furious room not ready", ""),
        ("wrong bill, booking says half", ""),
        ("sent from the bar to breakfast and back", ""),
        ("", ""),
    ],
)
def test_the_one_place_a_line_names_is_its_touchpoint(line: str, place: str) -> None:
    assert named(taken_apart(line).words, HOTEL) == place


def test_a_site_names_its_own_places() -> None:
    words = taken_apart("knee brace missing at the plaster room").words
    assert named(words, ("Plaster Room", "waiting room")) == "Plaster Room"
    assert named(words, ()) == ""


def test_a_moment_belongs_to_the_place_it_names_and_else_to_that_of_its_play(
    library: Library,
) -> None:
    site = library.house.sites["hotel"]
    assert (
        library.read("eggs at breakfast were cold, room 12 angry", site).touchpoint == "breakfast"
    )
    assert library.read("das frühstück war kalt, gast sehr sauer", site).touchpoint == "breakfast"
    assert library.read("guest 412 furious room not ready", site).touchpoint == ""


def test_who_asks_for_a_place_is_not_there(library: Library) -> None:
    site = library.house.sites["hotel"]
    asked = library.read("guest asks when the bar opens", site)
    assert (asked.kind, asked.touchpoint) == ("question", "")
