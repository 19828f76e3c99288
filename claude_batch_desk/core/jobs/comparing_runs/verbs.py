"""RunComparing: the verbs that put two runs side by side, and write what changed to a file."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.comparing_runs.changes import ColumnChanges, ColumnCount, Said
from claude_batch_desk.core.jobs.comparing_runs.comparison import RunComparison, not_in, run_of
from claude_batch_desk.core.jobs.comparing_runs.pairing import Paired, pair_rows
from claude_batch_desk.core.jobs.comparing_runs.writing import changed_sheet
from claude_batch_desk.core.jobs.correcting.laying import LaidAnswers
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.increment.keys import Side
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.prompts.fields import OutputField, columns_of
from claude_batch_desk.core.prompts.versions import differences, in_a_line
from claude_batch_desk.core.quality.gold import FREE_TEXT
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.results.forms import write
from claude_batch_desk.core.tables.table import Table

_AT_ONCE = 2_048


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
        return Said(answer.values[self.value], answer.outcome, reason)


@dataclass(frozen=True)
class _Sent:
    """A job that was sent, with its rows."""

    job: Job
    table: Table
    plan: Plan
    laid: LaidAnswers

    def answers(self, places: Sequence[int]) -> list[Answer | None]:
        """As people have left them."""
        rows = [self.plan.row_numbers[place] for place in places]
        return self.laid.of_rows(rows, [self.plan.request_of_row[place] for place in places])


class RunComparing:
    """Works on one data folder, like Desk; changes nothing and asks nobody."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def compare(self, before: int, after: int, report: Report, key: str = "") -> RunComparison:
        """Two sent jobs, row by row; `key` names a column that tells rows apart.

        Raises StoreError where one was not sent, and SelectionError where no row is in both.
        """
        if before == after:
            raise StoreError("A job cannot be compared with itself. Name two jobs.")
        first, second = self._sent(before), self._sent(after)
        paired = pair_rows(_side(first), _side(second), key, report)
        stores, old, new = self._ground.stores, first.job, second.job
        names = [
            [each.field.name.strip() for each in _columns(job.recipe.fields)] for job in (old, new)
        ]
        return RunComparison(
            before=run_of(stores, old),
            after=run_of(stores, new),
            how=paired.how,
            key=paired.key,
            rows_before=array("I", [first.plan.row_numbers[place] for place in paired.before]),
            rows_after=array("I", [second.plan.row_numbers[place] for place in paired.after]),
            columns=_counted(first, second, paired, report),
            only_before=not_in(*names),
            only_after=not_in(*reversed(names)),
            recipe=differences(old.recipe, new.recipe),
            recipe_words=in_a_line(old.recipe, new.recipe),
        )

    def export(self, found: RunComparison, path: Path, report: Report) -> Exported:
        """Write every answer that changed, with its row, in the form of the name.

        Raises ExportError.
        """
        _, table = self._ground.ready(found.before.id)
        return write(path, changed_sheet(found, table), report)

    def _sent(self, job_id: int) -> _Sent:
        job, table = self._ground.ready(job_id)
        if job.again_of is not None:
            raise StoreError(
                f"Job {job_id} ran rows of job {job.again_of} again; its answers are there. "
                f"Compare job {job.again_of}."
            )
        if job.sent_at is None:
            raise StoreError(f"Job {job_id} was not sent yet, so it has no answers to compare.")
        return _Sent(job, table, self._ground.plan(job), LaidAnswers(self._ground.stores, job))


def _side(sent: _Sent) -> Side:
    return Side(sent.table, sent.plan.row_numbers)


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


def _shared(before: Job, after: Job) -> Iterator[tuple[_Column, _Column]]:
    others = {each.field.name.strip().casefold(): each for each in _columns(after.recipe.fields)}
    for column in _columns(before.recipe.fields):
        if other := others.get(column.field.name.strip().casefold()):
            yield column, other


def _counted(
    first: _Sent, second: _Sent, paired: Paired, report: Report
) -> tuple[ColumnChanges, ...]:
    shared = [*_shared(first.job, second.job)]
    counts = [ColumnCount(one.field, other.field) for one, other in shared]
    for begin in range(0, len(paired.before), _AT_ONCE):
        report(begin, len(paired.before))
        some = slice(begin, begin + _AT_ONCE)
        answers = zip(
            first.answers(paired.before[some]), second.answers(paired.after[some]), strict=True
        )
        for pair, (old, new) in enumerate(answers, start=begin):
            for count, (one, other) in zip(counts, shared, strict=True):
                count.add(pair, one.said(old), other.said(new))
    report(len(paired.before), len(paired.before))
    return tuple(count.result() for count in counts)
