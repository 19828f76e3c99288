"""How a column looks in the list: its look, its name, its figures and its commonest values."""

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from claude_batch_desk.core.tables.profile import ColumnProfile
from claude_batch_desk.gui.columns_model import ENTRY, LOOK_ICONS, ColumnEntry, badge, facts
from claude_batch_desk.gui.icons import icon
from claude_batch_desk.gui.list_painting import RADIUS, paint_ground, paint_line
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT, Colours, colours
from claude_batch_desk.gui.wording import one_line

_SIDE = 16
_BAR = 4
_LEAST_NAME = 0.4
"""Of the line, whatever stands beside the name."""
_SHADES = (255, 200, 155, 120, 92, 70, 54, 42, 32, 24)
"""Opacity of the accent for the commonest values in turn."""


def shares(profile: ColumnProfile) -> list[float]:
    """The shares of all rows that the commonest values have, and behind them that of the others.

    What is missing to 1 are the rows without a value.
    """
    rows = max(profile.filled + profile.empty, 1)
    common = [value.rows / rows for value in profile.commonest]
    return [*common, max(profile.filled / rows - sum(common), 0.0)]


class ColumnDelegate(QStyledItemDelegate):
    """Paints a ColumnEntry; all are of one height, so that 16,384 of them scroll."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """As high as the two lines and the bar; the width is whatever there is."""
        lines = option.fontMetrics.height() + QFontMetrics(_smaller(option.font)).height()
        return QSize(GRID * 10, lines + _BAR + TIGHT * 2 + GRID * 2)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one column."""
        entry: ColumnEntry = index.data(ENTRY)
        theme = colours(option.palette)
        box = option.rect.adjusted(0, 1, -TIGHT, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, option, theme, box)
        inner = box.adjusted(SPACE, SPACE - 1, -SPACE, -SPACE + 1)
        ink = theme.faint if entry.left_out else theme.text
        look = LOOK_ICONS[entry.profile.looks_like] if entry.profile else "minus"
        upper = QRect(inner.left(), inner.top(), inner.width(), option.fontMetrics.height())
        side = QRect(upper.left(), upper.center().y() - _SIDE // 2 + 1, _SIDE, _SIDE)
        icon(look, "muted").paint(painter, side)
        text = upper.adjusted(_SIDE + SPACE, 0, 0, 0)
        small = _smaller(option.font)
        painter.setFont(small)
        room = text.adjusted(0, 0, -_paint_badge(painter, entry, theme, text), 0)
        painter.setFont(_bolder(option.font))
        _paint_line(painter, room, ink, one_line(entry.name))
        painter.setFont(small)
        lower = text.translated(0, text.height() + TIGHT // 2)
        lower.setHeight(painter.fontMetrics().height())
        _paint_line(painter, lower, theme.muted, " · ".join(facts(entry)))
        if entry.profile:
            bar = QRectF(text.left(), lower.bottom() + TIGHT, text.width(), _BAR)
            _paint_bar(painter, bar, entry.profile, theme)
        painter.restore()


def _paint_ground(
    painter: QPainter, option: QStyleOptionViewItem, theme: Colours, box: QRect
) -> None:
    paint_ground(painter, option, theme, box)
    current = option.state & QStyle.StateFlag.State_HasFocus
    if current and option.state & QStyle.StateFlag.State_Active:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(theme.accent))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def _paint_badge(painter: QPainter, entry: ColumnEntry, theme: Colours, line: QRect) -> int:
    """Draw what is said of a column at the right of a line; returns how much room it takes."""
    picture, word, tone = badge(entry)
    if not word:
        return 0
    width = min(
        painter.fontMetrics().horizontalAdvance(word) + _SIDE + TIGHT,
        int(line.width() * (1 - _LEAST_NAME)),
    )
    left = line.right() - width
    icon(picture, tone).paint(
        painter, QRect(QPoint(left, line.center().y() - _SIDE // 2 + 1), QSize(_SIDE, _SIDE))
    )
    ink: str = getattr(theme, tone)
    _paint_line(painter, line.adjusted(left - line.left() + _SIDE + TIGHT, 0, 0, 0), ink, word)
    return width + SPACE


def _paint_line(painter: QPainter, box: QRect, colour: str, text: str) -> None:
    """Draw a text, cut in its middle: names of columns often begin alike."""
    paint_line(painter, box, colour, text, Qt.TextElideMode.ElideMiddle)


def _paint_bar(painter: QPainter, bar: QRectF, profile: ColumnProfile, theme: Colours) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.hover))
    painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
    left = bar.left()
    for colour, share in zip(
        _bar_colours(theme, len(profile.commonest)), shares(profile), strict=True
    ):
        width = share * bar.width()
        painter.fillRect(QRectF(left, bar.top(), max(width - 1, 0), bar.height()), colour)
        left += width


def _bar_colours(theme: Colours, common: int) -> Iterator[QColor]:
    for shade in _SHADES[:common]:
        colour = QColor(theme.accent)
        colour.setAlpha(shade)
        yield colour
    yield QColor(theme.strong_border)


def _smaller(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(max(font.pointSizeF() - 1, 7))
    return small


def _bolder(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold
