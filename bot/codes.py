"""One-time codes: made for a person to type, kept as a fingerprint alone.

Twelve letters of an alphabet of 32 are 60 bits: at a thousand guesses a second somebody would need
eighteen million years for one of two open codes. So SHA-256 without a salt is enough to keep them:
there is no dictionary of random words to try.
"""

import re
import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which are misread: typed all the same, I and L count as 1 and O as 0."""
GROUPS: Final = (4, 4, 4)
VALID_FOR: Final = timedelta(days=7)
HIDDEN: Final = "(a one-time code)"
"""What is kept of a line that is a code and nothing else."""
LINK_FOR: Final = timedelta(hours=1)
"""A code for a second account of one's own is typed at once."""

_CODE: Final = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Za-z]{4}([-\u2010-\u2015 ]?)"
    r"[0-9A-Za-z]{4}\1[0-9A-Za-z]{4}(?![0-9A-Za-z])"
)
_MISREAD: Final = str.maketrans("ILO", "110")


def new_code() -> str:
    """A fresh code as it is shown: ``7K3M-Q9XP-2TRA``.

    Always with a digit and a letter, or ``only_code`` would take it for three words or a number
    and keep it as a line: one draw in ninety has no digit.
    """
    while True:
        code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(n)) for n in GROUPS)
        if re.search("[0-9]", code) and re.search("[A-Z]", code):
            return code


def code_in(text: str) -> str:
    """The first thing in a text that may be a code, as it is shown; empty where there is none.

    Small letters and missing hyphens are forgiven, as is what people misread.
    """
    for found in _CODE.finditer(text[:200]):
        code = re.sub(r"[^0-9A-Z]", "", found.group().upper().translate(_MISREAD))
        if set(code) <= set(ALPHABET):
            return "-".join((code[:4], code[4:8], code[8:]))
    return ""


def only_code(text: str) -> bool:
    """Whether a line is a code and nothing else, typed as it was shown or without its hyphens.
    Three words of four letters are not: people write such lines."""
    code = code_in(text)
    plain = re.sub(r"[-\u2010-\u2015]", "", text.strip())
    return bool(code) and len(plain) == sum(GROUPS) and any(each.isdigit() for each in plain)


def fingerprint(code: str) -> str:
    """What is kept of a code, and what it is found by."""
    return sha256(code.encode()).hexdigest()
