"""The real prompt of any row, as it will be sent."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.errors import DeskError, RecipeError, StoreError
from claude_batch_desk.core.jobs.extremes import Extremes, find_extremes
from claude_batch_desk.core.jobs.rows.selection import Selection, bind_prompt, rows_that_run
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.pricing.sizing import about_shared_tokens, about_tokens
from claude_batch_desk.core.prompts.attached import way_of
from claude_batch_desk.core.prompts.recipe import Recipe, SentAs
from claude_batch_desk.core.prompts.shared import shared_text
from claude_batch_desk.core.prompts.template import Template, canonical
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.document import Document
from claude_batch_desk.core.tables.table import Row, Table
from claude_batch_desk.gui.row_stepper import RowStepper
from claude_batch_desk.gui.size_meter import OWN, SHARED, SizeMeter, Swatch, about_words
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.text_boxes import TextView
from claude_batch_desk.gui.theme import GRID
from claude_batch_desk.gui.widgets import Card, Label, button, scrolled
from claude_batch_desk.gui.wording import number

_SHARED_HEIGHT = GRID * 9


def attached_words(document: Document, wanted: SentAs) -> str:
    """What goes along with the prompt, as a line; or why it cannot."""
    if document.problem:
        return _tr("Not sent: %1").replace("%1", document.problem)
    if way_of(document, wanted) == "text":
        words = _tr("With it goes the text of “%1”, %2 characters")
        return words.replace("%2", number(len(document.text))).replace("%1", document.name)
    size = _tr("%1 kB").replace("%1", number(max(document.size // 1_000, 1)))
    if document.kind == "image":
        size = f"{document.width:,} × {document.height:,}, {size}"
    elif document.pages:
        pages = _tr("1 page") if document.pages == 1 else _tr("%1 pages")
        size = f"{pages.replace('%1', number(document.pages))}, {size}"
    words = _tr("With it goes the file “%1”, %2")
    return words.replace("%2", size).replace("%1", document.name)


def _tr(text: str) -> str:
    return QCoreApplication.translate("prompt_preview", text)


class PromptPreview(Card):
    """What every row shares apart from what is of one row; step through the rows that run."""

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("What will be asked"), parent=parent)
        self._tasks = tasks
        self._table: Table | None = None
        self._selection = Selection()
        self._recipe = Recipe()
        self._choosing: Task | None = None
        self._comparing: Task | None = None
        self._counted: tuple[Recipe, Estimate] | None = None
        """The newest estimate of this table, and the recipe it is of."""
        self.stepper = RowStepper()
        self.shared_label = Label("", "caption")
        self.shared_button = button("", "preview_show_shared", look="link")
        self.shared_button.setCheckable(True)
        self.shared_text = TextView("preview_shared", self.tr("Instructions, as sent"))
        self.shared_text.setMaximumHeight(_SHARED_HEIGHT)
        self.row_label = Label("", "caption")
        self._shared_line, self._own_line = QWidget(), QWidget()
        self.row_text = TextView("preview_prompt", self.tr("Prompt of this row, as sent"))
        self.row_text.setMinimumHeight(GRID * 10)
        self.meter = SizeMeter()
        self.problem_label = Label("", "problem")
        self.hint_label = Label("", "caption")
        self.unchosen_label = Label("", "strong")
        self.document_label = Label("", "strong")
        self.document_label.setObjectName("preview_document")
        self._lay_out()
        self._connect()
        self.set_table(None)

    def set_table(self, table: Table | None, selection: Selection | None = None) -> None:
        """Step through the rows of this table; what is kept of it cannot be in a prompt."""
        self._table = table
        self._selection = selection or Selection()
        self._counted = None
        if self._comparing is not None:
            self._comparing.cancel()
        self.stepper.set_rows(table.row_count if table else 0)
        self._choose()
        self._render()

    def set_recipe(self, recipe: Recipe) -> None:
        """Show what this recipe asks."""
        self._recipe = recipe
        self._render()

    def set_estimate(self, estimate: Estimate, recipe: Recipe) -> None:
        """Tell sizes by what was counted for this recipe on the table shown."""
        self._counted = recipe, estimate
        self._render()

    def scrolled(self) -> QScrollArea:
        """This behind a scroll bar that appears where it is given less room than it needs."""
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self)
        area = scrolled(holder)
        area.setObjectName("preview_area")
        area.setAccessibleName(self.heading.text())
        return area

    def showEvent(self, event: QShowEvent) -> None:
        """Rows are only read for those who see them."""
        super().showEvent(event)
        if self.stepper.running is None:
            self._choose()

    def _choose(self) -> None:
        """Find out which rows run: at once, or on a worker where rows are read for that."""
        if self._choosing is not None:
            self._choosing.cancel()
        if self._table is None:
            return
        selection = replace(self._selection, excluded=())
        if not selection.filters and selection.count is None:
            self.stepper.set_running(rows_that_run(self._table, selection, silent))
        elif self.isVisible():
            self._choosing = self._tasks.start(
                rows_that_run,
                self._table,
                selection,
                owner=self,
                done=self._take_running,
                failed=self._not_known,
            )

    def _take_running(self, numbers: Sequence[int]) -> None:
        self.stepper.set_running(numbers)
        self._render()

    def _not_known(self, error: BaseException) -> None:
        """The page where the rows are chosen says what is wrong with their choice."""
        if not isinstance(error, DeskError):
            raise error

    @Slot()
    def _render(self) -> None:
        row = self.stepper.row
        self.shared_text.show_text(self._shared())
        shared = bool(self.shared_text.toPlainText())
        self.shared_button.setVisible(shared)
        opened = self.shared_button.isChecked()
        words = self.tr("Hide the instructions") if opened else self.tr("Show the instructions")
        self.shared_button.setText(self.tr("Hide") if opened else self.tr("Show"))
        self.shared_button.setAccessibleName(words)
        self.shared_text.setVisible(shared and opened)
        text, problem, hint = self._prompt(row)
        self.stepper.refresh()
        self.stepper.allow_extremes(allowed=row >= 0 and not problem and not self._is_blank)
        self.problem_label.say(problem)
        self.hint_label.say(hint)
        unchosen = self.tr("This row is not chosen to run: it is not asked.")
        self.unchosen_label.say("" if self.stepper.runs else unchosen)
        self.document_label.say(self._document(row))
        self.row_text.show_text(text)
        self._show_sizes(text, row)

    def _shared(self) -> str:
        """The shared part; without its examples where one of them does not fit."""
        try:
            return shared_text(self._recipe)
        except RecipeError:  # said where the examples are
            return shared_text(replace(self._recipe, examples=()))

    @property
    def _is_blank(self) -> bool:
        return not self._recipe.prompt.text.strip()

    def _show_sizes(self, text: str, row: int) -> None:
        shared, rate, longest = self._sizes()
        own = about_tokens(text, rate)
        caption = self.tr("Same for every row · %1")
        self.shared_label.setText(caption.replace("%1", about_words(shared)))
        caption = self.tr("Row %1 · %2 characters, %3").replace("%1", number(row + 1))
        caption = caption.replace("%2", number(len(text))).replace("%3", about_words(own))
        self.row_label.setText(caption)
        self._shared_line.setVisible(bool(shared))
        self._own_line.setVisible(bool(text))
        self.meter.setVisible(bool(text))
        self.meter.show_sizes(shared, own, longest, counted=rate > 0)

    def _sizes(self) -> tuple[int, float, int]:
        """Tokens of the shared part, tokens per byte, and tokens of the longest request.

        The last two are 0 where nothing was counted; the longest changes with every key.
        """
        recipe = self._recipe
        model = bundled_models().get(recipe.model)
        if self._counted is None or self._counted[0].model != recipe.model:
            return about_shared_tokens(recipe, model), 0.0, 0
        before, estimate = self._counted
        rate = estimate.tokens_per_byte if estimate.counted else 0.0
        if replace(recipe, prompt=before.prompt) == before:
            shared = estimate.shared_tokens
        else:
            shared = about_shared_tokens(recipe, model)
        return shared, rate, estimate.longest_tokens if recipe == before else 0

    def _prompt(self, row_number: int) -> tuple[str, str, str]:
        """The prompt of a row, what is wrong with it or "", and what is worth knowing or ""."""
        template = self._recipe.prompt
        if not template.text.strip():
            return "", "", self.tr("Write a prompt to see what each row will ask.")
        if self._table is None or not self._table.row_count:
            return template.text, "", self.tr("Open a table to see its rows in the prompt.")
        try:
            bound = bind_prompt(self._recipe, self._table, self._selection)
        except RecipeError:
            # The names are marked and listed where they are written.
            return template.text, self.tr("Correct the marked column names to see the rows."), ""
        try:
            found = self._table.rows.window(row_number, 1)
        except StoreError as error:
            return template.text, str(error), ""
        if not found:
            return template.text, self.tr("This row is no longer in the store."), ""
        if reason := bound.why_skipped(found[0]):
            text, hint = "", self.tr("Not sent: %1").replace("%1", reason)
        else:
            text, hint = bound.render(found[0]), self._hint(template, self._table, found[0])
        return text, "", hint

    def _hint(self, template: Template, table: Table, row: Row) -> str:
        if not template.columns and table.documents is None:
            return self.tr("The prompt names no column, so every row asks the same.")
        used = set(template.columns)
        cells = zip(table.columns, row, strict=True)
        empty = [name for name, cell in cells if not cell.strip() and canonical(name) in used]
        if not empty:
            return ""
        named = ", ".join(f"“{name}”" for name in empty)
        return self.tr("Empty in this row: %1").replace("%1", named)

    def _document(self, row_number: int) -> str:
        """What goes along with the prompt of a row, or why it does not."""
        if self._table is None or self._table.documents is None:
            return ""
        try:
            found = self._table.documents.window(row_number, 1)
        except StoreError as error:
            return str(error)
        return attached_words(found[0], self._recipe.documents) if found else ""

    @Slot(bool)
    def _find_extreme(self, longest: bool) -> None:
        if self._table is None or self.stepper.running is None:
            return
        self.stepper.allow_extremes(allowed=False)
        if self._comparing is not None:
            self._comparing.cancel()
        self._comparing = self._tasks.start(
            find_extremes,
            self._table,
            self.stepper.running,
            bind_prompt(self._recipe, self._table, self._selection),
            owner=self,
            done=partial(self._go_to_extreme, longest),
            ended=self._render,
        )

    def _go_to_extreme(self, longest: bool, found: Extremes | None) -> None:
        if found is not None:
            self.stepper.go_to(found.longest if longest else found.shortest)

    def _connect(self) -> None:
        self.stepper.row_changed.connect(self._render)
        self.stepper.extreme_wanted.connect(self._find_extreme)
        self.shared_button.toggled.connect(self._render)

    def _lay_out(self) -> None:
        self.column.addWidget(self.stepper)
        _fill(self._shared_line, Swatch(SHARED), self.shared_label, self.shared_button)
        self.column.addWidget(self._shared_line)
        self.column.addWidget(self.shared_text)
        _fill(self._own_line, Swatch(OWN), self.row_label)
        self.column.addWidget(self._own_line)
        self.column.addWidget(self.unchosen_label)
        self.column.addWidget(self.document_label)
        self.column.addWidget(self.row_text, 1)
        self.column.addWidget(self.meter)
        self.column.addWidget(self.problem_label)
        self.column.addWidget(self.hint_label)


def _fill(line: QWidget, swatch: Swatch, words: Label, *beside: QWidget) -> None:
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(swatch)
    row.addWidget(words, 1)
    for widget in beside:
        row.addWidget(widget)
