"""How large a request is: what every row shares beside what is of one row, in tokens."""

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from claude_batch_desk.gui.theme import SPACE, TIGHT, colours
from claude_batch_desk.gui.widgets import Label
from claude_batch_desk.gui.wording import number

SHARED, OWN = "info", "accent"
"""The colours of the two parts, wherever they are shown."""


class Swatch(QWidget):
    """A small square in the colour of a part; the words beside it say which."""

    def __init__(self, colour: str) -> None:
        super().__init__()
        self._colour = colour
        self.setFixedSize(SPACE + TIGHT, SPACE + TIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint in the colour of the theme as it is now."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(colours(self.palette()), self._colour)))
        painter.drawRoundedRect(self.rect(), 3, 3)
        painter.end()


class _Bar(QWidget):
    """The two parts of one request, as wide as they are of the longest."""

    def __init__(self) -> None:
        super().__init__()
        self._shared = self._own = 0.0
        self.setFixedHeight(SPACE)

    def show_shares(self, shared: float, own: float) -> None:
        self._shared, self._own = shared, own
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QPainterPath()
        whole.addRoundedRect(QRectF(self.rect()), self.height() / 2, self.height() / 2)
        painter.setClipPath(whole)
        painter.fillRect(self.rect(), QColor(theme.hover))
        shared, own = self.width() * self._shared, self.width() * self._own
        painter.fillRect(QRectF(0, 0, shared, self.height()), QColor(getattr(theme, SHARED)))
        painter.fillRect(QRectF(shared, 0, own, self.height()), QColor(getattr(theme, OWN)))
        painter.end()


class SizeMeter(QWidget):
    """Tokens of the request shown, beside those of the longest where they are known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("size_meter")
        self.label = Label("", "caption")
        self._bar = _Bar()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self._bar)
        column.addWidget(self.label)

    def show_sizes(self, shared: int, own: int, longest: int, *, counted: bool) -> None:
        """All in tokens; `longest` is that of a whole request, 0 while it is not known."""
        whole = max(longest, shared + own, 1)
        self._bar.show_shares(shared / whole, own / whole)
        words = self.tr("This request: %1.").replace("%1", about_words(shared + own))
        if longest:
            longer = self.tr("The longest: %1.").replace("%1", about_words(longest))
            words = f"{words} {longer}"
        basis = (
            self.tr("Measured by counts of the service.")
            if counted
            else self.tr("A rule of thumb, not counted yet.")
        )
        self.label.setText(f"{words} {basis}")


def about_words(tokens: int) -> str:
    """A number of tokens nobody has counted one by one."""
    if tokens == 1:
        return _tr("about 1 token")
    return _tr("about %1 tokens").replace("%1", number(tokens))


def _tr(text: str) -> str:
    return QCoreApplication.translate("size_meter", text)
