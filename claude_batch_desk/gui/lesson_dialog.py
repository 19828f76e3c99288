"""Corrected rows chosen to stand in the prompt as examples, of a new job or of a draft."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.correcting.lessons import MOST_EXAMPLES, Lessons
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.lesson_lines import CELLS, NOTE, ROW, LessonLines
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.table_view import TableView
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE, WIDE
from claude_batch_desk.gui.widgets import Banner, Busy, Label, button
from claude_batch_desk.gui.wording import number, one_line, rows_words

_WIDTH, _HEIGHT = GRID * 110, GRID * 70
_NAME_LENGTH = 50


class Teaches(Protocol):
    """The verbs that this dialog needs."""

    def lessons(self, job_id: int, report: Report, *, rows: Sequence[int] = ()) -> Lessons:
        """The corrected rows, of these or of the whole job, as examples."""
        ...

    def drafts(self, job_id: int, report: Report) -> list[Job]:
        """The drafts that they fit into."""
        ...

    def teach(
        self,
        job_id: int,
        rows: Sequence[int],
        name: str,
        report: Report,
        *,
        into: int | None = None,
    ) -> Job:
        """Put rows as examples into a draft."""
        ...


@dataclass(frozen=True)
class Found:
    """What there is to choose from."""

    lessons: Lessons
    drafts: Sequence[Job]


def look_up(teaches: Teaches, job_id: int, rows: Sequence[int], report: Report) -> Found:
    """What there is to choose from, of these rows or of all."""
    return Found(teaches.lessons(job_id, report, rows=rows), teaches.drafts(job_id, report))


@dataclass(frozen=True)
class Choice:
    """Which rows go where."""

    job_id: int
    rows: Sequence[int]
    name: str
    """Of a new job."""
    into: int | None
    """The draft; None for a new job."""


def teach(teaches: Teaches, choice: Choice, report: Report) -> Job:
    """Put the rows into the draft, and return that."""
    return teaches.teach(choice.job_id, choice.rows, choice.name, report, into=choice.into)


class LessonDialog(QDialog):
    """Nothing is changed before the button that says how many examples is pressed."""

    taught = Signal(object)
    """The examples are in this Job, which is a draft."""

    def __init__(
        self,
        teaches: Teaches,
        tasks: TaskRunner,
        job: Job,
        rows: Sequence[int] = (),
        parent: QWidget | None = None,
    ) -> None:
        """Of these `rows` only, by number; of all corrected ones where none is given."""
        super().__init__(parent)
        self.setObjectName("lesson_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Corrected rows as examples in the prompt"))
        self.resize(_WIDTH, _HEIGHT)
        self._teaches, self._tasks, self._job, self._rows = teaches, tasks, job, rows
        self._working: Task | None = None
        self.model = LessonLines(self)
        self.view = TableView("lesson_table", self.tr("Corrected rows"))
        self.banner, self.busy = Banner("lesson_banner"), Busy("lesson_busy")
        self.size_label = Label("", "muted")
        self.size_label.setObjectName("lesson_size")
        self.target = QComboBox()
        self.use_button = button("", "lesson_use", look="primary", icon_name="check")
        self.cancel_button = button(self.tr("Cancel"), "lesson_cancel")
        self._dress()
        self._lay_out()
        self.model.chosen_changed.connect(self._settle)
        self.use_button.clicked.connect(self._use)
        self.cancel_button.clicked.connect(self.reject)
        self.busy.cancelled.connect(self._stop)
        self._look_up()

    def done(self, result: int) -> None:
        """Stop what is still being found out."""
        self._stop()
        super().done(result)

    @Slot()
    def _stop(self) -> None:
        if self._working is not None:
            self._working.cancel()

    def _look_up(self) -> None:
        self._begin(self.tr("Reading the corrected rows …"))
        self._working = self._tasks.start(
            look_up,
            self._teaches,
            self._job.id,
            self._rows,
            owner=self,
            done=self._show,
            failed=self._fail,
            progress=self.busy.advance,
            ended=self._end,
        )

    def _show(self, found: Found) -> None:
        lessons = found.lessons
        self.model.show(lessons.found)
        self.model.choose(lessons.proposed)
        self.view.fit_columns()
        self.view.setColumnHidden(NOTE, not any(each.problem for each in lessons.found))
        for draft in found.drafts:
            words = self.tr("“%1”, which was not sent yet")
            self.target.addItem(words.replace("%1", _short(draft.name)), draft.id)
        self.banner.say(" ".join(self._about(lessons)))
        if lessons.found:
            self.view.setCurrentIndex(self.model.index(0, ROW))
            self.view.setFocus()

    def _about(self, lessons: Lessons) -> Iterator[str]:
        if not lessons.found:
            yield self.tr("No cell of these rows was corrected by hand.")
        if lessons.rows > len(lessons.found):
            told = self.tr("These are %1 of %2, the commonest mistakes first.")
            told = told.replace("%1", rows_words(len(lessons.found)))
            yield told.replace("%2", number(lessons.rows))
        if self._job.mode == "practice" and lessons.found:
            yield self.tr("Practice answers are made up: check the cells you have not corrected.")
        if lessons.with_documents and lessons.found:
            yield self.tr("Documents do not go along: an example shows the cells alone.")

    @Slot()
    def _settle(self) -> None:
        chosen = self.model.chosen
        told = self.tr("Use %1 as examples").replace("%1", rows_words(len(chosen)))
        self.use_button.setText(told if chosen else self.tr("Use as examples"))
        fits = 0 < len(chosen) <= MOST_EXAMPLES
        self.use_button.setEnabled(fits and self._working is None)
        self.size_label.setText(self._size_words(len(chosen), sum(each.size for each in chosen)))

    def _size_words(self, count: int, size: int) -> str:
        if not count:
            return self.tr(
                "Tick the rows that the model is to learn from. Three to five are plenty."
            )
        if count > MOST_EXAMPLES:
            told = self.tr(
                "At most %1 examples go into a prompt: every row is sent with all of them."
            )
            return told.replace("%1", number(MOST_EXAMPLES))
        told = self.tr("Every request gets longer by about %1 characters.")
        return told.replace("%1", number(size))

    @Slot()
    def _use(self) -> None:
        rows = [each.row for each in self.model.chosen]
        choice = Choice(self._job.id, rows, self._name(), self.target.currentData())
        self._begin(self.tr("Putting them into the prompt …"))
        self._working = self._tasks.start(
            teach,
            self._teaches,
            choice,
            owner=self,
            done=self._taught,
            failed=self._fail,
            progress=self.busy.advance,
            ended=self._end,
        )

    def _name(self) -> str:
        """That of a new job; one that has the words already is not given them twice."""
        words, name = self.tr("%1, with examples"), self._job.name
        return name if name.endswith(words.replace("%1", "")) else words.replace("%1", name)

    def _taught(self, job: Job) -> None:
        self.taught.emit(job)
        self.accept()

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")

    def _begin(self, what: str) -> None:
        self.banner.clear()
        self.busy.begin(what)
        self.use_button.setEnabled(False)

    @Slot()
    def _end(self) -> None:
        self._working = None
        self.busy.hide()
        self._settle()

    @Slot(QModelIndex)
    def _toggle(self, index: QModelIndex) -> None:
        """A double click anywhere in a line ticks it."""
        box = index.siblingAtColumn(ROW)
        if index.column() != ROW and self.model.flags(box) & Qt.ItemFlag.ItemIsUserCheckable:
            ticked = box.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
            state = Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked
            self.model.setData(box, state, Qt.ItemDataRole.CheckStateRole)

    def _dress(self) -> None:
        self.view.setModel(self.model)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.verticalHeader().hide()
        self.view.doubleClicked.connect(self._toggle)
        self.view.setSortingEnabled(False)
        self.view.setColumnWidth(CELLS, GRID * 40)
        self.target.setObjectName("lesson_target")
        self.target.setAccessibleName(self.tr("The job they go into"))
        self.target.addItem(self.tr("A new job that asks the same of the same rows"), None)
        self._settle()

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.setSpacing(SPACE)
        where.addWidget(Label(self.tr("They go into"), wrap=False))
        where.addWidget(self.target, 1)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addWidget(self.size_label, 1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.use_button)
        told = self.tr(
            "The model is shown these rows with what is right, and copies what it is shown: they "
            "do not count in the accuracy of the job they go into. Cells that you have not "
            "corrected go along as they were answered. This job stays as it was sent."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        column.setSpacing(WIDE)
        column.addWidget(Label(told, "muted"))
        column.addWidget(self.banner)
        column.addWidget(self.busy)
        column.addWidget(self.view, 1)
        column.addLayout(where)
        column.addLayout(foot)


def _short(name: str) -> str:
    line = one_line(name)
    return line if len(line) <= _NAME_LENGTH else f"{line[: _NAME_LENGTH - 1]}…"
