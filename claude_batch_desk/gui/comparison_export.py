"""What changed between two runs, as a file, and the way to it."""

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.comparing_runs.comparison import RunComparison
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Banner, Busy, button, documents, set_tip
from claude_batch_desk.gui.wording import number


class ExportsChanges(Protocol):
    """The verb that this needs."""

    def export(self, found: RunComparison, path: Path, report: Report) -> Exported:
        """Write every answer that changed, with its row."""
        ...


class ComparisonExport(QWidget):
    """Asks where to, writes there, and says what was written; `button` is placed elsewhere."""

    def __init__(
        self, runs: ExportsChanges, tasks: TaskRunner, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._runs, self._tasks = runs, tasks
        self._found: RunComparison | None = None
        self._running: Task | None = None
        self._written: Path | None = None
        self.button = button(
            self.tr("Export what changed…"), "comparison_export", icon_name="export"
        )
        set_tip(self.button, self.tr("A line for each changed answer, with the cells of its row"))
        self.banner, self.busy = Banner("comparison_exported"), Busy("comparison_exporting")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.banner)
        column.addWidget(self.busy)
        self.button.clicked.connect(self._ask)
        self.banner.pressed.connect(self._open_file)
        self.busy.cancelled.connect(self.stop)
        self._settle()

    def show_result(self, found: RunComparison) -> None:
        """Offer to write what changed here."""
        self.stop()
        self._found = found
        self.banner.clear()
        self._settle()

    @Slot()
    def stop(self) -> None:
        """Write no further; what stood in the file before stays."""
        if self._running is not None:
            self._running.cancel()

    def export_to(self, path: Path) -> None:
        """Write to this file; its suffix decides the form."""
        if self._found is None or self._running is not None:
            return
        self.banner.clear()
        self.busy.begin(self.tr("Writing %1 …").replace("%1", path.name))
        self._running = self._tasks.start(
            self._runs.export,
            self._found,
            path,
            owner=self,
            done=self._tell,
            failed=self._fail,
            progress=self.busy.advance,
            ended=self._free,
        )
        self._settle()

    def _tell(self, written: Exported) -> None:
        self._written = written.path
        told = self.tr("%1 changed answers are in %2.").replace("%1", number(written.rows))
        told = " ".join([told.replace("%2", written.path.name), *written.notes])
        self.banner.say(told, "good", self.tr("Open file"))

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")

    def _free(self) -> None:
        self._running = None
        self.busy.hide()
        self._settle()

    def _settle(self) -> None:
        found = self._found
        any_changed = found is not None and any(each.changed for each in found.columns)
        self.button.setEnabled(any_changed and self._running is None)

    @Slot()
    def _ask(self) -> None:
        dialog = QFileDialog(self, self.tr("Export what changed"))
        dialog.setObjectName("comparison_file_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(
            [
                self.tr("Workbooks (*.xlsx)"),
                self.tr("Text tables (*.csv)"),
                self.tr("Text tables with tabs (*.tsv)"),
                self.tr("JSON Lines (*.jsonl)"),
                self.tr("Parquet (*.parquet)"),
            ]
        )
        dialog.setDefaultSuffix("xlsx")
        dialog.filterSelected.connect(
            lambda name: dialog.setDefaultSuffix(name.rpartition("*.")[2].rstrip(")"))
        )
        dialog.setDirectory(str(self._written.parent) if self._written else documents())
        dialog.selectFile(self.tr("What changed"))
        dialog.fileSelected.connect(lambda path: self.export_to(Path(path)))
        dialog.open()

    @Slot()
    def _open_file(self) -> None:
        """Hand it to the desktop; where that has nothing for it, say where it is."""
        if self._written is None:
            return
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written))):
            told = self.tr("This computer has no program set to open it. It is here: %1")
            self.banner.say(told.replace("%1", str(self._written)), "warning")
