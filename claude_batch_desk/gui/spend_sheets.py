"""The lines of what was paid, grouped as asked, and bills beside their estimates."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStackedWidget,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.jobs.money.spending import GROUPINGS, Grouping, Spend
from claude_batch_desk.core.jobs.money.telling import estimates_sheet, sheet_of
from claude_batch_desk.core.jobs.store.charge_store import Settled
from claude_batch_desk.gui.estimates_table import RANGE, EstimatesModel, RangeDelegate
from claude_batch_desk.gui.segmented import Segmented
from claude_batch_desk.gui.spend_table import BAR, CEILING, EXPECTED, BarDelegate, SpendModel
from claude_batch_desk.gui.table_view import TableView
from claude_batch_desk.gui.theme import GRID, WIDE

_NAME_WIDTH = GRID * 30


class SpendSheets(QWidget):
    """One table at a time, below the choice of what to tell apart."""

    job_requested = Signal(int)
    """Show the job of this number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spend: Spend | None = None
        self._history: Sequence[Settled] = ()
        self.by = Segmented(
            {
                "job": self.tr("By job"),
                "month": self.tr("By month"),
                "model": self.tr("By model"),
                "way": self.tr("By way"),
                "need": self.tr("By need"),
                "estimates": self.tr("Estimates"),
            },
            "spend_by",
        )
        self.by.choose("job")
        self.model, self.estimates = SpendModel(self), EstimatesModel(self)
        self.view = TableView("spend_table", self.tr("What was paid"))
        self.estimates_view = TableView("spend_estimates", self.tr("Bills beside estimates"))
        self.view.setModel(self.model)
        self.estimates_view.setModel(self.estimates)
        self._prepare(self.view, BAR, BarDelegate(self.view))
        self._prepare(self.estimates_view, RANGE, RangeDelegate(self.estimates_view))
        self._offer_orders(self.view, BAR)
        self._offer_orders(self.estimates_view, RANGE)
        self._tables = QStackedWidget()
        for table in (self.view, self.estimates_view):
            self._tables.addWidget(table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(WIDE)
        column.addWidget(self.by, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._tables, 1)
        self.by.chosen.connect(self._show_lines)
        self.view.activated.connect(self._open)

    def show_spend(self, spend: Spend, history: Sequence[Settled]) -> None:
        """Show what was paid, and what became of the estimates (newest first)."""
        self._spend, self._history = spend, history
        self._show_lines()

    def texts(self) -> list[list[str]]:
        """What is shown as texts under their headers, amounts as they are kept."""
        if self._spend is None:
            return []
        if self.by.value == "estimates":
            return estimates_sheet(self._history)
        return sheet_of(self._spend, self._grouping)

    @property
    def _grouping(self) -> Grouping:
        return next((each for each in GROUPINGS if each == self.by.value), "job")

    @Slot()
    def _show_lines(self) -> None:
        if self._spend is None:
            return
        if self.by.value == "estimates":
            self._tables.setCurrentWidget(self.estimates_view)
            self.estimates.show(self._history)
            self._in_their_order(self.estimates_view)
            return
        self._tables.setCurrentWidget(self.view)
        practice = self._spend.mode == "practice"
        grouping = self._grouping
        self.model.show_lines(self._spend.lines[grouping], grouping, practice=practice)
        coming = self._spend.standing.committed.jobs > 0
        for column in (EXPECTED, CEILING):
            self.view.setColumnHidden(column, not coming)
        self._in_their_order(self.view)

    @staticmethod
    def _in_their_order(view: TableView) -> None:
        """Lines come in an order that means something; the picture has what room is left."""
        header = view.horizontalHeader()
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setStretchLastSection(False)
        view.setColumnWidth(0, min(view.columnWidth(0), _NAME_WIDTH))

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        job = self.model.line(index.row()).job
        if job is not None:
            self.job_requested.emit(job)

    @staticmethod
    def _prepare(view: TableView, picture: int, delegate: QStyledItemDelegate) -> None:
        view.setItemDelegateForColumn(picture, delegate)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.verticalHeader().hide()
        header = view.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSectionResizeMode(picture, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        view.setSortingEnabled(True)

    def _offer_orders(self, view: TableView, picture: int) -> None:
        """The menu key gives what the mouse has in the headers."""
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        header = view.horizontalHeader()
        for column in range(header.count()):
            if column == picture:
                continue
            title = view.model().headerData(column, Qt.Orientation.Horizontal)
            action = QAction(self.tr("Sort by %1").replace("%1", title), view)
            action.triggered.connect(partial(_sort, view, column))
            view.addAction(action)


def _sort(view: TableView, column: int, _checked: bool = False) -> None:
    """The largest first, and the other way round where that is so already."""
    header = view.horizontalHeader()
    descending = Qt.SortOrder.DescendingOrder
    again = header.sortIndicatorSection() == column and header.sortIndicatorOrder() == descending
    view.sortByColumn(column, Qt.SortOrder.AscendingOrder if again else descending)
