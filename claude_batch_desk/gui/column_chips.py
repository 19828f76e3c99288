"""The columns of the table as chips: a click puts one into the prompt, and so does a drag."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from claude_batch_desk.core.prompts.template import canonical
from claude_batch_desk.gui.column_drag import ColumnDrag
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.theme import GRID, TIGHT
from claude_batch_desk.gui.widgets import Label, button, scrolled, set_tip
from claude_batch_desk.gui.wording import number

_FILTERED_FROM = 12
_MOST_SHOWN = 120
_MOST_CHARACTERS = 32
_HEIGHT = GRID * 12


class ColumnChips(QWidget):
    """One chip for each column, the used ones checked; many columns scroll and can be searched."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[str, ...] = ()
        self._used: frozenset[str] = frozenset()
        self._chips: dict[str, QPushButton] = {}
        self.filter_edit = QLineEdit()
        self.filter_edit.setObjectName("column_filter")
        self.filter_edit.setPlaceholderText(self.tr("Find a column"))
        self.filter_edit.setAccessibleName(self.tr("Find a column"))
        self.filter_edit.setClearButtonEnabled(True)
        self.filter_edit.textChanged.connect(self._build)
        self._more = Label("", "caption")
        self._content = QWidget()
        self._flow = FlowLayout(self._content, TIGHT)
        self._area = scrolled(self._content)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the chips themselves take it
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(TIGHT)
        for widget in (self.filter_edit, self._area, self._more):
            layout.addWidget(widget)
        self.filter_edit.hide()
        self._build()

    def set_columns(self, columns: Sequence[str]) -> None:
        """Offer these columns."""
        if self._columns != tuple(columns):
            self._columns = tuple(columns)
            self.filter_edit.clear()
            self.filter_edit.setVisible(len(columns) > _FILTERED_FROM)
            self._build()

    def set_used(self, columns: Sequence[str]) -> None:
        """Mark the columns that the prompt names, in canonical form."""
        self._used = frozenset(columns)
        for column, chip in self._chips.items():
            chip.setChecked(canonical(column) in self._used)

    def chip(self, column: str) -> QPushButton | None:
        """The chip of a column, or None where it is filtered away."""
        return self._chips.get(column)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrower place needs more lines."""
        super().resizeEvent(event)
        self._fit()

    def _build(self) -> None:
        while item := self._flow.takeAt(0):
            if gone := item.widget():
                gone.hide()
                gone.deleteLater()
        wanted = self.filter_edit.text().casefold()
        found = [column for column in self._columns if wanted in column.casefold()]
        self._chips = {column: self._make(column) for column in found[:_MOST_SHOWN]}
        for chip in self._chips.values():
            self._flow.addWidget(chip)
        before: QWidget = self.filter_edit
        for chip in self._chips.values():
            QWidget.setTabOrder(before, chip)  # chips made late would come last of all
            before = chip
        hidden = len(found) - len(self._chips)
        more = self.tr("%1 more columns: type a part of the name to find them.")
        self._more.say(more.replace("%1", number(hidden)) if hidden else "")
        self._fit()

    def _make(self, column: str) -> QPushButton:
        name = canonical(column)
        short = name if len(name) <= _MOST_CHARACTERS else name[: _MOST_CHARACTERS - 1] + "…"
        chip = button(short.replace("&", "&&"), f"column_{column}", look="token")
        chip.setCheckable(True)
        chip.setChecked(name in self._used)
        chip.setAccessibleName(self.tr("Insert the column %1").replace("%1", name))
        tip = self.tr("Insert {{%1}} at the cursor, or drag it to its place")
        set_tip(chip, tip.replace("%1", name))
        ColumnDrag(chip, column)
        chip.clicked.connect(partial(self._choose, column, chip))
        return chip

    def _choose(self, column: str, chip: QPushButton) -> None:
        chip.setChecked(canonical(column) in self._used)
        self.chosen.emit(column)

    def _fit(self) -> None:
        needed = self._flow.heightForWidth(self.width() - GRID * 2)
        self._area.setFixedHeight(min(max(needed, GRID * 4), _HEIGHT))
