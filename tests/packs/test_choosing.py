"""Choosing among all shipped plays: every reading there can be, at every shipped site."""

from itertools import product

import pytest

from playbooks.engine.points import LAST
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
            assert kind != "safety" or "safety" in kinds
            assert kind in kinds or not kinds & {"safety", "praise"}


@pytest.mark.parametrize(
    "line",
    [
        "guest is so annoyed with us",
        "lady very angry, at all of us",
        "der gast ist richtig sauer auf uns",
        "la cliente est furieuse contre nous",
        "la señora está muy enfadada con nosotros",
        "il signore è molto irritato con noi",
        "a cliente está muito brava com a gente",
    ],
)
def test_who_is_upset_and_says_no_more_is_told_that_we_will_see_to_it(line: str) -> None:
    of = library()
    site = of.house.sites["hotel"]
    reading = of.read(line, site)
    assert reading.kind == "attitude"
    found = of.choose(reading, History(), site, line).play
    assert found in {f"{LAST}/treated_badly", f"{LAST}/own_it"}


@pytest.mark.parametrize(
    ("line", "play"),
    [
        ("wedding party of 12, cake arrived with the wrong names", "wedding_or_banquet"),
        ("birthday cake has the wrong name on it", "small_mistake"),
        ("wrong date on the invoice", "invoice_again"),
        ("we mixed up two guests called smith", "small_mistake"),
        ("restaurant forgot the kids meal", "order_forgotten"),
        ("no cot in the room, they asked for one when booking", "cot_missing"),
        ("airport transfer didn't turn up, couple waiting 40 min outside", "taxi_not_here"),
        ("spa booking lost, she has the mail", "not_in_our_book"),
        ("elevator stuck with guest inside", "stuck_or_locked_in"),
        ("man asks which room his wife is in", "who_is_in_the_room"),
        ("204 wants two more pillows", "bring_to_room"),
        ("200 euro gone from her room since cleaning", "gone_from_the_room"),
        ("earrings gone from the room, she says the cleaner took them", "gone_from_the_room"),
        ("laptop stolen from 211, window forced", "theft_in_room"),
        ("hair in the shower, 305 disgusted", "room_not_clean"),
        ("cliente furiosa, la calefaccion no va en la 118", "no_hot_water_or_air"),
        ("wifi dead in 210, video call in ten min", "wifi_trouble"),
        ("dnd on door for 2 days nobody seen guest in 315", "no_answer_from_room"),
        ("man on phone asks which room mrs keller is in", "who_is_in_the_room"),
        ("spa guest pregnant, booked a hot stone massage", "expecting_or_birth"),
        ("honeymoon couple, checking in, what can i do for them", "celebration_today"),
        ("wants extra bed for the kid, arrives tonight", "wish_before_booking"),
        ("extra bed for the 6 year old not made up", "cot_missing"),
        ("guest 12 angry, the bill is wrong", "bill_too_high"),
        ("car wont start in garage, has to get to the airport", "car_wont_start"),
        ("guest smoked in 207, maid found the butts", "smoked_in_room"),
        ("smoking fee on her bill, she never smoked", "smoking_fee"),
        ("party of 8 is 45 mins late, table gone", "table_party_late"),
        ("gent shirtless in the restaurant, others complain", "bare_at_the_pool"),
    ],
)
def test_a_play_of_one_matter_is_drawn_by_that_and_by_no_word_met_by_chance(
    line: str, play: str
) -> None:
    of = library()
    site = of.house.sites["hotel"]
    assert of.choose(of.read(line, site), History(), site, line).play == f"hotel/{play}"


@pytest.mark.parametrize(
    ("line", "play"),
    [
        ("how long does a transfer to france take", "when_does_the_money_come"),
        ("refund not there after 3 weeks", "refund_missing"),
        ("wants the same adviser as on monday", "same_person_again"),
        ("put through 4 times, explained it each time", "passed_around"),
        ("wants overdraft raised today, rent due", "limit_raise"),
        ("new router came, doesnt know how to plug it in", "how_do_i"),
    ],
)
def test_a_call_gets_the_card_of_its_matter_and_not_of_one_near_it(line: str, play: str) -> None:
    of = library()
    site = of.house.sites["call_centre"]
    assert of.choose(of.read(line, site), History(), site, line).play == f"call_centre/{play}"


def test_a_missing_hair_dryer_is_no_hair_in_the_room() -> None:
    of = library()
    site = of.house.sites["hotel"]
    line = "214 hair dryer missing"
    chosen = of.choose(of.read(line, site), History(), site, line)
    assert chosen.play != "hotel/room_not_clean"
