"""A table as it was read: its rows, how they were read, and what is in its columns."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.columns_panel import ColumnsPanel
from claude_batch_desk.gui.findings_panel import FindingsPanel
from claude_batch_desk.gui.reading_bar import ReadingBar
from claude_batch_desk.gui.row_place import RowPlace
from claude_batch_desk.gui.side_panel import PanelHead, SidePanel
from claude_batch_desk.gui.table_model import TableModel
from claude_batch_desk.gui.table_view import TableView
from claude_batch_desk.gui.theme import GRID, WIDE
from claude_batch_desk.gui.widgets import ElidedLabel
from claude_batch_desk.gui.wording import number

_ROOM_FOR_PANEL = GRID * 85
"""A sheet of this width opens the panel by itself."""
_LEAST_VIEW = GRID * 30
_SHARES = (520, 300)
"""Of the table and of the panel beside it."""


class TableSheet(QWidget):
    """Shows a table, or the beginning of one; tells what the person wants changed."""

    options_chosen = Signal(object)
    """The source is to be read with these ReadOptions."""
    selection_chosen = Signal(object)
    """This Selection of rows and columns is to run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = Selection()
        self._whole = True
        self._sizes: list[int] = [*_SHARES]
        self._panel_was: str | None = None
        """The view of the panel that the person left open; None before there was a choice."""
        self.model = TableModel(parent=self)
        self.view = TableView("data_table", self.tr("Rows of the table"))
        self.name_label = ElidedLabel("", "heading")
        self.place = RowPlace()
        """For the foot of the page."""
        self.reading_bar = ReadingBar()
        self.columns = ColumnsPanel()
        self.findings = FindingsPanel()
        self.panel = SidePanel("data_panel")
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        self._connect()

    @property
    def table(self) -> Table | None:
        """The table shown."""
        return self.model.table

    def show_table(
        self, table: Table | None, selection: Selection, *, editable: bool, whole: bool = True
    ) -> None:
        """Show this table, or its first rows only, and what of it was chosen to run."""
        before = self.model.table
        fresh = before is not table or self._whole is not whole
        self._whole = whole
        if fresh:
            self.model.show_table(table)
            if before is None or table is None or before.name != table.name:
                self.rewind()  # read another way, a table stays where it is
        if table is None:
            return
        self.name_label.set_whole(table.name)
        self.show_reading()
        if fresh:  # or the person would be thrown out of the rows of a finding
            self.findings.show_found(table.findings, table.notes, whole=whole)
        remarks = len(table.findings) + len(table.notes)
        self.panel.count("findings", number(remarks) if remarks else "")
        self.show_selection(selection, editable=editable)
        self.count_rows()

    def show_reading(self) -> None:
        """Show how the table was read, whatever the person may have chosen since."""
        table = self.model.table
        if table is not None:
            paths = [each.name for each in table.profile if each.looks_like == "path"]
            self.reading_bar.show_reading(table.reading, table.columns, paths)

    def show_selection(self, selection: Selection, *, editable: bool) -> None:
        """Show what of the table was chosen to run."""
        table = self.model.table
        if table is None:
            return
        self._selection = selection
        self.model.mark_kept(selection.excluded)
        self.columns.show_table(table, selection.excluded, editable=editable)
        self.panel.count("columns", number(len(table.columns)))

    def rewind(self) -> None:
        """Begin at the first cell."""
        self.view.scrollToTop()
        self.view.horizontalScrollBar().setValue(0)

    @Slot()
    def count_rows(self) -> None:
        """Say which rows are in sight of how many, so that nobody takes the first ones for all."""
        table = self.model.table
        if table is None:
            return
        if self._whole:
            self.place.show_place(*self.view.rows_in_sight(), table.row_count)
        else:
            self.place.show_first(table.row_count)

    # What the person does

    @Slot(bool)
    def _mark_columns(self, suggested: bool) -> None:
        """Whoever put the panel away is to see that there is something to decide, too."""
        self.panel.mark("columns", "shield" if suggested else "")

    @Slot(object)
    def _leave_out(self, columns: tuple[str, ...]) -> None:
        self.options_chosen.emit(replace(self.reading_bar.options, left_out=columns))

    @Slot(object)
    def _exclude(self, columns: tuple[str, ...]) -> None:
        self.selection_chosen.emit(replace(self._selection, excluded=columns))

    @Slot(str)
    def _go_to_column(self, name: str) -> None:
        table = self.model.table
        if table is not None and name in table.columns:
            self.view.go_to_column(table.columns.index(name))

    @Slot(int)
    def _choose_column(self, place: int) -> None:
        table = self.model.table
        if table is not None:
            self.columns.select(table.columns[place])

    # The panel

    def kept_layout(self) -> str:
        """What the person left open and how wide, for `restore_layout` at the next start."""
        if self._panel_was is None:
            return ""
        return ",".join([self._panel_was, *map(str, self._sizes)])

    def restore_layout(self, kept: str) -> None:
        """Open what the person left open; nothing else happens where this makes no sense."""
        key, *sizes = kept.split(",")
        if len(sizes) != len(_SHARES) or not all(map(str.isdecimal, sizes)):
            return
        self._panel_was = key
        self._sizes = [int(each) for each in sizes]
        self.panel.open(key)
        self._splitter.setSizes(self._sizes)

    @Slot()
    def _remember_panel(self) -> None:
        self._panel_was = self.panel.key
        if self.panel.isVisible():
            self._sizes = self._splitter.sizes()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Open the panel where there is room for it, unless the person decided."""
        super().resizeEvent(event)
        if self._panel_was is None:
            self.panel.open("columns" if self.width() >= _ROOM_FOR_PANEL else "")

    def _connect(self) -> None:
        self.view.setModel(self.model)
        self.view.verticalScrollBar().valueChanged.connect(self.count_rows)
        self.view.verticalScrollBar().rangeChanged.connect(self.count_rows)
        self.view.column_pressed.connect(self._choose_column)
        self.place.row_chosen.connect(self.view.go_to_row)
        self.reading_bar.changed.connect(self.options_chosen)
        self.findings.row_chosen.connect(self.view.go_to_row)
        self.columns.column_chosen.connect(self._go_to_column)
        self.columns.excluded_chosen.connect(self._exclude)
        self.columns.suggested.connect(self._mark_columns)
        self.columns.left_out_chosen.connect(self._leave_out)
        self.panel.moved.connect(self._remember_panel)
        self._splitter.splitterMoved.connect(self._remember_panel)

    def _lay_out(self) -> None:
        self.panel.add("columns", self.tr("Columns"), self.columns)
        self.panel.add("findings", self.tr("Worth a look"), self.findings)
        self.view.setMinimumWidth(_LEAST_VIEW)  # in a narrow window the panel gives way
        self._splitter.setObjectName("data_splitter")
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(WIDE)
        for place, part in enumerate((self.view, self.panel)):
            self._splitter.addWidget(part)
            self._splitter.setStretchFactor(place, 1 - place)
        self._splitter.setSizes(_SHARES)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 3 // 2)
        column.addWidget(PanelHead(self.name_label, self.panel))
        column.addWidget(self.reading_bar)
        column.addWidget(self._splitter, 1)
