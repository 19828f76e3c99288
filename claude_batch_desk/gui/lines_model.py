"""What the short tables of the window share: lines of one kind under headers that stay."""

import html
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from claude_batch_desk.gui.theme import Colours, colours

Line = TypeVar("Line")
_NOWHERE = QModelIndex()
_ASCENDING = Qt.SortOrder.AscendingOrder
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class LinesModel(QAbstractTableModel, Generic[Line]):
    """Some hundred lines at most, in the order they came in or the person asked for."""

    figures: Sequence[int] = ()
    """The columns that are aligned to the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []

    def headers(self) -> Sequence[str]:
        """The names of the columns."""
        raise NotImplementedError

    def text(self, line: Line, column: int) -> str:
        """What a cell says."""
        raise NotImplementedError

    def tip(self, line: Line, column: int) -> str:
        """What more is to be read beside a cell, as plain text, or ""."""
        return ""

    def beyond(self, line: Line, column: int, role: int) -> object:
        """What another role holds."""
        return None

    def key(self, line: Line, column: int) -> str | Decimal | float:
        """What the lines are ordered by in a column."""
        return self.text(line, column)

    def show(self, lines: Sequence[Line]) -> None:
        """Show these, in the order they come in."""
        self.beginResetModel()
        self._lines = list(lines)
        self.endResetModel()

    def line(self, row: int) -> Line:
        """The line in a row."""
        return self._lines[row]

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        """The number of lines."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        """Always the same; a view hides what says nothing."""
        return 0 if parent.isValid() else len(self.headers())

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The names of the columns; lines have no numbers."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section in self.figures else None
        return self.headers()[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Texts, their alignment, their tips, and what a delegate paints from."""
        if not index.isValid():
            return None
        line, column = self._lines[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(line, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column in self.figures else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return html.escape(self.tip(line, column)) or None
        return self.beyond(line, column, role)

    def sort(self, column: int, order: Qt.SortOrder = _ASCENDING) -> None:
        """Put the lines in the order of a column."""
        self.layoutAboutToBeChanged.emit()
        self._lines.sort(key=lambda line: self.key(line, column), reverse=order != _ASCENDING)
        self.layoutChanged.emit()


@contextmanager
def painting(painter: QPainter, option: QStyleOptionViewItem) -> Iterator[Colours]:
    """Paint a cell in the colours of the theme as it is now, on the ground of a chosen one."""
    theme = colours(option.palette)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if bool(option.state & QStyle.StateFlag.State_Selected):
        painter.fillRect(option.rect, QColor(theme.accent_soft))
    try:
        yield theme
    finally:
        painter.restore()
