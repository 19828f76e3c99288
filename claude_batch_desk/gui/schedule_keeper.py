"""Sends prepared jobs at their agreed times, as long as the window is open."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from claude_batch_desk.core.errors import Busy, DeskError, Unreachable
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.starts.start import Start
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.schedule import entries
from claude_batch_desk.core.schedule.keepers import keeper_here
from claude_batch_desk.gui.tasks import TaskRunner

_TICK = 1_000
"""Milliseconds; the time is the clock's, so a sleeping laptop catches up."""
_LISTING = 3_000
"""A scheduled run, which is another process, may have prepared a job for this one to send."""
_REST = timedelta(minutes=1)
"""After a try that found no way to the service."""


class StartsJobs(Protocol):
    """The verbs about starts that the keeper needs."""

    def all(self) -> list[Start]:
        """All that is planned."""
        ...

    def start(self, job_id: int, report: Report) -> Job:
        """Send a job whose time has come."""
        ...


def list_starts(starts: StartsJobs, report: Report) -> list[Start]:
    """All that is planned."""
    report(0, 0)
    return starts.all()


def drop_entry(home: Path, job_id: int, report: Report) -> None:
    """Let the scheduler of the platform forget the start of a job; raises ScheduleError."""
    report(0, 0)
    name = entries.start_name(job_id)
    if entries.is_kept(home, name):
        entries.remove(home, name, keeper_here())


class StartKeeper(QObject):
    """Keeps the agreed times; never starts one job twice at once."""

    started = Signal(object)
    """This Job was sent."""
    failed = Signal(object, object)
    """This Start did not come about, for this reason."""
    listed = Signal()
    """What is planned is known anew."""

    def __init__(self, starts: StartsJobs, tasks: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._verbs, self._tasks = starts, tasks
        self.starts: dict[int, Start] = {}
        """All that is planned, by the numbers of the jobs."""
        self._starting: set[int] = set()
        self._rest_until: dict[int, datetime] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self.look)
        self._listing = QTimer(self)
        self._listing.setInterval(_LISTING)
        self._listing.timeout.connect(self.refresh)

    def start(self) -> None:
        """Keep the times from now on."""
        self._timer.start()
        self._listing.start()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Find out what is planned."""
        self._tasks.start(
            list_starts, self._verbs, owner=self, done=self._take, failed=self._go_without
        )

    @Slot()
    def look(self) -> None:
        """Send every job whose time has come."""
        now = datetime.now(UTC)
        for start in [*self.starts.values()]:
            rested = self._rest_until.get(start.job, now) <= now
            if start.is_due(now) and rested and start.job not in self._starting:
                self._send(start)

    def _send(self, start: Start) -> None:
        self._starting.add(start.job)
        self._tasks.start(
            self._verbs.start,
            start.job,
            owner=self,
            done=self._sent,
            failed=partial(self._fail, start),
            ended=partial(self._starting.discard, start.job),
        )

    def _take(self, found: list[Start]) -> None:
        before, self.starts = self.starts, {start.job: start for start in found}
        if before != self.starts:
            self.listed.emit()

    def _go_without(self, error: BaseException) -> None:
        """What is known holds until the store can be read again, a moment later."""
        if not isinstance(error, DeskError):
            raise error

    def _sent(self, job: Job) -> None:
        self._settled(job.id)
        self.started.emit(job)

    def _fail(self, start: Start, error: BaseException) -> None:
        """What may pass is tried again; what may not is kept as a note and told."""
        if not isinstance(error, DeskError):
            raise error
        if isinstance(error, Busy | Unreachable):
            self._rest_until[start.job] = datetime.now(UTC) + _REST
            return
        self._settled(start.job)
        self.failed.emit(start, error)

    def _settled(self, job_id: int) -> None:
        """Do not try it again before it is looked up."""
        self.starts.pop(job_id, None)
        self.listed.emit()
        self.refresh()
