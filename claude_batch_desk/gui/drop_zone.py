"""Files dragged anywhere onto the window, whatever lies below the pointer."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE, WIDE, Colours, colours

_VEIL = 220
"""How little of the window is seen through the veil, of 255."""
_CORNER = GRID * 3 // 2
_MARGINS = (LOOSE * 2, LOOSE * 2, -LOOSE * 2, -LOOSE * 2)


def local_files(urls: list[QUrl]) -> list[str]:
    """The paths among the addresses that name a file; those of other computers begin with //."""
    return [each.toLocalFile() for each in urls if each.isLocalFile()]


class Veil(QWidget):
    """Lies over the window while files are dragged, and says what dropping them would do."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("drop_veil")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.words = ""
        self.hide()

    def spread(self, words: str) -> None:
        """Cover the window."""
        self.words = words
        self.setAccessibleName(words)
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A dashed frame in the accent's colour, as on the page that waits for a file."""
        theme = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(theme.accent_soft)
        veil.setAlpha(_VEIL)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(QColor(theme.accent), 2, Qt.PenStyle.DashLine))
        frame = QRectF(self.rect()).adjusted(SPACE, SPACE, -SPACE, -SPACE)
        painter.drawRoundedRect(frame, _CORNER, _CORNER)
        self._draw_words(painter, theme)
        painter.end()

    def _draw_words(self, painter: QPainter, theme: Colours) -> None:
        """On a card of their own, since the page shines through the veil."""
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.6)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        room = QRectF(self.rect()).adjusted(*_MARGINS)
        centred = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        words = painter.boundingRect(room, centred, self.words)
        painter.setPen(QPen(QColor(theme.accent), 1))
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(words.adjusted(-WIDE, -WIDE, WIDE, WIDE), _CORNER, _CORNER)
        painter.setPen(QColor(theme.text))
        painter.drawText(words, centred, self.words)


class DropZone(QObject):
    """Watches the native window, so that a text box below the pointer does not take a file's name.

    What is no file (words, a link out of a browser) is left to the widgets.
    """

    dropped = Signal(object)
    """These paths, as text from outside, were dropped."""
    entered = Signal(object)
    """These paths came over the window; `say` what dropping them would do."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.veil = Veil(window)

    def watch(self) -> None:
        """Begin; the window must have been shown."""
        handle = self._window.windowHandle()
        handle.removeEventFilter(self)
        handle.installEventFilter(self)

    def say(self, words: str) -> None:
        """Tell over the whole window what will be done."""
        self.veil.spread(words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take drags of files before any widget sees them."""
        if isinstance(event, QDropEvent):
            return self._take(event)
        if event.type() == QEvent.Type.DragLeave:
            self.veil.hide()
        return False

    def _take(self, event: QDropEvent) -> bool:
        """Whether it is about files; the file itself is never moved, whatever was proposed."""
        paths = local_files(event.mimeData().urls())
        if not paths or QApplication.activeModalWidget() is not None:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if isinstance(event, QDragEnterEvent):
            self.entered.emit(paths)
        elif not isinstance(event, QDragMoveEvent):
            self.veil.hide()
            self.dropped.emit(paths)
        return True
