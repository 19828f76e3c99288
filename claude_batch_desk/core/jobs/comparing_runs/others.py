"""Others: what a job can be put beside, and why not what it cannot."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import Report

How = Literal[
    "repeated",  # a run again of it: its own answers before and after
    "table",  # it is of the same table
    "columns",  # its table has columns that this one has as well
    "",  # it cannot be
]
_ORDER: tuple[How, ...] = ("repeated", "table", "columns", "")


@dataclass(frozen=True)
class Other:
    """A run that a job can, or cannot, be put beside."""

    job: Job
    how: How
    shared: tuple[str, ...] = ()
    """The columns of both tables, where these are two."""
    why_not: str = ""
    """A sentence for the person where it cannot."""


def others(ground: Ground, job_id: int, report: Report) -> tuple[Other, ...]:
    """See RunComparing.others."""
    job = ground.job(job_id)
    if job.sent_at is None:
        raise StoreError("This job was not sent yet, so it has no answers to compare.")
    found = [*_found(ground, job, report)]
    return tuple(sorted(found, key=lambda each: _ORDER.index(each.how)))


def _found(ground: Ground, job: Job, report: Report) -> Iterator[Other]:
    for run in ground.stores.jobs.runs_of(job.id):
        if run.state == "done":
            yield Other(run, "repeated")
        else:
            yield Other(run, "", why_not="It is not done, so the earlier answers still hold.")
    here = ground.table_of(job).columns
    jobs = [each for each in ground.stores.jobs.jobs() if each.id != job.id]
    for number, other in enumerate(jobs):
        report(number, len(jobs))
        yield _beside(ground, job, here, other)


def _beside(ground: Ground, job: Job, here: tuple[str, ...], other: Job) -> Other:
    if other.sent_at is None or other.table_id is None:
        return Other(other, "", why_not="It was not sent yet.")
    if set(other.outcomes) <= {"waiting"}:
        return Other(other, "", why_not="It has no answers yet.")
    if other.table_id == job.table_id:
        return Other(other, "table")
    there = set(ground.table_of(other).columns)
    if shared := tuple(name for name in here if name in there):
        return Other(other, "columns", shared)
    return Other(other, "", why_not="Its table has other columns, so its rows are others.")
