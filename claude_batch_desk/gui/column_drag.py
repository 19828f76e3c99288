"""A column on its way with the mouse: from its chip to a place in the prompt."""

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication

_MIME = "application/x-claude-batch-desk-column"
"""No plain text goes along: only the prompt for each row knows what a placeholder is."""


def column_mime(column: str) -> QMimeData:
    """What carries the name of a column."""
    data = QMimeData()
    data.setData(_MIME, column.encode())
    return data


def column_in(data: QMimeData) -> str:
    """The name of the column that is carried, or ""."""
    return bytes(data.data(_MIME).data()).decode() if data.hasFormat(_MIME) else ""


class ColumnDrag(QObject):
    """Lets a button be dragged as the column it stands for; a click stays a click."""

    begun = Signal(str)
    """The column was taken up."""

    def __init__(self, source: QAbstractButton, column: str) -> None:
        super().__init__(source)
        self._source, self._column = source, column
        self._pressed: QPoint | None = None
        source.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the column up once the mouse has gone some way with its button held."""
        if isinstance(event, QMouseEvent):
            place = event.position().toPoint()
            if event.type() == QEvent.Type.MouseButtonPress:
                self._pressed = place if event.button() == Qt.MouseButton.LeftButton else None
            elif event.type() == QEvent.Type.MouseButtonRelease:
                self._pressed = None
            elif event.type() == QEvent.Type.MouseMove and self._is_far(place):
                self._take_up()
                return True
        return False

    def _is_far(self, place: QPoint) -> bool:
        if self._pressed is None:
            return False
        return (place - self._pressed).manhattanLength() >= QApplication.startDragDistance()

    def _take_up(self) -> None:
        held, self._pressed = self._pressed, None
        drag = QDrag(self._source)
        drag.setMimeData(column_mime(self._column))
        drag.setPixmap(self._source.grab())
        drag.setHotSpot(held or QPoint())
        self._source.setDown(False)
        self.begun.emit(self._column)
        drag.exec(Qt.DropAction.CopyAction)
