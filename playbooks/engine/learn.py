"""What results may say: shares with their uncertainty, and silence where there are too few."""

from math import sqrt
from typing import Final

from playbooks.engine.schema import Results

FEWEST_FOR_SHARE: Final = 10
"""Known outcomes below which no percentage is shown."""
FEWEST_FOR_RANKING: Final = 30
"""Known outcomes below which nothing is ranked in a report."""
TOO_FEW: Final = "too few to say"
_Z: Final = 1.959963984540054
"""The normal quantile of a two-sided interval of 95 %."""


def wilson(successes: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), both ends from 0 to 1; (0, 1) where n is 0.

    Raises ``ValueError`` where ``successes`` cannot be of ``n``.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no share: count the outcomes again")
    if n == 0:
        return 0.0, 1.0
    share, z2 = successes / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = _Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def nps(promoters: int, detractors: int, n: int) -> tuple[float, float]:
    """Net promoter score and its standard error, both in points from -100 to 100.

    Variance p + d - (p - d)^2 of one answer; the error is its root over n. (0, 100) where n is 0.
    """
    if n == 0:
        return 0.0, 100.0
    p, d = promoters / n, detractors / n
    variance = max(0.0, p + d - (p - d) ** 2)
    return 100 * (p - d), 100 * sqrt(variance / n)


def can_say(n: int) -> bool:
    """True where ``n`` known outcomes bear a percentage."""
    return n >= FEWEST_FOR_SHARE


def can_rank(n: int) -> bool:
    """True where ``n`` known outcomes bear a ranking."""
    return n >= FEWEST_FOR_RANKING


def share_in_words(successes: int, n: int) -> str:
    """``14 of 17 (59 to 94 %)``, or that there are too few."""
    if not can_say(n):
        return TOO_FEW
    low, high = wilson(successes, n)
    return f"{successes} of {n} ({100 * low:.0f} to {100 * high:.0f} %)"


def evidence(results: Results | None) -> str:
    """How often a play worked here, for the card: ``put right in 14 of 17 here (59 to 94 %)``."""
    if results is None or not can_say(results.known):
        return TOO_FEW
    low, high = wilson(results.well, results.known)
    interval = f"{100 * low:.0f} to {100 * high:.0f} %"
    return f"put right in {results.well} of {results.known} here ({interval})"


def worth(results: Results | None) -> float:
    """The low end of the interval, for breaking ties between plays; 0 where there are too few."""
    if results is None or not can_say(results.known):
        return 0.0
    return wilson(results.well, results.known)[0]


def falls(earlier: Results, lately: Results) -> bool:
    """True where a play put right clearly less often lately: the intervals do not even touch."""
    if not (can_say(earlier.known) and can_say(lately.known)):
        return False
    return wilson(lately.well, lately.known)[1] < wilson(earlier.well, earlier.known)[0]
