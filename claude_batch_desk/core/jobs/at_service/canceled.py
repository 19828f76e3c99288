"""What a canceled job has cost, and what it has not."""

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.pricing.amounts import money

_BILLED = ("answered", "review", "cut_off", "refused")
"""The model has worked on these; the documentation bills nothing else."""


def cancel_words(job: Job) -> str:
    """How many rows were answered and billed before the service stopped, and how many were not.

    "" for a job that was not canceled, or still may get answers.
    """
    if not job.canceled or job.state != "done":
        return ""
    billed = sum(job.outcomes.get(each, 0) for each in _BILLED)
    rest = job.rows - billed
    if not billed:
        return "You canceled this job before any row was answered. Nothing was billed for it."
    cost = money(job.billed) if job.billed is not None else "an amount that is not known"
    was = f"{cost} was billed for it" if job.mode == "live" else f"it would have cost {cost}"
    if not rest:
        return (
            "You canceled this job, but every row was answered by then. The answers are kept, and "
            f"{was}."
        )
    return (
        f"You canceled this job. {_rows(billed)} answered by then: the answers are kept, and "
        f"{was}. {_rows(rest)} not answered and cost nothing."
    )


def _rows(count: int) -> str:
    return "1 row was" if count == 1 else f"{count:,} rows were"
