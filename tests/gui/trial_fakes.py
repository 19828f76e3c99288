"""Trials over the desk that keeps one job in memory."""

from collections.abc import Sequence

from claude_batch_desk.core.errors import SelectionError
from claude_batch_desk.core.jobs.job import TriedRow
from claude_batch_desk.core.jobs.trials.verbs import Offer
from claude_batch_desk.core.quality.sampling import Draw, Pick
from claude_batch_desk.core.report import Report
from tests.gui.page_fakes import FakeDesk, make_range


class FakeTrials:
    """Draws every seventh row that is not tried, and lets the desk answer."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk
        self.draws: list[Draw] = []

    def offer(self, job_id: int, draw: Draw, report: Report) -> Offer:
        self.draws.append(draw)
        table, tried = self._desk.kept_table, {each.number for each in self._desk.tried_rows}
        if max(draw.rows, default=0) >= table.row_count:
            raise SelectionError("There is no such row. Name other rows to try.")
        fresh = [row for row in range(0, table.row_count, 7) if row not in tried]
        rows = draw.rows or fresh[: draw.count]
        paid = all(row in tried for row in rows)
        return Offer(tuple(map(Pick, rows)), make_range("0" if paid else self._desk.price))

    def try_rows(self, job_id: int, picks: Sequence[Pick], report: Report) -> list[TriedRow]:
        return self._desk.answer_rows([each.row for each in picks], report)

    def tried(self, job_id: int, report: Report) -> list[TriedRow]:
        return self._desk.tried_rows
