"""When to look at the service again. Nothing here waits; a timer of the window's or a loop does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from claude_batch_desk.core.jobs.job import Part
from claude_batch_desk.core.service.gateway import CREATE_SECONDS

_YOUNG, _GROWN = 120.0, 3600.0  # seconds
_BACKOFF = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0)


@dataclass(frozen=True)
class Patience:
    """How long to look for a batch before concluding that the service never took it, in seconds.

    The service's list may be late, so both must have passed: `looks` looks and `settle` seconds
    since the POST began.
    """

    settle: float
    looks: int
    pace: tuple[float, ...]
    """Seconds between looks at a running batch, while it is younger than 2 minutes, 1 hour, 24."""


LIVE = Patience(settle=CREATE_SECONDS + 120.0, looks=5, pace=(15.0, 60.0, 300.0))
PRACTICE = Patience(settle=2.0, looks=2, pace=(1.0, 5.0, 60.0))
"""The Practice service lists a batch the moment it has it."""


def next_look(parts: Sequence[Part], now: datetime, patience: Patience) -> datetime | None:
    """The earliest time at which one of the parts is worth a look; None when none ever is."""
    waits = [wait for part in parts if (wait := _wait(part, now, patience)) is not None]
    return now + timedelta(seconds=min(waits)) if waits else None


def _wait(part: Part, now: datetime, patience: Patience) -> float | None:
    if part.state in ("collected", "refused", "lost"):
        return None
    if part.failures or part.state == "sending":
        fast = patience.pace[0]
        return min(_BACKOFF[min(part.failures, len(_BACKOFF) - 1)], 300.0 if fast > 1 else 2.0)
    if part.state in ("planned", "ended"):
        return 0.0
    age = (now - (part.created_at or now)).total_seconds()
    quick, steady, slow = patience.pace
    return quick if age < _YOUNG else steady if age < _GROWN else slow
