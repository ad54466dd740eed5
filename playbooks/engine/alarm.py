"""Whether a manager must be told at once: the evidence of several fields, weighed together.

The model of ``escalate`` alone does not see that a tier, a repetition and a failure come together,
or that what happened is danger. So its word is joined with theirs in one more logistic regression,
learned from messages that the fields themselves were not learned from (stacking: Wolpert 1992). Its
weights travel with the model.
"""

from collections.abc import Sequence
from math import exp, log
from typing import Final

EVIDENCE: Final = ("escalate", "safety", "umot", "furious", "vip-again", "grave")


def _odds(chance: float) -> float:
    kept = min(0.9999, max(0.0001, chance))
    return log(kept / (1 - kept))


def evidence(
    escalate: float,
    safety: float,
    umot: float,
    furious: float,
    vip: float,
    again: float,
    grave: float,
) -> tuple[float, ...]:
    """One number for each of ``EVIDENCE``. All arguments are chances from 0 to 1."""
    return _odds(escalate), _odds(safety), umot, furious, vip * again, grave


def alarmed(numbers: Sequence[float], weights: Sequence[float]) -> float:
    """The chance from 0 to 1 that a manager must know; ``weights`` end with their constant."""
    felt = weights[-1] + sum(n * w for n, w in zip(numbers, weights[:-1], strict=True))
    return 1 / (1 + exp(-max(-30.0, min(30.0, felt))))
