"""What may be spent: for each job, in a month, and from what amount on it has to be typed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.job import Mode
from claude_batch_desk.core.jobs.money.budgets import Budget, Limits
from claude_batch_desk.core.jobs.money.standing import Standing
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.budget_bar import BudgetBar
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT, WIDE
from claude_batch_desk.gui.widgets import Label
from claude_batch_desk.gui.wording import money

_MOST = 1_000_000
_INDENT = GRID * 3


class KnowsMonth(Protocol):
    """The verbs of money that this form needs."""

    def month_budget(self, mode: Mode, report: Report) -> Budget | None:
        """How the budget of this month stands."""
        ...

    def standing(self, mode: Mode) -> Standing:
        """What was spent this month, and what may still come."""
        ...


@dataclass(frozen=True)
class Month:
    """How this month stands, with or without a budget."""

    standing: Standing
    budget: Budget | None


def look_up_month(verbs: KnowsMonth, report: Report) -> Month:
    """How the money of Live jobs stands this month."""
    return Month(verbs.standing("live"), verbs.month_budget("live", report))


class AmountChoice(QWidget):
    """A limit that may be switched on, in USD."""

    changed = Signal()
    """The person has changed it, and is done with that."""

    def __init__(self, words: str, about: str, name: str, usual: Decimal) -> None:
        super().__init__()
        self.check = QCheckBox(words)
        self.check.setObjectName(f"{name}_on")
        self.spin = QDoubleSpinBox()
        self.spin.setObjectName(name)
        self.spin.setAccessibleName(self.tr("%1: amount in US dollars").replace("%1", words))
        self.spin.setPrefix("$")
        self.spin.setRange(0, _MOST)
        self.spin.setGroupSeparatorShown(True)
        self.spin.setKeyboardTracking(False)  # or each digit of 100 would be a limit for a moment
        self.spin.setMinimumWidth(GRID * 16)
        self.spin.setValue(float(usual))
        self.spin.setEnabled(False)
        self.about = Label(about, "caption")
        self.check.setAccessibleDescription(about)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.check, 1)
        row.addWidget(self.spin)
        below = QHBoxLayout()
        below.setContentsMargins(_INDENT, 0, 0, 0)
        below.addWidget(self.about)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addLayout(row)
        column.addLayout(below)
        self.check.toggled.connect(self.spin.setEnabled)
        self.check.toggled.connect(self.changed)
        self.spin.valueChanged.connect(self.changed)

    @property
    def value(self) -> Decimal | None:
        """The limit, or None where there is none."""
        return Decimal(f"{self.spin.value():.2f}") if self.check.isChecked() else None

    def choose(self, amount: Decimal | None) -> None:
        """Show this limit, without telling."""
        with QSignalBlocker(self.check), QSignalBlocker(self.spin):
            self.check.setChecked(amount is not None)
            if amount is not None:
                self.spin.setValue(float(amount))
        self.spin.setEnabled(amount is not None)


class BudgetForm(QWidget):
    """The three limits, and below them how this month stands."""

    changed = Signal(object)
    """The Limits that hold from now on."""

    def __init__(self, limits: Limits, verbs: KnowsMonth, tasks: TaskRunner) -> None:
        super().__init__()
        self._verbs, self._tasks = verbs, tasks
        self._looking: Task | None = None
        self.month = AmountChoice(
            self.tr("All jobs of a month together cost at most"),
            self.tr(
                "Counted are what was billed this calendar month, the most that jobs under way may "
                "still cost, and the most that what you are about to send may."
            ),
            "budget_month",
            Decimal(100),
        )
        self.job = AmountChoice(
            self.tr("A job costs at most"),
            self.tr("With the rows that are tried for it."),
            "budget_job",
            Decimal(20),
        )
        self.typed = AmountChoice(
            self.tr("Ask me to type amounts of more than"),
            self.tr("A second look before something dear is sent."),
            "budget_typed",
            Decimal(50),
        )
        self.month_text = Label("", selectable=True)
        self.month_text.setObjectName("budget_month_text")
        self.bar = BudgetBar()
        self._show(limits)
        self._lay_out()
        for choice in (self.month, self.job, self.typed):
            choice.changed.connect(self._tell)
        self.refresh()

    @property
    def limits(self) -> Limits:
        """The limits as they are shown."""
        return Limits(job=self.job.value, month=self.month.value, typed_above=self.typed.value)

    def _show(self, limits: Limits) -> None:
        self.month.choose(limits.month)
        self.job.choose(limits.job)
        self.typed.choose(limits.typed_above)

    @Slot()
    def _tell(self) -> None:
        self.changed.emit(self.limits)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Look up how the month stands now."""
        if self._looking is not None:
            self._looking.cancel()
        self._looking = self._tasks.start(
            look_up_month, self._verbs, owner=self, done=self.show_month
        )

    def show_month(self, month: Month) -> None:
        """Say how the month stands."""
        spent, committed = month.standing.spent, month.standing.committed
        told = [self.tr("Billed this month: %1.").replace("%1", money(spent.usd))]
        if committed.jobs:
            most = money(committed.ceiling, up=True)
            told.append(self.tr("Jobs under way may add %1 at most.").replace("%1", most))
        if month.budget is not None:
            told.append(self._left(month.budget))
        self.month_text.setText(" ".join(told))
        self.bar.show_budget(month.budget)
        self.bar.setAccessibleName(self.month_text.text())

    def _left(self, budget: Budget) -> str:
        if budget.unknown:
            return budget.unknown
        left = money(max(budget.left, Decimal(0)), down=True)
        told = self.tr("%1 of %2 is left.").replace("%1", left)
        return told.replace("%2", money(budget.limit))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(WIDE)
        told = Label(
            self.tr(
                "What may not fit is not sent, and not tried either. Everything is held against "
                "the worst case: every answer as long as it may be. Practice costs nothing and is "
                "not counted."
            ),
            "muted",
        )
        for part in (told, self.month, self.job, self.typed):
            column.addWidget(part)
        column.addSpacing(SPACE)
        column.addWidget(self.month_text)
        column.addWidget(self.bar)
        column.addStretch(1)
