"""On Results, for those who cannot wait for a batch any longer: its rest is asked at once."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Protocol

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store.rest_store import Agreed
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Banner, Label, button
from claude_batch_desk.gui.wording import money, rows_words

_TICK = 5_000
"""Milliseconds between two looks for batches that have ended meanwhile."""


class MovesRest(Protocol):
    """The verbs about the rest of late batches that this needs."""

    def of(self, job_id: int) -> Agreed | None:
        """What was agreed to."""
        ...

    def estimate(self, job_id: int, report: Report) -> Estimate:
        """What it costs."""
        ...

    def move(self, job_id: int, most: Decimal | None, report: Report) -> Job:
        """Cancel the batch, and let the rest be asked."""
        ...

    def go_on(self, report: Report) -> Sequence[Job]:
        """Ask what can be asked by now."""
        ...


def agreed_to(rest: MovesRest, job_id: int, report: Report) -> Agreed | None:
    """What was agreed to for a job."""
    report(0, 0)
    return rest.of(job_id)


class RestPanel(QWidget):
    """Follows the draft's job; hidden where there is nothing to move and nothing was.

    While the window is open it also begins what was agreed to, of whichever job.
    """

    changed = Signal()
    """Something was sent or is being canceled, so there are other jobs to look at."""

    def __init__(
        self,
        rest: MovesRest,
        tasks: TaskRunner,
        draft: Draft,
        purse: Purse,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("rest_panel")
        self._rest, self._tasks, self._draft, self._purse = rest, tasks, draft, purse
        self._agreed: Agreed | None = None
        self._estimate: Estimate | None = None
        self._pricing: Task | None = None
        self._moving: Task | None = None
        self._going_on: Task | None = None
        self._looked_for: int | None = None
        self.words = Label("", "muted")
        self.words.setObjectName("rest_words")
        self.button = button(
            self.tr("Ask the rest at once…"), "rest_ask", look="link", icon_name="send"
        )
        self.banner = Banner("rest_price")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(row)
        column.addWidget(self.banner)
        self._ticks = QTimer(self)
        self._ticks.setInterval(_TICK)
        self._ticks.timeout.connect(self.look)
        self.button.clicked.connect(self._price)
        self.banner.pressed.connect(self._move)
        draft.opened.connect(self._begin)
        draft.job_changed.connect(self._look_up)
        self._begin()

    def start(self) -> None:
        """From now on look for batches that have ended."""
        self._ticks.start()

    @Slot()
    def look(self) -> None:
        """Ask the rest of what has ended meanwhile, one look at a time."""
        if self._going_on is None:
            self._going_on = self._tasks.start(
                self._rest.go_on, owner=self, done=self._went_on, failed=self._fail,
                ended=self._free,
            )  # fmt: skip

    def _went_on(self, started: Sequence[Job]) -> None:
        if started:
            self.changed.emit()
        job = self._draft.job
        if job is not None and any(run.again_of == job.id for run in started):
            self._draft.show_job(job)  # so that whoever tells of runs looks for this one
        elif self._agreed is not None:
            self._look_up()

    def _free(self) -> None:
        self._going_on = None

    @Slot()
    def _begin(self) -> None:
        self._agreed = self._estimate = None
        self.banner.clear()
        self._settle()
        self._look_up()

    @Slot()
    def _look_up(self) -> None:
        self._settle()
        job = self._draft.job
        if job is not None and job.way == "batch" and job.state != "draft":
            take = partial(self._take, job.id)
            self._tasks.start(agreed_to, self._rest, job.id, owner=self, done=take)

    def _take(self, job_id: int, agreed: Agreed | None) -> None:
        if self._draft.job is not None and self._draft.job.id == job_id:
            self._agreed = agreed
            self._settle()
            waits = agreed is not None and agreed.run is None and not agreed.note
            if waits and self._draft.job.state == "done" and self._looked_for != job_id:
                self._looked_for = job_id  # the timer looks again
                self.look()

    @Slot()
    def _price(self) -> None:
        """Say what it costs; nothing is changed by that."""
        job = self._draft.job
        if job is None or self._pricing is not None:
            return
        self.button.setEnabled(False)
        self.banner.say(self.tr("Working out what it costs …"))
        self._pricing = self._tasks.start(
            self._rest.estimate,
            job.id,
            owner=self,
            done=partial(self._offer, job.id),
            failed=self._fail,
            ended=self._priced,
        )

    def _priced(self) -> None:
        self._pricing = None
        self.button.setEnabled(True)

    def _offer(self, job_id: int, estimate: Estimate) -> None:
        if self._draft.job is None or self._draft.job.id != job_id:
            return
        self._estimate, price = estimate, estimate.now
        told = self.tr(
            "%1 have no answer yet. At once they cost about %2, at most %3. The batch is canceled "
            "first: what it answers until it ends is billed as agreed, and not asked again."
        )
        told = told.replace("%1", rows_words(estimate.rows))
        told = told.replace("%2", money(price.expected))
        told = told.replace("%3", money(price.ceiling, up=True))
        if why := self._purse.objection(price):
            self.banner.say(f"{told} {why}", "warning")
            return
        if self._purse.wants_typing(price):
            typed = self.tr("Above %1 you want to type the amount: use “at-once” with --budget.")
            limit = money(self._purse.typed_above or Decimal(0))
            self.banner.say(f"{told} {typed.replace('%1', limit)}", "warning")
            return
        act = self.tr("Ask the rest, about %1")
        self.banner.say(told, "warning", act.replace("%1", money(price.expected)))

    @Slot()
    def _move(self) -> None:
        job, estimate = self._draft.job, self._estimate
        if job is None or estimate is None or self._moving is not None:
            return
        self._estimate = None
        self.banner.say(self.tr("Canceling the batch …"))
        self._moving = self._tasks.start(
            self._rest.move,
            job.id,
            estimate.now.ceiling,
            owner=self,
            done=self._moved,
            failed=self._fail,
            ended=self._end,
        )

    def _moved(self, job: Job) -> None:
        self.banner.clear()
        self._draft.show_job(job)
        self.changed.emit()

    def _end(self) -> None:
        self._moving = None
        self._look_up()

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")

    def _settle(self) -> None:
        job = self._draft.job
        offered = (
            job is not None
            and job.way == "batch"
            and job.again_of is None
            and job.state in ("sending", "waiting")
            and not job.canceled
            and not job.unsettled  # what may be at the service may not be asked beside it
            and self._agreed is None
        )
        if not offered and self._estimate is not None:
            self._estimate = None
            self.banner.clear()
        told = self._told(job) if job is not None and not offered else ""
        self.button.setVisible(offered)
        self.words.setText(self.tr("You cannot wait any longer?") if offered else told)
        self.setVisible(offered or bool(told))

    def _told(self, job: Job) -> str:
        """What becomes of what was agreed to; "" once that is done."""
        if self._agreed is None:
            return ""
        if self._agreed.note:
            return self._agreed.note
        if self._agreed.run is not None:
            return ""  # what is run again is told beside the answers
        most = money(self._agreed.most, up=True)
        if job.state == "done":
            return self.tr("The rest is asked at once in a moment, for at most %1.").replace(
                "%1", most
            )
        return self.tr(
            "The batch is being canceled. When it has ended, what it has not answered is asked at "
            "once, for at most %1."
        ).replace("%1", most)
