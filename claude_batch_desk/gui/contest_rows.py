"""The same rows with the answer of each recipe beside the others."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Slot,
)
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.quality.contests import ContestResult, SidesRow
from claude_batch_desk.core.prompts.example import Filled
from claude_batch_desk.gui.labelled_row import RowView, above_row
from claude_batch_desk.gui.table_view import TableView
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Label
from claude_batch_desk.gui.wording import cell_tip, number, one_line, outcome_word, rows_of

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_Role = Qt.ItemDataRole
_SHARES = (300, 200)


class SidesModel(QAbstractTableModel):
    """Rows in table order: each recipe's answer in one column, what is right, and the row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[SidesRow] = ()
        self._names: Sequence[str] = ()
        self._column = 0
        self._judged = False

    def show(self, rows: Sequence[SidesRow], names: Sequence[str], column: int) -> None:
        """Show these rows by the answer column at this place."""
        self.beginResetModel()
        self._rows, self._names, self._column = rows, names, column
        self._judged = any(each.right and each.right[column] is not None for each in rows)
        self.endResetModel()

    def row(self, place: int) -> SidesRow:
        """The row at a place."""
        return self._rows[place]

    def said(self, place: int) -> list[str]:
        """All but the row itself, in full."""
        return [self._text(self._rows[place], at) for at in range(self.columnCount() - 1)]

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """How many rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        """One a recipe, what is right where that is known, and the text."""
        return 0 if parent.isValid() else len(self._names) + self._judged + 1

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        """A cell as one line; what differs from the first stands out by its weight."""
        found, column = self._rows[index.row()], index.column()
        if role == _Role.FontRole and 0 < column < len(self._names):
            font = QFont()
            font.setBold(self._said(found, column) != self._said(found, 0))
            return font
        text = self._text(found, column)
        if role == _Role.DisplayRole:
            return one_line(text)
        if role == _Role.EditRole:
            return text
        return cell_tip(text) if role == _Role.ToolTipRole else None

    def _text(self, found: SidesRow, column: int) -> str:
        if column < len(self._names):
            return self._said(found, column)
        if self._judged and column == len(self._names):
            right = found.right[self._column]
            return "" if right is None else right or self.tr("(nothing)")
        return found.text.line()

    def _said(self, found: SidesRow, at: int) -> str:
        answer = found.answers[at]
        if answer is None:
            return self.tr("(not asked)")
        value = found.values[at][self._column] if found.values[at] else ""
        return value or f"({outcome_word(answer.outcome).lower()})"

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> object:
        """The recipes' names above, row numbers as a person counts at the left."""
        if role != _Role.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return number(self._rows[section].text.number + 1)
        if section < len(self._names):
            return f"{section + 1} · {self._names[section]}"
        if self._judged and section == len(self._names):
            return self.tr("Right")
        return self.tr("The row")


class ContestRows(QWidget):
    """All rows or those that differ, and the whole of one below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: ContestResult | None = None
        self._names: Sequence[str] = ()
        self._column = 0
        self.model = SidesModel(self)
        self.differ_check = QCheckBox(self.tr("Only where they differ"))
        self.differ_check.setObjectName("contest_differ")
        self.count = Label("", "muted", wrap=False)
        self.view = TableView("contest_table", self.tr("Rows with the answers side by side"))
        self.view.setModel(self.model)
        self.text = RowView("contest_row")
        self._lay_out()
        self.differ_check.toggled.connect(self._show)
        self.view.row_chosen.connect(self._show_row)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self.differ_check)
        head.addStretch(1)
        head.addWidget(self.count)
        halves = above_row(self.view, self.text)
        halves.setSizes(_SHARES)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(halves, 1)

    def show_result(self, found: ContestResult, names: Sequence[str], column: int) -> None:
        """Show the rows of this comparison by the answer column at this place."""
        self._found, self._names, self._column = found, names, column
        self._show()

    @Slot()
    def _show(self) -> None:
        if self._found is None or not self._found.columns:
            return
        differ = {*self._found.columns[self._column].differ}
        rows = [
            each
            for each in self._found.rows
            if not self.differ_check.isChecked() or each.text.number in differ
        ]
        self.model.show(rows, self._names, self._column)
        self.count.setText(rows_of(len(rows), len(self._found.rows)))
        if rows:
            self.view.setCurrentIndex(self.model.index(0, 0))
            self._show_row(0)
        else:
            self.text.show_row(None)

    @Slot(int)
    def _show_row(self, place: int) -> None:
        """What each said in full, and the row it was asked about."""
        names = [*self._names, self.tr("Right")][: self.model.columnCount() - 1]
        said = [
            Filled(f"{at + 1} · {name}" if at < len(self._names) else name, text)
            for at, (name, text) in enumerate(zip(names, self.model.said(place), strict=True))
        ]
        text = self.model.row(place).text
        self.text.show_row(replace(text, named=(*said, *text.named)))
