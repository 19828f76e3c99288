"""Sends the job that the window shows, once."""

from decimal import Decimal
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from claude_batch_desk.core.jobs.job import Job, Way
from claude_batch_desk.core.pricing.caching import CacheUse
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.widgets import Busy


class SendsJobs(Protocol):
    """The verbs of the desk that sending needs."""

    def send(
        self,
        job_id: int,
        budget: Decimal | None,
        report: Report,
        way: Way = "batch",
        cache: CacheUse | None = None,
    ) -> Job:
        """Send it, once."""
        ...

    def job(self, job_id: int) -> Job:
        """The job as it is stored."""
        ...


class Sender(QObject):
    """One submission at a time; whoever asks again while it is under way is not heard."""

    failed = Signal(object)
    """It could not be sent, or not all of it, for this reason."""
    ended = Signal()
    """Nothing is under way any more, however that went."""

    def __init__(self, desk: SendsJobs, tasks: TaskRunner, draft: Draft, busy: Busy) -> None:
        super().__init__(busy)
        self._desk, self._tasks, self._draft, self._busy = desk, tasks, draft, busy
        self._task: Task | None = None

    @property
    def under_way(self) -> bool:
        """Money may be spent at this moment."""
        return self._task is not None

    def send(self, job: Job, budget: Decimal | None, way: Way, cache: CacheUse | None) -> None:
        """Send this job in this way."""
        if self._task is not None:
            return
        told = self.tr("Sending. Please leave the window open …")
        if way == "now":
            told = self.tr("Preparing the calls. Please leave the window open …")
        self._busy.begin(told, cancellable=False)
        self._task = self._tasks.start(
            partial(self._desk.send, way=way, cache=cache),
            job.id,
            budget,
            owner=self,
            done=self._draft.show_job,
            failed=self._fail,
            progress=self._busy.advance,
            ended=self._end,
        )

    def _fail(self, error: BaseException) -> None:
        """What was sent in spite of the failure is known to the store alone."""
        if self._draft.job is not None:
            self._draft.show_job(self._desk.job(self._draft.job.id))
        self.failed.emit(error)

    def _end(self) -> None:
        self._task = None
        self.ended.emit()
