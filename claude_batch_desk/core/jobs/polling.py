"""When to look at the service again. Nothing here waits; a timer of the window's or a loop does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from claude_batch_desk.core.errors import Busy, Unreachable
from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.priming import is_priming
from claude_batch_desk.core.service.gateway import CREATE_SECONDS

LONGEST_PAUSE = timedelta(hours=1)
"""However long the service asks to be left alone, and whatever the clock says."""
OFFLINE_PAUSE = timedelta(seconds=4)
"""With the second of a timer, a network that is back is used within five."""
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
    forget: float
    """So many seconds after a batch was made, or ended, what the service says it does not have may
    be believed to be gone; its own replies have been wrong at first."""
    pace: tuple[float, ...]
    """Seconds between looks at a running batch, while it is younger than 2 minutes, 1 hour, 24."""
    full: float
    """Seconds between two tries of a part that the service has no room for."""
    crowded: float
    """So many seconds after a part was first refused for want of room, though nothing of the
    account waits, it is taken to be more than the account may have there at once."""


LIVE = Patience(settle=CREATE_SECONDS + 120.0, looks=5, forget=3600.0, pace=(15.0, 60.0, 300.0),
                full=300.0, crowded=900.0)  # fmt: skip
PRACTICE = Patience(settle=2.0, looks=2, forget=4.0, pace=(1.0, 5.0, 60.0),
                    full=2.0, crowded=4.0)  # fmt: skip
"""The Practice service lists a batch the moment it has it."""


def is_due(look: datetime | None, now: datetime) -> bool:
    """Whether the time of a look has come.

    No look is ever planned further ahead than LONGEST_PAUSE: one that is, was planned before the
    clock was set back.
    """
    return look is not None and (look <= now or look - now > LONGEST_PAUSE)


def pause_of(error: Busy | Unreachable) -> timedelta | None:
    """How long the service asks to be left alone, within reason; None where it does not."""
    wait = error.retry_after if isinstance(error, Busy) else None
    return min(timedelta(seconds=wait), LONGEST_PAUSE) if wait else None


def is_offline(error: Busy | Unreachable) -> bool:
    """Whether a look found no way to the service: the next is made after OFFLINE_PAUSE."""
    return isinstance(error, Unreachable) and error.offline


def may_post(job: Job, number: int, now: datetime, patience: Patience) -> bool:
    """Whether a part's turn has come: those before it are out, and not in doubt since just now.

    A doubt that lasts longer than the service may take to list a batch does not hold up the rest:
    the ids in the results tell the parts apart. Where one request primes the cache, the rest waits
    for its end.
    """
    if number > 1 and is_priming(job, now):
        return False
    parts = job.parts
    return not any(part.state == "planned" or _fresh_doubt(part, now, patience)
                   for part in parts if part.number < number)  # fmt: skip


def _fresh_doubt(part: Part, now: datetime, patience: Patience) -> bool:
    began = part.sent_at or now
    return part.state == "sending" and (now - began).total_seconds() < patience.settle


def next_wait(job: Job, now: datetime, patience: Patience) -> timedelta | None:
    """How long until one of the parts is worth a look; None when none ever is.

    `now` is by the service's clock, as the parts' times are.
    """
    turns = (
        part
        for part in job.parts
        if part.state != "planned" or may_post(job, part.number, now, patience)
    )
    waits = [wait for part in turns if (wait := _wait(part, now, patience)) is not None]
    return timedelta(seconds=min(waits)) if waits else None


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
