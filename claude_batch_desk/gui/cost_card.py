"""What the job will cost, both ways, always in sight and never older than it says."""

from decimal import Decimal
from typing import Literal, Protocol

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.readiness import obstacles
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT, WIDE, colours
from claude_batch_desk.gui.widgets import Card, Chip, Label, Tone, button
from claude_batch_desk.gui.wording import money, requests_words, rows_of, rows_words

CARD_WIDTH = GRID * 31
_DELAY = 600
"""Milliseconds of quiet before the cost is asked for again."""
_THOUSAND = 1_000

CostState = Literal["nothing", "counting", "current", "stale", "failed", "sent"]


class Estimates(Protocol):
    """The verb of the desk that the card needs."""

    def estimate(self, job_id: int, report: Report) -> Estimate:
        """What the job will cost."""
        ...


class _Bar(QWidget):
    """How one amount compares with the dearest; says nothing the numbers do not say."""

    def __init__(self, colour: str) -> None:
        super().__init__()
        self._colour = colour
        self._share = 0.0
        self.setFixedHeight(TIGHT)

    def show_share(self, share: float) -> None:
        self._share = min(max(share, 0.0), 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(0, 0, 0, 0))
        for colour, width in (
            (theme.hover, self.width()),
            (getattr(theme, self._colour), round(self.width() * self._share)),
        ):
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(0, 0, width, self.height(), 2, 2)
        painter.end()


class _Way(QWidget):
    """One way to send the job: the amount, where it may lie, and the most it can be."""

    def __init__(self, name: str, title: str, colour: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.amount = Label("–", "amount", wrap=False)
        self.amount.setObjectName(f"{name}_amount")
        self.span = Label("", "caption")
        self.ceiling = Label("", "caption")
        self.ceiling.setObjectName(f"{name}_ceiling")
        self.bar = _Bar(colour)
        self.chip = Chip()
        self.chip.hide()
        head = QHBoxLayout()
        head.addWidget(Label(title, "strong", wrap=False))
        head.addStretch(1)
        head.addWidget(self.chip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.amount)
        column.addWidget(self.bar)
        column.addSpacing(TIGHT)
        column.addWidget(self.span)
        column.addWidget(self.ceiling)

    def show_range(self, amount: Range, share: float) -> None:
        self.amount.setText(money(amount.expected))
        span = self.tr("between %1 and %2").replace("%1", money(amount.low))
        self.span.say(span.replace("%2", money(amount.high, up=True)))
        ceiling = self.tr("never more than %1")
        self.ceiling.say(ceiling.replace("%1", money(amount.ceiling, up=True)))
        self.bar.show_share(share)

    def clear(self) -> None:
        self.amount.setText("–")
        self.span.say("")
        self.ceiling.say("")
        self.bar.show_share(0)


def _per_thousand(estimate: Estimate) -> Decimal:
    """USD for 1,000 rows as a batch; what a trial has paid for is no cheaper for that."""
    pending = max(estimate.requests - estimate.already_answered, 1)
    each = estimate.batch.expected / pending
    return each * estimate.requests * _THOUSAND / estimate.rows


class CostCard(QWidget):
    """Asks for an estimate whenever the draft has been quiet for a moment."""

    estimated = Signal(object)
    """A new Estimate is shown."""

    def __init__(
        self, desk: Estimates, tasks: TaskRunner, draft: Draft, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("cost_card")
        self.setFixedWidth(CARD_WIDTH)
        self._desk, self._tasks, self._draft = desk, tasks, draft
        self._counting: Task | None = None
        self._shown: Estimate | None = None
        self.state: CostState = "nothing"
        self.state_chip = Chip()
        self.rows_label = Label("", "caption")
        self.rows_label.setObjectName("cost_rows")
        self.batch = _Way("cost_batch", self.tr("As a batch"), "accent")
        self.now = _Way("cost_now", self.tr("At once"), "muted")
        self.per_thousand = Label()
        self.per_thousand.setObjectName("cost_per_thousand")
        self.billed = Label("", "strong")
        self.billed.setObjectName("cost_billed")
        self.basis = Label("", "caption")
        self.basis.setObjectName("cost_basis")
        self.message = Label("", "muted")
        self.message.setObjectName("cost_message")
        self.again = button(self.tr("Ask again"), "cost_again", icon_name="refresh")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY)
        self._lay_out()
        self._connect()
        self._open()

    @Slot()
    def refresh(self) -> None:
        """Ask what the job costs as it is now."""
        self._timer.stop()
        job = self._draft.job
        if job is None or not self._draft.editable:
            return
        if found := obstacles(self._draft):
            self._show_nothing(found[0].text)
            return
        try:
            self._draft.flush()
        except DeskError as error:
            self._fail(error)
            return
        self._stop()
        self._become("counting")
        self._counting = self._tasks.start(
            self._desk.estimate, job.id, owner=self, done=self._show, failed=self._fail
        )

    @Slot()
    def _later(self) -> None:
        self._stop()
        self._become("stale" if self._shown else "counting")
        self._timer.start()

    @Slot()
    def _take_count(self) -> None:
        """With the count of the rows comes what is wrong with their choice."""
        if not self._draft.editable:
            return
        if found := obstacles(self._draft):
            self._show_nothing(found[0].text)
        elif self.state == "nothing":
            self._later()

    @Slot()
    def _open(self) -> None:
        self._stop()
        self._timer.stop()
        self._shown = None
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
            self._show_estimate(job.estimate)
        self._become("sent")
        billed = self.tr("Billed so far: %1") if job.state != "done" else self.tr("Billed: %1")
        if job.mode == "practice":
            billed = self.tr("Would have cost: %1")
        self.billed.say(billed.replace("%1", money(job.billed)) if job.billed is not None else "")

    def _stop(self) -> None:
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None

    def _show(self, estimate: Estimate) -> None:
        self._show_estimate(estimate)
        self._become("current")
        self.estimated.emit(estimate)

    def _show_estimate(self, estimate: Estimate) -> None:
        self._shown = estimate
        dearest = max(estimate.now.expected, estimate.batch.expected)
        for way, amount in ((self.batch, estimate.batch), (self.now, estimate.now)):
            way.show_range(amount, float(amount.expected / dearest) if dearest else 0.0)
        saved = estimate.now.expected - estimate.batch.expected
        self.batch.chip.setVisible(saved > 0)
        if saved > 0:
            share = round(100 * saved / estimate.now.expected)
            self.batch.chip.show_state(
                self.tr("saves %1 %").replace("%1", str(share)), "good", "check"
            )
        if estimate.rows:
            each = money(_per_thousand(estimate))
            self.per_thousand.say(self.tr("%1 per 1,000 rows").replace("%1", each))
        self.rows_label.say(self._rows(estimate))
        self.basis.say(self._basis(estimate))

    def _rows(self, estimate: Estimate) -> str:
        table = self._draft.table
        words = rows_of(estimate.rows, table.row_count if table else estimate.rows)
        return self.tr("For %1").replace("%1", words)

    def _basis(self, estimate: Estimate) -> str:
        lines = []
        if estimate.requests < estimate.rows:
            twins = self.tr("%1 share %2.").replace("%1", rows_words(estimate.rows))
            lines.append(twins.replace("%2", requests_words(estimate.requests)))
        if estimate.counted:
            counted = self.tr("Input: %1 counted by the service.")
            lines.append(counted.replace("%1", requests_words(estimate.counted)))
        else:
            lines.append(self.tr("Input: a rule of thumb, not counted yet."))
        if estimate.tried:
            tried = self.tr("Output: measured on %1 tried.")
            lines.append(tried.replace("%1", rows_words(estimate.tried)))
        else:
            lines.append(self.tr("Output: guessed from the answer columns. Try some rows."))
        lines.append(self.tr("Prices: %1.").replace("%1", estimate.prices_date))
        return "\n".join(lines)

    def _show_nothing(self, reason: str) -> None:
        self._stop()
        self._shown = None
        self.batch.clear()
        self.now.clear()
        self.batch.chip.hide()
        for label in (self.rows_label, self.per_thousand, self.basis):
            label.say("")
        self._become("nothing", reason)

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self._become("failed", sentence(error))

    def _become(self, state: CostState, message: str = "") -> None:
        self.state = state
        self.message.say(message)
        self.again.setVisible(state == "failed")
        self.billed.setVisible(state == "sent" and bool(self.billed.text()))
        words: dict[str, tuple[str, Tone, str]] = {
            "counting": (self.tr("counting …"), "info", "refresh"),
            "stale": (self.tr("out of date"), "warning", "refresh"),
            "failed": (self.tr("not known"), "error", "error"),
            "sent": (self.tr("as sent"), "neutral", "check"),
        }
        self.state_chip.setVisible(state in words)
        if state in words:
            text, tone, icon_name = words[state]
            self.state_chip.show_state(text, tone, icon_name)
        for way in (self.batch, self.now):
            way.setEnabled(state in ("current", "sent"))

    def _connect(self) -> None:
        self._timer.timeout.connect(self.refresh)
        self.again.clicked.connect(self.refresh)
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
        card.column.addWidget(self.rows_label)
        card.column.addWidget(self.message)
        card.column.addWidget(self.again)
        card.column.addWidget(self.billed)
        card.column.addSpacing(TIGHT)
        card.column.addWidget(self.batch)
        card.column.addSpacing(SPACE)
        card.column.addWidget(self.now)
        card.column.addSpacing(SPACE)
        card.column.addWidget(self.per_thousand)
        card.column.addWidget(self.basis)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, WIDE, WIDE, WIDE)
        column.addWidget(card)
        column.addStretch(1)
