"""The accuracy of all answer columns, and the rows that a mistake leads to."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.quality.measuring import Measured
from claude_batch_desk.core.jobs.quality.verbs import Compared
from claude_batch_desk.core.quality.accuracy import TOLERANCE
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.accuracy_card import AccuracyCard
from claude_batch_desk.gui.compared_rows import ComparedModel
from claude_batch_desk.gui.labelled_row import RowView, above_row
from claude_batch_desk.gui.labelled_trial import LabelledTrial, TriesLabelled
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.table_view import TableView
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID, SPACE, WIDE
from claude_batch_desk.gui.widgets import (
    Banner,
    Busy,
    Chip,
    ElidedLabel,
    EmptyState,
    Label,
    button,
    scrolled,
)
from claude_batch_desk.gui.wording import rows_words


class Measures(TriesLabelled, Protocol):
    """The verbs that this needs."""

    def accuracy(self, job_id: int, report: Report, *, tolerance: Decimal = TOLERANCE) -> Measured:
        """How the answers compare with the right ones."""
        ...

    def compared(
        self, job_id: int, field: str, numbers: Sequence[int], report: Report
    ) -> list[Compared]:
        """Rows with their right answers and the ones they got."""
        ...


def measured(quality: Measures, job_id: int, percent: int, report: Report) -> Measured:
    """The accuracy with a tolerance in per cent, as work that can be stopped."""
    return quality.accuracy(job_id, report, tolerance=Decimal(percent) / 100)


class MistakenRows(QWidget):
    """Some rows with what is right and what was answered, and the whole of one."""

    left = Signal()
    """The person goes back to the accuracy."""
    label_requested = Signal(object)
    """These rows are to be labelled, by their numbers: what was taken for right may be wrong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ComparedModel(self)
        self.heading = Label("", "strong")
        self.heading.setObjectName("mistakes_heading")
        self.back_button = button(
            self.tr("Back to the accuracy"), "mistakes_back", icon_name="chevron-left"
        )
        self.label_button = button(
            self.tr("Label these rows…"),
            "mistakes_label",
            look="link",
            tip=self.tr(
                "A label goes before a right answer that is wrong. Look at some rows that were "
                "right as well, or the accuracy looks better than it is."
            ),
        )
        self.view = TableView("mistakes_table", self.tr("Rows with right and given answers"))
        self.view.setModel(self.model)
        self.text = RowView("mistakes_row")
        halves = above_row(self.view, self.text)
        head = QHBoxLayout()
        head.setSpacing(WIDE)
        head.addWidget(self.back_button)
        head.addWidget(self.heading, 1)
        head.addWidget(self.label_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(halves, 1)
        self.back_button.clicked.connect(self.left)
        self.label_button.clicked.connect(self._ask_for_labels)
        self.view.row_chosen.connect(self._show_row)

    def show_rows(self, rows: Sequence[Compared]) -> None:
        """Show these rows, the first of them in full."""
        self.model.show(rows)
        if rows:
            self.view.setCurrentIndex(self.model.index(0, 0))
            self._show_row(0)
        self.view.setFocus()

    @Slot()
    def _ask_for_labels(self) -> None:
        rows = range(self.model.rowCount())
        self.label_requested.emit([self.model.compared(place).text.number for place in rows])

    @Slot(int)
    def _show_row(self, place: int) -> None:
        self.text.show_row(self.model.compared(place).text)


class AccuracyPage(QWidget):
    """Asks for the accuracy when it is entered, and shows it."""

    label_requested = Signal(str)
    """More rows are to be labelled for this answer column."""
    correct_requested = Signal(str, object)
    """These rows are to be labelled for this answer column, by their numbers."""
    gold_requested = Signal()
    """The person wants to say what is right."""

    def __init__(
        self, quality: Measures, tasks: TaskRunner, job_id: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._quality, self._tasks, self._job_id = quality, tasks, job_id
        self._measuring: Task | None = None
        self._looking: Task | None = None
        self.cards: list[AccuracyCard] = []
        self._field = ""
        self.banner = Banner("accuracy_banner")
        self.busy = Busy("accuracy_busy")
        self.about = ElidedLabel("", "muted")
        self.practice = Chip(
            self.tr("Practice answers are made up: this says nothing of a model"), "info", "try"
        )
        self.about.setObjectName("accuracy_about")
        self.trial = LabelledTrial(quality, tasks, job_id)
        self.tolerance = QSpinBox()
        self.empty = EmptyState(
            "check",
            self.tr("Nobody has said yet what is right"),
            self.tr("Name a column with the right answers, or label some rows by hand."),
        )
        self.gold_button = button(self.tr("Say what is right"), "accuracy_gold", look="primary")
        self.rows = MistakenRows()
        held = QWidget()
        self._column = QVBoxLayout(held)
        self._area = scrolled(held)
        self._blank, self._tolerance_bar, self._above = QWidget(), QWidget(), QWidget()
        self._stack = QStackedWidget()
        self._lay_out()
        self.tolerance.valueChanged.connect(self.refresh)
        self.busy.cancelled.connect(self._cancel)
        self.gold_button.clicked.connect(self.gold_requested)
        self.rows.left.connect(self._show_overview)
        self.rows.label_requested.connect(self._ask_to_correct)
        self.trial.tried.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Compare anew, and see what is left to try."""
        self.trial.look()
        self._cancel()
        self.banner.clear()
        self.busy.begin(self.tr("Comparing answers …"))
        self._measuring = self._tasks.start(
            measured,
            self._quality,
            self._job_id,
            self.tolerance.value(),
            owner=self,
            done=self._show,
            failed=self._fail,
            progress=self.busy.advance,
            ended=self._free,
        )

    @Slot()
    def _cancel(self) -> None:
        if self._measuring is not None:
            self._measuring.cancel()
            self._measuring = None
            self.busy.hide()

    def _free(self) -> None:
        if self._measuring is not None and self._measuring.stop.is_set():
            return
        self._measuring = None
        self.busy.hide()

    def _show(self, found: Measured) -> None:
        while item := self._column.takeAt(0):
            if gone := item.widget():
                gone.hide()
                gone.deleteLater()
        self.cards = [AccuracyCard(each, found) for each in found.fields]
        for card in self.cards:
            card.label_requested.connect(self.label_requested)
            card.rows_requested.connect(self._show_rows)
            self._column.addWidget(card)
        self._column.addStretch(1)
        kinds = {each.accuracy.field.kind for each in found.fields}
        self._tolerance_bar.setVisible(bool(kinds & {"integer", "number"}))
        self.about.set_whole(self._words(found))
        self.practice.setVisible(found.practice)
        self._above.setVisible(bool(found.fields))
        self._stack.setCurrentWidget(self._area if found.fields else self.empty)

    def _words(self, found: Measured) -> str:
        rows = rows_words(found.answers)
        words = self.tr("Of the %1 of this job") if found.sent else self.tr("Of %1 tried")
        words = words.replace("%1", rows)
        if found.examples:
            more = self.tr("%1; %2 in the prompt as examples and do not count")
            return more.replace("%1", words).replace("%2", rows_words(found.examples))
        return words

    def _show_rows(self, words: str, numbers: Sequence[int]) -> None:
        card = self.sender()
        if not isinstance(card, AccuracyCard):
            return
        self.rows.heading.setText(words)
        self._field = card.field_name
        if self._looking is not None:
            self._looking.cancel()
        self._looking = self._tasks.start(
            self._quality.compared,
            self._job_id,
            card.field_name,
            numbers,
            owner=self,
            done=self._take_rows,
            failed=self._fail,
        )

    @Slot(object)
    def _ask_to_correct(self, numbers: Sequence[int]) -> None:
        self.correct_requested.emit(self._field, numbers)

    def _take_rows(self, rows: Sequence[Compared]) -> None:
        self._stack.setCurrentWidget(self.rows)
        self._above.hide()
        self.rows.show_rows(rows)

    @Slot()
    def _show_overview(self) -> None:
        self._above.show()
        self._stack.setCurrentWidget(self._area)

    def _fail(self, error: BaseException) -> None:
        """Without its figures, which would say nothing: the prompt may tell what is right."""
        if not isinstance(error, DeskError):
            raise error
        self._stack.setCurrentWidget(self._blank)
        self._above.hide()
        self.banner.say(sentence(error), "error")

    def _lay_out_head(self) -> None:
        self.tolerance.setObjectName("accuracy_tolerance")
        self.tolerance.setAccessibleName(self.tr("How close is near, in per cent"))
        self.tolerance.setRange(0, 100)
        self.tolerance.setSuffix(self.tr(" %"))
        self.tolerance.setValue(int(TOLERANCE * 100))
        self.tolerance.setKeyboardTracking(False)
        near = QHBoxLayout(self._tolerance_bar)
        near.setContentsMargins(0, 0, 0, 0)
        near.setSpacing(SPACE)
        near.addWidget(Label(self.tr("A number is near within"), "caption", wrap=False))
        near.addWidget(self.tolerance)
        self._tolerance_bar.hide()
        head = QHBoxLayout(self._above)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(WIDE)
        head.addWidget(self.about, 1)
        head.addWidget(self.practice)
        head.addWidget(self._tolerance_bar)

    def _lay_out(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(WIDE)
        self._area.setAccessibleName(self.tr("Accuracy"))
        self.empty.add_action(self.gold_button)
        for each in (self._blank, self._area, self.rows, self.empty):
            self._stack.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        self._lay_out_head()
        column.addWidget(self._above)
        column.addWidget(self.banner)
        column.addWidget(self.busy)
        column.addWidget(self.trial)
        column.addWidget(self._stack, 1)
        self.setMinimumHeight(GRID * 30)
