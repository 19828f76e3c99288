"""Rows whose answers were compared with right ones: what is right, what was given, and the row."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from claude_batch_desk.core.jobs.quality.verbs import Compared
from claude_batch_desk.gui.wording import cell_tip, number, one_line, outcome_word

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_Role = Qt.ItemDataRole


class ComparedModel(QAbstractTableModel):
    """The rows in the order given; the row's own number stands at the left."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[Compared] = ()

    def show(self, rows: Sequence[Compared]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def compared(self, place: int) -> Compared:
        """The row at a place."""
        return self._rows[place]

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """How many rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        """What is right, what was given, and the text."""
        return 0 if parent.isValid() else 3

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        """A cell as one line; the whole of a longer one is its tip."""
        text = self._text(index.row(), index.column())
        if role == _Role.DisplayRole:
            return one_line(text)
        if role == _Role.EditRole:
            return text
        return cell_tip(text) if role == _Role.ToolTipRole else None

    def _text(self, row: int, column: int) -> str:
        found = self._rows[row]
        if column == 0:
            return found.right or self.tr("(nothing)")
        if column == 1:
            return found.given or outcome_word(found.outcome)
        return found.text.line()

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> object:
        """Names above, row numbers as a person counts at the left."""
        if role != _Role.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return number(self._rows[section].text.number + 1)
        return (self.tr("Right"), self.tr("Answered"), self.tr("The row"))[section]
