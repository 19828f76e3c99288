"""Starts: the verbs about jobs that are sent by themselves at an agreed time."""

from dataclasses import replace
from datetime import UTC, datetime

from claude_batch_desk.core.errors import Busy, DeskError, ScheduleError, Unreachable
from claude_batch_desk.core.jobs.desk import Desk
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.starts.start import FARTHEST, MADE_UP, Start, print_of
from claude_batch_desk.core.report import Report

_CHANGED = (
    "The job was changed after its start was planned, so nothing was sent. Plan it again, or send "
    "it now."
)
_TOO_LATE = (
    "At the planned time nothing could be sent, and that is more than twelve hours ago, so it was "
    "not made up for. Nothing was sent. Plan it again, or send it now."
)


class Starts:
    """What one data folder is to send by itself. Safe to use from several threads."""

    def __init__(self, ground: Ground, desk: Desk) -> None:
        self._ground, self._desk = ground, desk
        self._starts = ground.stores.starts

    def plan(self, start: Start) -> Start:
        """Send a draft by itself, just as it is now; raises ScheduleError where that cannot be.

        Nobody is asked then, so `start.most` is all that limits what it costs, beside the budgets.
        """
        job = self._ground.job(start.job)
        if job.state != "draft":
            raise ScheduleError(f"Job {job.id} was sent already. Nothing was planned.")
        if start.at <= datetime.now(UTC):
            raise ScheduleError("This time is over. Choose one that is still to come.")
        if start.at - datetime.now(UTC) > FARTHEST:
            raise ScheduleError("This is too far ahead. Choose a time within the next 300 days.")
        planned = replace(start, note="")
        self._starts.keep(planned, print_of(job))
        return planned

    def unplan(self, job_id: int) -> None:
        """Do not send it by itself; nothing planned is no failure."""
        self._starts.forget(job_id)

    def of(self, job_id: int) -> Start | None:
        """What is planned for a job; None where nothing is."""
        return self._starts.of(job_id)

    def all(self) -> list[Start]:
        """All that is planned, and what was not sent at its time, by their times."""
        return self._starts.all()

    def is_changed(self, job: Job) -> bool:
        """Whether a planned draft is not what it was any more, so that it would not be sent."""
        asked = self._starts.asked(job.id)
        return bool(asked) and asked != print_of(job)

    def start(self, job_id: int, report: Report) -> Job:
        """Send a job whose time has come; what stands in the way for good is kept as a note.

        Raises Busy or Unreachable where it is worth another try, and other DeskErrors where it is
        not. Nothing happens to a job that was sent already, or whose time is not there.
        """
        start, job = self._starts.of(job_id), self._ground.job(job_id)
        if start is None or job.state != "draft":
            self._starts.forget(job_id)
            return job
        now = datetime.now(UTC)
        if not start.is_due(now):
            return job
        try:
            self._check(start, job, now)
            sent = self._desk.send(job_id, start.most, report, start.way, start.cache)
        except (Busy, Unreachable):
            self._settle(job_id)
            raise
        except DeskError as error:
            self._settle(job_id)
            self._starts.fail(job_id, str(error))
            raise
        self._starts.forget(job_id)
        return sent

    def _check(self, start: Start, job: Job, now: datetime) -> None:
        if now - start.at > MADE_UP:
            raise ScheduleError(_TOO_LATE)
        if self.is_changed(job):
            raise ScheduleError(_CHANGED)

    def _settle(self, job_id: int) -> None:
        """Plan nothing more where a part of it was sent before it failed."""
        if self._ground.job(job_id).state != "draft":
            self._starts.forget(job_id)
