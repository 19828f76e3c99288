"""Go from row to row among those that run, or to any row by its number."""

import random
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSpinBox, QVBoxLayout, QWidget

from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.theme import TIGHT
from claude_batch_desk.gui.widgets import Label, button, icon_button, set_tip
from claude_batch_desk.gui.wording import number, rows_of

_NONE: Sequence[int] = ()


class RowStepper(QWidget):
    """Rows are counted from 1 on the screen, as the person counts them, and from 0 elsewhere."""

    row_changed = Signal()
    extreme_wanted = Signal(bool)
    """The person wants the row with the longest prompt; or with the shortest, where False."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running: Sequence[int] | None = None
        self.row_spin = QSpinBox()
        self.row_spin.setObjectName("preview_row")
        self.row_spin.setAccessibleName(self.tr("Row shown"))
        self.row_spin.setKeyboardTracking(True)
        self.previous_button = icon_button(
            "chevron-left", "preview_previous", self.tr("Row before")
        )
        self.next_button = icon_button("chevron-right", "preview_next", self.tr("Next row"))
        self.first_button = button(self.tr("First"), "preview_first", look="link")
        self.longest_button = button(self.tr("Longest"), "preview_longest", look="link")
        self.shortest_button = button(self.tr("Shortest"), "preview_shortest", look="link")
        self.random_button = button(self.tr("Random"), "preview_random", look="link")
        self.count_label = Label("", "muted", wrap=False)
        self._describe()
        self._lay_out()
        self._connect()

    @property
    def row(self) -> int:
        """The number of the row shown; -1 where there is none."""
        return self.row_spin.value() - 1

    @property
    def running(self) -> Sequence[int] | None:
        """The numbers of the rows that run, or None while they are not known."""
        return self._running

    @property
    def runs(self) -> bool:
        """Whether the row shown runs; True while nobody knows."""
        if self._running is None:
            return True
        place = bisect_left(self._running, self.row)
        return place < len(self._running) and self._running[place] == self.row

    def set_rows(self, count: int) -> None:
        """Step through so many rows; which of them run is not known yet."""
        self._running = None
        self.row_spin.setRange(min(count, 1), count)
        self.row_spin.setEnabled(count > 0)
        self.count_label.setText(self.tr("of %1").replace("%1", number(count)))

    def set_running(self, numbers: Sequence[int] | None) -> None:
        """Step through these rows only; where the one shown is not among them, go to the first."""
        self._running = numbers
        if numbers is not None and 0 < len(numbers) < self.row_spin.maximum():
            words = self.tr("%1 run").replace("%1", rows_of(len(numbers), self.row_spin.maximum()))
            self.count_label.setText(words)
        if numbers and not self.runs:
            self.go_to(numbers[0])

    def go_to(self, row: int) -> None:
        """Show this row."""
        self.row_spin.setValue(row + 1)

    def allow_extremes(self, *, allowed: bool) -> None:
        """Whether there are prompts whose lengths can be compared."""
        self.longest_button.setEnabled(allowed)
        self.shortest_button.setEnabled(allowed)

    @Slot()
    def refresh(self) -> None:
        """Offer only the steps there are."""
        self.previous_button.setEnabled(self._before() is not None)
        self.next_button.setEnabled(self._after() is not None)
        rows = self._rows()
        self.first_button.setEnabled(len(rows) > 0 and rows[0] != self.row)
        self.random_button.setEnabled(len(rows) > 1)

    def _rows(self) -> Sequence[int]:
        if self._running is not None:
            return self._running
        return range(self.row_spin.maximum())

    def _before(self) -> int | None:
        rows = self._rows()
        place = bisect_left(rows, self.row)
        return rows[place - 1] if place else None

    def _after(self) -> int | None:
        rows = self._rows()
        place = bisect_right(rows, self.row)
        return rows[place] if place < len(rows) else None

    @Slot()
    def _go_before(self) -> None:
        if (row := self._before()) is not None:
            self.go_to(row)

    @Slot()
    def _go_after(self) -> None:
        if (row := self._after()) is not None:
            self.go_to(row)

    @Slot()
    def _go_first(self) -> None:
        if rows := self._rows():
            self.go_to(rows[0])

    @Slot()
    def _go_anywhere(self) -> None:
        rows = self._rows()
        place = random.randrange(len(rows) - 1)  # noqa: S311 - no secret
        # Another row than the one shown, whichever that is.
        self.go_to(rows[place] if rows[place] != self.row else rows[-1])

    def _connect(self) -> None:
        self.previous_button.clicked.connect(self._go_before)
        self.next_button.clicked.connect(self._go_after)
        self.first_button.clicked.connect(self._go_first)
        self.random_button.clicked.connect(self._go_anywhere)
        self.longest_button.clicked.connect(lambda: self.extreme_wanted.emit(True))
        self.shortest_button.clicked.connect(lambda: self.extreme_wanted.emit(False))
        self.row_spin.valueChanged.connect(self.row_changed)

    def _describe(self) -> None:
        set_tip(self.longest_button, self.tr("Go to the row that makes the longest prompt"))
        set_tip(self.shortest_button, self.tr("Go to the row that makes the shortest prompt"))
        set_tip(self.random_button, self.tr("Go to a row by chance"))
        set_tip(self.first_button, self.tr("Go to the first row that runs"))

    def _lay_out(self) -> None:
        flow = FlowLayout(spacing=TIGHT)
        for widget in (
            self.previous_button,
            self.row_spin,
            self.next_button,
            self.count_label,
            self.first_button,
            self.shortest_button,
            self.longest_button,
            self.random_button,
        ):
            flow.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(flow)
