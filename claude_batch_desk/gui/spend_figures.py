"""The sums of what was paid: this month, still to come, saved, ever."""

from decimal import Decimal

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.money.budgets import Budget
from claude_batch_desk.core.jobs.money.settlement import Record
from claude_batch_desk.core.jobs.money.spending import Spend
from claude_batch_desk.core.jobs.money.standing import Committed
from claude_batch_desk.gui.theme import SPACE, WIDE
from claude_batch_desk.gui.widgets import Card, Label
from claude_batch_desk.gui.wording import jobs_words, money, requests_words

_NOTHING = Decimal(0)


class Figure(Card):
    """One amount with its name above and what it rests on below."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.column.setSpacing(2)
        self.title = Label("", "caption")
        self.amount = Label("", "amount", wrap=False)
        self.below = Label("", "caption")
        for part in (self.title, self.amount, self.below):
            self.column.addWidget(part)
        self.column.addStretch(1)

    def tell(self, title: str, amount: str, below: str) -> None:
        """Show an amount; a screen reader says all three together."""
        self.title.setText(title)
        self.amount.setText(amount)
        self.below.setText(below)
        self.setAccessibleName(f"{title}: {amount}. {below}")


class SpendFigures(QWidget):
    """Four amounts side by side, and below them what else is to be said."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.month, self.coming = Figure("spend_month"), Figure("spend_coming")
        self.saved, self.ever = Figure("spend_saved"), Figure("spend_ever")
        self.note = Label("", "caption")
        self.note.setObjectName("spend_note")
        figures = QHBoxLayout()
        figures.setSpacing(WIDE)
        for figure in (self.month, self.coming, self.saved, self.ever):
            figures.addWidget(figure, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(figures)
        column.addWidget(self.note)

    def show_spend(self, spend: Spend, record: Record, budget: Budget | None) -> None:
        """Show the sums of one mode, and what of this month's budget is left."""
        spent, total = spend.standing.spent, spend.total
        title = self.tr("This month")
        if spend.mode == "practice":
            title = self.tr("This month, had it been Live")
        since = self.tr("since %1").replace("%1", f"{spent.since:%Y-%m-%d}")
        if budget is not None and not budget.unknown:
            left = self.tr("%1 left of your budget of %2").replace("%2", money(budget.limit))
            since = left.replace("%1", money(max(budget.left, _NOTHING)))
        self.month.tell(title, money(spent.usd), since)
        self._show_coming(spend.standing.committed)
        once = self.tr("of %1 by immediate calls").replace("%1", money(total.at_once))
        self.saved.tell(self.tr("Saved by batches"), money(total.saved), once)
        self.ever.tell(self.tr("Ever"), money(total.usd), requests_words(total.requests))
        self.note.say(" ".join(self._notes(spend, record)))

    def _show_coming(self, committed: Committed) -> None:
        title, amount = self.tr("Still to be billed"), money(committed.expected)
        if not committed.jobs:
            self.coming.tell(title, amount, self.tr("no job is at the service"))
            return
        most = self.tr("at most %1, for %2").replace("%1", money(committed.ceiling, up=True))
        about = self.tr("about %1").replace("%1", amount)
        self.coming.tell(title, about, most.replace("%2", jobs_words(committed.jobs)))

    def _notes(self, spend: Spend, record: Record) -> list[str]:
        total, committed = spend.total, spend.standing.committed
        notes = [str(record)] if record.jobs else []
        if total.unpriced:
            words = self.tr("Besides, %1 at prices that are not known.")
            notes.append(words.replace("%1", requests_words(total.unpriced)))
        if committed.unbounded:
            words = self.tr("What may still come of %1 is not known.")
            notes.append(words.replace("%1", jobs_words(committed.unbounded)))
        if committed.lost:
            words = self.tr(
                "Answers of %1 are gone or were lost on the way; what they cost cannot be told and "
                "counts at its worst case until the month is over."
            )
            notes.append(words.replace("%1", jobs_words(committed.lost)))
        return notes
