"""Rows that came to nothing for one cause: how many, what helps, and the buttons that run them."""

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QWidget

from claude_batch_desk.core.jobs.again.causes import Cause
from claude_batch_desk.core.jobs.again.verbs import Group, Wanted
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.versions import in_a_line
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Card, Label, button
from claude_batch_desk.gui.wording import money, row_words, rows_words


def _tr(text: str) -> str:
    return QCoreApplication.translate("again_card", text)


def cause_words(cause: Cause) -> str:
    """Why rows came to nothing, in a few words."""
    return {
        "as_it_is": _tr("Trouble of the service"),
        "expired": _tr("Expired"),
        "canceled": _tr("Canceled"),
        "missing": _tr("Missing"),
        "credit": _tr("Out of credit"),
        "cut_off": _tr("Cut off"),
        "too_long": _tr("Too long"),
        "outside": _tr("Outside the list"),
        "refused": _tr("Declined"),
        "change": _tr("Cannot be asked as they are"),
    }[cause]


class AgainCard(Card):
    """Names a price only for what it would run; buys nothing itself."""

    run_wanted = Signal(str)
    """Run the rows this way (job.Way)."""
    change_wanted = Signal()
    """The person wants to change the recipe that these rows are run with."""

    def __init__(
        self, group: Group, own: Recipe, row: int | None = None, parent: QWidget | None = None
    ) -> None:
        """`own` is the recipe of the job; `row` the one that the person wants by itself."""
        super().__init__(f"{_which(group, row)} · {cause_words(group.cause)}", parent=parent)
        suffix = group.cause if row is None else "row"
        self.setObjectName(f"again_{suffix}")
        self.group, self._own, self.row = group, own, row
        self.recipe = group.recipe
        """What they would be run with; None where a person has to change something first."""
        self.price: Estimate | None = None
        self._objections: tuple[str, str] = ("", "")
        self._held = False
        self.reason = Label(self._reason(), "muted", selectable=True)
        self.change = Label("", "caption")
        self.cost = Label("", "caption")
        self.problem = Label("", "problem")
        name = f"again_run_{suffix}"
        self.run_button = button("", name, icon_name="refresh")
        self.now_button = button("", f"{name}_now", look="link")
        self.change_button = button(
            self.tr("Change and run…"), f"again_change_{suffix}", look="link"
        )
        self._lay_out()
        self.run_button.clicked.connect(lambda: self.run_wanted.emit("batch"))
        self.now_button.clicked.connect(lambda: self.run_wanted.emit("now"))
        self.change_button.clicked.connect(self.change_wanted)
        self._settle()

    def wanted(self) -> Wanted:
        """What it would run, as a batch."""
        if self.row is None:
            return Wanted((self.group.cause,), recipe=self.recipe)
        return Wanted(rows=(self.row,), recipe=self.recipe)

    def use(self, recipe: Recipe) -> None:
        """Run them with this recipe; its price is not known yet."""
        self.recipe, self.price = recipe, None
        self._settle()

    def show_price(self, price: Estimate, objections: tuple[str, str]) -> None:
        """Say what it costs; `objections` are why it cannot be bought, as a batch and at once."""
        self.price, self._objections = price, objections
        self._settle()

    def show_problem(self, problem: str) -> None:
        """Say why there is no price, as a sentence."""
        self._settle()
        self.problem.say(problem)
        self.cost.say("")

    def hold(self, *, busy: bool) -> None:
        """While something is being sent, nothing else is."""
        self._held = busy
        self._settle()

    def _reason(self) -> str:
        told = self.group.advice
        if not self.group.running:
            return told
        if not self.group.rest:
            return self.tr("They are being run again. Their earlier answers stay until then.")
        words = self.tr("%1 of them being run again already.")
        return f"{words.replace('%1', rows_words(self.group.running))} {told}"

    def _settle(self) -> None:
        """Show what can be done now."""
        offered, price = self.recipe is not None and self.group.rest > 0, self.price
        self.problem.say("")
        self.change.say(self._changed())
        self.run_button.setVisible(offered)
        self.now_button.setVisible(offered and price is not None)
        self.change_button.setVisible(self.group.rest > 0)
        self.change_button.setEnabled(not self._held)
        if not offered:
            self.cost.say("")
            return
        if price is None:
            self.run_button.setText(self._verb())
            self.run_button.setEnabled(False)
            self.cost.say(self.tr("Finding out what it costs …"))
            return
        self._show_price(price)

    def _show_price(self, price: Estimate) -> None:
        batch, now = self._objections
        with_price = self.tr("%1, about %2")
        told = with_price.replace("%1", self._verb()).replace("%2", money(price.batch.expected))
        self.run_button.setText(told)
        self.run_button.setEnabled(not self._held and not batch)
        at_once = self.tr("At once, about %1").replace("%1", money(price.now.expected))
        self.now_button.setText(at_once)
        self.now_button.setEnabled(not self._held and not now)
        self.cost.say(_range(price.batch))
        self.problem.say(batch)

    def _verb(self) -> str:
        return self.tr("Run %1 again").replace("%1", rows_words(self.group.rest))

    def _changed(self) -> str:
        """What the person has changed; what is proposed says so itself."""
        if self.recipe is None or self.recipe == self.group.recipe:
            return ""
        return in_a_line(self.group.recipe or self._own, self.recipe)

    def _lay_out(self) -> None:
        buttons = FlowLayout(spacing=SPACE, lines=0)
        for each in (self.run_button, self.now_button, self.change_button):
            buttons.addWidget(each)
        for label in (self.reason, self.change, self.cost):
            self.column.addWidget(label)
        self.column.addLayout(buttons)
        self.column.addWidget(self.problem)
        self.column.setAlignment(Qt.AlignmentFlag.AlignTop)


def _which(group: Group, row: int | None) -> str:
    if row is None:
        return rows_words(group.rows)
    if group.rows == 1:
        return row_words(row)
    with_others = _tr("%1 and %2 that ask the same").replace("%1", row_words(row))
    return with_others.replace("%2", rows_words(group.rows - 1))


def _range(amount: Range) -> str:
    """As a batch: “$0.02 to $0.05, at most $0.11”."""
    words = _tr("As a batch %1 to %2, at most %3.").replace("%1", money(amount.low))
    words = words.replace("%2", money(amount.high, up=True))
    return words.replace("%3", money(amount.ceiling, up=True))
