"""Asks the person to type an amount before it may be spent."""

from decimal import Decimal

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from claude_batch_desk.core.pricing.amounts import read_amount
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.gui.messages import MessageDialog
from claude_batch_desk.gui.theme import GRID
from claude_batch_desk.gui.widgets import Label
from claude_batch_desk.gui.wording import money


class ConfirmAmount(MessageDialog):
    """The verb can be pressed once the most it may cost is typed; that is what is agreed to."""

    agreed = Signal(object)
    """The amount that was typed, a Decimal in USD."""

    def __init__(self, price: Range, limit: Decimal, verb: str, parent: QWidget | None) -> None:
        super().__init__("coins", "", "", parent)
        self.setObjectName("confirm_amount")
        shown = money(price.ceiling, up=True)
        self._amount = read_amount(shown) or price.ceiling
        title = self.tr("This may cost up to %1").replace("%1", shown)
        self.setWindowTitle(title)
        self.heading.setText(title)
        told = self.tr(
            "About %1 is expected; it is up to %2 if every answer is as long as it may be. You "
            "want to type the amount before you send what may cost more than %3."
        )
        told = told.replace("%1", money(price.expected)).replace("%2", shown)
        self.text.setText(told.replace("%3", money(limit)))
        ask = Label(self.tr("Type %1 to send it:").replace("%1", shown.removeprefix("$")))
        self.edit = QLineEdit()
        self.edit.setObjectName("confirm_amount_edit")
        self.edit.setAccessibleName(ask.text())
        self.edit.setFixedWidth(GRID * 24)
        self.column.addSpacing(GRID)
        self.column.addWidget(ask)
        self.column.addWidget(self.edit, 0, Qt.AlignmentFlag.AlignLeft)
        self.add_way_out(self.tr("Cancel"), "confirm_amount_cancel")
        self.verb = self.add_verb(verb, self._agree, "confirm_amount_verb", "primary")
        self.verb.setEnabled(False)
        self.verb.setDefault(True)
        self.edit.textChanged.connect(self._settle)
        self.edit.setFocus()

    @property
    def typed(self) -> bool:
        """Whether the amount is there, however it is written."""
        return read_amount(self.edit.text()) == self._amount

    @Slot()
    def _settle(self) -> None:
        self.verb.setEnabled(self.typed)

    @Slot()
    def _agree(self) -> None:
        if self.typed:
            self.agreed.emit(self._amount)
            self.accept()
