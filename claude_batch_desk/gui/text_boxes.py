"""Boxes for longer plain text: read-only ones, and ones as tall as their text."""

from PySide6.QtCore import QEvent, QObject, QSizeF, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

MOST_SHOWN = 20_000
"""Characters of a read-only text; a longer one would keep the window busy."""
_FRAME = 14
"""Pixels above and below the text: the stylesheet's padding and border, and a little air."""


class TextView(QPlainTextEdit):
    """A text to read and copy from."""

    def __init__(self, name: str, about: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(about)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)

    def show_text(self, text: str) -> None:
        """Show the text, or its beginning where it is very long; the same text stays in place."""
        shown = text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "\n…"
        if self.toPlainText() != shown:
            self.setPlainText(shown)


class LabelText(TextView):
    """Looks like a label, and breaks words that are wider than it is, which no label does."""

    def __init__(self, text: str, about: str, parent: QWidget | None = None) -> None:
        super().__init__("", about, parent)
        self.setProperty("look", "flat")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        GrowingHeight(self, 1, 12, frame=2)
        self.show_text(text)


class InstructionsEdit(QPlainTextEdit):
    """Where the shared part is written."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("instructions")
        self.setAccessibleName(self.tr("Instructions, the same for every row"))
        self.setPlaceholderText(
            self.tr("Who Claude is, what the labels mean, how to decide in doubt …")
        )
        self.setTabChangesFocus(True)
        GrowingHeight(self, 3, 6)


class GrowingHeight(QObject):
    """Keeps an editor as tall as its text, within limits given in lines."""

    def __init__(self, edit: QPlainTextEdit, least: int, most: int, *, frame: int = _FRAME) -> None:
        super().__init__(edit)
        self._edit, self._least, self._most, self._frame = edit, least, most, frame
        edit.document().documentLayout().documentSizeChanged.connect(self._fit)
        edit.installEventFilter(self)
        self._fit(QSizeF(0, 0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear of another width: its lines break elsewhere, which the document does not tell."""
        if isinstance(event, QResizeEvent) and event.size().width() != event.oldSize().width():
            QTimer.singleShot(0, self, self._fit_width)
        return super().eventFilter(watched, event)

    @Slot()
    def _fit_width(self) -> None:
        layout, block, lines = (
            self._edit.document().documentLayout(),
            self._edit.document().begin(),
            0,
        )
        while block.isValid() and lines < self._most:
            layout.blockBoundingRect(block)  # lays it out
            lines += max(block.layout().lineCount(), 1)
            block = block.next()
        self._fit(QSizeF(0, lines))

    @Slot(QSizeF)
    def _fit(self, size: QSizeF) -> None:
        # The layout of a plain text document measures its height in lines.
        lines = min(max(int(size.height()), self._least), self._most)
        height = lines * self._edit.fontMetrics().lineSpacing()
        margins = self._edit.document().documentMargin() * 2
        self._edit.setFixedHeight(int(height + margins) + self._frame)
