"""What each recipe costs against how good it is, drawn; the figures stand in words beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from claude_batch_desk.core.quality.comparing import Mean
from claude_batch_desk.gui.theme import GRID, SPACE, WIDE, Colours, colours

_HEIGHT = GRID * 28
_DOT = 9.0
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
"""Of shares, for the lines across."""
_LINES = 5


@dataclass(frozen=True)
class Spot:
    """One recipe: USD for 1,000 rows, and a share that says how good it is, both with ranges."""

    label: str
    price: Mean
    quality: Mean


def _percent(spot: Spot) -> str:
    return f"{spot.quality.value * 100:.0f} %"


class CostQualityChart(QWidget):
    """Price to the right, quality upwards; thin lines are the ranges."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spots: Sequence[Spot] = ()
        self._across, self._upwards = "", ""
        self.setObjectName("cost_quality")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(GRID * 50, _HEIGHT)

    def show_spots(self, spots: Sequence[Spot], across: str, upwards: str) -> None:
        """Draw these, with what the axes are; `upwards` is the only line of text above."""
        self._spots, self._across, self._upwards = list(spots), across, upwards
        told = [f"{each.label}: ${each.price.value:,.2f}, {_percent(each)}" for each in spots]
        self.setAccessibleName("; ".join([across, upwards, *told]))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw in the colours of the theme as it is now."""
        if not self._spots:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, metrics = colours(self.palette()), painter.fontMetrics()
        left = metrics.horizontalAdvance("100 %") + SPACE * 2
        high = metrics.height() + SPACE
        top = high + SPACE
        room = QRectF(left, top, self.width() - left - WIDE, self.height() - top - high - SPACE)
        plot = _Plot(room, self._spots)
        self._draw_lines(painter, plot, theme)
        for spot in self._spots:
            _draw_range(painter, plot, spot, theme)
        drawn: list[Spot] = []
        for spot in self._spots:
            if not any(plot.covers(each, spot) for each in drawn):
                drawn.append(spot)
        for spot in reversed(drawn):
            hidden = [each.label for each in self._spots if plot.covers(spot, each)]
            first = spot is self._spots[0]
            _draw_dot(painter, plot, spot, theme, first=first)
            _draw_labels(painter, plot, spot, hidden[1:], theme)
        painter.end()

    def _draw_lines(self, painter: QPainter, plot: "_Plot", theme: Colours) -> None:
        metrics = painter.fontMetrics()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for share in plot.shares():
            at = plot.up(share)
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(plot.room.left(), at), QPointF(plot.room.right(), at))
            painter.setPen(QColor(theme.muted))
            text = QRectF(0, at - metrics.height() / 2, plot.room.left() - SPACE, metrics.height())
            painter.drawText(text, right, f"{share * 100:.0f} %")
        painter.drawText(QPointF(0, metrics.ascent()), self._upwards)
        below = plot.room.bottom() + SPACE
        line = QRectF(plot.room.left(), below, plot.room.width(), metrics.height())
        painter.drawText(line.adjusted(_DOT, 0, 0, 0), Qt.AlignmentFlag.AlignLeft, "$0")
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, f"${plot.dearest:,.2f}")
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, self._across)


@dataclass(frozen=True)
class _Plot:
    """Where amounts and shares are on the screen."""

    room: QRectF
    spots: Sequence[Spot]

    @property
    def dearest(self) -> float:
        return max(max(each.price.high for each in self.spots) * 1.1, 0.01)

    @property
    def lowest(self) -> float:
        """Of the axis: there is nothing to see far below the worst."""
        least = min(each.quality.low for each in self.spots)
        return max(int(least * 10) / 10, 0.0)

    def covers(self, one: Spot, other: Spot) -> bool:
        """Whether the dot of one would hide that of the other."""
        apart = self.at(one) - self.at(other)
        return apart.manhattanLength() < _DOT * 2.5

    def at(self, spot: Spot) -> QPointF:
        return QPointF(self.across(spot.price.value), self.up(spot.quality.value))

    def across(self, price: float) -> float:
        width = self.room.width() - _DOT * 2  # so that what costs next to nothing is seen whole
        return self.room.left() + _DOT * 2 + max(price, 0.0) / self.dearest * width

    def up(self, share: float) -> float:
        return self.room.bottom() - (share - self.lowest) / (1 - self.lowest) * self.room.height()

    def shares(self) -> list[float]:
        span = 1 - self.lowest
        step = next((each for each in _STEPS if span / each <= _LINES), 0.5)
        count = round(span / step)
        return [1 - step * place for place in range(count + 1)]


def _draw_range(painter: QPainter, plot: _Plot, spot: Spot, theme: Colours) -> None:
    painter.setPen(QPen(QColor(theme.muted), 1.5))
    at = plot.at(spot)
    painter.drawLine(
        QPointF(at.x(), plot.up(spot.quality.low)), QPointF(at.x(), plot.up(spot.quality.high))
    )
    painter.drawLine(
        QPointF(plot.across(spot.price.low), at.y()), QPointF(plot.across(spot.price.high), at.y())
    )


def _draw_dot(painter: QPainter, plot: _Plot, spot: Spot, theme: Colours, *, first: bool) -> None:
    at = plot.at(spot)
    painter.setPen(QPen(QColor(theme.accent), 1.5))
    painter.setBrush(QColor(theme.accent if first else theme.surface))
    painter.drawEllipse(at, _DOT, _DOT)
    painter.setPen(QColor(theme.on_accent if first else theme.text))
    box = QRectF(at.x() - _DOT, at.y() - _DOT, 2 * _DOT, 2 * _DOT)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, spot.label)


def _draw_labels(
    painter: QPainter, plot: _Plot, spot: Spot, hidden: Sequence[str], theme: Colours
) -> None:
    """The numbers of dots that this one hides, at its right."""
    if hidden:
        painter.setPen(QColor(theme.text))
        at = plot.at(spot) + QPointF(_DOT + SPACE / 2, -SPACE / 2)
        painter.drawText(at, "+ " + ", ".join(hidden))
