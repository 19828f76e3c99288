"""The rate limits of immediate calls: told with every answer, and kept where that is asked for."""

import math
import threading
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from claude_batch_desk.practice.faults import Faults
from claude_batch_desk.practice.wire import ApiError

_LIMITS = {"requests": 1_000, "input-tokens": 2_000_000, "output-tokens": 400_000}
"""In a minute: those of the lowest documented tier."""
_PREFIX = "anthropic-ratelimit"
_MINUTE = 60


class RateMeter:
    """What one workspace has used of its limits; each fills up evenly over a minute."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._lock = threading.Lock()
        self._used = dict.fromkeys(_LIMITS, 0.0)
        self._at = time.monotonic()

    def admit(self, now: datetime, input_tokens: int) -> None:
        """Raise ApiError for one more message where a limit that is switched on has no room.

        The tokens of its answer count when it is there, so only a limit that is used up stops it.
        """
        wanted = {"requests": 1, "input-tokens": input_tokens, "output-tokens": 1}
        with self._lock:
            self._refill()
            waits = {name: self._wait(name, count) for name, count in wanted.items()}
            name = max(waits, key=waits.__getitem__)
            if waits[name] > 0:
                headers = {"retry-after": str(math.ceil(waits[name])), **self._told(now)}
                raise ApiError(
                    429,
                    f"This request would exceed your organization's rate limit of "
                    f"{self._limit(name):,} {name.replace('-', ' ')} per minute.",
                    headers=headers,
                )
            self._used["requests"] += 1

    def use(self, now: datetime, input_tokens: int, output_tokens: int) -> Mapping[str, str]:
        """Count the tokens of a message that was admitted; the headers that tell what is left."""
        with self._lock:
            self._refill()
            self._used["input-tokens"] += input_tokens
            self._used["output-tokens"] += output_tokens
            return self._told(now)

    def _limit(self, name: str) -> int:
        return max(self._faults.size(f"{name}-a-minute", _LIMITS[name]), 1)

    def _wait(self, name: str, count: int) -> float:
        if not self._faults.strikes(f"{name}-a-minute"):
            return 0.0
        limit = self._limit(name)
        return (self._used[name] + min(count, limit) - limit) * _MINUTE / limit

    def _refill(self) -> None:
        passed, self._at = time.monotonic() - self._at, time.monotonic()
        for name in self._used:
            self._used[name] = max(self._used[name] - passed * self._limit(name) / _MINUTE, 0.0)

    def _told(self, now: datetime) -> Mapping[str, str]:
        headers: dict[str, str] = {}
        for name, used in self._used.items():
            limit = self._limit(name)
            left = max(int(limit - used), 0)
            whole = now + timedelta(seconds=used * _MINUTE / limit)
            headers[f"{_PREFIX}-{name}-limit"] = str(limit)
            headers[f"{_PREFIX}-{name}-remaining"] = str(
                left if name == "requests" else round(left, -3)
            )
            headers[f"{_PREFIX}-{name}-reset"] = (
                whole.replace(microsecond=0).isoformat().replace("+00:00", "Z")
            )
        return headers
