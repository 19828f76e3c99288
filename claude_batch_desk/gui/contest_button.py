"""The way to the comparison of models and prompts, for the job that is shown."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.gui.contest_dialog import Compares, ContestDialog
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.widgets import button


class ContestButton(QWidget):
    """Can be pressed while the job can still be changed, and says nothing else."""

    opened = Signal(object)
    """This ContestDialog was opened."""
    failed = Signal(object)
    """What was changed last could not be kept, so nothing was compared."""
    closed = Signal()
    """Rows may have been answered, and the job may ask something else."""
    label_requested = Signal(str, object)
    """These rows are to be labelled for this answer column."""

    def __init__(
        self,
        comparing: Compares,
        tasks: TaskRunner,
        draft: Draft,
        purse: Purse,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._comparing, self._tasks, self._draft, self._purse = comparing, tasks, draft, purse
        self.dialog: ContestDialog | None = None
        told = self.tr("Other models, efforts or versions of the prompt, on the same rows")
        self.button = button(self.tr("Compare models…"), "open_contest", look="link", tip=told)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        self.button.clicked.connect(self.open)
        for each in (draft.opened, draft.table_changed, draft.changed, draft.job_changed):
            each.connect(self._settle)
        self._settle()

    @Slot()
    def _settle(self) -> None:
        draft = self._draft
        ready = draft.job is not None and draft.table is not None and bool(draft.recipe.model)
        self.setVisible(draft.editable)
        self.button.setEnabled(ready and draft.editable)

    @Slot()
    def open(self) -> None:
        """Open the dialog on the job that is shown."""
        if not self._draft.flushed(self.failed.emit):
            return
        job = self._draft.job
        if job is None:
            return
        dialog = ContestDialog(self._comparing, self._tasks, job, self._purse, self.window())
        dialog.used.connect(self._take)
        dialog.label_requested.connect(self.label_requested)
        dialog.finished.connect(self._forget)
        self.dialog = dialog
        dialog.open()
        self.opened.emit(dialog)

    @Slot()
    def look_again(self) -> None:
        """More is known to be right by now."""
        if self.dialog is not None:
            self.dialog.look_again()

    @Slot()
    def _forget(self) -> None:
        self.dialog = None
        self._purse.refresh()
        self.closed.emit()

    @Slot(object)
    def _take(self, job: Job) -> None:
        self._draft.set_recipe(job.recipe)
