"""Answers written over in their table: typed, deleted, pasted, taken back and made again."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut

from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store.correction_store import Correction
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.answer_detail import AnswerDetail
from claude_batch_desk.gui.answers_model import AnswersModel
from claude_batch_desk.gui.corrector import Corrector, Corrects
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
        self.corrector = Corrector(corrects, tasks, self)
        self.banner = Banner("correct_banner")
        model.editable = True
        view.let_edit()
        model.edited.connect(self._write)
        self.corrector.kept.connect(self.changed)
        self.corrector.kept.connect(self.banner.clear)
        self.corrector.refused.connect(self._refuse)
        keys: list[tuple[QKeySequence.StandardKey, Callable[[], object]]] = [
            (QKeySequence.StandardKey.Undo, self.corrector.undo),
            (QKeySequence.StandardKey.Redo, self.corrector.redo),
            (QKeySequence.StandardKey.Paste, self.paste),
            (QKeySequence.StandardKey.Delete, self.clear),
        ]
        for key, act in keys:
            short = QShortcut(QKeySequence(key), view)
            short.setContext(Qt.ShortcutContext.WidgetShortcut)
            short.activated.connect(act)

    def begin(self, job: Job) -> None:
        """Work on this job from now on."""
        self._job_id = job.id
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
        lines = [line.split("\t") for line in text.removesuffix("\n").split("\n")]
        if sum(map(len, lines)) > _MOST_PASTED:
            self.banner.say(self.tr("That is too much to paste at once."), "warning")
            return
        self._put(lines)

    @Slot()
    def clear(self) -> None:
        """Write nothing into all cells that are selected."""
        ranges = self._view.selectionModel().selection()
        if not ranges.isEmpty():
            chosen = ranges.first()
            blank = [[""] * chosen.width() for _ in range(chosen.height())]
            changes = self._model.changes_at(chosen.top(), chosen.left(), blank)
            self.corrector.write(changes)

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
