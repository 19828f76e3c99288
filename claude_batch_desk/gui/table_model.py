"""A core Table for a QTableView: rows come from the store in pages, whatever the table's size."""

import html
from collections import OrderedDict

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from claude_batch_desk.core.tables.table import PAGE_ROWS, Row, Table
from claude_batch_desk.gui.wording import TIP_CHARACTERS, cell_tip, number, one_line

AnyIndex = QModelIndex | QPersistentModelIndex
_PAGES_KEPT = 64
_DISPLAY = Qt.ItemDataRole.DisplayRole
_NOWHERE = QModelIndex()


class TableModel(QAbstractTableModel):
    """The table in the order of its source; read-only."""

    def __init__(self, table: Table | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()

    @property
    def table(self) -> Table | None:
        """The table shown."""
        return self._table

    def show_table(self, table: Table | None) -> None:
        """Show another table, or none."""
        self.beginResetModel()
        self._table = table
        self._pages.clear()
        self.endResetModel()

    def cell(self, row: int, column: int) -> str:
        """The whole text of a cell, as it looks in the source."""
        if self._table is None:
            return ""
        number, offset = divmod(row, PAGE_ROWS)
        if number not in self._pages:
            self._pages[number] = self._table.rows.window(number * PAGE_ROWS, PAGE_ROWS)
            if len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
        self._pages.move_to_end(number)
        return self._pages[number][offset][column]

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        """The table's rows; a cell has none."""
        return 0 if parent.isValid() or self._table is None else self._table.row_count

    def columnCount(self, parent: AnyIndex = _NOWHERE) -> int:
        """The table's columns; a cell has none."""
        return 0 if parent.isValid() or self._table is None else len(self._table.columns)

    def data(self, index: AnyIndex, role: int = _DISPLAY) -> str | None:
        """The cell as one line; its tip is the text with its line breaks, where they differ."""
        if role == _DISPLAY:
            return one_line(self.cell(index.row(), index.column())) if index.isValid() else None
        if role == Qt.ItemDataRole.ToolTipRole and index.isValid():
            return cell_tip(self.cell(index.row(), index.column()))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY
    ) -> str | None:
        """Column names; row numbers count from 1, as a person does."""
        if self._table is None or role not in (_DISPLAY, Qt.ItemDataRole.ToolTipRole):
            return None
        if orientation == Qt.Orientation.Vertical:
            return number(section + 1) if role == _DISPLAY else None
        if not 0 <= section < len(self._table.columns):
            return None
        name = self._table.columns[section]
        return one_line(name) if role == _DISPLAY else html.escape(name[:TIP_CHARACTERS])
