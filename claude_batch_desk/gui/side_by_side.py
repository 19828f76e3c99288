"""Two parts of a page beside each other where there is room, else one below the other."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from claude_batch_desk.gui.theme import GRID, WIDE

_SIDE_BY_SIDE_FROM = GRID * 96
_SHARES, _HALVES = (600, 400), (500, 500)
"""Of the two parts, side by side and one below the other."""


class SideBySide(QSplitter):
    """Turns with its width."""

    def __init__(self, first: QWidget, second: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(WIDE)
        for place, (part, share) in enumerate(zip((first, second), _SHARES, strict=True)):
            self.addWidget(part)
            self.setStretchFactor(place, share)
        self.setSizes(_HALVES)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the second part beside the first where there is room, else below."""
        super().resizeEvent(event)
        wide = self.width() >= _SIDE_BY_SIDE_FROM
        way = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if way != self.orientation():
            self.setOrientation(way)
            self.setSizes(_SHARES if wide else _HALVES)
