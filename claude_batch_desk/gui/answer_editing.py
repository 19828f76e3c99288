"""Answers written over in their table: typed, deleted, pasted, taken back and made again."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence

from claude_batch_desk.core.jobs.correcting.laying import headers
from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store.correction_store import Correction
from claude_batch_desk.core.report import Report, silent
from claude_batch_desk.core.tables.clipboard import cells_in
from claude_batch_desk.gui.answer_detail import AnswerDetail
from claude_batch_desk.gui.answers_model import AnswersModel
from claude_batch_desk.gui.corrector import Corrector, Corrects
from claude_batch_desk.gui.edit_steps import EditSteps, separator
from claude_batch_desk.gui.frozen_columns import FrozenTable
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.widgets import Banner

_MOST_PASTED = 100_000
"""Cells; what is more is another table."""


def corrections_of(corrects: Corrects, job_id: int, row: int, report: Report) -> list[Correction]:
    """What was ever corrected in a row, the latest first."""
    report(0, 0)
    return corrects.history(job_id, row)


class AnswerEditing(QObject):
    """Each step is kept as it is made; what cannot stand in a cell is said and left undone."""

    changed = Signal()
    """Answers of the job stand otherwise now."""

    def __init__(
        self, corrects: Corrects, tasks: TaskRunner, view: FrozenTable, model: AnswersModel
    ) -> None:
        super().__init__(view)
        self._view, self._model = view, model
        self._corrects, self._tasks, self._job_id = corrects, tasks, 0
        self._headers: Sequence[str] = ()
        self.corrector = Corrector(corrects, tasks, self)
        self.banner = Banner("correct_banner")
        model.editable = True
        view.let_edit()
        model.edited.connect(self._write)
        self.corrector.kept.connect(self.changed)
        self.corrector.kept.connect(self.banner.clear)
        self.corrector.refused.connect(self._refuse)
        self.steps = EditSteps(self.corrector, view)
        keys = QKeySequence.StandardKey
        self._offer("cells_copy", self.tr("&Copy"), self.copy, keys.Copy)
        self._offer("cells_paste", self.tr("&Paste"), self.paste, keys.Paste)
        self._offer("cells_clear", self.tr("C&lear"), self.clear, keys.Delete)
        self._offer("cells_take_back", self.tr("Let what came count &again"), self.take_back)
        view.addAction(separator(view))

    def _offer(
        self,
        name: str,
        words: str,
        act: Callable[[], object],
        key: QKeySequence.StandardKey = QKeySequence.StandardKey.UnknownKey,
    ) -> None:
        """By its key where the table has focus, and in the menu of its cells."""
        action = QAction(words, self._view)
        action.setObjectName(name)
        action.setShortcuts(key)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(act)
        self._view.addAction(action)

    def begin(self, job: Job) -> None:
        """Work on this job from now on."""
        self._job_id, self._headers = job.id, headers(job.recipe.fields)
        self.corrector.begin(job.id)

    def tell(self, row: int, detail: AnswerDetail) -> None:
        """Let the detail of a row of the table say what was corrected in it."""
        self._tasks.start(
            corrections_of,
            self._corrects,
            self._job_id,
            row,
            owner=detail,
            done=detail.show_corrections,
        )

    @Slot()
    def paste(self) -> None:
        """Write the cells that were copied, from the one the person is on."""
        text = QGuiApplication.clipboard().text()
        if text.count("\t") + text.count("\n") > _MOST_PASTED:
            self.banner.say(self.tr("That is too much to paste at once."), "warning")
            return
        self._put(cells_in(text, silent))

    @Slot()
    def copy(self) -> None:
        """Copy the cells that are selected, as a spreadsheet takes them."""
        QGuiApplication.clipboard().setText(self._view.copied())

    @Slot()
    def clear(self) -> None:
        """Write nothing into all cells that are selected."""
        self.corrector.write(self._cleared())

    @Slot()
    def take_back(self) -> None:
        """Let what came count again in all cells that are selected and were corrected."""
        corrected = self._corrected()
        changes = [each for each in self._cleared() if (each.row, each.column) in corrected]
        self.corrector.write([replace(each, value=None) for each in changes])

    def _corrected(self) -> set[tuple[int, str]]:
        """The corrected cells of the rows that are selected."""
        places = self._view.selected_rows(_MOST_PASTED)
        rows = (self._model.job_row(place) for place in places)
        return {
            (row.number, self._headers[at])
            for row in rows
            if row is not None and row.answer is not None
            for at in row.answer.corrected
        }

    def _cleared(self) -> list[Change]:
        ranges = self._view.selectionModel().selection()
        if ranges.isEmpty():
            return []
        chosen = ranges.first()
        blank = [[""] * chosen.width() for _ in range(chosen.height())]
        return self._model.changes_at(chosen.top(), chosen.left(), blank)

    def _put(self, lines: Sequence[Sequence[str]]) -> None:
        at = self._view.currentIndex()
        if at.isValid():
            self.corrector.write(self._model.changes_at(at.row(), at.column(), lines))

    def _write(self, change: Change) -> None:
        self.corrector.write([change])

    @Slot(str, object)
    def _refuse(self, told: str, _: object) -> None:
        self._model.refresh()
        self.banner.say(told, "warning")
