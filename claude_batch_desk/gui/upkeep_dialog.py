"""Back up and check: the data folder verified and saved, and what came from a backup allowed."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.store.hold_store import Hold
from claude_batch_desk.core.jobs.upkeep.backup import BackedUp
from claude_batch_desk.core.jobs.upkeep.check import Checked
from claude_batch_desk.core.jobs.upkeep.restore import Restored
from claude_batch_desk.core.jobs.upkeep.tracing import Trace
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.held_jobs import HeldJobs
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE, WIDE
from claude_batch_desk.gui.widgets import Banner, Busy, Card, Label, button, documents, scrolled

_WIDTH, _HEIGHT = GRID * 84, GRID * 74
_STEPS = 1_000
"""Of the bar: bytes would not fit into its numbers."""

Result = TypeVar("Result")


class Keeps(Protocol):
    """The verbs of upkeep that this dialog needs."""

    def check(self, report: Report) -> Checked:
        """Whether everything fits together."""
        ...

    def back_up(self, to: Path, report: Report) -> BackedUp:
        """Everything in one file."""
        ...

    def prepare_restore(self, backup: Path, report: Report) -> Restored:
        """Let the next start put a backup in the place of what is there."""
        ...

    def holds(self) -> list[Hold]:
        """The jobs out of a backup of which nothing is sent until it is allowed."""
        ...

    def trace(self, job_id: int, report: Report) -> Trace:
        """What the service tells about a held job."""
        ...

    def release(self, job_id: int) -> None:
        """Allow a held job to be sent."""
        ...


class UpkeepDialog(QDialog):
    """One piece of work at a time, on a worker; closing it stops what is under way."""

    quit_requested = Signal()
    """The next start finishes a restore."""
    account_requested = Signal()
    """Show the account's batches: one of them is of a job out of a backup."""

    def __init__(self, upkeep: Keeps, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("upkeep_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Back up and check"))
        self.resize(_WIDTH, _HEIGHT)
        self._upkeep, self._tasks = upkeep, tasks
        self._work: Task | None = None
        self.busy = Busy("upkeep_busy")
        self.banner = Banner("upkeep_banner")
        self.findings = Label("", selectable=True)
        self.findings.setObjectName("upkeep_findings")
        self.findings.hide()
        self.held = HeldJobs()
        self.backup_button = button(
            self.tr("Back up…"), "upkeep_backup", look="primary", icon_name="save"
        )
        self.restore_button = button(self.tr("Restore…"), "upkeep_restore")
        self._chosen: Path | None = None
        self.check_button = button(self.tr("Check now"), "upkeep_check", icon_name="shield")
        self.close_button = button(self.tr("Close"), "upkeep_close")
        self._lay_out()
        self.backup_button.clicked.connect(self.choose_backup)
        self.restore_button.clicked.connect(self.choose_restore)
        self.banner.pressed.connect(self._go_on)
        self.check_button.clicked.connect(self.check)
        self.close_button.clicked.connect(self.reject)
        self.busy.cancelled.connect(self._stop)
        self.held.asked.connect(self._trace)
        self.held.allowed.connect(self._release)
        self.held.show_holds(upkeep.holds())

    @Slot()
    def check(self) -> None:
        """Look at everything that is kept."""
        self.findings.hide()
        self._begin(self.tr("Checking everything that is kept …"))
        self._start(self._upkeep.check, self._show_checked)

    @Slot()
    def choose_backup(self) -> None:
        """Ask where the backup goes."""
        dialog = QFileDialog(self, self.tr("Back up"), documents())
        dialog.setObjectName("upkeep_file_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilter(self.tr("Backups (*.zip)"))
        dialog.setDefaultSuffix("zip")
        today = datetime.now(UTC).astimezone()
        dialog.selectFile(f"{self.tr('Claude Batch Desk')} {today:%Y-%m-%d}.zip")
        dialog.fileSelected.connect(self.back_up_to)
        dialog.open()

    @Slot(str)
    def back_up_to(self, path: str) -> None:
        """Write everything into this file."""
        self._begin(self.tr("Writing the backup …"))
        self._start(partial(self._upkeep.back_up, Path(path)), self._show_backed_up)

    @Slot()
    def choose_restore(self) -> None:
        """Ask which backup is to be restored."""
        dialog = QFileDialog(self, self.tr("Restore a backup"), documents())
        dialog.setObjectName("restore_file_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Backups (*.zip)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(self.ask_to_restore)
        dialog.open()

    @Slot(str)
    def ask_to_restore(self, path: str) -> None:
        """Say what a restore does, before anything is done."""
        self._chosen = Path(path)
        told = self.tr(
            "All jobs will be as they are in %1; what you have now is put aside. The window "
            "closes, and the restore ends when you open it again. Nothing of it is sent by itself."
        )
        name = self._chosen.name
        self.banner.say(told.replace("%1", name), "warning", self.tr("Restore and quit"))

    @Slot()
    def _go_on(self) -> None:
        """Do what the banner offers."""
        if self._chosen is None:
            self.accept()
            self.account_requested.emit()
            return
        restoring = partial(self._upkeep.prepare_restore, self._chosen)
        self._begin(self.tr("Reading the backup …"))
        self._start(restoring, self._quit)

    def _quit(self, _restored: Restored) -> None:
        self.accept()
        self.quit_requested.emit()

    @Slot(int)
    def _trace(self, job_id: int) -> None:
        self._begin(self.tr("Looking through the batches at the service …"))

        def told(trace: Trace) -> None:
            if trace.ours:
                self.banner.say(str(trace), "error", self.tr("Batches at the service…"))
                return
            self.banner.say(str(trace), "warning")
            self.held.offer(job_id)

        self._start(partial(self._upkeep.trace, job_id), told)

    @Slot(int)
    def _release(self, job_id: int) -> None:
        try:
            self._upkeep.release(job_id)
        except DeskError as error:
            self._fail(error)
            return
        self.held.show_holds(self._upkeep.holds())
        self.banner.say(self.tr("Job %1 can be sent.").replace("%1", str(job_id)), "good")

    def done(self, result: int) -> None:
        """Stop what is under way."""
        self._stop()
        super().done(result)

    def _begin(self, text: str) -> None:
        self._chosen = None
        self.banner.clear()
        self.busy.begin(text)
        self._allow(idle=False)

    def _start(self, work: Callable[[Report], Result], done: Callable[[Result], object]) -> None:
        self._work = self._tasks.start(
            work,
            owner=self,
            done=done,
            failed=self._fail,
            progress=self._advance,
            ended=self._ended,
        )

    def _advance(self, done: int, total: int) -> None:
        self.busy.advance(done * _STEPS // total if total else 0, _STEPS if total else 0)

    def _ended(self) -> None:
        self._work = None
        self.busy.hide()
        self._allow(idle=True)

    @Slot()
    def _stop(self) -> None:
        if self._work is not None:
            self._work.cancel()

    def _allow(self, *, idle: bool) -> None:
        for each in (self.backup_button, self.restore_button, self.check_button, self.held):
            each.setEnabled(idle)

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")

    def _show_checked(self, found: Checked) -> None:
        if found.sound:
            told = self.tr("Nothing is lost or broken. Looked at: %1 jobs, %2 answers, %3 files.")
            for place, count in enumerate((found.jobs, found.answers, found.files), start=1):
                told = told.replace(f"%{place}", f"{count:,}")
            self.banner.say(told, "good")
        else:
            self.banner.say(self.tr("Something is lost or broken. Nothing was changed."), "error")
        self.findings.setText("\n\n".join(each.text for each in found.findings))
        self.findings.setVisible(bool(found.findings))

    def _show_backed_up(self, made: BackedUp) -> None:
        told = self.tr("Saved in %1 (%2 MB). Keep it on another disk; it holds your rows.")
        told = told.replace("%1", str(made.path)).replace("%2", f"{made.size / 1e6:,.1f}")
        self.banner.say(told, "warning" if made.missing else "good")
        if made.missing:
            more = self.tr("Source files that were gone already: %1.")
            self.findings.setText(more.replace("%1", f"{made.missing:,}"))
            self.findings.show()

    def _lay_out(self) -> None:
        saving = Card(self.tr("Backup"))
        saving.column.addWidget(
            Label(
                self.tr(
                    "Everything in one file: jobs, rows, answers, source files and settings, of "
                    "one moment, also while jobs are under way. Your API key is not in it."
                )
            )
        )
        verbs = QHBoxLayout()
        verbs.setSpacing(SPACE)
        verbs.addWidget(self.backup_button)
        verbs.addWidget(self.restore_button)
        verbs.addStretch(1)
        saving.column.addLayout(verbs)
        checking = Card(self.tr("Check"))
        checking.column.addWidget(
            Label(
                self.tr(
                    "Looks at the job store, every answer, every source file and what waits to "
                    "be sent. It changes nothing."
                )
            )
        )
        checking.column.addWidget(self.check_button, 0, Qt.AlignmentFlag.AlignLeft)
        checking.column.addWidget(self.findings)
        content = QWidget()
        parts = QVBoxLayout(content)
        parts.setContentsMargins(0, 0, SPACE, 0)
        parts.setSpacing(WIDE)
        for each in (self.held, saving, checking):
            parts.addWidget(each)
        parts.addStretch(1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        whole.setSpacing(SPACE)
        whole.addWidget(self.banner)
        area = scrolled(content)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole.addWidget(area, 1)
        whole.addWidget(self.busy)
        whole.addLayout(foot)
