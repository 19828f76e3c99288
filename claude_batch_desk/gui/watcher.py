"""Keeps every job that was sent going, whichever job the window shows."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.polling import is_due
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.tasks import TaskRunner

_TICK = 1_000
"""Milliseconds; when to look is decided by the clock, so a sleeping laptop catches up."""
_REST = timedelta(minutes=1)
"""After a look that failed."""


class Advances(Protocol):
    """The verb of the desk that the watcher needs."""

    def advance(self, job_id: int, report: Report) -> Job:
        """Look at the service and settle what can be settled."""
        ...


class Watcher(QObject):
    """Looks at the service for each job when its time has come; never two looks at one job."""

    moved = Signal(object)
    """This Job was looked at."""

    def __init__(self, desk: Advances, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._tasks = desk, tasks
        self._jobs: dict[int, Job] = {}
        self._looking: set[int] = set()
        self._rest_until: dict[int, datetime] = {}
        self._spared: int | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look from now on."""
        self._timer.start()

    def watch(self, jobs: Sequence[Job]) -> None:
        """These are the jobs there are."""
        self._jobs = {job.id: job for job in jobs if job.state in ("sending", "waiting")}

    def spare(self, job_id: int | None) -> None:
        """Leave this job to the page that shows it."""
        self._spared = job_id

    @Slot()
    def look(self) -> None:
        """Look at every job whose time has come."""
        now = datetime.now(UTC)
        for job in self._jobs.values():
            rested = is_due(self._rest_until.get(job.id, now), now)
            due = not job.paused and is_due(job.next_look or now, now)
            free = job.id != self._spared and job.id not in self._looking
            if due and rested and free and not self._has_to_wait(job):
                self._look_at(job.id)

    def _has_to_wait(self, job: Job) -> bool:
        """Immediate calls take a worker for as long as they last: one such job after the other."""
        asking = (self._jobs[each].way for each in self._looking if each in self._jobs)
        return job.way == "now" and "now" in asking

    def _look_at(self, job_id: int) -> None:
        self._looking.add(job_id)
        self._tasks.start(
            self._desk.advance,
            job_id,
            owner=self,
            done=self._take,
            failed=partial(self._later, job_id),
            ended=lambda: self._looking.discard(job_id),
        )

    def _take(self, job: Job) -> None:
        if job.state in ("sending", "waiting"):
            self._jobs[job.id] = job
        else:
            self._jobs.pop(job.id, None)
        self.moved.emit(job)

    def _later(self, job_id: int, error: BaseException) -> None:
        """No key or no network: the job's own page says so, here it is tried again later."""
        if not isinstance(error, DeskError):
            raise error
        self._rest_until[job_id] = datetime.now(UTC) + _REST
