"""The answers of an imported batch, read in windows, for a QTableView."""

from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from claude_batch_desk.core.jobs.account.reading import ImportedRow
from claude_batch_desk.core.tables.table import PAGE_ROWS
from claude_batch_desk.gui.icons import icon
from claude_batch_desk.gui.wording import OUTCOME_TONES, cell_tip, number, one_line, outcome_word

CUSTOM_ID, OUTCOME, ANSWER, IN, OUT, MODEL = range(6)
_PAGES_KEPT = 32
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_Role = Qt.ItemDataRole

Window = Callable[[int, int], list[ImportedRow]]
"""Called as `window(first, count)`: results by their place; fewer at the end."""


class ResultsModel(QAbstractTableModel):
    """One line for each result, in the order the service gave them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window: Window | None = None
        self._results = 0
        self._pages: OrderedDict[int, list[ImportedRow]] = OrderedDict()

    def show(self, window: Window | None, results: int) -> None:
        """Show so many results, or none."""
        self.beginResetModel()
        self._window, self._results = window, results if window else 0
        self._pages.clear()
        self.endResetModel()

    def row(self, place: int) -> ImportedRow | None:
        """The result at a place; None where the store no longer has it."""
        first = place - place % PAGE_ROWS
        if first not in self._pages:
            if self._window is None:
                return None
            self._pages[first] = self._window(first, PAGE_ROWS)
            if len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
        self._pages.move_to_end(first)
        page = self._pages[first]
        return page[place - first] if place - first < len(page) else None

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """How many results there are."""
        return 0 if parent.isValid() else self._results

    def columnCount(self, parent: _Index = _ROOT) -> int:
        """Always the same."""
        return 0 if parent.isValid() else MODEL + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> object:
        """Names across, and places from 1 down."""
        if role != _Role.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return number(section + 1)
        return (
            "custom_id",  # as the service calls it, and as whoever made the batch knows it
            self.tr("Status"),
            self.tr("Answer"),
            self.tr("Tokens in"),
            self.tr("Tokens out"),
            self.tr("Model"),
        )[section]

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        """The text of a cell on one line, as its tip with its lines; all of it is in `row`."""
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == _Role.DecorationRole and index.column() == OUTCOME:
            tone, name = OUTCOME_TONES[row.answer.outcome]
            return icon(name, "muted" if tone == "neutral" else tone)
        if role == _Role.TextAlignmentRole and index.column() in (IN, OUT):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        text = _text(row, index.column())
        if role in (_Role.DisplayRole, _Role.AccessibleTextRole):
            return one_line(text)
        if role == _Role.EditRole:
            return text
        return cell_tip(text) if role == _Role.ToolTipRole else None


def _text(row: ImportedRow, column: int) -> str:
    usage = row.answer.usage
    return {
        CUSTOM_ID: row.custom_id,
        OUTCOME: outcome_word(row.answer.outcome),
        ANSWER: row.answer.text or row.answer.reason,
        IN: number(usage.prompt) if usage else "",
        OUT: number(usage.output) if usage else "",
        MODEL: row.model,
    }[column]
