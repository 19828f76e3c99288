"""Timing: the verbs about how soon answers are wanted, and what is in time for that."""

from datetime import datetime

from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.timing.advice import TimeAdvice, advise, few_words, usual_words
from claude_batch_desk.core.jobs.timing.history import History
from claude_batch_desk.core.jobs.timing.need import Need
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.report import Report


class Timing:
    """What one data folder knows of time. Safe to use from several threads."""

    def __init__(self, ground: Ground) -> None:
        self._stores = ground.stores

    def history(self, report: Report) -> History:
        """How long earlier Live batches and calls took; those of Practice say nothing of it."""
        report(0, 0)
        return self._stores.needs.history("live")

    def usual(self, job_id: int, report: Report) -> str:
        """How long batches like those of a job that was sent take, as a sentence."""
        job = self._stores.jobs.job(job_id)
        largest = max((part.requests for part in job.parts), default=job.requests)
        history = self.history(report)
        pace = history.pace(largest)
        words = usual_words(pace)
        return words if pace is not None else f"{words} {few_words(history)}".rstrip()

    @staticmethod
    def ways_in_time(need: Need, estimate: Estimate, history: History, now: datetime) -> TimeAdvice:
        """Which way of sending is in time for a job that is sent `now`; takes no time itself."""
        return advise(need, estimate, history, now)
