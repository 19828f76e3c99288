"""The examples of a recipe: rows with their right answers, which go into the shared part."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.example import Example, Filled
from claude_batch_desk.core.prompts.fields import OutputField, check_fields, headers_of
from claude_batch_desk.core.prompts.following import Following
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.shared import example_answer, unanswered
from claude_batch_desk.gui.example_dialog import ExampleDialog
from claude_batch_desk.gui.theme import SPACE, TIGHT
from claude_batch_desk.gui.widgets import (
    Banner,
    Card,
    Chip,
    ElidedLabel,
    Label,
    button,
    icon_button,
)

_SHOWN = 400
_NAMED = 6


class ExamplesForm(Card):
    """A line for each example; `changed` when the person wrote or removed one.

    `notice` says which examples the answer columns have left behind, and leads to them; it can be
    placed where the answer columns are written.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Examples"), parent=parent)
        self._recipe = Recipe()
        self._following = Following()
        self.notice = Banner("examples_notice")
        self.leave_out_button = button(self.tr("Leave them out"), "examples_leave_out")
        self.notice.add_action(self.leave_out_button)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(SPACE)
        self.add_button = button(
            self.tr("Add an example"), "example_add", look="link", icon_name="plus"
        )
        hint = Label(
            self.tr("Or take one from the rows you try, with “Use as example”."), "caption"
        )
        foot = QHBoxLayout()
        foot.addWidget(self.add_button)
        foot.addWidget(hint, 1)
        about = self.tr("Rows with their right answers. They are sent with every row.")
        self.column.addWidget(Label(about, "caption"))
        self.column.addWidget(self.notice)
        self.column.addLayout(self._lines)
        self.column.addLayout(foot)
        self.add_button.clicked.connect(self._add)
        self.notice.pressed.connect(self._open_first)
        self.leave_out_button.clicked.connect(self._leave_out)

    @property
    def examples(self) -> tuple[Example, ...]:
        """The examples as they are now."""
        return self._recipe.examples

    def changeEvent(self, event: QEvent) -> None:
        """The notice may be elsewhere; it goes where nothing can be written any more."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._notice()

    def following(self, fields: Sequence[OutputField]) -> tuple[Example, ...]:
        """The examples after an edit of the answer columns; what was renamed is so in them."""
        self._following = self._following.edited(fields)
        if not self._following.settled:
            return self.examples
        examples = self._following.carried(self.examples)
        self._following = Following.begin(fields)
        return examples

    def set_recipe(self, recipe: Recipe) -> None:
        """Show the examples of this recipe, and whether they fit its answer columns.

        Of another recipe nothing is renamed: its examples know its answer columns.
        """
        before, self._recipe = self._recipe, recipe
        if recipe.fields != self._following.now:
            self._following = Following.begin(recipe.fields)
        self.add_button.setEnabled(bool(recipe.prompt.columns))
        if (before.examples, before.fields) == (recipe.examples, recipe.fields):
            return
        while item := self._lines.takeAt(0):
            if gone := item.widget():
                gone.hide()
                gone.deleteLater()
        for place, example in enumerate(recipe.examples):
            self._lines.addWidget(self._line(place, example))
        self._notice()

    def _left_behind(self) -> dict[int, tuple[str, ...]]:
        """By its place, the columns that an example has to answer yet."""
        if not self.isEnabled():  # it was sent
            return {}
        try:
            check_fields(self._recipe.fields)
        except RecipeError:  # the columns are being written
            return {}
        found = (unanswered(self._recipe, each) for each in self._recipe.examples)
        return {place: columns for place, columns in enumerate(found) if columns}

    def _notice(self) -> None:
        behind = self._left_behind()
        if not behind:
            self.notice.clear()
            return
        numbers = [f"{place + 1}" for place in behind]
        open_ones = {column for each in behind.values() for column in each}
        columns = [f"“{each}”" for each in headers_of(self._recipe.fields) if each in open_ones]
        if len(behind) == 1:
            told = self.tr("Example %1 has no answer yet that fits %2.")
            self.leave_out_button.setText(self.tr("Leave it out"))
        else:
            told = self.tr("Examples %1 have no answers yet that fit %2.")
            self.leave_out_button.setText(self.tr("Leave them out"))
        told = told.replace("%1", _listed(numbers, self.tr("and"))).replace(
            "%2", _listed(columns, self.tr("and"))
        )
        action = self.tr("Answer example %1").replace("%1", numbers[0])
        self.notice.say(told, "warning", action)

    @Slot()
    def _open_first(self) -> None:
        if behind := self._left_behind():
            self._edit(next(iter(behind)))

    @Slot()
    def _leave_out(self) -> None:
        """Remove the examples that fit no more, in one go."""
        behind = self._left_behind()
        examples = enumerate(self._recipe.examples)
        self._take(tuple(each for place, each in examples if place not in behind))

    def _line(self, place: int, example: Example) -> Card:
        number = place + 1
        edit = button(self.tr("Edit"), f"example_edit_{number}", look="link")
        edit.setAccessibleName(self.tr("Edit example %1").replace("%1", str(number)))
        remove = icon_button(
            "trash",
            f"example_remove_{number}",
            self.tr("Remove example %1").replace("%1", str(number)),
        )
        edit.clicked.connect(partial(self._edit, place))
        remove.clicked.connect(partial(self._remove, place))
        texts = QVBoxLayout()
        texts.setSpacing(TIGHT)
        texts.addWidget(ElidedLabel(_in_a_line(example.cells)))
        texts.addWidget(ElidedLabel(f"→ {_in_a_line(example.answers)}", "muted"))
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addLayout(texts, 1)
        if example.from_row:
            row.addWidget(Chip(self.tr("from your data"), "neutral", "lock"))
        row.addWidget(edit)
        row.addWidget(remove)
        card = Card()
        card.column.addLayout(row)
        if problem := self._problem(example, number):
            card.column.addWidget(Label(problem, "problem"))
        return card

    def _problem(self, example: Example, number: int) -> str:
        try:
            example_answer(self._recipe, example, number)
        except RecipeError as error:
            return str(error)
        return ""

    @Slot()
    def _add(self) -> None:
        self._open(Example(), len(self._recipe.examples))

    def _edit(self, place: int) -> None:
        self._open(self._recipe.examples[place], place)

    def _open(self, example: Example, place: int) -> None:
        dialog = ExampleDialog(self._recipe, example, place + 1, self.window())
        dialog.written.connect(partial(self._put, place))
        dialog.open()

    def _put(self, place: int, example: Example) -> None:
        examples = self._recipe.examples
        self._take((*examples[:place], example, *examples[place + 1 :]))

    def _remove(self, place: int) -> None:
        examples = self._recipe.examples
        self._take((*examples[:place], *examples[place + 1 :]))

    def _take(self, examples: tuple[Example, ...]) -> None:
        self.set_recipe(replace(self._recipe, examples=examples))
        self.changed.emit()


def _in_a_line(filled: tuple[Filled, ...]) -> str:
    """The texts side by side, cut here as a cell may have millions of characters."""
    return " · ".join(each.text[:_SHOWN] for each in filled if each.text.strip())[:_SHOWN]


def _listed(words: Sequence[str], last: str) -> str:
    """“a, b and c”; of many the first ones."""
    if len(words) > _NAMED:
        return ", ".join(words[:_NAMED]) + " …"
    return f" {last} ".join(each for each in (", ".join(words[:-1]), words[-1]) if each)
