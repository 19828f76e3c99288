"""Bills beside the estimates they were sent with, each on the range it was to lie in."""

import html
from collections.abc import Callable, Sequence
from decimal import Decimal

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from claude_batch_desk.core.jobs.store.charge_store import Settled
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT, colours
from claude_batch_desk.gui.wording import money

NAME, RANGE, EXPECTED, BILLED, OFF, VERDICT, LAST = range(7)
_COLUMNS = (NAME, RANGE, EXPECTED, BILLED, OFF, VERDICT, LAST)
_FIGURES = (EXPECTED, BILLED, OFF)
RANGE_ROLE = Qt.ItemDataRole.UserRole + 1
"""The Settled of a row."""
_NOWHERE = QModelIndex()
_ASCENDING = Qt.SortOrder.AscendingOrder
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_REACH = 0.6
"""How far from what was expected the ends of the picture are; what is beyond lies at them."""
_DOT = 4.0


def _tr(text: str) -> str:
    return QCoreApplication.translate("estimates_table", text)


def verdict_word(settled: Settled) -> str:
    """Where the bill lies."""
    if settled.inside:
        return _tr("Inside")
    return _tr("Above") if settled.billed > settled.high else _tr("Below")


def off_by(settled: Settled) -> Decimal:
    """The bill's distance from what was expected, as a share of that."""
    if not settled.expected:
        return Decimal(0)
    return settled.billed / settled.expected - 1


class EstimatesModel(QAbstractTableModel):
    """Finished jobs, the newest first until the person asks for another order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Settled] = []

    def show_history(self, history: Sequence[Settled]) -> None:
        """Show these, in the order they come in."""
        self.beginResetModel()
        self._rows = list(history)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        """The number of jobs."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        """Always the same."""
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The names of the columns; jobs have no numbers here."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section in _FIGURES else None
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            _tr("Job"),
            _tr("Bill on its range"),
            _tr("Expected"),
            _tr("Billed"),
            _tr("Off by"),
            _tr("Range"),
            _tr("Ended"),
        )[section]

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Texts, their alignment, and what the range is painted from."""
        if not index.isValid():
            return None
        settled, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(settled, column)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == RANGE:
            return _span(settled)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column in _FIGURES else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return html.escape(_span(settled) if column == RANGE else self._text(settled, column))
        return settled if role == RANGE_ROLE else None

    def _text(self, settled: Settled, column: int) -> str:
        texts: dict[int, Callable[[], str]] = {
            NAME: lambda: settled.name,
            EXPECTED: lambda: money(settled.expected),
            BILLED: lambda: money(settled.billed),
            OFF: lambda: f"{off_by(settled) * 100:+.0f} %".replace("-", "−"),
            VERDICT: lambda: verdict_word(settled),
            LAST: lambda: f"{settled.at.astimezone():%Y-%m-%d}",
        }
        return texts[column]() if column in texts else ""

    def sort(self, column: int, order: Qt.SortOrder = _ASCENDING) -> None:
        """Put the jobs in the order of a column."""
        keys: dict[int, Callable[[Settled], str | Decimal | float]] = {
            NAME: lambda each: each.name.casefold(),
            EXPECTED: lambda each: each.expected,
            BILLED: lambda each: each.billed,
            VERDICT: verdict_word,
            LAST: lambda each: each.at.timestamp(),
        }
        self.layoutAboutToBeChanged.emit()
        self._rows.sort(key=keys.get(column, off_by), reverse=order != _ASCENDING)
        self.layoutChanged.emit()


def _span(settled: Settled) -> str:
    words = _tr("Estimated at %1 to %2, billed %3").replace("%1", money(settled.low))
    high = money(settled.high, up=True)
    return words.replace("%2", high).replace("%3", money(settled.billed))


class RangeDelegate(QStyledItemDelegate):
    """Paints every job on the same scale: what was expected is in the middle."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """A little room; the column is as wide as it is made."""
        return QSize(GRID * 16, GRID * 2)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw in the colours of the theme as it is now."""
        settled: Settled = index.data(RANGE_ROLE)
        theme = colours(option.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if bool(option.state & QStyle.StateFlag.State_Selected):
            painter.fillRect(option.rect, QColor(theme.accent_soft))
        room = QRectF(option.rect.adjusted(SPACE * 2, 0, -SPACE * 2, 0))
        middle = room.center().y()

        def at(amount: Decimal) -> float:
            off = float(amount / (settled.expected or Decimal(1))) - 1
            share = min(max(off / _REACH, -1.0), 1.0)
            return room.center().x() + share * room.width() / 2

        low, high = at(settled.low), at(settled.high)
        painter.setPen(QPen(QColor(theme.strong_border), 1))
        painter.setBrush(QColor(theme.hover))
        band = QRectF(low, middle - GRID * 3 / 4, max(high - low, 2.0), GRID * 3 / 2)
        painter.drawRoundedRect(band, TIGHT, TIGHT)
        expected = room.center().x()
        painter.setPen(QPen(QColor(theme.muted), 1))
        painter.drawLine(QPointF(expected, band.top()), QPointF(expected, band.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.good if settled.inside else theme.warning))
        painter.drawEllipse(QPointF(at(settled.billed), middle), _DOT, _DOT)
        painter.restore()
