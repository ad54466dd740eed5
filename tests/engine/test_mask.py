"""What must never be stored is taken out, and what finds the customer again stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.engine.mask import iban, luhn, mask


@pytest.mark.parametrize(
    ("line", "stored", "told"),
    [
        ("card 4111 1111 1111 1111 no", "card [card ••11] no", "card number ending 11"),
        ("5500-0000-0000-0004 twice", "[card ••04] twice", "card number ending 04"),
        ("call her on 07700 900123", "call her on [phone ••23]", "phone number ending 23"),
        ("ring +44 7700 900123", "ring [phone ••23]", "phone number ending 23"),
        ("call 612345678 today", "call [phone ••78] today", "phone number ending 78"),
        ("(030) 1234 5678 rang", "[phone ••78] rang", "phone number ending 78"),
        ("mail jo.b@x.co.uk please", "mail [mail j••] please", "mail address"),
        ("DE89 3704 0044 0532 0130 00", "[account ••00]", "bank account ending 00"),
        ("GB82WEST12345698765432 off", "[account ••32] off", "bank account ending 32"),
    ],
)
def test_private_numbers_are_masked_and_told(line: str, stored: str, told: str) -> None:
    assert mask(line) == (stored, (told,))


@pytest.mark.parametrize(
    "line",
    [
        "guest 412 furious room not ready 2nd time platinum",
        "order 88213 late, paid 186.50",
        "order 1234567890123 missing",
        "parcel 4111111111111111 gone",
        "booking ref 900 1234 88",
        "flight BA117 seat 14C",
        "case 20261122-0042",
        "2026-11-22 15:30",
        "12.10.2026 - 14.10.2026",
        "open 9.00 - 17.30",
        "€ 1 200 000 000 lost",
        "total 1,234,567.00",
        "DE89 3704 0044 0532 0130 02",
        "card 4111 1111 1111 1112",
        "account 12345678 overdrawn",
        "@ the desk",
        "",
    ],
)
def test_references_dates_and_prices_stay(line: str) -> None:
    assert mask(line) == (line, ())


def test_everything_in_one_line_is_masked() -> None:
    stored, told = mask("a@b.de, 4111111111111111, +49 171 2345678")
    assert stored == "[mail a••], [card ••11], [phone ••78]"
    assert len(told) == 3


def test_the_checks_are_those_of_the_standards() -> None:
    assert luhn("4111111111111111")
    assert not luhn("4111111111111112")
    assert iban("GB82 WEST 1234 5698 7654 32")
    assert not iban("GB82 WEST 1234 5698 7654 33")
    assert not iban("GB82")


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="0123456789 +-()@.abc€/", max_size=60))
def test_no_text_breaks_the_mask(text: str) -> None:
    stored, told = mask(text)
    assert bool(told) == (stored != text)
