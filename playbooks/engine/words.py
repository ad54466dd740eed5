"""The word lists behind a good Say: what owns or thanks, and what must never be said.

Sources of the rules: a justification makes it worse than an apology, accept and act before you
apologise (Boshoff and Leong 1998), a status or an explanation but not both (Hogreve 2017). Large
review sites ban asking the happy alone for a review.
"""

import re
from dataclasses import dataclass
from typing import Final

MOST_WORDS: Final = 40
"""Of one Say: about 15 seconds."""


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Words that must not be said, why, and what to say instead."""

    why: str
    instead: str
    pattern: re.Pattern[str]


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(phrases)})", re.IGNORECASE)


OWNS: Final = _any(
    r"sorry\b", r"apologi[sz]e", r"thank", r"glad\b", r"welcome\b", r"lovely\b",
    r"i(?: am|'m| will|'ll| can| have| would|'d)\b", r"let (?:me|us)\b", r"leave it (?:to|with) me",
    r"we(?: will|'ll| can| are going)\b", r"our (?:mistake|doing|job)\b", r"ours? to\b",
    r"you have me\b", r"it stops with me",
)  # fmt: skip
"""Says that it is ours, that something is being done, or thanks."""

_SORRY: Final = _any("sorry", "apologi[sz]")
_EMOJI: Final = re.compile("[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]")
_MARKS: Final = re.compile(r"\{\{|\}\}|\{%|%\}|\bNone\b|\bUndefined\b")
_OPENS_WITH_POLICY: Final = re.compile(
    r"\W*(?:(?:our|the|this|company|hotel|house|under|according|per|by)\s+){1,3}(?:\w+\s+)?"
    r"(?:policy|policies|rules?|terms|regulations?|procedures?)\b",
    re.IGNORECASE,
)

FORBIDDEN: Final = (
    Forbidden("is policy talk", "say what you can do, not what a rule forbids", _any(
        r"(?:our|company|the|hotel|house) polic(?:y|ies)\b", r"policy (?:is|says|states)\b",
        r"terms and conditions", r"against (?:our|the) (?:policy|rules?)",
        r"(?:the )?rules? says?\b",
        r"(?:am|are|is)(?: not|n't) (?:allowed|permitted|authori[sz]ed)",
        r"(?:do not|don't|cannot|can't) (?:allow|permit)\b", r"non-?refundable",
        r"(?:the |our )?system (?:won't|will not|does not|doesn't|cannot|can't|says)\b",
    )),
    Forbidden("justifies", "own it and say what happens next; a reason makes it worse", _any(
        r"unfortunately\b", r"as (?:i|we) (?:already )?(?:said|told|mentioned|explained)",
        r"like i said", r"due to (?:high|staff|unforeseen|circumstances|demand|the)",
        r"because (?:of|we (?:are|were))\b", r"(?:short|under)-?staffed", r"short of staff",
        r"(?:very|really|so) busy\b", r"higher than (?:usual|normal|expected)",
        r"not (?:our|my) (?:fault|job|department|responsibility)", r"nothing (?:i|we) can do\b",
        r"you have to understand", r"(?:please|you must|try to) understand", r"beyond our control",
        r"(?:these|such) things happen", r"it happens (?:a lot|sometimes|to)\b",
    )),
    Forbidden("blames", "leave fault out of it: nobody feels helped by it", _any(
        r"you should(?: have|'ve)\b", r"you (?:could|might) have (?!been)", r"if you had\b",
        r"you must\b(?! (?:be|feel|wonder)\b)", r"you were supposed",
        r"you have to\b(?! (?:worry|wait|ask)\b)",
        r"you (?:did not|didn't) (?:read|tell|say|bring|book|ask|pay|check|call|come|listen)\b",
        r"you (?:failed to|forgot|neglected)\b",
        r"your (?:own )?(?:fault|mistake|error|carelessness)\b",
        r"(?:my|our|the) (?:colleagues?|staff|team|trainee|kitchen|night shift|cleaners?) "
        r"(?:should|forgot|messed|made|did not|didn't|failed|got it wrong)",
        r"housekeeping (?:forgot|did not|didn't|failed|is slow)", r"(?:his|her|their) fault\b",
    )),
    Forbidden("is a call-centre phrase", "say it as you would to a neighbour", _any(
        r"calm down", r"i (?:\w+ )?understand (?:how|your|that you)", r"i hear you\b",
        r"valued (?:guest|customer|member)", r"we (?:value|appreciate) your\b", r"your patience",
        r"(?:any|the) inconvenience", r"rest assured", r"bear with (?:me|us)", r"kindly\b",
        r"with all due respect", r"to be (?:perfectly )?honest", r"at this (?:point in )?time",
        r"going forward", r"reach out\b", r"escalat\w+", r"per our\b", r"please be advised",
        r"no worries\b", r"policy reasons",
    )),
)  # fmt: skip

_PLEASED: Final = r"(?:enjoyed|liked?|loved|happy|pleased|satisfied|delighted|smiling)\b"
_IF_PLEASED: Final = rf"if (?:you|they|she|he)(?:'re| are| were| was| is)? (?:\w+ )?{_PLEASED}"
_GOOD: Final = r"(?:good|great|positive|nice|glowing|top|kind)"
GATING: Final = (
    _any(rf"{_IF_PLEASED}[^.?!]*\b(?:review|rating|stars?)\b"),
    _any(rf"(?:review|rating)s?\b[^.?!]*\b{_IF_PLEASED}"),
    _any(rf"(?<!not )(?<!never )only (?:the )?(?:\w+ )?{_PLEASED}"),
    _any(rf"(?:a|an|some|your|their|for) {_GOOD} (?:review|rating)"),
    _any(r"(?:five|5)[- ]?stars?\b"),
    _any(r"(?:do not|don't|never) (?:ask|invite)[^.?!]*\b(?:unhappy|angry|upset)\b[^.?!]*\breview"),
    _any(r"review\b[^.?!]*\b(?:(?<!nothing )in return|in exchange|voucher|discount|reward|prize)"),
)
"""Asking only the happy for a review, asking for a good one, or paying for one."""
REVIEW: Final = _any(r"reviews?\b", r"ratings?\b")

PAYS: Final = re.compile(
    r"\b(?:refund|voucher|discount|compensat|money back|free night|free of charge|no charge|"
    r"complimentary|on the house|gift|goodwill|upgrade)|[€£$]\s?\d|\d+ (?:euros?|pounds?|dollars?)",
    re.IGNORECASE,
)
"""Money or its like: never in a moment of safety."""
GUESSES: Final = _any(
    r"probably", r"must have (?:been|come)", r"i think it (?:was|is)", r"most likely",
    r"it was (?:just|only)\b", r"nothing serious",
)  # fmt: skip
"""A guess at the cause: never in a moment of safety."""

_COUNT: Final = (
    r"(?:\d+|an?|one|two|three|four|five|ten|fifteen|twenty|thirty|forty|half an|the next|"
    r"\{\{[^}]*\}\})"
)
NAMES_TIME: Final = re.compile(
    rf"\b(?:in|within)\s+(?:about\s+)?{_COUNT}\s*(?:minutes?|hours?|days?|weeks?)\b"
    r"|\b\d{1,2}:\d{2}\b|\btomorrow\b"
    r"|\bby (?:noon|midnight|tonight|this evening|the end of)\b",
    re.IGNORECASE,
)
"""A time said aloud: it must be promised in the front matter too, or nobody is pinged."""
STEP_TIME: Final = re.compile(
    r"(?:now|at once|right away|first|within|in|by|before|after|at|today|tonight|tomorrow|every|"
    r"until|when|then|on|while|as soon as|\{\{\s*by)\b",
    re.IGNORECASE,
)
"""How a step begins: with its time."""


def word_count(text: str) -> int:
    """Words as they are spoken; a lone dash is none."""
    return sum(1 for word in text.split() if any(c.isalnum() for c in word))


def check_length(text: str) -> list[str]:
    """Whether a Say can be spoken in time, in whatever language."""
    count = word_count(text)
    long = f"it has {count} words, at most {MOST_WORDS} can be said in 15 seconds"
    return [long] if count > MOST_WORDS else []


def check_say(text: str) -> list[str]:
    """What is wrong with a Say as it would be spoken, in plain words; empty where it is good."""
    found = check_length(text)
    if not OWNS.search(text):
        found.append("it neither owns it nor thanks")
    if _OPENS_WITH_POLICY.match(text):
        found.append("it begins with policy")
    for rule in FORBIDDEN:
        match = rule.pattern.search(text)
        if match:
            found.append(f'"{match[0]}" {rule.why}')
    if "!" in text and _SORRY.search(text):
        found.append("an apology has no exclamation mark")
    if _EMOJI.search(text):
        found.append("it has an emoji: it cannot be spoken")
    if _MARKS.search(text):
        found.append("a variable was left unfilled")
    return found


def instead_of(what: str) -> str:
    """What to write instead of a fault found by ``check_say``."""
    for rule in FORBIDDEN:
        if what.endswith(rule.why):
            return rule.instead
    return "accept it, show you can act, say sorry; one or two short sentences"


def gates_reviews(text: str) -> str:
    """The words by which ``text`` asks only the happy for a review; empty where it does not."""
    for pattern in GATING:
        match = pattern.search(text)
        if match:
            return match[0]
    return ""
