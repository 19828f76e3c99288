"""Priming: one request goes first and writes the cache, the rest follows once it is answered.

It is a part of its own, the first, and keeps to the same protocol as any other; what is stored of
the parts decides whether the rest waits, so nothing is lost when the program ends meanwhile. Times
of this computer and of the service are compared, which is near enough for hours.
"""

from datetime import datetime, timedelta

from claude_batch_desk.core.jobs.job import Job, Part

LONGEST_WAIT = timedelta(hours=2)
"""Most batches end within one; after so long the rest goes all the same."""
_LIFE = timedelta(hours=1)
"""How long the service keeps the instructions where a request goes first."""


def primer(job: Job) -> Part | None:
    """The part that goes first to prime the cache; None where none does."""
    if job.cache is None or not job.cache.prime or len(job.parts) <= 1:
        return None
    return job.parts[0]


def is_priming(job: Job, now: datetime) -> bool:
    """Whether the rest is held back until the first request is answered."""
    first = primer(job)
    if first is None or first.state in ("ended", "collected", "refused", "lost"):
        return False
    return first.sent_at is None or now - first.sent_at < LONGEST_WAIT


def priming_note(job: Job) -> str:
    """Why the first request was of no use to the rest, as a sentence; "" where it was, or may be.

    The rest was sent all the same.
    """
    first = primer(job)
    sent = min((part.sent_at for part in job.parts[1:] if part.sent_at), default=None)
    if first is None or first.sent_at is None or sent is None:
        return ""
    dearer = "so the rest may pay for writing the instructions to the cache."
    in_time = first.ended_at is not None and first.ended_at <= sent
    if sent - first.sent_at >= LONGEST_WAIT and not in_time:
        return f"The request that went first was not answered within two hours, {dearer}"
    if not first.counts.succeeded:
        return f"The request that went first was not answered, {dearer}"
    if first.ended_at is not None and sent - first.ended_at > _LIFE:
        return (
            "More than an hour passed between the first answer and the sending of the rest, "
            f"{dearer}"
        )
    return ""
