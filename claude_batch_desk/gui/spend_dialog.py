"""What was paid, what may still come, and what batches saved; Practice apart from money."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Mode
from claude_batch_desk.core.jobs.money.budgets import Budget
from claude_batch_desk.core.jobs.money.settlement import record
from claude_batch_desk.core.jobs.money.spending import Spend
from claude_batch_desk.core.jobs.money.telling import write_sheet
from claude_batch_desk.core.jobs.store.charge_store import Settled
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.segmented import Segmented
from claude_batch_desk.gui.spend_figures import SpendFigures
from claude_batch_desk.gui.spend_sheets import SpendSheets
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE, WIDE
from claude_batch_desk.gui.widgets import (
    Banner,
    Busy,
    EmptyState,
    Label,
    button,
    documents,
)
from claude_batch_desk.gui.wording import as_text

_WIDTH, _HEIGHT = GRID * 116, GRID * 76


class Spends(Protocol):
    """The verbs of money that this dialog needs."""

    def spend(self, mode: Mode, report: Report) -> Spend:
        """Everything that was paid in a mode."""
        ...

    def history(self, mode: Mode, report: Report) -> list[Settled]:
        """What became of the estimates, newest first."""
        ...

    def month_budget(self, mode: Mode, report: Report) -> Budget | None:
        """How the budget of this month stands."""
        ...


@dataclass(frozen=True)
class Found:
    """What the dialog shows of one mode."""

    spend: Spend
    history: list[Settled]
    budget: Budget | None


def look_up(money: Spends, mode: Mode, report: Report) -> Found:
    """All that the dialog shows."""
    spend, history = money.spend(mode, report), money.history(mode, report)
    return Found(spend, history, money.month_budget(mode, report))


class SpendDialog(QDialog):
    """Reads the ledger on a worker; nothing in it can be changed here."""

    job_requested = Signal(int)
    """Show the job of this number."""

    def __init__(
        self, money: Spends, tasks: TaskRunner, mode: Mode, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("spend_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Spend"))
        self.resize(_WIDTH, _HEIGHT)
        self._money, self._tasks = money, tasks
        self._found: Found | None = None
        self.mode = Segmented(
            {"live": self.tr("Live"), "practice": self.tr("Practice")}, "spend_mode"
        )
        self.mode.choose(mode)
        self.figures = SpendFigures()
        self.sheets = SpendSheets()
        self.empty = EmptyState("coins", "", "")
        self.busy = Busy("spend_busy")
        self.banner = Banner("spend_banner")
        self.copy_button = button(self.tr("Copy as text"), "spend_copy", icon_name="copy")
        self.export_button = button(self.tr("Export CSV…"), "spend_export", icon_name="export")
        self.close_button = button(self.tr("Close"), "spend_close")
        self._lay_out()
        self.mode.chosen.connect(self._look_up)
        self.sheets.job_requested.connect(self._open)
        self.copy_button.clicked.connect(self._copy)
        self.export_button.clicked.connect(self._ask_where)
        self.close_button.clicked.connect(self.reject)
        self._look_up()

    @property
    def _mode(self) -> Mode:
        return "practice" if self.mode.value == "practice" else "live"

    @Slot()
    def _look_up(self) -> None:
        self.banner.clear()
        self.busy.begin(self.tr("Adding up …"), cancellable=False)
        self._settle(None)
        mode = self._mode
        self._tasks.start(
            look_up,
            self._money,
            mode,
            owner=self,
            done=partial(self._take, mode),
            failed=self._fail,
            ended=self.busy.hide,
        )

    def _take(self, mode: Mode, found: Found) -> None:
        if mode == self._mode:
            self._settle(found)

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")

    def _settle(self, found: Found | None) -> None:
        """Show what was found, or that it is being looked for."""
        self._found = found
        known = found is not None and bool(found.spend.lines["job"])
        for each in (self.sheets, self.copy_button, self.export_button):
            each.setEnabled(known)
        if found is None:
            self._stack.setCurrentWidget(self._blank)
            return
        self._stack.setCurrentWidget(self._known if known else self.empty)
        if known:
            self.figures.show_spend(found.spend, record(found.history), found.budget)
            self.sheets.show_spend(found.spend, found.history)
        elif self._mode == "live":
            self.empty.title.setText(self.tr("Nothing was paid yet"))
            self.empty.text.setText(
                self.tr("Once Live rows are tried or sent, what they cost is added up here.")
            )
        else:
            self.empty.title.setText(self.tr("Nothing was tried in Practice yet"))
            self.empty.text.setText(self.tr("Practice costs nothing; here is what it would have."))

    @Slot(int)
    def _open(self, job_id: int) -> None:
        self.job_requested.emit(job_id)
        self.accept()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(as_text(self.sheets.texts()))
        self.banner.say(self.tr("Copied; paste it into a spreadsheet."), "good")

    @Slot()
    def _ask_where(self) -> None:
        dialog = QFileDialog(self, self.tr("Export what was paid"), documents())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilter(self.tr("Text tables (*.csv)"))
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(self.tr("Spend") + ".csv")
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    @Slot(str)
    def export_to(self, path: str) -> None:
        """Write the lines as they are grouped now."""
        rows = self.sheets.texts()
        done, failed = self._tell_exported, self._fail
        self._tasks.start(write_sheet, rows, Path(path), owner=self, done=done, failed=failed)

    def _tell_exported(self, exported: Exported) -> None:
        told = self.tr("What was paid is in %1.").replace("%1", exported.path.name)
        self.banner.say(" ".join([told, *exported.notes]), "good")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Spend"), "heading"), 1)
        head.addWidget(self.mode)
        self._known = QWidget()
        column = QVBoxLayout(self._known)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(WIDE)
        column.addWidget(self.figures)
        column.addWidget(self.sheets, 1)
        self._stack, self._blank = QStackedWidget(), QWidget()
        for page in (self._blank, self.empty, self._known):
            self._stack.addWidget(page)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addWidget(self.copy_button)
        foot.addWidget(self.export_button)
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
