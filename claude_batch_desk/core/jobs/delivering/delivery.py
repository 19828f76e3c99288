"""Delivery: the file that is written by itself when a job has ended."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from claude_batch_desk.core.jobs.contents import EVERYTHING, Contents
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.results.merge import STATUS_WORDS

ANYTHING = "*"
"""In place of a hash: whatever has the name may be written over."""


@dataclass(frozen=True)
class Delivery:
    """What a person wants to find, and where, and what has come of it."""

    job: int
    path: Path
    """Absolute."""
    original: bool = False
    """A copy of the workbook that the rows came from, instead of a fresh file."""
    contents: Contents = EVERYTHING
    agreed: str = ""
    """The SHA-256 of the file that has the name now and may be written over; ANYTHING, or ""."""
    sealed: str = ""
    """The SHA-256 of the file that was about to take its place, or has."""
    runs: int = 0
    """How many runs again had handed their answers over to the job by then."""
    written_at: datetime | None = None
    """When it was known to be in its place (UTC); None while it is to be written."""
    rows: int = 0
    notes: tuple[str, ...] = ()
    """Sentences about what was written."""
    note: str = ""
    """Why the last try did not write it, as sentences; "" where there was none."""


def open_words(job: Job) -> str:
    """Which rows of a job have no usable answer yet, as a sentence; "" where all have one."""
    counts = [
        (job.outcomes.get(outcome, 0), word)
        for outcome, word in STATUS_WORDS.items()
        if outcome != "answered"
    ]
    told = [f"{count:,} {word}" for count, word in counts if count]
    rows = sum(count for count, _ in counts)
    if not rows:
        return ""
    have = "1 row has" if rows == 1 else f"{rows:,} rows have"
    return f"{have} no usable answer yet: {', '.join(told)}."
