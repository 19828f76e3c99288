"""Trials: the verbs about rows that are tried before all of them are paid for."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.counting import Counting
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import TriedRow
from claude_batch_desk.core.jobs.plan import Prompted
from claude_batch_desk.core.jobs.trials.drawing import Drawing
from claude_batch_desk.core.jobs.trials.pricing import trial_price
from claude_batch_desk.core.jobs.trying import tried_rows, try_out
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.quality.sampling import Draw, Pick
from claude_batch_desk.core.report import Report


@dataclass(frozen=True)
class Offer:
    """Rows that were drawn, and what answering them at once will cost, in USD."""

    picks: tuple[Pick, ...]
    """In table order; none where no row is left to try."""
    price: Range
    """Rows that ask what was tried already cost nothing."""


class Trials:
    """Works on one data folder, like Desk. Every method may take long: call it on a worker."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def draw(self, job_id: int, draw: Draw, report: Report) -> tuple[Pick, ...]:
        """The rows to try; raises SelectionError where chosen ones cannot be tried."""
        return tuple(self._drawing(job_id, report).draw(draw, report))

    def offer(self, job_id: int, draw: Draw, report: Report) -> Offer:
        """Draw rows, and price them before they are asked; raises SelectionError like `draw`."""
        drawing = self._drawing(job_id, report)
        picks = drawing.draw(draw, report)
        asked = drawing.asked([each.row for each in picks])
        counting = self._ground.counting(drawing.job)
        return Offer(tuple(picks), self._price(counting, drawing, asked, report))

    def offer_these(self, job_id: int, picks: Sequence[Pick], report: Report) -> Offer:
        """Price rows that somebody else has drawn; those that cannot be sent are left out."""
        drawing = self._drawing(job_id, report)
        asked = drawing.asked(sorted(each.row for each in picks))
        sendable = {each.row for each in asked}
        price = self._price(self._ground.counting(drawing.job), drawing, asked, report)
        return Offer(tuple(each for each in picks if each.row in sendable), price)

    def _price(
        self, counting: Counting, drawing: Drawing, asked: Sequence[Prompted], report: Report
    ) -> Range:
        prices, model = self._ground.prices, drawing.model
        return trial_price(counting, prices, drawing.job, model, asked, report)

    def _drawing(self, job_id: int, report: Report) -> Drawing:
        job, table = self._ground.ready(job_id)
        return Drawing(self._ground, job, table, self._ground.model(job, report))

    def try_rows(self, job_id: int, picks: Sequence[Pick], report: Report) -> list[TriedRow]:
        """Answer these rows at once, at the full price, and return them; none is bought twice.

        Raises BudgetExceeded where the worst case does not fit into a budget of the person's.
        """
        with self._ground.alone(job_id, report):
            drawing = self._drawing(job_id, report)
            if drawing.job.state != "draft":
                raise StoreError("This job was already sent, so there is nothing left to try.")
            weights = {each.row: each.weight for each in picks}
            asked = drawing.asked(array("I", sorted(weights)))
            door, prices = self._ground.door(drawing.job), self._ground.prices
            known = Counting(self._ground.stores, None, drawing.job.id)  # asks nobody
            price = self._price(known, drawing, asked, report)
            with self._ground.budgets.reserve(drawing.job, price.ceiling):
                job = self._ground.keep_version(drawing.job, "tried")
                wanted = [(each, weights[each.row]) for each in asked]
                try_out(self._ground.stores, door, prices, job, wanted, report)
        return [each for each in self.tried(job_id, report) if each.number in weights]

    def tried(self, job_id: int, report: Report) -> list[TriedRow]:
        """All rows tried with the recipe as it is now."""
        report(0, 0)
        job, table = self._ground.ready(job_id)
        model = self._ground.model(job, report)
        return tried_rows(self._ground.stores, self._ground.prices, table, job, model)
