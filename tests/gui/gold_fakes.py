"""A keeper of right answers that works at once, in memory, with the signatures of the real one."""

import threading
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.quality.labelling import RowText
from claude_batch_desk.core.jobs.quality.measuring import FieldMeasured, Measured
from claude_batch_desk.core.jobs.quality.verbs import Compared, Gold, LabelRound
from claude_batch_desk.core.jobs.trials.verbs import Offer
from claude_batch_desk.core.prompts.example import Filled
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.quality.accuracy import TOLERANCE, Given, Grading
from claude_batch_desk.core.quality.gold import GoldReader
from claude_batch_desk.core.quality.gold_columns import GoldMatch
from claude_batch_desk.core.quality.sampling import Pick
from claude_batch_desk.core.report import Report
from tests.choices import plain_choices
from tests.gui.page_fakes import make_range

if TYPE_CHECKING:
    from pathlib import Path

MOOD = OutputField("Mood", "choice", plain_choices("happy", "angry", "calm"))
ROWS = 40


class FakeQuality:
    """Knows one field; row n was answered with the value at n modulo 3."""

    def __init__(self, *fields: OutputField) -> None:
        self.fields = fields or (MOOD,)
        self.labels: dict[str, dict[int, str]] = {each.name: {} for each in self.fields}
        self.columns: dict[str, str] = {}
        self.proposed = tuple[GoldMatch, ...]()
        self.gold_cells: dict[int, str] = {}
        self.refuse = False
        self.document: Path | None = None
        self.picked = set[int]()
        self.tried = frozenset(range(10))
        self.written: list[tuple[int, str | None]] = []
        self._lock = threading.Lock()

    def gold(self, job_id: int, report: Report) -> Gold:
        labelled = {name: len(labels) for name, labels in self.labels.items()}
        return Gold(self.fields, dict(self.columns), labelled, self.proposed)

    def set_gold_columns(self, job_id: int, columns: Mapping[str, str], report: Report) -> None:
        self.columns = dict(columns)

    def label_round(
        self, job_id: int, field: str, report: Report, *, rows: Sequence[int] = ()
    ) -> LabelRound:
        offered = (*sorted(self.tried), *(each for each in range(ROWS) if each not in self.tried))
        offered = tuple(rows) or offered
        labels = dict(self.labels[field])
        return LabelRound(self._field(field), offered, labels, self.tried, bool(rows))

    def label(
        self, job_id: int, field: str, row: int, value: str, report: Report, *, picked: bool = False
    ) -> None:
        self._refuse()
        with self._lock:
            self.picked |= {row} if picked else set()
            self.labels[field][row] = value
            self.written.append((row, value))

    def unlabel(self, job_id: int, field: str, row: int, report: Report) -> None:
        self._refuse()
        with self._lock:
            del self.labels[field][row]
            self.written.append((row, None))

    def compared(
        self, job_id: int, field: str, numbers: Sequence[int], report: Report
    ) -> list[Compared]:
        return [
            Compared(
                RowText(
                    row,
                    (Filled("Message", f"Text of <b>{row}</b>"),),
                    (),
                    document_path=self.document,
                ),
                self._right(field).get(row, ""),
                given.text if (given := self.given(row)) else "",
                given.outcome if given else "waiting",
            )
            for row in numbers
        ]

    def accuracy(self, job_id: int, report: Report, *, tolerance: Decimal = TOLERANCE) -> Measured:
        known = [each for each in self.fields if self._right(each.name)]
        found = tuple(self._measured(each, tolerance) for each in known)
        return Measured(sent=False, answers=len(self.tried), fields=found, examples=0)

    def _measured(self, field: OutputField, tolerance: Decimal) -> FieldMeasured:
        grading = Grading(field, GoldReader(field), tolerance)
        for row, right in self._right(field.name).items():
            if row in self.tried:
                grading.add(row, right, self.given(row))
        column, labelled = self.columns.get(field.name, ""), len(self.labels[field.name])
        return FieldMeasured(grading.result(), column, labelled, ())

    def offer_labelled(self, job_id: int, report: Report) -> Offer | None:
        rows = sorted({row for labels in self.labels.values() for row in labels} - self.tried)
        return Offer(tuple(map(Pick, rows)), make_range("0.02")) if rows else None

    def try_labelled(self, job_id: int, picks: Sequence[Pick], report: Report) -> int:
        self._refuse()
        self.tried |= {each.row for each in picks}
        return len(picks)

    def given(self, row: int) -> Given | None:
        if row not in self.tried:
            return None
        return Given(("happy", "angry", "calm")[row % 3], "answered")

    def _right(self, field: str) -> Mapping[int, str]:
        cells = self.gold_cells if field in self.columns else {}
        return {**cells, **self.labels[field]}

    def _field(self, name: str) -> OutputField:
        return next(each for each in self.fields if each.name == name)

    def _refuse(self) -> None:
        if self.refuse:
            raise StoreError("The disk is full.")
