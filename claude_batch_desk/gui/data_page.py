"""The first step: a file becomes a table, and the person sees how it was read."""

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QMimeData, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import ReadOptions, Table
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.reading_bar import ReadingBar
from claude_batch_desk.gui.table_model import TableModel
from claude_batch_desk.gui.table_view import TableView
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID, SPACE, WIDE
from claude_batch_desk.gui.widgets import (
    Banner,
    Busy,
    ElidedLabel,
    EmptyState,
    Label,
    button,
    documents,
    set_look,
)
from claude_batch_desk.gui.wording import columns_words, number, rows_words

_NOTES_SHOWN = 3


class OpensTables(Protocol):
    """The verbs of the desk that this page needs."""

    def open_table(self, path: Path, options: ReadOptions, report: Report) -> Table:
        """Take in a source file."""
        ...

    def source_path(self, table: Table) -> Path | None:
        """The frozen copy a table was read from."""
        ...


def local_file(mime: QMimeData) -> Path | None:
    """The one file of this computer that is being dragged; None for anything else."""
    urls = mime.urls()
    if len(urls) != 1 or not urls[0].isLocalFile() or urls[0].host():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.is_file() else None


class DataPage(QWidget):
    """Opens a file by button, drop or from the recent ones; shows the rows as they were read."""

    done_requested = Signal()
    file_opened = Signal(str)
    """This file became the table; its path."""

    def __init__(
        self, desk: OpensTables, tasks: TaskRunner, draft: Draft, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._tasks, self._draft = desk, tasks, draft
        self._reading: Task | None = None
        self._source: Path | None = None
        self._folder = documents()
        self._recent: tuple[str, ...] = ()
        self.model = TableModel(parent=self)
        self.banner = Banner("data_banner")
        self.busy = Busy("data_busy")
        self.view = TableView("data_table", self.tr("Rows of the table"))
        self.name_label = ElidedLabel("", "heading")
        self.count_label = Label("", "muted", wrap=False)
        self.reading_bar = ReadingBar()
        self.open_button = button(
            self.tr("Open a file…"), "data_open", look="primary", icon_name="open"
        )
        self.other_button = button(self.tr("Other file…"), "data_other", icon_name="open")
        self.recent_button = button(self.tr("Recent"), "data_recent")
        self.next_button = button(
            self.tr("Write the prompt"), "data_next", look="primary", icon_name="arrow-right"
        )
        self.drop = QFrame()
        self._loaded = QWidget()
        self._blank = QWidget()
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.setAcceptDrops(True)
        self._show_table()

    def enter(self) -> None:
        """Show the table there is."""
        self._show_table()

    def show_recent(self, paths: tuple[str, ...]) -> None:
        """Offer these files; the ones that are gone are greyed."""
        self._recent = paths
        self.recent_button.setVisible(bool(paths))

    @Slot()
    def choose_file(self) -> None:
        """Ask for a file and open it."""
        if not self._draft.editable:
            return
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Open a table"),
            self._folder,
            self.tr(
                "Tables (*.csv *.tsv *.txt *.xlsx *.xlsm *.xls *.xlsb *.ods"
                " *.jsonl *.ndjson *.json);;All files (*)"
            ),
        )
        if chosen:
            self.open_file(Path(chosen))

    def open_file(self, path: Path) -> None:
        """Make this file the job's table."""
        self._folder = str(path.parent)
        self._read(path, ReadOptions(), opened=True)

    def _read(self, path: Path, options: ReadOptions, *, opened: bool) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self.banner.clear()
        self._source = path if opened else self._source

        def done(table: Table) -> None:
            self._draft.set_table(table)
            if opened:
                self.file_opened.emit(str(path))

        self._reading = self._tasks.start(
            self._desk.open_table,
            path,
            options,
            owner=self,
            done=done,
            failed=self._fail,
            progress=self._advance,
            ended=self._free,
        )
        name = path.name if opened or self._draft.table is None else self._draft.table.name
        self.busy.begin(self.tr("Reading %1 …").replace("%1", name))
        self._settle()

    def _advance(self, done: int, total: int) -> None:
        self.busy.advance(done, total, self.tr("%1 read …").replace("%1", rows_words(done)))

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error", self.tr("Open another file…"))
        self._show_table()
        self.banner.show()

    def _free(self) -> None:
        self._reading = None
        self.busy.hide()
        self._settle()

    @Slot()
    def _cancel(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self.busy.cancel.setEnabled(False)

    @Slot()
    def _read_again(self) -> None:
        table = self._draft.table
        if table is None or not self._draft.editable:
            return
        source = self._desk.source_path(table) or self._source
        if source is None or not source.is_file():
            self.banner.say(
                self.tr("The file is no longer there to be read again. Open it once more."),
                "warning",
            )
            self.reading_bar.show_reading(table.reading)
            return
        self._read(source, self.reading_bar.options(), opened=False)

    @Slot()
    def _show_table(self) -> None:
        table = self._draft.table
        if self.model.table is not table:
            self.model.show_table(table)
            self.banner.clear()
        if table is not None:
            self.name_label.set_whole(table.name)
            self.reading_bar.show_reading(table.reading)
            self._count_rows()
            if table.remarks and self.banner.isHidden():
                notes = table.remarks[:_NOTES_SHOWN]
                self.banner.say("\n".join(notes), "info")
        self._settle()

    @Slot()
    def _count_rows(self) -> None:
        """Which rows are in sight of how many, so that nobody takes the first ones for all."""
        table = self._draft.table
        if table is None:
            return
        first, last = self.view.rows_in_sight()
        words = self.tr("Rows %1–%2 of %3") if table.row_count else self.tr("No rows")
        words = words.replace("%1", number(first + 1)).replace("%2", number(last + 1))
        columns = columns_words(len(table.columns))
        self.count_label.setText(f"{words.replace('%3', number(table.row_count))} · {columns}")

    def _settle(self) -> None:
        table, editable = self._draft.table, self._draft.editable
        reading = self._reading is not None
        empty = self._blank if reading else self.drop
        self._stack.setCurrentWidget(empty if table is None else self._loaded)
        self.other_button.setVisible(table is not None)
        for widget in (self.other_button, self.recent_button, self.reading_bar):
            widget.setEnabled(editable and not reading)
        self.open_button.setEnabled(editable)
        self.next_button.setEnabled(table is not None and not reading)
        self.next_button.setVisible(table is not None)

    @Slot()
    def _fill_recent(self) -> None:
        menu = self.recent_button.menu()
        menu.clear()
        for path in self._recent:
            entry = menu.addAction(path.replace("&", "&&"))
            entry.setEnabled(Path(path).is_file())
            entry.setData(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file of this computer, and nothing else."""
        if self._draft.editable and local_file(event.mimeData()):
            event.acceptProposedAction()
            set_look(self.drop, "hot", value=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Cool down."""
        set_look(self.drop, "hot", value=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        set_look(self.drop, "hot", value=False)
        if path := local_file(event.mimeData()):
            event.acceptProposedAction()
            self.open_file(path)

    def _connect(self) -> None:
        self._draft.opened.connect(self._show_table)
        self._draft.table_changed.connect(self._show_table)
        self._draft.job_changed.connect(self._settle)
        self.open_button.clicked.connect(self.choose_file)
        self.other_button.clicked.connect(self.choose_file)
        self.banner.pressed.connect(self.choose_file)
        self.busy.cancelled.connect(self._cancel)
        self.reading_bar.changed.connect(self._read_again)
        self.next_button.clicked.connect(self.done_requested)
        menu = QMenu(self.recent_button)
        menu.aboutToShow.connect(self._fill_recent)
        menu.triggered.connect(lambda entry: self.open_file(Path(entry.data())))
        self.recent_button.setMenu(menu)
        self.recent_button.hide()
        self.view.setModel(self.model)
        self.view.verticalScrollBar().valueChanged.connect(self._count_rows)
        self.view.verticalScrollBar().rangeChanged.connect(self._count_rows)

    def _lay_out(self) -> None:
        empty = EmptyState(
            "table",
            self.tr("Start with a table"),
            self.tr(
                "Drop a CSV or Excel file here, or open one. The file itself is never changed."
            ),
        )
        empty.add_action(self.open_button)
        self.drop.setObjectName("data_drop")
        self.drop.setProperty("look", "drop")
        QVBoxLayout(self.drop).addWidget(empty)
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self.name_label, 1)
        head.addWidget(self.count_label)
        column = QVBoxLayout(self._loaded)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 3 // 2)
        column.addLayout(head)
        column.addWidget(self.reading_bar)
        column.addWidget(self.view, 1)
        for shown in (self.drop, self._loaded, self._blank):
            self._stack.addWidget(shown)
        foot = QHBoxLayout()
        foot.addWidget(self.other_button)
        foot.addWidget(self.recent_button)
        foot.addStretch(1)
        foot.addWidget(self.next_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        layout.setSpacing(SPACE)
        for part in (self.banner, self.busy):
            layout.addWidget(part)
        layout.addWidget(self._stack, 1)
        layout.addLayout(foot)
