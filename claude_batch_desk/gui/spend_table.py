"""What was paid, as lines that can be sorted, each with a bar for the eye."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from claude_batch_desk.core.jobs.money.spending import Grouping, SpendLine
from claude_batch_desk.core.jobs.money.telling import name_of
from claude_batch_desk.gui.lines_model import LinesModel, painting
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT
from claude_batch_desk.gui.wording import local_time, money, number

NAME, BAR, PAID, SAVED, EXPECTED, CEILING, REQUESTS, LAST = range(8)
BAR_ROLE = Qt.ItemDataRole.UserRole + 1
"""The Shares of a line."""
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


class SpendModel(LinesModel[SpendLine]):
    """The lines of one grouping, in the order the person asked for."""

    figures = (PAID, SAVED, EXPECTED, CEILING, REQUESTS)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grouping: Grouping = "job"
        self._practice = False
        self._longest = Decimal(1)

    def show_lines(
        self, lines: Sequence[SpendLine], grouping: Grouping, *, practice: bool = False
    ) -> None:
        """Show these lines in the order they come in; nothing of Practice is said to be paid."""
        self._grouping, self._practice = grouping, practice
        amounts = [line.usd + line.expected for line in lines]
        self._longest = max([*amounts, Decimal(0)]) or Decimal(1)
        self.show(lines)

    def headers(self) -> tuple[str, ...]:
        """The same for all groupings; the view hides what says nothing."""
        return (
            self._title(),
            "",
            _tr("Would have cost") if self._practice else _tr("Paid"),
            _tr("Saved"),
            _tr("Expected still"),
            _tr("At most still"),
            _tr("Requests"),
            _tr("Last"),
        )

    def _title(self) -> str:
        return {
            "job": _tr("Job"),
            "month": _tr("Month"),
            "model": _tr("Model"),
            "way": _tr("Way"),
            "need": _tr("Needed"),
        }[self._grouping]

    def tip(self, line: SpendLine, column: int) -> str:
        """A name that is cut off."""
        return line_name(line, self._grouping) if column == NAME else ""

    def beyond(self, line: SpendLine, column: int, role: int) -> object:
        """The shares that the bar is painted by."""
        if role != BAR_ROLE or column != BAR:
            return None
        paid = float(line.usd / self._longest)
        return Shares(paid, paid + float(line.expected / self._longest))

    def text(self, line: SpendLine, column: int) -> str:
        """Amounts as they are said elsewhere; nothing where nothing is to come."""
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

    def key(self, line: SpendLine, column: int) -> str | Decimal | float:
        """By the figures themselves; the bar by what was paid."""
        keys: dict[int, str | Decimal | float] = {
            NAME: line_name(line, self._grouping).casefold(),
            SAVED: line.saved,
            EXPECTED: line.expected,
            CEILING: line.ceiling,
            REQUESTS: line.requests,
            LAST: line.last.timestamp() if line.last else 0.0,
        }
        return keys.get(column, line.usd)


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
        with painting(painter, option) as theme:
            painter.setPen(Qt.PenStyle.NoPen)
            room = QRectF(option.rect.adjusted(SPACE, 0, -SPACE, 0))
            top = room.center().y() - TIGHT
            shown = ((theme.strong_border, shares.expected), (theme.accent, shares.paid))
            for colour, share in shown:
                if share > 0:
                    width = max(room.width() * share, _LEAST_WIDTH)
                    painter.setBrush(QColor(colour))
                    painter.drawRoundedRect(QRectF(room.left(), top, width, GRID), 3, 3)
