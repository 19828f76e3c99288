"""The row a person is on, opened: gone through by keyboard, with what is looked up about it."""

from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job, JobRow
from claude_batch_desk.core.jobs.opening.quoted import Quoted
from claude_batch_desk.core.jobs.opening.sent import Sent, sent_with
from claude_batch_desk.core.prompts.fields import columns_of
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.answer_detail import AnswerDetail
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.table_view import TableView
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.widgets import set_tip


class Opens(Protocol):
    """The verbs about one row that this needs."""

    def sent(self, job_id: int, answer: Answer, report: Report) -> Sent:
        """How an answer came."""
        ...

    def quoted(self, job_id: int, number: int, report: Report) -> list[Quoted]:
        """Where the quotes of a row stand."""
        ...


class RowOpening(QObject):
    """Shows the row the person is on until they close it, and then none until they want one."""

    def __init__(self, tasks: TaskRunner, view: TableView, detail: AnswerDetail) -> None:
        super().__init__(view)
        self._tasks, self._view, self._detail = tasks, view, detail
        self._opens: Opens | None = None
        self._looking: list[Task] = []
        self._shown: tuple[int, int] = (0, -1)
        """The job and the row that are shown."""
        self._known: tuple[int, str, JobRow] | None = None
        """What is shown of them."""
        self.check = QCheckBox(self.tr("Row in full"))
        self.check.setObjectName("results_row_in_full")
        self.check.setChecked(True)
        set_tip(
            self.check,
            self.tr("Everything about the row you are on (Alt+Return; Esc closes it)"),
        )
        self.check.toggled.connect(self._settle)
        detail.hide()
        detail.closed.connect(self.close)
        detail.stepped.connect(self.step)
        self._offer(view)
        self._listen(view, Qt.ShortcutContext.WidgetShortcut)
        self._listen(detail, Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def let_look_up(self, opens: Opens) -> None:
        """Let what is not at hand be looked up; called once."""
        self._opens = opens

    def show(self, row: JobRow, job: Job, table: Table) -> bool:
        """Show a row if the person wants it open; says whether."""
        if not self.check.isChecked():
            return False
        at, last = self._view.currentIndex().row(), self._view.model().rowCount() - 1
        self._detail.allow_steps(up=at > 0, down=at < last)
        if self._detail.isVisible() and self._known == (job.id, job.state, row):
            return True  # the person may be reading it, and nothing of it is new
        self._cancel()
        self._shown, self._known = (job.id, row.number), (job.id, job.state, row)
        self._detail.show()
        self._detail.show_row(row, job, table)
        self._look_up(row, job, table)
        return True

    @Slot()
    def close(self) -> None:
        """Close the row; the person goes on in the table."""
        self.check.setChecked(False)
        self._view.setFocus()

    @Slot()
    def open(self) -> None:
        """Open the row the person is on; from the table, go on into one that is open."""
        if self._detail.isVisible():
            self._detail.area.setFocus()
        elif self.check.isChecked():
            self._settle(wanted=True)
        else:
            self.check.setChecked(True)

    @Slot(int)
    def step(self, rows: int) -> None:
        """Go so many rows down, or up where negative."""
        at = self._view.currentIndex()
        to = at.siblingAtRow(at.row() + rows)
        if to.isValid():
            self._view.setCurrentIndex(to)
            self._view.scrollTo(to)

    @Slot(bool)
    def _settle(self, wanted: bool) -> None:
        if wanted:
            self._view.row_chosen.emit(self._view.currentIndex().row())
            return
        self._cancel()
        self._detail.hide()

    def _look_up(self, row: JobRow, job: Job, table: Table) -> None:
        """What takes a moment follows the rest; of a row that was left it is of no use."""
        if row.answer is None:
            return
        sent = sent_with(row.answer, (job,))
        self._detail.show_sent(sent)
        if self._opens is None:
            return
        begin = partial(self._tasks.start, owner=self)
        if sent.batch_id and not sent.part:  # of a run again
            done = partial(self._show_sent, self._shown)
            self._looking.append(begin(self._opens.sent, job.id, row.answer, done=done))
        if table.documents is not None and _quotes(row.answer, job):
            done_looking = partial(self._show_quoted, self._shown)
            failed = partial(self._give_up, self._shown)
            self._detail.wait_for_quotes()
            self._looking.append(
                begin(self._opens.quoted, job.id, row.number, done=done_looking, failed=failed)
            )

    def _show_sent(self, shown: tuple[int, int], sent: Sent) -> None:
        if shown == self._shown:
            self._detail.show_sent(sent)

    def _show_quoted(self, shown: tuple[int, int], quoted: list[Quoted]) -> None:
        if shown == self._shown:
            self._detail.show_quoted(quoted)

    def _give_up(self, shown: tuple[int, int], error: BaseException) -> None:
        """A row can be read without the pages of its quotes; it says why they are not there."""
        if not isinstance(error, DeskError):
            raise error
        if shown == self._shown:
            self._detail.show_quoted((), sentence(error))

    def _cancel(self) -> None:
        for task in self._looking:
            task.cancel()
        self._looking.clear()

    def _offer(self, view: TableView) -> None:
        """By its key, and in the menu of the cells."""
        action = QAction(self.tr("Show the &row in full"), view)
        action.setObjectName("action_open_row")
        action.setShortcuts([QKeySequence("Alt+Return"), QKeySequence("Alt+Enter")])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(self.open)
        view.addAction(action)

    def _listen(self, place: QWidget, context: Qt.ShortcutContext) -> None:
        for key, act in (
            ("Alt+Down", partial(self.step, 1)),
            ("Alt+Up", partial(self.step, -1)),
            ("Esc", self.close),
        ):
            short = QShortcut(QKeySequence(key), place)
            short.setContext(context)
            short.activated.connect(act)


def _quotes(answer: Answer, job: Job) -> bool:
    columns = zip(columns_of(job.recipe.fields), answer.values, strict=False)
    return any(column.companion == "quote" and text.strip() for column, text in columns)
