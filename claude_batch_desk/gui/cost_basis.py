"""What the range on the cost card rests on, and what would make it narrower."""

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.gui.theme import TIGHT
from claude_batch_desk.gui.widgets import Label, button
from claude_batch_desk.gui.wording import requests_words, rows_words


class CostBasis(QWidget):
    """Lines of plain words, and a button that narrows the range."""

    try_requested = Signal()
    """Go and try rows."""
    count_requested = Signal()
    """Count more rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doing = ""
        self.lines = Label("", "caption")
        self.lines.setObjectName("cost_basis")
        self.narrower = Label("", "caption")
        self.narrower.setObjectName("cost_narrower")
        self.do_button = button("", "cost_narrow", look="link")
        self.do_button.clicked.connect(self._do)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self.lines)
        column.addWidget(self.narrower)
        column.addWidget(self.do_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.clear()

    def show_estimate(self, estimate: Estimate, *, editable: bool) -> None:
        """Show what it rests on; while it can be changed, also what would narrow it."""
        self.lines.say("\n".join(self._lines(estimate)))
        narrowing = estimate.narrowing if editable else None
        self._doing = narrowing.do if narrowing else ""
        self.narrower.say(
            self.tr("Narrower: %1").replace("%1", str(narrowing)) if narrowing else ""
        )
        tries = self._doing == "try"
        self.do_button.setText(self.tr("Try rows") if tries else self.tr("Count again"))
        self.do_button.setVisible(narrowing is not None)

    def clear(self) -> None:
        """There is no estimate."""
        self.lines.say("")
        self.narrower.say("")
        self.do_button.hide()

    def _lines(self, estimate: Estimate) -> Iterator[str]:
        if not estimate.requests:
            yield from self._besides(estimate)
            return
        measured = self.tr("%1; %2. %3").replace("%1", self._input(estimate))
        yield measured.replace("%2", self._answers(estimate)).replace("%3", self._trust(estimate))
        if not estimate.counted and estimate.checked:
            yield estimate.checked
        if estimate.calibration is not None:
            yield str(estimate.calibration)
        yield from self._besides(estimate)
        yield self.tr("Prices: %1.").replace("%1", estimate.prices_date)

    def _besides(self, estimate: Estimate) -> Iterator[str]:
        """The rows that cost nothing, and why."""
        if estimate.requests < estimate.rows:
            twins = self.tr("%1 share %2.").replace("%1", rows_words(estimate.rows))
            yield twins.replace("%2", requests_words(estimate.requests))
        if estimate.taken_over:
            taken = self.tr("%1 have their answers from an earlier job, free.")
            yield taken.replace("%1", rows_words(estimate.taken_over))
        if estimate.unsent:
            unsent = self.tr("%1 more cannot be sent and cost nothing.")
            yield unsent.replace("%1", rows_words(estimate.unsent))

    def _input(self, estimate: Estimate) -> str:
        if estimate.counted_earlier:
            earlier = self.tr("Input from %1 counted before your last change")
            return earlier.replace("%1", requests_words(estimate.counted_earlier))
        if not estimate.counted:
            return self.tr("No count yet, input by a rule of thumb")
        if estimate.counted + estimate.already_answered >= estimate.requests:
            return self.tr("Input counted on every row")
        return self.tr("Input counted on %1").replace("%1", rows_words(estimate.counted))

    def _answers(self, estimate: Estimate) -> str:
        if not estimate.tried:
            return self.tr("answers guessed from the answer columns")
        return self.tr("answers measured on %1").replace("%1", rows_words(estimate.tried))

    def _trust(self, estimate: Estimate) -> str:
        if estimate.tried and estimate.counted:
            return self.tr("95 of 100 jobs like this end inside the range.")
        return self.tr("The range is a guess until rows are tried.")

    @Slot()
    def _do(self) -> None:
        (self.try_requested if self._doing == "try" else self.count_requested).emit()
