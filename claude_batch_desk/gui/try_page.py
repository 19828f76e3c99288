"""Try the prompt on a few rows, at a price shown first, before paying for them all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import TriedRow
from claude_batch_desk.core.jobs.trials.alarming import alarms_of
from claude_batch_desk.core.jobs.trials.verbs import Offer
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.quality.alarms import Alarm
from claude_batch_desk.core.quality.sampling import Pick
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.alarms_card import AlarmsCard
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.example_dialog import take_example
from claude_batch_desk.gui.into_sight import IntoSight
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.offer_card import OfferCard, Offers
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.readiness import Obstacle, obstacles
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import SPACE, WIDE
from claude_batch_desk.gui.tried_rows import TriedRows
from claude_batch_desk.gui.widgets import (
    Banner,
    Busy,
    EmptyState,
    Label,
    button,
    dress,
    scrolled,
)
from claude_batch_desk.gui.wording import money, outcome_word, rows_words


class TriesRows(Offers, Protocol):
    """The verbs of trials that this page needs."""

    def try_rows(self, job_id: int, picks: Sequence[Pick], report: Report) -> list[TriedRow]:
        """Answer these rows now."""
        ...

    def tried(self, job_id: int, report: Report) -> list[TriedRow]:
        """Rows tried with the recipe as it is."""
        ...


@dataclass(frozen=True)
class Seen:
    """The rows tried with the recipe as it is, and what is worth a look in their answers."""

    rows: Sequence[TriedRow] = ()
    alarms: Sequence[Alarm] = ()

    @property
    def problems(self) -> set[int]:
        """Rows that an alarm is about; that many answers are the same is none of each."""
        found = (each.rows for each in self.alarms if each.kind != "same")
        return {row for rows in found for row in rows}


def look_at_tried(trials: TriesRows, job_id: int, recipe: Recipe, report: Report) -> Seen:
    """Look at what was tried, as work that can be stopped."""
    rows = trials.tried(job_id, report)
    return Seen(rows, alarms_of(recipe, rows))


class TryPage(QWidget):
    """Spends money only when its button, which names the price, is pressed."""

    done_requested = Signal()
    step_requested = Signal(str)
    """Go to this step (readiness.Step) and put something right."""
    tried = Signal()
    """Rows were tried, so a better estimate can be made."""
    selected_wanted = Signal()
    """The person wants to try those rows that are selected on the Data page."""

    def __init__(
        self,
        trials: TriesRows,
        tasks: TaskRunner,
        draft: Draft,
        purse: Purse,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._trials, self._tasks, self._draft, self._purse = trials, tasks, draft, purse
        self._trial: Task | None = None
        self._looking: Task | None = None
        self._seen = Seen()
        self._advised = 0
        self.offer = OfferCard(trials, tasks, draft, purse)
        self.try_button = self.offer.try_button
        self.next_button = button(self.tr("Review and send"), "try_next", icon_name="arrow-right")
        self.banner = Banner("try_banner")
        self.busy = Busy("try_busy")
        self.alarms = AlarmsCard()
        self.rows = TriedRows()
        self.summary_label = Label("", "strong", wrap=False)
        self.empty = EmptyState("try", "", "")
        self._stack = QStackedWidget()
        self._blank = QWidget()
        self.fix_button = button("", "try_fix")
        self._lay_out()
        self._connect()
        self._settle()

    @property
    def has_tried(self) -> bool:
        """Answers of tried rows are shown."""
        return bool(self._seen.rows) and self._trial is None

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody needs the price of a page that is not shown."""
        super().hideEvent(event)
        self.offer.forget()

    @Slot()
    def enter(self) -> None:
        """Show what was tried with the recipe as it is, and the price of trying now."""
        self.banner.clear()
        self._purse.refresh()
        if self._draft.job is None or self._obstacle():
            self._show_seen(Seen())
            return
        self._look_up_tried()

    @Slot(object)
    def show_estimate(self, estimate: Estimate) -> None:
        """Take what would narrow the job's newest estimate."""
        advice = estimate.narrowing
        self._advised = advice.more if advice and advice.do == "try" else 0

    @Slot()
    def offer_advised(self) -> None:
        """Offer as many rows as would narrow the estimate."""
        if self._advised:
            self.offer.choice.choose_count(self._advised)

    def choose_selected(self, rows: Sequence[int]) -> None:
        """Offer to try the rows that are selected on the Data page."""
        self.offer.choose_selected(rows)

    def _look_up_tried(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        job = self._draft.job
        if job is not None and self._draft.flushed(self._fail):
            self._looking = self._tasks.start(
                look_at_tried,
                self._trials,
                job.id,
                job.recipe,
                owner=self,
                done=self._show_tried,
                failed=self._fail_to_look,
            )

    def _fail_to_look(self, error: BaseException) -> None:
        """What was shown before may be of another prompt."""
        self._show_seen(Seen())
        self._fail(error)

    def _obstacle(self) -> Obstacle | None:
        found = obstacles(self._draft)
        return found[0] if found else None

    @Slot()
    def _reset(self) -> None:
        """Another job or another table: nothing shown here holds any more."""
        for task in (self._trial, self._looking):
            if task is not None:
                task.cancel()
        self.banner.clear()
        self._show_seen(Seen())
        self.offer.forget()
        if self.isVisible():
            self.enter()

    @Slot()
    def _rows_counted(self) -> None:
        if self.isVisible():
            self.enter()

    @Slot(object)
    def _spend(self, offer: Offer) -> None:
        """The one place that spends."""
        job = self._draft.job
        if job is None or self._trial is not None or not self._draft.flushed(self._fail):
            return
        self.banner.clear()
        count = rows_words(len(offer.picks))
        self.busy.begin(self.tr("Asking about %1 …").replace("%1", count))
        self._trial = self._tasks.start(
            self._trials.try_rows,
            job.id,
            offer.picks,
            owner=self,
            done=self._show_new,
            failed=self._fail,
            progress=self.busy.advance,
            ended=self._free,
        )
        self._settle()

    @Slot()
    def _cancel(self) -> None:
        if self._trial is not None:
            self._trial.cancel()
            self.busy.cancel.setEnabled(False)
            self.busy.text.setText(self.tr("Stopping after the rows that are being asked about …"))

    def _free(self) -> None:
        """Rows that were answered before it was stopped, or failed, are paid and kept."""
        self._trial = None
        self._look_up_tried()
        self.busy.hide()
        self._settle()

    def _show_new(self, rows: Sequence[TriedRow]) -> None:
        del rows  # they are shown among all that were tried
        self.tried.emit()

    # What was tried

    def _show_tried(self, seen: Seen) -> None:
        """Show them, and offer others."""
        self._show_seen(seen)
        if self.isVisible():
            self.offer.ask()

    def _show_seen(self, seen: Seen) -> None:
        self._seen = seen
        draft = self._draft
        self.rows.show_rows(
            seen.rows, seen.problems, draft.recipe, draft.table, editable=draft.editable
        )
        self.alarms.show_alarms(seen.alarms)
        self.summary_label.setText(self._summary(seen.rows))
        self.offer.show_tried(len(seen.rows))
        self._settle()

    @Slot(object)
    def _show_alarm(self, alarm: Alarm) -> None:
        self.rows.look_at(alarm.rows)
        self._into_sight.bring(self.rows)

    @Slot()
    def _show_open_row(self) -> None:
        self._into_sight.bring(self.rows)

    @Slot(object)
    def _take_example(self, tried: TriedRow) -> None:
        take_example(self._draft, tried, self).accepted.connect(self._begin_anew)

    @Slot()
    def _begin_anew(self) -> None:
        """The answers stay in sight; with another example all rows would be asked anew."""
        self.offer.show_tried(0)
        self.offer.ask()

    def _summary(self, tried: Sequence[TriedRow]) -> str:
        if not tried:
            return ""
        outcomes = Counter(each.answer.outcome for each in tried)
        parts = [f"{outcome_word(outcome)}: {count}" for outcome, count in outcomes.items()]
        spent = sum((each.cost for each in tried), Decimal(0))
        return " · ".join([*parts, self.tr("Spent: %1").replace("%1", money(spent))])

    @Slot(object)
    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")

    def _settle(self) -> None:
        """Let what can be pressed and seen follow from what is known."""
        obstacle, running = self._obstacle(), self._trial is not None
        editable, tried = self._draft.editable, bool(self._seen.rows)
        self.offer.hold(busy=running)
        self.offer.setVisible(editable)
        self.next_button.setVisible(editable)
        self.next_button.setEnabled(not obstacle)
        first_trial = self._blank if running else self.empty
        self._stack.setCurrentWidget(self.rows if tried and not obstacle else first_trial)
        self.alarms.setVisible(bool(self._seen.alarms) and not obstacle)
        self.summary_label.setVisible(tried)
        dress(self.next_button, "primary" if tried else "", "arrow-right")
        self.fix_button.setVisible(bool(obstacle) and editable)
        self._say_why_empty(obstacle)

    def _say_why_empty(self, obstacle: Obstacle | None) -> None:
        if obstacle:
            self.empty.title.setText(self.tr("Nothing to try yet"))
            self.empty.text.setText(obstacle.text)
            to_data = obstacle.step == "data"
            self.fix_button.setText(self.tr("Go to Data") if to_data else self.tr("Go to Prompt"))
        else:
            self.empty.title.setText(self.tr("See the answers before you pay for all of them"))
            self.empty.text.setText(
                self.tr(
                    "A few rows are asked at once. Their answers narrow the estimate, and are "
                    "not paid again when the job is sent."
                )
            )

    @Slot()
    def _go_and_fix(self) -> None:
        obstacle = self._obstacle()
        self.step_requested.emit(obstacle.step if obstacle else "prompt")

    def _connect(self) -> None:
        self._draft.opened.connect(self._reset)
        self._draft.table_changed.connect(self._reset)
        self._draft.rows_counted.connect(self._rows_counted)
        self.offer.choice.selected_wanted.connect(self.selected_wanted)
        self.offer.agreed.connect(self._spend)
        self.offer.failed.connect(self._fail)
        self.busy.cancelled.connect(self._cancel)
        self.alarms.rows_wanted.connect(self._show_alarm)
        self.rows.example_requested.connect(self._take_example)
        self.rows.opened.connect(self._show_open_row)
        self.fix_button.clicked.connect(self._go_and_fix)
        self.next_button.clicked.connect(self.done_requested)

    def _lay_out(self) -> None:
        self.empty.add_action(self.fix_button)
        for shown in (self.empty, self._blank, self.rows):
            self._stack.addWidget(shown)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        for part in (self.offer, self.banner, self.busy, self.alarms):
            column.addWidget(part)
        column.addWidget(self._stack, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.summary_label)
        foot.addStretch(1)
        foot.addWidget(self.next_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        layout.setSpacing(SPACE)
        layout.addWidget(Label(self.tr("Try"), "heading"))
        area = scrolled(body)
        self._into_sight = IntoSight(area)
        area.setObjectName("try_area")
        area.setAccessibleName(self.tr("Rows to try, and their answers"))
        layout.addWidget(area, 1)
        layout.addLayout(foot)
