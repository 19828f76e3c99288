"""The cards of the last look before sending: what, for how much, and what leaves the computer."""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QWidget,
)

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.budgets import Allowance
from claude_batch_desk.core.jobs.rows.choice_words import describe as describe_rows
from claude_batch_desk.core.jobs.rows.selection import (
    Selection,
    bind_prompt,
    name_column,
    names_leave,
)
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.pricing.estimator import describe
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.shared import shared_text
from claude_batch_desk.core.prompts.template import canonical
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.budget_lines import BudgetLines
from claude_batch_desk.gui.text_boxes import GrowingHeight, TextView
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT, WIDE
from claude_batch_desk.gui.widgets import Card, Label, button
from claude_batch_desk.gui.wording import money, number, rows_of, rows_words

_MOST_NAMED = 30


class Facts(QWidget):
    """Lines of a name and a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(WIDE)
        self._grid.setVerticalSpacing(SPACE)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, GRID * 12)

    def add(self, name: str, object_name: str = "") -> Label:
        """A new line; the label returned holds its sentence."""
        line, top = self._grid.rowCount(), Qt.AlignmentFlag.AlignTop
        value = Label("", selectable=True)
        value.setObjectName(object_name)
        self._grid.addWidget(Label(name, "muted", wrap=False), line, 0, top)
        self._grid.addWidget(value, line, 1, top)
        return value


class WhatCard(Card):
    """Rows, requests and model."""

    rows_requested = Signal()
    """Go back to the choice of rows."""
    change_requested = Signal()
    """Go back to the prompt and the model."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("What will be sent"), parent=parent)
        self.rows_button = button(
            self.tr("Change rows"), "review_change_rows", look="link", icon_name="table"
        )
        self.change_button = button(
            self.tr("Change prompt or model"), "review_change", look="link", icon_name="prompt"
        )
        facts = Facts()
        self.rows_label = facts.add(self.tr("Rows"), "review_rows_text")
        self.which_label = facts.add(self.tr("Which"), "review_which_text")
        self.requests_label = facts.add(self.tr("Requests"), "review_requests_text")
        self.model_label = facts.add(self.tr("Model"), "review_model_text")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.rows_button)
        row.addWidget(self.change_button)
        row.addStretch(1)
        self.column.addWidget(facts)
        self.column.addLayout(row)
        self.rows_button.clicked.connect(self.rows_requested)
        self.change_button.clicked.connect(self.change_requested)

    def show_rows(self, table: Table | None, selection: Selection, count: int | None) -> None:
        """Show which rows run; a `count` of None is not known yet."""
        if table is None:
            self.rows_label.setText("–")
        elif count is None:
            self.rows_label.setText("…")
        else:
            self.rows_label.setText(f"{rows_of(count, table.row_count)}, {table.name}")
        self.which_label.setText(describe_rows(selection))

    def show_recipe(self, recipe: Recipe) -> None:
        """Show who is asked."""
        model = bundled_models().get(recipe.model)
        words = [model.name if model else recipe.model or "–"]
        if recipe.effort:
            words.append(self.tr("effort: %1").replace("%1", recipe.effort))
        if recipe.thinking:
            words.append(self.tr("thinks before it answers"))
        self.model_label.setText(", ".join(words))

    def show_estimate(self, estimate: Estimate | None) -> None:
        """How many requests the rows come to."""
        if estimate is None:
            self.requests_label.setText("…")
            return
        sentences = [number(estimate.requests) if estimate.requests else self.tr("none")]
        if saved := estimate.rows - estimate.requests:
            alike = self.tr("rows with the same prompt are asked and paid once (%1 saved)")
            sentences.append(alike.replace("%1", number(saved)))
        if estimate.already_answered:
            had = self.tr("%1 are answered already and not sent again")
            sentences.append(had.replace("%1", number(estimate.already_answered)))
        if estimate.taken_over:
            taken = self.tr("%1 are not sent, as an earlier job has their answers")
            sentences.append(taken.replace("%1", rows_words(estimate.taken_over)))
        self.requests_label.setText("; ".join(sentences))


class CostsCard(Card):
    """The estimate in full, and the budgets that the worst case may not exceed."""

    budget_changed = Signal()
    """The one for this job alone was."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("What it will cost"), parent=parent)
        facts = Facts()
        self.expected_label = facts.add(self.tr("Expected"), "review_expected")
        self.ceiling_label = facts.add(self.tr("At most"), "review_ceiling")
        self.now_label = facts.add(self.tr("Immediately"), "review_now")
        self.basis_label = Label("", "caption")
        self.budget_check = QCheckBox(self.tr("Do not send if it may cost more than"))
        self.budget_check.setObjectName("review_budget_on")
        self.budget_spin = QDoubleSpinBox()
        self.budget_spin.setObjectName("review_budget")
        self.budget_spin.setAccessibleName(self.tr("Budget in US dollars"))
        self.budget_spin.setPrefix("$")
        self.budget_spin.setRange(0.01, 1_000_000)
        self.budget_spin.setValue(10)
        self.budget_spin.setEnabled(False)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.budget_check)
        row.addWidget(self.budget_spin)
        row.addStretch(1)
        self.budgets = BudgetLines("review_budgets")
        self.column.addWidget(facts)
        self.column.addWidget(self.basis_label)
        self.column.addLayout(row)
        self.column.addWidget(self.budgets)
        self.budget_check.toggled.connect(self.budget_spin.setEnabled)
        self.budget_check.toggled.connect(self.budget_changed)
        self.budget_spin.valueChanged.connect(self.budget_changed)

    @property
    def budget(self) -> Decimal | None:
        """In USD, or None where the person set none."""
        if not self.budget_check.isChecked():
            return None
        return Decimal(str(round(self.budget_spin.value(), 2)))

    def show_allowance(self, allowance: Allowance | None, cost: Range | None) -> None:
        """Show the budgets that hold for all jobs; None is not known yet."""
        ceiling = cost.ceiling if cost else None
        self.budgets.show_budgets(allowance.budgets if allowance else (), ceiling)

    def show_estimate(self, estimate: Estimate | None, cost: Range | None) -> None:
        """Show the amounts of the way that is chosen, or that they are not known yet."""
        if estimate is None or cost is None:
            for label in (self.expected_label, self.ceiling_label, self.now_label):
                label.setText("…")
            self.basis_label.say("")
            return
        expected = self.tr("about %1, between %2 and %3")
        expected = expected.replace("%1", money(cost.expected)).replace("%2", money(cost.low))
        self.expected_label.setText(expected.replace("%3", money(cost.high, up=True)))
        ceiling = self.tr("%1, if every answer were as long as it may be")
        self.ceiling_label.setText(ceiling.replace("%1", money(cost.ceiling, up=True)))
        now = self.tr("about %1 as immediate calls")
        self.now_label.setText(now.replace("%1", money(estimate.now.expected)))
        self.basis_label.say(describe(estimate))


class LeavesCard(Card):
    """Which columns are sent, which never are, the exact text of a row, and how long it stays."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("What leaves this computer"), parent=parent)
        facts = Facts()
        self.sent_label = facts.add(self.tr("Sent"), "review_sent_columns")
        self.kept_label = facts.add(self.tr("Never sent"), "review_kept_columns")
        self.text = TextView(
            "review_row_text", self.tr("The exact text of the first row that runs")
        )
        GrowingHeight(self.text, 3, 12)
        self.retention_label = Label("", "caption")
        self.column.addWidget(facts)
        self.column.addSpacing(TIGHT)
        self.column.addWidget(
            Label(self.tr("The exact text of the first row that runs"), "caption")
        )
        self.column.addWidget(self.text)
        self.column.addWidget(self.retention_label)

    def show_row(self, table: Table | None, job: Job | None, number: int | None) -> None:
        """Show what of this row leaves the computer, word for word."""
        if table is None or job is None or number is None:
            self.text.show_text("")
        else:
            self.text.show_text(_text_of(table, job, number))

    def show_draft(self, table: Table | None, job: Job | None) -> None:
        """Show what a job sends."""
        recipe, mode = (job.recipe, job.mode) if job else (Recipe(), "practice")
        used = set(recipe.prompt.columns)
        columns = table.columns if table else ()
        held = [each for each in columns if job is not None and each in job.selection.excluded]
        named = [each for each in columns if canonical(each) in used and each not in held]
        self.sent_label.setText(self._sent(table, job, named))
        if table is not None and job is not None and _with_names(table, job):
            used.add(name_column(table))
        never = self._names([each for each in columns if canonical(each) not in used])
        if held:
            told = self.tr("%1. Kept on this computer whatever the prompt says: %2.")
            never = told.replace("%1", never).replace("%2", self._names(held))
        self.kept_label.setText(never)
        kept = self.tr(
            "Anthropic keeps a batch and its results for 29 days after it was created. "
            "Zero data retention does not apply to batches."
        )
        if table is not None and table.documents is not None:
            kept += " " + self.tr(
                "Documents of more than 8 MB are uploaded before it, and removed when the job is "
                "done, at the latest after 30 days."
            )
        practice = self.tr("Practice: nothing leaves this computer.")
        self.retention_label.setText(practice if mode == "practice" else kept)

    def _sent(self, table: Table | None, job: Job | None, columns: Sequence[str]) -> str:
        if table is None or table.documents is None or job is None:
            return self._names(columns)
        how = self.tr("the document of each row, %1, as a file")
        if job.recipe.documents == "text":
            how = self.tr("the text of each row's document, %1, or the file without one")
        named = self.tr("with its name") if _with_names(table, job) else self.tr("without its name")
        how = how.replace("%1", named)
        return f"{how}; {self._names(columns)}" if columns else how

    def _names(self, columns: Sequence[str]) -> str:
        if not columns:
            return self.tr("no column")
        named = ", ".join(columns[:_MOST_NAMED])
        if len(columns) <= _MOST_NAMED:
            return named
        more = self.tr("%1 and %2 more").replace("%2", number(len(columns) - _MOST_NAMED))
        return more.replace("%1", named)


def _with_names(table: Table, job: Job) -> bool:
    return table.documents is not None and names_leave(table, job.selection)


def _text_of(table: Table, job: Job, number: int) -> str:
    recipe, rows = job.recipe, table.rows.window(number, 1)
    try:
        bound = bind_prompt(recipe, table, job.selection)
        shared = shared_text(recipe)
    except RecipeError:
        return ""
    if rows and (reason := bound.why_skipped(rows[0])):
        return reason
    prompt = bound.render(rows[0]) if rows else ""
    return f"{shared}\n\n{prompt}" if shared else prompt
