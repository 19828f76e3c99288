"""Recipes in and out: start from a shipped one, open a file, save one to share."""

import html
from functools import cache, partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.recipe import (
    RECIPE_SUFFIX,
    Recipe,
    load_recipe,
    save_recipe,
    shareable,
)
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Banner, Label, button, documents

FOR_ANY_TABLE = (
    "classify",
    "extract",
    "summarise",
    "translate",
    "score",
    "personal-data",
    "clean",
    "document-questions",
    "free-form",
)
"""The recipes to start from; the other shipped ones belong to the samples."""


@cache
def shipped_recipes() -> tuple[tuple[Path, Recipe], ...]:
    """The recipes that come with the program: those for any table, then those of the samples."""
    paths = sorted(resource_path("recipes").glob(f"*{RECIPE_SUFFIX}"), key=_place)
    return tuple((path, load_recipe(path)) for path in paths)


def _place(path: Path) -> tuple[int, str]:
    return FOR_ANY_TABLE.index(path.stem) if _is_for_any(path) else len(FOR_ANY_TABLE), path.stem


def _is_for_any(path: Path) -> bool:
    return path.stem in FOR_ANY_TABLE


class RecipeBar(QWidget):
    """Offers recipes, and takes the last one back: opening one replaces what was written."""

    chosen = Signal(object)
    """A Recipe to work with from now on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recipe = Recipe()
        self._before: Recipe | None = None
        self._to_write: tuple[Recipe, Path] | None = None
        self.shipped_button = button(
            self.tr("Start from a recipe"), "recipe_shipped", icon_name="prompt"
        )
        self.open_button = button(self.tr("Open…"), "recipe_open", icon_name="open")
        self.save_button = button(self.tr("Save…"), "recipe_save", icon_name="save")
        self.banner = Banner("recipe_banner")
        self.banner.pressed.connect(self._act)
        self._menu = QMenu(self)
        self._menu.setObjectName("recipe_menu")
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._list_shipped)
        self.shipped_button.setMenu(self._menu)
        self.open_button.clicked.connect(self._ask_open)
        self.save_button.clicked.connect(self._ask_save)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(Label(self.tr("Prompt"), "heading", wrap=False))
        row.addStretch(1)
        for each in (self.shipped_button, self.open_button, self.save_button):
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
        self.shipped_button.setEnabled(editable)
        self.open_button.setEnabled(editable)

    def open_from(self, path: Path) -> None:
        """Put the recipe of a file in the place of what is written; a failure is said here."""
        try:
            recipe = load_recipe(path)
        except RecipeError as error:
            self.banner.say(str(error), "error")
            return
        self._before, self._to_write = self._recipe, None
        self.chosen.emit(recipe)
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
            self.chosen.emit(self._before)
        self._before = None
        self.banner.clear()

    @Slot()
    def _list_shipped(self) -> None:
        self._menu.clear()
        in_samples = False
        for path, recipe in shipped_recipes():
            if not (in_samples or _is_for_any(path)):
                self._menu.addSeparator()
                in_samples = True
            action = self._menu.addAction(recipe.name.replace("&", "&&"))
            action.setObjectName(f"recipe_{path.stem}")
            action.setToolTip(html.escape(recipe.about))
            action.triggered.connect(partial(self.open_from, path))

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
