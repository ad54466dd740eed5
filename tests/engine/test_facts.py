"""What a line states outright is found outright, and nothing else is."""

from datetime import time

import pytest

from playbooks.engine import facts
from playbooks.engine.normalise import fold, plain, tokens
from playbooks.engine.schema import Promised


def seen(text: str) -> tuple[str, frozenset[str]]:
    folded = fold(plain(text))
    return folded, frozenset(tokens(folded))


def ref(text: str, *industries: str) -> str:
    return facts.reference(plain(text), seen(text)[1], industries)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("guest 412 furious room not ready", "412"),
        ("rm412 leak", "412"),
        ("gast 412 schreit, zimmer kalt", "412"),
        ("huésped 118 enfadado", "118"),
        ("hospede 118 cobrado duas vezes", "118"),
        ("ospite 14 arrabbiato", "14"),
        ("vorgang 5512 immer noch offen", "case 5512"),
        ("hab 312 aun sin hacer", "312"),
        ("412 Mr Lind, platinum", "412"),
        ("lady in 218 cold", "218"),
        ("order #88213 late", "order 88213"),
        ("pedido 5512 frio", "order 5512"),
        ("tbl 7 cold soup", "table 7"),
        ("BA117 delayed", "flight BA117"),
        ("ba2490 cancelled", "flight BA2490"),
        ("flight LH 400 gone", "flight LH400"),
        ("seat 14c broken", "seat 14C"),
        ("case 4471-b open", "case 4471-B"),
        ("#4471 rang", "4471"),
    ],
)
def test_a_customer_is_found_as_staff_name_them(line: str, expected: str) -> None:
    assert ref(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "furious about the wait",
        "paid 186 twice",
        "table for 4",
        "room for 2",
        "room 12 min late",
        "order of 120 cups",
        "guest of 20 years",
        "gast 3 tage im haus",
        "chambre 2 nuits payée",
        "huesped 4 noches",
        "400 emails in a day",
        "in 2019 it was better",
        "account manager 3 of them",
        "room WXYZ12345 asked for",
    ],
)
def test_other_numbers_are_no_customer(line: str) -> None:
    assert ref(line) == ""


def test_the_trade_decides_what_a_bare_number_is() -> None:
    assert ref("fella on 5 told mum off", "restaurant") == "table 5"
    assert ref("fella on 5 told mum off") == ""
    assert ref("towels to 318 please", "hotel") == "318"
    assert ref("la dame de la 12 attend", "hotel") == ref("huesped en la 12", "hotel") == "12"
    assert ref("la dame de la 12 attend") == ref("no hay 5G en la 5G", "hotel") == ""


@pytest.mark.parametrize(
    ("line", "room"),
    [
        ("guest in 12 wants towels", "12"),
        ("lady from 8b has no hot water", "8B"),
        ("gast in 12 wütend, seit 2 std kein warmwasser", "12"),
        ("client du 9 furieux", "9"),
        ("huésped de 14 sin agua", "14"),
        ("hospede do 15 reclamando", "15"),
        ("guest in 12 minutes at the desk", ""),
        ("man in 2 days for the third time", ""),
        ("woman in 30s in tears", ""),
        ("couple in 4 star mood", ""),
        ("cliente de 70 anos caiu", ""),
        ("familia de 4 sin cena", ""),
        ("gast seit 12 jahren", ""),
    ],
)
def test_in_a_hotel_who_is_in_a_small_number_is_in_that_room(line: str, room: str) -> None:
    assert ref(line, "hotel") == room
    assert ref(line, "bank") == ""
    assert ref("towels to 318 please") == ""


@pytest.mark.parametrize(
    ("line", "minutes", "clock"),
    [
        ("told her 20 min", 20, None),
        ("i told him half an hour", 30, None),
        ("quoted them an hour", 60, None),
        ("will ring him within 2 hrs", 120, None),
        ("we'll be back in 1.5 hours", 90, None),
        ("le he dicho 20 minutos", 20, None),
        ("promised by 15:30", None, time(15, 30)),
        ("said we'd call back before 5", None, time(17)),
        ("we'll bring it by noon", None, time(12)),
        ("i'll ring at midnight", None, time(0)),
        ("told guest 11am", None, time(11)),
        ("told guest 12am", None, time(0)),
        ("told guest 4:15", None, time(16, 15)),
        ("told guest 3 o'clock", None, time(3)),
    ],
)
def test_what_we_promised_and_lies_ahead_is_kept(
    line: str, minutes: int | None, clock: time | None
) -> None:
    found = facts.promised(*seen(line))
    assert found is not None
    assert (found.minutes, found.clock) == (minutes, clock)


def test_a_promise_keeps_its_words() -> None:
    line = "desk full, told her 20 min, she sits down"
    assert facts.promised(*seen(line)) == Promised("told her 20 min", minutes=20)


@pytest.mark.parametrize(
    "line",
    [
        "was told 3pm",
        "she was promised 20 min",
        "told her 20 min an hour ago",
        "told him 10 min, still waiting",
        "promised a call by 3pm, no call",
        "told them 3pm tomorrow",
        "told her we are sorry",
        "told her 25:99",
        "told her 45:10",
        "manager said crib by 9pm",
        "he sat 20 min",
    ],
)
def test_a_missed_or_foreign_or_timeless_promise_is_none(line: str) -> None:
    assert facts.promised(*seen(line)) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("platinum member", "vip"),
        ("our biggest account", "vip"),
        ("customer for 12 years", "vip"),
        ("20 year client", "vip"),
        ("one of our regulars", "regular"),
        ("comes every friday", "regular"),
        ("stammgast am fenster", "regular"),
        ("customer for 2 years", "unknown"),
        ("lady at the door", "unknown"),
    ],
)
def test_loyalty_is_what_the_line_says(line: str, expected: str) -> None:
    value, words = facts.loyalty(*seen(line))
    assert value == expected
    assert words in line


def test_a_second_time_is_said_outright() -> None:
    assert facts.again(*seen("room not ready 2nd time")) == "2nd time"
    assert facts.again(*seen("schon wieder kalt")) == "schon wieder"
    assert not facts.again(*seen("first time here"))


def test_abuse_is_what_is_done_to_us() -> None:
    assert facts.abuse(*seen("he called me an idiot and left"))
    assert facts.abuse(*seen("grabbed our waitress"))
    assert not facts.abuse(*seen("called us a taxi"))
    assert not facts.abuse(*seen("soup is cold"))


def test_money_and_spans_are_seen() -> None:
    assert facts.money("charged 186 EUR")
    assert not facts.money("charged twice")
    assert facts.minutes("waited 40 min") == 40
    assert facts.minutes("waited long") is None
