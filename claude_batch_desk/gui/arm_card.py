"""What became of one of the recipes that are side by side."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout

from claude_batch_desk.core.jobs.quality.contests import ContestResult
from claude_batch_desk.core.quality.agreeing import Standing
from claude_batch_desk.gui.arm_words import accuracy_words, amount_words, arm_about
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT
from claude_batch_desk.gui.verdict_words import of_words
from claude_batch_desk.gui.widgets import Card, Label, button
from claude_batch_desk.gui.wording import money, number, rows_words


class ArmCard(Card):
    """Its price, its answers, and the way to use it."""

    use_requested = Signal()

    def __init__(
        self, found: ContestResult, at: int, name: str, standing: Standing | None, *, usable: bool
    ) -> None:
        super().__init__(f"{at + 1} · {name}")
        result = found.arms[at]
        self.column.addWidget(Label(arm_about(found, at), "caption"))
        per_thousand = result.per_thousand
        amount = money(per_thousand.expected) if per_thousand else "–"
        self.column.addWidget(Label(amount, "amount", wrap=False))
        self.column.addWidget(Label(self.tr("for 1,000 rows, as a batch"), "caption"))
        self._form = _form()
        if per_thousand and per_thousand.low != per_thousand.high:
            self._say(self.tr("Range"), amount_words(per_thousand).partition("(")[2].rstrip(")"))
        self._say(self.tr("Usable"), of_words(result.usable))
        if result.open:
            self._say(self.tr("Not answered"), rows_words(result.open))
        if standing is not None:
            self._say_standing(standing, first=at == 0)
        self._say(self.tr("Tokens in"), number(round(result.input_tokens)))
        self._say(self.tr("and out"), number(round(result.output_tokens)))
        self.column.addLayout(self._form)
        self.column.addStretch(1)
        told = self.tr("The job asks this from now on; what it asks now is kept as a version.")
        self.use_button = button(self.tr("Use this one"), f"arm_use_{at + 1}", tip=told)
        about = self.tr("Use %1").replace("%1", self.heading.text())
        self.use_button.setAccessibleName(about)
        self.use_button.clicked.connect(self.use_requested)
        self.use_button.setEnabled(usable)
        if not usable:
            self.use_button.setText(self.tr("In use"))
        self.column.addWidget(self.use_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setMinimumWidth(GRID * 25)

    def _say_standing(self, standing: Standing, *, first: bool) -> None:
        if standing.accuracy is not None:
            self._say(self.tr("Right"), accuracy_words(standing.accuracy))
        if not first and standing.agreement.rows:
            self._say(self.tr("Same as 1"), of_words(standing.agreement))

    def _say(self, what: str, text: str) -> None:
        self._form.addRow(Label(what, "muted", wrap=False), Label(text))


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setContentsMargins(0, TIGHT, 0, TIGHT)
    form.setVerticalSpacing(TIGHT)
    form.setHorizontalSpacing(SPACE)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
    return form
