"""A table whose first columns stay where they are while the others are scrolled past them."""

from collections.abc import Sequence
from typing import Any, overload

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QColor, QContextMenuEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QMenu,
    QTableView,
    QWidget,
)

from claude_batch_desk.gui.cell_editors import make_editable
from claude_batch_desk.gui.table_view import TableView
from claude_batch_desk.gui.theme import SPACE, colours
from claude_batch_desk.gui.wording import one_line

_MOST_OF_ROOM = 2 / 3
"""Of the width: what is behind must be reached as well."""
_LONGEST_NAME = 40
_Index = QModelIndex | QPersistentModelIndex
_Trigger = QAbstractItemView.EditTrigger
_HEARD_BELOW = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.ToolTip,
        QEvent.Type.ContextMenu,
    }
)


class FrozenTable(TableView):
    """Shows one table to whoever uses it: one selection, one keyboard, one current cell."""

    froze = Signal(int)
    """The person wants so many columns to stay."""
    _over: "_Over | None" = None  # Qt lays out while the table is still being made

    def __init__(self, name: str, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, accessible_name, parent)
        self._wanted = 0
        self.if_empty = ""
        """What is told where there are no rows."""
        self._editable = False
        header = self.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self.offer_at)

    @property
    def frozen(self) -> int:
        """How many columns stay; in a narrow window fewer than were wanted."""
        return 0 if self._over is None else self._over.columns

    def freeze(self, columns: int) -> None:
        """Let so many columns stay from now on."""
        self._wanted = columns
        if columns and self._over is None:
            self._over = _Over(self, editable=self._editable)
        elif not columns and self._over is not None:
            self._over.hide()
            self._over.deleteLater()
            self._over = None
        self._place_over()

    def let_edit(self) -> None:
        """Let cells be written over, in the columns that stay as well."""
        self._editable = True
        make_editable(self)

    @Slot(QPoint)
    def offer_at(self, place: QPoint) -> None:
        """Offer what can be done with the column at this place of the header."""
        column = self.horizontalHeader().logicalIndexAt(place)
        self.offer(column, self.horizontalHeader().mapToGlobal(place))

    def offer(self, column: int, place: QPoint, others: Sequence[QAction] = ()) -> None:
        """Offer what can be done with a column, after others, at this place of the screen."""
        if column < 0:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(others)
        menu.addSeparator()
        name = one_line(str(self.model().headerData(column, Qt.Orientation.Horizontal) or ""))
        short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
        words = self.tr("Freeze up to “%1”").replace("%1", short.replace("&", "&&"))
        to_here = menu.addAction(words, lambda: self.froze.emit(column + 1))
        to_here.setEnabled(self._wanted != column + 1)
        if self._wanted:
            menu.addAction(self.tr("Unfreeze columns"), lambda: self.froze.emit(0))
        menu.popup(place)

    # What Qt asks

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By mouse of the cell under it, by keyboard of the cell that the person is on."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        place = event.globalPos()
        if not by_mouse:
            place = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        self.offer(index.column(), place, self.actions())

    def indexAt(self, place: QPoint) -> QModelIndex:
        """The cell that is seen there; left of all, as a drag may lead, the first."""
        if self._over is not None and place.x() < self._over.width():
            return self._over.indexAt(QPoint(max(place.x(), 0), place.y()))
        return super().indexAt(place)

    def visualRect(self, index: _Index) -> QRect:
        """Where a cell is seen."""
        if self._over is not None and index.column() < self._over.columns:
            return self._over.visualRect(index)
        return super().visualRect(index)

    def scrollTo(
        self,
        index: _Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Bring a cell into sight, out from under the columns that stay."""
        if self._over is None:
            super().scrollTo(index, hint)
            return
        bar = self.horizontalScrollBar()
        before = bar.value()
        super().scrollTo(index, hint)
        if index.column() < self._over.columns:
            bar.setValue(before)
            return
        hidden = self._over.width() - self.columnViewportPosition(index.column())
        if hidden > 0:
            bar.setValue(bar.value() - hidden)

    @overload
    def edit(self, index: _Index, /) -> None: ...
    @overload
    def edit(self, index: _Index, trigger: _Trigger, event: QEvent, /) -> bool: ...
    def edit(self, index: _Index, *way: Any) -> bool | None:
        """Open an editor where its cell is seen; without what led to it, whatever that was."""
        if self._over is not None and index.column() < self._over.columns:
            return self._over.edit(index, *way)
        return super().edit(index, *way)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say why there is nothing, where that is so."""
        super().paintEvent(event)
        if self.if_empty and not self.model().rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(colours(self.palette()).muted))
            room = self.viewport().rect().adjusted(SPACE, SPACE, -SPACE, -SPACE)
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, flags, self.if_empty)
            painter.end()

    def edit_beside(self, *, back: bool) -> None:
        """Go on from the cell that was edited to the one beside it, and open that."""
        ways = QAbstractItemView.CursorAction
        way = ways.MovePrevious if back else ways.MoveNext
        index = self.moveCursor(way, Qt.KeyboardModifier.NoModifier)
        if index.isValid():
            self.setCurrentIndex(index)
            if index.flags() & Qt.ItemFlag.ItemIsEditable:
                self.edit(index)

    def updateGeometries(self) -> None:
        """Place the columns that stay anew whenever anything of the table has another size."""
        super().updateGeometries()
        self._place_over()

    def _place_over(self) -> None:
        if self._over is not None:
            self._over.place(self._wanted, round(self.viewport().width() * _MOST_OF_ROOM))


class _Over(QTableView):
    """The columns that stay, over those that scroll; the table beneath hears mouse and keys."""

    def __init__(self, table: FrozenTable, *, editable: bool) -> None:
        super().__init__(table)
        self._table, self.columns, self._placing = table, 0, False
        self.setObjectName("frozen_columns")
        self.setAccessibleName(self.tr("Frozen columns"))
        self.setProperty("look", "frozen")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusProxy(table)
        self.setAutoScroll(False)
        self.setWordWrap(False)
        self.setTextElideMode(table.textElideMode())
        self.setVerticalScrollMode(table.verticalScrollMode())
        self.setSelectionMode(table.selectionMode())
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(off)
        self.setVerticalScrollBarPolicy(off)
        self._take_headers(table)
        self.setModel(table.model())
        self.setSelectionModel(table.selectionModel())
        header = self.horizontalHeader()
        header.setSelectionModel(QItemSelectionModel(table.model(), header))  # see TableView
        if editable:
            make_editable(self)
        self.follow()
        self._connect(table)
        self.show()
        table.viewport().stackUnder(self)

    def place(self, wanted: int, room: int) -> None:
        """Show so many columns, or as many of them as leave room for the others; one always."""
        table = self._table
        there = min(wanted, table.model().columnCount())
        widths = [table.columnWidth(column) for column in range(there)]
        while len(widths) > 1 and sum(widths) > room:
            widths.pop()
        if widths:
            widths[0] = min(widths[0], room)  # cut here, with …, but as wide as it was beneath
        self._show(len(widths))
        self._placing = True
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)
        self._placing = False
        frame, across = table.frameWidth(), table.horizontalHeader()
        self.horizontalHeader().setFixedHeight(across.height())
        self.setGeometry(
            frame + table.verticalHeader().width(),
            frame,
            sum(widths),
            across.height() + table.viewport().height(),
        )
        self._keep_up()

    def _show(self, columns: int) -> None:
        if columns == self.columns and self.horizontalHeader().hiddenSectionCount():
            return
        self.columns = columns
        for column in range(self.model().columnCount()):
            self.setColumnHidden(column, column >= columns)

    @Slot()
    def _anew(self) -> None:
        """The model has other columns; the table places these once it knows their widths."""
        self.columns = 0

    @Slot()
    def _keep_up(self) -> None:
        self.verticalScrollBar().setValue(self._table.verticalScrollBar().value())

    @Slot()
    def follow(self) -> None:
        """Show the order that the table shows."""
        theirs, header = self._table.horizontalHeader(), self.horizontalHeader()
        header.setSortIndicatorShown(theirs.isSortIndicatorShown())
        header.setSortIndicator(theirs.sortIndicatorSection(), theirs.sortIndicatorOrder())

    @Slot(int, int, int)
    def _resize(self, column: int, _: int, width: int) -> None:
        """The person drew a column wider here: it is as wide there."""
        if width and not self._placing and self._table.columnWidth(column) != width:
            self._table.setColumnWidth(column, width)

    @Slot(QPoint)
    def _offer_at(self, place: QPoint) -> None:
        header = self.horizontalHeader()
        self._table.offer(header.logicalIndexAt(place), header.mapToGlobal(place))

    def viewportEvent(self, event: QEvent) -> bool:
        """Hand the mouse to the table beneath, whose viewport begins at the same point."""
        if event.type() in _HEARD_BELOW:
            return QCoreApplication.sendEvent(self._table.viewport(), event)
        return super().viewportEvent(event)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """The next cell may be one of those that scroll, so that the table goes on to it."""
        hints = QAbstractItemDelegate.EndEditHint
        super().closeEditor(editor, hints.NoHint)
        if hint in (hints.EditNextItem, hints.EditPreviousItem):
            self._table.edit_beside(back=hint == hints.EditPreviousItem)

    def _take_headers(self, table: FrozenTable) -> None:
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(table.verticalHeader().defaultSectionSize())
        theirs = table.horizontalHeader()
        columns.setDefaultAlignment(theirs.defaultAlignment())
        columns.setHighlightSections(False)
        columns.setTextElideMode(theirs.textElideMode())
        columns.setSectionsClickable(True)
        columns.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        columns.customContextMenuRequested.connect(self._offer_at)

    def _connect(self, table: FrozenTable) -> None:
        theirs, mine = table.horizontalHeader(), self.horizontalHeader()
        mine.sectionPressed.connect(theirs.sectionPressed)
        mine.sectionClicked.connect(theirs.sectionClicked)
        mine.sectionResized.connect(self._resize)
        theirs.sortIndicatorChanged.connect(self.follow)
        table.verticalScrollBar().valueChanged.connect(self._keep_up)
        self.verticalScrollBar().rangeChanged.connect(self._keep_up)
        table.model().modelReset.connect(self._anew)
