"""Comparing: whether two models, or two prompts, differ by more than chance on the same rows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from claude_batch_desk.core.pricing.student import t_975
from claude_batch_desk.core.quality.intervals import wilson

NOISE = 0.05
"""A difference that chance alone makes in more cases than this is not more than noise."""
_Z = 1.959963984540054
_MOST_ROWS = 1 << 20


@dataclass(frozen=True)
class Paired:
    """The same rows answered twice, each answer right or wrong.

    Rows on which both are right, or both are wrong, say nothing of which is better.
    """

    rows: int
    first_only: int
    """Rows on which only the first is right."""
    second_only: int
    """Rows on which only the second is right."""

    @property
    def chance(self) -> float:
        """How often chance alone would part as unevenly, if both were equally good.

        The exact test of McNemar (1947), which is the sign test of the rows on which one is right.
        """
        return sign_test(self.first_only, self.second_only)

    @property
    def is_noise(self) -> bool:
        """Whether chance alone may well have made the difference."""
        return self.chance > NOISE

    @property
    def gain(self) -> float:
        """By how much the second is right more often than the first, from -1 to 1."""
        return (self.second_only - self.first_only) / self.rows if self.rows else 0.0

    @property
    def gain_range(self) -> tuple[float, float]:
        """Holds the true gain in 95 of 100 cases; see `gain_interval`."""
        return gain_interval(self.first_only, self.second_only, self.rows)

    @property
    def more_to_tell(self) -> int:
        """How many more rows would tell, if they go on as these do; 0 where they have told.

        0 as well where both are right equally often: then no number of rows would.
        """
        first, second = sorted((self.first_only, self.second_only))
        if not self.is_noise or first == second:
            return 0
        low, high = self.rows, self.rows
        while self._noise_at(high) and high < _MOST_ROWS:
            high *= 2
        while low < high:
            middle = (low + high) // 2
            if self._noise_at(middle):
                low = middle + 1
            else:
                high = middle
        return low - self.rows

    def _noise_at(self, rows: int) -> bool:
        scale = rows / self.rows
        return sign_test(round(self.first_only * scale), round(self.second_only * scale)) > NOISE


def sign_test(first: int, second: int) -> float:
    """The two-sided chance that `first + second` fair coins fall at least as unevenly."""
    coins, fewer = first + second, min(first, second)
    if first == second:
        return 1.0
    # By logarithms: the number of ways outgrows a float at 1,030 coins.
    ways = (
        math.lgamma(coins + 1) - math.lgamma(each + 1) - math.lgamma(coins - each + 1)
        for each in range(fewer + 1)
    )
    return min(2 * math.fsum(math.exp(each - coins * math.log(2)) for each in ways), 1.0)


def gain_interval(first_only: int, second_only: int, rows: int) -> tuple[float, float]:
    """The interval of Bonett and Price (2012) for a difference of two shares of the same rows.

    J. Educ. Behav. Stat. 37:479. It is Wald's after one row was added to each of the two kinds
    on which only one is right, and keeps its promise for few rows too.
    """
    if not rows:
        return -1.0, 1.0
    first, second = (first_only + 1) / (rows + 2), (second_only + 1) / (rows + 2)
    gain = second - first
    half = _Z * math.sqrt(max(first + second - gain**2, 0.0) / (rows + 2))
    return max(gain - half, -1.0), min(gain + half, 1.0)


@dataclass(frozen=True)
class Mean:
    """A mean of rows with an interval that holds the true one in 95 of 100 cases."""

    value: float
    low: float
    high: float


def mean_of(values: Sequence[float], weights: Sequence[float]) -> Mean:
    """The mean of one or more values, with Student's interval; a single one has no width.

    With different weights it is the interval of a ratio (Cochran 1977, Sampling Techniques, 6.4).
    """
    count, whole = len(values), math.fsum(weights)
    weighted = [*zip(values, weights, strict=True)]
    mean = math.fsum(value * weight for value, weight in weighted) / whole
    if count == 1:
        return Mean(mean, mean, mean)
    squares = math.fsum((weight * (value - mean)) ** 2 for value, weight in weighted)
    half = t_975(count - 1) * math.sqrt(squares * count / (count - 1)) / whole
    return Mean(mean, mean - half, mean + half)


@dataclass(frozen=True)
class Stratum:
    """Rows of one kind, of which some were judged."""

    rows: int
    judged: int
    right: int


def accuracy_of(strata: Sequence[Stratum]) -> Mean | None:
    """The share of all rows that are right, where some kinds were judged more than others.

    None where nobody judged any row of some kind, so that it cannot be told. Each kind counts by
    its rows; the interval is Wilson's with as many rows as are worth the judged ones (L. Kish
    1965, Survey Sampling, 11.7).
    """
    there = [each for each in strata if each.rows]
    if not there or any(not each.judged for each in there):
        return None
    rows = sum(each.rows for each in there)
    value = math.fsum(each.rows / rows * each.right / each.judged for each in there)
    worth = rows**2 / math.fsum(each.rows**2 / each.judged for each in there)
    return Mean(value, *wilson(min(value, 1.0), max(int(worth), 1)))
