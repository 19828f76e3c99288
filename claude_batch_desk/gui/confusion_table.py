"""Right answers against given ones, in counts; a cell leads to its rows."""

import html

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from claude_batch_desk.core.quality.accuracy import Accuracy, Cell
from claude_batch_desk.core.quality.gold import Verdict, labels_of
from claude_batch_desk.gui.counts_table import (
    NUMBERED_FROM,
    Count,
    CountsModel,
    CountsTable,
    Index,
)
from claude_batch_desk.gui.theme import colours
from claude_batch_desk.gui.verdict_words import MISSES, verdict_word
from claude_batch_desk.gui.wording import number

_ROOT = QModelIndex()
_Role = Qt.ItemDataRole


class ConfusionModel(CountsModel):
    """The counts; rows are what is right, columns what was answered."""

    def __init__(self, accuracy: Accuracy, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cells = {(each.right, self._column_of(each)): each for each in accuracy.cells}
        seen = {each.right for each in accuracy.cells} | {
            each.given for each in accuracy.cells if each.verdict not in MISSES
        }
        listed = [each for each in labels_of(accuracy.field) if each in seen]
        self.labels: tuple[str, ...] = (*listed, *([""] if "" in seen else []))
        missed = [each for each in MISSES if accuracy.verdicts.get(each)]
        self._columns: tuple[tuple[str, Verdict | None], ...] = (
            *((label, None) for label in self.labels),
            *(("", verdict) for verdict in missed),
        )
        self._totals = {
            label: sum(each.count for each in accuracy.cells if each.right == label)
            for label in self.labels
        }
        self.numbered = len(self.labels) >= NUMBERED_FROM

    @staticmethod
    def _column_of(cell: Cell) -> tuple[str, Verdict | None]:
        return ("", cell.verdict) if cell.verdict in MISSES else (cell.given, None)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """One for each right answer that occurs."""
        return 0 if parent.isValid() else len(self.labels)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """One for each given answer, and for each way to give none."""
        return 0 if parent.isValid() else len(self._columns)

    def cell(self, index: Index) -> Cell | None:
        """What is counted in a cell; None where nothing is."""
        if not index.isValid():
            return None
        return self._cells.get((self.labels[index.row()], self._columns[index.column()]))

    def count(self, index: Index) -> Count | None:
        """The rows of a cell, and all with the same right answer."""
        if (cell := self.cell(index)) is None:
            return None
        theme = colours(QGuiApplication.palette())
        colour = theme.good_soft if cell.verdict == "right" else theme.error_soft
        return Count(cell.count, self._totals[cell.right], colour)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> object:
        """The values; where there are many, columns have the numbers of the rows."""
        if role == _Role.ToolTipRole:
            name = self.headerData(section, orientation, _Role.AccessibleTextRole)
            return html.escape(str(name))
        if role not in (_Role.DisplayRole, _Role.AccessibleTextRole):
            return None
        plain = role == _Role.AccessibleTextRole
        if orientation == Qt.Orientation.Vertical:
            name = self._name(self.labels[section], None)
            return f"{section + 1}   {name}" if self.numbered and not plain else name
        label, verdict = self._columns[section]
        if self.numbered and verdict is None and not plain:
            return number(section + 1)
        return self._name(label, verdict)

    def _name(self, label: str, verdict: Verdict | None) -> str:
        if verdict is not None:
            return verdict_word(verdict)
        return " ".join(label.split()) or self.tr("(nothing)")

    def words(self, cell: Cell) -> str:
        """What a cell counts, in words."""
        right = self._name(cell.right, None)
        if cell.verdict in MISSES:
            told = self.tr("Right is “%1”, the answer was: %2")
            return told.replace("%2", verdict_word(cell.verdict)).replace("%1", right)
        told = self.tr("Right is “%1”, answered “%2”")
        return told.replace("%2", self._name(cell.given, None)).replace("%1", right)


class ConfusionTable(CountsTable):
    """The table; Enter or a click on a cell leads to its rows, told as a Cell."""

    def __init__(self, accuracy: Accuracy, parent: QWidget | None = None) -> None:
        self.confusion = ConfusionModel(accuracy)
        super().__init__(self.confusion, "confusion_table", "", parent)
        self.confusion.setParent(self)
        self.setAccessibleName(self.tr("Right answers in rows, given ones in columns"))
