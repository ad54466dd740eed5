"""Choosing among all shipped plays: every reading there can be, at every shipped site."""

from itertools import product

from playbooks.engine.choose import LAST
from playbooks.engine.schema import History, Reading
from playbooks.engine.vocabulary import KINDS, STAGES, VALUES
from tests.fakes.desk import library


def test_a_play_of_another_pack_is_never_chosen() -> None:
    of = library()
    for site, stage, kind in product(of.house.sites.values(), STAGES, KINDS):
        choice = of.choose(Reading(stage, kind), History(), site)
        assert of.play(choice.play).pack in {site.pack, LAST}


def test_every_reading_gets_a_card_and_danger_only_plays_of_danger() -> None:
    of = library()
    for site, stage, kind, heat, value, repeat in product(
        of.house.sites.values(), STAGES, KINDS, (0, 1, 2), VALUES, (False, True)
    ):
        reading = Reading(stage, kind, heat=heat, value=value, repeat=repeat)  # type: ignore[arg-type]
        shown: tuple[str, ...] = ()
        for _ in range(3):
            choice = of.choose(reading, History(shown=shown), site)
            shown += (choice.play,)
            kinds = of.play(choice.play).when.kinds
            assert ("safety" in kinds) == (kind == "safety")
            assert ("praise" in kinds) == (kind == "praise") or len(kinds) > 1
