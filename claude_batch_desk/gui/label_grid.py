"""Label rows by hand: one row at a time, a key for each value, and nothing that needs a mouse."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QProgressBar,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.quality.verbs import Compared, LabelRound
from claude_batch_desk.core.quality.intervals import wilson
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.label_keys import next_open
from claude_batch_desk.gui.label_values import LabelValues
from claude_batch_desk.gui.label_writer import Change, KeepsLabels, LabelWriter
from claude_batch_desk.gui.labelled_row import LabelledRow
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import GRID, SPACE, WIDE
from claude_batch_desk.gui.widgets import Banner, Label, button, set_tip
from claude_batch_desk.gui.wording import number, row_words, rows_words

FEWEST, USUAL, MOST = 30, 60, 200
_AHEAD = 8
# Not Shift, which digits need in France, and not the mark of the keypad.
_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_SUPPOSED = 0.9
_NARROW, _WIDE = GRID * 36, GRID * 54


class Labels(KeepsLabels, Protocol):
    """The verbs that this needs."""

    def compared(
        self, job_id: int, field: str, numbers: Sequence[int], report: Report
    ) -> list[Compared]:
        """Rows to read, with the answers they got."""
        ...


class LabelGrid(QWidget):
    """Shows the rows of a LabelRound one after the other; each label is kept at once."""

    accuracy_requested = Signal()
    """Enough is labelled."""

    def __init__(
        self,
        quality: Labels,
        tasks: TaskRunner,
        job_id: int,
        round_: LabelRound,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("label_grid")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._quality, self._tasks, self._job_id, self._round = quality, tasks, job_id, round_
        self._writer = LabelWriter(quality, job_id, round_)
        self._labels = dict(round_.labels)
        self._done: list[tuple[int, str | None]] = []
        self._read: dict[int, Compared] = {}
        self._asked: set[int] = set()
        self._place = max(next_open(round_.rows, [*self._labels], -1), 0)
        self.banner = Banner("label_banner")
        self.row = LabelledRow()
        self.values = LabelValues(round_.field)
        self.goal = QSpinBox()
        self.goal_label = Label(self.tr("Goal"), "caption", wrap=False)
        self.bar = QProgressBar()
        self.progress = Label("", "strong", wrap=False)
        self.worth = Label("", "caption")
        self.open_check = QCheckBox(self.tr("Show the model's answer before I label"))
        self.back_button = button(self.tr("Back (←)"), "label_back", icon_name="chevron-left")
        self.skip_button = button(self.tr("Skip (→)"), "label_skip")
        self.undo_button = button(self.tr("Undo (Ctrl+Z)"), "label_undo")
        self._dress()
        self._lay_out()
        self._connect()
        self._show()

    @property
    def current(self) -> int:
        """The number of the row that is shown."""
        return self._round.rows[self._place]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Values by their keys, arrows to move, Backspace to take the last label back."""
        if event.matches(QKeySequence.StandardKey.Undo) or event.key() == Qt.Key.Key_Backspace:
            self._undo()
        elif event.matches(QKeySequence.StandardKey.Open):
            self.row.open_document()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self._go(self._place - 1)
        elif event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Space):
            self._skip()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.values.confirm()
        elif event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._scroll(1 if event.key() == Qt.Key.Key_PageDown else -1)
        elif event.modifiers() & _COMMANDS or not self.values.press(event.text().lower()):
            super().keyPressEvent(event)

    def _scroll(self, pages: int) -> None:
        scroll = self.row.text.verticalScrollBar()
        scroll.setValue(scroll.value() + pages * scroll.pageStep())

    @Slot(str)
    def _label(self, value: str) -> None:
        row = self.current
        if row not in self._read:  # nobody can have read it
            self.values.show_value(self._labels.get(row))
            return
        self._done.append((row, self._labels.get(row)))
        self._put(row, value)
        self._go(next_open(self._round.rows, [*self._labels], self._place))
        if self._count() == self._wanted():
            told = self.tr("%1 labelled, as many as you wanted.")
            told = told.replace("%1", rows_words(self._count()))
            self.banner.say(told, "good", self.tr("See the accuracy"))

    def _wanted(self) -> int:
        return len(self._round.rows) if self._round.picked else self.goal.value()

    def _count(self) -> int:
        """The labels that count for the goal: of picked rows, theirs."""
        if self._round.picked:
            return sum(row in self._labels for row in self._round.rows)
        return len(self._labels)

    def _put(self, row: int, value: str | None) -> None:
        before = self._labels.pop(row, None)
        if value is not None:
            self._labels[row] = value
        change = self._writer.change(row, value)
        self.banner.clear()
        self._tasks.start(
            self._writer.write,
            change,
            owner=self,
            done=_kept,
            failed=partial(self._not_kept, change, before),
        )

    def _not_kept(self, change: Change, before: str | None, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self._labels.pop(change.row, None)
        if before is not None:
            self._labels[change.row] = before
        told = self.tr("%1 is not labelled. %2").replace("%1", row_words(change.row))
        self.banner.say(told.replace("%2", sentence(error)), "error")
        self._show()

    @Slot()
    def _undo(self) -> None:
        if self._done:
            row, before = self._done.pop()
            self._put(row, before)
            self._go(self._round.rows.index(row))

    @Slot()
    def _back(self) -> None:
        self._go(self._place - 1)

    @Slot()
    def _skip(self) -> None:
        self._go(self._place + 1)

    def _go(self, place: int) -> None:
        self._place = min(max(place, 0), len(self._round.rows) - 1)
        self._show()

    @Slot()
    def _show(self) -> None:
        row = self.current
        found = self._read.get(row)
        labelled = row in self._labels
        self.row.show_row(row, found, paid=row in self._round.answered, labelled=labelled)
        hidden = not labelled and not self.open_check.isChecked()
        self.row.show_answer(found, hidden=hidden)
        self.values.show_value(self._labels.get(row))
        self.back_button.setEnabled(self._place > 0)
        self.skip_button.setEnabled(self._place < len(self._round.rows) - 1)
        self.undo_button.setEnabled(bool(self._done))
        self._show_progress()
        self._look_ahead()

    @Slot()
    def _show_progress(self) -> None:
        done, goal = self._count(), self._wanted()
        told = self.tr("%1 of %2").replace("%1", number(done)).replace("%2", number(goal))
        self.progress.setText(told)
        self.bar.setRange(0, goal)
        self.bar.setValue(min(done, goal))
        low, high = wilson(_SUPPOSED, goal)
        about = self.tr("With %1 labels, 90 % right means that %2 to %3 % of all rows are right.")
        words = about.replace("%1", number(goal)).replace("%2", str(round(low * 100)))
        self.worth.setText(words.replace("%3", str(round(high * 100))))

    def _look_ahead(self) -> None:
        near = self._round.rows[max(self._place - 1, 0) : self._place + _AHEAD]
        wanted = [row for row in near if row not in self._asked]
        if self.current in wanted or len(wanted) > _AHEAD // 2:
            self._asked.update(wanted)
            self._tasks.start(
                self._quality.compared,
                self._job_id,
                self._round.field.name,
                wanted,
                owner=self,
                done=self._take,
                failed=self._fail,
            )

    def _take(self, found: Sequence[Compared]) -> None:
        here = self.current not in self._read
        self._read |= {each.text.number: each for each in found}
        if here and self.current in self._read:
            self._show()

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self._asked &= self._read.keys()
        self.banner.say(sentence(error), "error")

    def _dress(self) -> None:
        rows = len(self._round.rows)
        self.goal.setObjectName("label_goal")
        self.goal.setAccessibleName(self.tr("How many rows to label"))
        self.goal.setRange(min(FEWEST, rows), min(MOST, rows))
        self.goal.setSingleStep(10)
        self.goal.setValue(max(USUAL, len(self._labels)))
        for each in (self.goal, self.goal_label, self.worth):
            each.setVisible(not self._round.picked)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How many rows are labelled"))
        self.progress.setObjectName("label_progress")
        self.open_check.setObjectName("label_open")
        set_tip(
            self.open_check,
            self.tr("Whoever sees an answer first tends to agree with it, so it is hidden."),
        )

    def _connect(self) -> None:
        self.values.chosen.connect(self._label)
        self.banner.pressed.connect(self.accuracy_requested)
        self.goal.valueChanged.connect(self._show_progress)
        self.open_check.toggled.connect(self._show)
        self.back_button.clicked.connect(self._back)
        self.skip_button.clicked.connect(self._skip)
        self.undo_button.clicked.connect(self._undo)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self.progress)
        head.addWidget(self.bar, 1)
        head.addWidget(self.goal_label)
        head.addWidget(self.goal)
        return head

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        for each in (self.back_button, self.skip_button, self.undo_button):
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            foot.addWidget(each)
        foot.addStretch(1)
        foot.addWidget(self.open_check)
        return foot

    def _lay_out(self) -> None:
        right = QWidget()
        right.setFixedWidth(_WIDE if self.values.are_many else _NARROW)
        values = QVBoxLayout(right)
        values.setContentsMargins(0, 0, 0, 0)
        values.setSpacing(SPACE)
        about = Label("", "caption")
        about.say(self._round.field.description)
        for each in (Label(self._round.field.name, "strong"), about):
            values.addWidget(each)
        values.addWidget(self.values, 1)
        body = QHBoxLayout()
        body.setSpacing(WIDE)
        body.addWidget(self.row, 1)
        body.addWidget(right)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(self._head())
        column.addWidget(self.worth)
        column.addWidget(self.banner)
        column.addLayout(body, 1)
        column.addLayout(self._foot())


def _kept(_: None) -> None:
    """A label that is kept needs no words: the next row is shown already."""
