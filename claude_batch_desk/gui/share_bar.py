"""A thin bar that shows a share of a whole; what it says is said in numbers beside it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from claude_batch_desk.gui.theme import GRID, TIGHT, colours

_LEAST_WIDTH = 2.0


class ShareBar(QWidget):
    """From left to right, `share` of it in the accent or another colour of the theme."""

    def __init__(self, share: float, colour: str = "accent", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share, self._colour = share, colour
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As high as a gap; the width is whatever there is."""
        return QSize(GRID * 5, GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw in the colours of the theme as it is now."""
        theme = colours(self.palette())
        filled: str = getattr(theme, self._colour)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        for colour, width in (
            (theme.hover, whole.width()),
            (filled, max(whole.width() * self._share, _LEAST_WIDTH)),
        ):
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(0, 0, width, whole.height()), TIGHT, TIGHT)
        painter.end()
