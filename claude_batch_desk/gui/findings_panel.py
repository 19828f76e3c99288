"""What is worth a look in a table, each with its rows to step through."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.tables.finding import Finding
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT
from claude_batch_desk.gui.widgets import (
    IconLabel,
    Label,
    icon_button,
    scrolled,
    set_look,
    tab_through,
)
from claude_batch_desk.gui.wording import number


class FindingCard(QFrame):
    """One finding; pressing it shows its first row, and the arrows go on from there."""

    row_chosen = Signal(int)
    """This row of the table, counted from 0, is to be shown."""

    def __init__(self, finding: Finding, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        self.step = -1
        """Which of the rows is shown; -1 before the first."""
        self.setObjectName(f"finding_{place}")
        self.setProperty("look", "finding")
        self.sentence = Label(finding.sentence)
        self.place_label = Label("", "caption", wrap=False)
        self.previous_button = icon_button(
            "chevron-left", f"finding_{place}_previous", self.tr("Row before")
        )
        self.next_button = icon_button(
            "chevron-right", f"finding_{place}_next", self.tr("Next row")
        )
        for step in (self.previous_button, self.next_button):
            step.setAccessibleName(f"{step.accessibleName()}: {finding.sentence}")
        self._lay_out()
        self.previous_button.clicked.connect(self.go_back)
        self.next_button.clicked.connect(self.go_on)
        self._show_place()

    @Slot()
    def go_on(self) -> None:
        """Show the next of its rows."""
        self._go(self.step + 1)

    @Slot()
    def go_back(self) -> None:
        """Show the row before."""
        self._go(self.step - 1)

    def rest(self) -> None:
        """Another finding is stepped through; begin anew the next time."""
        self.step = -1
        self._show_place()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click anywhere on it is a wish to see where that is."""
        if event.button() == Qt.MouseButton.LeftButton and self.finding.rows:
            self._go(max(self.step, 0))
        super().mousePressEvent(event)

    def _go(self, step: int) -> None:
        if 0 <= step < len(self.finding.rows):
            self.step = step
            self._show_place()
            self.row_chosen.emit(self.finding.rows[step])

    def _show_place(self) -> None:
        rows = self.finding.rows
        self.previous_button.setEnabled(self.step > 0)
        self.next_button.setEnabled(self.step < len(rows) - 1)
        set_look(self, "current", value=self.step >= 0)
        if not rows:
            words = ""
        elif self.step < 0:
            words = self.tr("Show the row") if len(rows) == 1 else self.tr("Show the rows")
        else:
            words = self.tr("Row %1 · %2 of %3")
            words = words.replace("%1", number(rows[self.step] + 1))
            words = words.replace("%2", number(self.step + 1))
            words = words.replace("%3", number(len(rows)))
            if self.finding.count > len(rows):
                words = self.tr("%1, of %2 in all").replace("%1", words)
                words = words.replace("%2", number(self.finding.count))
        self.place_label.setText(words)
        self.setAccessibleName(f"{self.finding.sentence} {words}")

    def _lay_out(self) -> None:
        steps = QHBoxLayout()
        steps.setSpacing(TIGHT)
        steps.addWidget(self.place_label, 1)
        steps.addWidget(self.previous_button)
        steps.addWidget(self.next_button)
        words = QVBoxLayout()
        words.setSpacing(TIGHT)
        words.addWidget(self.sentence)
        words.addLayout(steps)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE, TIGHT, TIGHT)
        row.setSpacing(SPACE)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(IconLabel("warning", colour="warning"), 0, top)
        row.addLayout(words, 1)
        for widget in (self.place_label, self.previous_button, self.next_button):
            widget.setVisible(bool(self.finding.rows))
        if self.finding.rows:
            self.setCursor(Qt.CursorShape.PointingHandCursor)


class FindingsPanel(QWidget):
    """All findings of a table, then what was noted about the whole of it."""

    row_chosen = Signal(int)
    """This row of the table, counted from 0, is to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findings_panel")
        self.cards: list[FindingCard] = []
        self.notes: list[Label] = []
        content = QWidget()
        self._lines = QVBoxLayout(content)
        self._lines.setContentsMargins(0, 0, TIGHT, 0)
        self._lines.setSpacing(SPACE)
        area = self._area = scrolled(content)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrows in it take it
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        self.setMinimumWidth(GRID * 24)

    def show_found(
        self, findings: Sequence[Finding], notes: Sequence[str], *, whole: bool = True
    ) -> None:
        """Show these findings and notes; there may be more until the `whole` table is read."""
        while item := self._lines.takeAt(0):
            if gone := item.widget():
                gone.hide()
                gone.deleteLater()
        self.cards = [FindingCard(finding, place) for place, finding in enumerate(findings)]
        self.notes = [Label(note, "muted", selectable=True) for note in notes]
        for card in self.cards:
            card.row_chosen.connect(self._choose)
            self._lines.addWidget(card)
        for note in self.notes:
            self._lines.addWidget(_noted(note))
        if not self.cards and not self.notes:
            nothing = self.tr("Nothing odd was found in this table.")
            told = nothing if whole else self.tr("The table is still being read.")
            self._lines.addWidget(Label(told, "muted"))
        self._lines.addStretch(1)
        steps = [(card.previous_button, card.next_button) for card in self.cards]
        tab_through([each for pair in steps for each in pair], then=self._area)

    @Slot(int)
    def _choose(self, row: int) -> None:
        for card in self.cards:
            if card is not self.sender() and card.step >= 0:
                card.rest()
        self.row_chosen.emit(row)


def _noted(label: Label) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(SPACE, TIGHT, TIGHT, TIGHT)
    row.setSpacing(SPACE)
    row.addWidget(IconLabel("info", colour="info"), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label, 1)
    return line
