"""How recipes compare: in sentences, one card each, and as a picture of cost against quality."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.quality.contests import Amount, ContestResult
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.quality.comparing import Mean
from claude_batch_desk.gui.arm_card import ArmCard
from claude_batch_desk.gui.arm_words import verdicts
from claude_batch_desk.gui.cost_quality_chart import CostQualityChart, Spot
from claude_batch_desk.gui.theme import SPACE, WIDE
from claude_batch_desk.gui.widgets import Banner, Card, Label, button, scrolled
from claude_batch_desk.gui.wording import rows_words

if TYPE_CHECKING:
    from claude_batch_desk.core.quality.agreeing import Column


class ContestOverview(QWidget):
    """Tells of one answer column; nothing in it spends money."""

    use_requested = Signal(object)
    """The job is to ask what this Arm asks."""
    label_requested = Signal(str, object)
    """These rows are to be labelled for this answer column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: ContestResult | None = None
        self._column: Column | None = None
        self.cards: list[ArmCard] = []
        self.sentences: list[Label] = []
        self.banner = Banner("contest_note")
        self.verdict = Card()
        self.verdict.setObjectName("contest_verdict")
        self.label_button = button("", "contest_label", icon_name="check")
        self.picture = Card(self.tr("Cost and quality"))
        self.chart = CostQualityChart()
        self.picture_words = Label("", "caption")
        held = QWidget()
        self._cards = QWidget()
        self._flow = QHBoxLayout(self._cards)
        self._lines = QVBoxLayout()
        self._lay_out(held)
        area = scrolled(held)
        area.setObjectName("contest_overview")
        area.setAccessibleName(self.tr("How they compare"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        self.label_button.clicked.connect(self._ask_to_label)

    def show_result(
        self, found: ContestResult, names: Sequence[str], place: int, now: Recipe, note: str
    ) -> None:
        """Show how they compare in the answer column at this place; `now` is what the job asks."""
        self._found = found
        self._column = found.columns[place] if found.columns else None
        self.banner.say(note, "info")
        self._say(list(names))
        self._show_cards(names, now)
        self._draw()

    def _say(self, names: list[str]) -> None:
        found, column = self._found, self._column
        assert found is not None  # noqa: S101 - only called with one
        told = list(verdicts(found, column, names)) if column else [self._no_column()]
        for gone in self.sentences:
            self._lines.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self.sentences = [Label(each, selectable=True) for each in told]
        for each in self.sentences:
            self._lines.addWidget(each)
        rows = found.unjudged.get(column.field.name, ()) if column else ()
        words = self.tr("Label the %1 where they differ").replace("%1", rows_words(len(rows)))
        if len(rows) == 1:
            words = self.tr("Label the row where they differ")
        self.label_button.setText(words)
        self.label_button.setVisible(bool(rows))

    def _no_column(self) -> str:
        return self.tr("They have no answer column in common, so only prices can be compared.")

    def _show_cards(self, names: Sequence[str], now: Recipe) -> None:
        while item := self._flow.takeAt(0):
            if gone := item.widget():
                gone.hide()
                gone.deleteLater()
        assert self._found is not None  # noqa: S101 - as above
        self.cards = []
        for at, name in enumerate(names):
            standing = self._column.standings[at] if self._column else None
            arm = self._found.contest.arms[at]
            card = ArmCard(self._found, at, name, standing, usable=arm.recipe != now)
            card.use_requested.connect(self._use)
            self.cards.append(card)
            self._flow.addWidget(card, 1)

    @Slot()
    def _use(self) -> None:
        card = self.sender()
        if self._found is not None and isinstance(card, ArmCard):
            self.use_requested.emit(self._found.contest.arms[self.cards.index(card)])

    @Slot()
    def _ask_to_label(self) -> None:
        if self._found is not None and self._column is not None:
            name = self._column.field.name
            self.label_requested.emit(name, self._found.unjudged.get(name, ()))

    def _draw(self) -> None:
        spots, by_right = self._spots()
        upwards = self.tr("Right") if by_right else self.tr("Says the same as 1")
        self.chart.show_spots(spots, self.tr("USD for 1,000 rows as a batch"), upwards)
        told = self.tr("Each number is one of the above; its lines are the ranges.")
        if not by_right:
            more = self.tr("With right answers known, the picture shows how many are right.")
            told = f"{told} {more}"
        self.picture_words.setText(told)
        self.picture.setVisible(bool(spots))

    def _spots(self) -> tuple[list[Spot], bool]:
        """Those whose price is known, by accuracy where it is known of all of them."""
        found, column = self._found, self._column
        if found is None or column is None:
            return [], False
        by_right = all(each.accuracy is not None for each in column.standings)
        if column.is_text and not by_right:
            return [], False
        spots = []
        for at, (result, standing) in enumerate(zip(found.arms, column.standings, strict=True)):
            same = standing.agreement
            quality = standing.accuracy if by_right else Mean(same.value, same.low, same.high)
            if at == 0 and not by_right:
                quality = Mean(1.0, 1.0, 1.0)
            if result.per_thousand is not None and quality is not None:
                spots.append(Spot(str(at + 1), _as_mean(result.per_thousand), quality))
        return spots, by_right

    def _lay_out(self, held: QWidget) -> None:
        self._lines.setSpacing(SPACE)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._flow.setSpacing(SPACE)
        self.verdict.column.addLayout(self._lines)
        line = QHBoxLayout()
        line.addWidget(self.label_button)
        line.addStretch(1)
        self.verdict.column.addLayout(line)
        self.picture.column.addWidget(self.chart)
        self.picture.column.addWidget(self.picture_words)
        column = QVBoxLayout(held)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(WIDE)
        for each in (self.banner, self.verdict, self._cards, self.picture):
            column.addWidget(each)
        column.addStretch(1)


def _as_mean(amount: Amount) -> Mean:
    return Mean(float(amount.expected), float(amount.low), float(amount.high))
