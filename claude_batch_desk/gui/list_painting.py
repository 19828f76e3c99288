"""What the entries of our lists are painted with."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from claude_batch_desk.gui.theme import Colours

RADIUS = 6.0
"""Of the corners of an entry's ground."""
_PLACE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def paint_ground(
    painter: QPainter, option: QStyleOptionViewItem, theme: Colours, box: QRect
) -> None:
    """Show by the ground that an entry is chosen, or below the pointer."""
    painter.setPen(Qt.PenStyle.NoPen)
    chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    if chosen or option.state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(QColor(theme.accent_soft if chosen else theme.hover))
        painter.drawRoundedRect(box, RADIUS, RADIUS)


def paint_line(
    painter: QPainter, box: QRect, colour: str, text: str, cut: Qt.TextElideMode
) -> None:
    """Draw a text on one line in the painter's font, cut where it does not fit."""
    painter.setPen(QColor(colour))
    shown = painter.fontMetrics().elidedText(text, cut, box.width())
    painter.drawText(box, int(_PLACE), shown)
