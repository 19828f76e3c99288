"""The lines of a bill with their amounts, each part with a bar for the eye."""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from claude_batch_desk.core.jobs.money.bill_sheet import SECTIONS, BillLine, Section
from claude_batch_desk.gui.share_bar import ShareBar
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT
from claude_batch_desk.gui.widgets import Card, ElidedLabel, Label, Look
from claude_batch_desk.gui.wording import money, number

_MOST = 60
"""So many lines of a part are shown; all are in the text that is copied."""
_NAME, _BAR, _COUNT, _UNIT, _USD = range(5)
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | _MIDDLE


class BillCard(Card):
    """One part of a bill: what was sent, what was tried, and how that is shared out."""

    def __init__(self, section: Section, lines: Sequence[BillLine]) -> None:
        super().__init__(SECTIONS[section])
        self.setObjectName(f"bill_{section}")
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE * 2)
        grid.setVerticalSpacing(TIGHT)
        grid.setColumnStretch(_NAME, 3)
        grid.setColumnStretch(_BAR, 2)
        for column, width in ((_COUNT, GRID * 10), (_UNIT, GRID * 8), (_USD, GRID * 8)):
            grid.setColumnMinimumWidth(column, width)
        most = max((line.usd for line in lines), default=Decimal(0)) or Decimal(1)
        for at, line in enumerate(lines[:_MOST]):
            self._add(grid, at, line, float(line.usd / most))
        self.column.addLayout(grid)
        if len(lines) > _MOST:
            words = self.tr("and %1 lines more").replace("%1", number(len(lines) - _MOST))
            self.column.addWidget(Label(words, "caption"))

    def _add(self, grid: QGridLayout, at: int, line: BillLine, share: float) -> None:
        together = line.unit == "requests" and not line.part and line.usd > 0
        look: Look = "strong" if together else "muted" if line.part else "body"
        name = ElidedLabel(line.name, look)
        name.setMinimumWidth(GRID * 16)
        grid.addWidget(name, at, _NAME)
        if not together and not line.part:
            grid.addWidget(ShareBar(share), at, _BAR, _MIDDLE)
        grid.addWidget(Label(number(line.count), look, wrap=False), at, _COUNT, _RIGHT)
        grid.addWidget(Label(self._unit(line), "caption", wrap=False), at, _UNIT)
        grid.addWidget(Label(money(line.usd), look, wrap=False), at, _USD, _RIGHT)

    def _unit(self, line: BillLine) -> str:
        return {
            "requests": self.tr("requests"),
            "tokens": self.tr("tokens"),
            "characters": self.tr("characters"),
            "rows": self.tr("rows"),
        }[line.unit]
