"""A choice among a few, all of them in sight."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from claude_batch_desk.gui.widgets import button


class Segmented(QWidget):
    """A few choices side by side, one of which holds. Values are given and told as text."""

    chosen = Signal(str)
    """The person chose this value."""

    def __init__(
        self, choices: dict[str, str], name: str, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._buttons: dict[str, QPushButton] = {}
        for place, (value, text) in enumerate(choices.items()):
            each = button(text, f"{name}_{value}", look="segment", parent=self)
            end = {0: "first", len(choices) - 1: "last"}.get(place, "middle")
            each.setProperty("place", end)
            each.setCheckable(True)
            each.setAutoExclusive(True)
            each.clicked.connect(self._tell)
            self._buttons[value] = each
            row.addWidget(each)

    @property
    def value(self) -> str:
        """The choice that holds, or "" before there is one."""
        return next((value for value, each in self._buttons.items() if each.isChecked()), "")

    def choose(self, value: str) -> None:
        """Make this choice hold, without telling."""
        self._buttons[value].setChecked(True)

    def allow(self, value: str, *, allowed: bool) -> None:
        """Whether this choice can be made now."""
        self._buttons[value].setEnabled(allowed)

    @Slot()
    def _tell(self) -> None:
        self.chosen.emit(self.value)
