"""What was imported: the batches and the answers of one, to be read, written out or removed."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.jobs.store.account_store import Imported
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.gui.account_answers import ImportedAnswers, ReadsImports
from claude_batch_desk.gui.account_table import ImportsModel
from claude_batch_desk.gui.account_work import AccountWork
from claude_batch_desk.gui.messages import MessageDialog
from claude_batch_desk.gui.table_view import TableView
from claude_batch_desk.gui.theme import GRID, SPACE, WIDE
from claude_batch_desk.gui.widgets import EmptyState, button, documents
from claude_batch_desk.gui.wording import rows_words


class Imports(ReadsImports, Protocol):
    """The verbs about imports that this panel needs."""

    def imports(self, report: Report) -> list[Imported]:
        """Every import, the newest first."""
        ...

    def export(self, import_id: int, path: Path, report: Report) -> Exported:
        """Write the results of an import to a file."""
        ...

    def forget(self, import_id: int, report: Report) -> None:
        """Remove an import from this computer."""
        ...


class ImportsPanel(QWidget):
    """Nothing of the service is asked here."""

    removed = Signal()
    """An import is not there any more."""

    def __init__(self, account: Imports, work: AccountWork, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._account, self._work = account, work
        self.model = ImportsModel(self)
        self.view = TableView("imports_table", self.tr("Imported batches"))
        self.answers = ImportedAnswers(account)
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
        self._lay_out()
        self.view.row_chosen.connect(self._show_answers)
        self.xlsx_button.clicked.connect(partial(self._ask_where, ".xlsx"))
        self.csv_button.clicked.connect(partial(self._ask_where, ".csv"))
        self.remove_button.clicked.connect(self._confirm_removal)

    @property
    def selected(self) -> Imported | None:
        """The import whose answers are shown."""
        row = self.view.currentIndex().row()
        return self.model.line(row) if 0 <= row < self.model.rowCount() else None

    def refresh(self, import_id: int | None = None) -> None:
        """Show the imports, and the answers of one: that of this number, or the first."""
        self._work.beside(self._account.imports, partial(self._show, import_id))

    def _show(self, import_id: int | None, imports: Sequence[Imported]) -> None:
        self.model.show(imports)
        self._stack.setCurrentWidget(self._known if imports else self.empty)
        ids = [each.id for each in imports]
        if ids:
            self.view.selectRow(ids.index(import_id) if import_id in ids else 0)
        else:
            self.answers.show_import(None)

    def allow(self, *, idle: bool) -> None:
        """Whether something can be done with the selected import now."""
        for each in (self.xlsx_button, self.csv_button, self.remove_button):
            each.setEnabled(idle)

    @Slot(int)
    def _show_answers(self, row: int) -> None:
        self.answers.show_import(self.model.line(row))

    def _ask_where(self, suffix: str, _checked: bool = False) -> None:
        dialog = QFileDialog(self, self.tr("Export the answers"), documents())
        dialog.setObjectName("imports_file_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        kinds = {".xlsx": self.tr("Workbooks (*.xlsx)"), ".csv": self.tr("Text tables (*.csv)")}
        dialog.setNameFilter(kinds[suffix])
        dialog.setDefaultSuffix(suffix.removeprefix("."))
        dialog.selectFile(self.tr("Imported answers") + suffix)
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    @Slot(str)
    def export_to(self, path: str) -> None:
        """Write the answers of the selected import to this file; its suffix decides the form."""
        found = self.selected
        if found is not None:
            told = self.tr("Writing %1 …").replace("%1", Path(path).name)
            writing = partial(self._account.export, found.id, Path(path))
            self._work.start(told, writing, self._tell_exported)

    def _tell_exported(self, exported: Exported) -> None:
        told = self.tr("%1 with their answers are in %2.")
        told = told.replace("%1", rows_words(exported.rows)).replace("%2", exported.path.name)
        self._work.banner.say(" ".join([told, *exported.notes]), "good")

    @Slot()
    def _confirm_removal(self) -> None:
        found = self.selected
        if found is None:
            return
        title = self.tr("Remove these answers?")
        told = self.tr(
            "They are removed from this computer. The batch stays at the service as it is; 29 days "
            "after it was made, its answers are gone there as well."
        )
        asking = MessageDialog("warning", title, told, self)
        asking.setObjectName("confirm")
        asking.add_way_out(self.tr("Cancel"), "confirm_cancel")
        asking.add_verb(self.tr("Remove"), asking.accept, "confirm_verb", "danger")
        asking.accepted.connect(partial(self._remove, found.id))
        asking.open()

    def _remove(self, import_id: int) -> None:
        told = self.tr("Removing the answers …")
        self._work.start(told, partial(self._account.forget, import_id), self._tell_removed)

    def _tell_removed(self, _nothing: None) -> None:
        self.refresh()
        self.removed.emit()

    def _lay_out(self) -> None:
        self.view.setModel(self.model)
        self.view.verticalHeader().hide()
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setMinimumHeight(GRID * 12)
        both = QSplitter(Qt.Orientation.Vertical)
        both.setChildrenCollapsible(False)
        both.setHandleWidth(SPACE)
        for each in (self.view, self.answers):
            both.addWidget(each)
        both.setStretchFactor(0, 1)
        both.setStretchFactor(1, 3)
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
