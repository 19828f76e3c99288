"""Rows drawn by chance and tried at once, where a test is of what comes after."""

from claude_batch_desk.core.jobs.desk import Desk
from claude_batch_desk.core.jobs.job import TriedRow
from claude_batch_desk.core.jobs.trials.verbs import Trials
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.quality.sampling import Draw
from claude_batch_desk.core.report import Report


def try_random(desk: Desk, job_id: int, count: int, seed: int, report: Report) -> list[TriedRow]:
    """Answer so many random rows, the same for the same seed; each is bought once."""
    trials = Trials(desk._ground)
    picks = trials.draw(job_id, Draw("random", count, seed), report)
    return trials.try_rows(job_id, picks, report)


def price_random(desk: Desk, job_id: int, count: int, seed: int, report: Report) -> Range:
    """What that will cost at the full price, in USD."""
    return Trials(desk._ground).offer(job_id, Draw("random", count, seed), report).price
