"""How each value fared: of the rows answered so, and of the rows that are so."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from claude_batch_desk.core.jobs.quality.telling import percent
from claude_batch_desk.core.quality.accuracy import LabelScore
from claude_batch_desk.core.quality.intervals import Share
from claude_batch_desk.gui.interval_bar import IntervalBar
from claude_batch_desk.gui.theme import GRID, TIGHT
from claude_batch_desk.gui.verdict_words import of_words, range_words
from claude_batch_desk.gui.widgets import ElidedLabel, Label, Look, set_tip

_BAR = GRID * 10
_PARTS = 4
"""Of a share: its bar, itself, its count and its range."""


class ValueScores(QWidget):
    """A line for each value with its precision and recall, their counts and ranges."""

    def __init__(self, scores: Sequence[LabelScore], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("value_scores")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(TIGHT)
        grid.setColumnMinimumWidth(0, GRID * 10)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1 + 2 * _PARTS, 1)  # the figures stay near their value
        tips = (
            self.tr("Precision: of the rows that were answered so, how many are so."),
            self.tr("Recall: of the rows that are so, how many were answered so."),
        )
        heads = (self.tr("Answered so and right"), self.tr("Is so and found"))
        grid.addWidget(Label(self.tr("Value"), "caption", wrap=False), 0, 0)
        for place, (head, tip) in enumerate(zip(heads, tips, strict=True)):
            label = Label(head, "caption", wrap=False)
            set_tip(label, tip)
            grid.addWidget(label, 0, 1 + _PARTS * place, 1, _PARTS)
        for line, score in enumerate(scores, start=1):
            grid.addWidget(ElidedLabel(score.label), line, 0)
            self._add(grid, line, 1, score.precision)
            self._add(grid, line, 1 + _PARTS, score.recall)

    @staticmethod
    def _add(grid: QGridLayout, line: int, place: int, share: Share) -> None:
        if not share.rows:
            grid.addWidget(Label("–", "muted", wrap=False), line, place)
            return
        bar = IntervalBar(share)
        bar.setFixedWidth(_BAR)
        grid.addWidget(bar, line, place)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        words = (percent(share.value), of_words(share), range_words(share))
        looks: tuple[Look, ...] = ("strong", "body", "muted")
        for step, (text, look) in enumerate(zip(words, looks, strict=True), start=1):
            grid.addWidget(Label(text, look, wrap=False), line, place + step, right)
