"""How two runs differ in one answer column, in what they were asked, and in what they cost."""

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.comparing_runs.changes import ColumnChanges, Crossing
from claude_batch_desk.core.jobs.comparing_runs.comparison import Run, RunComparison
from claude_batch_desk.core.jobs.quality.telling import percent
from claude_batch_desk.gui.comparison_cells import CrossingTable
from claude_batch_desk.gui.comparison_words import (
    agreeing_words,
    changed_words,
    cost_words,
    left_out_words,
    matched_words,
    run_lines,
    run_title,
    unworked_words,
)
from claude_batch_desk.gui.interval_bar import IntervalBar
from claude_batch_desk.gui.text_boxes import GrowingHeight
from claude_batch_desk.gui.theme import SPACE, TIGHT, WIDE
from claude_batch_desk.gui.versions_dialog import DifferenceView
from claude_batch_desk.gui.widgets import Banner, Card, ElidedLabel, Label, button, scrolled
from claude_batch_desk.gui.wording import rows_words

_LINES = (3, 14)


class ComparisonResult(QWidget):
    """Cards below each other; a cell of the cross table leads to its rows."""

    rows_wanted = Signal(str, object)
    """These of the rows that both have are to be shown, under these words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column: ColumnChanges | None = None
        self.cells: CrossingTable | None = None
        self.changed_button: QPushButton | None = None
        self.differences: DifferenceView | None = None
        self.stops: list[QWidget] = []
        """What Tab is to stop at, in this order."""
        held = QWidget()
        self._parts = QVBoxLayout(held)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(WIDE)
        area = self._area = scrolled(held)
        area.setObjectName("comparison_area")
        area.setAccessibleName(self.tr("How they differ"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)

    def show_result(self, found: RunComparison, place: int) -> None:
        """Show how they differ in the answer column at this place of those they share."""
        while item := self._parts.takeAt(0):
            if gone := item.widget():
                gone.hide()
                gone.deleteLater()
        self.cells = self.changed_button = self.differences = None
        self.stops = []
        self._column = found.columns[place] if found.columns else None
        if "practice" in (found.before.mode, found.after.mode):
            self._add_note()
        self._parts.addWidget(self._verdict(found))
        if self._column is not None and self._column.crossings:
            self._parts.addWidget(self._crossed(self._column))
        self._parts.addWidget(self._runs(found))
        self._parts.addWidget(self._asked(found))
        self._parts.addStretch(1)

    def _add_note(self) -> None:
        note = Banner("comparison_note")
        note.say(
            self.tr(
                "Practice makes its answers up: what differs says nothing about a prompt or a "
                "model."
            )
        )
        self._parts.addWidget(note)

    def _verdict(self, found: RunComparison) -> Card:
        column = self._column
        card = Card(column.name if column else self.tr("No answer column in common"))
        card.setObjectName("comparison_verdict")
        if column is None:
            why = self.tr("They were asked for other answer columns, so only costs compare.")
            card.column.addWidget(Label(why))
        else:
            self._add_agreement(card, column, found)
        notes = [matched_words(found), *left_out_words(found)]
        if column is not None:
            notes.insert(1, unworked_words(found, column))
            if column.is_text and column.changed:
                notes.append(self.tr("Whether other words say the same is for you to judge."))
        told = Label(" ".join(filter(None, notes)), "muted", selectable=True)
        told.setObjectName("comparison_notes")
        card.column.addWidget(told)
        return card

    def _add_agreement(self, card: Card, column: ColumnChanges, found: RunComparison) -> None:
        agreeing = Label(agreeing_words(column, repeated=found.repeated), selectable=True)
        agreeing.setObjectName("comparison_agreeing")
        if column.agreement.rows and not found.repeated:
            amount = Label(percent(column.agreement.value), "amount", wrap=False)
            right = QVBoxLayout()
            right.setSpacing(TIGHT)
            right.addWidget(IntervalBar(column.agreement))
            right.addWidget(agreeing)
            row = QHBoxLayout()
            row.setSpacing(WIDE)
            row.addWidget(amount, 0, Qt.AlignmentFlag.AlignTop)
            row.addLayout(right, 1)
            card.column.addLayout(row)
        else:
            card.column.addWidget(agreeing)
        if not column.changed:
            card.column.addWidget(Label(changed_words(0), "strong"))
            return
        words = changed_words(len(column.changed))
        shown = self.changed_button = button(
            words, "comparison_changed", look="link", icon_name="eye"
        )
        shown.clicked.connect(self.show_changed)
        self.stops.append(shown)
        card.column.addWidget(shown, 0, Qt.AlignmentFlag.AlignLeft)

    def _crossed(self, column: ColumnChanges) -> Card:
        self.cells = CrossingTable(column)
        self.cells.cell_chosen.connect(self._show_cell)
        self.cells.cell_entered.connect(self._bring_into_sight)
        self.stops.append(self.cells)
        card = Card(self.tr("What became of what"))
        words = self.tr("Rows are what was said before, columns what is said after.")
        told = [words, self.tr("A cell leads to its rows.")]
        if left := self.cells.crossings.left_out:
            more = self.tr("%1 with rarer values are not in this table.")
            told.append(more.replace("%1", rows_words(left)))
        card.column.addWidget(Label(" ".join(told), "caption"))
        card.column.addWidget(self.cells)
        return card

    def _runs(self, found: RunComparison) -> Card:
        card = Card(self.tr("Cost"))
        cost = Label(cost_words(found), selectable=True)
        cost.setObjectName("comparison_cost")
        card.column.addWidget(cost)
        row = QHBoxLayout()
        row.setSpacing(WIDE)
        for after, run in enumerate((found.before, found.after)):
            row.addLayout(_about(run_title(found, after=bool(after)), run), 1)
        card.column.addLayout(row)
        return card

    def _asked(self, found: RunComparison) -> Card:
        card = Card(self.tr("What was asked"))
        words = found.recipe_words if found.recipe else self.tr("Both were asked the same.")
        told = ElidedLabel(words)
        told.setObjectName("comparison_recipe")
        card.column.addWidget(told)
        if found.recipe:
            parts = self.differences = DifferenceView()
            GrowingHeight(parts, *_LINES)
            parts.show_parts(found.recipe)
            self.stops.append(parts)
            card.column.addWidget(parts)
        return card

    @Slot()
    def show_changed(self) -> None:
        """Ask for the rows that changed in the answer column that is shown."""
        if (column := self._column) is not None:
            told = self.tr("%1: %2 changed").replace("%2", rows_words(len(column.changed)))
            pairs = [each.pair for each in column.changed]
            self.rows_wanted.emit(told.replace("%1", column.name), pairs)

    @Slot(QPoint)
    def _bring_into_sight(self, place: QPoint) -> None:
        """The table is as high as its rows, so that it does not scroll by itself."""
        whole = self._area.widget()
        if self.cells is not None and whole is not None:
            at = self.cells.viewport().mapTo(whole, place)
            self._area.ensureVisible(at.x(), at.y())

    @Slot(object)
    def _show_cell(self, cell: Crossing) -> None:
        if self.cells is not None:
            words = self.cells.crossings.words(cell)
            self.rows_wanted.emit(f"{words}: {rows_words(cell.rows)}", cell.pairs)


def _about(title: str, run: Run) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(SPACE)
    column.addWidget(ElidedLabel(title, "strong"))
    form = QFormLayout()
    form.setVerticalSpacing(TIGHT)
    form.setHorizontalSpacing(WIDE)
    for name, text in run_lines(run):
        form.addRow(Label(name, "muted", wrap=False), Label(text, selectable=True))
    column.addLayout(form)
    column.addStretch(1)
    return column
