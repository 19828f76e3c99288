"""The wish that what a job has at the service is deleted there once it is exported."""

from typing import Protocol

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.at_service.deleting import WHAT_IT_MEANS, Deleted
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Banner, set_tip


class Deletes(Protocol):
    """The verb that this box needs."""

    def delete(self, job_id: int, report: Report) -> Deleted:
        """Delete what an exported job has at the service."""
        ...


class DeleteBox(QWidget):
    """Says what it means, and what came of it; the wish holds for one export.

    `check` is a widget of its own, to be placed beside the buttons that export.
    """

    ended = Signal()
    """Something was deleted, or tried to be."""

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._verbs: Deletes | None = None
        self._job: Job | None = None
        self._running: Task | None = None
        self.check = QCheckBox(self.tr("Then delete at the service"))
        self.check.setObjectName("export_delete")
        set_tip(self.check, self.tr("Once the file is written, for this export only"))
        self.means = Banner("export_delete_means")
        self.banner = Banner("export_delete_banner")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.means)
        column.addWidget(self.banner)
        self.check.toggled.connect(self._explain)
        self.check.hide()

    def use(self, verbs: Deletes) -> None:
        """Delete by this; before, nothing is offered."""
        self._verbs = verbs

    def show_job(self, job: Job) -> None:
        """Offer it where the service has something of a job that is done."""
        if self._job is None or self._job.id != job.id:
            self.check.setChecked(False)
            self.banner.clear()
        self._job = job
        there = any(part.state == "collected" and not part.deleted_at for part in job.parts)
        self.check.setVisible(self._verbs is not None and job.state == "done" and there)

    @Slot()
    def export_ended(self) -> None:
        """The job's rows are in a file: do what was wished."""
        if not self.check.isChecked() or self.check.isHidden():
            return
        self.check.setChecked(False)
        if self._verbs is None or self._job is None or self._running is not None:
            return
        self.check.setEnabled(False)
        self.banner.say(self.tr("Deleting at the service …"))
        self._running = self._tasks.start(
            self._verbs.delete,
            self._job.id,
            owner=self,
            done=self._show_deleted,
            failed=self._fail,
            ended=self._free,
        )

    def _show_deleted(self, deleted: Deleted) -> None:
        self.banner.say(str(deleted), "warning" if deleted.kept else "good")
        self.check.setVisible(bool(deleted.kept))

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        told = self.tr("The file is written, but not everything was deleted at the service. %1")
        self.banner.say(told.replace("%1", sentence(error)), "warning")

    def _free(self) -> None:
        self._running = None
        self.check.setEnabled(True)
        self.ended.emit()

    @Slot(bool)
    def _explain(self, wished: bool) -> None:
        self.means.say(WHAT_IT_MEANS if wished else "", "warning")
        if wished:
            self.banner.clear()
