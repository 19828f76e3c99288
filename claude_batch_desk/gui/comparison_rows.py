"""Rows of two runs: what each says of them, and the whole of one below."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.comparing_runs.verbs import PairedRow
from claude_batch_desk.core.prompts.example import Filled
from claude_batch_desk.gui.comparison_words import said_word
from claude_batch_desk.gui.labelled_row import RowView, above_row
from claude_batch_desk.gui.table_view import TableView
from claude_batch_desk.gui.theme import SPACE, WIDE
from claude_batch_desk.gui.widgets import Label, button, set_tip
from claude_batch_desk.gui.wording import cell_tip, number, one_line, row_words

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_Role = Qt.ItemDataRole
_SHARES = (300, 260)
_FEW = 32
"""Rows that are read at a time; they may stand far from each other."""
_PAGES_KEPT = 32

Reads = Callable[[Sequence[int]], list[PairedRow]]
"""Reads some of the rows that both runs have, by their places among these."""


class PairedModel(QAbstractTableModel):
    """Rows in table order: what was said before and after, and the row, read as they are shown."""

    failed = Signal(object)
    """Rows could not be read, for this DeskError."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read: Reads | None = None
        self._pairs: Sequence[int] = ()
        self._pages: OrderedDict[int, list[PairedRow]] = OrderedDict()

    def show(self, read: Reads | None, pairs: Sequence[int]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self._read, self._pairs = read, pairs
        self._pages.clear()
        self.endResetModel()

    def paired(self, place: int) -> PairedRow | None:
        """The row at a place, or None where it cannot be read."""
        first = place - place % _FEW
        if first not in self._pages:
            self._pages[first] = self._page(first)
            if len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
        self._pages.move_to_end(first)
        page = self._pages[first]
        return page[place - first] if place - first < len(page) else None

    def _page(self, first: int) -> list[PairedRow]:
        if self._read is None:
            return []
        try:
            return self._read(self._pairs[first : first + _FEW])
        except DeskError as error:
            self.failed.emit(error)
            return []

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """How many rows."""
        return 0 if parent.isValid() else len(self._pairs)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        """Before, after, and the text."""
        return 0 if parent.isValid() else 3

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        """A cell as one line; the whole of a longer one is its tip."""
        if role not in (_Role.DisplayRole, _Role.EditRole, _Role.ToolTipRole):
            return None
        found = self.paired(index.row())
        text = "" if found is None else _text(found, index.column())
        if role == _Role.EditRole:
            return text
        return one_line(text) if role == _Role.DisplayRole else cell_tip(text)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> object:
        """Names above, row numbers as a person counts at the left."""
        if role != _Role.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            found = self.paired(section)
            return number(found.text.number + 1) if found else ""
        return (self.tr("Before"), self.tr("After"), self.tr("The row"))[section]


def _text(found: PairedRow, column: int) -> str:
    if column < 2:  # noqa: PLR2004 - before and after
        return said_word(found.after if column else found.before)
    return found.text.line(or_others=True)


class ComparisonRows(QWidget):
    """A list of rows, and the one the person is on in full."""

    left = Signal()
    """The person goes back to the overview."""
    row_wanted = Signal(object)
    """This PairedRow is to be shown among the answers of its job."""
    failed = Signal(object)
    """Rows could not be read, for this DeskError."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = PairedModel(self)
        self.heading = Label("", "strong")
        self.heading.setObjectName("comparison_rows_heading")
        self.back_button = button(
            self.tr("Back to the overview"), "comparison_back", icon_name="chevron-left"
        )
        back = QKeySequence(QKeySequence.StandardKey.Back)
        told = self.tr("Back to the figures (%1)")
        key = back.toString(QKeySequence.SequenceFormat.NativeText)
        set_tip(self.back_button, told.replace("%1", key))
        QShortcut(back, self, self.left.emit)
        self.open_button = button(
            self.tr("Open in Results"), "comparison_open", look="link", icon_name="eye"
        )
        set_tip(self.open_button, self.tr("Show this row among the answers of its job (Enter)"))
        self.view = TableView("comparison_rows", self.tr("Rows, as they were and as they are"))
        self.view.setModel(self.model)
        self.text = RowView("comparison_row")
        self._lay_out()
        self.back_button.clicked.connect(self.left)
        self.open_button.clicked.connect(self._open)
        self.view.activated.connect(self._open)
        self.view.row_chosen.connect(self._show_row)
        self.model.failed.connect(self.failed)

    def show_rows(self, words: str, read: Reads, pairs: Sequence[int]) -> None:
        """Show these rows under these words, the first of them in full."""
        self.heading.setText(words)
        self.model.show(read, pairs)
        self.open_button.setEnabled(bool(pairs))
        if pairs:
            self.view.setCurrentIndex(self.model.index(0, 0))
            self._show_row(0)
        else:
            self.text.show_row(None)
        self.view.setFocus()

    @Slot(int)
    def _show_row(self, place: int) -> None:
        """What each said, with the reasons, and the row it was asked about."""
        found = self.model.paired(place)
        if found is None:
            self.text.show_row(None)
            return
        told = [Filled(self.tr("Before"), said_word(found.before))]
        if found.before.reason:
            told.append(Filled(self.tr("Reason before"), found.before.reason))
        told.append(Filled(self.tr("After"), said_word(found.after)))
        if found.after.reason:
            told.append(Filled(self.tr("Reason after"), found.after.reason))
        if found.row_after != found.text.number:
            there = Filled(self.tr("In the table of the second"), row_words(found.row_after))
            told.append(there)
        self.text.show_row(replace(found.text, named=(*told, *found.text.named)))

    @Slot()
    def _open(self) -> None:
        found = self.model.paired(max(self.view.currentIndex().row(), 0))
        if found is not None:
            self.row_wanted.emit(found)

    def _lay_out(self) -> None:
        halves = above_row(self.view, self.text)
        halves.setSizes(_SHARES)
        head = QHBoxLayout()
        head.setSpacing(WIDE)
        head.addWidget(self.back_button)
        head.addWidget(self.heading, 1)
        head.addWidget(self.open_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(halves, 1)
