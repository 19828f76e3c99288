"""Bring a part of a form into sight that is still being laid out."""

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QPlainTextEdit, QScrollArea, QWidget

_AT_REST = 400
"""Milliseconds after which whoever scrolls means to."""


class IntoSight(QObject):
    """Follows a part of a scroll area as it finds its place.

    That takes several turns of events: wrapped text knows its height only once it has its width.
    """

    def __init__(self, area: QScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._part: QWidget | None = None
        self._rest = QTimer(self, singleShot=True, interval=_AT_REST)
        self._rest.timeout.connect(self._leave)
        area.verticalScrollBar().rangeChanged.connect(self._follow)

    @Slot(QWidget)
    def bring(self, part: QWidget) -> None:
        """Scroll to this part of the area's widget, now and until it rests."""
        self._part = part
        part.destroyed.connect(self._leave)
        QTimer.singleShot(0, self, self._follow)
        self._rest.start()

    @Slot(QPlainTextEdit)
    def bring_place(self, edit: QPlainTextEdit) -> None:
        """Scroll to the cursor of an editor that is as tall as its text and does not scroll."""
        whole = self._area.widget()
        if whole is not None:
            place = edit.viewport().mapTo(whole, edit.cursorRect().center())
            self._area.ensureVisible(place.x(), place.y())

    @Slot()
    def _follow(self) -> None:
        if self._part is not None:
            self._area.ensureWidgetVisible(self._part)

    @Slot()
    def _leave(self) -> None:
        self._part = None
