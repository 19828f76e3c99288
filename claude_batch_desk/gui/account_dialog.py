"""The batches of the account: whose they are, ours taken over, others imported to be read."""

from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError, KeyRefused
from claude_batch_desk.core.jobs.account.listing import Listing
from claude_batch_desk.core.jobs.job import Job, Mode
from claude_batch_desk.core.jobs.store.account_store import Imported
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.account_imports import Imports, ImportsPanel
from claude_batch_desk.gui.account_list import AccountList
from claude_batch_desk.gui.account_work import AccountWork
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.segmented import Segmented
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import GRID, LOOSE, WIDE
from claude_batch_desk.gui.widgets import Label, Tone, button
from claude_batch_desk.gui.wording import number

_WIDTH, _HEIGHT = GRID * 122, GRID * 78


class Accounts(Imports, Protocol):
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


class AccountDialog(QDialog):
    """Lists on a worker; closing it stops what is under way."""

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
        self._account = account
        self.work = AccountWork(tasks, self)
        self.busy, self.banner = self.work.busy, self.work.banner
        self.mode = Segmented(
            {"live": self.tr("Live"), "practice": self.tr("Practice")}, "account_mode"
        )
        self.mode.choose(mode)
        self.place = Segmented(
            {"service": self.tr("At the service"), "imported": self.tr("Imported")}, "account_place"
        )
        self.place.choose("service")
        self.listed, self.imported = AccountList(), ImportsPanel(account, self.work)
        self.refresh_button = button(self.tr("List again"), "account_refresh", icon_name="refresh")
        self.close_button = button(self.tr("Close"), "account_close")
        self._lay_out()
        self._connect()
        self.refresh()

    @property
    def _mode(self) -> Mode:
        return "practice" if self.mode.value == "practice" else "live"

    @Slot()
    def refresh(self) -> None:
        """List the batches anew, and ask those whose they are that have not told yet."""
        self.listed.show_listing(None)
        self._go("service")
        told = self.tr("Asking the service for the batches of the account …")
        self.work.start(told, partial(self._account.batches, self._mode), self._take)

    def _take(self, found: Listing) -> None:
        self._show(found)
        if found.tellable:
            self.ask()

    @Slot()
    def ask(self) -> None:
        """Ask the batches that have not told yet whose they are."""
        found = self.listed.listing
        if found is not None:
            told = self.tr("Asking the batches whose they are …")
            asking = partial(self._account.look_into, found)
            self.work.start(told, asking, self._told, quiet=True)
            self.listed.ask.hide()  # until it is shown again that some have not told

    def _told(self, found: Listing) -> None:
        self._show(found)
        if found.trouble:
            told = self.tr("Not all of them could be asked whose they are. %1")
            self.banner.say(told.replace("%1", found.trouble), "warning")

    def _show(self, found: Listing) -> None:
        """Show them; what nobody looks for is easily overlooked among a thousand."""
        self.listed.show_listing(found)
        ours = [each.batch.id for each in found.batches if each.adoptable]
        if ours:
            told = self.tr("Batches with answers for jobs here that lack them: %1. Take them over.")
            show = partial(self.listed.select, ours[0])
            told = told.replace("%1", number(len(ours)))
            self.work.offer(told, "warning", self.tr("Show the first"), show)

    @Slot()
    def _tell_again(self) -> None:
        found = self.listed.listing
        if found is not None:
            again = partial(self._account.told_again, found)
            self.work.beside(again, partial(self._told_again, found))

    def _told_again(self, was: Listing, found: Listing) -> None:
        """Show what is known by now, unless other batches are shown meanwhile."""
        if self.listed.listing is was:
            self.listed.show_listing(found)

    @Slot(str)
    def _take_over(self, batch_id: str) -> None:
        told = self.tr("Making sure that the batch is ours …")
        taking = partial(self._account.adopt, self._mode, batch_id)
        self.work.start(told, taking, self._taken)

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
        fetching = partial(self._account.import_batch, self._mode, batch_id)
        self.work.start(told, fetching, self._fetched, tell=_megabytes)

    def _fetched(self, found: Imported) -> None:
        self._tell_again()
        told = self.tr("Answers that were imported: %1.").replace("%1", number(found.results))
        if found.missing:
            more = self.tr("%1 did not come through; import the batch again for them.")
            told = f"{told} {more.replace('%1', number(found.missing))}"
        tone: Tone = "warning" if found.missing else "good"
        self.work.offer(told, tone, self.tr("Read them"), partial(self.show_import, found.id))

    @Slot(int)
    def show_import(self, import_id: int) -> None:
        """Show the answers of this import."""
        self._go("imported")
        self.imported.refresh(import_id)

    def done(self, result: int) -> None:
        """Stop what is under way."""
        self.work.end()
        super().done(result)

    @Slot(bool)
    def _allow(self, idle: bool) -> None:
        for each in (self.listed, self.imported):
            each.allow(idle=idle)

    @Slot(object)
    def _failed(self, error: DeskError) -> None:
        if isinstance(error, KeyRefused):
            self.work.offer(sentence(error), "error", self.tr("API key…"), self._want_key)
        self._tell_again()

    def _want_key(self) -> None:
        self.accept()
        self.key_requested.emit()

    @Slot(int)
    def _show_job(self, job_id: int) -> None:
        self.accept()
        self.job_requested.emit(job_id)

    def _go(self, place: str) -> None:
        self.place.choose(place)
        imported = place == "imported"
        self._stack.setCurrentWidget(self.imported if imported else self.listed)
        self.mode.setVisible(not imported)
        self.refresh_button.setVisible(not imported)

    @Slot(str)
    def _choose_place(self, place: str) -> None:
        self.banner.clear()
        self._go(place)
        if place == "imported":
            self.imported.refresh()

    def _connect(self) -> None:
        detail = self.listed.detail
        detail.take_over_wanted.connect(self._take_over)
        detail.import_wanted.connect(self._import)
        detail.imported_wanted.connect(self.show_import)
        detail.job_wanted.connect(self._show_job)
        self.listed.ask_wanted.connect(self.ask)
        self.imported.removed.connect(self._tell_again)
        self.work.idle.connect(self._allow)
        self.work.failed.connect(self._failed)
        self.work.stopped.connect(self._tell_again)
        self.mode.chosen.connect(self.refresh)
        self.place.chosen.connect(self._choose_place)
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


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
