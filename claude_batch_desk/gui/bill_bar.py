"""What a job was billed, whether that is inside its range, and the way to the whole bill."""

from decimal import Decimal
from functools import partial
from typing import Protocol

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.pricing.reckoning import Reckoning
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.estimate_bar import VerdictChip
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import ElidedLabel, Label, button
from claude_batch_desk.gui.wording import money

_NOTHING = Decimal(0)


class Reckons(Protocol):
    """The verb of money that this bar needs."""

    def reckoning(self, job_id: int, report: Report) -> Reckoning | None:
        """The bill of a finished job beside its estimate."""
        ...


class BillBar(QWidget):
    """One line for a job that has answers, and a second one for why it cost what it did."""

    bill_requested = Signal(int)
    """Show the whole bill of the job of this number."""

    def __init__(self, money: Reckons, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._money, self._tasks = money, tasks
        self._job: Job | None = None
        self.amount = Label("", "heading", wrap=False)
        self.amount.setObjectName("results_bill")
        self.verdict = VerdictChip()
        self.why = ElidedLabel("", "caption")
        self.why.setObjectName("results_bill_why")
        self.button = button(
            self.tr("See the bill"), "results_see_bill", look="link", icon_name="coins"
        )
        line = FlowLayout(spacing=SPACE, lines=0)
        for part in (self.amount, self.verdict, self.button):
            line.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self.why)
        self.button.clicked.connect(self._ask)

    def show_job(self, job: Job) -> None:
        """Show what is known at once, and look up the rest."""
        known = self._job is not None and (job.id, job.billed, job.state) == (
            self._job.id,
            self._job.billed,
            self._job.state,
        )
        self._job = job
        self.setVisible(job.billed is not None)
        if known or job.billed is None:
            return
        self.amount.setText(self._amount(job))
        self.verdict.hide()
        self.why.set_whole(self._estimate(job))
        if job.state == "done":
            self._tasks.start(
                self._money.reckoning, job.id, owner=self, done=partial(self._show, job.id)
            )

    def _amount(self, job: Job) -> str:
        if job.mode == "practice":
            return self.tr("Would have cost %1").replace("%1", money(job.billed or _NOTHING))
        return self.tr("Billed %1").replace("%1", money(job.billed or _NOTHING))

    def _estimate(self, job: Job) -> str:
        if job.agreed is None:
            return ""
        words = self.tr("Estimated at %1 to %2.")
        return words.replace("%1", money(job.agreed.low)).replace(
            "%2", money(job.agreed.high, up=True)
        )

    def _show(self, job_id: int, reckoning: Reckoning | None) -> None:
        if self._job is None or self._job.id != job_id or reckoning is None:
            return
        self.verdict.show_verdict(reckoning.verdict)
        told = f"{self._estimate(self._job)} {reckoning.why}"
        if reckoning.billed != self._job.billed:  # what was tried before is no part of it
            sent = self.tr("%1 for what was sent.")
            if self._job.runs_again:
                sent = self.tr("%1 for what was sent first.")
            told = f"{sent.replace('%1', money(reckoning.billed))} {told}"
        self.why.set_whole(told)

    @Slot()
    def _ask(self) -> None:
        if self._job is not None:
            self.bill_requested.emit(self._job.id)
