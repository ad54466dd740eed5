"""What must never be stored: card numbers, phone numbers, mail addresses, bank accounts.

Masked before the inbox is written, so no back-up, log or export ever holds them. Room, order and
flight references and prices must survive: without them nobody finds the customer again.
"""

import re
from typing import Final

_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN: Final = re.compile(
    r"\b[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?\b"
)
_DIGITS: Final = re.compile(r"(?<![\w.,#/€£$+])\+?\(?\d(?:[\d()/ .-]{5,26})\d(?![\w/])")
_NAMED: Final = re.compile(
    r"(?:order|ord|ref|case|ticket|booking|bkg|parcel|tracking|conf(?:irmation)?|invoice|inv|flight"
    r"|pedido|commande|bestellung|ordine|encomenda|policy|res(?:ervation)?|nr|no|number|rma|sku|awb)"
    r"\.?\s*(?:no\.?|nr\.?|number|id|is|:|#)?\s*$",
    re.IGNORECASE,
)
_CALLED: Final = re.compile(
    r"(?:call(?:\s+(?:him|her|them|back))*|phone|tel|mob(?:ile)?|cell|ring|whatsapp|sms|text|telefono"
    r"|telefon|telephone|handy|celular|movil|portable|numero|on|at|nr|no|number)"
    r"\.?\s*(?:no\.?|nr\.?|number|is|:|#|on|at)?\s*$",
    re.IGNORECASE,
)
_GOODS: Final = re.compile(r"(?:order|parcel|tracking|awb|case|ticket)\W*$", re.IGNORECASE)
_MONEY: Final = re.compile(r"[€£$]\s*$")
_DATE: Final = re.compile(
    r"\d{4}[./-]\d{1,2}[./-]\d{1,2}\b.*|\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d\b(?![./-]\d).*"
    r"|\d{1,2}[.:]\d{2}\s*-\s*\d{1,2}[.:]\d{2}"
)


def luhn(digits: str) -> bool:
    """Whether ``digits`` pass the check of card numbers (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def iban(text: str) -> bool:
    """Whether ``text`` without blanks is a bank account by its check digits (ISO 13616, mod 97)."""
    code = re.sub(r"[ -]", "", text).upper()
    turned = code[4:] + code[:4]
    return 15 <= len(code) <= 34 and int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def _phone(found: str, digits: str, before: str) -> bool:
    """Long enough to ring, and written or introduced as a number that is rung."""
    if not 7 <= len(digits) <= 15 or _DATE.fullmatch(found) or _MONEY.search(before):
        return False
    if found.startswith("+"):
        return True
    if _NAMED.search(before) and not _CALLED.search(before):
        return False
    written = len(digits) >= 9 and (found[0] in "0(" or bool(re.search(r"\d[ .)-]+\d", found)))
    return written or bool(_CALLED.search(before))


def _goods(found: str, before: str) -> bool:
    """A parcel or order number in one piece passes the card check one time in ten: it is kept."""
    return found.isdigit() and bool(_GOODS.search(before))


def _number(match: re.Match[str], told: list[str]) -> str:
    found = match[0]
    digits = re.sub(r"\D", "", found)
    before = match.string[max(0, match.start() - 30) : match.start()]
    if 13 <= len(digits) <= 19 and luhn(digits) and not _goods(found, before):
        told.append(f"card number ending {digits[-2:]}")
        return f"[card ••{digits[-2:]}]"
    if _phone(found, digits, before):
        told.append(f"phone number ending {digits[-2:]}")
        return f"[phone ••{digits[-2:]}]"
    return found


def _account(match: re.Match[str], told: list[str]) -> str:
    if not iban(match[0]):
        return match[0]
    told.append(f"bank account ending {match[0][-2:]}")
    return f"[account ••{match[0][-2:]}]"


def _mail(match: re.Match[str], told: list[str]) -> str:
    told.append("mail address")
    return f"[mail {match[0][0]}••]"


def mask(text: str) -> tuple[str, tuple[str, ...]]:
    """``text`` fit to be stored, and what was taken out, in words for the person who typed it.

    ``("card 4111 1111 1111 1111 declined")`` gives ``("card [card ••11] declined",
    ("card number ending 11",))``. Never raises; a text without such things comes back as it was.
    """
    told: list[str] = []
    if "@" in text:
        text = _MAIL.sub(lambda match: _mail(match, told), text)
    if sum(map(text.count, "0123456789")) >= 7:
        text = _IBAN.sub(lambda match: _account(match, told), text)
        text = _DIGITS.sub(lambda match: _number(match, told), text)
    return text, tuple(told)
