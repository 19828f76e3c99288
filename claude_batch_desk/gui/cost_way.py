"""One way to send a job on the cost card: its amount, where that may lie, and what it saves."""

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.range_bar import RangeBar, Scale
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Chip, Label, set_tip
from claude_batch_desk.gui.wording import money


class CostWay(QWidget):
    """Amounts in USD; where a way is not on offer, it says why instead."""

    def __init__(self, name: str, title: str, colour: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.title = Label(title, "strong")
        self.amount = Label("–", "amount", wrap=False)
        self.amount.setObjectName(f"{name}_amount")
        self.span = Label("", "caption", wrap=False)
        self.span.setObjectName(f"{name}_span")
        self.why = Label("", "caption")
        self.why.setObjectName(f"{name}_why")
        self.bar = RangeBar(colour)
        set_tip(
            self.bar,
            self.tr(
                "The thick line is where the bill is expected to lie, the mark across it what is "
                "most likely, the thin one the most it can be."
            ),
        )
        self.saving = Chip()
        self.saving.setObjectName(f"{name}_saving")
        self.sent_chip = Chip(self.tr("sent this way"), "accent", "send")
        self._lay_out()
        self.clear()

    def show_range(self, amount: Range, scale: Scale, billed: Decimal | None = None) -> None:
        """Show where the amount may lie, on a scale that all ways have."""
        self.clear()
        expected, low = money(amount.expected), money(amount.low)
        high, ceiling = money(amount.high, up=True), money(amount.ceiling, up=True)
        self.amount.setText(expected)
        span = self.tr("%1 to %2\nat most %3")
        self.span.say(span.replace("%1", low).replace("%2", high).replace("%3", ceiling))
        heard = self.tr("%1: about %2, between %3 and %4, never more than %5")
        for mark, words in zip(
            ("%1", "%2", "%3", "%4", "%5"),
            (self.title.text(), expected, low, high, ceiling),
            strict=True,
        ):
            heard = heard.replace(mark, words)
        self.amount.setAccessibleName(heard)
        self.bar.show_range(amount, scale, billed)

    def show_saving(self, amount: Range, dearest: Range) -> None:
        """How much less than another way it is expected to cost; nothing where it is not less."""
        saved = dearest.expected - amount.expected
        self.saving.setVisible(saved > 0)
        if saved > 0:
            words = self.tr("saves %1 · %2 %").replace("%1", money(saved))
            share = str(round(100 * saved / dearest.expected))
            self.saving.show_state(words.replace("%2", share), "good", "check")

    def show_sent(self) -> None:
        """The job was sent this way."""
        self.sent_chip.show()

    def refuse(self, why: str) -> None:
        """This way is not on offer, for this reason; "" hides it altogether."""
        self.clear()
        self.amount.hide()
        self.bar.hide()
        self.why.say(why)
        self.setVisible(bool(why))

    def clear(self) -> None:
        """Nothing is known."""
        self.show()
        for part in (self.amount, self.bar):
            part.show()
        self.amount.setText("–")
        self.amount.setAccessibleName(self.tr("%1: not known").replace("%1", self.title.text()))
        self.span.say("")
        self.why.say("")
        self.saving.hide()
        self.sent_chip.hide()
        self.bar.show_range(None, Scale(Decimal(0)))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.sent_chip, 0, Qt.AlignmentFlag.AlignTop)
        amounts = QWidget()
        flow = FlowLayout(amounts, SPACE, 0)
        flow.addWidget(self.amount)
        flow.addWidget(self.span)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        for part in (amounts, self.bar, self.saving, self.why):
            column.addWidget(part)
