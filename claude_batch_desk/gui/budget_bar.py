"""A thin bar: what of a budget is billed, what is reserved, and what is left."""

from decimal import Decimal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from claude_batch_desk.core.jobs.money.budgets import Budget
from claude_batch_desk.gui.theme import GRID, TIGHT, colours


class BudgetBar(QWidget):
    """Billed in the accent, reserved lighter; what it shows is said in numbers beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._billed = self._gone = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_budget(self, budget: Budget | None) -> None:
        """Show how much is gone; hide where there is no budget, or nobody can tell."""
        self.setVisible(budget is not None and not budget.unknown)
        if budget is not None:
            limit = max(budget.limit, Decimal("0.01"))
            self._billed = min(float(budget.billed / limit), 1.0)
            self._gone = min(float((budget.billed + budget.reserved) / limit), 1.0)
        self.update()

    def sizeHint(self) -> QSize:
        """As high as a gap; the width is whatever there is."""
        return QSize(GRID * 20, GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw in the colours of the theme as it is now."""
        theme = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        gone = theme.error if self._gone >= 1 else theme.strong_border
        for colour, share in (
            (theme.hover, 1.0),
            (gone, self._gone),
            (theme.accent, self._billed),
        ):
            if share > 0:
                painter.setBrush(QColor(colour))
                part = QRectF(0, 0, whole.width() * share, whole.height())
                painter.drawRoundedRect(part, TIGHT, TIGHT)
        painter.end()
