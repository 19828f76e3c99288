"""The first step: a file becomes a table, and the person sees what is in it."""

from dataclasses import replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.documents.kinds import named_type
from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.tables.kinds import TABLE_SUFFIXES, name_patterns
from claude_batch_desk.core.tables.table import ReadOptions, Table
from claude_batch_desk.gui.documents_bar import DocumentsBar, PricesDocuments
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.row_chooser import RowChooser
from claude_batch_desk.gui.table_reader import OpensTables, TableReader
from claude_batch_desk.gui.table_sheet import TableSheet
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import SPACE, WIDE
from claude_batch_desk.gui.widgets import (
    Banner,
    Busy,
    EmptyState,
    button,
    documents,
)
from claude_batch_desk.gui.wording import number, rows_words

_AS_FOUND = ReadOptions()
_LONGEST_NAME = 60
_PATIENCE = 300
"""Milliseconds that a table may be read another way before that is worth a word."""


class TakesTables(OpensTables, PricesDocuments, Protocol):
    """The verbs of the desk that this page needs."""


class DataPage(QWidget):
    """Opens a file by button or from the recent ones; shows the rows as they were read."""

    done_requested = Signal()
    folder_wanted = Signal()
    """A folder of documents is to be chosen."""
    file_opened = Signal(str)
    """This file became the table; its path."""

    def __init__(
        self, desk: TakesTables, tasks: TaskRunner, draft: Draft, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._draft = desk, draft
        self._opening: Path | None = None
        """The file that is being opened; None where the table is read another way."""
        self._opening_for = 0
        """The id of the job it is for."""
        self._given_up: dict[int, Path] = {}
        """What was being opened for a job when another one was shown, by the id of the first."""
        self._folder = documents()
        self._recent: tuple[str, ...] = ()
        self.reader = TableReader(desk, tasks, self)
        self.sheet = TableSheet()
        self.rows = RowChooser(draft)
        self.papers = DocumentsBar(desk, tasks, draft)
        self.banner = Banner("data_banner")
        self.lost_banner = Banner("data_lost")
        self.busy = Busy("data_busy")
        self.open_button = button(
            self.tr("Open a file…"), "data_open", look="primary", icon_name="open"
        )
        self.folder_button = button(self.tr("Open a folder…"), "data_folder")
        self.other_button = button(self.tr("Other file…"), "data_other", icon_name="open")
        self.recent_button = button(self.tr("Recent"), "data_recent")
        self.next_button = button(
            self.tr("Write the prompt"), "data_next", look="primary", icon_name="arrow-right"
        )
        self.drop = QFrame()
        self._blank = QWidget()
        self._stack = QStackedWidget()
        self._slow = QTimer(self, singleShot=True, interval=_PATIENCE)
        self._lay_out()
        self._connect()
        self._show_table()

    def enter(self) -> None:
        """Show the table there is."""
        self._show_table()

    def show_recent(self, paths: tuple[str, ...]) -> None:
        """Offer these files; the ones that are gone are greyed."""
        self._recent = paths
        self._settle()

    # Reading

    @Slot()
    def choose_file(self) -> None:
        """Ask for a file and open it."""
        if not self._draft.editable:
            return
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Open a table"),
            self._folder,
            self.tr("Tables (%1);;All files (*)").replace("%1", name_patterns()),
        )
        if chosen:
            self.open_file(Path(chosen))

    def put_above(self, banner: QWidget) -> None:
        """Show what the window has to say about the table above it."""
        self._column.insertWidget(0, banner)

    def open_file(self, path: Path, options: ReadOptions = _AS_FOUND) -> None:
        """Make this file or folder the job's table."""
        self._folder = str(path.parent)
        self._opening = path
        self._opening_for = self._draft.job.id if self._draft.job else 0
        self.banner.clear()
        self.reader.start(path, options)
        self._say_busy(path.name)

    @Slot(object)
    def _read_again(self, options: ReadOptions) -> None:
        """Read the table another way; what was chosen for it stays."""
        table = self._draft.table
        if table is None or not self._draft.editable:
            return
        origin = table.origin.path if table.origin else None
        source = self._desk.source_path(table) or origin
        if source is None or not source.exists():
            self.banner.say(
                self.tr("The file is no longer there to be read again. Open it once more."),
                "warning",
            )
            self._show_table()
            return
        self._opening = None
        self.banner.clear()
        self.reader.start(source, options)
        self._slow.start()
        self._settle()

    @Slot(object)
    def _begin(self, beginning: Table) -> None:
        """Show what the table will look like, while the rest of it is read."""
        table = self._draft.table
        if self._opening is None and table is not None:  # its copy has another name
            beginning = replace(beginning, name=table.name)
        self.sheet.show_table(beginning, self._draft.selection, editable=False, whole=False)
        self._say_busy(beginning.name)

    @Slot(object)
    def _take(self, table: Table) -> None:
        opened = self._opening
        self._draft.set_table(table)
        if opened is not None:
            self.file_opened.emit(str(opened))

    @Slot(object)
    def _fail(self, error: DeskError) -> None:
        words, opening = sentence(error), self._opening
        if opening is not None and opening.name not in words:
            words = self.tr("“%1” was not opened. %2").replace("%2", words)
            words = words.replace("%1", opening.name)
        if opening is not None and is_document(opening):
            words += self.tr(" To ask about documents, open the folder they are in.")
        self.banner.say(words, "error", self.tr("Open another file…"))

    @Slot(int, int)
    def _advance(self, done: int, total: int) -> None:
        if total:
            words = self.tr("%1 of %2 documents read …").replace("%2", number(total))
            self.busy.advance(done, total, words.replace("%1", number(done)))
        else:
            self.busy.advance(0, 0, self.tr("%1 read …").replace("%1", rows_words(done)))

    @Slot()
    def _tell_slow(self) -> None:
        table = self._draft.table
        if self.reader.busy and table is not None:
            self._say_busy(table.name)

    def _say_busy(self, name: str) -> None:
        if self.busy.isHidden():
            self.busy.begin(self.tr("Reading %1 …").replace("%1", name))
        self._settle()

    @Slot()
    def _end(self) -> None:
        self._slow.stop()
        self.busy.hide()
        self._opening = None
        self._show_table()

    # What is shown

    @Slot()
    def _show_other_job(self) -> None:
        """What is being opened is for the job that is no longer shown, and waits for its return."""
        if self._opening is not None and self.reader.busy:
            self._given_up[self._opening_for] = self._opening
        self.reader.cancel()
        self.banner.clear()
        self._show_table()
        self.sheet.rewind()
        job = self._draft.job
        again = self._given_up.pop(job.id, None) if job else None
        if again is not None and self._draft.editable and self._draft.table is None:
            self.open_file(again)

    @Slot()
    def _show_table(self) -> None:
        """Show the draft's table, once nothing else is being read."""
        if self.reader.busy:
            self._settle()
            return
        self.sheet.show_table(
            self._draft.table, self._draft.selection, editable=self._draft.editable
        )
        table = self._draft.table
        self.sheet.panel.offer("documents", offered=bool(table and table.documents))
        self._say_lost()
        self._count_chosen()
        self._settle()

    def _lost(self) -> list[str]:
        """Columns that were never to be sent and are called something else by now."""
        table, selection = self._draft.table, self._draft.selection
        if table is None or not self._draft.editable:
            return []
        known = {*table.columns, *table.reading.left_out}
        return [each for each in selection.excluded if each not in known]

    @Slot()
    def _forget_lost(self) -> None:
        lost, selection = self._lost(), self._draft.selection
        kept = tuple(each for each in selection.excluded if each not in lost)
        self._draft.set_selection(replace(selection, excluded=kept))

    def _say_lost(self) -> None:
        names = ", ".join(f"“{name[:_LONGEST_NAME]}”" for name in self._lost())
        told = self.tr(
            "You wanted %1 never to be sent, but no column is called so any more. Look through "
            "the columns for what is to stay on this computer."
        )
        forget = self.tr("Forget the old names")
        self.lost_banner.say(told.replace("%1", names) if names else "", "warning", forget)

    @Slot()
    def _show_selection(self) -> None:
        self._say_lost()
        if not self.reader.busy:
            self.sheet.show_selection(self._draft.selection, editable=self._draft.editable)
        self._count_chosen()

    @Slot()
    def _count_chosen(self) -> None:
        """Say on the tab how many rows run, where that is not all of them."""
        table, chosen = self._draft.table, self._draft.rows_to_run
        few = table is not None and chosen is not None and chosen < table.row_count
        self.sheet.panel.count("rows", number(chosen) if few and chosen is not None else "")

    def _settle(self) -> None:
        table, editable = self._draft.table, self._draft.editable
        reading = self.reader.busy
        shown = self.sheet.table is not None
        empty = self._blank if reading else self.drop
        self._stack.setCurrentWidget(self.sheet if shown else empty)
        self.sheet.place.setVisible(shown)
        self.other_button.setVisible(shown)
        self.recent_button.setVisible(bool(self._recent) and not shown)
        opening = reading and self._opening is not None
        for widget in (self.other_button, self.recent_button):
            widget.setEnabled(editable and not reading)
        self.sheet.reading_bar.setEnabled(editable and not opening)
        self.open_button.setEnabled(editable)
        self.folder_button.setEnabled(editable)
        self.next_button.setEnabled(table is not None and not reading)
        self.next_button.setVisible(shown)

    @Slot()
    def _fill_recent(self) -> None:
        menu = self.recent_button.menu()
        menu.clear()
        for path in self._recent:
            entry = menu.addAction(path.replace("&", "&&"))
            entry.setEnabled(Path(path).exists())
            entry.setData(path)

    def _connect(self) -> None:
        self._draft.opened.connect(self._show_other_job)
        self._draft.table_changed.connect(self._show_table)
        self._draft.job_changed.connect(self._show_table)
        self._draft.selection_changed.connect(self._show_selection)
        self._draft.rows_counted.connect(self._count_chosen)
        self.reader.began.connect(self._begin)
        self.reader.advanced.connect(self._advance)
        self.reader.read.connect(self._take)
        self.reader.failed.connect(self._fail)
        self.reader.ended.connect(self._end)
        self._slow.timeout.connect(self._tell_slow)
        self.open_button.clicked.connect(self.choose_file)
        self.folder_button.clicked.connect(self.folder_wanted)
        self.other_button.clicked.connect(self.choose_file)
        self.lost_banner.pressed.connect(self._forget_lost)
        self.banner.pressed.connect(self.choose_file)
        self.busy.cancelled.connect(self.reader.cancel)
        self.sheet.options_chosen.connect(self._read_again)
        self.sheet.selection_chosen.connect(self._draft.set_selection)
        self.next_button.clicked.connect(self.done_requested)
        menu = QMenu(self.recent_button)
        menu.aboutToShow.connect(self._fill_recent)
        menu.triggered.connect(lambda entry: self.open_file(Path(entry.data())))
        self.recent_button.setMenu(menu)
        self.recent_button.hide()

    def _lay_out(self) -> None:
        empty = EmptyState(
            "table",
            self.tr("Start with a table"),
            self.tr(
                "Drop a file or a folder of documents here, open one, or paste cells copied from "
                "a spreadsheet (Ctrl+V). The files themselves are never changed."
            ),
        )
        empty.add_action(self.open_button)
        empty.add_action(self.folder_button)
        self.sheet.panel.add("rows", self.tr("Rows that run"), self.rows)
        self.sheet.panel.add("documents", self.tr("Documents"), self.papers, fills=False)
        self.drop.setObjectName("data_drop")
        self.drop.setProperty("look", "drop")
        QVBoxLayout(self.drop).addWidget(empty)
        for shown in (self.drop, self.sheet, self._blank):
            self._stack.addWidget(shown)
        foot = QHBoxLayout()
        foot.addWidget(self.other_button)
        foot.addWidget(self.recent_button)
        foot.addWidget(self.sheet.place, 100)
        foot.addStretch(1)  # where there is no table to find a place in
        foot.addWidget(self.next_button)
        layout = self._column = QVBoxLayout(self)
        layout.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        layout.setSpacing(SPACE)
        for part in (self.banner, self.lost_banner, self.busy):
            layout.addWidget(part)
        layout.addWidget(self._stack, 1)
        layout.addLayout(foot)


def is_document(path: Path) -> bool:
    """It is called like a document that is read from a folder, and like no table."""
    suffix = path.suffix.lower()
    return bool(named_type(suffix)) and suffix not in TABLE_SUFFIXES
