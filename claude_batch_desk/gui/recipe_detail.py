"""What a recipe does, on an example of its own, and which columns it asks about."""

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.prompts.example import Example, text_of
from claude_batch_desk.core.prompts.fields import headers_of
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.schema import asked_for
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.mapping_form import MappingForm
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT, WIDE
from claude_batch_desk.gui.widgets import Label

_MOST_CHARACTERS = 280
"""Of a cell or an answer."""
_NAME_WIDTH = GRID * 10
_MOST_NAME = 60


class RecipeDetail(QWidget):
    """One recipe, as a person who has never seen it wants to know it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recipe_detail")
        self._shown = Recipe()
        self._table: Table | None = None
        self._kept: tuple[str, ...] = ()
        self._stale = False
        """Another table came since the recipe was shown."""
        self.form: MappingForm | None = None
        """Where there is a table whose columns the recipe can ask about."""
        self.examples_check: QCheckBox | None = None
        """Where the recipe has examples; they are made for its own answer columns."""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, SPACE, 0)
        self._column.setSpacing(SPACE)

    @property
    def recipe(self) -> Recipe:
        """The recipe shown, with the chosen columns of the table in it."""
        recipe = self.form.recipe if self.form is not None else self._shown
        if self.examples_check is not None and not self.examples_check.isChecked():
            return replace(recipe, examples=())
        return recipe

    @property
    def inputs(self) -> list[QWidget]:
        """What can be chosen about the recipe shown, from the top."""
        combos = self.form.combos.values() if self.form is not None else ()
        return [*combos, *([self.examples_check] if self.examples_check is not None else [])]

    def set_table(self, table: Table | None, kept: tuple[str, ...]) -> None:
        """Offer the columns of this table, but for those `kept` on this computer."""
        if (table, kept) != (self._table, self._kept):
            self._table, self._kept = table, kept
            self._stale = True
            if self.isVisible():
                self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Rows are only read for those who see them."""
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        if self._stale and self._shown.name:
            self.show_recipe(self._shown)

    def show_recipe(self, recipe: Recipe) -> None:
        """Tell of this recipe."""
        self._shown, self.form, self.examples_check = recipe, None, None
        self._stale = False
        while item := self._column.takeAt(0):
            if gone := item.widget():
                gone.hide()
                gone.deleteLater()
        self._column.addWidget(Label(recipe.name, "heading"))
        if recipe.about:
            self._column.addWidget(Label(recipe.about))
        self._column.addWidget(Label(self._price_words(recipe), "caption"))
        self._add_columns(recipe)
        self._add_example(recipe)
        self._column.addStretch(1)

    def _price_words(self, recipe: Recipe) -> str:
        model = bundled_models().get(recipe.model)
        words = self.tr("Asks %1. You can choose another model.")
        return words.replace("%1", model.name if model else recipe.model or self.tr("any model"))

    def _add_columns(self, recipe: Recipe) -> None:
        """The columns it asks about: to be chosen where there is a table."""
        names = recipe.prompt.columns
        documents = self._table is not None and self._table.documents is not None
        if not names:
            self._head(self.tr("What it reads"))
            reads = self.tr("The document of each row.")
            if self._table is not None and not documents:
                reads = self.tr(
                    "The document of each row, and the rows of this table have none. Open a folder "
                    "of documents, or say on the Data page which column names them."
                )
            self._column.addWidget(Label(reads))
            return
        self._head(self.tr("Which columns it reads"))
        if self._table is None:
            named = ", ".join(f"“{_cut(each, _MOST_NAME)}”" for each in names)
            told = self.tr("%1. Once a table is open, you say which of its columns are meant.")
            self._column.addWidget(Label(told.replace("%1", named)))
            return
        self.form = MappingForm(recipe, self._table, self._kept, narrow=True)
        self._column.addWidget(self.form)

    def _add_example(self, recipe: Recipe) -> None:
        """A row with its answers; without one, what is to stand in each answer column."""
        if not recipe.examples:
            self._head(self.tr("What comes back beside each row"))
            self._column.addWidget(self._lines(self._plain_answers(recipe)))
            return
        example = recipe.examples[0]
        self._head(self.tr("For instance, for this row"))
        self._column.addWidget(
            self._lines((each.name, each.text or self.tr("(empty)")) for each in example.cells)
        )
        self._head(self.tr("these answers come back"))
        self._column.addWidget(self._lines(self._answers(recipe, example)))
        self.examples_check = QCheckBox(self.tr("Show the model examples of this kind"))
        self.examples_check.setObjectName("recipe_examples")
        self.examples_check.setChecked(True)
        told = self.tr("Better without them if you ask for other values than these.")
        self._column.addWidget(self.examples_check)
        self._column.addWidget(Label(told, "caption"))

    def _answers(self, recipe: Recipe, example: Example) -> Iterator[tuple[str, str]]:
        for header in headers_of(recipe.fields):
            yield header, text_of(example.answers, header) or self.tr("(left empty)")
        if not recipe.fields:
            yield from ((self.tr("Answer"), each.text) for each in example.answers)

    def _plain_answers(self, recipe: Recipe) -> Iterator[tuple[str, str]]:
        if not recipe.fields:
            yield self.tr("Answer"), self.tr("One column of text; you can add others.")
        about = {field.name.strip(): field.description for field in recipe.fields}
        plainly = dict(asked_for(recipe.fields))
        for header in headers_of(recipe.fields):
            words = plainly[header]
            yield header, about.get(header) or words[:1].upper() + words[1:]

    def _head(self, words: str) -> None:
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.addWidget(Label(words, "strong"))
        self._column.addWidget(line)

    def _lines(self, told: Iterator[tuple[str, str]]) -> QFrame:
        frame = QFrame()
        frame.setProperty("look", "finding")
        grid = QGridLayout(frame)
        grid.setContentsMargins(WIDE // 2 + TIGHT, SPACE, SPACE, SPACE)
        grid.setHorizontalSpacing(WIDE)
        grid.setVerticalSpacing(TIGHT)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for line, (name, text) in enumerate(told):
            head = Label(_cut(name, _MOST_NAME), "caption")
            head.setFixedWidth(_NAME_WIDTH)
            grid.addWidget(head, line, 0, top)
            grid.addWidget(Label(_cut(text, _MOST_CHARACTERS)), line, 1, top)
        return frame


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
