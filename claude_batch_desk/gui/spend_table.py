"""What was paid, as lines that can be sorted, each with a bar for the eye."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from claude_batch_desk.core.jobs.money.spending import Grouping, SpendLine
from claude_batch_desk.core.jobs.money.telling import name_of
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT, colours
from claude_batch_desk.gui.wording import local_time, money, number

NAME, BAR, PAID, SAVED, EXPECTED, CEILING, REQUESTS, LAST = range(8)
_COLUMNS = (NAME, BAR, PAID, SAVED, EXPECTED, CEILING, REQUESTS, LAST)
BAR_ROLE = Qt.ItemDataRole.UserRole + 1
"""The Shares of a line."""
_NOWHERE = QModelIndex()
_ASCENDING = Qt.SortOrder.AscendingOrder
_FIGURES = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEAST_WIDTH = 2.0


def _tr(text: str) -> str:
    return QCoreApplication.translate("spend_table", text)


@dataclass(frozen=True)
class Shares:
    """How much of the longest bar a line has: what was paid, and with what is expected still."""

    paid: float
    expected: float


def line_name(line: SpendLine, grouping: Grouping) -> str:
    """What a line is of, in the words of the window."""
    if grouping == "job" and line.job is None:
        return _tr("%1 (removed)").replace("%1", line.name)
    return name_of(line, grouping)


class SpendModel(QAbstractTableModel):
    """The lines of one grouping, in the order the person asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[SpendLine] = []
        self._grouping: Grouping = "job"
        self._practice = False
        self._longest = Decimal(1)

    def show_lines(
        self, lines: Sequence[SpendLine], grouping: Grouping, *, practice: bool = False
    ) -> None:
        """Show these lines in the order they come in; nothing of Practice is said to be paid."""
        self.beginResetModel()
        self._lines, self._grouping, self._practice = list(lines), grouping, practice
        amounts = [line.usd + line.expected for line in lines]
        self._longest = max([*amounts, Decimal(0)]) or Decimal(1)
        self.endResetModel()

    def line(self, row: int) -> SpendLine:
        """The line in a row."""
        return self._lines[row]

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        """The number of lines."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        """The same for all groupings; the view hides what says nothing."""
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The names of the columns; lines have no numbers."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _FIGURES if section in (PAID, SAVED, EXPECTED, CEILING, REQUESTS) else None
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            self._title(),
            "",
            _tr("Would have cost") if self._practice else _tr("Paid"),
            _tr("Saved"),
            _tr("Expected still"),
            _tr("At most still"),
            _tr("Requests"),
            _tr("Last"),
        )[section]

    def _title(self) -> str:
        return {
            "job": _tr("Job"),
            "month": _tr("Month"),
            "model": _tr("Model"),
            "way": _tr("Way"),
            "need": _tr("Needed"),
        }[self._grouping]

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Texts, their alignment, and the shares that the bar is painted by."""
        if not index.isValid():
            return None
        line, column = self._lines[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _FIGURES if column in (PAID, SAVED, EXPECTED, CEILING, REQUESTS) else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return html.escape(line_name(line, self._grouping)) if column == NAME else None
        if role == BAR_ROLE and column == BAR:
            paid = float(line.usd / self._longest)
            return Shares(paid, paid + float(line.expected / self._longest))
        return None

    def _text(self, line: SpendLine, column: int) -> str:
        if column == REQUESTS:
            return number(line.requests)
        if column == NAME:
            return line_name(line, self._grouping)
        if column == LAST:
            return local_time(line.last) if line.last else ""
        if column == PAID and line.unpriced:
            return _tr("%1 + unknown").replace("%1", money(line.usd))
        amounts = {
            PAID: line.usd,
            SAVED: line.saved,
            EXPECTED: line.expected,
            CEILING: line.ceiling,
        }
        amount = amounts.get(column)
        if amount is None or (column in (EXPECTED, CEILING) and not amount):
            return ""
        return money(amount, up=column == CEILING)

    def sort(self, column: int, order: Qt.SortOrder = _ASCENDING) -> None:
        """Put the lines in the order of a column."""
        keys: dict[int, Callable[[SpendLine], str | Decimal | int | float]] = {
            NAME: lambda line: line_name(line, self._grouping).casefold(),
            SAVED: lambda line: line.saved,
            EXPECTED: lambda line: line.expected,
            CEILING: lambda line: line.ceiling,
            REQUESTS: lambda line: line.requests,
            LAST: lambda line: line.last.timestamp() if line.last else 0.0,
        }
        key = keys.get(column, lambda line: line.usd)
        self.layoutAboutToBeChanged.emit()
        self._lines.sort(key=key, reverse=order != _ASCENDING)
        self.layoutChanged.emit()


class BarDelegate(QStyledItemDelegate):
    """Paints the bar of a line: what was paid, and lighter what is expected still."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """A little room; the column is as wide as it is made."""
        return QSize(GRID * 12, GRID)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw in the colours of the theme as it is now."""
        shares: Shares = index.data(BAR_ROLE)
        theme = colours(option.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(option.rect, QColor(theme.accent_soft))
        room = QRectF(option.rect.adjusted(SPACE, 0, -SPACE, 0))
        top = room.center().y() - TIGHT
        for colour, share in ((theme.strong_border, shares.expected), (theme.accent, shares.paid)):
            if share > 0:
                width = max(room.width() * share, _LEAST_WIDTH)
                painter.setBrush(QColor(colour))
                painter.drawRoundedRect(QRectF(room.left(), top, width, GRID), 3, 3)
        painter.restore()
