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

    @property
    def value(self) -> float:
        """From 0 to 1; 0 where there is no row."""
        return self.hits / self.rows if self.rows else 0.0

    @property
    def low(self) -> float:
        """The lower end, from 0 to 1."""
        return wilson(self.value, self.rows)[0]

    @property
    def high(self) -> float:
        """The upper end, from 0 to 1."""
        return wilson(self.value, self.rows)[1]

    @property
    def more_to_halve(self) -> int:
        """How many more rows would make the interval half as wide, if the share stays as it is.

        0 where there is no row yet.
        """
        if not self.rows:
            return 0
        wanted = _width(self.value, self.rows) / 2
        low, high = self.rows, self.rows
        while _width(self.value, high) > wanted and high < _MOST_ROWS:
            high *= 2
        while low < high:
            middle = (low + high) // 2
            if _width(self.value, middle) > wanted:
                low = middle + 1
            else:
                high = middle
        return low - self.rows


def wilson(share: float, rows: int) -> tuple[float, float]:
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


def _width(share: float, rows: int) -> float:
    low, high = wilson(share, rows)
    return high - low
