"""One example written or corrected: the cells of the prompt, and what is right to answer."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.errors import DeskError, RecipeError
from claude_batch_desk.core.jobs.job import TriedRow
from claude_batch_desk.core.prompts.example import Example, Filled, example_of, text_of
from claude_batch_desk.core.prompts.fields import AnswerColumn, columns_of, headers_of
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.shared import example_answer, unanswered
from claude_batch_desk.core.prompts.template import canonical
from claude_batch_desk.gui.answer_editors import AnswerEditor, WrittenAnswer, editor_of, text_edit
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE
from claude_batch_desk.gui.widgets import Label, button, scrolled

_WIDTH, _HEIGHT = GRID * 80, GRID * 72
_FREE_TEXT = "Answer"
"""The name of the only answer where there are no answer columns."""


class ExampleDialog(QDialog):
    """Refuses what the answer columns cannot hold; `written` with the Example that holds."""

    written = Signal(object)

    def __init__(
        self, recipe: Recipe, example: Example, number: int, parent: QWidget | None = None
    ) -> None:
        """`number` is the example's place among those of the recipe, from 1."""
        super().__init__(parent)
        self.setObjectName("example_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Example %1").replace("%1", str(number)))
        self.resize(_WIDTH, _HEIGHT)
        self._recipe, self._example, self._number = recipe, example, number
        self.cells: dict[str, QPlainTextEdit] = {}
        self.answers: dict[str, AnswerEditor] = {}
        self.problem = Label("", "problem")
        self.use_button = button(self.tr("Use this example"), "example_use", look="primary")
        self.cancel_button = button(self.tr("Cancel"), "example_cancel")
        form = QFormLayout()
        form.setSpacing(SPACE)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._add_cells(form)
        self._add_answers(form)
        self._lay_out(form)
        self.problem.say("")
        self.use_button.clicked.connect(self._use)
        self.cancel_button.clicked.connect(self.reject)

    @property
    def example(self) -> Example:
        """The example as it is written now."""
        cells = tuple(Filled(name, edit.toPlainText()) for name, edit in self.cells.items())
        answers = tuple(Filled(name, edit.text()) for name, edit in self.answers.items())
        return replace(self._example, cells=cells, answers=answers)

    def _add_cells(self, form: QFormLayout) -> None:
        form.addRow(Label(self.tr("What is in the row"), "strong"))
        cells = {canonical(each.name): each.text for each in self._example.cells}
        for place, name in enumerate(self._recipe.prompt.columns):
            edit = text_edit(cells.get(name, ""), 1, 8)
            edit.setObjectName(f"example_cell_{place}")
            edit.setAccessibleName(name)
            self.cells[name] = edit
            form.addRow(Label(name, "caption"), edit)

    def _add_answers(self, form: QFormLayout) -> None:
        form.addRow(Label(self.tr("What is right to answer"), "strong"))
        columns = columns_of(self._recipe.fields)
        for place, column in enumerate(columns):
            edit = self._editor(column)
            edit.setObjectName(f"example_answer_{place}")
            self.answers[column.header] = edit
            form.addRow(Label(column.header, "caption"), edit)
        if not columns:
            whole = text_edit("\n".join(each.text for each in self._example.answers), 3, 10)
            free = WrittenAnswer(whole, may_be_unknown=False)
            free.setObjectName("example_answer_0")
            free.name(self.tr("Answer"))
            self.answers[_FREE_TEXT] = free
            form.addRow(free)

    def _editor(self, column: AnswerColumn) -> AnswerEditor:
        """An answer that the example does not name at all is yet to be given."""
        named = any(each.name == column.header for each in self._example.answers)
        return editor_of(column, text_of(self._example.answers, column.header), fresh=not named)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin where an example that was right once is not any more."""
        super().showEvent(event)
        open_ones = unanswered(self._recipe, self._example)
        if self._example.answers and open_ones:
            self._begin_with(open_ones[0])

    def _begin_with(self, header: str) -> None:
        """Go to the answer of this column, once it is known where that is."""
        edit = self.answers[header]
        edit.setFocus()
        QTimer.singleShot(0, edit, partial(self._area.ensureWidgetVisible, edit))

    def _lay_out(self, form: QFormLayout) -> None:
        content = QWidget()
        content.setLayout(form)
        form.setContentsMargins(0, 0, SPACE, 0)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.use_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        layout.setSpacing(SPACE)
        area = self._area = scrolled(content)
        area.setAccessibleName(self.tr("Cells and right answers"))
        layout.addWidget(area, 1)
        layout.addWidget(self.problem)
        layout.addLayout(foot)

    @Slot()
    def _use(self) -> None:
        example = self.example
        try:
            example_answer(self._recipe, example, self._number)
        except RecipeError as error:
            self.problem.say(str(error))
            if wrong := unanswered(self._recipe, example):
                self._begin_with(wrong[0])
            return
        if header := next((name for name, edit in self.answers.items() if edit.is_open), ""):
            told = self.tr("“%1” has no answer yet. Give one, or say that it is unknown.")
            self.problem.say(told.replace("%1", header))
            self._begin_with(header)
            return
        self.written.emit(example)
        self.accept()


def example_from(draft: Draft, tried: TriedRow) -> Example:
    """The example that a tried row makes with the answers as they came; raises StoreError."""
    table, recipe = draft.table, draft.recipe
    rows = table.rows.window(tried.number, 1) if table else []
    cells = {
        canonical(name): cell
        for name, cell in reversed([*zip(table.columns if table else (), *rows, strict=True)])
    }
    names = recipe.prompt.columns
    headers = headers_of(recipe.fields) or [_FREE_TEXT]
    answers = [Filled(*each) for each in zip(headers, tried.answer.values, strict=False)]
    return example_of(names, [cells.get(name, "") for name in names], answers)


def take_example(draft: Draft, tried: TriedRow, parent: QWidget) -> ExampleDialog:
    """Show what a tried row gives for an example; once used it is in the draft's recipe."""
    recipe = draft.recipe
    try:
        example = example_from(draft, tried)
    except DeskError:  # the answers are here all the same
        example = example_of((), (), ())
    dialog = ExampleDialog(recipe, example, len(recipe.examples) + 1, parent.window())

    def use(written: Example) -> None:
        draft.set_recipe(replace(draft.recipe, examples=(*draft.recipe.examples, written)))

    dialog.written.connect(use)
    dialog.open()
    return dialog
