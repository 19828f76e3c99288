"""Alerts: what a person should know of a job in time, because the service forgets or gives up.

By its documentation (November 2026) a batch ends within 24 hours of its making, and its results
are kept for 29 days from then, whenever it ended.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from claude_batch_desk.core.jobs.job import Job, Part

RESULTS_KEPT = timedelta(days=29)
"""From when the batch was made."""
SLOW_FROM = timedelta(hours=20)
"""Hardly any batch takes so long; after 24 hours it ends, whatever is left of it."""
_TOLD_FROM = timedelta(days=7)
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_LAST_DAYS = 3


@dataclass(frozen=True)
class Alert:
    """One thing to know, and how soon it matters."""

    kind: Literal["slow", "expiring", "unexported"]
    tone: Literal["info", "warning", "error"]
    short: str
    """A few words, for a list."""
    text: str
    """Sentences: what is so, what is safe, what to do."""


def alerts(job: Job, now: datetime) -> tuple[Alert, ...]:
    """What there is to know of a job at `now`, the most urgent first."""
    found = (_expiring(job, now), _slow(job, now), _unexported(job, now))
    return tuple(each for each in found if each is not None)


def kept_until(part: Part) -> datetime | None:
    """When the service forgets the results of a part; None where it has none."""
    return part.created_at + RESULTS_KEPT if part.created_at and not part.deleted_at else None


def _slow(job: Job, now: datetime) -> Alert | None:
    waiting = [part for part in job.parts if part.state == "sent" and part.created_at]
    oldest = min(waiting, key=lambda part: part.created_at or now, default=None)
    if oldest is None or oldest.created_at is None or now - oldest.created_at < SLOW_FROM:
        return None
    hours = (now - oldest.created_at) // _HOUR
    ends = oldest.expires_at or oldest.created_at + _DAY
    name = _name(job, oldest)
    text = f"{name[0].upper()}{name[1:]} has been at the service for {hours} hours. "
    if now < ends:
        text += (
            f"What it has not worked on by {_clock(ends)} expires, unanswered and not billed; "
            "what is answered by then comes back. Nothing needs to be done."
        )
    else:
        text += f"It should have ended by {_clock(ends)}; the next look tells."
    return Alert("slow", "warning", f"{hours} h at the service", text)


def _expiring(job: Job, now: datetime) -> Alert | None:
    """Answers that are at the service alone."""
    if job.state not in ("sending", "waiting"):
        return None
    ends = [(kept_until(part), part) for part in job.parts if part.state in ("sent", "ended")]
    known = [(end, part) for end, part in ends if end is not None]
    if not known:
        return None
    end, part = min(known, key=lambda each: each[0])
    left = end - now
    if not timedelta(0) < left <= _TOLD_FROM:
        return None
    text = (
        f"The service keeps the answers of {_name(job, part)} until {_clock(end)}, {_days(left)} "
        "from now, and they are not all here yet. Leave the program open and this computer "
        "connected, so that they are fetched, or look now."
    )
    tone: Literal["warning", "error"] = "error" if left <= _DAY * _LAST_DAYS else "warning"
    return Alert("expiring", tone, f"{_days(left)} left to fetch", text)


def _unexported(job: Job, now: datetime) -> Alert | None:
    """Answers that are here and nowhere else once the service has forgotten them."""
    ends = [end for part in job.parts if part.batch_id and (end := kept_until(part))]
    if job.state != "done" or job.exported_at is not None or not ends:
        return None
    end = min(ends)
    left = end - now
    if not timedelta(0) < left <= _TOLD_FROM:
        return None
    text = (
        f"This job was not exported yet. Its answers are kept on this computer; the service's own "
        f"copy goes on {_clock(end)}, {_days(left)} from now. Export it, or make a backup, and "
        "they are in two places."
    )
    tone: Literal["info", "warning"] = "warning" if left <= _DAY else "info"
    return Alert("unexported", tone, "not exported", text)


def _name(job: Job, part: Part) -> str:
    batches = sum(1 for each in job.parts if each.requests)
    return f"part {part.number} of this job" if batches > 1 else "the batch of this job"


def _days(left: timedelta) -> str:
    days = math.ceil(left / _DAY)
    return "1 day" if days == 1 else f"{days} days"


def _clock(moment: datetime) -> str:
    """On the person's clock."""
    here = moment.astimezone()
    return f"{here.day} {here:%B, %H:%M}"
