"""How often each value of the answer columns occurs, with small bars; a press shows its rows."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from claude_batch_desk.core.jobs.reviewing.wish import ColumnCounts, Wish
from claude_batch_desk.gui.list_painting import RADIUS, paint_line
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT, Colours, colours
from claude_batch_desk.gui.wording import cell_tip, number, one_line, rows_words

_FIRST = 12
"""So many values of a column are listed before the person asks for more."""
_BAR = 3
_LINE = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_PRESSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_CUT = Qt.TextElideMode.ElideRight


@dataclass(frozen=True)
class Line:
    """A value of a column with its rows; the name of the column; or that there is more."""

    header: str
    value: str = ""
    kind: str = "value"
    rows: int = 0
    share: float = 0.0
    chosen: bool = False


class CountsModel(QAbstractListModel):
    """The columns one below the other, each with its values."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []

    def show(self, lines: Sequence[Line]) -> None:
        """Show these."""
        self.beginResetModel()
        self._lines = list(lines)
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """The number of lines."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The line, and what it says for those who do not see it."""
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role == _LINE:
            return line
        told = line.header if line.kind == "header" else one_line(line.value) or self.tr("(empty)")
        if role == Qt.ItemDataRole.DisplayRole:
            return told
        if role == Qt.ItemDataRole.AccessibleTextRole and line.kind == "value":
            return f"{line.header}: {told}, {rows_words(line.rows)}"
        if role == Qt.ItemDataRole.ToolTipRole:  # all is cut early, as the list is narrow
            return cell_tip(line.value) or html.escape(told)
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Names of columns cannot be pressed."""
        if index.isValid() and self._lines[index.row()].kind == "header":
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)


class _Delegate(QStyledItemDelegate):
    """A value at the left, its rows at the right, a bar below."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """One line of text and the bar; a column stands apart from the one before it."""
        line: Line = index.data(_LINE)
        apart = SPACE if line.kind == "header" and index.row() else 0
        return QSize(GRID * 16, option.fontMetrics.height() + GRID + _BAR + apart)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw a line in the colours of the theme as it is now."""
        line: Line = index.data(_LINE)
        theme = colours(option.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.kind == "value":
            _paint_value(painter, option, line, str(index.data()), theme)
        else:
            font = QFont(option.font)
            font.setBold(line.kind == "header")
            painter.setFont(font)
            ink = {"header": theme.text, "more": theme.accent}.get(line.kind, theme.muted)
            box = _text_box(option)
            if line.kind == "header":  # it stands at its foot, by its values
                box.setTop(box.bottom() - option.fontMetrics.height())
            cut = Qt.TextElideMode.ElideMiddle if line.kind == "header" else _CUT
            paint_line(painter, box, ink, str(index.data()), cut)
        painter.restore()


def _text_box(option: QStyleOptionViewItem) -> QRect:
    return option.rect.adjusted(SPACE, 0, -SPACE, -_BAR - TIGHT)


def _paint_value(
    painter: QPainter, option: QStyleOptionViewItem, line: Line, text: str, theme: Colours
) -> None:
    box = _text_box(option)
    over = bool(option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus))
    painter.setPen(Qt.PenStyle.NoPen)
    if line.chosen or over:
        painter.setBrush(QColor(theme.accent_soft if line.chosen else theme.hover))
        painter.drawRoundedRect(option.rect.adjusted(2, 0, -2, 0), RADIUS, RADIUS)
    rows = number(line.rows)
    painter.setFont(option.font)
    wide = painter.fontMetrics().horizontalAdvance(rows)
    paint_line(painter, box.adjusted(0, 0, -wide - SPACE, 0), theme.text, text, _CUT)
    painter.setPen(QColor(theme.muted))
    at_right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(box, int(at_right), rows)
    painter.setPen(Qt.PenStyle.NoPen)
    foot = QRectF(QRect(box.left(), option.rect.bottom() - _BAR - 1, box.width(), _BAR))
    for colour, width in ((theme.hover, 1.0), (theme.accent, line.share)):
        painter.setBrush(QColor(colour))
        bar = QRectF(foot.left(), foot.top(), max(foot.width() * width, _BAR), _BAR)
        painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)


class ReviewCounts(QListView):
    """By mouse or with Return."""

    value_chosen = Signal(str, str)
    """The person pressed this value of the column of this name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("review_counts")
        self.setAccessibleName(self.tr("How often each value occurs"))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("look", "counts")
        self.setMinimumWidth(GRID * 20)
        self._shown: Sequence[ColumnCounts] = ()
        self._wish = Wish()
        self._opened: set[str] = set()
        self.lines = CountsModel(self)
        self.setModel(self.lines)
        self.setItemDelegate(_Delegate(self))
        self.clicked.connect(self._press)

    def sizeHint(self) -> QSize:
        """Narrow: the rows beside it are what the person came for."""
        return QSize(GRID * 26, GRID * 26)

    def show_counts(self, columns: Sequence[ColumnCounts], wish: Wish) -> None:
        """Show these, with what is asked for marked."""
        self._shown, self._wish = columns, wish
        row, place = self.currentIndex().row(), self.verticalScrollBar().value()
        self.lines.show([*self._lines()])
        if row >= 0:
            self.setCurrentIndex(self.lines.index(row))
        self.verticalScrollBar().setValue(place)

    def _lines(self) -> Iterator[Line]:
        wanted = dict(self._wish.values)
        for column in self._shown:
            if not column.values:
                continue
            yield Line(column.header, column.header, "header")
            chosen = wanted.get(column.header, frozenset())
            opened = column.header in self._opened
            total = max(sum(each.rows for each in column.values), 1)
            listed = column.values if opened else column.values[:_FIRST]
            for each in listed:
                yield Line(
                    column.header,
                    each.value,
                    rows=each.rows,
                    share=each.rows / total,
                    chosen=each.value in chosen,
                )
            hidden = len(column.values) - len(listed)
            if hidden:
                words = self.tr("%1 more values").replace("%1", number(hidden + column.others))
                yield Line(column.header, words, "more")
            elif column.others:
                words = self.tr("%1 rarer values").replace("%1", number(column.others))
                yield Line(column.header, words, "rare")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return and the space bar press the line that has the focus."""
        if event.key() in _PRESSING and self.currentIndex().isValid():
            self._press(self.currentIndex())
            return
        super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _press(self, index: QModelIndex) -> None:
        line: Line = index.data(_LINE)
        if line.kind == "more":
            self._opened.add(line.header)
            self.show_counts(self._shown, self._wish)
        elif line.kind == "value":
            self.value_chosen.emit(line.header, line.value)
