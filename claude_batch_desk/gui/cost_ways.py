"""The three ways to send a job, side by side on one scale."""

from decimal import Decimal

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.gui.cost_way import CostWay
from claude_batch_desk.gui.range_bar import Scale
from claude_batch_desk.gui.segmented import Segmented
from claude_batch_desk.gui.theme import GRID, SPACE

_THOUSAND = 1_000
_ROOM = 2
"""A ceiling is on the scale up to so many times the highest amount that is likely."""


class CostWays(QWidget):
    """As a batch, as one with cached instructions, and at once; for the job or 1,000 rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._estimate: Estimate | None = None
        self._job: Job | None = None
        self._billed: Decimal | None = None
        self.per = Segmented(
            {"job": self.tr("This job"), "thousand": self.tr("1,000 rows")}, "cost_per"
        )
        self.per.choose("job")
        self.batch = CostWay("cost_batch", self.tr("As a batch"), "accent")
        self.cached = CostWay("cost_cached", self.tr("Batch, cached instructions"), "info")
        self.now = CostWay("cost_now", self.tr("At once"), "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 3 // 2)
        column.addWidget(self.per)
        column.addSpacing(SPACE)
        for way in (self.batch, self.cached, self.now):
            column.addWidget(way)
        self.per.chosen.connect(self._show)

    def show_estimate(self, estimate: Estimate, job: Job | None = None) -> None:
        """Show the amounts; with the `job` where it was sent, which way that was."""
        self._estimate, self._job, self._billed = estimate, job, None
        self._show()

    def show_billed(self, billed: Decimal) -> None:
        """Mark what was billed for what was sent (USD), on the way it was sent."""
        self._billed = billed
        self._show()

    def clear(self) -> None:
        """Nothing is known."""
        self._estimate = self._job = self._billed = None
        for way in (self.batch, self.cached, self.now):
            way.clear()

    def set_current(self, *, current: bool) -> None:
        """Whether the amounts are those of the job as it is."""
        for way in (self.batch, self.cached, self.now):
            way.setEnabled(current)

    @Slot()
    def _show(self) -> None:
        estimate = self._estimate
        if estimate is None:
            return
        now = self._amount(estimate, estimate.now)
        shown = {self.batch: self._amount(estimate, estimate.batch), self.now: now}
        if estimate.cached is not None:
            shown[self.cached] = self._amount(estimate, self._cached(estimate, estimate.cached))
        else:
            self.cached.refuse(estimate.caching.why if estimate.caching else "")
        scale, sent = _scale([*shown.values()]), self._sent()
        for way, amount in shown.items():
            way.show_range(amount, scale, self._mark(estimate) if way is sent else None)
            way.show_saving(amount, now)
        if sent is not None:
            sent.show_sent()

    def _cached(self, estimate: Estimate, usual: Range) -> Range:
        """What the job was sent with, where it had a cache of its own choosing."""
        cache = self._job.cache if self._job else None
        return estimate.price("batch", cache) if cache else usual

    def _amount(self, estimate: Estimate, amount: Range) -> Range:
        if self.per.value == "thousand":
            return estimate.for_rows(amount, _THOUSAND)
        return amount

    def _sent(self) -> CostWay | None:
        if self._job is None:
            return None
        if self._job.way == "now":
            return self.now
        return self.cached if self._job.cache else self.batch

    def _mark(self, estimate: Estimate) -> Decimal | None:
        if self._billed is None:
            return None
        billed = Range(self._billed, self._billed, self._billed, self._billed)
        return self._amount(estimate, billed).expected


def _scale(amounts: list[Range]) -> Scale:
    """All that is likely, and the ceilings as far as they are not far beyond it."""
    likely = max(amount.high for amount in amounts)
    near = [amount.ceiling for amount in amounts if amount.ceiling <= likely * _ROOM]
    return Scale(max([likely, *near]) * Decimal("1.05"))
