"""The recipes to start from: what each does, an example of it, and the columns it needs."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from claude_batch_desk.core.prompts.shipped import (
    Origin,
    RecipeFile,
    own_recipes,
    shipped_recipes,
)
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.recipe_delegate import ABOUT, RecipeDelegate
from claude_batch_desk.gui.recipe_detail import RecipeDetail
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID, SPACE, WIDE
from claude_batch_desk.gui.widgets import Card, Label, button, scrolled, tab_through

_FILE = Qt.ItemDataRole.UserRole
_LIST_WIDTH = GRID * 27
_GROUPS: tuple[Origin, ...] = ("own", "any", "sample")


class RecipeGallery(QWidget):
    """A list of recipes, the chosen one in detail beside it.

    The files of the person are read on a worker, those of the program once this is seen.
    """

    used = Signal(object)
    """The Recipe to work with, with this table's columns in it as far as they were chosen."""
    own_wanted = Signal()
    """The person writes the prompt without a recipe."""
    remembered = Signal(str)
    """The path of a recipe of the person's own that is used once more."""

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recipe_gallery")
        self._tasks = tasks
        self._reading: Task | None = None
        self._own: tuple[RecipeFile, ...] = ()
        self._recent: tuple[str, ...] = ()
        self._filled = False
        self.list = QListWidget()
        self.detail = RecipeDetail()
        self.use_button = button(
            self.tr("Use this recipe"), "recipe_use", look="primary", icon_name="arrow-right"
        )
        self.own_button = button(self.tr("Write my own prompt"), "recipe_own", icon_name="prompt")
        self._describe()
        self._lay_out()
        self._connect()

    def show_recent(self, paths: Sequence[str]) -> None:
        """Offer these recipes of the person's own before the others, as far as they are there."""
        self._recent = tuple(paths)
        if self._filled:
            self._read_own()

    def set_table(self, table: Table | None, kept: Sequence[str] = ()) -> None:
        """Say which columns of this table a recipe would ask about; not of those `kept`."""
        self.detail.set_table(table, tuple(kept))

    def set_begun(self, *, begun: bool) -> None:
        """Whether something is written already, which a recipe would take the place of."""
        words = self.tr("Back to my prompt") if begun else self.tr("Write my own prompt")
        self.own_button.setText(words)

    @property
    def chosen(self) -> RecipeFile | None:
        """The recipe whose detail is shown."""
        item: QListWidgetItem | None = self.list.currentItem()
        return item.data(_FILE) if item is not None else None

    def choose(self, name: str) -> None:
        """Show the recipe of this name in detail."""
        for item in self.list.findItems(name, Qt.MatchFlag.MatchExactly):
            if item.data(_FILE) is not None:
                self.list.setCurrentItem(item)
                return

    def showEvent(self, event: QShowEvent) -> None:
        """Reading a dozen files is only for those who see them."""
        super().showEvent(event)
        if not self._filled:
            self._fill()
            self._read_own()

    def _read_own(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        if self._recent or self._own:
            self._reading = self._tasks.start(
                own_recipes, self._recent, owner=self, done=self._take_own
            )

    def _take_own(self, found: tuple[RecipeFile, ...]) -> None:
        self._own = found
        self._fill()

    def _fill(self) -> None:
        self._filled = True
        before = self._path_at(self.list.currentRow())
        self.list.clear()
        heads = {
            "own": self.tr("Used lately"),
            "any": self.tr("For any table"),
            "sample": self.tr("Of the sample tables"),
        }
        files = (*self._own, *shipped_recipes())
        for group in _GROUPS:
            found = [each for each in files if each.origin == group]
            if found:
                self._add_head(heads[group])
            for file in found:
                self._add(file)
        places = (row for row in range(self.list.count()) if self._path_at(row) == before)
        self.list.setCurrentRow(next(places, 1) if before else 1)

    def _path_at(self, row: int) -> Path | None:
        item: QListWidgetItem | None = self.list.item(row)
        file: RecipeFile | None = item.data(_FILE) if item is not None else None
        return file.path if file is not None else None

    def _add_head(self, words: str) -> None:
        head = QListWidgetItem(words)
        head.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(head)

    def _add(self, file: RecipeFile) -> None:
        recipe = file.recipe
        item = QListWidgetItem(recipe.name)
        names = ", ".join(each.name for each in recipe.fields)
        item.setData(_FILE, file)
        item.setData(ABOUT, names or self.tr("One column of text"))
        item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, recipe.about)
        self.list.addItem(item)

    @Slot()
    def _show(self) -> None:
        file = self.chosen
        self.use_button.setEnabled(file is not None)
        if file is not None:
            self.detail.show_recipe(file.recipe)
            tab_through(self.detail.inputs, self.use_button)
            self.area.verticalScrollBar().setValue(0)

    @Slot()
    def _use(self) -> None:
        file = self.chosen
        if file is None:
            return
        self.used.emit(self.detail.recipe)
        if file.origin == "own":
            self.remembered.emit(str(file.path))

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._show)
        self.list.itemDoubleClicked.connect(self._use)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            use = QShortcut(QKeySequence(key), self.list)
            use.setContext(Qt.ShortcutContext.WidgetShortcut)
            use.activated.connect(partial(self._use))
        self.use_button.clicked.connect(self._use)
        self.own_button.clicked.connect(self.own_wanted)

    def _describe(self) -> None:
        self.list.setObjectName("recipe_list")
        self.list.setAccessibleName(self.tr("Recipes"))
        self.list.setProperty("look", "plain")
        self.list.setItemDelegate(RecipeDelegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFixedWidth(_LIST_WIDTH)

    def _lay_out(self) -> None:
        card = Card()
        self.area = scrolled(self.detail)
        self.area.setObjectName("recipe_detail_area")
        self.area.setAccessibleName(self.tr("About this recipe"))
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        card.column.addWidget(self.area, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.use_button)
        card.column.addLayout(foot)
        side = QVBoxLayout()
        side.setSpacing(SPACE)
        side.addWidget(self.list, 1)
        side.addWidget(self.own_button)
        parts = QHBoxLayout()
        parts.setSpacing(WIDE)
        parts.addLayout(side)
        parts.addWidget(card, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE)
        about = self.tr("Start from a recipe and change in it what you like, or write your own.")
        whole.addWidget(Label(about, "muted"))
        whole.addLayout(parts, 1)
