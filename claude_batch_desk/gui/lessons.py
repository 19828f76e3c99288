"""What was corrected on Results, put to use: as examples in a prompt, and as right answers."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.correcting.as_labels import LabelsMade
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.answers_panel import AnswersPanel
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.lesson_dialog import LessonDialog, Teaches
from claude_batch_desk.gui.lesson_words import made_words
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.widgets import Banner, button
from claude_batch_desk.gui.wording import number

_MOST_SELECTED = 10_000
"""Rows; what is more is all of them."""


class Labels(Teaches, Protocol):
    """The verbs that this needs."""

    def count(self, job_id: int, report: Report) -> int:
        """In how many rows something was corrected by hand."""
        ...

    def label(self, job_id: int, report: Report, *, rows: Sequence[int] = ()) -> LabelsMade:
        """Let corrected cells be known to be right."""
        ...

    def take_back(self, labels: LabelsMade, report: Report) -> None:
        """Let what is known to be right be as it was."""
        ...

    def forget_labels(self, job_id: int, report: Report, *, rows: Sequence[int] = ()) -> int:
        """Forget the right answers that corrected cells became."""
        ...


def label(labels: Labels, job_id: int, rows: Sequence[int], report: Report) -> LabelsMade:
    """Let what was corrected in these rows, or in all, be known to be right."""
    return labels.label(job_id, report, rows=rows)


class LessonsDesk(QObject):
    """A button above the answers with a menu, and entries in the menu of their cells."""

    opened = Signal(object)
    """This LessonDialog was opened."""
    taught = Signal(int)
    """The draft of this number has examples of the job that is shown."""
    labelled = Signal()
    """Something else is known to be right now."""
    accuracy_requested = Signal()

    def __init__(
        self, labels: Labels, tasks: TaskRunner, draft: Draft, answers: AnswersPanel
    ) -> None:
        super().__init__(answers)
        self._labels, self._tasks, self._draft, self._answers = labels, tasks, draft, answers
        self._made: LabelsMade | None = None
        self.banner = Banner("lessons_banner")
        self.see_button = button(self.tr("See the accuracy"), "lessons_see")
        self.banner.add_action(self.see_button)
        self.button = button(
            self.tr("Use corrections"),
            "lessons_button",
            look="quiet",
            icon_name="sparkle",
            tip=self.tr("As examples in the prompt, or as right answers for the accuracy"),
        )
        self.menu = QMenu(self.button)
        self.menu.setObjectName("lessons_menu")
        self._of_selected: Sequence[QAction] = ()
        self._fill()
        self.button.setMenu(self.menu)
        self.button.hide()
        self.banner.pressed.connect(self._undo)
        self.see_button.clicked.connect(self.accuracy_requested)
        draft.opened.connect(self._forget)
        draft.job_changed.connect(self._count)
        answers.add_lessons(self.button, self.banner, self._of_selected)

    @Slot()
    def _count(self) -> None:
        """Offer it where a row was corrected; a job tells of each change."""
        job = self._draft.job
        if job is None or job.state == "draft":
            self._offer(0)
            return
        done = partial(self._counted, job.id)
        self._tasks.start(self._labels.count, job.id, owner=self, done=done)

    def _counted(self, job_id: int, corrected: int) -> None:
        if self._shows(job_id):
            self._offer(corrected)

    def _offer(self, corrected: int) -> None:
        self.button.setVisible(corrected > 0)
        for action in self._of_selected:
            action.setEnabled(corrected > 0)

    @Slot()
    def show_all(self) -> None:
        """Choose examples from all corrected rows."""
        self._show(())

    @Slot()
    def show_selected(self) -> None:
        """Choose examples from the rows that are selected."""
        if rows := self._selected():
            self._show(rows)

    @Slot()
    def label_all(self) -> None:
        """Let all corrected cells be known to be right."""
        self._label(())

    @Slot()
    def label_selected(self) -> None:
        """Let those of the rows that are selected be so."""
        if rows := self._selected():
            self._label(rows)

    @Slot()
    def forget(self) -> None:
        """Let no right answer be one because of a correction."""
        if (job := self._draft.job) is not None:
            self._tasks.start(
                self._labels.forget_labels,
                job.id,
                owner=self,
                done=partial(self._forgotten, job.id),
                failed=self._fail,
            )

    def _selected(self) -> tuple[int, ...]:
        """The numbers of the rows that are selected."""
        panel = self._answers
        rows = map(panel.model.job_row, panel.view.selected_rows(_MOST_SELECTED))
        return tuple(row.number for row in rows if row is not None)

    def _show(self, rows: Sequence[int]) -> None:
        job = self._draft.job
        if job is None:
            return
        dialog = LessonDialog(self._labels, self._tasks, job, rows, self._answers.window())
        dialog.taught.connect(lambda draft: self.taught.emit(draft.id))
        dialog.open()
        self.opened.emit(dialog)

    def _label(self, rows: Sequence[int]) -> None:
        if (job := self._draft.job) is not None:
            self._tasks.start(
                label,
                self._labels,
                job.id,
                rows,
                owner=self,
                done=self._labelled,
                failed=self._fail,
            )

    def _labelled(self, made: LabelsMade) -> None:
        if self._shows(made.job):
            self._made = made if made.count else None
            undo = self.tr("Undo") if made.count else ""
            self.banner.say(made_words(made), "good" if made.count else "info", undo)
            self.see_button.setVisible(bool(made.count))
        self.labelled.emit()

    @Slot()
    def _undo(self) -> None:
        if (made := self._made) is not None:
            self._made = None
            self.banner.clear()
            self._tasks.start(
                self._labels.take_back,
                made,
                owner=self,
                done=lambda _: self.labelled.emit(),
                failed=self._fail,
            )

    def _forgotten(self, job_id: int, count: int) -> None:
        if self._shows(job_id):
            told = self.tr("Right answers forgotten: %1.").replace("%1", number(count))
            self.banner.say(told if count else self.tr("No right answer was made of a correction."))
            self.see_button.hide()
            self._made = None
        self.labelled.emit()

    def _shows(self, job_id: int) -> bool:
        return self._draft.job is not None and self._draft.job.id == job_id

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")
        self.see_button.hide()

    @Slot()
    def _forget(self) -> None:
        """Another job is shown."""
        self._made = None
        self.banner.clear()
        self._offer(0)
        self._count()

    def _fill(self) -> None:
        every = self._entry(
            "lessons_examples", self.tr("Corrected rows as &examples in the prompt…"), self.show_all
        )
        some = self._entry(
            "lessons_examples_selected",
            self.tr("Selected rows as e&xamples in the prompt…"),
            self.show_selected,
        )
        right = self._entry(
            "lessons_label", self.tr("Corrected cells as &right answers"), self.label_all
        )
        some_right = self._entry(
            "lessons_label_selected",
            self.tr("Selected rows as r&ight answers"),
            self.label_selected,
        )
        self._of_selected = [some, some_right]
        forget = self._entry(
            "lessons_forget",
            self.tr("&Forget right answers made of corrections"),
            self.forget,
        )
        self.menu.addActions([every, some])
        self.menu.addSeparator()
        self.menu.addActions([right, some_right])
        self.menu.addSeparator()
        self.menu.addAction(forget)

    def _entry(self, name: str, words: str, act: Callable[[], object]) -> QAction:
        action = QAction(words, self)
        action.setObjectName(name)
        action.triggered.connect(act)
        return action
