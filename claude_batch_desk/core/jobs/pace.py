"""Pace: how many immediate calls may be under way, by what the service tells of its limits.

Nothing here waits or looks at a clock: `now` is in seconds of a clock that is never set back.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import SystemRandom

from claude_batch_desk.core.errors import Busy, Trouble
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.service.rate_limits import Limited, RateLimit

FIRST, MOST = 4.0, 100.0
"""So many calls are side by side at first, and at most: a thread each."""
_ROOM = 0.2
"""Where less than this share of a limit is left, no more calls are added."""
_BOLD, _CAREFUL = 0.5, 0.0625
"""Calls that are added for each answer: before the first trouble, and after it at the least."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_WHY: Mapping[Trouble, str] = {
    "limit": "The service is limiting how much this account may ask.",
    "ramp": "This account asks for more too suddenly, so the service wants it to be slower.",
    "overloaded": "The service is overloaded at the moment.",
    "failed": "The service has a problem at the moment.",
    "broken": "The connection broke before answers were here; they may be billed all the same.",
}
_SMOOTH = 0.1
"""How much each answer counts in what the next is taken to use."""


@dataclass
class _Bucket:
    """What is left of one limit, and how fast it fills up."""

    limit: float
    level: float
    per_second: float
    heard: float

    def left(self, now: float) -> float:
        return min(self.level + self.per_second * (now - self.heard), self.limit)


class Pace:
    """Starts low, adds calls while there is room, and takes them back where there is trouble."""

    def __init__(self, chance: Callable[[], float] | None = None) -> None:
        """`chance` gives numbers from 0 up to 1, which keep many from asking again together."""
        self._chance = chance or SystemRandom().random
        self._width = FIRST
        self._bold = True
        self._buckets: dict[Limited, _Bucket] = {}
        self._each: dict[Limited, float] = {"requests": 1.0}
        self._resumes = self._cut = float("-inf")
        self._troubles = 0
        self.why = ""
        """Why calls wait, as a sentence; "" once an answer came after the trouble."""

    @property
    def width(self) -> int:
        """So many calls may be side by side."""
        return int(self._width)

    def pause(self, now: float) -> float:
        """Seconds for which nothing may begin, because the service asked for it."""
        return max(self._resumes - now, 0.0)

    def room(self, under_way: int, now: float) -> int:
        """How many more calls may begin."""
        if now < self._resumes:
            return 0
        free = self.width - under_way
        for of, bucket in self._buckets.items():
            each = min(self._each.get(of, 1.0), bucket.limit)
            # Calls under way may be counted already; what they will write is not.
            free = min(free, int(bucket.left(now) / each) - under_way)
        return max(free, 0)

    def answered(self, usage: Usage | None, limits: Sequence[RateLimit], now: float) -> None:
        """An answer came; `usage` is None where it was not billed."""
        if now >= self._resumes:  # else it was asked before the trouble began
            self._troubles, self.why = 0, ""
        for limit in limits:
            rate = (limit.limit - limit.remaining) / limit.full_in if limit.full_in else 0.0
            per_second = rate or limit.limit / 60
            self._buckets[limit.of] = _Bucket(limit.limit, limit.remaining, per_second, now)
        if usage is not None:
            self._learn("input-tokens", usage.input + usage.cache_write_5m + usage.cache_write_1h)
            self._learn("output-tokens", usage.output)
        if all(each.left(now) >= _ROOM * each.limit for each in self._buckets.values()):
            step = _BOLD if self._bold else max(1 / self._width, _CAREFUL)
            self._width = min(self._width + step, MOST)

    def troubled(self, error: Busy, began: float, now: float) -> None:
        """A call that began then came to nothing; of those before the last cut, one cut is enough.

        Where the service says how long to wait, nothing begins until exactly then.
        """
        self.why = _WHY[error.kind]
        if began >= self._cut:
            self._cut, self._bold = now, False
            self._width = max(self._width / 2, 1.0)
            self._troubles += 1
        wait = error.retry_after
        if wait is None:
            longest = min(_FIRST_PAUSE * 2.0 ** (self._troubles - 1), _LONGEST_PAUSE)
            wait = longest * (0.5 + self._chance() / 2)
        self._resumes = max(self._resumes, now + wait)

    def _learn(self, of: Limited, used: int) -> None:
        before = self._each.get(of)
        each = float(used) if before is None else before + _SMOOTH * (used - before)
        self._each[of] = max(each, 1.0)
