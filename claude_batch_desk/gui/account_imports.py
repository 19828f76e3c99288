"""What was imported: the batches, the answers of one of them, and one answer to read."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.jobs.account.reading import ImportedRow
from claude_batch_desk.core.jobs.store.account_store import Imported
from claude_batch_desk.gui.account_results import OUTCOME, ResultsModel
from claude_batch_desk.gui.account_table import ImportsModel
from claude_batch_desk.gui.table_view import TableView
from claude_batch_desk.gui.text_boxes import TextView
from claude_batch_desk.gui.theme import GRID, ICON, SPACE, WIDE
from claude_batch_desk.gui.widgets import EmptyState, button


class ReadsImports(Protocol):
    """The verb that this panel needs."""

    def rows(self, import_id: int, first: int, count: int) -> list[ImportedRow]:
        """So many results of an import from the `first` on."""
        ...


class ImportsPanel(QWidget):
    """Reads results in windows, whatever their number; nothing can be changed in them."""

    export_wanted = Signal(str)
    """The selected import is to be written to a file with this suffix."""
    remove_wanted = Signal()
    """The selected import is to be removed from this computer."""

    def __init__(self, account: ReadsImports, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._account = account
        self.model, self.results = ImportsModel(self), ResultsModel(self)
        self.view = TableView("imports_table", self.tr("Imported batches"))
        self.results_view = TableView("imported_results", self.tr("Answers of the batch"))
        self.text = TextView("imported_text", self.tr("The answer as it came"))
        self.xlsx_button = button(self.tr("Export XLSX…"), "imports_xlsx", icon_name="export")
        self.csv_button = button(self.tr("Export CSV…"), "imports_csv", icon_name="export")
        self.remove_button = button(self.tr("Remove…"), "imports_remove", icon_name="trash")
        self.empty = EmptyState(
            "open",
            self.tr("Nothing was imported yet"),
            self.tr(
                "Select a batch at the service that no job here has asked, and import its answers "
                "to read them here."
            ),
        )
        self._prepare_views()
        self._lay_out()
        self.view.row_chosen.connect(self._show_import)
        self.results_view.row_chosen.connect(self._show_result)
        self.xlsx_button.clicked.connect(partial(self.export_wanted.emit, ".xlsx"))
        self.csv_button.clicked.connect(partial(self.export_wanted.emit, ".csv"))
        self.remove_button.clicked.connect(self.remove_wanted)

    @property
    def selected(self) -> Imported | None:
        """The import whose answers are shown."""
        row = self.view.currentIndex().row()
        return self.model.line(row) if 0 <= row < self.model.rowCount() else None

    def show_imports(self, imports: Sequence[Imported], import_id: int | None = None) -> None:
        """Show these, and the answers of one of them: that of this number, or the first."""
        self.model.show(imports)
        self._stack.setCurrentWidget(self._known if imports else self.empty)
        ids = [each.id for each in imports]
        if ids:
            self.view.selectRow(ids.index(import_id) if import_id in ids else 0)
        else:
            self._show_none()

    def allow(self, *, idle: bool) -> None:
        """Whether something can be done with the selected import now."""
        for each in (self.xlsx_button, self.csv_button, self.remove_button):
            each.setEnabled(idle)

    @Slot(int)
    def _show_import(self, row: int) -> None:
        found = self.model.line(row)
        self.results.show(partial(self._account.rows, found.id), found.results)
        width = self.results_view.columnWidth(OUTCOME)
        self.results_view.setColumnWidth(OUTCOME, width + ICON + SPACE)
        self.text.show_text("")
        if found.results:
            self.results_view.selectRow(0)

    @Slot(int)
    def _show_result(self, place: int) -> None:
        row = self.results.row(place)
        parts = (row.answer.reason, row.answer.text) if row else ()
        self.text.show_text("\n\n".join(filter(None, parts)))

    def _show_none(self) -> None:
        self.results.show(None, 0)
        self.text.show_text("")

    def _prepare_views(self) -> None:
        self.view.setModel(self.model)
        self.view.verticalHeader().hide()
        self.results_view.setModel(self.results)
        for each in (self.view, self.results_view):
            each.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setMinimumHeight(GRID * 12)
        self.text.setMinimumWidth(GRID * 28)

    def _lay_out(self) -> None:
        answers = QSplitter(Qt.Orientation.Horizontal)
        answers.setChildrenCollapsible(False)
        answers.addWidget(self.results_view)
        answers.addWidget(self.text)
        answers.setStretchFactor(0, 3)
        answers.setStretchFactor(1, 2)
        both = QSplitter(Qt.Orientation.Vertical)
        both.setChildrenCollapsible(False)
        for each in (self.view, answers):
            both.addWidget(each)
        both.setStretchFactor(0, 1)
        both.setStretchFactor(1, 3)
        for each in (both, answers):
            each.setHandleWidth(SPACE)
        verbs = QHBoxLayout()
        verbs.setSpacing(SPACE)
        verbs.addWidget(self.xlsx_button)
        verbs.addWidget(self.csv_button)
        verbs.addStretch(1)
        verbs.addWidget(self.remove_button)
        self._known = QWidget()
        column = QVBoxLayout(self._known)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(WIDE)
        column.addWidget(both, 1)
        column.addLayout(verbs)
        self._stack = QStackedWidget()
        for page in (self._known, self.empty):
            self._stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
