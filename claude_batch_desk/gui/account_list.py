"""The batches at the service: all of them or some, and the one that is selected."""

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.jobs.account.listing import Listed, Listing
from claude_batch_desk.gui.account_detail import AccountDetail
from claude_batch_desk.gui.account_table import BATCH, UNTIL, WHOSE, AccountModel, whose_words
from claude_batch_desk.gui.segmented import Segmented
from claude_batch_desk.gui.table_view import TableView
from claude_batch_desk.gui.theme import GRID, ICON, WIDE
from claude_batch_desk.gui.widgets import EmptyState, Label, button
from claude_batch_desk.gui.wording import number

_ID_WIDTH = GRID * 20


class AccountList(QWidget):
    """Shows what was found; whoever owns it finds it."""

    ask_wanted = Signal()
    """Those that have not told yet are to be asked whose they are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._listing: Listing | None = None
        self._selected = ""
        self.filter = Segmented(
            {
                "all": self.tr("All"),
                "here": self.tr("Of jobs here"),
                "other": self.tr("Of others"),
                "untold": self.tr("Not known"),
            },
            "account_filter",
        )
        self.filter.choose("all")
        self.find_edit = QLineEdit()
        self.find_edit.setObjectName("account_find")
        self.find_edit.setPlaceholderText(self.tr("Find a job or an id"))
        self.find_edit.setAccessibleName(self.find_edit.placeholderText())
        self.find_edit.setClearButtonEnabled(True)
        self.find_edit.setMaximumWidth(GRID * 28)
        self.count = Label("", "muted", wrap=False)
        self.count.setObjectName("account_count")
        self.ask = button("", "account_ask", look="link", icon_name="search")
        self.model = AccountModel(self)
        self.view = TableView("account_table", self.tr("Batches at the service"))
        self.detail = AccountDetail()
        self.empty = EmptyState(
            "table",
            self.tr("No batches"),
            self.tr("This key can see no message batches at the service."),
        )
        self._prepare_view()
        self._lay_out()
        self.filter.chosen.connect(self._show_lines)
        self.find_edit.textChanged.connect(self._show_lines)
        self.ask.clicked.connect(self.ask_wanted)
        self.view.row_chosen.connect(self._show_row)
        self.model.layoutChanged.connect(self._follow)

    @property
    def listing(self) -> Listing | None:
        """What is shown."""
        return self._listing

    def show_listing(self, listing: Listing | None) -> None:
        """Show these batches, or none while they are looked for; the selected one stays."""
        self._listing = listing
        self._show_lines()

    def allow(self, *, idle: bool) -> None:
        """Whether something can be done with the selected batch now."""
        for each in (self.detail.take_over, self.detail.fetch, self.ask):
            each.setEnabled(idle)

    @Slot()
    def _show_lines(self) -> None:
        kept = self._selected
        found = self._listing.batches if self._listing else ()
        lines = [each for each in found if self._wanted(each)]
        header = self.view.horizontalHeader()
        column, order = header.sortIndicatorSection(), header.sortIndicatorOrder()
        self.model.show(lines)
        if 0 <= column < self.model.columnCount():
            self.model.sort(column, order)
        self._fit()
        self._count(len(lines), len(found))
        page = self._known if found else self.empty if self._listing else self._blank
        self._stack.setCurrentWidget(page)
        self.select(kept)

    def _wanted(self, listed: Listed) -> bool:
        here, told = listed.job is not None, listed.origin != "untold"
        kinds = {"all": True, "here": here, "other": told and not here, "untold": not told}
        looked_for = self.find_edit.text().strip().casefold()
        text = f"{listed.batch.id}\n{whose_words(listed)}".casefold()
        return kinds[self.filter.value] and looked_for in text

    def _count(self, shown: int, total: int) -> None:
        words = self.tr("%1 of %2 batches") if shown < total else self.tr("%2 batches")
        if total == 1:
            words = self.tr("1 batch")
        self.count.setText(words.replace("%1", number(shown)).replace("%2", number(total)))
        self.count.setVisible(self._listing is not None)
        tellable = len(self._listing.tellable) if self._listing else 0
        asking = self.tr("Find out whose %1 of them are").replace("%1", number(tellable))
        self.ask.setText(asking)
        self.ask.setVisible(tellable > 0)

    @Slot(str)
    def select(self, batch_id: str) -> None:
        """Select this batch, or the first where it is not among those that are shown."""
        ids = [self.model.line(row).batch.id for row in range(self.model.rowCount())]
        if not ids:
            self.detail.show_batch(None)
            return
        row = ids.index(batch_id) if batch_id in ids else 0
        self.view.selectRow(row)
        self.view.scrollTo(self.view.currentIndex())
        self._show_row(row)

    @Slot()
    def _follow(self) -> None:
        """In another order, the selected batch is in another row."""
        if self._stack.currentWidget() is self._known:
            self.select(self._selected)

    @Slot(int)
    def _show_row(self, row: int) -> None:
        listed = self.model.line(row)
        self._selected = listed.batch.id
        self.detail.show_batch(listed)

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        listed = self.model.line(index.row())
        if listed.job is not None:
            self.detail.job_wanted.emit(listed.job)
        elif listed.imported is not None:
            self.detail.imported_wanted.emit(listed.imported)

    def _prepare_view(self) -> None:
        view = self.view
        view.setModel(self.model)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.verticalHeader().hide()
        header = view.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        view.setSortingEnabled(True)
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # ids begin alike
        header.setSectionResizeMode(WHOSE, QHeaderView.ResizeMode.Stretch)
        view.activated.connect(self._open)

    def _fit(self) -> None:
        """Whose they are has what room is left; ids are whole in the detail."""
        self.view.horizontalHeader().setStretchLastSection(False)
        self.view.setColumnWidth(BATCH, _ID_WIDTH)
        self.view.setColumnWidth(UNTIL, self.view.columnWidth(UNTIL) + ICON)

    def _lay_out(self) -> None:
        self._known = QWidget()
        column = QVBoxLayout(self._known)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(WIDE)
        tools = QHBoxLayout()
        tools.setSpacing(WIDE)
        tools.addWidget(self.filter)
        tools.addWidget(self.find_edit, 1)
        tools.addWidget(self.count)
        tools.addStretch(1)
        tools.addWidget(self.ask)
        column.addLayout(tools)
        column.addWidget(self.view, 1)
        column.addWidget(self.detail)
        self._stack, self._blank = QStackedWidget(), QWidget()
        for page in (self._blank, self._known, self.empty):
            self._stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
