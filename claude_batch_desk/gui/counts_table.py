"""Counts in rows and columns under names that may be long; a cell leads to what it counts."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from claude_batch_desk.gui.theme import GRID
from claude_batch_desk.gui.wording import number, rows_words

Index = QModelIndex | QPersistentModelIndex
NUMBERED_FROM = 11
"""So many columns would not fit under their names, so that they get numbers."""
_FAINTEST, _STRONGEST = 60, 255
"""How dense the ground of a cell is, of 255, from the smallest share of its row to all of it."""
_WIDEST, _NARROWEST = GRID * 15, GRID * 7
_MOST_LINES, _TALLEST = 4, GRID * 100
_Role = Qt.ItemDataRole


@dataclass(frozen=True)
class Count:
    """What a cell shows."""

    rows: int
    of: int
    """All that are counted in its row."""
    colour: str
    """Of its ground, where all of its row are in it."""


class CountsModel(QAbstractTableModel):
    """What such a table shows."""

    numbered = False
    """The columns have numbers instead of names."""

    def cell(self, index: Index) -> object | None:
        """What is counted in a cell; None where nothing is."""
        raise NotImplementedError

    def count(self, index: Index) -> Count | None:
        """How many there are; None where there are none."""
        raise NotImplementedError

    def words(self, cell: Any) -> str:
        """What is counted in a cell, given as `cell` tells it, in words."""
        raise NotImplementedError

    def data(self, index: Index, role: int = _Role.DisplayRole) -> object:
        """The count, the darker the larger its share of the row."""
        count = self.count(index)
        if role == _Role.DisplayRole:
            return number(count.rows) if count else ""
        if role == _Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        if count is None:
            return None
        if role == _Role.AccessibleTextRole:
            return f"{self.words(self.cell(index))}: {rows_words(count.rows)}"
        return _ground(count) if role == _Role.BackgroundRole else None


def _ground(count: Count) -> QColor:
    colour = QColor(count.colour)
    share = count.rows / max(count.of, 1)
    colour.setAlpha(_FAINTEST + round((_STRONGEST - _FAINTEST) * share))
    return colour


class CountsTable(QTableView):
    """The table; Enter or a click on a cell leads to what it counts."""

    cell_chosen = Signal(object)
    """What this cell counts is wanted; see CountsModel.cell."""

    cell_entered = Signal(QPoint)
    """The person went to the cell around this point of the viewport."""

    def __init__(
        self, model: CountsModel, name: str, accessible_name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._counts = model
        self.setModel(model)
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._fit()
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell where the person is now."""
        super().currentChanged(current, previous)
        if current.isValid():
            self.cell_entered.emit(self.visualRect(current).center())

    def _fit(self) -> None:
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        for header in (rows, columns):
            header.setHighlightSections(False)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        rows.setDefaultAlignment(left)
        rows.setMaximumWidth(GRID * 26)
        rows.setTextElideMode(Qt.TextElideMode.ElideRight)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + GRID + 4)
        # Names of several words stand in several lines, so that more of them fit.
        wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        columns.setDefaultAlignment(wrapped)
        across = Qt.Orientation.Horizontal
        for column in range(self._counts.columnCount()):
            name = str(self._counts.headerData(column, across))
            longest = max(name.split(), key=len, default="")
            width = self.fontMetrics().horizontalAdvance(longest) * 12 // 10 + GRID * 2
            least = _NARROWEST if not self._counts.numbered else _NARROWEST - GRID * 2
            self.setColumnWidth(column, min(max(width, least), _WIDEST))
        columns.setFixedHeight(self._lines() * self.fontMetrics().lineSpacing() + GRID * 2)
        self._fit_height(self._counts.rowCount())

    def _lines(self) -> int:
        """How many lines the names of the columns take, within reason."""
        across, most = Qt.Orientation.Horizontal, 2
        for column in range(self._counts.columnCount()):
            name = str(self._counts.headerData(column, across))
            room = QRect(0, 0, self.columnWidth(column) - GRID * 3, _TALLEST)
            bold = QFont(self.font())
            bold.setWeight(QFont.Weight.DemiBold)
            taken = QFontMetrics(bold).boundingRect(room, Qt.TextFlag.TextWordWrap, name)
            most = max(most, round(taken.height() / self.fontMetrics().lineSpacing()))
        return min(most, _MOST_LINES)

    def _fit_height(self, rows: int) -> None:
        """As high as its rows: it scrolls sideways, and the page around it down."""
        height = self.horizontalHeader().height() + GRID * 2
        self.setFixedHeight(height + rows * self.verticalHeader().defaultSectionSize())

    def _choose(self, index: QModelIndex) -> None:
        if (cell := self._counts.cell(index)) is not None:
            self.cell_chosen.emit(cell)
