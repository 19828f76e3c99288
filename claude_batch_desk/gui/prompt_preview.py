"""The real prompt of any row, as it will be sent."""

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QWidget

from claude_batch_desk.core.errors import RecipeError, StoreError
from claude_batch_desk.core.jobs.selection import Selection, bind_prompt
from claude_batch_desk.core.prompts.attached import way_of
from claude_batch_desk.core.prompts.longest import longest_row
from claude_batch_desk.core.prompts.recipe import Recipe, SentAs
from claude_batch_desk.core.prompts.template import Template, canonical
from claude_batch_desk.core.tables.document import Document
from claude_batch_desk.core.tables.table import Row, Table
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.text_boxes import TextView
from claude_batch_desk.gui.theme import GRID, SPACE
from claude_batch_desk.gui.widgets import Card, Label, button, icon_button, set_tip
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
    """The shared part apart from the part of one row; step through the rows, or find the longest.

    Rows are counted from 1 here, as the person counts them.
    """

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("What will be asked"), parent=parent)
        self._tasks = tasks
        self._table: Table | None = None
        self._selection = Selection()
        self._recipe = Recipe()
        self.row_spin = QSpinBox()
        self.row_spin.setObjectName("preview_row")
        self.row_spin.setAccessibleName(self.tr("Row shown"))
        self.row_spin.setKeyboardTracking(True)
        self.previous_button = icon_button(
            "chevron-left", "preview_previous", self.tr("Row before")
        )
        self.next_button = icon_button("chevron-right", "preview_next", self.tr("Next row"))
        self.longest_button = button(self.tr("Longest"), "preview_longest", look="link")
        set_tip(self.longest_button, self.tr("Go to the row that makes the longest prompt"))
        self.count_label = Label("", "muted", wrap=False)
        self.shared_button = button("", "preview_show_shared", look="link")
        self.shared_button.setCheckable(True)
        self.shared_text = TextView("preview_shared", self.tr("Instructions, as sent"))
        self.shared_text.setMaximumHeight(_SHARED_HEIGHT)
        self.row_label = Label("", "caption")
        self.row_text = TextView("preview_prompt", self.tr("Prompt of this row, as sent"))
        self.row_text.setMinimumHeight(GRID * 10)
        self.problem_label = Label("", "problem")
        self.hint_label = Label("", "caption")
        self.document_label = Label("", "strong")
        self.document_label.setObjectName("preview_document")
        self._lay_out()
        self._connect()
        self.set_table(None)

    def set_table(self, table: Table | None, selection: Selection | None = None) -> None:
        """Step through the rows of this table; what is kept of it cannot be in a prompt."""
        self._table = table
        self._selection = selection or Selection()
        rows = table.row_count if table else 0
        self.row_spin.setRange(min(rows, 1), rows)
        self.count_label.setText(self.tr("of %1").replace("%1", number(rows)))
        self.row_spin.setEnabled(rows > 0)
        self._render()

    def set_recipe(self, recipe: Recipe) -> None:
        """Show what this recipe asks."""
        self._recipe = recipe
        self._render()

    @Slot()
    def _render(self) -> None:
        place = self.row_spin.value()
        self.previous_button.setEnabled(place > self.row_spin.minimum())
        self.next_button.setEnabled(place < self.row_spin.maximum())
        shared = self._recipe.instructions
        self.shared_text.show_text(shared)
        self.shared_button.setVisible(bool(shared.strip()))
        opened = self.shared_button.isChecked()
        words = self.tr("Hide the instructions") if opened else self.tr("Show the instructions")
        self.shared_button.setText(words)
        self.shared_text.setVisible(bool(shared.strip()) and opened)
        text, problem, hint = self._prompt(place - 1)
        self.longest_button.setEnabled(bool(text and place) and not problem)
        self.problem_label.say(problem)
        self.hint_label.say(hint)
        self.document_label.say(self._document(place - 1))
        self.row_text.show_text(text)
        caption = self.tr("Row %1 · %2 characters")
        caption = caption.replace("%1", number(place)).replace("%2", number(len(text)))
        self.row_label.setText(caption if text else self.tr("Only in this row"))

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

    @Slot()
    def _find_longest(self) -> None:
        if self._table is None:
            return
        self.longest_button.setEnabled(False)
        self._tasks.start(
            longest_row,
            bind_prompt(self._recipe, self._table, self._selection),
            self._table.rows,
            self._table.row_count,
            owner=self,
            done=self._go_to,
            ended=self._render,
        )

    def _go_to(self, row_number: int) -> None:
        self.row_spin.setValue(row_number + 1)

    def _connect(self) -> None:
        self.previous_button.clicked.connect(self.row_spin.stepDown)
        self.next_button.clicked.connect(self.row_spin.stepUp)
        self.row_spin.valueChanged.connect(self._render)
        self.shared_button.toggled.connect(self._render)
        self.longest_button.clicked.connect(self._find_longest)

    def _lay_out(self) -> None:
        steps = QWidget()
        row = QHBoxLayout(steps)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        for widget in (
            self.previous_button,
            self.row_spin,
            self.count_label,
            self.next_button,
            self.longest_button,
        ):
            row.addWidget(widget)
        self.column.removeWidget(self.heading)
        self.heading.setWordWrap(False)
        self.heading.setMinimumHeight(steps.sizeHint().height())
        head = FlowLayout(spacing=SPACE)
        head.addWidget(self.heading)
        head.addWidget(steps)
        self.column.addLayout(head)
        captions = QHBoxLayout()
        captions.addWidget(self.row_label, 1)
        captions.addWidget(self.shared_button)
        self.column.addLayout(captions)
        self.column.addWidget(self.shared_text)
        self.column.addWidget(self.document_label)
        self.column.addWidget(self.row_text, 1)
        self.column.addWidget(self.problem_label)
        self.column.addWidget(self.hint_label)
