"""What one run said against what another says, in counts; a cell leads to its rows."""

import html
from collections import Counter

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from claude_batch_desk.core.jobs.comparing_runs.changes import ColumnChanges, Crossing
from claude_batch_desk.gui.comparison_words import value_word
from claude_batch_desk.gui.counts_table import (
    NUMBERED_FROM,
    Count,
    CountsModel,
    CountsTable,
    Index,
)
from claude_batch_desk.gui.theme import colours
from claude_batch_desk.gui.wording import number

_ROOT = QModelIndex()
_Role = Qt.ItemDataRole
_MOST_VALUES = 24
"""Rows and columns; nobody reads a larger table."""
_LONGEST_NAME, _LONGEST_WORD = 36, 14
"""Characters of a value that stands above a column."""


class CrossingModel(CountsModel):
    """Rows are what the first run said, columns what the second says."""

    def __init__(self, column: ColumnChanges) -> None:
        super().__init__()
        values = _values(column)
        before = {each.before for each in column.crossings}
        after = {each.after for each in column.crossings}
        self.after = tuple(each for each in values if each in after)
        """The values that have a column."""
        self.numbered = len(self.after) >= NUMBERED_FROM or not all(map(_fits, self.after))
        # Where columns have numbers, the rows say what these stand for.
        self.before = values if self.numbered else tuple(each for each in values if each in before)
        """The values that have a row."""
        self._numbers = {value: at for at, value in enumerate(values, start=1)}
        self._cells = {(each.before, each.after): each for each in column.crossings}
        self._totals: Counter[str] = Counter()
        for each in column.crossings:
            self._totals[each.before] += each.rows
        self.left_out = sum(
            each.rows for each in column.crossings if not {each.before, each.after} <= {*values}
        )
        """Rows with a rarer value, which are in no cell."""

    def rowCount(self, parent: Index = _ROOT) -> int:
        """One for each value that was said before."""
        return 0 if parent.isValid() else len(self.before)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """One for each value that is said after."""
        return 0 if parent.isValid() else len(self.after)

    def cell(self, index: Index) -> Crossing | None:
        """What is counted in a cell; None where nothing is."""
        if not index.isValid():
            return None
        return self._cells.get((self.before[index.row()], self.after[index.column()]))

    def count(self, index: Index) -> Count | None:
        """The rows of a cell, and all with the same value before."""
        if (cell := self.cell(index)) is None:
            return None
        theme = colours(QGuiApplication.palette())
        same = cell.before == cell.after
        colour = theme.good_soft if same else theme.warning_soft
        return Count(cell.rows, self._totals[cell.before], colour)

    def data(self, index: Index, role: int = _Role.DisplayRole) -> object:
        """As its base says; the tip tells what a cell counts."""
        if role == _Role.ToolTipRole:
            told = super().data(index, _Role.AccessibleTextRole)
            return html.escape(str(told)) if told else None
        return super().data(index, role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> object:
        """The values; where there are many, columns have the numbers of the rows."""
        down = orientation == Qt.Orientation.Vertical
        value = (self.before if down else self.after)[section]
        name, at = value_word(value), self._numbers[value]
        if role == _Role.ToolTipRole:
            return html.escape(name)
        if role == _Role.AccessibleTextRole or (role == _Role.DisplayRole and not self.numbered):
            return name
        if role != _Role.DisplayRole:
            return None
        return f"{at}   {name}" if down else number(at)

    def words(self, cell: Crossing) -> str:
        """What a cell counts, in words."""
        told = self.tr("Before “%1”, after “%2”").replace("%1", value_word(cell.before))
        return told.replace("%2", value_word(cell.after))


def _fits(value: str) -> bool:
    """It can stand above a column."""
    name = value_word(value)
    return len(name) <= _LONGEST_NAME and max(map(len, name.split())) <= _LONGEST_WORD


def _values(column: ColumnChanges) -> tuple[str, ...]:
    """The commonest of all that were said, those that were allowed first and in their order."""
    counts: Counter[str] = Counter()
    for each in column.crossings:
        counts[each.before] += each.rows
        counts[each.after] += each.rows
    kept = {value for value, _ in counts.most_common(_MOST_VALUES)}
    listed = [each for each in column.labels if each in kept]
    others = [value for value in counts if value in kept and value not in listed]
    return (*listed, *sorted(others, key=lambda value: -counts[value]))


class CrossingTable(CountsTable):
    """The table; Enter or a click on a cell leads to its rows, told as a Crossing."""

    def __init__(self, column: ColumnChanges, parent: QWidget | None = None) -> None:
        self.crossings = CrossingModel(column)
        super().__init__(self.crossings, "comparison_cells", "", parent)
        self.crossings.setParent(self)
        self.setAccessibleName(
            self.tr("What was said before in rows, what is said after in columns")
        )
