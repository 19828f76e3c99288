"""Recipes in and out: look through those there are, open a file, save one to share."""

from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.recipe import (
    RECIPE_SUFFIX,
    Recipe,
    load_recipe,
    save_recipe,
    shareable,
)
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Banner, Label, button, documents


class RecipeBar(QWidget):
    """Offers recipes, and takes the last one back: opening one replaces what was written."""

    chosen = Signal(object)
    """A Recipe to work with from now on; it may name the columns of another table."""
    placed = Signal(object)
    """A Recipe to work with as it is."""
    remembered = Signal(str)
    """The path of a recipe that was opened or saved."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recipe = Recipe()
        self._before: Recipe | None = None
        self._to_write: tuple[Recipe, Path] | None = None
        self.browse_button = button(self.tr("Recipes"), "recipe_browse", icon_name="prompt")
        self.browse_button.setCheckable(True)
        self.open_button = button(self.tr("Open…"), "recipe_open", icon_name="open")
        self.save_button = button(self.tr("Save…"), "recipe_save", icon_name="save")
        self.banner = Banner("recipe_banner")
        self.banner.pressed.connect(self._act)
        self.open_button.clicked.connect(self._ask_open)
        self.save_button.clicked.connect(self._ask_save)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(Label(self.tr("Prompt"), "heading", wrap=False))
        row.addStretch(1)
        for each in (self.browse_button, self.open_button, self.save_button):
            row.addWidget(each)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addLayout(row)
        layout.addWidget(self.banner)

    def set_recipe(self, recipe: Recipe) -> None:
        """The recipe that Save writes."""
        self._recipe = recipe

    def set_editable(self, editable: bool) -> None:
        """Whether another recipe may be put in this one's place."""
        self.browse_button.setEnabled(editable)
        self.open_button.setEnabled(editable)

    def open_from(self, path: Path) -> None:
        """Put the recipe of a file in the place of what is written; a failure is said here."""
        try:
            recipe = load_recipe(path)
        except RecipeError as error:
            self.banner.say(str(error), "error")
            return
        self._replace(recipe, self.chosen)
        self.remembered.emit(str(path.absolute()))

    @Slot(object)
    def take(self, recipe: Recipe) -> None:
        """Put a recipe, which names this table's columns, in the place of what is written."""
        self._replace(recipe, self.placed)

    def _replace(self, recipe: Recipe, told_by: SignalInstance) -> None:
        self._before, self._to_write = self._recipe, None
        told_by.emit(recipe)
        told = self.tr("“%1” is in place of what was written.")
        if not (self._before.prompt.text.strip() or self._before.instructions.strip()):
            told = self.tr("“%1” is open; change in it what you like.")
        self.banner.say(told.replace("%1", recipe.name), "info", self.tr("Undo"))

    def save_to(self, path: Path) -> None:
        """Write the recipe to a file: no rows, no key. A failure is said here.

        Examples from rows are data, which go along only where the person says so afterwards.
        """
        if path.suffix != RECIPE_SUFFIX:
            path = path.with_name(path.name + RECIPE_SUFFIX)
        shared = shareable(self._recipe)
        if not self._write(shared, path):
            return
        left_out = len(self._recipe.examples) - len(shared.examples)
        if left_out:
            told = self.tr("Saved as %1, without %n example(s) from your data.", "", left_out)
            self._to_write = (self._recipe, path)
            words = self.tr("Save with %n example(s) from your data", "", left_out)
            self.banner.say(told.replace("%1", path.name), "info", words)
        else:
            told = self.tr("Saved as %1. It holds the prompt and the answer columns, no rows.")
            self.banner.say(told.replace("%1", path.name), "good")

    def _write(self, recipe: Recipe, path: Path) -> bool:
        self._before = self._to_write = None
        try:
            save_recipe(recipe, path)
        except RecipeError as error:
            self.banner.say(str(error), "error")
            return False
        self.remembered.emit(str(path.absolute()))
        return True

    @Slot()
    def _act(self) -> None:
        """What the banner offers: to take back the opened recipe, or to save all of this one."""
        if self._to_write is None:
            self._take_back()
            return
        recipe, path = self._to_write
        if self._write(recipe, path):
            told = self.tr("Saved as %1, with cells of your rows in its examples.")
            self.banner.say(told.replace("%1", path.name), "good")

    @Slot()
    def _take_back(self) -> None:
        if self._before is not None:
            self.placed.emit(self._before)
        self._before = None
        self.banner.clear()

    @Slot()
    def _ask_open(self) -> None:
        dialog = self._dialog(self.tr("Open a recipe"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._open_text)
        dialog.open()

    @Slot()
    def _ask_save(self) -> None:
        dialog = self._dialog(self.tr("Save the recipe"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(RECIPE_SUFFIX.removeprefix("."))
        dialog.setDirectory(documents())
        dialog.selectFile((self._recipe.name or self.tr("My recipe")) + RECIPE_SUFFIX)
        dialog.fileSelected.connect(self._save_text)
        dialog.open()

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title)
        dialog.setNameFilter(self.tr("Recipes (*%1)").replace("%1", RECIPE_SUFFIX))
        return dialog

    @Slot(str)
    def _open_text(self, path: str) -> None:
        self.open_from(Path(path))

    @Slot(str)
    def _save_text(self, path: str) -> None:
        self.save_to(Path(path))
