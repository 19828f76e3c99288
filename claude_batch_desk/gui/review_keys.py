"""Finding among the answers by keyboard: to the line, from hit to hit, and back to the rows."""

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QTableView, QWidget

from claude_batch_desk.core.jobs.rows.conditions import folded
from claude_batch_desk.gui.answers_model import AnswersModel, ColumnKey
from claude_batch_desk.gui.review_bar import ReviewBar

_MOST_ROWS = 2_000
"""Each row that is shown has what was looked for, but for those that were changed since."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ReviewKeys(QObject):
    """Works wherever the focus is while the rows are in sight."""

    def __init__(
        self, bar: ReviewBar, view: QTableView, model: AnswersModel, panel: QWidget
    ) -> None:
        super().__init__(panel)
        self._bar, self._view, self._model = bar, view, model
        keys: dict[QKeySequence.StandardKey, Callable[[], None]] = {
            QKeySequence.StandardKey.Find: self.find,
            QKeySequence.StandardKey.FindNext: partial(self.step, 1),
            QKeySequence.StandardKey.FindPrevious: partial(self.step, -1),
        }
        for key, act in keys.items():
            short = QShortcut(panel)
            short.setKeys(key)
            short.activated.connect(act)
        bar.line.installEventFilter(self)

    @Slot()
    def find(self) -> None:
        """Go to the line, with what is in it to be written over."""
        self._bar.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._bar.line.selectAll()

    def step(self, by: int) -> None:
        """Go to the next cell, or with -1 the one before, that has what was looked for.

        What was typed and not looked for yet is looked for first.
        """
        if self._bar.find_now():
            return
        wanted = folded(self._bar.wish.text.strip())
        if not wanted:
            self.find()
            return
        for index in self._cells(by):
            if wanted in folded(str(index.data(Qt.ItemDataRole.EditRole) or "")):
                self._view.setCurrentIndex(index)
                return

    def _cells(self, by: int) -> Iterator[QModelIndex]:
        """From the cell the person is on, round all rows and back to it; not those of status."""
        across, rows = self._model.columnCount(), self._model.rowCount()
        status, current = self._model.column(ColumnKey("status")), self._view.currentIndex()
        begin = current.row() * across + current.column() if current.isValid() else min(-by, 0)
        for step in range(1, min(rows, _MOST_ROWS) * across + 1):
            row, column = divmod((begin + by * step) % (rows * across), across)
            if column != status:
                yield self._model.index(row, column)

    @Slot()
    def leave(self) -> None:
        """Back to the rows; what was looked for stays asked for."""
        if not self._view.currentIndex().isValid() and self._model.rowCount():
            self._view.setCurrentIndex(self._model.index(0, 0))
        self._view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the line Return goes on from hit to hit, Escape and Down go to the rows."""
        heard = isinstance(event, QKeyEvent) and self._hear(event)
        return heard or super().eventFilter(watched, event)

    def _hear(self, event: QKeyEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()  # it is meant for the line, whatever else it does elsewhere
        elif event.type() != QEvent.Type.KeyPress:
            return False
        elif event.key() in _ENTER:
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.step(-1 if back else 1)
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down):
            self.leave()
        else:
            return False
        return True
