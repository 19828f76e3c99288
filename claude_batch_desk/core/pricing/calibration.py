"""Calibration: how the bills of earlier jobs compare with what was expected of them."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from claude_batch_desk.core.pricing.student import t_975

_FEWEST = 5
"""Jobs; with fewer the next is not corrected, whatever they say."""


@dataclass(frozen=True)
class Calibration:
    """Of jobs of one kind, such as one model with thinking: billed over expected.

    Only jobs whose every answer came may be among them: what was refused or canceled is not
    billed, which says nothing of the estimate.
    """

    ratio: float
    """The geometric mean: 1.1 says that bills were a tenth above what was expected."""
    spread: float
    """The standard deviation of the logarithm of single jobs' ratios; 0 for a single job."""
    jobs: int

    @classmethod
    def of(cls, ratios: Sequence[float]) -> Self | None:
        """From billed over expected of each job, which are above 0; None where there are none."""
        if not ratios:
            return None
        logs = [math.log(ratio) for ratio in ratios]
        spread = statistics.stdev(logs) if len(logs) > 1 else 0.0
        return cls(math.exp(statistics.fmean(logs)), spread, len(logs))

    @property
    def doubt(self) -> float:
        """Half the width of the 95 % interval of `ratio`, on the log scale."""
        if self.jobs <= 1:
            return math.inf
        return t_975(self.jobs - 1) * self.spread / math.sqrt(self.jobs)

    @property
    def evident(self) -> bool:
        """Whether it is more than chance that the ratio is not 1, so that it should correct."""
        return self.jobs >= _FEWEST and abs(math.log(self.ratio)) > self.doubt

    def __str__(self) -> str:
        """What it says, as a sentence for the person."""
        of = f"Your last {self.jobs} jobs like this were billed at"
        told = f"{of} {round(100 * self.ratio)} % of what was expected"
        if self.evident:
            return f"{told}; this estimate is corrected by that."
        return f"{told}, which may be chance, so nothing is corrected."
