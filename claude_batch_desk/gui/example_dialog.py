"""One example written or corrected: the cells of the prompt, and what is right to answer."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
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
from claude_batch_desk.core.prompts.fields import SURE, AnswerColumn, columns_of, headers_of
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.shared import example_answer
from claude_batch_desk.core.prompts.template import canonical
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.text_boxes import GrowingHeight
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE
from claude_batch_desk.gui.widgets import Label, button, scrolled

_WIDTH, _HEIGHT = GRID * 80, GRID * 72
_FREE_TEXT = "Answer"
"""The name of the only answer where there are no answer columns."""

Editor = QPlainTextEdit | QComboBox


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
        self.answers: dict[str, Editor] = {}
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
        answers = tuple(Filled(name, _text(edit)) for name, edit in self.answers.items())
        return replace(self._example, cells=cells, answers=answers)

    def _add_cells(self, form: QFormLayout) -> None:
        form.addRow(Label(self.tr("What is in the row"), "strong"))
        cells = {canonical(each.name): each.text for each in self._example.cells}
        for place, name in enumerate(self._recipe.prompt.columns):
            edit = _text_edit(cells.get(name, ""), 1, 8)
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
            edit.setAccessibleName(column.header)
            self.answers[column.header] = edit
            form.addRow(Label(column.header, "caption"), edit)
        if not columns:
            edit = _text_edit("\n".join(each.text for each in self._example.answers), 3, 10)
            edit.setObjectName("example_answer_0")
            edit.setAccessibleName(self.tr("Answer"))
            self.answers[_FREE_TEXT] = edit
            form.addRow(edit)

    def _editor(self, column: AnswerColumn) -> Editor:
        text = text_of(self._example.answers, column.header)
        offered = _offered(column)
        if not offered:
            edit = _text_edit(text, 1, 8)
            if column.companion is None and column.field.kind == "choices":
                edit.setPlaceholderText(self.tr("Allowed values, with semicolons between them"))
            elif column.companion is None and column.field.kind == "date":
                edit.setPlaceholderText(self.tr("Such as 2026-01-31"))
            return edit
        combo = QComboBox()
        for each in offered if text in offered else ("", *offered, *([text] if text else [])):
            combo.addItem(each)
        combo.setCurrentText(text)
        return combo

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
        area = scrolled(content)
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


def _text_edit(text: str, least: int, most: int) -> QPlainTextEdit:
    edit = QPlainTextEdit(text)
    edit.setTabChangesFocus(True)
    GrowingHeight(edit, least, most)
    return edit


def _offered(column: AnswerColumn) -> tuple[str, ...]:
    """The values to choose from; none where anything may be written."""
    if column.companion == "confidence":
        return SURE
    if column.companion is not None:
        return ()
    if column.field.kind == "choice":
        return tuple(each.value for each in column.field.choices)
    if column.field.kind == "score":
        return tuple(map(str, column.field.points))
    return ("yes", "no") if column.field.kind == "boolean" else ()


def _text(edit: Editor) -> str:
    return edit.currentText() if isinstance(edit, QComboBox) else edit.toPlainText()
