"""History: how long earlier batches and immediate calls of this data folder took."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

_ALIKE = 3
"""A batch is of about the same size as one with a third to three times its requests."""
_FEWEST = 5
"""With fewer, nothing can be built on them."""
_FEWEST_JOBS = 3
ENOUGH_FOR_95 = 20
"""With fewer, the 95th percentile is the longest of them."""


@dataclass(frozen=True)
class Span:
    """So many requests were answered in so many seconds, by the clock of who answered them."""

    requests: int
    seconds: float


@dataclass(frozen=True)
class Pace:
    """How long a number of earlier batches took, in seconds."""

    batches: int
    half: float
    """The median: half of them took no longer."""
    most: float
    """The 95th percentile, by the nearest rank; of fewer than ENOUGH_FOR_95 the longest."""
    longest: float
    alike: bool
    """They were of about the same size; False where too few were, so that all are taken."""


@dataclass(frozen=True)
class History:
    """What took how long, the newest first."""

    batches: tuple[Span, ...] = ()
    calls: tuple[Span, ...] = ()
    """Whole jobs of immediate calls."""

    def pace(self, requests: int) -> Pace | None:
        """How long batches of about this size took; None where there were too few to tell."""
        alike = [span for span in self.batches if _alike(span.requests, requests)]
        chosen = alike if len(alike) >= _FEWEST else self.batches
        if len(chosen) < _FEWEST:
            return None
        seconds = sorted(span.seconds for span in chosen)
        return Pace(
            batches=len(seconds),
            half=_nearest_rank(seconds, 0.5),
            most=_nearest_rank(seconds, 0.95) if len(seconds) >= ENOUGH_FOR_95 else seconds[-1],
            longest=seconds[-1],
            alike=chosen is alike,
        )

    def seconds_per_call(self) -> float | None:
        """The median of what a request took in whole jobs of calls; None where too few were."""
        each = [span.seconds / span.requests for span in self.calls if span.requests]
        return statistics.median(each) if len(each) >= _FEWEST_JOBS else None


def _alike(one: int, other: int) -> bool:
    return max(one, other) <= _ALIKE * min(one, other)


def _nearest_rank(ascending: Sequence[float], share: float) -> float:
    return ascending[math.ceil(share * len(ascending)) - 1]
