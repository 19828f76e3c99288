"""Where the right answers are: for each answer column a column of the table, or labels by hand."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.quality.verbs import Gold
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.quality.gold_columns import GoldWhy, leaking
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.cell_samples import cells_of
from claude_batch_desk.gui.theme import GRID, SPACE, WIDE
from claude_batch_desk.gui.widgets import Banner, Card, ElidedLabel, Label, button, set_tip
from claude_batch_desk.gui.wording import rows_words

_LOOKED_AT = 50
_CELL_LENGTH = 40
_WIDEST = 20
"""Characters of a column's name in a box; the list shows more."""


class GoldForm(QWidget):
    """Says which column holds what is right; a proposal is only one until it is used."""

    used = Signal(object)
    """Take the right answers from these columns, by answer column."""
    label_requested = Signal(str)
    """Rows are to be labelled for this answer column."""

    def __init__(
        self, gold: Gold, table: Table, prompt: Template, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._gold, self._table, self._prompt = gold, table, prompt
        self._rows = table.rows.window(0, _LOOKED_AT)
        self.combos: dict[str, QComboBox] = {}
        self._cells: dict[str, ElidedLabel] = {}
        self.labelled: dict[str, Label] = {}
        self.banner = Banner("gold_leak")
        self.use_button = button(self.tr("Use these columns"), "gold_use", look="primary")
        grid = self._grid()
        for line, field in enumerate(gold.fields, start=1):
            self._add(grid, line, field.name)
        self._lay_out(grid)
        self.show_labelled(gold.labelled)
        self._settle()
        self.use_button.clicked.connect(self._use)

    @property
    def choice(self) -> Mapping[str, str]:
        """The column chosen for each answer column that has one."""
        places = {name: combo.currentIndex() for name, combo in self.combos.items()}
        return {name: self._table.columns[at - 1] for name, at in places.items() if at > 0}

    def show_labelled(self, labelled: Mapping[str, int]) -> None:
        """Say how many rows are labelled by hand."""
        for name, label in self.labelled.items():
            count = labelled.get(name, 0)
            words = self.tr("%1 labelled").replace("%1", rows_words(count))
            label.setText(words if count else self.tr("None labelled yet"))

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(WIDE)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnMinimumWidth(0, GRID * 12)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(2, 3)
        heads = (
            self.tr("Answer column"),
            self.tr("Column with the right answers"),
            self.tr("What it holds"),
            self.tr("By hand"),
        )
        for place, head in enumerate(heads):
            grid.addWidget(Label(head, "caption", wrap=False), 0, place)
        return grid

    def _add(self, grid: QGridLayout, line: int, name: str) -> None:
        combo = QComboBox()
        combo.setObjectName(f"gold_column_{line}")
        about = self.tr("Column with the right answers of %1").replace("%1", name)
        combo.setAccessibleName(about)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(_WIDEST)
        combo.addItem(self.tr("No column"))
        combo.addItems(self._table.columns)
        column, why = self._begin(name)
        if column:
            combo.setCurrentIndex(self._table.columns.index(column) + 1)
        set_tip(combo, self._why(why))
        self.combos[name], self._cells[name] = combo, ElidedLabel("", "muted")
        self.labelled[name] = Label("", "muted", wrap=False)
        hand = button(self.tr("Label rows…"), f"gold_label_{line}", look="link")
        hand.setAccessibleName(self.tr("Label rows for %1").replace("%1", name))
        hand.clicked.connect(partial(self.label_requested.emit, name))
        beside = QHBoxLayout()
        beside.setSpacing(SPACE)
        beside.addWidget(self.labelled[name])
        beside.addWidget(hand)
        grid.addWidget(ElidedLabel(name, "strong"), line, 0)
        grid.addWidget(combo, line, 1)
        grid.addWidget(self._cells[name], line, 2)
        grid.addLayout(beside, line, 3)
        combo.currentIndexChanged.connect(self._settle)

    def _begin(self, name: str) -> tuple[str, GoldWhy]:
        """The column to begin with: the one in use, or else the one proposed."""
        if (used := self._gold.columns.get(name, "")) in self._table.columns:
            return used, ""
        match = next((each for each in self._gold.proposed if each.field == name), None)
        return (match.column, match.why) if match and not self._gold.columns else ("", "")

    def _why(self, why: GoldWhy) -> str:
        return {
            "name": self.tr("Proposed: its name says so."),
            "values": self.tr("Proposed: its cells are the allowed values."),
            "": self.tr("Cells that are empty say nothing about their row."),
        }[why]

    @Slot()
    def _settle(self) -> None:
        choice = self.choice
        for name, label in self._cells.items():
            label.set_whole(cells_of(self._table, self._rows, choice.get(name, ""), _CELL_LENGTH))
        leaks = leaking(choice, self._prompt)
        if leaks:
            told = self.tr(
                "The prompt contains the right answer: it names %1. The answers would be copied, "
                "and the accuracy would say nothing. Take it out of the prompt, or choose another "
                "column."
            )
            self.banner.say(told.replace("%1", ", ".join(f"“{each}”" for each in leaks)), "error")
        else:
            self.banner.clear()
        self.use_button.setEnabled(not leaks and dict(choice) != dict(self._gold.columns))

    @Slot()
    def _use(self) -> None:
        self.used.emit(dict(self.choice))

    def _lay_out(self, grid: QGridLayout) -> None:
        card = Card(self.tr("Where the right answers are"))
        card.column.addWidget(
            Label(
                self.tr(
                    "Name a column that says what is right, or label some rows by hand: 30 to 200 "
                    "are enough. Nothing of it is sent."
                ),
                "muted",
            )
        )
        card.column.addSpacing(SPACE)
        card.column.addLayout(grid)
        card.column.addWidget(self.banner)
        foot = QHBoxLayout()
        foot.addWidget(self.use_button)
        foot.addStretch(1)
        card.column.addSpacing(SPACE)
        card.column.addLayout(foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        column.addStretch(1)
