"""How a recipe looks in the list: its name, and the answer columns that it brings."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from claude_batch_desk.gui.list_painting import RADIUS, paint_ground, paint_line
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT, Colours, colours

ABOUT = Qt.ItemDataRole.UserRole + 1
"""The role of the second line; an entry without one is the heading of a group."""
_SMALLER = 1.0
"""Points."""
_CUT = Qt.TextElideMode.ElideRight
AnyIndex = QModelIndex | QPersistentModelIndex


class RecipeDelegate(QStyledItemDelegate):
    """Paints a recipe on two lines, and the heading of a group on one."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """As high as its lines; the width is whatever there is."""
        name = option.fontMetrics.height()
        small = QFontMetrics(_small(option.font)).height()
        lines = name + small + TIGHT // 2 if index.data(ABOUT) else small
        return QSize(GRID * 10, lines + SPACE * 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one entry."""
        theme = colours(option.palette)
        box = option.rect.adjusted(0, 1, -TIGHT, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(ABOUT):
            paint_ground(painter, option, theme, box)
            _paint_focus(painter, option, theme, box)
            _paint_recipe(painter, option, theme, index, box.adjusted(SPACE, SPACE - 1, -SPACE, 0))
        else:
            painter.setFont(_small(option.font))
            place = box.adjusted(SPACE, TIGHT, -SPACE, 0)
            paint_line(painter, place, theme.muted, str(index.data()), _CUT)
        painter.restore()


def _paint_recipe(
    painter: QPainter,
    option: QStyleOptionViewItem,
    theme: Colours,
    index: AnyIndex,
    inner: QRect,
) -> None:
    bold = QFont(option.font)
    bold.setWeight(QFont.Weight.DemiBold)
    painter.setFont(bold)
    upper = QRect(inner.left(), inner.top(), inner.width(), option.fontMetrics.height())
    paint_line(painter, upper, theme.text, str(index.data()), _CUT)
    painter.setFont(_small(option.font))
    lower = upper.translated(0, upper.height() + TIGHT // 2)
    paint_line(painter, lower, theme.muted, str(index.data(ABOUT)), _CUT)


def _paint_focus(
    painter: QPainter, option: QStyleOptionViewItem, theme: Colours, box: QRect
) -> None:
    """A line around the entry that the keys act on."""
    chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    if chosen and option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QColor(theme.accent))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(max(font.pointSizeF() - _SMALLER, _SMALLER))
    return small
