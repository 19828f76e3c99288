"""The whole bill of one job: beside its estimate, by kind of token, answer column and answer."""

from itertools import groupby
from typing import Protocol

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.bill_sheet import bill_lines, bill_sheet
from claude_batch_desk.core.jobs.money.job_bill import JobBill
from claude_batch_desk.core.pricing.reckoning import Reckoning
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.bill_card import BillCard
from claude_batch_desk.gui.estimate_bar import EstimateBar, VerdictChip
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE, WIDE
from claude_batch_desk.gui.widgets import Banner, Busy, Card, ElidedLabel, Label, button, scrolled
from claude_batch_desk.gui.wording import as_text, money, requests_words

_WIDTH, _HEIGHT = GRID * 96, GRID * 80


class Bills(Protocol):
    """The verbs of money that this dialog needs."""

    def bill(self, job_id: int, report: Report) -> JobBill:
        """What a job has cost."""
        ...


class BillDialog(QDialog):
    """Reads the bill on a worker; nothing can be changed here."""

    def __init__(
        self, money: Bills, tasks: TaskRunner, job: Job, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("bill_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Bill"))
        self.resize(_WIDTH, _HEIGHT)
        self._money, self._job = money, job
        self._bill: JobBill | None = None
        self.amount = Label("", "title", wrap=False)
        self.amount.setObjectName("bill_amount")
        self.verdict = VerdictChip()
        self.verdict.hide()
        self.why = Label("", selectable=True)
        self.why.setObjectName("bill_why")
        self.busy = Busy("bill_busy")
        self.banner = Banner("bill_banner")
        self.copy_button = button(self.tr("Copy as text"), "bill_copy", icon_name="copy")
        self.copy_button.setEnabled(False)
        self.close_button = button(self.tr("Close"), "bill_close")
        self._lay_out()
        self.copy_button.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.reject)
        self.busy.cancelled.connect(self.reject)
        self._read(tasks)

    def _read(self, tasks: TaskRunner) -> None:
        self.busy.begin(self.tr("Reading the answers …"))
        self._reading = tasks.start(
            self._money.bill,
            self._job.id,
            owner=self,
            done=self._show,
            failed=self._fail,
            progress=self.busy.advance,
            ended=self.busy.hide,
        )

    def done(self, result: int) -> None:
        """Stop reading where that is still under way."""
        self._reading.cancel()
        super().done(result)

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")

    def _show(self, bill: JobBill) -> None:
        self._bill = bill
        self.copy_button.setEnabled(True)
        told = self.tr("Billed %1")
        if self._job.mode == "practice":
            told = self.tr("Would have cost %1")
        self.amount.setText(told.replace("%1", money(bill.total)))
        if bill.unpriced:
            words = self.tr("The price of %1 is not known; that comes on top.")
            self.banner.say(words.replace("%1", requests_words(bill.unpriced)), "warning")
        if bill.reckoning is not None:
            self._show_reckoning(bill.reckoning, str(bill.record))
        for section, lines in groupby(bill_lines(bill), key=lambda line: line.section):
            self._parts.addWidget(BillCard(section, list(lines)))
        self._parts.addStretch(1)

    def _show_reckoning(self, reckoning: Reckoning, record: str) -> None:
        self.verdict.show_verdict(reckoning.verdict)
        agreed = reckoning.agreed
        words = self.tr("%1 for what was sent, estimated at %2 to %3.")
        words = words.replace("%1", money(reckoning.billed)).replace("%2", money(agreed.low))
        told = f"{words.replace('%3', money(agreed.high, up=True))} {reckoning.why}"
        self.why.setText(told)
        card = Card(self.tr("Beside its estimate"))
        bar = EstimateBar(reckoning)
        bar.setAccessibleName(told)
        card.column.addWidget(bar)
        card.column.addWidget(self.why)
        card.column.addWidget(Label(record, "caption"))
        self._parts.addWidget(card)

    @Slot()
    def _copy(self) -> None:
        if self._bill is not None:
            rows = bill_sheet(self._bill)
            QGuiApplication.clipboard().setText(as_text(rows))
            self.banner.say(self.tr("Copied; paste it into a spreadsheet."), "good")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self.amount)
        head.addWidget(self.verdict)
        head.addStretch(1)
        content = QWidget()
        self._parts = QVBoxLayout(content)
        self._parts.setContentsMargins(0, 0, SPACE, 0)
        self._parts.setSpacing(WIDE)
        foot = QHBoxLayout()
        foot.addWidget(self.copy_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        whole.setSpacing(SPACE)
        whole.addWidget(ElidedLabel(self._job.name, "muted"))
        whole.addLayout(head)
        whole.addWidget(self.busy)
        whole.addWidget(self.banner)
        area = scrolled(content)
        area.setObjectName("bill_area")
        area.setAccessibleName(self.tr("The lines of the bill"))
        whole.addWidget(area, 1)
        whole.addLayout(foot)
