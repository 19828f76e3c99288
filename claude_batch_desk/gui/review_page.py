"""The last look before money is spent: one button, pressed once, with the price on it."""

from decimal import Decimal
from typing import Protocol

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.prompts.checks import NotSendable
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.checks_card import ChecksCard
from claude_batch_desk.gui.confirm_dialog import ConfirmAmount
from claude_batch_desk.gui.deadline_card import DeadlineCard, KnowsTime
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.readiness import obstacles
from claude_batch_desk.gui.review_cards import CostsCard, LeavesCard, WhatCard
from claude_batch_desk.gui.schedule_start import StartLater
from claude_batch_desk.gui.send_words import send_words, sent_words
from claude_batch_desk.gui.sender import Sender, SendsJobs
from claude_batch_desk.gui.since_card import Follows, SinceCard
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import SPACE, WIDE
from claude_batch_desk.gui.ways_card import WaysCard
from claude_batch_desk.gui.widgets import Banner, Busy, Label, button, scrolled
from claude_batch_desk.gui.wording import money

_ESTIMATE_DELAY = 400
"""Milliseconds of quiet before a changed choice of rows is estimated again."""


class Sends(SendsJobs, Protocol):
    """The verbs of the desk that this page needs."""

    def estimate(self, job_id: int, report: Report) -> Estimate:
        """What the job will cost."""
        ...


class ReviewPage(QWidget):
    """Estimates on entry; Send is possible only with a fresh estimate and nothing in the way."""

    done_requested = Signal()
    """The job was sent, or may have been: show what becomes of it."""
    step_requested = Signal(str)
    """Go to this step (readiness.Step) and put something right."""

    rows_changed = Signal()
    """Other rows are sent, as an earlier job has the answers of the others, or has not."""
    budgets_requested = Signal()
    """The person wants to see or change the budgets of all jobs."""

    def __init__(
        self,
        desk: Sends,
        tasks: TaskRunner,
        draft: Draft,
        timing: KnowsTime,
        purse: Purse,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._tasks, self._draft, self._purse = desk, tasks, draft, purse
        self.receiver = self.tr("Anthropic")
        """Who gets the rows of a Live job; the window names another host here."""
        self._estimate: Estimate | None = None
        self._since: SinceCard | None = None
        self._estimating: Task | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ESTIMATE_DELAY)
        self.mode_banner = Banner("review_mode")
        self.obstacle_banner = Banner("review_obstacle")
        self.error_banner = Banner("review_error")
        self.what = WhatCard()
        self.when = DeadlineCard(timing, tasks, draft)
        self.ways = WaysCard()
        self.costs = CostsCard()
        self.checks = ChecksCard()
        self.leaves = LeavesCard()
        self.busy = Busy("review_busy")
        self.submission = Sender(desk, tasks, draft, self.busy)
        self.reason_label = Label("", "muted")
        self.reason_label.setObjectName("review_reason")
        self.send_button = button("", "review_send", look="primary", icon_name="send")
        self.foot, self.banners = QHBoxLayout(), QVBoxLayout()
        self._later: StartLater | None = None
        self._lay_out()
        self._connect()
        self._show_draft()

    def go_on_from(self, verbs: Follows) -> SinceCard:
        """Offer what earlier jobs have answered; called once."""
        card = self._since = SinceCard(verbs, self._tasks, self._draft)
        self.cards.insertWidget(1, card)
        card.changed.connect(self.forget_estimate)
        card.changed.connect(self.rows_changed)
        card.failed.connect(self._fail)
        return card

    @property
    def sending(self) -> bool:
        """A submission is in flight; the window asks before it closes."""
        return self.submission.under_way

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody needs the price of a page that is not shown."""
        super().hideEvent(event)
        self._timer.stop()

    def add_later(self, later: StartLater) -> None:
        """Offer to send the job at another time, with room for what there is to say of it."""
        self._later = later
        self.foot.insertWidget(2, later.button)
        self.banners.addWidget(later.banner)
        self._settle()

    def enter(self) -> None:
        """Estimate the job as it is now, and see what may be spent on it."""
        self.error_banner.clear()
        self._purse.refresh()
        if self._since is not None:
            self._since.enter()
        self._show_draft()
        self._ask_estimate()

    @Slot()
    def _show_draft(self) -> None:
        """What is known of the job without asking anybody."""
        job, table, recipe = self._draft.job, self._draft.table, self._draft.recipe
        mode = job.mode if job else "practice"
        if mode == "practice":
            told = self.tr("Practice: nothing goes to Anthropic, nothing is charged.")
            self.mode_banner.say(told, "info")
        else:
            told = self.tr("Live: these rows go to %1, and the job is charged to your API key.")
            self.mode_banner.say(told.replace("%1", self.receiver), "warning")
        self.what.show_recipe(recipe)
        self.leaves.show_draft(table, job)
        if job and not self._draft.editable:
            self.ways.show_job(job)
        self._show_rows()
        self._show_estimate(job.estimate if job and not self._draft.editable else None)

    @Slot()
    def _show_rows(self) -> None:
        """Which rows run, as far as they are counted."""
        draft = self._draft
        self.what.show_rows(draft.table, draft.selection, draft.rows_to_run)
        first = draft.rows.chosen.first if draft.rows.chosen else None
        self.leaves.show_row(draft.table, draft.job, first)
        self._settle()

    @Slot()
    def _count_came(self) -> None:
        """With the count comes what is wrong with it, which an estimate was not asked for."""
        self._show_rows()
        if self._estimate is None and self._in_the_way():
            self.checks.show_estimate(None, hindered=True)
        if self.isVisible() and self._estimate is None and self._estimating is None:
            self._timer.start()

    @Slot()
    def forget_estimate(self) -> None:
        """The job changed, or the prices: an old price may not stay on the button."""
        self._stop_estimating()
        self._estimate = None
        if self.isVisible():  # or `enter` shows it: this is called at every key of the prompt
            self._show_draft()
            self._timer.start()

    def _stop_estimating(self) -> None:
        if self._estimating is not None:
            self._estimating.cancel()
            self._estimating = None

    @Slot()
    def _ask_estimate(self) -> None:
        self._stop_estimating()
        job = self._draft.job
        if job is None or not self._draft.editable or self._in_the_way():
            return
        if not self._draft.flushed(self._fail):
            return
        self.busy.begin(self.tr("Counting what this will cost …"), cancellable=False)
        self._estimating = self._tasks.start(
            self._desk.estimate,
            job.id,
            owner=self,
            done=self._show_estimate,
            failed=self._fail,
            progress=self.busy.advance,
            ended=self._settle,
        )

    def _show_estimate(self, estimate: Estimate | None) -> None:
        self._estimate = estimate
        if estimate is not None:
            self._estimating = None
        self.what.show_estimate(estimate)
        self.ways.show_estimate(estimate)
        self.when.show_estimate(estimate)
        self._show_costs()
        self.checks.show_estimate(estimate, hindered=bool(self._in_the_way()))
        self._settle()

    @Slot()
    def _show_costs(self) -> None:
        """The amounts of the way that is chosen."""
        self.costs.show_estimate(self._estimate, self._price)
        if self._since is not None:
            self._since.show_price(self._price)
        self._show_allowance()

    @Slot()
    def _show_allowance(self) -> None:
        """What is left of the budgets, beside what this would take of it."""
        job = self._draft.job
        live = job is not None and job.mode == "live" and self._draft.editable
        self.costs.budgets.setVisible(live)
        self.costs.show_allowance(self._purse.allowance, self._price)
        self._settle()

    @property
    def _price(self) -> Range | None:
        if self._estimate is None:
            return None
        return self._estimate.price(self.ways.way, self.ways.cache)

    @Slot()
    def _send(self) -> None:
        """The one place that spends on a whole job; a second press finds it under way."""
        job = self._draft.job
        price, limit = self._price, self._purse.typed_above
        if job is None or price is None or self.sending or self._reason():
            return
        if not self._draft.flushed(self._fail):
            return
        self.error_banner.clear()
        if limit is not None and self._purse.wants_typing(price):
            asking = ConfirmAmount(price, limit, self._send_words(), self.window())
            asking.agreed.connect(self._submit)
            asking.open()
            return
        self._submit(self.costs.budget)

    @Slot(object)
    def _submit(self, budget: Decimal | None) -> None:
        """Send it, if it costs no more than this at most."""
        if self._draft.job is not None:
            way, cache = self.ways.way, self.ways.cache
            self.submission.send(self._draft.job, budget, way, cache)
            self._settle()

    @Slot()
    def _sent(self) -> None:
        self._settle()
        if self._draft.job is not None and not self._draft.editable:
            self.done_requested.emit()

    @Slot(object)
    def _fail(self, error: BaseException) -> None:
        self._estimating = None
        if not isinstance(error, DeskError):
            raise error
        if isinstance(error, NotSendable):
            self.checks.show_concerns(error.concerns)
            self._settle()
            return
        self.error_banner.say(sentence(error), "error", self.tr("Try again"))

    def _in_the_way(self) -> str:
        found = obstacles(self._draft)
        return found[0].text if found else ""

    def _reason(self) -> str:
        """Why Send cannot be pressed, or ""."""
        budget, price = self.costs.budget, self._price
        if not self._draft.editable:
            return sent_words(self._draft.job)
        if self.sending:
            return self.tr("It is being sent.")
        if self._in_the_way() or self.checks.stopped:
            return self.tr("Something has to be put right first, see above.")
        if price is None or self._draft.rows_to_run is None:
            return self.tr("The price is not known yet.")
        if budget is not None and price.ceiling > budget:
            over = self.tr("It may cost up to %1, which is above your budget of %2.")
            over = over.replace("%1", money(price.ceiling, up=True))
            return over.replace("%2", money(budget))
        return self._purse.short_objection(price)

    @Slot()
    def _settle(self) -> None:
        """Let what can be pressed and seen follow from what is known."""
        reason, editable = self._reason(), self._draft.editable
        self.send_button.setEnabled(not reason)
        self.send_button.setText(self._send_words())
        self.send_button.setVisible(editable)
        self.reason_label.say(reason)
        obstacle = self._in_the_way() if editable else ""
        self.obstacle_banner.say(obstacle, "warning", self._fix_words())
        idle = not self.sending
        for choice in (self.what.rows_button, self.what.change_button):
            choice.setEnabled(editable and idle)
        self.ways.set_editable(editable and idle)
        self.when.set_editable(editable and idle)
        if self._since is not None:
            self._since.set_editable(editable and idle)
        self.when.show_chosen(self.ways.way, cached=self.ways.cache is not None)
        self.costs.budget_check.setEnabled(editable and idle)
        self.costs.budget_spin.setEnabled(editable and idle and self.costs.budget_check.isChecked())
        if idle and self._estimating is None:
            self.busy.hide()
        if self._later is not None:
            ready = None if reason else self._price
            self._later.offer(ready, self.ways.way, self.ways.cache, self._purse)

    def _send_words(self) -> str:
        count, price = self._draft.rows_to_run, self._price
        return send_words(count, self._estimate, price, at_once=self.ways.way == "now")

    def _fix_words(self) -> str:
        found = obstacles(self._draft)
        to_data = bool(found) and found[0].step == "data"
        return self.tr("Go to Data") if to_data else self.tr("Go to Prompt")

    @Slot()
    def _go_and_fix(self) -> None:
        if found := obstacles(self._draft):
            self.step_requested.emit(found[0].step)

    @Slot()
    def _go_to_rows(self) -> None:
        self.step_requested.emit("data")

    @Slot()
    def _go_to_prompt(self) -> None:
        self.step_requested.emit("prompt")

    def _connect(self) -> None:
        self._timer.timeout.connect(self._ask_estimate)
        for change in (
            self._draft.opened,
            self._draft.job_changed,
            self._draft.table_changed,
            self._draft.recipe_changed,
            self._draft.selection_changed,
        ):
            change.connect(self.forget_estimate)
        self._draft.opened.connect(self.ways.reset)
        self.ways.changed.connect(self._show_costs)
        self.when.way_wanted.connect(self.ways.choose)
        self._draft.rows_counted.connect(self._count_came)
        self.what.rows_requested.connect(self._go_to_rows)
        self.what.change_requested.connect(self._go_to_prompt)
        self.costs.budget_changed.connect(self._settle)
        self.costs.budgets.budgets_requested.connect(self.budgets_requested)
        self._purse.changed.connect(self._show_allowance)
        self.obstacle_banner.pressed.connect(self._go_and_fix)
        self.checks.step_requested.connect(self.step_requested)
        self.error_banner.pressed.connect(self.enter)
        self.send_button.clicked.connect(self._send)
        self.submission.failed.connect(self._fail)
        self.submission.ended.connect(self._sent)

    def _lay_out(self) -> None:
        cards = QWidget()
        column = self.cards = QVBoxLayout(cards)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(WIDE)
        for card in (self.what, self.checks, self.when, self.ways, self.costs, self.leaves):
            column.addWidget(card)
        column.addStretch(1)
        self.foot.setSpacing(WIDE)
        self.foot.addWidget(self.reason_label, 1)
        self.foot.addStretch(0)
        self.foot.addWidget(self.send_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        layout.setSpacing(SPACE)
        layout.addWidget(Label(self.tr("Review and send"), "heading"))
        for part in (self.mode_banner, self.obstacle_banner, self.error_banner):
            self.banners.addWidget(part)
        layout.addLayout(self.banners)
        area = scrolled(cards)
        area.setObjectName("review_cards")
        area.setAccessibleName(self.tr("What is sent, what it costs and what leaves the computer"))
        layout.addWidget(area, 1)
        layout.addWidget(self.busy)
        layout.addLayout(self.foot)
