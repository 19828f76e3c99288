"""The file that is written when the job that is shown has ended, and what is done about it."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.delivering.delivery import Delivery
from claude_batch_desk.core.jobs.delivering.verbs import Over
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.tasks import TaskRunner

_MOST_NAMES = 1_000


class PlansDeliveries(Protocol):
    """The verbs about such files that are needed here."""

    def plan(self, wanted: Delivery, report: Report, *, over: Over = "nothing") -> Delivery:
        """Write this once its job has ended."""
        ...

    def take_back(self, job_id: int) -> None:
        """Write nothing by itself."""
        ...

    def of(self, job_id: int) -> Delivery | None:
        """What is planned for a job."""
        ...


def look_up(verbs: PlansDeliveries, job_id: int, report: Report) -> Delivery | None:
    """What is planned for a job."""
    report(0, 0)
    return verbs.of(job_id)


def plan(verbs: PlansDeliveries, wanted: Delivery, over: Over, report: Report) -> Delivery:
    """Plan it; where nothing may be written over, under a name that is free."""
    if over == "nothing":
        wanted = replace(wanted, path=free_name(wanted.path, verbs.of(wanted.job)))
    return verbs.plan(wanted, report, over=over)


def take_back(verbs: PlansDeliveries, job_id: int, report: Report) -> None:
    """Plan nothing any more."""
    report(0, 0)
    verbs.take_back(job_id)


def free_name(path: Path, planned: Delivery | None) -> Path:
    """This name, or one like it that no file has; the one that is planned may stay."""
    if planned is not None and planned.path == path:
        return path
    names = (path.with_name(f"{path.stem} ({at}){path.suffix}") for at in range(2, _MOST_NAMES))
    return next((each for each in (path, *names) if not _is_there(each)), path)


def _is_there(path: Path) -> bool:
    """Whether a file has the name; one that is too long has none, and is refused later."""
    try:
        return path.exists()
    except OSError:
        return False


class DeliveryPlan(QObject):
    """Knows it, and changes it off the UI thread; whoever shows it listens."""

    changed = Signal()
    """Something else is planned, or has come of it, or another job is shown."""
    planned = Signal(int)
    """Another file is to be written for this job."""
    failed = Signal(str)
    """It could not be planned, for this reason."""

    def __init__(self, verbs: PlansDeliveries, tasks: TaskRunner, draft: Draft) -> None:
        super().__init__(draft)
        self._verbs, self._tasks, self._draft = verbs, tasks, draft
        self.delivery: Delivery | None = None
        """Of the job that is shown; None where nothing is planned."""
        self._newest = 0
        """Of what was looked up or planned; what was looked up before is not true any more."""
        draft.opened.connect(self._open)
        draft.job_changed.connect(self.refresh)

    @Slot()
    def _open(self) -> None:
        self.delivery = None
        self.changed.emit()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Find out what is planned by now."""
        if (job := self._draft.job) is not None:
            self._newest += 1
            self._tasks.start(
                look_up,
                self._verbs,
                job.id,
                owner=self,
                done=partial(self._take_found, job.id, self._newest),
                failed=_go_without,
            )

    def plan(self, wanted: Delivery, over: Over) -> None:
        """Have this written."""
        self._tasks.start(
            plan,
            self._verbs,
            wanted,
            over,
            owner=self,
            done=self._take_planned,
            failed=self._fail,
        )

    def take_back(self) -> None:
        """Have nothing written for the job that is shown."""
        if (job := self._draft.job) is not None:
            self._tasks.start(
                take_back,
                self._verbs,
                job.id,
                owner=self,
                done=lambda _none: self._take(job.id, None),
                failed=self._fail,
            )

    def _take_found(self, job_id: int, number: int, delivery: Delivery | None) -> None:
        if number == self._newest:
            self._take(job_id, delivery)

    def _take_planned(self, delivery: Delivery) -> None:
        self._take(delivery.job, delivery)
        self.planned.emit(delivery.job)

    def _take(self, job_id: int, delivery: Delivery | None) -> None:
        self._newest += 1
        job = self._draft.job
        if job is not None and job.id == job_id and delivery != self.delivery:
            self.delivery = delivery
            self.changed.emit()

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.changed.emit()  # what was pressed shows again what holds
        self.failed.emit(sentence(error))


def _go_without(error: BaseException) -> None:
    """What is known holds until the store can be read again, a moment later."""
    if not isinstance(error, DeskError):
        raise error
