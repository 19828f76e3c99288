"""How many rows ended how, as small bars with their counts."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from claude_batch_desk.gui.share_bar import ShareBar
from claude_batch_desk.gui.theme import SPACE, TIGHT
from claude_batch_desk.gui.widgets import IconLabel, Label
from claude_batch_desk.gui.wording import OUTCOME_TONES, number, outcome_word


class OutcomeBars(QWidget):
    """One line for each outcome that occurred, in the order of OUTCOME_TONES."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: dict[str, int] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE)
        self._grid.setVerticalSpacing(TIGHT)
        self._grid.setColumnStretch(3, 1)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Show rows by outcome (results.answer.Outcome, or "waiting")."""
        counts = {outcome: counts[outcome] for outcome in OUTCOME_TONES if counts.get(outcome)}
        if counts == self._counts:
            return
        self._counts = counts
        while item := self._grid.takeAt(0):
            if gone := item.widget():
                gone.hide()
                gone.deleteLater()
        total = sum(counts.values())
        for line, (outcome, count) in enumerate(counts.items()):
            tone, icon_name = OUTCOME_TONES[outcome]
            ink = "muted" if tone == "neutral" else tone
            amount = Label(number(count), "strong", wrap=False)
            amount.setObjectName(f"outcome_{outcome}")
            middle = Qt.AlignmentFlag.AlignVCenter
            self._grid.addWidget(IconLabel(icon_name, colour=ink, side=16), line, 0, middle)
            self._grid.addWidget(Label(outcome_word(outcome), wrap=False), line, 1)
            right = middle | Qt.AlignmentFlag.AlignRight
            self._grid.addWidget(amount, line, 2, right)
            self._grid.addWidget(ShareBar(count / total, ink), line, 3, middle)
