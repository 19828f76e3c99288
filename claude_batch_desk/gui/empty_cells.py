"""What becomes of a row where a cell that the prompt names is empty."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from claude_batch_desk.core.prompts.template import EMPTY_CELLS, EmptyCells
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Label


class EmptyCellsChoice(QWidget):
    """One of three ways; `changed` when the person chose."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words: dict[EmptyCells, str] = {
            "send": self.tr("send the row as it is"),
            "skip": self.tr("skip the row: not sent, costs nothing"),
            "leave_out": self.tr("leave out each line with nothing but empty cells"),
        }
        self.combo = QComboBox()
        self.combo.setObjectName("empty_cells")
        self.combo.setAccessibleName(self.tr("Where a cell is empty"))
        for way in EMPTY_CELLS:
            self.combo.addItem(words[way], way)
        self.combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        label = Label(self.tr("Where a cell is empty,"), wrap=False)
        label.setBuddy(self.combo)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(label)
        row.addWidget(self.combo, 1)
        self.combo.activated.connect(self._tell)

    @property
    def value(self) -> EmptyCells:
        """The way that holds."""
        return EMPTY_CELLS[self.combo.currentIndex()]

    def choose(self, way: EmptyCells) -> None:
        """Make this way hold, without telling."""
        self.combo.setCurrentIndex(EMPTY_CELLS.index(way))

    @Slot()
    def _tell(self) -> None:
        self.changed.emit()
