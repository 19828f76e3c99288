"""Where an amount may lie, drawn; what it shows is said in words beside it."""

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.gui.theme import GRID, TIGHT, colours

_HEIGHT = GRID * 2
_TRACK = 6.0
_MARK = 2.0
_DOT = 5.0
_LEAST_SPAN = 8.0
"""A range that is hardly wider than nothing is seen all the same."""


@dataclass(frozen=True)
class Scale:
    """An axis from 0 to `end` in USD, the same for all bars that are to be compared."""

    end: Decimal

    def place(self, amount: Decimal, width: float) -> float:
        """How far from the left an amount is on a bar of this width; never beyond it."""
        if self.end <= 0:
            return 0.0
        return min(float(amount / self.end), 1.0) * width


class RangeBar(QWidget):
    """The range as a thick line, the expected amount and the ceiling as marks across it.

    A ceiling beyond the scale is an arrow at its end; what was billed is a dot.
    """

    def __init__(self, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = colour
        self._range: Range | None = None
        self._billed: Decimal | None = None
        self._scale = Scale(Decimal(0))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(GRID * 12, _HEIGHT)

    def show_range(self, amount: Range | None, scale: Scale, billed: Decimal | None = None) -> None:
        """Draw this range on this scale, with what was billed where that is known."""
        self._range, self._scale, self._billed = amount, scale, billed
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw in the colours of the theme as it is now."""
        theme = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.hover))
        middle, width = self.height() / 2, float(self.width())
        painter.drawRoundedRect(QRectF(0, middle - _TRACK / 2, width, _TRACK), 3, 3)
        if self._range is not None:
            shown = self._colour if self.isEnabled() else "strong_border"
            self._draw(painter, self._range, QColor(getattr(theme, shown)))
            if self._billed is not None:
                ink = self._billed_colour(self._range, self._billed)
                self._draw_billed(painter, self._billed, QColor(getattr(theme, ink)))
        painter.end()

    def _at(self, amount: Decimal) -> float:
        """Marks at either end are drawn whole."""
        return TIGHT + self._scale.place(amount, self.width() - 2.0 * TIGHT)

    def _draw(self, painter: QPainter, amount: Range, colour: QColor) -> None:
        theme, middle = colours(self.palette()), self.height() / 2
        left, right = self._at(amount.low), self._at(amount.high)
        lacking = max(_LEAST_SPAN - (right - left), 0.0)
        span = QRectF(left, middle - _TRACK / 2, right - left, _TRACK)
        span.adjust(-lacking / 2, 0, lacking / 2, 0)
        painter.setBrush(colour)
        painter.drawRoundedRect(span, 3, 3)
        ink = QColor(theme.text if self.isEnabled() else theme.faint)
        painter.setBrush(ink)
        at = self._at(amount.expected)
        painter.drawRoundedRect(QRectF(at - _MARK / 2, 1, _MARK, self.height() - 2.0), 1, 1)
        self._draw_ceiling(painter, amount.ceiling, QColor(theme.muted))

    def _draw_ceiling(self, painter: QPainter, ceiling: Decimal, ink: QColor) -> None:
        middle = self.height() / 2
        painter.save()
        painter.setPen(QPen(ink, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if ceiling > self._scale.end:
            tip = self.width() - 1.5
            painter.drawPolyline(
                QPolygonF([QPointF(tip - 4, middle - 4), QPointF(tip, middle),
                           QPointF(tip - 4, middle + 4)])
            )  # fmt: skip
        else:
            at = self._at(ceiling)
            painter.drawLine(QPointF(at, middle - 5), QPointF(at, middle + 5))
        painter.restore()

    def _draw_billed(self, painter: QPainter, billed: Decimal, colour: QColor) -> None:
        painter.save()
        painter.setPen(QPen(QColor(colours(self.palette()).surface), 1.5))
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(self._at(billed), self.height() / 2), _DOT, _DOT)
        painter.restore()

    @staticmethod
    def _billed_colour(amount: Range, billed: Decimal) -> str:
        return "good" if amount.low <= billed <= amount.high else "warning"
