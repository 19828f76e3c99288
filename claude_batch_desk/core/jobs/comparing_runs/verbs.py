"""RunComparing: the verbs that put two runs side by side, and write what changed to a file."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.comparing_runs.changes import ColumnChanges, ColumnCount, Said
from claude_batch_desk.core.jobs.comparing_runs.comparison import RunComparison, not_in
from claude_batch_desk.core.jobs.comparing_runs.others import Other, others
from claude_batch_desk.core.jobs.comparing_runs.pairing import pair_rows
from claude_batch_desk.core.jobs.comparing_runs.sides import Answered, sides_of
from claude_batch_desk.core.jobs.comparing_runs.writing import changed_sheet
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.increment.keys import Side
from claude_batch_desk.core.jobs.quality.labelling import RowText, row_texts
from claude_batch_desk.core.prompts.fields import OutputField, columns_of
from claude_batch_desk.core.prompts.versions import differences, in_a_line
from claude_batch_desk.core.quality.gold import FREE_TEXT
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.results.forms import write
from claude_batch_desk.core.tables.table import PAGE_ROWS

_AT_ONCE = 1_000


@dataclass(frozen=True)
class PairedRow:
    """A row that both runs have, with what they say of it in one answer column."""

    before: Said
    after: Said
    text: RowText
    """Of the table of the first run."""
    row_after: int
    """Its number in the table of the second."""


@dataclass(frozen=True)
class _Rows:
    """The rows that both have, by their numbers in the table of each."""

    before: "array[int]"
    after: "array[int]"


@dataclass(frozen=True)
class _Column:
    """Where the value of an answer column stands among the values, and where its reason."""

    field: OutputField
    value: int
    reason: int | None = None

    def said(self, answer: Answer | None) -> Said:
        if answer is None:
            return Said("", "waiting")
        reason = "" if self.reason is None else answer.values[self.reason]
        return Said(answer.values[self.value], answer.outcome, reason or answer.reason)


class RunComparing:
    """Works on one data folder, like Desk; changes nothing and asks nobody."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def others(self, job_id: int, report: Report) -> tuple[Other, ...]:
        """What a job can be put beside, the likeliest first, and what it cannot be, and why.

        Raises StoreError where the job was not sent.
        """
        return others(self._ground, job_id, report)

    def last_repeated(self, job_id: int) -> int:
        """The run again that is behind the latest answers of a job.

        Raises StoreError where no rows of it were run again to the end.
        """
        runs = [run for run in self._ground.stores.jobs.runs_of(job_id) if run.state == "done"]
        if not runs:
            raise StoreError(
                f"Job {job_id} has no earlier answers: none of its rows were run again to the end. "
                "Name another job to compare it with."
            )
        return runs[0].id

    def compare(self, before: int, after: int, report: Report, key: str = "") -> RunComparison:
        """Two sent jobs, row by row; `key` names a column that tells rows apart.

        Where one is a run again of the other, what its rows said before is put beside what it
        has said. Raises StoreError where one was not sent, and SelectionError where no row is in
        both.
        """
        first, second = sides_of(self._ground, before, after)
        repeated = self._is_repeated(before) or self._is_repeated(after)
        if repeated and not (first.rows and second.rows):
            raise StoreError(
                "All rows that were run again have kept the answer they had, so there is nothing "
                "to compare."
            )
        paired = pair_rows(_rows(first), _rows(second), key, report)
        old, new = first.recipe, second.recipe
        names = [[each.field.name.strip() for each in _columns(one.fields)] for one in (old, new)]
        rows = _Rows(
            array("I", [first.rows[place] for place in paired.before]),
            array("I", [second.rows[place] for place in paired.after]),
        )
        return RunComparison(
            before=first.run,
            after=second.run,
            how=paired.how,
            key=paired.key,
            rows_before=rows.before,
            rows_after=rows.after,
            columns=_counted(first, second, rows, report, unworked=repeated),
            only_before=not_in(*names),
            only_after=not_in(*reversed(names)),
            recipe=differences(old, new),
            recipe_words=in_a_line(old, new),
            repeated=repeated,
        )

    def rows(self, found: RunComparison, column: str, pairs: Sequence[int]) -> list[PairedRow]:
        """Some of the rows that both have, as they are by now, of one of the `columns`.

        `pairs` are their places among these rows, ascending.
        """
        first, second = sides_of(self._ground, found.before.id, found.after.id)
        [(one, other)] = [
            each for each in _shared(first, second) if each[0].field.name.strip() == column
        ]
        before = [found.rows_before[pair] for pair in pairs]
        after = [found.rows_after[pair] for pair in pairs]
        job = self._ground.job(found.before.id)
        texts = [text for some in _near(before) for text in row_texts(first.table, job, some, ())]
        told = zip(texts, after, first.answers(before), second.answers(after), strict=True)
        return [
            PairedRow(one.said(old), other.said(new), text, row_after)
            for text, row_after, old, new in told
        ]

    def place(self, job_id: int, row: int, report: Report) -> int:
        """Where a row of a sent job stands among those that were sent, from 0."""
        report(0, 0)
        return bisect_left(self._ground.plan(self._ground.job(job_id)).row_numbers, row)

    def export(self, found: RunComparison, path: Path, report: Report) -> Exported:
        """Write every answer that changed, with its row, in the form of the name.

        Raises ExportError.
        """
        _, table = self._ground.ready(found.before.id)
        return write(path, changed_sheet(found, table), report)

    def _is_repeated(self, job_id: int) -> bool:
        return self._ground.job(job_id).again_of is not None


def _rows(side: Answered) -> Side:
    return Side(side.table, side.rows)


def _near(rows: Sequence[int]) -> Iterator[Sequence[int]]:
    """These ascending rows in groups; what lies between those of one is read with them."""
    at = 0
    while at < len(rows):
        end = bisect_left(rows, rows[at] + PAGE_ROWS, at)
        yield rows[at:end]
        at = end


def _columns(fields: Sequence[OutputField]) -> list[_Column]:
    columns = columns_of(fields)
    if not columns:
        return [_Column(FREE_TEXT, 0)]
    reasons = {
        each.field.name: place for place, each in enumerate(columns) if each.companion == "reason"
    }
    return [
        _Column(each.field, place, reasons.get(each.field.name))
        for place, each in enumerate(columns)
        if each.companion is None
    ]


def _shared(before: Answered, after: Answered) -> Iterator[tuple[_Column, _Column]]:
    columns = _columns(after.recipe.fields)
    others = {each.field.name.strip().casefold(): each for each in columns}
    for column in _columns(before.recipe.fields):
        if other := others.get(column.field.name.strip().casefold()):
            yield column, other


def _counted(
    first: Answered, second: Answered, rows: _Rows, report: Report, *, unworked: bool
) -> tuple[ColumnChanges, ...]:
    shared = [*_shared(first, second)]
    counts = [ColumnCount(one.field, other.field, unworked=unworked) for one, other in shared]
    for begin in range(0, len(rows.before), _AT_ONCE):
        report(begin, len(rows.before))
        some = slice(begin, begin + _AT_ONCE)
        old_ones, new_ones = first.answers(rows.before[some]), second.answers(rows.after[some])
        answers = zip(old_ones, new_ones, strict=True)
        for pair, (old, new) in enumerate(answers, start=begin):
            for count, (one, other) in zip(counts, shared, strict=True):
                count.add(pair, one.said(old), other.said(new))
    report(len(rows.before), len(rows.before))
    return tuple(count.result() for count in counts)
