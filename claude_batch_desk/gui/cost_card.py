"""What the job will cost, each way, always in sight and never older than it says."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Literal, Protocol

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.pricing.reckoning import Reckoning
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.cost_basis import CostBasis
from claude_batch_desk.gui.cost_ways import CostWays
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.estimate_bar import VerdictChip
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.readiness import obstacles
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT, WIDE
from claude_batch_desk.gui.widgets import Banner, Card, Label, Tone, button
from claude_batch_desk.gui.wording import money, rows_of

CARD_WIDTH = GRID * 31
_DELAY = 250
"""Milliseconds of quiet before the cost is asked for again."""

CostState = Literal[
    "nothing", "reading", "counting", "current", "stale", "failed", "over", "sent", "billed"
]
_SURE: tuple[CostState, ...] = ("current", "over", "sent", "billed")


Early = Callable[[Estimate], None]
"""Takes, on a worker, an estimate that is not the last word."""


class Estimates(Protocol):
    """The verb of the desk that the card needs."""

    def estimate(self, job_id: int, report: Report, *, early: Early = ...) -> Estimate:
        """What the job will cost; what is known sooner is told to `early`."""
        ...


class Reckons(Protocol):
    """The verb about money that the card needs."""

    def reckoning(self, job_id: int, report: Report) -> Reckoning | None:
        """The bill of a finished job beside its estimate."""
        ...


class CostCard(QWidget):
    """Asks for an estimate whenever the draft has been quiet for a moment."""

    estimated = Signal(object)
    """A new Estimate is shown."""
    try_requested = Signal()
    """The person wants to try rows."""

    def __init__(
        self,
        desk: Estimates,
        bills: Reckons,
        tasks: TaskRunner,
        draft: Draft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("cost_card")
        self.setMaximumWidth(CARD_WIDTH)
        self._desk, self._bills, self._tasks, self._draft = desk, bills, tasks, draft
        self.reading: Callable[[], bool] = lambda: False
        """Whether a table for the job is being read; the window knows."""
        self.over_budget: Callable[[Estimate], str] = lambda estimate: ""
        """Why this may not be sent for its cost, or ""; the window knows."""
        self._task: Task | None = None
        self._shown: Estimate | None = None
        self.state: CostState = "nothing"
        self._make_parts()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY)
        self._lay_out()
        self._connect()
        self._open()

    def _make_parts(self) -> None:
        self.state_chip = VerdictChip()
        self.rows_label = Label("", "caption")
        self.message = Label("", "muted")
        self.again = button(self.tr("Ask again"), "cost_again", icon_name="refresh")
        self.budget_banner = Banner("cost_budget")
        self.billed = Label("", "strong")
        self.reckoning = Label("", "caption")
        self.ways, self.basis = CostWays(), CostBasis()
        for part, name in (
            (self.rows_label, "cost_rows"),
            (self.message, "cost_message"),
            (self.billed, "cost_billed"),
            (self.reckoning, "cost_reckoning"),
        ):
            part.setObjectName(name)

    @Slot()
    def refresh(self) -> None:
        """Ask what the job costs as it is now."""
        self._timer.stop()
        job = self._draft.job
        if job is None or not self._draft.editable or self._hindered():
            return
        if not self._draft.flushed(self._fail):
            return
        self._stop()
        self._become("counting")
        early: SimpleQueue[Estimate] = SimpleQueue()
        self._task = self._tasks.start(
            partial(self._desk.estimate, early=early.put),
            job.id,
            owner=self,
            done=self._show,
            failed=self._fail,
            progress=partial(self._show_early, early),
        )

    @Slot()
    def settle_budget(self) -> None:
        """A budget, or what is left of it, changed."""
        if self._shown is not None and self.state in ("current", "over"):
            self._become_priced(self._shown)

    @Slot()
    def follow_reading(self) -> None:
        """A table has begun to be read, or is no longer."""
        if not self._draft.editable:
            return
        if self._hindered():
            return
        if self.state in ("nothing", "reading"):
            self._later()

    def _hindered(self) -> bool:
        """Say what stands in the way of a cost, if something does."""
        job, table = self._draft.job, self._draft.table
        loading = job is not None and job.table_id is not None
        if table is None and (self.reading() or loading):
            told = self.tr("The table is being read. What it costs is counted after that.")
            self._show_nothing(told, "reading")
            return True
        if found := obstacles(self._draft):
            self._show_nothing(found[0].text)
            return True
        return False

    @Slot()
    def _later(self) -> None:
        if self._draft.table is None and self._hindered():
            return
        self._stop()
        self._become("stale" if self._shown else "counting")
        self._timer.start()

    @Slot()
    def _take_count(self) -> None:
        """With the count of the rows comes what is wrong with their choice."""
        if self._draft.editable and not self._hindered() and self.state == "nothing":
            self._later()

    @Slot()
    def _open(self) -> None:
        self._stop()
        self._timer.stop()
        self._shown = None
        self.ways.clear()
        self.basis.clear()
        self.rows_label.say("")
        self._follow()
        if self._draft.editable:
            self.refresh()

    @Slot()
    def _follow(self) -> None:
        """A job that was sent keeps the estimate it was sent with, beside its bill."""
        job = self._draft.job
        if job is None or self._draft.editable:
            return
        self._stop()
        if job.estimate is None:
            self._show_nothing(self.tr("No estimate was kept for this job."))
        else:
            self._show_estimate(job.estimate, job)
        self._become("sent")
        self._show_bill(job)

    def _show_bill(self, job: Job) -> None:
        billed = self.tr("Billed so far: %1") if job.state != "done" else self.tr("Billed: %1")
        if job.mode == "practice":
            billed = self.tr("Would have cost: %1")
        self.billed.say(billed.replace("%1", money(job.billed)) if job.billed is not None else "")
        if job.state == "done" and job.estimate is not None:
            self._task = self._tasks.start(
                self._bills.reckoning,
                job.id,
                owner=self,
                done=self._show_reckoning,
                failed=self._fail_to_reckon,
            )

    def _show_reckoning(self, found: Reckoning | None) -> None:
        job = self._draft.job
        if found is not None and job is not None:
            self._become("billed")
            told = found.why
            if job.billed != found.billed:
                sent = self.tr("Without tried rows: %1. %2")
                if job.runs_again:
                    sent = self.tr("Without tried rows, and rows run again: %1. %2")
                told = sent.replace("%1", money(found.billed)).replace("%2", told)
            self.reckoning.say(told)
            self.ways.show_billed(found.billed)
            self.state_chip.show_verdict(found.verdict)

    def _fail_to_reckon(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.reckoning.say(sentence(error))

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _show_early(self, early: SimpleQueue[Estimate], done: int, total: int) -> None:
        """A first figure while the counting goes on; it is as honest as it is wide."""
        with suppress(Empty):
            estimate = early.get_nowait()
            while not early.empty():
                estimate = early.get_nowait()
            self._show_estimate(estimate)
            self.ways.set_current(current=True)

    def _show(self, estimate: Estimate) -> None:
        self._task = None
        self._show_estimate(estimate)
        self._become_priced(estimate)
        self.estimated.emit(estimate)

    def _become_priced(self, estimate: Estimate) -> None:
        over = self.over_budget(estimate)
        self._become("over" if over else "current")
        self.budget_banner.say(over, "error")

    def _show_estimate(self, estimate: Estimate, job: Job | None = None) -> None:
        self._shown = estimate
        self.ways.show_estimate(estimate, job)
        self.rows_label.say(self._rows(estimate))
        self.basis.show_estimate(estimate, editable=self._draft.editable)

    def _rows(self, estimate: Estimate) -> str:
        table, job = self._draft.table, self._draft.job
        words = rows_of(estimate.rows, table.row_count if table else estimate.rows)
        told = self.tr("For %1").replace("%1", words)
        if job is not None and job.mode == "practice":
            told = self.tr("%1. Practice: nothing is charged.").replace("%1", told)
        return told

    def _show_nothing(self, reason: str, state: CostState = "nothing") -> None:
        self._stop()
        self._timer.stop()
        self._shown = None
        self.ways.clear()
        self.basis.clear()
        self.rows_label.say("")
        self._become(state, reason)

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self._become("failed", sentence(error))

    def _become(self, state: CostState, message: str = "") -> None:
        self.state = state
        self.message.say(message)
        self.again.setVisible(state == "failed")
        self.budget_banner.clear()
        ended = state in ("sent", "billed")
        self.billed.setVisible(ended and bool(self.billed.text()))
        if state != "billed":
            self.reckoning.say("")
        words: dict[str, tuple[str, Tone, str]] = {
            "reading": (self.tr("reading …"), "info", "refresh"),
            "counting": (self.tr("counting …"), "info", "refresh"),
            "stale": (self.tr("out of date"), "warning", "refresh"),
            "failed": (self.tr("not known"), "error", "error"),
            "over": (self.tr("over budget"), "error", "warning"),
            "sent": (self.tr("as sent"), "neutral", "check"),
        }
        self.state_chip.setVisible(state in words)
        if state in words:
            text, tone, icon_name = words[state]
            self.state_chip.show_state(text, tone, icon_name)
        self.ways.set_current(current=state in _SURE)

    def _connect(self) -> None:
        self._timer.timeout.connect(self.refresh)
        self.again.clicked.connect(self.refresh)
        self.basis.count_requested.connect(self.refresh)
        self.basis.try_requested.connect(self.try_requested)
        self._draft.opened.connect(self._open)
        self._draft.recipe_changed.connect(self._later)
        self._draft.table_changed.connect(self._later)
        self._draft.selection_changed.connect(self._later)
        self._draft.rows_counted.connect(self._take_count)
        self._draft.job_changed.connect(self._follow)

    def _lay_out(self) -> None:
        card = Card()
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Cost"), "heading", wrap=False))
        head.addStretch(1)
        head.addWidget(self.state_chip)
        card.column.addLayout(head)
        said = (self.rows_label, self.message, self.again)
        for part in (*said, self.budget_banner, self.billed, self.reckoning):
            card.column.addWidget(part)
        card.column.addSpacing(TIGHT)
        card.column.addWidget(self.ways)
        card.column.addSpacing(SPACE)
        card.column.addWidget(self.basis)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, WIDE, SPACE, WIDE)
        column.addWidget(card)
        column.addStretch(1)
