"""Room above a box while there is something to see in it."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget


class GapAbove(QObject):
    """A layout leaves room between widgets that are shown, even if one of them is empty."""

    def __init__(self, box: QWidget, gap: int) -> None:
        super().__init__(box)
        self._box, self._gap = box, gap
        box.installEventFilter(self)
        self._measure()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A part that comes or goes asks for a new layout."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._measure()
        return super().eventFilter(watched, event)

    def _measure(self) -> None:
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        parts = self._box.findChildren(QWidget, options=direct)
        seen = any(not part.isHidden() and not part.isWindow() for part in parts)
        if (layout := self._box.layout()) is not None:
            layout.setContentsMargins(0, self._gap if seen else 0, 0, 0)
