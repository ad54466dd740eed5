"""Fields that help each other: heat, stage and value decided with what all fields say.

A line that praises is seldom furious, one about a review is seldom at the till. So the sums and the
chances of every field go once more through a logistic regression for each of ``FIELDS``, learned
from messages that the fields themselves were not learned from (stacking: Wolpert 1992). The kind is
left as it is: with a quarter of the messages to learn from it lost by this what it gained.
Whether something went wrong is joined for a customer's own words alone: nearly every note of staff
is about that, and taught among them the row knew less of posts than the field by itself.
"""

from collections.abc import Mapping, Sequence
from math import exp
from operator import mul
from typing import Final, TypeAlias

FIELDS: Final = ("stage", "heat", "value", "failure")
OF_OWN_WORDS: Final = frozenset({"failure"})
"""Those of ``FIELDS`` that are learned from a customer's own words, and joined in them alone."""

Rows: TypeAlias = Mapping[str, Sequence[Sequence[float]]]
"""Field -> a row for each of its labels: a weight for each number heard, and the constant."""


def heard(sums: Sequence[float], chances: Sequence[Sequence[float]]) -> list[float]:
    """What all fields say: the sums of every column, the chances field by field, and the one that
    the constant of a row is multiplied with."""
    return [*sums, *(chance for field in chances for chance in field), 1.0]


def joined(rows: Sequence[Sequence[float]], told: Sequence[float]) -> list[float]:
    """The chances of one field's labels, or of yes; ``told`` is what ``heard`` gave."""
    felt = [sum(map(mul, row, told)) for row in rows]
    if len(felt) == 1:
        return [1 / (1 + exp(-max(-30.0, min(30.0, felt[0]))))]
    top = max(felt)
    powers = [exp(each - top) for each in felt]
    whole = sum(powers)
    return [power / whole for power in powers]
