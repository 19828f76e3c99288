"""The batches of the account: whose they are, ours taken over, others imported to be read."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.errors import DeskError, KeyRefused
from claude_batch_desk.core.jobs.account.listing import Listing
from claude_batch_desk.core.jobs.job import Job, Mode
from claude_batch_desk.core.jobs.store.account_store import Imported
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.gui.account_imports import ImportsPanel, ReadsImports
from claude_batch_desk.gui.account_list import AccountList
from claude_batch_desk.gui.messages import MessageDialog, sentence
from claude_batch_desk.gui.segmented import Segmented
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID, LOOSE, WIDE
from claude_batch_desk.gui.widgets import Banner, Busy, Label, Tone, button, documents
from claude_batch_desk.gui.wording import number, rows_words

_WIDTH, _HEIGHT = GRID * 122, GRID * 78
Result = TypeVar("Result")


class Accounts(ReadsImports, Protocol):
    """The verbs about the account that this dialog needs."""

    def batches(self, mode: Mode, report: Report) -> Listing:
        """All batches, newest first."""
        ...

    def look_into(self, found: Listing, report: Report) -> Listing:
        """Ask those that have not told yet whose they are."""
        ...

    def told_again(self, found: Listing, report: Report) -> Listing:
        """The same batches with what is known of them by now."""
        ...

    def adopt(self, mode: Mode, batch_id: str, report: Report) -> Job:
        """Take a batch over for the part of a job that it is."""
        ...

    def import_batch(self, mode: Mode, batch_id: str, report: Report) -> Imported:
        """Fetch a batch of others to be read."""
        ...

    def imports(self, report: Report) -> list[Imported]:
        """Every import, the newest first."""
        ...

    def export(self, import_id: int, path: Path, report: Report) -> Exported:
        """Write the results of an import to a file."""
        ...

    def forget(self, import_id: int, report: Report) -> None:
        """Remove an import from this computer."""
        ...


class AccountDialog(QDialog):
    """One piece of work at a time, on a worker; another one, or closing it, stops that."""

    job_requested = Signal(int)
    """Show the job of this number."""
    jobs_changed = Signal()
    """A job has got a batch, so that there is something to look at."""
    key_requested = Signal()
    """There is no key, or a wrong one."""

    def __init__(
        self, account: Accounts, tasks: TaskRunner, mode: Mode, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("account_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Batches at the service"))
        self.resize(_WIDTH, _HEIGHT)
        self._account, self._tasks = account, tasks
        self._work: Task | None = None
        self._turn = 0
        self._press: Callable[[], object] = lambda: None
        self.mode = Segmented(
            {"live": self.tr("Live"), "practice": self.tr("Practice")}, "account_mode"
        )
        self.mode.choose(mode)
        self.place = Segmented(
            {"service": self.tr("At the service"), "imported": self.tr("Imported")}, "account_place"
        )
        self.place.choose("service")
        self.listed, self.imported = AccountList(), ImportsPanel(account)
        self.busy = Busy("account_busy")
        self.banner = Banner("account_banner")
        self.refresh_button = button(self.tr("List again"), "account_refresh", icon_name="refresh")
        self.close_button = button(self.tr("Close"), "account_close")
        self._lay_out()
        self._connect()
        self.refresh()

    @property
    def _mode(self) -> Mode:
        return "practice" if self.mode.value == "practice" else "live"

    # At the service

    @Slot()
    def refresh(self) -> None:
        """List the batches anew, and ask those whose they are that have not told yet."""
        self.listed.show_listing(None)
        self._go("service")
        told = self.tr("Asking the service for the batches of the account …")
        self._start(told, partial(self._account.batches, self._mode), self._take)

    def _take(self, found: Listing) -> None:
        self.listed.show_listing(found)
        self._point_out(found)
        if found.tellable:
            self.ask()

    @Slot()
    def ask(self) -> None:
        """Ask the batches that have not told yet whose they are."""
        found = self.listed.listing
        if found is not None:
            told = self.tr("Asking the batches whose they are …")
            self._start(told, partial(self._account.look_into, found), self._told, quiet=True)

    def _told(self, found: Listing) -> None:
        self.listed.show_listing(found)
        self._point_out(found)
        if found.trouble:
            told = self.tr("Not all of them could be asked whose they are. %1")
            self.banner.say(told.replace("%1", found.trouble), "warning")

    def _point_out(self, found: Listing) -> None:
        """What nobody looks for is easily overlooked among a thousand."""
        ours = [each.batch.id for each in found.batches if each.adoptable]
        if ours:
            told = self.tr("Batches of jobs here that do not know them: %1. Take them over.")
            show = partial(self.listed.select, ours[0])
            told = told.replace("%1", number(len(ours)))
            self._offer(told, "warning", self.tr("Show the first"), show)

    def _tell_again(self) -> None:
        found = self.listed.listing
        if found is not None:
            show = self.listed.show_listing
            self._tasks.start(self._account.told_again, found, owner=self, done=show)

    @Slot(str)
    def _take_over(self, batch_id: str) -> None:
        told = self.tr("Making sure that the batch is ours …")
        self._start(told, partial(self._account.adopt, self._mode, batch_id), self._taken)

    def _taken(self, job: Job) -> None:
        told = self.tr(
            "Job %1 has this batch now. Its answers are fetched by themselves and come beside the "
            "rows; nothing is paid again."
        )
        self.banner.say(told.replace("%1", str(job.id)), "good")
        self._tell_again()
        self.jobs_changed.emit()

    @Slot(str)
    def _import(self, batch_id: str) -> None:
        told = self.tr("Fetching the answers …")
        self._start(told, partial(self._account.import_batch, self._mode, batch_id), self._fetched)

    def _fetched(self, found: Imported) -> None:
        self._tell_again()
        told = self.tr("Answers that were imported: %1.").replace("%1", number(found.results))
        if found.missing:
            more = self.tr("%1 did not come through; import the batch again for them.")
            told = f"{told} {more.replace('%1', number(found.missing))}"
        tone: Tone = "warning" if found.missing else "good"
        self._offer(told, tone, self.tr("Read them"), partial(self.show_import, found.id))

    # Imported

    @Slot(int)
    def show_import(self, import_id: int) -> None:
        """Show the answers of this import."""
        self._go("imported")
        self._list_imports(import_id)

    def _list_imports(self, import_id: int | None = None) -> None:
        def show(found: list[Imported]) -> None:
            self.imported.show_imports(found, import_id)

        self._tasks.start(self._account.imports, owner=self, done=show)

    @Slot(str)
    def _ask_where(self, suffix: str) -> None:
        found = self.imported.selected
        if found is None:
            return
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
        found = self.imported.selected
        if found is not None:
            told = self.tr("Writing %1 …").replace("%1", Path(path).name)
            self._start(told, partial(self._account.export, found.id, Path(path)), self._exported)

    def _exported(self, exported: Exported) -> None:
        told = self.tr("%1 with their answers are in %2.")
        told = told.replace("%1", rows_words(exported.rows)).replace("%2", exported.path.name)
        self.banner.say(" ".join([told, *exported.notes]), "good")

    @Slot()
    def _confirm_removal(self) -> None:
        found = self.imported.selected
        if found is None:
            return
        title = self.tr("Remove these answers?")
        told = self.tr(
            "They are removed from this computer. The batch stays at the service as it is; after "
            "29 days its answers are gone there as well."
        )
        asking = MessageDialog("warning", title, told, self)
        asking.setObjectName("confirm")
        asking.add_way_out(self.tr("Cancel"), "confirm_cancel")
        asking.add_verb(self.tr("Remove"), asking.accept, "confirm_verb", "danger")
        asking.accepted.connect(partial(self._remove, found.id))
        asking.open()

    def _remove(self, import_id: int) -> None:
        told = self.tr("Removing the answers …")
        self._start(told, partial(self._account.forget, import_id), self._removed)

    def _removed(self, _nothing: None) -> None:
        self._list_imports()
        self._tell_again()

    # Work

    def done(self, result: int) -> None:
        """Stop what is under way."""
        self._turn += 1
        if self._work is not None:
            self._work.cancel()
        super().done(result)

    def _start(
        self,
        told: str,
        work: Callable[[Report], Result],
        done: Callable[[Result], object],
        *,
        quiet: bool = False,
    ) -> None:
        """Do this instead of what is under way; beside `quiet` work, other can be begun."""
        if self._work is not None:
            self._work.cancel()
        self._turn += 1
        self.banner.clear()
        self.busy.begin(told)
        self._allow(idle=quiet)
        self._work = self._tasks.start(
            work,
            owner=self,
            done=done,
            failed=self._fail,
            progress=self.busy.advance,
            ended=partial(self._ended, self._turn),
        )

    def _ended(self, turn: int) -> None:
        """Let go of work, unless other has begun meanwhile."""
        if turn == self._turn:
            self._work = None
            self.busy.hide()
            self._allow(idle=True)

    @Slot()
    def _stop(self) -> None:
        if self._work is not None:
            self._work.cancel()
            self._tell_again()

    def _allow(self, *, idle: bool) -> None:
        for each in (self.listed, self.imported):
            each.allow(idle=idle)

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        if isinstance(error, KeyRefused):
            self._offer(sentence(error), "error", self.tr("API key…"), self._want_key)
        else:
            self.banner.say(sentence(error), "error")
        self._tell_again()

    def _offer(self, told: str, tone: Tone, verb: str, press: Callable[[], object]) -> None:
        self._press = press
        self.banner.say(told, tone, verb)

    @Slot()
    def _pressed(self) -> None:
        self.banner.clear()
        self._press()

    def _want_key(self) -> None:
        self.accept()
        self.key_requested.emit()

    @Slot(int)
    def _show_job(self, job_id: int) -> None:
        self.accept()
        self.job_requested.emit(job_id)

    def _go(self, place: str) -> None:
        self.place.choose(place)
        self._choose_place()

    @Slot()
    def _choose_place(self) -> None:
        imported = self.place.value == "imported"
        self._stack.setCurrentWidget(self.imported if imported else self.listed)
        self.mode.setVisible(not imported)
        self.refresh_button.setVisible(not imported)

    @Slot(str)
    def _place_chosen(self, place: str) -> None:
        self.banner.clear()
        self._choose_place()
        if place == "imported":
            self._list_imports()

    def _connect(self) -> None:
        detail = self.listed.detail
        detail.take_over_wanted.connect(self._take_over)
        detail.import_wanted.connect(self._import)
        detail.imported_wanted.connect(self.show_import)
        detail.job_wanted.connect(self._show_job)
        self.listed.ask_wanted.connect(self.ask)
        self.imported.export_wanted.connect(self._ask_where)
        self.imported.remove_wanted.connect(self._confirm_removal)
        self.mode.chosen.connect(self.refresh)
        self.place.chosen.connect(self._place_chosen)
        self.busy.cancelled.connect(self._stop)
        self.banner.pressed.connect(self._pressed)
        self.refresh_button.clicked.connect(self.refresh)
        self.close_button.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(WIDE)
        head.addWidget(Label(self.tr("Batches at the service"), "heading"), 1)
        head.addWidget(self.mode)
        head.addWidget(self.place)
        self._stack = QStackedWidget()
        for page in (self.listed, self.imported):
            self._stack.addWidget(page)
        foot = QHBoxLayout()
        foot.addWidget(self.refresh_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        whole.setSpacing(WIDE)
        whole.addLayout(head)
        whole.addWidget(self.busy)
        whole.addWidget(self.banner)
        whole.addWidget(self._stack, 1)
        whole.addLayout(foot)
