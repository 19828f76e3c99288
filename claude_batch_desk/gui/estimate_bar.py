"""A bill on the range it was estimated at; everything it shows is said in words beside it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from claude_batch_desk.core.pricing.reckoning import Reckoning, Verdict
from claude_batch_desk.gui.theme import GRID, TIGHT, colours
from claude_batch_desk.gui.widgets import Chip, Tone

_DOT = 5.0
_ROOM = 1.15
"""The scale goes on behind the largest of what is shown."""


class EstimateBar(QWidget):
    """From nothing on: the range as a band, what was expected as a line, the bill as a dot."""

    def __init__(self, reckoning: Reckoning, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reckoning = reckoning
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The width is whatever there is."""
        return QSize(GRID * 20, GRID * 3)

    def _at(self, amount: float) -> float:
        agreed = self._reckoning.agreed
        most = max(float(agreed.high), float(self._reckoning.billed)) * _ROOM or 1.0
        return _DOT + amount / most * (self.width() - 2 * _DOT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw in the colours of the theme as it is now."""
        theme, agreed = colours(self.palette()), self._reckoning.agreed
        ink = theme.good if self._reckoning.verdict == "inside" else theme.warning
        middle = self.height() / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.hover))
        whole = QRectF(_DOT, middle - TIGHT, self.width() - 2 * _DOT, GRID)
        painter.drawRoundedRect(whole, TIGHT, TIGHT)
        low, high = self._at(float(agreed.low)), self._at(float(agreed.high))
        painter.setBrush(QColor(theme.accent_soft))
        painter.setPen(QPen(QColor(theme.strong_border), 1))
        band = QRectF(low, middle - GRID, max(high - low, 2.0), GRID * 2)
        painter.drawRoundedRect(band, TIGHT, TIGHT)
        expected = self._at(float(agreed.expected))
        painter.setPen(QPen(QColor(theme.muted), 1.5))
        painter.drawLine(QPointF(expected, middle - GRID), QPointF(expected, middle + GRID))
        painter.setPen(QPen(QColor(theme.surface), 1))
        painter.setBrush(QColor(ink))
        painter.drawEllipse(QPointF(self._at(float(self._reckoning.billed)), middle), _DOT, _DOT)
        painter.end()


class VerdictChip(Chip):
    """Whether a bill is inside the range of its estimate."""

    def show_verdict(self, verdict: Verdict) -> None:
        """Say it, in green only where the estimate was right."""
        states: dict[Verdict, tuple[str, Tone, str]] = {
            "inside": (self.tr("Inside the range"), "good", "check"),
            "below": (self.tr("Below the range"), "info", "info"),
            "above": (self.tr("Above the range"), "warning", "warning"),
        }
        self.show_state(*states[verdict])
        self.show()
