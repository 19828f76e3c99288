"""What is to be put side by side, on how many rows, and what that costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs.quality.arms import variant
from claude_batch_desk.core.jobs.quality.comparing import (
    FEWEST_ARMS,
    MOST_ARMS,
    ArmChoices,
    ContestOffer,
)
from claude_batch_desk.core.jobs.store.arm_store import Arm, Contest
from claude_batch_desk.gui.arm_row import ArmRow, price_words
from claude_batch_desk.gui.arm_words import arm_name
from claude_batch_desk.gui.theme import GRID, SPACE, WIDE
from claude_batch_desk.gui.widgets import Card, Label, button, set_look, tab_through
from claude_batch_desk.gui.wording import money, rows_words

FEWEST_ROWS, USUAL_ROWS, MOST_ROWS = 10, 30, 200
_USUAL = ("haiku", "sonnet", "opus")
"""Lines of models in the order they are proposed; nobody is led to the dearest."""
_QUIET = 250
"""Milliseconds of quiet before the price is asked for again."""


@dataclass(frozen=True)
class Wanted:
    """What the form says."""

    arms: tuple[Arm, ...]
    rows: int
    again: bool


class ContestForm(QWidget):
    """Tells what is wanted when that changed, and shows the price of it when it is given."""

    asked = Signal()
    """Something else is wanted, so there is no price yet."""
    started = Signal(object)
    """This ContestOffer is to be paid for."""

    def __init__(self, choices: ArmChoices, before: Contest | None) -> None:
        super().__init__()
        self._choices = choices
        self._offer: ContestOffer | None = None
        self._made = 0
        self.rows: list[ArmRow] = []
        self.first_price = Label("", "muted", wrap=False)
        self.add_button = button(self.tr("Add another"), "arm_add", look="link", icon_name="plus")
        self.count = QSpinBox()
        self.again = QCheckBox(self.tr("Ask the first one twice, to see how much is chance"))
        self.again_price = Label("", "muted", wrap=False)
        self.about = Label("", "caption")
        self.most = Label("", "caption")
        self.most.setObjectName("contest_most")
        self.start_button = button("", "contest_start", look="primary", icon_name="try")
        if before is not None:
            self.again.setChecked(before.again)
        self._timer = QTimer(self)
        self._list = QVBoxLayout()
        self._lay_out()
        for arm in self._proposed(before):
            self._add(arm)
        self.add_button.clicked.connect(self._add_another)
        self.count.valueChanged.connect(self._ask)
        self.again.clicked.connect(self._ask)
        self.start_button.clicked.connect(self._start)
        self._timer.timeout.connect(self.asked)
        self._ask()

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The job's own recipe, and those beside it."""
        return (Arm(self._choices.recipe), *(each.arm for each in self.rows))

    @property
    def wanted(self) -> Wanted:
        """All that is chosen."""
        return Wanted(self.arms, self.count.value(), self.again.isChecked())

    @property
    def offer(self) -> ContestOffer | None:
        """What is chosen, with its price; None while nobody knows that."""
        return self._offer

    def show_offer(self, offer: ContestOffer | None) -> None:
        """Show what was asked for costs; None while nobody knows."""
        self._offer = offer
        prices = offer.prices if offer else (None,) * len(self.arms)
        for row, price in zip(self.rows, prices[1:], strict=False):
            row.show_price(price)
        self.first_price.setText(price_words(prices[0]))
        again = offer is not None and offer.contest.again
        self.again_price.setText(price_words(prices[-1]) if again else "")
        self.start_button.setText(self._start_words(offer))
        self.show_objection("")

    def show_objection(self, why: str) -> None:
        """Why what was offered cannot be bought, as a sentence; "" where it can."""
        self.start_button.setEnabled(self._offer is not None and not why)
        self.most.setText(why or self._most_words(self._offer))
        set_look(self.most, "look", "problem" if why else "caption")

    def _most_words(self, offer: ContestOffer | None) -> str:
        if offer is None or not offer.total.ceiling:
            return ""
        told = self.tr("At the full price, at most %1. Each answer is paid once and kept.")
        return told.replace("%1", money(offer.total.ceiling, up=True))

    def _start_words(self, offer: ContestOffer | None) -> str:
        rows = rows_words(self.count.value())
        if offer is None:
            return self.tr("Compare on %1").replace("%1", rows)
        rows = rows_words(len(offer.contest.rows))
        if not offer.total.ceiling:
            return self.tr("Show the comparison on %1").replace("%1", rows)
        told = self.tr("Compare on %1, about %2").replace("%1", rows)
        return told.replace("%2", money(offer.total.expected))

    def _proposed(self, before: Contest | None) -> Sequence[Arm]:
        """What was compared last; or else a cheaper or a more careful model."""
        now = self._choices.recipe
        if before is not None and before.arms[0].recipe == now:
            offered = {each.id for each in self._choices.models}
            return [each for each in before.arms[1:] if each.recipe.model in offered]
        line = next((each.line for each in self._choices.models if each.id == now.model), "")
        wanted = "sonnet" if line == "haiku" else "haiku"
        return [Arm(variant(now, each)) for each in self._of_line(wanted)]

    def _of_line(self, line: str) -> Sequence[OfferedModel]:
        found = [each for each in self._choices.models if each.line == line]
        others = [each for each in self._choices.models if each.id != self._choices.recipe.model]
        return (found or others)[:1]

    def _add(self, arm: Arm) -> None:
        self._made += 1
        row = ArmRow(self._choices, arm, self._made)
        row.changed.connect(self._ask)
        row.remove_requested.connect(partial(self._remove, row))
        self.rows.append(row)
        self._list.addWidget(row)
        tab_through([row.prompt, row.model, row.effort, row.thinking, row.remove], self.add_button)
        self._settle()

    @Slot()
    def _add_another(self) -> None:
        """A model that is not among them yet, as far as there is one."""
        taken = {each.recipe.model for each in self.arms}
        free = [each for each in self._choices.models if each.id not in taken]
        lines = {each.line for each in self._choices.models if each.id in taken}
        usual = [each for line in _USUAL if line not in lines for each in free if each.line == line]
        model = (usual or free or self._choices.models)[0]
        self._add(Arm(variant(self._choices.recipe, model)))
        self.rows[-1].model.setFocus()
        self._ask()

    def _remove(self, row: ArmRow) -> None:
        self.rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._settle()
        self._ask()

    def _settle(self) -> None:
        self.add_button.setEnabled(len(self.rows) + 1 < MOST_ARMS)
        for row in self.rows:
            row.remove.setEnabled(len(self.rows) + 1 > FEWEST_ARMS)

    @Slot()
    def _ask(self) -> None:
        self.show_offer(None)
        self.about.setText(self._about())
        self._timer.start()

    def _about(self) -> str:
        tried, count = min(self._choices.tried, self.count.value()), self.count.value()
        if tried == count:
            return self.tr("Rows that were tried already; their answers are paid.")
        if not tried:
            return self.tr("At random from the rows that run.")
        told = self.tr("%1 tried already, whose answers are paid, and %2 at random.")
        return told.replace("%1", rows_words(tried)).replace("%2", f"{count - tried:,}")

    @Slot()
    def _start(self) -> None:
        if self._offer is not None:
            self.started.emit(self._offer)

    def _lay_out(self) -> None:
        self._timer.setSingleShot(True)
        self._timer.setInterval(_QUIET)
        most = max(min(self._choices.running, MOST_ROWS), 1)
        self.count.setObjectName("contest_rows")
        self.count.setAccessibleName(self.tr("How many rows to compare on"))
        self.count.setRange(min(FEWEST_ROWS, most), most)
        self.count.setValue(max(min(self._choices.tried, most), min(USUAL_ROWS, most)))
        self.count.setKeyboardTracking(False)
        self.again.setObjectName("contest_again")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(WIDE)
        column.addWidget(self._arms_card())
        column.addWidget(self._rows_card())
        start = QHBoxLayout()
        start.setSpacing(WIDE)
        start.addWidget(self.start_button)
        start.addWidget(self.most, 1)
        column.addLayout(start)
        column.addStretch(1)

    def _arms_card(self) -> Card:
        card = Card(self.tr("What is compared"))
        card.column.addLayout(self._first())
        self._list.setSpacing(SPACE)
        card.column.addLayout(self._list)
        left = QHBoxLayout()
        left.addWidget(self.add_button)
        left.addStretch(1)
        card.column.addLayout(left)
        return card

    def _rows_card(self) -> Card:
        rows = Card(self.tr("On which rows"))
        line = QHBoxLayout()
        line.setSpacing(SPACE)
        line.addWidget(Label(self.tr("Rows"), wrap=False))
        line.addWidget(self.count)
        line.addWidget(self.about, 1)
        rows.column.addLayout(line)
        twice = QHBoxLayout()
        twice.setSpacing(SPACE)
        twice.addWidget(self.again)
        twice.addWidget(self.again_price)
        twice.addStretch(1)
        rows.column.addLayout(twice)
        return rows

    def _first(self) -> QHBoxLayout:
        model = next(
            (each for each in self._choices.models if each.id == self._choices.recipe.model), None
        )
        name = arm_name(self._choices.recipe, model) if model else self._choices.recipe.model
        line = QHBoxLayout()
        line.setSpacing(SPACE)
        told = self.tr("As the job is now: %1").replace("%1", name)
        line.addWidget(Label(told, "strong"), 1)
        self.first_price.setMinimumWidth(GRID * 13)
        line.addWidget(self.first_price)
        line.addSpacing(GRID * 5)
        return line
