"""The answers of one imported batch, and one of them to read."""

from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QAbstractItemView, QSplitter, QWidget

from claude_batch_desk.core.jobs.account.reading import ImportedRow
from claude_batch_desk.core.jobs.store.account_store import Imported
from claude_batch_desk.gui.account_results import OUTCOME, ResultsModel
from claude_batch_desk.gui.table_view import TableView
from claude_batch_desk.gui.text_boxes import TextView
from claude_batch_desk.gui.theme import GRID, ICON, SPACE


class ReadsImports(Protocol):
    """The verb that this needs."""

    def rows(self, import_id: int, first: int, count: int) -> list[ImportedRow]:
        """So many results of an import from the `first` on."""
        ...


class ImportedAnswers(QSplitter):
    """Reads results in windows, whatever their number; nothing can be changed in them."""

    def __init__(self, account: ReadsImports, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._account = account
        self.model = ResultsModel(self)
        self.view = TableView("imported_results", self.tr("Answers of the batch"))
        self.view.setModel(self.model)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.text = TextView("imported_text", self.tr("The answer as it came"))
        self.text.setMinimumWidth(GRID * 28)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(SPACE)
        self.addWidget(self.view)
        self.addWidget(self.text)
        self.setStretchFactor(0, 3)
        self.setStretchFactor(1, 2)
        self.view.row_chosen.connect(self._show_result)

    def show_import(self, imported: Imported | None) -> None:
        """Show the answers of this import, or none."""
        self.text.show_text("")
        if imported is None:
            self.model.show(None, 0)
            return
        self.model.show(partial(self._account.rows, imported.id), imported.results)
        self.view.setColumnWidth(OUTCOME, self.view.columnWidth(OUTCOME) + ICON + SPACE)
        if imported.results:
            self.view.selectRow(0)

    @Slot(int)
    def _show_result(self, place: int) -> None:
        row = self.model.row(place)
        parts = (row.answer.reason, row.answer.text) if row else ()
        self.text.show_text("\n\n".join(filter(None, parts)))
