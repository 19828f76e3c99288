"""Try the prompt on a few random rows, at a price shown first, before paying for them all."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import TriedRow
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.prompts.fields import headers_of
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.example_dialog import take_example
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.readiness import Step, obstacles
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import SPACE, WIDE
from claude_batch_desk.gui.tried_card import TriedCard
from claude_batch_desk.gui.widgets import (
    Banner,
    Busy,
    Card,
    EmptyState,
    Label,
    button,
    dress,
    scrolled,
    tab_through,
)
from claude_batch_desk.gui.wording import money, outcome_word, rows_words

LEAST, USUAL, MOST = 3, 5, 10
_PRICE_DELAY = 250
"""Milliseconds of quiet before the price is asked for again."""


class TriesRows(Protocol):
    """The verbs of the desk that this page needs."""

    def trial_price(self, job_id: int, count: int, seed: int, report: Report) -> Range:
        """What trying will cost."""
        ...

    def try_rows(self, job_id: int, count: int, seed: int, report: Report) -> list[TriedRow]:
        """Answer random rows now."""
        ...

    def tried(self, job_id: int) -> list[TriedRow]:
        """Rows tried with the recipe as it is."""
        ...


def rows_tried(desk: TriesRows, job_id: int, report: Report) -> list[TriedRow]:
    """The rows tried with the recipe as it is, as work that can be stopped."""
    report(0, 0)
    return desk.tried(job_id)


class TryPage(QWidget):
    """Spends money only when its button, which names the price, is pressed."""

    done_requested = Signal()
    step_requested = Signal(str)
    """Go to this step (readiness.Step) and put something right."""
    tried = Signal()
    """Rows were tried, so a better estimate can be made."""

    def __init__(
        self, desk: TriesRows, tasks: TaskRunner, draft: Draft, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._tasks, self._draft = desk, tasks, draft
        self._seed = 1
        self._trial: Task | None = None
        self._pricing: Task | None = None
        self._looking: Task | None = None
        self.count_spin = QSpinBox()
        self.other_button = button(
            self.tr("Other rows"), "try_other_rows", look="link", icon_name="refresh"
        )
        self.seed_label = Label("", "caption")
        self.try_button = button("", "try_rows", look="primary", icon_name="try")
        self.next_button = button(self.tr("Review and send"), "try_next", icon_name="arrow-right")
        self.banner = Banner("try_banner")
        self.busy = Busy("try_busy")
        self.summary_label = Label("", "strong", wrap=False)
        self.empty = EmptyState("try", "", "")
        self._price_timer = QTimer(self)
        self._cards = QVBoxLayout()
        self._stack = QStackedWidget()
        self._blank = QWidget()
        self._answers = QScrollArea()
        self._priced = self._any_tried = False
        self.controls = self._controls_card()
        self.fix_button = button("", "try_fix")
        self._lay_out()
        self._connect()

    @property
    def has_tried(self) -> bool:
        """Answers of tried rows are shown."""
        return self._any_tried and self._trial is None

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody needs the price of a page that is not shown."""
        super().hideEvent(event)
        self._price_timer.stop()

    def enter(self) -> None:
        """Show what was tried with the recipe as it is, and the price of trying now."""
        self.banner.clear()
        self._show_tried([])
        job = self._draft.job
        if job is None or self._obstacle():
            self._name_price(None)
            return
        self._look_up_tried()
        self._ask_price()

    def _look_up_tried(self) -> None:
        job = self._draft.job
        if job is not None and self._saved():
            self._looking = self._tasks.start(
                rows_tried, self._desk, job.id, owner=self, done=self._show_tried, failed=self._fail
            )

    def _saved(self) -> bool:
        """Let the desk see what was written last."""
        try:
            self._draft.flush()
        except DeskError as error:
            self._fail(error)
            return False
        return True

    def _obstacle(self) -> str:
        found = obstacles(self._draft)
        return found[0].text if found else ""

    @Slot()
    def _reset(self) -> None:
        """Another job or another table: nothing shown here holds any more."""
        for task in (self._trial, self._pricing, self._looking):
            if task is not None:
                task.cancel()
        self.banner.clear()
        self._show_tried([])
        self._settle()
        if self.isVisible():
            self.enter()

    @Slot()
    def _ask_price(self) -> None:
        """Forget the price that is shown, and ask for the new one a little later."""
        self._show_choice()
        if self._pricing is not None:
            self._pricing.cancel()
        self._name_price(None)
        self._price_timer.start()

    @Slot()
    def _show_choice(self) -> None:
        """Which rows are tried: random ones of those that run, of which there may be few."""
        table, count = self._draft.table, self._draft.rows_to_run
        words = self.tr("Random rows, draw %1")
        if table is not None and count is not None:
            with QSignalBlocker(self.count_spin):
                self.count_spin.setRange(min(LEAST, max(count, 1)), min(MOST, max(count, 1)))
            if count < table.row_count:
                words = self.tr("At random from the %2 that run, draw %1")
                words = words.replace("%2", rows_words(count))
        self.seed_label.setText(words.replace("%1", str(self._seed)))

    @Slot()
    def _rows_counted(self) -> None:
        if self.isVisible():
            self.enter()

    @Slot()
    def _look_up_price(self) -> None:
        job = self._draft.job
        if job is None or not self._draft.editable or self._obstacle() or not self._saved():
            return
        self._pricing = self._tasks.start(
            self._desk.trial_price,
            job.id,
            self.count_spin.value(),
            self._seed,
            owner=self,
            done=self._name_price,
            failed=self._fail,
        )

    def _name_price(self, price: Range | None) -> None:
        """The price on the button; without one, or with nothing left to buy, it does nothing."""
        words = self.tr("Try %1").replace("%1", rows_words(self.count_spin.value()))
        bought = price is not None and price.ceiling == 0
        if bought and self._count() == 1:
            words = self.tr("This row is tried")
        elif bought:
            words = self.tr("These %1 are tried").replace("%1", rows_words(self._count()))
        elif price is not None:
            about = self.tr("%1, about %2").replace("%1", words)
            words = about.replace("%2", money(price.expected))
        self.try_button.setText(words)
        self._priced = price is not None and not bought
        self._settle()

    @Slot()
    def _draw_again(self) -> None:
        self._seed += 1
        self._ask_price()

    @Slot()
    def _try(self) -> None:
        job = self._draft.job
        if job is None or self._trial is not None or not self._saved():
            return
        self.banner.clear()
        self.busy.begin(self.tr("Asking about %1 …").replace("%1", rows_words(self._count())))
        self._trial = self._tasks.start(
            self._desk.try_rows,
            job.id,
            self._count(),
            self._seed,
            owner=self,
            done=self._show_new,
            failed=self._fail,
            progress=self.busy.advance,
            ended=self._free,
        )
        self._settle()

    def _count(self) -> int:
        return self.count_spin.value()

    @Slot()
    def _cancel(self) -> None:
        if self._trial is not None:
            self._trial.cancel()
            self.busy.cancel.setEnabled(False)
            self.busy.text.setText(self.tr("Stopping after the row that is being asked about …"))

    def _free(self) -> None:
        stopped = self._trial is not None and self._trial.stop.is_set()
        self._trial = None
        if stopped:  # rows that were answered before are paid and kept
            self._look_up_tried()
        self.busy.hide()
        self._settle()

    def _show_new(self, tried: list[TriedRow]) -> None:
        self._show_tried(tried)
        self._ask_price()
        self.tried.emit()

    def _show_tried(self, tried: Sequence[TriedRow]) -> None:
        while item := self._cards.takeAt(0):
            if gone := item.widget():
                gone.hide()
                gone.deleteLater()
        names = headers_of(self._draft.recipe.fields) or [self.tr("Answer")]
        shown = [TriedCard(names, each) for each in sorted(tried, key=lambda each: each.number)]
        for card in shown:
            self._cards.addWidget(card)
            card.example_button.setEnabled(self._draft.editable)
            card.example_requested.connect(self._take_example)
        stops = [stop for card in shown for stop in card.stops]
        tab_through(stops, self.next_button)
        self._cards.addStretch(1)
        self._any_tried = bool(tried)
        self.summary_label.setText(self._summary(tried))
        self._settle()

    @Slot(object)
    def _take_example(self, tried: TriedRow) -> None:
        """The answers stay in sight; with another example all rows would be asked anew."""
        take_example(self._draft, tried, self).accepted.connect(self._ask_price)

    def _summary(self, tried: Sequence[TriedRow]) -> str:
        outcomes = Counter(each.answer.outcome for each in tried)
        parts = [f"{outcome_word(outcome)}: {count}" for outcome, count in outcomes.items()]
        spent = sum((each.cost for each in tried), Decimal(0))
        return " · ".join([*parts, self.tr("Spent: %1").replace("%1", money(spent))])

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")

    def _settle(self) -> None:
        """Let what can be pressed and seen follow from what is known."""
        obstacle, running = self._obstacle(), self._trial is not None
        editable = self._draft.editable
        self.try_button.setEnabled(editable and self._priced and not obstacle and not running)
        self.count_spin.setEnabled(not running)
        self.other_button.setEnabled(not running and not obstacle)
        self.controls.setVisible(editable)
        self.next_button.setVisible(editable)
        self.next_button.setEnabled(not obstacle)
        first_trial = self._blank if running else self.empty
        shown = self._answers if self._any_tried and not obstacle else first_trial
        self._stack.setCurrentWidget(shown)
        self.summary_label.setVisible(self._any_tried)
        dress(self.next_button, "primary" if self._any_tried else "", "arrow-right")
        self.fix_button.setVisible(bool(obstacle) and editable)
        self._say_why_empty(obstacle)

    def _say_why_empty(self, obstacle: str) -> None:
        if obstacle:
            self.empty.title.setText(self.tr("Nothing to try yet"))
            self.empty.text.setText(obstacle)
            to_data = self._step_to_fix() == "data"
            self.fix_button.setText(self.tr("Go to Data") if to_data else self.tr("Go to Prompt"))
        else:
            self.empty.title.setText(self.tr("See the answers before you pay for all of them"))
            self.empty.text.setText(
                self.tr(
                    "A few random rows are asked at once. Their answers make the estimate "
                    "exact, and are not paid again when the job is sent."
                )
            )

    @Slot()
    def _go_and_fix(self) -> None:
        self.step_requested.emit(self._step_to_fix())

    def _step_to_fix(self) -> Step:
        found = obstacles(self._draft)
        return found[0].step if found else "prompt"

    def _connect(self) -> None:
        self._price_timer.setSingleShot(True)
        self._price_timer.setInterval(_PRICE_DELAY)
        self._price_timer.timeout.connect(self._look_up_price)
        self._draft.opened.connect(self._reset)
        self._draft.table_changed.connect(self._reset)
        self._draft.rows_counted.connect(self._rows_counted)
        self.count_spin.valueChanged.connect(self._ask_price)
        self.other_button.clicked.connect(self._draw_again)
        self.try_button.clicked.connect(self._try)
        self.busy.cancelled.connect(self._cancel)
        self.fix_button.clicked.connect(self._go_and_fix)
        self.next_button.clicked.connect(self.done_requested)

    def _controls_card(self) -> Card:
        self.count_spin.setObjectName("try_count")
        self.count_spin.setAccessibleName(self.tr("How many rows to try"))
        self.count_spin.setRange(LEAST, MOST)
        self.count_spin.setValue(USUAL)
        card = Card()
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(Label(self.tr("Rows"), wrap=False))
        for widget in (self.count_spin, self.other_button):
            row.addWidget(widget)
        row.addStretch(1)
        card.column.addLayout(row)
        card.column.addWidget(self.seed_label)
        card.column.addWidget(self.try_button, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _lay_out(self) -> None:
        self.empty.add_action(self.fix_button)
        answers = QWidget()
        answers.setLayout(self._cards)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(SPACE)
        self._answers = scrolled(answers)
        self._answers.setObjectName("try_answers")
        self._answers.setAccessibleName(self.tr("Rows that were tried"))
        for shown in (self.empty, self._blank, self._answers):
            self._stack.addWidget(shown)
        foot = QHBoxLayout()
        foot.addWidget(self.summary_label)
        foot.addStretch(1)
        foot.addWidget(self.next_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        layout.setSpacing(SPACE)
        layout.addWidget(Label(self.tr("Try"), "heading"))
        for part in (self.controls, self.banner, self.busy):
            layout.addWidget(part)
        layout.addWidget(self._stack, 1)
        layout.addLayout(foot)
