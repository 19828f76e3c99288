"""Sent: the way by which a row's answer came."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store.answer_store import IMMEDIATE
from claude_batch_desk.core.results.answer import Answer

Came = Literal[
    "batch",
    "now",  # by a call of its own
    "trial",  # tried before the job was sent
    "earlier",  # taken over from an earlier job
    "nothing",  # it was not asked, or nothing of it came
]


@dataclass(frozen=True)
class Sent:
    """With what an answer came. Times are aware UTC, by the service's clock."""

    came: Came
    batch_id: str = ""
    part: int = 0
    """Of the job, or of the run again; 1 for the first."""
    parts: int = 0
    """How many batches that job or run was sent as."""
    run: int | None = None
    """The number of the run again that asked it; None for the job itself."""
    created_at: datetime | None = None
    ended_at: datetime | None = None


def sent_with(answer: Answer, jobs: Iterable[Job]) -> Sent:
    """The way an answer came; `jobs` are its job and then the runs again of that."""
    if answer.taken_over:
        return Sent("earlier")
    if answer.batch_id == IMMEDIATE:
        return Sent("now")
    if not answer.batch_id:
        return Sent("trial" if answer.usage is not None else "nothing")
    for job in jobs:
        for part in job.parts:
            if part.batch_id == answer.batch_id:
                run = None if job.again_of is None else job.id
                parts, made, ended = len(job.parts), part.created_at, part.ended_at
                return Sent("batch", part.batch_id, part.number, parts, run, made, ended)
    return Sent("batch", answer.batch_id)
