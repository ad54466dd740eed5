"""Those rules of the linter that know English words: they look at no page in another language."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from playbooks.engine import words
from playbooks.engine.schema import Play, Site


@dataclass(frozen=True, slots=True)
class Found:
    """Something to mend at a field of a play; ``note`` where the play can be used meanwhile."""

    where: str
    what: str
    hint: str
    note: bool = False


Rule = Callable[[Play, list[Site]], Iterator[Found]]


def _times(play: Play, _: list[Site]) -> Iterator[Found]:
    if play.promise is None and words.NAMES_TIME.search(play.say):
        hint = "add a promise with what and within, so that somebody is pinged before it lapses"
        yield Found("say", "Say names a time that is promised nowhere", hint)
    for index, step in enumerate(play.do):
        if not words.STEP_TIME.match(step):
            yield Found(f"do.{index}", "a step without its time", 'begin "Within 5 minutes: ..."')
    if play.do and not play.do[0].lower().startswith("now"):
        yield Found("do.0", "the first step cannot be done now", 'begin it "Now: ..."')
    if play.promise is None and any(words.NAMES_TIME.search(part) for part in _asked(play)):
        hint = "add a promise or leave the time out of the question"
        yield Found("follow_up", "the follow-up names a time that is promised nowhere", hint)


def _asked(play: Play) -> tuple[str, str]:
    return play.follow_up.ask, play.follow_up.ask_later


def _reviews(play: Play, _: list[Site]) -> Iterator[Found]:
    hint = "ask everyone, openly, for an honest review"
    for where, text in _parts(play):
        gated = words.gates_reviews(text)
        if gated:
            yield Found(where, f'review gating: "{gated}"', hint)
        elif words.REVIEW.search(text) and not words.REVIEW.search(_unconditional(text)):
            yield Found(where, "review gating: it is asked only under a condition", hint)
    invites = any(words.REVIEW.search(text) for _, text in _parts(play))
    if invites and play.when.heat == frozenset({0}):
        yield Found("when", "review gating: only the calm are asked for a review", "leave heat out")


def _parts(play: Play) -> Iterator[tuple[str, str]]:
    yield "say", play.say
    for index, step in enumerate(play.do):
        yield f"do.{index}", step
    yield "follow_up", " ".join(_asked(play))
    if play.gesture:
        yield "gesture", play.gesture.give


def _unconditional(text: str) -> str:
    """What is said whatever the variables: the text outside every if."""
    depth, kept = 0, []
    for part in text.replace("{%", "\0{%").replace("%}", "%}\0").split("\0"):
        if part.startswith("{%"):
            word = part.strip("{%- }").split(" ")[0]
            depth += {"if": 1, "endif": -1}.get(word, 0)
        elif depth == 0:
            kept.append(part)
    return "".join(kept)


_GIFT: Final = re.compile(r"\b(?:voucher|discount|cash|gift card|money)\b", re.IGNORECASE)
_MONEY_BACK: Final = re.compile(
    r"\b(?:back|refund\w*|credit|off|fees?|price|charges?|bill|sum|amount|pay|paid|difference|"
    r"deposit|waiv\w+|costs?|rate|free)\b",
    re.IGNORECASE,
)


def _gesture(play: Play, _: list[Site]) -> Iterator[Found]:
    gesture = play.gesture
    if gesture is None:
        return
    if play.loss == "money" and not _MONEY_BACK.search(gesture.give):
        yield Found("gesture", "money was lost and no money goes back", "give the money back first")
    if play.loss in {"attention", "product"} and _GIFT.search(gesture.give):
        better = "an apology in person" if play.loss == "attention" else "an exchange"
        yield Found("gesture", "money does not fit this loss", f"give {better} first")


def _safety(play: Play, _: list[Site]) -> Iterator[Found]:
    if "safety" not in play.when.kinds:
        return
    for where, text in _parts(play):
        for pattern, what in ((words.PAYS, "money talk"), (words.GUESSES, "a guess at the cause")):
            match = pattern.search(text)
            if match and where != "gesture":
                what_found = f'"{match[0]}" is {what} in a moment of safety'
                yield Found(where, what_found, "people first, then facts")


ENGLISH_RULES: Final[tuple[Rule, ...]] = (_times, _reviews, _gesture, _safety)
