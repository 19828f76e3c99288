"""What became of a sent job: where it stands, then the answers beside their rows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.at_service.canceled import cancel_words
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.polling import is_due
from claude_batch_desk.core.jobs.progress import CallsNow
from claude_batch_desk.core.jobs.rows.choice_words import describe
from claude_batch_desk.core.jobs.timing.alerts import alerts
from claude_batch_desk.core.prompts.versions import Version
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.answers_panel import AnswersPanel, ReadsAnswers
from claude_batch_desk.gui.bill_bar import Reckons
from claude_batch_desk.gui.calls_card import CallsCard
from claude_batch_desk.gui.corrector import Corrects
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.job_status import JobStatus
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.review_work import Reviews
from claude_batch_desk.gui.row_opening import Opens
from claude_batch_desk.gui.since_words import taken_of
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import SPACE, WIDE
from claude_batch_desk.gui.versions_dialog import HasVersions, VersionsDialog, look_up_versions
from claude_batch_desk.gui.widgets import (
    Banner,
    ElidedLabel,
    EmptyState,
    Label,
    button,
    scrolled,
)
from claude_batch_desk.gui.wording import rows_of

_TICK = 1000
"""Milliseconds between two repaints of the times."""
_AFTER_FAILURE = timedelta(seconds=20)


class Watches(ReadsAnswers, HasVersions, Protocol):
    """The verbs of the desk that this page needs."""

    def job(self, job_id: int) -> Job:
        """The job as it is stored."""
        ...

    def advance(self, job_id: int, report: Report) -> Job:
        """Look at the service once."""
        ...

    def cancel(self, job_id: int, report: Report) -> Job:
        """Ask the service to stop."""
        ...

    def calls_now(self, job_id: int) -> CallsNow | None:
        """How a job's immediate calls stood a moment ago."""
        ...

    def pause(self, job_id: int, report: Report) -> Job:
        """Ask for no more answers for now."""
        ...

    def go_on(self, job_id: int, report: Report) -> Job:
        """Ask for the rest."""
        ...


class ResultsPage(QWidget):
    """Looks at the service when the job says so, by the clock on the wall.

    A computer that slept has missed looks, not answers: the next tick makes up for it.
    """

    step_requested = Signal(str)
    """Go to this step (readiness.Step)."""
    bill_requested = Signal(int)
    """Show the bill of the job of this number."""

    def __init__(
        self,
        desk: Watches,
        money: Reckons,
        tasks: TaskRunner,
        draft: Draft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._tasks, self._draft = desk, tasks, draft
        self._looking: Task | None = None
        self._looked_at: datetime | None = None
        self._not_before: datetime | None = None
        self._shown_id: int | None = None
        self._canceling: set[int] = set()
        self.banner, self.ended_banner = Banner("results_banner"), Banner("results_ended")
        self.empty = EmptyState(
            "results",
            self.tr("Nothing was sent yet"),
            self.tr("Once the job is sent, its answers come back here beside their rows."),
        )
        self.review_button = button(self.tr("Go to Review and send"), "results_to_review")
        self.empty.add_action(self.review_button)
        self.heading = Label(self.tr("Results"), "heading")
        self.rows_label = ElidedLabel("", "muted")
        self.rows_label.setObjectName("results_rows")
        self.status, self.calls = JobStatus(), CallsCard()
        self.answers = AnswersPanel(desk, money, tasks)
        self._lay_out()
        self._ticks = QTimer(self)
        self._ticks.setInterval(_TICK)
        self._ticks.timeout.connect(self._tick)
        self._connect()
        self._show()

    def let_correct(self, corrects: Corrects) -> None:
        """Let answers be written over; called once."""
        self.answers.let_correct(corrects)
        if self.answers.editing is not None:
            self.answers.editing.changed.connect(self.read_again)

    def let_review(self, reviews: Reviews) -> None:
        """Let answers be counted, filtered and sorted; called once."""
        self.answers.let_review(reviews)

    def let_open(self, opens: Opens) -> None:
        """Let what is not at hand about a row be looked up; called once."""
        self.answers.opening.let_look_up(opens)

    @Slot()
    def read_again(self) -> None:
        """Answers of the job that is shown stand otherwise now."""
        if self._shown_id is not None:
            self.answers.read_again()
            self._draft.show_job(self._desk.job(self._shown_id))

    def add(self, panel: QWidget) -> None:
        """Put something about the answers of a sent job above them."""
        self._column.insertWidget(self._column.indexOf(self.answers), panel)

    def enter(self) -> None:
        """Show the job as it is, and look at the service if it is time."""
        self._show()
        self._tick()

    @Slot()
    def _show(self) -> None:
        job = self._draft.job
        if job is None or job.state == "draft":
            self._stack.setCurrentWidget(self.empty)
            self.heading.show()
            self._ticks.stop()
            if job is None or job.id != self._shown_id:
                self._shown_id = None
                self.banner.clear()  # else it says why nothing of it was accepted
            return
        if job.id != self._shown_id:
            self._shown_id, self._looked_at, self._not_before = job.id, None, None
            self._looking = None  # a look at another job goes on, and is that job's affair
            self.banner.clear()
        self._stack.setCurrentWidget(self._scroll)
        self._show_rows(job)
        done = job.state == "done"
        self.status.setVisible(not done and job.way == "batch")
        self.calls.setVisible(not done and job.way == "now")
        for card in (self.status, self.calls):
            card.show_job(job, canceling=job.canceled or job.id in self._canceling)
        self._show_times(job)
        self._show_ended(job)
        answered = any(outcome != "waiting" for outcome in job.outcomes)
        self.answers.setVisible(done or answered)
        self.heading.setHidden(done)  # the step says it, and answers need the room
        if done or answered:
            self.answers.show_job(job, self._draft.table)
        if done:
            self._ticks.stop()
        elif not self._ticks.isActive():
            self._ticks.start()

    def _show_ended(self, job: Job) -> None:
        """What a cancel has come to, and what is still to be done about a job that is done."""
        found = alerts(job, datetime.now(UTC)) if job.state == "done" else ()
        told = [each for each in (cancel_words(job), *(each.text for each in found)) if each]
        tone = found[0].tone if found else "info"
        self.ended_banner.say(" ".join(told), tone)

    def _show_rows(self, job: Job) -> None:
        """Which rows the answers are of, where they are not of all."""
        table = self._draft.table
        taken = job.estimate.taken_over if job.estimate else 0
        self.rows_label.setVisible(not job.selection.whole or bool(taken))
        if table is None:
            return
        ran = rows_of(job.rows, table.row_count)
        words = self.tr("%1 ran: %2").replace("%1", ran).replace("%2", describe(job.selection))
        if taken:
            had = taken_of(taken, job.rows)
            words = had if job.selection.whole else f"{words}. {had}"
        self.rows_label.set_whole(words)

    @Slot()
    def _tick(self) -> None:
        job = self._draft.job
        if job is None or job.state in ("draft", "done"):
            return
        now = datetime.now(UTC)
        due = is_due(job.next_look, now) and not job.paused
        held_back = self._not_before is not None and now < self._not_before
        if due and not held_back and self._looking is None:
            self._look()
        if job.way == "now" and _moved(job, stored := self._desk.job(job.id)):
            self._draft.show_job(stored)  # which shows the times as well
        else:
            self._show_times(job)

    def _show_times(self, job: Job) -> None:
        looking, calls = self._looking is not None, self._desk.calls_now(job.id)
        self.status.tick(self._looked_at, looking=looking)
        # Whoever looked first works on it until it is done, paused or in trouble.
        self.calls.tick(calls, looking=looking or (calls is not None and calls.working))

    @Slot()
    def _stop(self) -> None:
        self._ask(self._desk.pause)

    @Slot()
    def _go_on(self) -> None:
        self._ask(self._desk.go_on)

    def _ask(self, wish: Callable[[int, Report], Job]) -> None:
        """What a person wishes is heard by work under way, and so does not wait for it."""
        if (job := self._draft.job) is not None:
            self._tasks.start(
                wish, job.id, owner=self, done=self._draft.show_job, failed=self._fail
            )

    @Slot()
    def _look(self) -> None:
        job = self._draft.job
        if job is None or self._looking is not None:
            return
        self._looking = self._tasks.start(
            self._desk.advance,
            job.id,
            owner=self,
            done=self._take,
            failed=self._fail,
            ended=self._free,
        )

    @Slot()
    def _cancel(self) -> None:
        """Waits for a look under way: the desk does one thing at a time with a job."""
        job = self._draft.job
        if job is None:
            return
        self._canceling.add(job.id)
        for card in (self.status, self.calls):
            card.show_job(job, canceling=True)
        self._show_times(job)
        self._looking = self._tasks.start(
            self._desk.cancel,
            job.id,
            owner=self,
            done=self._take,
            failed=self._fail_to_cancel,
            ended=self._free,
        )

    def _take(self, job: Job) -> None:
        if job.id == self._shown_id:
            self._looked_at, self._not_before = datetime.now(UTC), None
            self.banner.clear()
        self._draft.show_job(job)

    def _fail_to_cancel(self, error: BaseException) -> None:
        if self._shown_id is not None:
            self._canceling.discard(self._shown_id)
        self._fail(error)

    def _fail(self, error: BaseException) -> None:
        """What cannot be looked up now is looked up later; nothing is lost by that."""
        if not isinstance(error, DeskError):
            raise error
        self._not_before = datetime.now(UTC) + _AFTER_FAILURE
        job = self._desk.job(self._shown_id) if self._shown_id is not None else None
        again = "" if job is None or job.state == "draft" else self.tr("Look again")
        self.banner.say(sentence(error), "error", again)
        if job is not None:
            self._draft.show_job(job)

    def _free(self) -> None:
        """The next look waits for the next tick, so that none follows on another's heels."""
        self._looking = None
        if (job := self._draft.job) is not None:
            self._show_times(job)

    @Slot()
    def _go_to_review(self) -> None:
        self.step_requested.emit("review")

    @Slot(int)
    def _look_up_version(self, number: int) -> None:
        if (job := self._draft.job) is not None:
            done = partial(self._show_version, job, number)
            self._tasks.start(look_up_versions, self._desk, job.id, owner=self, done=done)

    def _show_version(self, job: Job, number: int, versions: list[Version]) -> None:
        dialog = VersionsDialog(versions, job.recipe, editable=False, parent=self.window())
        dialog.choose(number)
        dialog.open()

    def _connect(self) -> None:
        self._draft.opened.connect(self._show)
        self._draft.job_changed.connect(self._show)
        self.review_button.clicked.connect(self._go_to_review)
        self.answers.detail.facts.version_wanted.connect(self._look_up_version)
        self.status.look_requested.connect(self._look)
        for card in (self.status, self.calls):
            card.cancel_requested.connect(self._cancel)
        self.calls.stop_requested.connect(self._stop)
        self.calls.go_on_requested.connect(self._go_on)
        self.banner.pressed.connect(self._look)
        self.answers.bill.bill_requested.connect(self.bill_requested)

    def _lay_out(self) -> None:
        self._sent = QWidget()
        column = self._column = QVBoxLayout(self._sent)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.ended_banner)
        column.addWidget(self.rows_label)
        column.addWidget(self.status)
        column.addWidget(self.calls)
        column.addWidget(self.answers, 1)
        column.addStretch(0)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._scroll = scrolled(self._sent)
        self._scroll.setObjectName("results_area")
        self._scroll.setAccessibleName(self.tr("The job and its answers"))
        self._stack.addWidget(self._scroll)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(WIDE, SPACE, WIDE, SPACE)
        layout.setSpacing(SPACE)
        layout.addWidget(self.heading)
        layout.addWidget(self.banner)
        layout.addWidget(self._stack, 1)


def _moved(job: Job, stored: Job) -> bool:
    """Whether a job that is worked on has come further than what is shown of it."""
    return (job.outcomes, job.unheard, job.paused) != (
        stored.outcomes,
        stored.unheard,
        stored.paused,
    )
