"""Intervals: how far a share that was counted on some rows may be from that of all such rows."""

import math
from dataclasses import dataclass

_Z = 1.959963984540054
"""The 97.5 % point of the normal distribution: 95 of 100 such intervals hold the true share."""
_MOST_ROWS = 1 << 40
"""More than any table has."""


@dataclass(frozen=True)
class Share:
    """So many `hits` of `rows`, with an interval that holds the true share in 95 of 100 cases."""

    hits: int
    rows: int
    estimate: float | None = None
    """The share, where these rows do not all stand for equally many; None for hits / rows."""
    worth: float | None = None
    """So many rows that stand for equally many would say as much; None for `rows`."""

    @property
    def value(self) -> float:
        """From 0 to 1; 0 where there is no row."""
        if self.estimate is not None:
            return self.estimate
        return self.hits / self.rows if self.rows else 0.0

    @property
    def low(self) -> float:
        """The lower end, from 0 to 1."""
        return wilson(self.value, self._worth)[0]

    @property
    def high(self) -> float:
        """The upper end, from 0 to 1."""
        return wilson(self.value, self._worth)[1]

    @property
    def _worth(self) -> float:
        return self.rows if self.worth is None else self.worth

    @property
    def more_to_halve(self) -> int:
        """How many more rows would make the interval half as wide, if the share stays as it is.

        0 where there is no row yet.
        """
        if not self.rows:
            return 0
        each = self._worth / self.rows
        wanted = _width(self.value, self._worth) / 2
        low, high = self.rows, self.rows
        while _width(self.value, high * each) > wanted and high < _MOST_ROWS:
            high *= 2
        while low < high:
            middle = (low + high) // 2
            if _width(self.value, middle * each) > wanted:
                low = middle + 1
            else:
                high = middle
        return low - self.rows


@dataclass
class Weighed:
    """Rows while they are counted, each with how many others it stands for."""

    rows: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, weight: float) -> None:
        """Count one row."""
        self.rows += 1
        self.total += weight
        self.squares += weight * weight


def weighed_share(hits: Weighed, of: Weighed) -> Share:
    """The share of `hits` among the rows `of` which they are.

    What these are worth is the effective sample size of L. Kish (1965): the square of the sum of
    the weights by the sum of their squares. Equal weights make no difference.
    """
    worth = of.total**2 / of.squares if of.squares else 0.0
    if math.isclose(worth, of.rows, rel_tol=1e-9):
        return Share(hits.rows, of.rows)
    return Share(hits.rows, of.rows, hits.total / of.total, worth)


def wilson(share: float, rows: float) -> tuple[float, float]:
    """The ends of the score interval of E. B. Wilson (1927) at 95 %, each from 0 to 1.

    Unlike the interval of the school book it keeps its promise for few rows, and for shares of
    none and of all (Brown, Cai and DasGupta 2001, Statistical Science 16:101).
    """
    if not rows:
        return 0.0, 1.0
    scale = 1 + _Z**2 / rows
    centre = (share + _Z**2 / (2 * rows)) / scale
    half = _Z / scale * math.sqrt(share * (1 - share) / rows + _Z**2 / (4 * rows**2))
    low, high = max(centre - half, 0.0), min(centre + half, 1.0)
    # Exact where rounding would leave a little of the impossible.
    return (low if share > 0 else 0.0), (high if share < 1 else 1.0)


def _width(share: float, rows: float) -> float:
    low, high = wilson(share, rows)
    return high - low
