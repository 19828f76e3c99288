"""A line for each name in a prompt: its column in the table, why it is proposed, and some cells."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.prompts.mapping import Match, mapped, propose_mapping
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import placeholder
from claude_batch_desk.core.tables.table import Row, Table
from claude_batch_desk.gui.cell_samples import cells_of
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT, WIDE
from claude_batch_desk.gui.widgets import ElidedLabel, Label, set_tip

_LOOKED_AT = 50
"""Rows that are looked through for cells to show."""
_CELL_LENGTH = 60
_WIDEST = 24
"""Characters of a column's name in a box; the list shows more."""
_NARROW = 12


class MappingForm(QWidget):
    """Says which column stands for which name, where a recipe of another table is used."""

    settled = Signal()
    """Another column was chosen for a name."""

    def __init__(
        self,
        recipe: Recipe,
        table: Table,
        kept: tuple[str, ...] = (),
        *,
        narrow: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Columns that are `kept` on this computer are not offered.

        Where it is narrow, the cells stand below the column that they are of.
        """
        super().__init__(parent)
        self._recipe, self._table, self._narrow = recipe, table, narrow
        self._columns = [each for each in table.columns if each not in kept]
        self._rows = _first_rows(table)
        self.combos: dict[str, QComboBox] = {}
        self.cells: dict[str, ElidedLabel] = {}
        self.missing = Label("", "caption" if narrow else "problem")
        self.missing.setObjectName("mapping_missing")
        matches = propose_mapping(recipe, self._columns, table.profile)
        grid = self._grid()
        for line, match in enumerate(matches, start=1):
            self._add(grid, line, match)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(grid)
        column.addWidget(self.missing)
        self._settle()

    @property
    def choice(self) -> Mapping[str, str]:
        """The column chosen for each name; "" for none."""
        places = {name: combo.currentIndex() for name, combo in self.combos.items()}
        return {name: self._columns[at - 1] if at > 0 else "" for name, at in places.items()}

    @property
    def complete(self) -> bool:
        """Whether each name has a column."""
        return all(self.choice.values())

    @property
    def recipe(self) -> Recipe:
        """The recipe in the table's own names; a name without a column stays."""
        return mapped(self._recipe, self.choice)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE if self._narrow else WIDE)
        grid.setVerticalSpacing(TIGHT if self._narrow else SPACE)
        grid.setColumnStretch(0, 2)
        if self._narrow:
            grid.setColumnStretch(1, 3)
            return grid
        grid.setColumnMinimumWidth(0, GRID * 16)
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
        combo.setMinimumContentsLength(_NARROW if self._narrow else _WIDEST)
        combo.addItem(self.tr("Choose a column"))
        combo.addItems(self._columns)
        if match.column:
            combo.setCurrentIndex(self._columns.index(match.column) + 1)
        set_tip(combo, self._why(match))
        cells = ElidedLabel("", "caption" if self._narrow else "muted")
        cells.setObjectName(f"mapping_cells_{line}")
        self.combos[match.name], self.cells[match.name] = combo, cells
        grid.addWidget(name, line * 2, 0)
        grid.addWidget(combo, line * 2, 1)
        below = int(self._narrow)
        grid.addWidget(cells, line * 2 + below, 2 - below)
        combo.currentIndexChanged.connect(self._settle)

    def _why(self, match: Match) -> str:
        return {
            "same": self.tr("The table has a column of this name."),
            "spelled alike": self.tr("Proposed: it has the same name, written differently."),
            "similar": self.tr("Proposed: its name is similar."),
            "content": self.tr("Proposed: its cells are of the kind the name speaks of."),
            "": self.tr("No column is like it. Choose one."),
        }[match.why]

    @Slot()
    def _settle(self) -> None:
        choice = self.choice
        for name, column in choice.items():
            self.cells[name].set_whole(cells_of(self._table, self._rows, column, _CELL_LENGTH))
            self.cells[name].setHidden(self._narrow and not column)
        left = [placeholder(name) for name, column in choice.items() if not column]
        told = self.tr("Still without a column: %1").replace("%1", ", ".join(left))
        self.missing.say(told if left else "")
        self.settled.emit()


def _first_rows(table: Table) -> Sequence[Row]:
    """None where they cannot be read, which the pages that show the rows say."""
    try:
        return table.rows.window(0, _LOOKED_AT)
    except StoreError:
        return ()
