"""Bills beside the estimates they were sent with, each on the range it was to lie in."""

from decimal import Decimal

from PySide6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from claude_batch_desk.core.jobs.store.charge_store import Settled
from claude_batch_desk.gui.lines_model import LinesModel, painting
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT, Colours
from claude_batch_desk.gui.wording import money

NAME, RANGE, EXPECTED, BILLED, OFF, VERDICT, LAST = range(7)
RANGE_ROLE = Qt.ItemDataRole.UserRole + 1
"""The Settled of a row."""
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


class EstimatesModel(LinesModel[Settled]):
    """Finished jobs, the newest first until the person asks for another order."""

    figures = (EXPECTED, BILLED, OFF)

    def headers(self) -> tuple[str, ...]:
        """Jobs have no numbers here."""
        return (
            _tr("Job"),
            _tr("Bill on its range"),
            _tr("Expected"),
            _tr("Billed"),
            _tr("Off by"),
            _tr("Range"),
            _tr("Ended"),
        )

    def text(self, line: Settled, column: int) -> str:
        """Amounts as they are said elsewhere; the range is painted."""
        texts = {
            NAME: line.name,
            EXPECTED: money(line.expected),
            BILLED: money(line.billed),
            OFF: f"{off_by(line) * 100:+.0f} %".replace("-", "−"),
            VERDICT: verdict_word(line),
            LAST: f"{line.at.astimezone():%Y-%m-%d}",
        }
        return texts.get(column, "")

    def tip(self, line: Settled, column: int) -> str:
        """What is cut off, and the range in words."""
        return _span(line) if column == RANGE else self.text(line, column)

    def beyond(self, line: Settled, column: int, role: int) -> object:
        """What the range is painted from, and what it says to who cannot see it."""
        if role == Qt.ItemDataRole.AccessibleTextRole and column == RANGE:
            return _span(line)
        return line if role == RANGE_ROLE else None

    def key(self, line: Settled, column: int) -> str | Decimal | float:
        """By the figures themselves; the picture by how far the bill is off."""
        keys: dict[int, str | Decimal | float] = {
            NAME: line.name.casefold(),
            EXPECTED: line.expected,
            BILLED: line.billed,
            VERDICT: verdict_word(line),
            LAST: line.at.timestamp(),
        }
        return keys.get(column, off_by(line))


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
        with painting(painter, option) as theme:
            _paint(painter, option, settled, theme)


def _paint(
    painter: QPainter, option: QStyleOptionViewItem, settled: Settled, theme: Colours
) -> None:
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
