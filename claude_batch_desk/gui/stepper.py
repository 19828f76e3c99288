"""The five steps of a job, always in sight; a click goes to one that can be gone to."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from claude_batch_desk.gui.readiness import Step
from claude_batch_desk.gui.theme import TIGHT
from claude_batch_desk.gui.widgets import IconLabel, button

STEPS: tuple[Step, ...] = ("data", "prompt", "try", "review", "results")
_ICONS = {
    "data": "table",
    "prompt": "prompt",
    "try": "try",
    "review": "send",
    "results": "results",
}


class Stepper(QWidget):
    """One button per step; the one shown is marked."""

    step_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stepper")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        words = {
            "data": self.tr("Data"),
            "prompt": self.tr("Prompt"),
            "try": self.tr("Try"),
            "review": self.tr("Review && send"),
            "results": self.tr("Results"),
        }
        self.buttons: dict[str, QPushButton] = {}
        for step in STEPS:
            if self.buttons:
                row.addWidget(IconLabel("chevron-right", colour="faint", side=12))
            each = button(words[step], f"step_{step}", look="step", icon_name=_ICONS[step])
            each.setCheckable(True)
            each.setAutoExclusive(True)
            each.setProperty("step", step)
            each.clicked.connect(self._tell)
            self.buttons[step] = each
            row.addWidget(each)
        row.addStretch(1)

    def mark(self, step: Step) -> None:
        """Show where the person is."""
        self.buttons[step].setChecked(True)

    def allow(self, steps: set[Step]) -> None:
        """Let the person go to these steps only."""
        for step, each in self.buttons.items():
            each.setEnabled(step in steps)

    @Slot()
    def _tell(self) -> None:
        chosen = next(step for step, each in self.buttons.items() if each.isChecked())
        self.step_chosen.emit(chosen)
