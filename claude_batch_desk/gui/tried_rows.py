"""The rows that were tried with their answers: as a sheet to scan, or as cards to read."""

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.jobs.job import JobRow, TriedRow
from claude_batch_desk.core.prompts.fields import headers_of
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import canonical
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.answers_model import AnswersModel
from claude_batch_desk.gui.segmented import Segmented
from claude_batch_desk.gui.table_view import TableView
from claude_batch_desk.gui.theme import GRID, ICON, SPACE
from claude_batch_desk.gui.tried_card import TriedCard
from claude_batch_desk.gui.widgets import Label, button, scrolled
from claude_batch_desk.gui.wording import rows_of

_FEW = 10
"""Up to so many are shown as cards at first: they can be read one after the other."""
_CARDS_AT_ONCE = 20
_SIDE_BY_SIDE_FROM = GRID * 112
_NARROWEST_SOURCE = GRID * 13
_HALVES = (500, 500)
_LEAST_HEIGHT, _HEIGHT_OPEN = GRID * 34, GRID * 56
"""The second where a row is open below the sheet."""


class TriedRows(QWidget):
    """Shows rows in table order; all, those with problems, or those of an alarm."""

    example_requested = Signal(object)
    """The person wants this TriedRow for an example."""
    opened = Signal()
    """A row is open, and may need more room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[TriedRow] = []
        self._shown: list[TriedRow] = []
        self._wanted: frozenset[int] | None = None
        self._problems: Collection[int] = ()
        self._recipe = Recipe()
        self._table: Table | None = None
        self._editable = False
        self._mode = ""
        """The one that the person chose."""
        self._made = 0
        """So many of the rows shown have their card."""
        self.count_label = Label("", "strong", wrap=False)
        self.problems_check = QCheckBox(self.tr("Only with problems"))
        self.all_button = button(self.tr("Show all rows"), "tried_all", look="link")
        self.close_button = button(self.tr("Close the row"), "tried_close", look="link")
        looks = {"sheet": self.tr("Sheet"), "cards": self.tr("Cards")}
        self.look = Segmented(looks, "tried_look")
        self.model = AnswersModel(self)
        self.view = TableView("tried_table", self.tr("Rows that were tried, with their answers"))
        self.view.setModel(self.model)
        self.detail: TriedCard | None = None
        self.more_button = button(self.tr("More cards"), "tried_more")
        self._held, self._cards = QWidget(), QVBoxLayout()
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()

    @property
    def cards(self) -> list[TriedCard]:
        """Those that are made, in table order."""
        return [
            card
            for place in range(self._cards.count())
            if (item := self._cards.itemAt(place)) and isinstance(card := item.widget(), TriedCard)
        ]

    def show_rows(
        self,
        rows: Sequence[TriedRow],
        problems: Collection[int],
        recipe: Recipe,
        table: Table | None,
        *,
        editable: bool,
    ) -> None:
        """Show these; `problems` are the numbers of rows that are worth a look."""
        self._rows = sorted(rows, key=lambda each: each.number)
        self._problems = frozenset(problems) | {
            each.number for each in rows if each.answer.outcome != "answered"
        }
        self._recipe, self._table, self._editable = recipe, table, editable
        self._wanted = None
        self.problems_check.setEnabled(bool(self._problems))
        if not self._problems:
            self.problems_check.setChecked(False)
        self._show()

    def look_at(self, numbers: Collection[int]) -> None:
        """Show the rows with these numbers only."""
        self._wanted = frozenset(numbers)
        self._show()

    @Slot()
    def _show_all(self) -> None:
        self._wanted = None
        self.problems_check.setChecked(False)
        self._show()

    @Slot(str)
    def _choose_look(self, look: str) -> None:
        self._mode = look
        self._show()

    @Slot()
    def _show(self) -> None:
        wanted = self._wanted
        if wanted is None and self.problems_check.isChecked():
            wanted = frozenset(self._problems)
        self._shown = [each for each in self._rows if wanted is None or each.number in wanted]
        self.count_label.setText(rows_of(len(self._shown), len(self._rows)))
        self.all_button.setVisible(len(self._shown) < len(self._rows))
        look = self._mode or ("cards" if len(self._rows) <= _FEW else "sheet")
        self.look.choose(look)
        self._stack.setCurrentIndex(0 if look == "sheet" else 1)
        self._clear_cards()
        if look == "sheet":
            self._show_sheet()
        else:
            self._add_cards()

    # The sheet

    def _show_sheet(self) -> None:
        self._close()
        used = {*self._recipe.prompt.columns}
        if self._table is not None:
            used.add(canonical(self._table.document_column))
        names = self._table.columns if self._table else ()
        source = [(place, name) for place, name in enumerate(names) if canonical(name) in used]
        answers = headers_of(self._recipe.fields) or [self.tr("Answer")]
        rows = [
            JobRow(each.number, each.cells or ("",) * len(names), each.answer, each.version)
            for each in self._shown
        ]
        self.model.show(partial(_window, rows), len(rows), source, answers)
        # The answers are what the person looks for: leave them room beside long cells.
        widest = max(self.view.width() // 2 // max(len(source), 1), _NARROWEST_SOURCE)
        for column in range(len(source)):
            self.view.setColumnWidth(column, min(self.view.columnWidth(column), widest))
        self.view.setColumnWidth(len(source), self.view.columnWidth(len(source)) + ICON + SPACE)

    @Slot(int)
    def _open(self, place: int) -> None:
        """Show what was asked and what came back for one row."""
        if not 0 <= place < len(self._shown):
            return
        self._close()
        card = self.detail = self._card(self._shown[place])
        card.prompt_button.setChecked(True)
        self._beside.setWidget(card)
        self._beside.show()
        self._fit()
        self.opened.emit()

    @Slot()
    def _close(self) -> None:
        if self.detail is not None:
            self._beside.takeWidget()
            self.detail.hide()
            self.detail.deleteLater()
            self.detail = None
        self._beside.hide()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the row that is open beside the sheet where there is room, else below."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wide = self.width() >= _SIDE_BY_SIDE_FROM
        self._halves.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)
        tall = self.detail is not None and not wide
        self.close_button.setVisible(self.detail is not None)
        self._stack.setMinimumHeight(_HEIGHT_OPEN if tall else _LEAST_HEIGHT)

    # The cards

    def _card(self, tried: TriedRow) -> TriedCard:
        names = headers_of(self._recipe.fields) or [self.tr("Answer")]
        card = TriedCard(names, tried)
        card.example_button.setEnabled(self._editable)
        card.example_requested.connect(self.example_requested)
        return card

    def _clear_cards(self) -> None:
        for card in self.cards:
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._made = 0

    @Slot()
    def _add_cards(self) -> None:
        """The next few: two hundred at once would keep the window busy."""
        for each in self._shown[self._made : self._made + _CARDS_AT_ONCE]:
            self._cards.insertWidget(self._made, self._card(each))
            self._made += 1
        self.more_button.setVisible(self._made < len(self._shown))
        self._held.adjustSize()  # or they would be seen squeezed before they are laid out

    def _connect(self) -> None:
        self.problems_check.toggled.connect(self._show)
        self.all_button.clicked.connect(self._show_all)
        self.look.chosen.connect(self._choose_look)
        self.view.row_chosen.connect(self._open)
        self.close_button.clicked.connect(self._close)
        self.more_button.clicked.connect(self._add_cards)

    def _lay_out(self) -> None:
        self.count_label.setObjectName("tried_count")
        self.problems_check.setObjectName("tried_problems")
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        for widget in (self.count_label, self.problems_check, self.all_button):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.close_button)
        head.addWidget(self.look)
        self._beside = scrolled(QWidget())
        self._beside.setObjectName("tried_open")
        self._beside.setAccessibleName(self.tr("The row that is open"))
        self._beside.hide()
        self._halves = QSplitter(Qt.Orientation.Vertical)
        self._halves.setChildrenCollapsible(False)
        self._halves.setHandleWidth(SPACE)
        for part in (self.view, self._beside):
            self._halves.addWidget(part)
            self._halves.setStretchFactor(self._halves.indexOf(part), 1)
        self._halves.setSizes(_HALVES)
        self._stack.addWidget(self._halves)
        self._stack.addWidget(self._card_area())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def _card_area(self) -> QWidget:
        self._held.setLayout(self._cards)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(SPACE)
        self._cards.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._cards.addStretch(1)
        area = scrolled(self._held)
        area.setObjectName("try_answers")
        area.setAccessibleName(self.tr("Rows that were tried"))
        return area


def _window(rows: Sequence[JobRow], first: int, count: int) -> list[JobRow]:
    return list(rows[first : first + count])
