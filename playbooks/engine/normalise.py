"""One hurried line as the words the reader counts: shorthand spelled out, noise taken away."""

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

LONGEST: Final = 2_000
"""Characters that are read; staff type 45 words, the rest of a pasted page says nothing new."""

_WORD: Final = re.compile(
    r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+(?:st|nd|rd|th|x)\b|\d+(?:[.,:]\d+)*|[!?]+|[^\w\s.,;:'()*_-]"
)
_ASCII_WORD: Final = re.compile(
    r"[a-z]+(?:'[a-z]+)*|\d+(?:st|nd|rd|th|x)\b|\d+(?:[.,:]\d+)*|[!?]+|[^\w\s.,;:'()*_-]", re.ASCII
)
"""The same for the usual line, at half the cost."""
_HANDLE: Final = re.compile(r"(?<![\w.])@\w+")
_LINK: Final = re.compile(r"\bhttps?://\S+|\bwww\.\S+|\bpic\.\w+\.com\S*")
_TAG: Final = re.compile(r"<[/!]?[a-zA-Z][^<>]{0,200}>")
_SHOUTED: Final = re.compile(r"\b[A-Z]{3,}(?:\s+[A-Z']{2,}|[!]|\b)")
_STRAIGHT: Final = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2013\u2014", "-"),
    }
)

_TWO_LETTERS: Final = str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae"})
"""Letters that are two without their accents: ``weiß`` and ``weiss`` are one word."""

SHORTHAND: Final[dict[str, str]] = {
    "gst": "guest", "gsts": "guests", "cust": "customer", "custs": "customers",
    "cst": "customer", "rm": "room", "rms": "rooms", "tbl": "table", "tbls": "tables",
    "acct": "account", "acc": "account", "accts": "accounts", "mgr": "manager",
    "mngr": "manager", "appt": "appointment", "resv": "reservation", "bkg": "booking",
    "bkng": "booking", "bking": "booking", "b4": "before", "pls": "please", "plz": "please",
    "thx": "thanks", "ty": "thanks", "msg": "message", "msgs": "messages", "hrs": "hours",
    "hr": "hour", "mins": "minutes", "min": "minutes", "mn": "minutes", "yr": "year",
    "yrs": "years", "wk": "week", "wks": "weeks", "ppl": "people", "bc": "because",
    "cos": "because", "coz": "because", "cuz": "because", "bday": "birthday", "xmas": "christmas",
    "tix": "tickets", "tkt": "ticket", "dep": "departure", "conf": "confirmation",
    "2nd": "second", "1st": "first", "3rd": "third", "4th": "fourth", "2x": "twice",
    "3x": "thrice", "recd": "received", "rcvd": "received", "deliv": "delivery",
    "delv": "delivery", "tmrw": "tomorrow", "tmr": "tomorrow", "tomoz": "tomorrow", "2day": "today",
    "temp": "temperature", "qty": "quantity", "comp": "compensation", "w": "with",
    "v": "very", "u": "you", "r": "are", "ur": "your", "ref": "reference", "reg": "regular",
    "pls.": "please", "esp": "especially", "govt": "government", "bf": "breakfast",
    "brekkie": "breakfast", "brekky": "breakfast", "mem": "member", "mbr": "member",
    "plat": "platinum", "fam": "family", "hubby": "husband", "dr": "doctor", "eng": "engineer",
    "hab": "habitacion", "cli": "client", "tho": "though", "bcs": "because", "prob": "problem",
    "probs": "problems", "dnt": "don't", "dont": "don't", "cant": "can't", "wont": "won't",
    "didnt": "didn't", "doesnt": "doesn't", "isnt": "isn't", "wasnt": "wasn't", "hasnt": "hasn't",
    "havent": "haven't", "couldnt": "couldn't", "wouldnt": "wouldn't", "shes": "she's",
    "theyre": "they're", "ive": "i've", "thats": "that's", "theres": "there's",
}  # fmt: skip
"""The trade's short forms. Only unambiguous ones: a wrong one costs every message that has it. So
neither *del* nor *im* nor *wo*, by which Spanish, Italian and German are known."""


def wordset(text: str) -> frozenset[str]:
    """The different words of ``text``, for lists that are easier to read as a paragraph."""
    return frozenset(text.split())


def plain(text: str) -> str:
    """``text`` without tags, control characters and typographic quotes; case and accents kept."""
    text = text[:LONGEST]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_STRAIGHT)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "&" in text:
        text = html.unescape(text)
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def fold(text: str) -> str:
    """Lower case without accents, so that ``décalé`` and ``decale`` are one word. Whom a pasted
    post is addressed to and where it links to say nothing of its matter: both are left out."""
    text = text.lower()
    if "@" in text:
        text = _HANDLE.sub(" ", text)
    if "http" in text or "www." in text or "pic." in text:
        text = _LINK.sub(" ", text)
    if text.isascii():
        return text
    spread = unicodedata.normalize("NFD", text.translate(_TWO_LETTERS))
    return "".join(c for c in spread if not unicodedata.combining(c))


def _shape(number: str) -> str:
    if len(number) == 1:
        return number
    return "".join("0" if c.isdigit() else c for c in number[:6])


def tokens(folded: str) -> list[str]:
    """The words, numbers and telling marks of a folded line in order."""
    return (_ASCII_WORD if folded.isascii() else _WORD).findall(folded)


def words(raw: Iterable[str]) -> list[str]:
    """Tokens as they are counted: short forms spelled out, numbers as shapes (``412``: ``000``)."""
    known = SHORTHAND.get
    return [known(token, _shape(token) if token[0].isdigit() else token) for token in raw]


class Parts(NamedTuple):
    """One line taken apart: cleaned, folded, its words as typed and as they are counted."""

    plain: str
    folded: str
    raw: tuple[str, ...]
    words: tuple[str, ...]


@lru_cache(maxsize=32)
def taken_apart(text: str) -> Parts:
    """Every step above at once. Reading, finding its example and choosing each ask for the same
    line: it is taken apart once."""
    line = plain(text)
    folded = fold(line)
    raw = tokens(folded)
    return Parts(line, folded, tuple(raw), tuple(words(raw)))


def shouted(text: str) -> int:
    """How many words stand in capitals, 0 where the whole line does (a stuck key, not a mood)."""
    if text.islower() or text.isupper():
        return 0
    return len(_SHOUTED.findall(text))
