"""What a line shows the learned model: its words and the marks that facts leave on it."""

from collections.abc import Iterable
from typing import NamedTuple

from playbooks.engine import facts
from playbooks.engine.linear import post_pieces
from playbooks.engine.matters import together
from playbooks.engine.normalise import shouted, taken_apart
from playbooks.engine.rules import grave, in_own_words, posted
from playbooks.engine.tongues import in_english, tongues
from playbooks.engine.vocabulary import ENGLISH, Value


class Signs(NamedTuple):
    """One line taken apart once; ``raw`` are the words as typed, ``words`` as they are counted;
    ``loyal`` and ``again`` are the words that state a tier or habit and a repetition."""

    plain: str
    folded: str
    raw: tuple[str, ...]
    words: tuple[str, ...]
    marks: tuple[str, ...]
    seen: frozenset[str]
    loyalty: Value
    loyal: str
    again: str
    tongue: str
    heard: str
    """The language the line is clearly in, empty where that is unclear; not told to the model."""
    english: tuple[str, ...]
    """The words one by one in English, empty where they are English already."""
    danger: str
    """The words for which a manager must know at once."""


def signs(text: str, industries: Iterable[str] = (), *, post: bool = False) -> Signs:
    """Take a line apart. Marks look like ``<again>``: no typed word can forge one. ``post`` says
    of a lesson that it is one though it names no account."""
    line, folded, raw, counted = taken_apart(text)
    seen = frozenset(raw)
    loyalty, loyal = facts.loyalty(folded, seen)
    again = facts.again(folded, seen)
    marks = [f"<size{min(len(raw) // 6, 6)}>", *(f"<at-{industry}>" for industry in industries)]
    marks += [f"<^{word}>" for word in counted[:2]]
    if loud := shouted(line):
        marks.append(f"<loud{min(loud, 2)}>")
    if loyalty != "unknown":
        marks.append(f"<{loyalty}>")
    if again:
        marks.append("<again>")
    if again and loyalty == "vip":
        marks.append("<vip-again>")
    marks += facts.moods(counted)
    spoken, heard = tongues(counted)
    danger = grave(folded, seen, foreign=spoken != ENGLISH)
    if danger:
        marks.append("<grave>")
    # What a customer posts and what a clerk notes may use one word for two things: an hour on hold
    # is slow to her and bad service to him.
    if spoken == ENGLISH and (post or in_own_words(line, seen)):
        marks += ["<own>", *(f"<own-{word}>" for word in dict.fromkeys(counted))]
        if post or posted(line):
            marks += post_pieces(counted, together(counted))
    english = in_english(counted, spoken)
    if spoken != ENGLISH:
        marks.append(f"<in-{spoken}>")
    return Signs(
        line, folded, raw, counted, tuple(marks), seen, loyalty, loyal, again, spoken, heard,
        english, danger,
    )  # fmt: skip
