"""A share on a line from 0 to 100 %, with the range it may be in; said in words beside it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from claude_batch_desk.core.quality.intervals import Share
from claude_batch_desk.gui.theme import GRID, TIGHT, colours

_HEIGHT = GRID * 3
_DOT = 5.0


class IntervalBar(QWidget):
    """The range as a band, the share as a dot, and what there is to beat as a thin line."""

    def __init__(
        self, share: Share, to_beat: Share | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._share, self._to_beat = share, to_beat
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The width is whatever there is."""
        return QSize(GRID * 20, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw in the colours of the theme as it is now."""
        theme = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        width, middle = self.width() - 2 * _DOT, self.height() / 2
        painter.setBrush(QColor(theme.hover))
        painter.drawRoundedRect(QRectF(_DOT, middle - TIGHT, width, GRID), TIGHT, TIGHT)
        low, high = _DOT + self._share.low * width, _DOT + self._share.high * width
        painter.setBrush(QColor(theme.accent_soft))
        painter.setPen(QPen(QColor(theme.accent), 1))
        painter.drawRoundedRect(QRectF(low, middle - GRID, high - low, GRID * 2), TIGHT, TIGHT)
        if self._to_beat is not None:
            at = _DOT + self._to_beat.value * width
            painter.setPen(QPen(QColor(theme.muted), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(at, 0), QPointF(at, self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
        painter.drawEllipse(QPointF(_DOT + self._share.value * width, middle), _DOT, _DOT)
        painter.end()
