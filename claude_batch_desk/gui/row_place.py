"""Which rows are in sight of how many, and a way to go to another one."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QWidget

from claude_batch_desk.gui.theme import GRID, TIGHT
from claude_batch_desk.gui.widgets import ElidedLabel, icon_button
from claude_batch_desk.gui.wording import number


class _RowSpin(QSpinBox):
    """A number that Esc gives up."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc is the way out."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)


class RowPlace(QWidget):
    """The rows in sight as text; its button, or Ctrl+G, asks for the row to go to."""

    row_chosen = Signal(int)
    """This row, counted from 0, is to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._last = 0
        self.label = ElidedLabel("", "muted")
        self.button = icon_button("search", "data_go_to_row", self.tr("Go to a row (Ctrl+G)"))
        self.spin = _RowSpin()
        self.spin.setObjectName("data_row")
        self.spin.setAccessibleName(self.tr("Row to go to"))
        self.spin.setKeyboardTracking(False)
        self.spin.setGroupSeparatorShown(True)
        self.spin.setMinimumWidth(GRID * 13)
        self.spin.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        row.addWidget(self.button)
        row.addWidget(self.spin)
        row.addWidget(self.label, 1)
        self.button.clicked.connect(self.ask)
        self.spin.editingFinished.connect(self._go)
        self.spin.left.connect(self._leave)
        shortcut = QShortcut(QKeySequence(self.tr("Ctrl+G")), self)
        shortcut.activated.connect(self.ask)

    def show_place(self, first: int, last: int, rows: int) -> None:
        """Say that the rows `first` to `last`, counted from 0, are in sight."""
        self._last = rows
        self.button.setEnabled(rows > 1)
        words = self.tr("Rows %1–%2 of %3") if rows else self.tr("No rows")
        words = words.replace("%1", number(first + 1)).replace("%2", number(last + 1))
        self.label.set_whole(words.replace("%3", number(rows)))
        if self.spin.isHidden():
            self.spin.setRange(min(rows, 1), rows)
            self.spin.setValue(first + 1)

    def show_first(self, rows: int) -> None:
        """Say that only the first rows are there yet."""
        self._last = 0
        self.button.setEnabled(False)
        self._leave()
        self.label.set_whole(self.tr("The first %1 rows").replace("%1", number(rows)))

    @Slot()
    def ask(self) -> None:
        """Let the person write the number of a row."""
        if self._last > 1:
            self.spin.show()
            self.spin.setFocus()
            self.spin.selectAll()

    @Slot()
    def _go(self) -> None:
        if self.spin.isHidden():
            return
        entered = self.spin.hasFocus()  # or the focus has gone elsewhere: no wish to go anywhere
        self._leave()
        if entered:
            self.row_chosen.emit(self.spin.value() - 1)

    @Slot()
    def _leave(self) -> None:
        self.spin.hide()
