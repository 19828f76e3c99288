"""How far an average may be from the truth, judged from few measurements with care."""

import math
from collections.abc import Sequence

from claude_batch_desk.core.pricing.student import t_975

_PRIOR_WEIGHT = 2
"""A handful of measurements may agree by chance; the spread is judged as if so many more, with a
deviation that is usual for their kind, had been seen."""


def variance(off: Sequence[float], usual: float, fitted: int = 0) -> float:
    """The relative variance of single measurements, from how far each is off.

    `usual` is the relative deviation of such measurements before any was made; `fitted` is how
    many slopes were fitted to them beside their average.
    """
    squares = sum(one * one for one in off) + _PRIOR_WEIGHT * usual**2
    return squares / (max(len(off) - 1 - fitted, 0) + _PRIOR_WEIGHT)


def reach(n: float, fitted: int = 0) -> float:
    """How many standard errors make the 95 % interval of an average of `n` measurements."""
    return t_975(max(int(n + 0.5) - 1 - fitted, 0) + _PRIOR_WEIGHT)


def shrinks(n: float, more: int, left: float) -> float:
    """The share of an interval's width that is left with `more` measurements beside `n`.

    The interval is for the average of `left` others, of which `more` are then measured too.
    """
    fewer = max(left - more, 1)
    now = reach(n) ** 2 * (1 / n + 1 / max(left, 1))
    then = reach(n + more) ** 2 * (1 / (n + more) + 1 / fewer)
    return min(math.sqrt(then / now), 1.0)
