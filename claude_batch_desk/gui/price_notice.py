"""Says of a chosen model that its price is not known, and lets the person enter it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Label, button


class PriceNotice(QWidget):
    """Hidden as long as there is nothing to say."""

    wanted = Signal(str)
    """The person wants to enter the prices of this model."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unpriced: frozenset[str] = frozenset()
        self._model = ""
        self.label = Label("", "problem")
        self.label.setObjectName("model_unpriced")
        self.enter_button = button(self.tr("Enter prices…"), "model_prices", look="link")
        self.enter_button.clicked.connect(self._tell)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.label, 1)
        row.addWidget(self.enter_button)
        self.hide()

    def set_unpriced(self, models: frozenset[str]) -> None:
        """Take the ids of all models whose price is not known."""
        self._unpriced = models

    def show_for(self, model_id: str, name: str) -> bool:
        """Show it where this model has no price; returns whether it has none."""
        self._model = model_id
        told = self.tr("The price of %1 is not known, so it is neither tried nor sent.")
        self.label.setText(told.replace("%1", name))
        unknown = model_id in self._unpriced
        self.setVisible(unknown)
        return unknown

    @Slot()
    def _tell(self) -> None:
        self.wanted.emit(self._model)
