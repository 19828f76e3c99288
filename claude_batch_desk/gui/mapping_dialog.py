"""Which column stands for which name, where a recipe of another table is opened on this one."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.prompts.mapping import Match, mapped, propose_mapping
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import placeholder
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE, WIDE
from claude_batch_desk.gui.widgets import ElidedLabel, Label, button, scrolled, set_tip

_WIDTH, _HEIGHT = GRID * 88, GRID * 56
_LOOKED_AT = 50
"""Rows that are looked through for cells to show."""
_CELLS = 3
_CELL_LENGTH = 60
_WIDEST = 24
"""Characters of a column's name in a box; the list shows more."""


class MappingDialog(QDialog):
    """A line for each name in the prompt: its column, why it is proposed, and some cells."""

    mapped = Signal(object)
    """The recipe in the table's own names."""

    def __init__(
        self,
        recipe: Recipe,
        table: Table,
        kept: tuple[str, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        """Columns that are `kept` on this computer are not offered."""
        super().__init__(parent)
        self.setObjectName("mapping_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Columns for this recipe"))
        self.resize(_WIDTH, _HEIGHT)
        self._recipe, self._table = recipe, table
        self._columns = [each for each in table.columns if each not in kept]
        self._matches = propose_mapping(recipe, self._columns, table.profile)
        self._rows = table.rows.window(0, _LOOKED_AT)
        self.combos: dict[str, QComboBox] = {}
        self._cells: dict[str, ElidedLabel] = {}
        self.missing = Label("", "problem")
        self.missing.setObjectName("mapping_missing")
        self.use_button = button(self.tr("Use these columns"), "mapping_use", look="primary")
        self.as_is_button = button(self.tr("Leave the names as they are"), "mapping_as_is")
        grid = self._grid()
        for line, match in enumerate(self._matches, start=1):
            self._add(grid, line, match)
        grid.setRowStretch(len(self._matches) + 1, 1)
        self._lay_out(grid)
        self._settle()
        self.use_button.clicked.connect(self._use)
        self.as_is_button.clicked.connect(self._leave)

    @property
    def choice(self) -> Mapping[str, str]:
        """The column chosen for each name; "" for none."""
        places = {name: combo.currentIndex() for name, combo in self.combos.items()}
        return {name: self._columns[at - 1] if at > 0 else "" for name, at in places.items()}

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(WIDE)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnMinimumWidth(0, GRID * 16)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(2, 3)
        heads = (self.tr("In the prompt"), self.tr("Column"), self.tr("What it holds"))
        for place, head in enumerate(heads):
            grid.addWidget(Label(head, "caption", wrap=False), 0, place)
        return grid

    def _add(self, grid: QGridLayout, line: int, match: Match) -> None:
        name = ElidedLabel(placeholder(match.name), "strong")
        combo = QComboBox()
        combo.setObjectName(f"mapping_{line}")
        about = self.tr("Column for %1").replace("%1", match.name)
        combo.setAccessibleName(about)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(_WIDEST)
        combo.addItem(self.tr("Choose a column"))
        combo.addItems(self._columns)
        if match.column:
            combo.setCurrentIndex(self._columns.index(match.column) + 1)
        set_tip(combo, self._why(match))
        cells = ElidedLabel("", "muted")
        cells.setObjectName(f"mapping_cells_{line}")
        self.combos[match.name], self._cells[match.name] = combo, cells
        for place, each in enumerate((name, combo, cells)):
            grid.addWidget(each, line, place)
        combo.currentIndexChanged.connect(self._settle)

    def _why(self, match: Match) -> str:
        return {
            "same": self.tr("The table has a column of this name."),
            "spelled alike": self.tr("Proposed: it has the same name, written differently."),
            "similar": self.tr("Proposed: its name is similar."),
            "content": self.tr("Proposed: its cells are of the kind the name speaks of."),
            "": self.tr("No column is like it. Choose one."),
        }[match.why]

    def _cells_of(self, column: str) -> str:
        if column not in self._table.columns:
            return ""
        place = self._table.columns.index(column)
        filled = (" ".join(row[place].split()) for row in self._rows)
        shown = list(dict.fromkeys(text[:_CELL_LENGTH] for text in filled if text))[:_CELLS]
        return " · ".join(shown) or self.tr("empty in the first rows")

    @Slot()
    def _settle(self) -> None:
        choice = self.choice
        for name, column in choice.items():
            self._cells[name].set_whole(self._cells_of(column))
        left = [placeholder(name) for name, column in choice.items() if not column]
        told = self.tr("Still without a column: %1").replace("%1", ", ".join(left))
        self.missing.say(told if left else "")
        self.use_button.setEnabled(not left)

    @Slot()
    def _use(self) -> None:
        self.mapped.emit(mapped(self._recipe, self.choice))
        self.accept()

    @Slot()
    def _leave(self) -> None:
        self.mapped.emit(self._recipe)
        self.accept()

    def _lay_out(self, grid: QGridLayout) -> None:
        lines = QWidget()
        lines.setLayout(grid)
        area = scrolled(lines)
        area.setAccessibleName(self.tr("Names in the prompt and their columns"))
        about = self.tr(
            "This recipe was written for a table with other headers. Say which column of %1 "
            "stands for each name; the prompt is then written with the table's own names."
        )
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        cancel = button(self.tr("Cancel"), "mapping_cancel")
        cancel.clicked.connect(self.reject)
        foot.addWidget(cancel)
        foot.addStretch(1)
        foot.addWidget(self.as_is_button)
        foot.addWidget(self.use_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        whole.setSpacing(SPACE)
        whole.addWidget(Label(self.tr("Columns for this recipe"), "heading"))
        whole.addWidget(Label(about.replace("%1", self._table.name), "muted"))
        whole.addSpacing(SPACE)
        whole.addWidget(area, 1)
        whole.addWidget(self.missing)
        whole.addLayout(foot)
