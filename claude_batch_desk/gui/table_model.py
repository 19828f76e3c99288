"""A core Table for a QTableView: rows come from the store in pages, whatever the table's size."""

import html
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon

from claude_batch_desk.core.tables.finding import Finding
from claude_batch_desk.core.tables.table import PAGE_ROWS, Row, Table
from claude_batch_desk.gui.icons import icon
from claude_batch_desk.gui.wording import TIP_CHARACTERS, cell_tip, number, one_line

AnyIndex = QModelIndex | QPersistentModelIndex
_PAGES_KEPT = 64
_CELLS_KEPT = 4_000_000
"""Of a table of 16,384 columns one page is more than this; two are kept of any."""
_DISPLAY = Qt.ItemDataRole.DisplayRole
_TIP, _PICTURE = Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.DecorationRole
_NOWHERE = QModelIndex()


class TableModel(QAbstractTableModel):
    """The table in the order of its source; read-only."""

    def __init__(self, table: Table | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._remarks: dict[int, list[str]] = {}
        self._kept: frozenset[str] = frozenset()

    @property
    def table(self) -> Table | None:
        """The table shown."""
        return self._table

    def show_table(self, table: Table | None) -> None:
        """Show another table, or none."""
        self.beginResetModel()
        self._table = table
        self._pages.clear()
        self._remarks = _by_row(table.findings if table else ())
        self.endResetModel()

    def mark_kept(self, columns: Collection[str]) -> None:
        """Mark these columns as those that never leave this computer."""
        if self._kept == frozenset(columns):
            return
        self._kept = frozenset(columns)
        if last := self.columnCount():
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last - 1)

    def cell(self, row: int, column: int) -> str:
        """The whole text of a cell, as it looks in the source."""
        if self._table is None:
            return ""
        number, offset = divmod(row, PAGE_ROWS)
        if number not in self._pages:
            self._pages[number] = self._table.rows.window(number * PAGE_ROWS, PAGE_ROWS)
            most = _CELLS_KEPT // (PAGE_ROWS * len(self._table.columns))
            if len(self._pages) > min(max(most, 2), _PAGES_KEPT):
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
        if role == Qt.ItemDataRole.EditRole and index.isValid():
            return self.cell(index.row(), index.column())
        if role == _TIP and index.isValid():
            return cell_tip(self.cell(index.row(), index.column()))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY
    ) -> str | QIcon | None:
        """Column names; row numbers count from 1, as a person does. Both may be marked."""
        if self._table is None or role not in (_DISPLAY, _TIP, _PICTURE):
            return None
        if orientation == Qt.Orientation.Vertical:
            return self._row_header(section, role)
        if not 0 <= section < len(self._table.columns):
            return None
        return self._column_header(self._table.columns[section], role)

    def _row_header(self, row: int, role: int) -> str | QIcon | None:
        if role == _DISPLAY:
            return number(row + 1)
        remarks = self._remarks.get(row)
        if not remarks:
            return None
        return icon("warning", "warning") if role == _PICTURE else html.escape("\n".join(remarks))

    def _column_header(self, name: str, role: int) -> str | QIcon | None:
        kept = name in self._kept
        if role == _PICTURE:
            return icon("lock", "good") if kept else None
        if role == _DISPLAY:
            return one_line(name)
        tip = html.escape(name[:TIP_CHARACTERS])
        return f"{tip}<br><br>{self.tr('It never leaves this computer.')}" if kept else tip


def _by_row(findings: Sequence[Finding]) -> dict[int, list[str]]:
    remarks: dict[int, list[str]] = defaultdict(list)
    for finding in findings:
        for row in finding.rows:
            remarks[row].append(finding.sentence)
    return dict(remarks)
