"""What the window asks to be done with jobs, done off the UI thread."""

from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from claude_batch_desk.core.jobs.desk import Desk
from claude_batch_desk.core.jobs.job import Job, Mode
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.samples import (
    OpenedJob,
    Sample,
    copy_live,
    load_sample,
    new_job,
    open_job,
)
from claude_batch_desk.gui.tasks import Task, TaskRunner


def list_jobs(desk: Desk, report: Report) -> list[Job]:
    """All jobs, newest first, with those that ask rows of one again."""
    report(0, 0)
    return desk.jobs(runs_again=True)


def remove(desk: Desk, job_id: int, report: Report) -> int:
    """Forget a job; returns its id."""
    report(0, 0)
    desk.remove_job(job_id)
    return job_id


class CopiesGold(Protocol):
    """The verb about right answers that is needed here."""

    def take_over(self, source_id: int, job_id: int, report: Report) -> None:
        """Let what is right for one job be right for its copy."""
        ...


def copy_with_gold(desk: Desk, quality: CopiesGold, job_id: int, report: Report) -> OpenedJob:
    """A Live draft like this job, with the right answers that are known."""
    opened = copy_live(desk, job_id, report)
    quality.take_over(job_id, opened.job.id, report)
    return opened


class GoesOn(Protocol):
    """The verb about next month's file that is needed here."""

    def go_on(self, job_id: int, name: str, report: Report) -> Job:
        """A draft that takes over the answers of this job."""
        ...


def go_on(
    increments: GoesOn, quality: CopiesGold, job_id: int, name: str, report: Report
) -> OpenedJob:
    """A draft for a newer file, with the right answers that are known."""
    job = increments.go_on(job_id, name, report)
    quality.take_over(job_id, job.id, report)
    return OpenedJob(job, None, fresh=True)


class Office(QObject):
    """Opens, makes, copies, lists and removes jobs; of several to open, the last one counts."""

    opened = Signal(object)
    """This OpenedJob is to be shown."""
    listed = Signal(object)
    """These are all jobs, newest first, with those that ask rows of one again."""
    removed = Signal(int)
    failed = Signal(object)
    """A job could not be opened, made or removed, for this reason."""
    ended = Signal()
    """A sample is no longer being opened, however that went."""

    def __init__(
        self,
        desk: Desk,
        quality: CopiesGold,
        increments: GoesOn,
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._quality, self._tasks = desk, quality, tasks
        self._increments = increments
        self._opening: Task | None = None
        self._listing: Task | None = None

    @Slot(int)
    def open(self, job_id: int) -> None:
        """Show a job."""
        self.cancel()
        self._opening = self._tasks.start(
            open_job, self._desk, job_id, owner=self, done=self._opened, failed=self.failed.emit
        )

    def make(self, name: str, mode: Mode) -> None:
        """Show an empty draft."""
        self.cancel()
        self._opening = self._tasks.start(
            new_job, self._desk, name, mode, owner=self, done=self._opened, failed=self.failed.emit
        )

    def show(self, opened: OpenedJob) -> None:
        """Show a job that something else has opened."""
        self.cancel()
        self._opened(opened)

    @Slot(int)
    def copy_live(self, job_id: int) -> None:
        """Show a Live draft with the table and the recipe of this job."""
        self.cancel()
        self._opening = self._tasks.start(
            copy_with_gold,
            self._desk,
            self._quality,
            job_id,
            owner=self,
            done=self._opened,
            failed=self.failed.emit,
        )

    def go_on(self, job_id: int) -> None:
        """Show a draft that asks of a newer file what this job asked."""
        self.cancel()
        self._opening = self._tasks.start(
            go_on,
            self._increments,
            self._quality,
            job_id,
            self.tr("New job"),
            owner=self,
            done=self._opened,
            failed=self.failed.emit,
        )

    def open_sample(self, sample: Sample) -> None:
        """Show a new Practice job with sample data."""
        self.cancel()
        self._opening = self._tasks.start(
            load_sample,
            self._desk,
            sample,
            owner=self,
            done=self._opened,
            failed=self.failed.emit,
            ended=self.ended.emit,
        )

    @Slot()
    def cancel(self) -> None:
        """Stop opening what is being opened."""
        if self._opening is not None:
            self._opening.cancel()

    def remove(self, job_id: int) -> None:
        """Forget a job."""
        self._tasks.start(
            remove,
            self._desk,
            job_id,
            owner=self,
            done=self.removed.emit,
            failed=self.failed.emit,
        )

    @Slot()
    def refresh(self) -> None:
        """List the jobs as they are now."""
        if self._listing is not None:
            self._listing.cancel()
        self._listing = self._tasks.start(
            list_jobs, self._desk, owner=self, done=self.listed.emit, failed=self.failed.emit
        )

    def _opened(self, opened: OpenedJob) -> None:
        self.opened.emit(opened)
