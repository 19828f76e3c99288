"""What a person does with the mouse, and what of a widget that person has in sight."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget


def click(widget: QWidget | None) -> None:
    assert widget is not None
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def in_sight(widget: QWidget) -> QRect:
    """What no scroll area or window cuts off, in the widget's coordinates.

    `visibleRegion` leaves out what opaque children paint; whether they are opaque is the style's.
    """
    seen = widget.rect() if widget.isVisible() else QRect()
    above = None if widget.isWindow() else widget.parentWidget()
    while above is not None:
        corner = widget.mapTo(above, QPoint(0, 0))
        seen = seen.intersected(above.rect().translated(-corner))
        above = None if above.isWindow() else above.parentWidget()
    return seen
