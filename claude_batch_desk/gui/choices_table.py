"""Allowed values and what they mean, as a small table that takes what is pasted into it."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from claude_batch_desk.core.prompts.fields import Choice

_LEAST_ROWS, _MOST_ROWS = 3, 9
"""In sight at once."""
_VALUE_LETTERS = (18, 36)
_FRAME = 4


class ChoicesTable(QTableWidget):
    """One row for each allowed value, and an empty one at the end to write the next into.

    What is pasted begins at the current row; a second column of it is what the values mean.
    """

    changed = Signal()

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__(0, 2)
        self.setAccessibleName(self.tr("Allowed values, and what each means"))
        self.setHorizontalHeaderLabels(
            [self.tr("Allowed value"), self.tr("What it means (optional)")]
        )
        head = self.horizontalHeader()
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        head.setStretchLastSection(True)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.verticalHeader().hide()
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.set_choices(choices)
        self.cellChanged.connect(self._edited)

    def choices(self) -> tuple[Choice, ...]:
        """The rows that have a value."""
        rows = ((self._text(row, 0), self._text(row, 1)) for row in range(self.rowCount()))
        return tuple(Choice(value, about) for value, about in rows if value)

    def set_choices(self, choices: Iterable[Choice]) -> None:
        """Show these values instead."""
        with QSignalBlocker(self):
            self.setRowCount(0)
            for choice in choices:
                self._append(choice)
            self._append(Choice(""))
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Paste, and remove the selected values; all else is the table's."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste(QGuiApplication.clipboard().text())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove_selected()
        else:
            super().keyPressEvent(event)

    def paste(self, text: str) -> None:
        """Put lines, as they come from a spreadsheet or a text, in from the current row on.

        Where several rows are selected, they are what is replaced.
        """
        lines = [line for line in text.splitlines() if line.strip()]
        pasted = [Choice(*(part.strip() for part in line.split("\t", 2)[:2])) for line in lines]
        replaced = {index.row() for index in self.selectedIndexes()} or {max(self.currentRow(), 0)}
        at = min(replaced)
        before = [Choice(self._text(row, 0), self._text(row, 1)) for row in range(self.rowCount())]
        rest = [each for row, each in enumerate(before) if row > at and row not in replaced]
        kept = [each for each in (*before[:at], *pasted, *rest) if each.value]
        if pasted:
            self.set_choices(kept)
            self.changed.emit()

    def _remove_selected(self) -> None:
        rows = sorted({index.row() for index in self.selectedIndexes()}, reverse=True)
        if self.currentColumn() == 1 and len(rows) == 1:
            self._write(rows[0], 1, "")
            return
        for row in rows:
            if row < self.rowCount() - 1:
                self.removeRow(row)
        self._fit()
        self.changed.emit()

    @Slot()
    def _edited(self) -> None:
        if self._text(self.rowCount() - 1, 0):
            with QSignalBlocker(self):
                self._append(Choice(""))
            self._fit()
        self.changed.emit()

    def _append(self, choice: Choice) -> None:
        row = self.rowCount()
        self.insertRow(row)
        self._write(row, 0, choice.value)
        self._write(row, 1, choice.description)

    def _write(self, row: int, column: int, text: str) -> None:
        item = self.item(row, column)
        if item is None:
            self.setItem(row, column, QTableWidgetItem(text))
        else:
            item.setText(text)

    def _text(self, row: int, column: int) -> str:
        item = self.item(row, column)
        return item.text().strip() if item else ""

    def _fit(self) -> None:
        """As tall as its rows, and the values as wide as they are, within limits."""
        letter = self.fontMetrics().averageCharWidth()
        wanted = self.sizeHintForColumn(0) + letter
        least, most = (letter * letters for letters in _VALUE_LETTERS)
        self.horizontalHeader().resizeSection(0, min(max(wanted, least), most))
        rows = min(max(self.rowCount(), _LEAST_ROWS), _MOST_ROWS)
        height = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(height + rows * self.verticalHeader().defaultSectionSize() + _FRAME)
