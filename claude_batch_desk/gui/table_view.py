"""A table that reads like a spreadsheet: numbered rows of one line, a thin grid, … for the rest."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from claude_batch_desk.core.tables.clipboard import text_of
from claude_batch_desk.gui.theme import GRID, ICON, SPACE

_WIDEST = GRID * 40
_NARROWEST = GRID * 9
_ROWS_MEASURED, _COLUMNS_MEASURED = 40, 100
_LETTERS_MEASURED = 120
"""More than the widest column shows; measuring whole texts takes long."""
_PICTURE = Qt.ItemDataRole.DecorationRole
_MOST_COPIED = 200_000
"""Cells; what is more is an export."""


class TableView(QTableView):
    """Shows a model in a window of it; copying gives tab-separated text."""

    row_chosen = Signal(int)
    """The person moved to this row of the model."""
    column_pressed = Signal(int)
    """The person pressed the name of this column of the model."""

    def __init__(self, name: str, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + GRID + 4)
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        rows.setHighlightSections(False)  # a chosen column would make all of them bold
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setDefaultSectionSize(GRID * 14)
        columns.setHighlightSections(False)
        columns.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # names often begin alike
        columns.setStretchLastSection(True)
        columns.sectionPressed.connect(self.column_pressed)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Show the model, its columns as wide as their first rows ask for."""
        super().setModel(model)
        if model is not None:
            # Else it asks of a million rows whether all of them are selected, at each painting.
            header = self.horizontalHeader()
            header.setSelectionModel(QItemSelectionModel(model, header))
            model.modelReset.connect(self.fit_columns)
            model.headerDataChanged.connect(self._fit_pictures)
            self.fit_columns()

    @Slot()
    def fit_columns(self) -> None:
        """Make each column as wide as its name and its first rows, within reason.

        Of very many columns only the first are measured; the others are all of one width.
        """
        header = self.horizontalHeader()
        header.setStretchLastSection(False)  # or each change would lay out all the columns anew
        for column in range(min(self.model().columnCount(), _COLUMNS_MEASURED)):
            self.setColumnWidth(column, self._fitting_width(column))
        header.setStretchLastSection(True)

    @Slot(Qt.Orientation, int, int)
    def _fit_pictures(self, orientation: Qt.Orientation, first: int, last: int) -> None:
        """A picture beside a name is not to cost letters of it."""
        if orientation != Qt.Orientation.Horizontal:
            return
        for column in range(first, min(last + 1, _COLUMNS_MEASURED)):
            if self.model().headerData(column, orientation, _PICTURE):
                needed = min(self._name_width(column) + GRID * 3, _WIDEST)
                self.setColumnWidth(column, max(self.columnWidth(column), needed))

    def _name_width(self, column: int) -> int:
        across = Qt.Orientation.Horizontal
        name = self.model().headerData(column, across) or ""
        width = self.fontMetrics().horizontalAdvance(str(name)) * 11 // 10  # it is bold
        picture = self.model().headerData(column, across, _PICTURE)
        return width + (ICON + SPACE if picture else 0)

    def _fitting_width(self, column: int) -> int:
        model, metrics = self.model(), self.fontMetrics()
        rows = min(model.rowCount(), _ROWS_MEASURED)
        cells = (str(model.index(row, column).data() or "") for row in range(rows))
        texts = [cell[:_LETTERS_MEASURED] for cell in cells]
        width = max([self._name_width(column), *map(metrics.horizontalAdvance, texts)]) + GRID * 3
        return min(max(width, _NARROWEST), _WIDEST)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell which row the person is on."""
        super().selectionChanged(selected, deselected)
        current = self.currentIndex()
        if current.isValid():
            self.row_chosen.emit(current.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy as a spreadsheet takes it; Qt alone would copy one cell."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied())
            return
        super().keyPressEvent(event)

    def selected_rows(self, most: int) -> tuple[int, ...]:
        """The rows of the model in which something is selected; the first of very many."""
        ranges = self.selectionModel().selection()
        if ranges.isEmpty():
            return ()
        chosen = ranges.first()
        return tuple(range(chosen.top(), min(chosen.bottom() + 1, chosen.top() + most)))

    def rows_in_sight(self) -> tuple[int, int]:
        """The first and the last row of the model that can be seen, from 0."""
        first = max(self.rowAt(0), 0)
        last = self.rowAt(self.viewport().height() - 1)
        return first, last if last >= 0 else self.model().rowCount() - 1

    def go_to_row(self, row: int) -> None:
        """Bring a row of the model into the middle and select it."""
        index = self.model().index(row, max(self.columnAt(0), 0))
        if index.isValid():
            self._select(index, index.siblingAtColumn(0), self.model().columnCount() - 1, row)
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def go_to_column(self, column: int) -> None:
        """Bring a column of the model into sight and select it."""
        index = self.model().index(max(self.rowAt(0), 0), column)
        if index.isValid():
            self._select(index, index.siblingAtRow(0), column, self.model().rowCount() - 1)
            self.scrollTo(index)

    def _select(self, current: QModelIndex, first: QModelIndex, column: int, row: int) -> None:
        """Select from `first` to the cell at this column and row, wherever the anchor was."""
        chosen = self.selectionModel()
        chosen.setCurrentIndex(current, QItemSelectionModel.SelectionFlag.NoUpdate)
        chosen.select(
            QItemSelection(first, self.model().index(row, column)),
            QItemSelectionModel.SelectionFlag.ClearAndSelect,
        )

    def copied(self) -> str:
        """The selected cells as a spreadsheet takes them, whole texts with all their lines."""
        ranges = self.selectionModel().selection()
        if ranges.isEmpty():
            return ""
        chosen, model = ranges.first(), self.model()
        columns = range(chosen.left(), chosen.right() + 1)
        last = min(chosen.bottom(), chosen.top() + _MOST_COPIED // max(len(columns), 1))
        return text_of(
            (_whole(model.index(row, column)) for column in columns)
            for row in range(chosen.top(), last + 1)
        )


def _whole(index: QModelIndex) -> str:
    """The text of a cell; most models have it to be edited, and show one line of it."""
    text = index.data(Qt.ItemDataRole.EditRole)
    return str((index.data() if text is None else text) or "")
