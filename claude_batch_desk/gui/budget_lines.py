"""The budgets a job has to fit into, each with what is left of it."""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.money.budgets import Budget
from claude_batch_desk.gui.budget_bar import BudgetBar
from claude_batch_desk.gui.theme import SPACE, TIGHT
from claude_batch_desk.gui.widgets import Label, button, set_look
from claude_batch_desk.gui.wording import money

_NOTHING = Decimal(0)


class BudgetLine(QWidget):
    """One budget: a sentence, and a bar."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.text = Label("", selectable=True)
        self.text.setObjectName(name)
        self.bar = BudgetBar()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self.text)
        column.addWidget(self.bar)
        self.hide()

    def show_budget(self, budget: Budget | None, ceiling: Decimal | None) -> None:
        """Show it, as a problem where this much (USD) does not fit; hide where there is none."""
        self.setVisible(budget is not None)
        if budget is None:
            return
        fits = not budget.unknown and (ceiling is None or ceiling <= budget.left)
        set_look(self.text, "look", "body" if fits else "problem")
        self.text.setText(budget.unknown or self._words(budget))
        self.bar.show_budget(budget)

    def _words(self, budget: Budget) -> str:
        told = self.tr("Budget of this month: %1 of %2 is left.")
        if budget.scope == "job":
            told = self.tr("Budget of a job: %1 of %2 is left.")
        told = told.replace("%1", money(max(budget.left, _NOTHING), down=True))
        told = told.replace("%2", money(budget.limit))
        gone = []
        if budget.billed:
            gone.append(self.tr("%1 is billed").replace("%1", money(budget.billed)))
        if budget.reserved:
            reserved = money(budget.reserved, up=True)
            under_way = self.tr("%1 is reserved for what is under way")
            gone.append(under_way.replace("%1", reserved))
        return f"{told} {', '.join(gone)}." if gone else told


class BudgetLines(QWidget):
    """All of them, and the way to change them."""

    budgets_requested = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.month = BudgetLine(f"{name}_month")
        self.job = BudgetLine(f"{name}_job")
        self.way_out = Label(
            self.tr(
                "What counts is the worst case: every answer as long as it may be. Set a shorter "
                "longest answer on the Prompt page, send fewer rows, or raise the budget."
            ),
            "caption",
        )
        self.change_button = button("", f"{name}_change", look="link")
        self.change_button.clicked.connect(self.budgets_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.month)
        column.addWidget(self.job)
        column.addWidget(self.way_out)
        column.addWidget(self.change_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_budgets((), None)

    def show_budgets(self, budgets: Sequence[Budget], ceiling: Decimal | None) -> None:
        """Show these, beside what is to be sent and costs this at most (USD)."""
        of = {budget.scope: budget for budget in budgets}
        self.month.show_budget(of.get("month"), ceiling)
        self.job.show_budget(of.get("job"), ceiling)
        over = ceiling is not None and any(each.objection(ceiling) for each in budgets)
        self.way_out.setVisible(over and not any(each.unknown for each in budgets))
        change, begin = self.tr("Change budgets"), self.tr("Set a budget for all jobs")
        self.change_button.setText(change if budgets else begin)
