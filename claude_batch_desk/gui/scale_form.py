"""The two ends of a scale."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QWidget

from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Label

_FURTHEST = 1_000_000


class ScaleForm(QWidget):
    """From a low to a high whole number; which of them can be asked for is said elsewhere."""

    changed = Signal()

    def __init__(self, low: int, high: int) -> None:
        super().__init__()
        self.low_spin, self.high_spin = QSpinBox(), QSpinBox()
        self.low_spin.setAccessibleName(self.tr("Lowest point of the scale"))
        self.high_spin.setAccessibleName(self.tr("Highest point of the scale"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        for word, spin, value in (
            (self.tr("From"), self.low_spin, low),
            (self.tr("to"), self.high_spin, high),
        ):
            spin.setRange(-_FURTHEST, _FURTHEST)
            spin.setValue(value)
            spin.valueChanged.connect(self.changed)
            layout.addWidget(Label(word, wrap=False))
            layout.addWidget(spin)
        layout.addStretch(1)

    def ends(self) -> tuple[int, int]:
        """The lowest and the highest point."""
        return self.low_spin.value(), self.high_spin.value()

    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops."""
        return self.low_spin, self.high_spin
