"""Answers out as a workbook or as text, and a way to the file."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.contents import EVERYTHING, Contents
from claude_batch_desk.core.jobs.delivering.delivery import Delivery
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.gui.copy_forecast import CopyForecast, ForeseesCopies
from claude_batch_desk.gui.export_options import ExportOptions
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID, SPACE
from claude_batch_desk.gui.widgets import Banner, Busy, button, documents, set_tip
from claude_batch_desk.gui.wording import local_time, rows_words

_LONGEST_NAME = 200
"""Bytes; file systems take 255 with the suffix, of which an emoji has four."""
_HEAD, _TAIL = 30, 16
_SIDE_BY_SIDE_FROM = GRID * 105


class Exports(ForeseesCopies, Protocol):
    """The verbs of the desk that this bar needs."""

    def export(
        self, job_id: int, path: Path, report: Report, contents: Contents = EVERYTHING
    ) -> Exported:
        """Write the rows with their answers."""
        ...

    def export_copy(
        self, job_id: int, path: Path, report: Report, contents: Contents = EVERYTHING
    ) -> Exported:
        """Write a copy of the workbook the rows came from, with the answers in it."""
        ...


def file_name(text: str) -> str:
    """The text as the name of a file on any system, cut in the middle where it is too long."""
    name = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', " ", text)
    name = " ".join(name.split()).strip(" .")
    if len(name.encode(errors="ignore")) <= _LONGEST_NAME:
        return name
    return f"{name[:_HEAD].strip()} … {name[-_TAIL:].strip()}"


class ExportBar(QWidget):
    """Asks where to, writes there, and says what was written.

    `buttons` is a widget of its own, to be placed where there is room for it.
    """

    exported = Signal()
    """The file is written."""

    def __init__(self, desk: Exports, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._tasks = desk, tasks
        self._job_id: int | None = None
        self._suggested = ""
        self._running: Task | None = None
        self._written: Path | None = None
        self.xlsx_button = button(
            self.tr("Export XLSX…"), "export_xlsx", look="primary", icon_name="export"
        )
        self.csv_button = button(self.tr("Export CSV…"), "export_csv", icon_name="export")
        self.copy_button = button(
            self.tr("Original with answers…"), "export_copy", icon_name="table"
        )
        set_tip(
            self.copy_button,
            self.tr(
                "A copy of the workbook the rows came from, with the answers beside them; the "
                "original stays as it is"
            ),
        )
        self.forecast = CopyForecast(desk, tasks, self)
        self.options = ExportOptions(self)
        self.more_button = button(self.tr("More ways"), "export_more", look="link")
        self.more_button.setMenu(self.options.menu)
        self.again_button = button(self.tr("Export again"), "export_again", icon_name="refresh")
        self._again: Callable[[], None] | None = None
        self._delivered: Delivery | None = None
        self.banner = Banner("export_banner")
        self.file_button = button(self.tr("Open file"), "export_open_file", icon_name="file")
        self.folder_button = button(
            self.tr("Open folder"), "export_open_folder", icon_name="folder"
        )
        self.busy = Busy("export_busy")
        self.buttons = QWidget()
        self._told = QHBoxLayout()
        self._lay_out()
        self._connect()
        self.set_job(None, "")

    def _connect(self) -> None:
        self.xlsx_button.clicked.connect(self._ask_xlsx)
        self.csv_button.clicked.connect(self._ask_csv)
        self.copy_button.clicked.connect(self._ask_copy)
        self.options.form_wanted.connect(self._ask_form)
        self.again_button.clicked.connect(self.export_again)
        key = QKeySequence(QKeySequence.StandardKey.Save)
        set_tip(self.again_button, self._keyed(key))
        QShortcut(key, self, self.export_again)
        self.forecast.agreed.connect(self._write_copy)
        self.forecast.failed.connect(self._say_failure)
        self.file_button.clicked.connect(self._open_file)
        self.folder_button.clicked.connect(self._open_folder)
        self.busy.cancelled.connect(self._cancel)

    def set_job(
        self,
        job_id: int | None,
        suggested: str,
        *,
        versioned: bool = False,
        workbook: str = "",
        columns: Sequence[str] = (),
    ) -> None:
        """Export this job from now on, under a name like the suggested one.

        Of a job that is `versioned`, it is known which version of the prompt answered its rows.
        `workbook` is the name of the one they came from, where that can be copied; `columns` are
        those of their table.
        """
        self._workbook = Path(workbook)
        self.copy_button.setVisible(bool(workbook))
        self.options.chosen.offer(columns, versioned=versioned, workbook=bool(workbook))
        if job_id != self._job_id:
            self._again = self._delivered = None
            self._cancel()
            self.banner.clear()
            self._show_written(None)
        self._job_id, self._suggested = job_id, suggested
        self._settle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the ways to the file below what is said of it where there is no room beside."""
        super().resizeEvent(event)
        wide = self.width() >= _SIDE_BY_SIDE_FROM
        direction = QBoxLayout.Direction
        self._told.setDirection(direction.LeftToRight if wide else direction.TopToBottom)

    def export_to(self, path: Path) -> None:
        """Write to this file; its suffix decides the form."""
        self._write(self._desk.export, path, self.options.chosen.contents)

    @Slot()
    def export_again(self) -> None:
        """Write the same file once more, with the answers as they stand now."""
        if self._again is not None:
            self._again()

    def copy_to(self, path: Path) -> None:
        """Write a copy of the original workbook to this file, once it is known what that loses."""
        if self._job_id is None or self._running is not None:
            return
        self._begin(self.tr("Looking at %1 …").replace("%1", self._workbook.name))
        contents = self.options.chosen.copied_contents
        self._running = self.forecast.ask(self._job_id, path, contents, self._free)
        self._settle()

    @Slot(object)
    def _write_copy(self, path: Path) -> None:
        self._write(self._desk.export_copy, path, self.options.chosen.copied_contents)

    def _write(self, verb: Callable[..., Exported], path: Path, contents: Contents) -> None:
        if self._job_id is None or self._running is not None:
            return
        self._again = partial(self._write, verb, path, contents)
        self._begin(self.tr("Writing %1 …").replace("%1", path.name))
        self._running = self._tasks.start(
            partial(verb, contents=contents),
            self._job_id,
            path,
            owner=self,
            done=self._show_exported,
            failed=self._fail,
            progress=self.busy.advance,
            ended=self._free,
        )
        self._settle()

    def _begin(self, told: str) -> None:
        self.banner.clear()
        self._show_written(None)
        self.busy.begin(told)

    def _show_exported(self, exported: Exported) -> None:
        told = self.tr("%1 with their answers are in %2.")
        told = told.replace("%1", rows_words(exported.rows)).replace("%2", exported.path.name)
        self.banner.say(" ".join([told, *exported.notes]), "good")
        self._show_written(exported.path)
        self.exported.emit()

    def show_delivered(self, delivery: Delivery) -> None:
        """This was written by itself when the job ended; said once, over nothing newer."""
        if delivery.written_at is None:
            return
        known, self._delivered = self._delivered, delivery
        if self._running or (known and known.written_at == delivery.written_at):
            return
        verb = self._desk.export_copy if delivery.original else self._desk.export
        self._again = partial(self._write, verb, delivery.path, delivery.contents)
        told = self.tr("Written when the job ended, %1: %2 with their answers are in %3.")
        told = told.replace("%1", local_time(delivery.written_at))
        told = told.replace("%2", rows_words(delivery.rows)).replace("%3", delivery.path.name)
        self.banner.say(" ".join([told, *delivery.notes]), "good")
        self._show_written(delivery.path)

    def _show_written(self, path: Path | None) -> None:
        self._written = path
        self.file_button.setVisible(path is not None)
        self.folder_button.setVisible(path is not None)
        self.again_button.setVisible(path is not None)

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self._say_failure(sentence(error))

    @Slot(str)
    def _say_failure(self, told: str) -> None:
        self.banner.say(told, "error")

    def _free(self) -> None:
        self._running = None
        self.busy.hide()
        self._settle()

    @Slot()
    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _settle(self) -> None:
        possible = self._job_id is not None and self._running is None
        self.xlsx_button.setEnabled(possible)
        self.csv_button.setEnabled(possible)
        self.copy_button.setEnabled(possible)

    @Slot()
    def _ask_xlsx(self) -> None:
        self._ask(self._suggested, ".xlsx", [self.tr("Workbooks (*.xlsx)")], self.export_to)

    @Slot()
    def _ask_csv(self) -> None:
        self._ask(self._suggested, ".csv", [self.tr("Text tables (*.csv)")], self.export_to)

    @Slot(str, str)
    def _ask_form(self, suffix: str, kind: str) -> None:
        self._ask(self._suggested, suffix, [f"{kind} (*{suffix})"], self.export_to)

    @Slot()
    def _ask_copy(self) -> None:
        kinds, suffix = [self.tr("Workbooks (*.xlsx)")], self._workbook.suffix.lower()
        if suffix == ".xlsm":
            kinds.insert(0, self.tr("Workbooks with macros (*.xlsm)"))
        name = self.tr("%1 with answers").replace("%1", self._workbook.stem)
        self._ask(name, suffix, kinds, self.copy_to)

    def _ask(
        self, name: str, suffix: str, kinds: list[str], chosen: Callable[[Path], None]
    ) -> None:
        dialog = QFileDialog(self, self.tr("Export the answers"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(kinds)
        dialog.setDefaultSuffix(suffix.removeprefix("."))
        dialog.setDirectory(str(self._written.parent) if self._written else documents())
        dialog.selectFile(file_name(name) + suffix)
        dialog.fileSelected.connect(lambda path: chosen(Path(path)))
        dialog.open()

    @Slot()
    def _open_file(self) -> None:
        if self._written is not None:
            self._show_outside(self._written)

    @Slot()
    def _open_folder(self) -> None:
        if self._written is not None:
            self._show_outside(self._written.parent)

    def _show_outside(self, path: Path) -> None:
        """Hand it to the desktop; where that has nothing for it, say where it is."""
        if not path.exists():
            told = self.tr("It is not there any more: %1").replace("%1", str(path))
            self.banner.say(told, "warning")
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            told = self.tr("This computer has no program set to open it. It is here: %1")
            self.banner.say(told.replace("%1", str(self._written)), "warning")

    def _keyed(self, key: QKeySequence) -> str:
        told = self.tr("The same file once more, with the answers as they are now (%1)")
        return told.replace("%1", key.toString(QKeySequence.SequenceFormat.NativeText))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self.buttons)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        for each in (
            self.xlsx_button,
            self.csv_button,
            self.copy_button,
            self.more_button,
        ):
            column.addWidget(each)
        column.addStretch(1)
        ways = QHBoxLayout()
        ways.setSpacing(SPACE)
        for each in (self.file_button, self.folder_button, self.again_button):
            ways.addWidget(each)
        ways.addStretch(0)
        self._told.setSpacing(SPACE)
        self._told.addWidget(self.banner, 1)
        self._told.addLayout(ways)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addLayout(self._told)
        layout.addWidget(self.busy)
